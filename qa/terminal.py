"""What the command shows in a terminal: progress on standard error, a streamed answer on standard output."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
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


class Stopped(BaseException):
    """The run was asked to stop, and did so at the edge of a batch; ``number`` is the signal."""

    def __init__(self, number: int) -> None:
        """Keep the signal's number."""
        super().__init__(number)
        self.number = number


@contextlib.contextmanager
def stopping(progress: Callable[[int, int | None, str], None]) -> Iterator[Callable[[int, int | None, str], None]]:
    """Yield a progress that ends the run at the next batch's edge after SIGINT or SIGTERM; a second signal ends it now.

    Raises:
        Stopped: from the yielded progress, when a signal came.
    """
    came: list[int] = []

    def note(number: int, frame: object) -> None:
        came.append(number)
        typer.echo("stopping when this batch is written", err=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def told(done: int, total: int | None, what: str) -> None:
        progress(done, total, what)
        if came and what != "done":
            raise Stopped(came[0])

    before = [(number, signal.signal(number, note)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        yield told
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as RichProgress
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many are done in a second, over the last half minute."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.1f}/s" if task.speed else "")

    return RichProgress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
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
