"""Keeps folders and feeds current: looks at them again and again, and takes in what is new or changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from qa.errors import InputError
from qa.index import IngestReport
from qa.ingest import Rejected, files
from qa.news import NewsQA

_SETTLED = 1.0
"""Seconds for which a file must not have changed: what is still being written is left for the next look."""

Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is watched and how: ``every`` how many seconds, or ``once``; ``mapping`` as for ``NewsQA.ingest``."""

    sources: tuple[str, ...]
    every: float = field(kw_only=True, default=300.0)
    once: bool = field(kw_only=True, default=False)
    mapping: str = field(kw_only=True, default="")


class Watch:
    """One watch. The index is open only while there is something to take in, so that others can write in between."""

    def __init__(self, plan: Plan, opened: Callable[[], NewsQA], say: Callable[[str], None]) -> None:
        """Keep the parts.

        Args:
            plan: what to watch.
            opened: opens the archive.
            say: told in words what was done and what went wrong.

        Raises:
            InputError: nothing is to be watched, or a path does not exist.
        """
        if not plan.sources:
            raise InputError("nothing to watch: name folders or addresses of feeds, as in `qa watch news/ --every 300`")
        for source in plan.sources:
            if "://" not in source and not Path(source).exists():
                raise InputError(f"there is no file or folder {source!r} to watch: check the path with `ls`")
        self._plan = plan
        self._opened = opened
        self._say = say
        self._known: dict[Path, Stamp] = {}
        self._told: set[tuple[str, str]] = set()
        self._stop = threading.Event()

    def stop(self) -> None:
        """End after the article that is being read."""
        self._stop.set()

    def run(self) -> bool:
        """Look at everything, then again and again until ``stop``; return whether the last look went well."""
        first, well = True, True
        while not self._stop.is_set():
            well = self._survive(first)
            first = False
            if self._plan.once or self._stop.wait(self._plan.every):
                break
        return well

    def _survive(self, first: bool) -> bool:
        """Look once; whatever fails is told, and the next look comes all the same."""
        again = "" if self._plan.once else f"; the next look is in {self._plan.every:g} s"
        try:
            report = self.look()
        except Exception as error:  # noqa: BLE001 - the edge of a process that is to live on: it is told, and tried again
            self._say(f"{_now()} {type(error).__name__}: {error}{again}")
            return False
        self._tell(report, first)
        return True

    def look(self) -> IngestReport:
        """Take in what is new since the last look, and return what became of it."""
        addresses = [source for source in self._plan.sources if "://" in source]
        changed, unread = self._changed()
        report = IngestReport(rejected=tuple(unread))
        if changed or addresses:
            with self._opened() as news:
                taken = news.ingest(
                    [*map(str, changed), *addresses], mapping=self._plan.mapping, stopped=self._stop.is_set
                )
            rejected = (*unread, *taken.rejected)
            report = IngestReport(
                taken.added, updated=taken.updated, unchanged=taken.unchanged, rejected=rejected, flagged=taken.flagged,
                carried=taken.carried, skipped=taken.skipped, undated=taken.undated, undated_first=taken.undated_first,
                left_out=taken.left_out,
            )  # fmt: skip
        if not self._stop.is_set():  # else what was not reached would count as seen
            self._known.update(changed)
        return report

    def _changed(self) -> tuple[dict[Path, Stamp], list[Rejected]]:
        """Return the files that are new or changed, with how they stand now, and what is there that is not read."""
        found: dict[Path, Stamp] = {}
        unread: list[Rejected] = []
        latest = time.time_ns() - (0 if self._plan.once else int(_SETTLED * 1e9))
        for source in self._plan.sources:
            if "://" in source:
                continue
            root = Path(source)
            for path in files.below(root) if root.is_dir() else [root]:
                if isinstance(path, Rejected):
                    unread.append(path)
                    continue
                try:
                    state = path.stat()
                except OSError as error:
                    unread.append(Rejected(str(path), f"cannot be read: {error.strerror}"))
                    continue
                stamp = (state.st_mtime_ns, state.st_size)
                if stamp != self._known.get(path) and state.st_mtime_ns <= latest:
                    found[path] = stamp
        return found, unread

    def _tell(self, report: IngestReport, first: bool) -> None:
        """Say what a look brought; what failed in the same way the last time is not said again."""
        failed = {(each.source, each.reason) for each in report.rejected if "empty folder" not in each.reason}
        for source, reason in sorted(failed - self._told):
            self._say(f"{_now()} rejected {source}: {reason}")
        for note in report.flagged:
            self._say(f"{_now()} note {note.source}: {note.reason}")
        if first or report.added or report.updated or failed - self._told:
            for remark in report.remarks:
                self._say(f"{_now()} {remark}")
            self._say(
                f"{_now()} {report.added} added, {report.updated} updated, {report.unchanged} unchanged,"
                f" {len(failed)} rejected"
            )
        self._told = failed


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
