"""The baselines: the report halves of the public sets at their whole size and the sample, with the default model.

Rows are asked one after the other, those with the rarest gold first, and every answer is kept: an interrupted run goes
on where it stopped. The figures are computed from what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from qa import refusal
from qa.errors import EvalError
from qa.evaluation import adapters, measures, outcomes, own
from qa.evaluation.adapters import SearchRow
from qa.evaluation.calibration import Outcome, aurc, auroc, debiased_error
from qa.evaluation.intervals import Estimate, estimate
from qa.evaluation.report import figures as means
from qa.evaluation.report import normal_of
from qa.evaluation.rows import Row, Run, read_header, read_run
from qa.evaluation.runner import Choice
from qa.evaluation.scoring import Scores, confidence, outcome, score
from qa.evaluation.suite import Bench
from qa.reader import Size

SAMPLE = "sample"
ROWS = (
    "rgb/system",
    "rgb/refusal",
    "realtimeqa/2022gold/answer",
    "realtimeqa/2023s/answer",
    SAMPLE,
    "squad2/answer",
)
"""What is asked unless told otherwise: conflicts first, of which there is least, the longest row last."""

SHOWN: Mapping[str, str] = {
    "contained": "contained",
    "f1": "short F1",
    "refusal_recall": "refused",
    "wrongly_refused": "wrongly refused ↓",
    "conflict_shown": "conflicts shown",
    "auroc": "AUROC answerable",
    "aurc_all": "AURC, all questions ↓",
    "calibration": "calibration error, debiased ↓",
    "error": "failed ↓",
}
"""The columns; ↓: less is better."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one row, or of several together."""

    name: str
    n: int
    figures: Mapping[str, Estimate]
    about: Mapping[str, str] = field(default_factory=dict)
    """Version, commit, command and machine of the run."""

    def to_dict(self) -> dict[str, Any]:
        """Return them as plain JSON types."""
        return asdict(self)


def ask(names: Sequence[str], bench: Bench) -> None:
    """Ask the rows, in this order, of the public sets the report half at its whole size."""
    for name in names:
        if name == SAMPLE:
            outcomes.own_run(None, bench)
            continue
        made = adapters.ROWS.get(name)
        row = adapters.narrowed(made("whole"), "report") if made else None
        if row is None or isinstance(row, SearchRow):
            known = [SAMPLE, *(held for held in adapters.ROWS if not held.endswith(("retrieval", "later")))]
            raise EvalError(f"{name!r} is no row that is asked: there are {', '.join(known)}")
        marked = replace(bench, choice=replace(bench.choice, half="report", whole=True))
        outcomes.asked(row, marked)


def kept(name: str, folder: Path) -> Run | None:
    """Return what is kept of a row: every question of the newest run and of the others of its configuration.

    An interrupted run is thus whole with the one that went on with it. None where there is nothing.
    """
    held = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            header = None if measures.is_measure(path) else read_header(path)
        except EvalError:
            continue
        if header is not None and header.name == name and _whole(name, header.choice):
            held.append((header.started, path.stat().st_mtime_ns, path, header))
    if not held:
        return None
    held.sort(key=lambda one: one[:2])
    newest = held[-1][3]
    rows: dict[str, Row] = {}
    for _, _, path, header in held:
        if header.config == newest.config:
            rows |= {row.question.id: row for row in read_run(path).rows}
    return Run(newest, tuple(rows.values()))


def _whole(name: str, choice: Mapping[str, Any]) -> bool:
    """Whether a run is of what the baselines are of, and no choice of kinds."""
    public = name == SAMPLE or (choice.get("half") == "report" and choice.get("whole", False))
    return bool(public) and not choice.get("kinds") and not choice.get("quick")


def measured(runs: Sequence[Run], *, seed: int = 1) -> list[Figures]:
    """Return the figures of each run, of the rows of one set together where they differ in gold, and of all."""
    scored = [(run, [(row, score(row, normal=normal_of(run))) for row in run.rows]) for run in runs]
    found = [_figures(run.header.name, held, run.header.made, seed) for run, held in scored]
    rgb = [pair for run, held in scored if run.header.name in ("rgb/system", "rgb/refusal") for pair in held]
    if sum(run.header.name in ("rgb/system", "rgb/refusal") for run in runs) == len(("system", "refusal")):
        found.append(_figures("rgb/system and rgb/refusal", rgb, {}, seed))
    if len(runs) > 1:
        found.append(_figures("all rows", [pair for _, held in scored for pair in held], {}, seed))
    return found


def _figures(name: str, scored: Sequence[tuple[Row, Scores]], about: Mapping[str, str], seed: int) -> Figures:
    found: dict[str, Estimate | None] = dict(means(scored, seed=seed))
    given = [known for row, scores in scored if (known := outcome(row, scores)) is not None]
    told = [Outcome(decided(row), not row.unanswerable) for row, _ in scored]
    if len({one.right for one in told}) > 1:
        found["auroc"] = estimate(told, seed=seed, statistic=auroc)
    every = [Outcome(decided(row), _rightly_answered(row, scores)) for row, scores in scored]
    found["aurc_all"] = estimate(every, seed=seed, statistic=aurc)
    if len(given) > 1:
        found["calibration"] = estimate(given, seed=seed, statistic=debiased_error)
    shown = {key: value for key in SHOWN if (value := found.get(key)) is not None}
    return Figures(name, len(scored), shown, about)


def _rightly_answered(row: Row, scores: Scores) -> bool:
    return not row.refused and scores.get("right") == 1.0


def decided(row: Row) -> float:
    """Return the probability on which it was decided to answer or to refuse, for a refusal too; 0 for a failure.

    A refusal keeps the signals that it was weighed from. One for a premise that an article denies was decided by that
    denial, and one without any find by nothing: both are 0.
    """
    if row.answer is None:
        return 0.0
    signals = row.answer["trace"]["signals"]
    if "probability" in signals:
        return float(signals["probability"])
    if not row.refused:
        return confidence(row.answer)
    if row.answer["reason"] == "false_premise" or "similarity" not in signals:
        return 0.0
    known = {name: signals.get(name) for name in ("margin", "relevance", "age")}
    needed = {name: float(signals[name]) for name in ("covered", "typed", "nearest", "timely")}
    read_by = (row.answer["trace"].get("reader") or {}).get("name")
    size: Size = "small" if read_by == "small" else "large"
    return refusal.probability(refusal.Signals(float(signals["similarity"]), **needed, **known, reader=size))


def markdown(found: Sequence[Figures], *, seed: int = 1) -> str:
    """Return the table as Markdown: value, interval and n of each figure."""
    columns = [name for name in SHOWN if any(name in row.figures for row in found)]
    lines = [f"| row | n | {' | '.join(SHOWN[name] for name in columns)} |"]
    lines.append("|---" * (len(columns) + 2) + "|")
    for row in found:
        cells = (_cell(row.figures.get(name)) for name in columns)
        lines.append(f"| {row.name} | {row.n} | {' | '.join(cells)} |")
    about = next((row.about for row in found if row.about), {})
    where = f"commit {about.get('commit', '?')}, {about.get('machine', '?')}"
    return "\n".join([*lines, "", f"95 % percentile bootstrap intervals, seed {seed}; {where}."])


def _cell(figure: Estimate | None) -> str:
    return "–" if figure is None else f"{figure.value:.3f} ({figure.low:.3f}–{figure.high:.3f}, n {figure.n})"


def missing(names: Sequence[str], runs: Mapping[str, Run]) -> list[str]:
    """Return what is not asked yet, in words."""
    found = []
    for name in names:
        made = adapters.ROWS.get(name)
        row = adapters.narrowed(made("whole"), "report") if made else None
        wanted = len(own.questions()) if row is None or isinstance(row, SearchRow) else len(row.questions)
        there = len(runs[name].rows) if name in runs else 0
        if there < wanted:
            found.append(f"{name}: {there} of {wanted} questions")
    return found


def choice(sample: int | None, seed: int) -> Choice:
    """Return which questions are asked: all of them, or a few of each row for a trial."""
    return Choice(sample=sample, seed=seed)
