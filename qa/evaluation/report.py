"""A run as figures: each metric with its 95 % interval and n, over all questions and by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from qa.evaluation import metrics
from qa.evaluation.calibration import aurc, calibration_error
from qa.evaluation.intervals import Estimate, estimate, quantile
from qa.evaluation.metrics import Judge
from qa.evaluation.rows import Header, Row, Run
from qa.evaluation.scoring import HIGHER_IS_WORSE, Scores, outcome, score, text_of

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

MEANINGS: Mapping[str, str] = {
    "right": "status and values (or wording) as the gold has them, nothing stale",
    "contained": "a gold wording within the first 40 words",
    "em": "short answer equals a gold wording (SQuAD)",
    "f1": "token F1 of the short answer (SQuAD)",
    "numbers": "share of gold numbers shown",
    "dates": "share of gold dates shown",
    "citation_recall": "sentences that their citations support (ALCE)",
    "citation_precision": "citations that are needed (ALCE)",
    "spans": "citations whose span slices to the quote",
    "gold_quote": "answers that cite a gold quote",
    "gold_quotes": "gold quotes that a citation overlaps",
    "refusal_precision": "refusals that were right",
    "refusal_recall": "unanswerable questions refused",
    "reason": "right refusals with the gold reason",
    "conflict_shown": "conflicts shown with every side",
    "wrongly_refused": "answerable questions refused",
    "false_conflict": "answerable questions shown as conflicts",
    "stale": "answers that say what is superseded",
    "leak": "answers that show an article later than asked about",
    "error": "questions that failed",
    "aurc": "area under risk and coverage, over answers given",
    "ece": "expected calibration error, over answers given",
}
"""Each metric of a run in one phrase, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Wall seconds of a stage over the rows that have it."""

    p50: float
    p95: float
    n: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one run."""

    header: Header
    n: int = field(kw_only=True)
    errors: int = field(kw_only=True)
    figures: Mapping[str, Estimate] = field(kw_only=True)
    kinds: Mapping[str, Mapping[str, Estimate]] = field(kw_only=True)
    latency: Mapping[str, Latency] = field(kw_only=True)
    tokens: Mapping[str, float] = field(kw_only=True)
    memory: float | None = field(kw_only=True)
    """The most that was held after a question, MiB; rows taken over from an earlier run tell of that one."""
    median_words: float | None = field(kw_only=True)
    modes: Mapping[str, int] = field(kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as plain JSON types."""
        return asdict(self)


def summarise(run: Run, *, judge: Judge | None = None, seed: int = 1) -> Summary:
    """Return the figures of a run; ``seed`` fixes the bootstrap."""
    normal = normal_of(run)
    scored = [(row, score(row, judge=judge, normal=normal)) for row in run.rows]
    kinds = sorted({row.question.kind for row in run.rows})
    answers = [row.answer for row in run.rows if row.answer is not None]
    lengths = [float(len(text_of(row).split())) for row in run.rows if text_of(row)]
    return Summary(
        run.header,
        n=len(run.rows),
        errors=sum(row.error is not None for row in run.rows),
        figures=figures(scored, seed=seed) | _whole(scored, seed=seed),
        kinds={kind: figures([pair for pair in scored if pair[0].question.kind == kind], seed=seed) for kind in kinds},
        latency=_latency(run.rows),
        tokens=_tokens(answers),
        memory=max((row.memory for row in run.rows if row.memory is not None), default=None),
        median_words=quantile(lengths, 0.5) if lengths else None,
        modes={
            mode: sum(answer["mode"] == mode for answer in answers) for mode in sorted({a["mode"] for a in answers})
        },
    )


def normal_of(run: Run) -> Callable[[str], str]:
    """Return the normalisation that a run is scored with."""
    return metrics.NORMALS[run.header.normal]


def figures(scored: Sequence[tuple[Row, Scores]], *, seed: int = 1) -> dict[str, Estimate]:
    """Return each metric that any row has a number for, in the order of ``MEANINGS``."""
    found = {name: estimate([scores[name] for _, scores in scored if name in scores], seed=seed) for name in MEANINGS}
    return {name: figure for name, figure in found.items() if figure is not None}


def _whole(scored: Sequence[tuple[Row, Scores]], *, seed: int) -> dict[str, Estimate]:
    """Return the metrics of a set of answers as a whole."""
    outcomes = [known for row, scores in scored if (known := outcome(row, scores)) is not None]
    found = {
        "aurc": estimate(outcomes, seed=seed, statistic=aurc),
        "ece": estimate(outcomes, seed=seed, statistic=calibration_error),
    }
    return {name: figure for name, figure in found.items() if figure is not None}


def _latency(rows: Sequence[Row]) -> dict[str, Latency]:
    held: dict[str, list[float]] = {}
    for row in rows:
        if row.answer is not None:
            held.setdefault("whole", []).append(row.seconds)
            for stage, seconds in row.answer["trace"]["seconds"].items():
                held.setdefault(stage, []).append(float(seconds))
    return {stage: Latency(quantile(v, 0.5), quantile(v, 0.95), len(v)) for stage, v in held.items()}


def _tokens(answers: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    held: dict[str, list[float]] = {}
    for answer in answers:
        for name, count in answer["trace"]["tokens"].items():
            held.setdefault(name, []).append(float(count))
    return {name: sum(counts) / len(counts) for name, counts in held.items()}


def table(summary: Summary) -> Table:
    """Return the figures as one table for a terminal: over all, then what is right by kind, then seconds."""
    from rich.table import Table

    modes = ", ".join(f"{count} {mode}" for mode, count in summary.modes.items())
    title = f"{summary.header.name}: {summary.n} questions ({modes}), {summary.errors} errors"
    grid = Table(title=title, title_justify="left")
    for name, width in (("metric", 20), ("value", 5), ("95 %", 11), ("n", 3)):
        grid.add_column(name, justify="left" if name == "metric" else "right", no_wrap=True, min_width=width)
    grid.add_column("what it is")
    for name, figure in summary.figures.items():
        label = f"{name} ↓" if name in HIGHER_IS_WORSE else name
        grid.add_row(label, *_cells(figure), _phrase(name))
    grid.add_section()
    for kind, held in summary.kinds.items():
        if "right" in held:
            grid.add_row(f"right: {kind}", *_cells(held["right"]), "")
    grid.add_section()
    for stage, seconds in summary.latency.items():
        grid.add_row(f"seconds: {stage}", f"{seconds.p50:.2f}", f"p95 {seconds.p95:.2f}", str(seconds.n), "median")
    for name, count in summary.tokens.items():
        grid.add_row(f"tokens: {name}", f"{count:.0f}", "", "", "mean")
    if summary.memory is not None:
        grid.add_row("memory", f"{summary.memory:.0f}", "", "", "MiB, the most after a question, model included")
    if summary.median_words is not None:
        grid.add_row("words", f"{summary.median_words:.0f}", "", "", "median of an answer")
    return grid


def _phrase(name: str) -> Text:
    """Return what a metric is, on one line: where the terminal is narrow it is this that gives way, never a figure."""
    from rich.text import Text

    return Text(MEANINGS[name], no_wrap=True, overflow="ellipsis")


def _cells(figure: Estimate) -> tuple[str, str, str]:
    return f"{figure.value:.3f}", f"{figure.low:.3f}–{figure.high:.3f}", str(figure.n)
