"""What a report shows of runs: figures, curves, answers by age of their evidence, failures. It reads files alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from qa.evaluation import failures, report, suite
from qa.evaluation.calibration import BINS, Outcome, risk_coverage
from qa.evaluation.failures import Failure
from qa.evaluation.intervals import Estimate, estimate
from qa.evaluation.peering import Measured
from qa.evaluation.report import Summary
from qa.evaluation.rows import Row, Run, read_run
from qa.evaluation.scoring import Scores, outcome, score

AGES: Mapping[str, int] = {"same day or the day before": 1, "2 to 7 days": 7, "8 to 30 days": 30, "31 to 365 days": 365}
"""Ages of the first cited article when the question was asked: the last of each group, in days."""
OLDER, UNDATED = "more than a year", "undated"


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One bin of a reliability diagram: mean probability, share right, and how many of all answers it has."""

    said: float
    right: float
    share: float


@dataclass(frozen=True, slots=True)
class Proven:
    """One run as the report shows it."""

    name: str
    summary: Summary = field(kw_only=True)
    risk: tuple[tuple[float, float], ...] = field(kw_only=True)
    calibration: tuple[Calibrated, ...] = field(kw_only=True)
    ages: Mapping[str, Estimate] = field(kw_only=True)
    failures: tuple[Failure, ...] = field(kw_only=True)

    @property
    def model(self) -> str:
        """The model that answered, in a word."""
        config = self.summary.header.config
        return "no model" if config.get("llm") == "none" else config.get("llm_model") or "default model"


@dataclass(frozen=True, slots=True)
class Proof:
    """All that one report shows: the runs, and the table of peers where there is one."""

    runs: tuple[Proven, ...]
    peers: tuple[Measured, ...] = field(kw_only=True, default=())
    peers_made: Mapping[str, Any] = field(kw_only=True, default_factory=dict)


def prove(path: Path, *, seed: int = 1) -> Proven:
    """Return what a run is worth, scored as the run says, citations judged by Dateline's own check."""
    run = read_run(path)
    judged = judging_once()
    normal = report.normal_of(run)
    scores = {row.question.id: score(row, judge=judged, normal=normal) for row in run.rows}
    known = [found for row in run.rows if (found := outcome(row, scores[row.question.id])) is not None]
    return Proven(
        run.header.name,
        summary=report.summarise(run, judge=judged, seed=seed),
        risk=tuple(risk_coverage(known)),
        calibration=tuple(_calibrated(known)),
        ages=_by_age(run, scores, seed),
        failures=tuple(failures.of_run(run, scores)),
    )


def judging_once() -> Callable[..., bool]:
    """Return the check of citations with a memory: a run is scored more than once."""
    held: dict[tuple[str, Any], bool] = {}

    def judge(claim: str, quotes: Sequence[Any]) -> bool:
        key = (claim, tuple(quotes))
        if key not in held:
            held[key] = suite.judge(claim, quotes)
        return held[key]

    return judge


def _calibrated(outcomes: Sequence[Outcome]) -> list[Calibrated]:
    bins: dict[int, list[Outcome]] = {}
    for one in outcomes:
        bins.setdefault(min(int(one.score * BINS), BINS - 1), []).append(one)
    return [
        Calibrated(
            sum(one.score for one in held) / len(held),
            right=sum(one.right for one in held) / len(held),
            share=len(held) / len(outcomes),
        )
        for _, held in sorted(bins.items())
    ]


def _by_age(run: Run, scores: Mapping[str, Scores], seed: int) -> dict[str, Estimate]:
    """Return how many answers were right, by the age of the first article that they cite."""
    groups: dict[str, list[float]] = {name: [] for name in (*AGES, OLDER, UNDATED)}
    for row in run.rows:
        right = scores[row.question.id].get("right")
        if right is not None and row.answer is not None and row.answer["citations"]:
            groups[age_of(row)].append(right)
    found = {name: estimate(values, seed=seed) for name, values in groups.items()}
    return {name: held for name, held in found.items() if held is not None}


def age_of(row: Row) -> str:
    """Return the group of ages that the first cited article of an answer is in."""
    days = row.answer["citations"][0]["age_days"] if row.answer else None
    if days is None:
        return UNDATED
    return next((name for name, last in AGES.items() if days <= last), OLDER)


def thinned(points: Sequence[tuple[float, float]], most: int = 120) -> list[tuple[float, float]]:
    """Return a curve with at most so many points: a long one costs kilobytes that no eye sees."""
    step = max(1, len(points) // most)
    kept = list(points[::step])
    return kept if not points or kept[-1] == points[-1] else [*kept, points[-1]]


def labels(runs: Sequence[Proven]) -> list[str]:
    """Return a name for each run that tells it from the others: the set, and the model where that differs."""
    differ = any(one.model != other.model for one, other in pairwise(runs))
    return [f"{held.name} ({held.model})" if differ else held.name for held in runs]
