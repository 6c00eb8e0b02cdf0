"""What a command carries out and shows: rows of the public sets, own questions, the figures of the gate."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import EvalError
from qa.evaluation import adapters, measures, newsroom, own, report, suite
from qa.evaluation.adapters import AskRow, ReadRow, SearchRow
from qa.evaluation.measures import Measurement
from qa.evaluation.rows import read_run
from qa.evaluation.runner import Choice, Plan, choose, run
from qa.evaluation.scoring import Scores, score
from qa.evaluation.suite import Bench
from qa.judging import judge_by

if TYPE_CHECKING:
    from rich.table import Table

JUDGE_NOTE = (
    "citation precision and recall are judged by Dateline's own support check: read them beside its agreement with"
    " people, `qa eval wice`"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures to show: a table for people, plain JSON for programs, and notes."""

    table: Table
    figures: Mapping[str, Any] = field(kw_only=True)
    notes: tuple[str, ...] = field(kw_only=True, default=())


def own_set(path: Path | None, bench: Bench, *, index: Path | None) -> Outcome:
    """Ask the questions of a file, or of Dateline's own sets on the sample archive.

    Args:
        path: the file; None for the sample sets.
        bench: what to carry out with.
        index: the index to ask; None builds one of the sample archive in the cache.
    """
    return answered(own_run(path, bench, index=index), bench)


def own_run(path: Path | None, bench: Bench, *, index: Path | None = None) -> Path:
    """Ask as :func:`own_set` and return the file of the run."""
    questions = choose(newsroom.load(path) if path else own.questions(), bench.choice)
    name = path.stem if path else "sample"
    with bench.opener.asking(index or sample_index(bench)) as news:
        plan = Plan(name, questions=questions, folder=bench.runs, choice=bench.choice, fresh=bench.fresh)
        plan = replace(plan, setup=bench.opener.setup, today=plan.today if path else own.TODAY)
        return run(plan, news, report=suite.reporter(name, len(questions), bench.progress))


def sample_index(bench: Bench) -> Path:
    """Return the index of the sample archive in the cache, building it where it is missing."""
    return bench.builder.build_files("sample", own.sample_files(), sources=[own.folder() / "sample"])


def answered(file: Path, bench: Bench) -> Outcome:
    """Return the figures of a run, and write them beside it."""
    whole = read_run(file)
    summary = report.summarise(whole, judge=suite.judge, seed=bench.choice.seed)
    figures = summary.to_dict()
    _beside(file, figures)
    failed = [f"{row.question.id}: {row.error}" for row in whole.rows if row.error]
    notes = (JUDGE_NOTE, *(f"failed {entry}" for entry in failed[:5]), f"answers in {file}")
    return Outcome(report.table(summary), figures=figures, notes=notes)


def measured(file: Path, bench: Bench, name: str) -> Outcome:
    """Return the figures of a file of measurements, and write them beside it."""
    measurement = measures.summarise(name, measures.read(file), seed=bench.choice.seed)
    figures = measurement.to_dict()
    _beside(file, figures)
    return Outcome(measurement_table(measurement), figures=figures, notes=(f"items in {file}",))


def _beside(file: Path, figures: Mapping[str, Any]) -> None:
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    file.with_suffix(".summary.json").write_text(text, encoding="utf-8")


def measurement_table(measurement: Measurement) -> Table:
    """Return the figures of measured items as a table for a terminal, by kind where there are several."""
    from rich.table import Table

    grid = Table(title=f"{measurement.name}: {measurement.n} items", title_justify="left")
    for column in ("metric", "value", "95 %", "n"):
        grid.add_column(column, justify="left" if column == "metric" else "right")
    groups = {"": measurement.figures, **(measurement.kinds if len(measurement.kinds) > 1 else {})}
    for kind, figures in groups.items():
        for name, figure in figures.items():
            label = f"{name} ({kind})" if kind else name
            grid.add_row(label, f"{figure.value:.3f}", f"{figure.low:.3f}–{figure.high:.3f}", str(figure.n))
        grid.add_section()
    for name, seconds in measurement.seconds.items():
        grid.add_row(f"seconds: {name}", f"{seconds:.3f}", "", "")
    return grid


def public(name: str, bench: Bench, *, split: str = "") -> list[Outcome]:
    """Measure the rows of one public set; ``split`` keeps the rows with this part in their names.

    Raises:
        EvalError: the public sets are not there, or no row has that part.
    """
    if name == "wice":
        return [_wice(bench)]
    if name == "meantime":
        return [_meantime(bench)]
    rows = [made for row, made in adapters.ROWS.items() if row.startswith(f"{name}/") and split in row]
    if not rows:
        known = ", ".join(row for row in adapters.ROWS if row.startswith(f"{name}/"))
        raise EvalError(f"no row of {name!r} has {split!r} in its name: there are {known}")
    return [_row(made, bench) for made in rows]


def _row(made: Callable[[adapters.Size], adapters.Row], bench: Bench) -> Outcome:
    row = adapters.narrowed(made(size_of(bench.choice)), bench.choice.half)
    if isinstance(row, SearchRow):
        return measured(suite.searching(row, bench), bench, row.name)
    return answered(asked(row, bench), bench)


def asked(row: AskRow | ReadRow, bench: Bench) -> Path:
    """Ask what is chosen of a row and return the file of the run."""
    # Size and half are the set's own and are applied; kinds and samples remain.
    rest = replace(bench.choice, quick=False, whole=False, half=None)
    row = replace(row, questions=choose(row.questions, rest))
    return suite.asking(row, bench) if isinstance(row, AskRow) else suite.reading(row, bench)


def size_of(choice: Choice) -> adapters.Size:
    """Return how much of each row of a public set is asked.

    Raises:
        EvalError: a part and the whole are asked for together.
    """
    if choice.quick and choice.whole:
        raise EvalError("--quick and --whole ask for a part and for all of a set: say one of them")
    return "quick" if choice.quick else "whole" if choice.whole else "full"


def _wice(bench: Bench) -> Outcome:
    model = bench.opener.model()
    found, items = suite.wice(
        bench.choice.half,
        quick=bench.choice.quick,
        judge=judge_by(model) if model else None,
        progress=bench.progress,
    )
    told = {"half": bench.choice.half, "judge": model.name if model else ""}
    file = measures.write(bench.runs, "wice", items, config=told)
    figures: dict[str, Any] = {"name": "wice", "half": bench.choice.half or "all", "judge": told["judge"] or "none"}
    for label, held in found.items():
        figures |= {f"{label} {name}": value for name, value in asdict(held).items()}
    _beside(file, figures)
    return Outcome(_flat_table("wice", figures), figures=figures, notes=(f"items in {file}",))


def _meantime(bench: Bench) -> Outcome:
    found = suite.meantime(bench.choice.half, quick=bench.choice.quick)
    names = ("gold", "system", "relaxed_f1", "strict_f1", "value_accuracy", "value_f1")
    figures: dict[str, Any] = {"name": "meantime", "half": bench.choice.half or "all"}
    for label, held in found.items():
        figures |= {f"{label} {name}": getattr(held, name) for name in names}
    return Outcome(_flat_table("meantime", figures), figures=figures)


def _flat_table(title: str, figures: Mapping[str, Any]) -> Table:
    from rich.table import Table

    grid = Table("metric", "value", title=title, title_justify="left")
    for name, value in figures.items():
        grid.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
    return grid


def scores_of(file: Path) -> Mapping[str, Scores]:
    """Return the scores of each question of a run, or of each item of a file of measurements."""
    if measures.is_measure(file):
        return {item.id: item.scores for item in measures.read(file)}
    whole = read_run(file)
    normal = report.normal_of(whole)
    return {row.question.id: score(row, judge=suite.judge, normal=normal) for row in whole.rows}
