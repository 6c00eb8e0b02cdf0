"""What the commands of ``qa eval`` share: common options, what they are carried out with, and how they speak."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qa.evaluation.runner import Choice
    from qa.evaluation.suite import Bench

RUNS = Path("eval/runs")

Runs = Annotated[Path, typer.Option("--runs", help="Folder of the runs.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON instead of a table.")]
NoModel = Annotated[bool, typer.Option("--no-model", help="Measure the answers made without a language model.")]
Seed = Annotated[int, typer.Option("--seed", help="Fixes samples and intervals.")]


def say(text: str) -> None:
    """Print a line that is no figure."""
    typer.echo(text, err=True)


@dataclass(frozen=True, slots=True)
class How:
    """With what questions are asked, and where the answers are kept."""

    no_model: NoModel = False
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask again what an earlier run has answered.")] = False
    runs: Runs = RUNS


ASKED = How()
"""As they are asked where nothing else is said."""


@contextmanager
def benched(how: How, choice: Choice | None = None) -> Iterator[Bench]:
    """Open what rows are carried out with, and close model and progress bar behind it."""
    from qa.encoders import load
    from qa.evaluation.opening import Opener
    from qa.evaluation.progress import Bar
    from qa.evaluation.runner import Choice
    from qa.evaluation.suite import bench_of
    from qa.settings import Settings

    settings = Settings()
    with Bar() as bar, Opener(settings, load(settings), extractive=how.no_model, progress=bar) as opener:
        yield bench_of(how.runs, opener, choice=choice or Choice(), fresh=how.fresh, progress=bar)
