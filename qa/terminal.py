"""What the command shows in a terminal: progress on standard error, a streamed answer on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any

import typer

from qa.render import terminal as rendered
from qa.render import words
from qa.types import Answer, Citation, Event, Evidence, Sentence


class Progress:
    """A progress bar on standard error that is called with (done, total or None, what is being done).

    It appears with the first call, and only where standard error is a terminal; elsewhere each new task is one line.
    """

    def __init__(self) -> None:
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the bar off the screen."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self._tasks.clear()

    def __call__(self, done: int, total: int | None, what: str) -> None:
        """Show that ``done`` of ``total`` is reached in the task named ``what``."""
        if not sys.stderr.isatty():
            if what not in self._tasks:
                self._tasks[what] = True
                typer.echo(f"{what} …", err=True)
            return
        if self._bar is None:
            self._bar = _bar()
            self._bar.start()
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done, total=total)


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    return RichProgress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def show_stream(events: Iterable[Event], progress: Progress) -> Answer | None:
    """Print an answer as it comes: what is being read on standard error, checked sentences and sources on output."""
    reading = 0
    shown = False
    answer: Answer | None = None
    for event in events:
        match event:
            case Evidence():
                reading += 1
                if reading == 1:
                    progress.close()
                    typer.echo("found:", err=True)
                typer.echo(f"  {words.printable(_label(event))}", err=True)
            case Sentence():
                progress.close()
                marks = "".join(f" [{number}]" for number in event.citations)
                typer.echo(words.printable(event.text) + marks)
                shown = True
            case Citation():
                pass
            case Answer():
                progress.close()
                answer = event
                typer.echo(rendered(event, streamed=shown), nl=False)
    return answer


def _label(evidence: Evidence) -> str:
    article = evidence.article
    return f"{article.outlet or 'unnamed outlet'}, {words.day(article.dated) or 'undated'}: {article.headline[:90]}"
