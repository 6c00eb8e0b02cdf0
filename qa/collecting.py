"""Sources into an index: reads files, folders, pages and feeds, and remembers which feeds were read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

from qa.index import Index, IngestReport, Progress
from qa.ingest import Item, Names, Read, Reading, Rejected, Unchanged, fields, files, read
from qa.ingest.confined import Confined
from qa.settings import Settings

LOCAL_SECONDS, LOCAL_CPU = 600.0, 120
"""Limits for one local file, by the clock and in processor time: a PDF of three hundred pages is within them."""


_LINED = frozenset((".jsonl", ".csv", ".tsv"))


@dataclass(frozen=True, slots=True)
class Collecting:
    """How sources are taken in.

    ``mapping`` names fields as ``--map`` does; ``stopped`` is asked between articles whether to end early, with what
    was read by then.
    """

    stdin: TextIO | None = None
    mapping: str = field(kw_only=True, default="")
    progress: Progress | None = field(kw_only=True, default=None)
    stopped: Callable[[], bool] = field(kw_only=True, default=lambda: False)


def collect(index: Index, sources: Sequence[str | Path], settings: Settings, how: Collecting) -> IngestReport:
    """Read the sources and add their articles to an index.

    Raises:
        InputError: a source does not exist, or the mapping is none.
        IndexLocked: another process writes this index.
    """
    names = fields.parse(how.mapping) if how.mapping else Names()
    # A process of its own reads what may be made to break its reader; it is started with the first such file.
    local = Confined(seconds=LOCAL_SECONDS, cpu=LOCAL_CPU)
    try:
        reading = Reading(how.stdin, names=names, parse=local.articles)
        if any("://" in str(source) for source in sources):
            return _fetched(index, sources, settings, how, reading)
        return _add(index, read(sources, reading), how, _expected(sources))
    finally:
        local.close()


def _fetched(
    index: Index, sources: Sequence[str | Path], settings: Settings, how: Collecting, reading: Reading
) -> IngestReport:
    """Add the articles of sources some of which are addresses."""
    # The way to the network is imported where an address is given, and not by every `qa ask`.
    from qa.archive.visits import StoredVisits
    from qa.ingest.fetching import Fetcher
    from qa.ingest.web import Web

    visits = StoredVisits(index.archive)
    fetcher = Fetcher(private=settings.fetch_private, stopped=how.stopped)
    confined = Confined()
    try:
        web = Web(fetcher, visits=visits, progress=how.progress, confined=confined)
        report = _add(index, read(sources, replace(reading, web=web)), how)
    finally:
        confined.close()
    visits.keep()
    return report


def _add(index: Index, items: Iterator[Item], how: Collecting, expected: int | None = None) -> IngestReport:
    """Add articles; what has not changed since it was last read only counts."""
    same = 0

    def fresh() -> Iterator[Read | Rejected]:
        nonlocal same
        for item in items:
            if isinstance(item, Unchanged):
                same += item.articles
            else:
                yield item
            if how.stopped():
                return

    def told(done: int, total: int | None, what: str) -> None:
        if how.progress:
            here = expected if total is None and expected is not None and expected >= done else total
            how.progress(done, here, what)

    report = index.add(fresh(), progress=told)
    return replace(report, unchanged=report.unchanged + same)


def _expected(sources: Sequence[str | Path]) -> int | None:
    """Return how many articles there are about to be: a file is one, a table or JSONL as many as it has lines.

    None where it cannot be said beforehand: addresses, standard input.
    """
    if any("://" in str(source) or str(source) == "-" for source in sources):
        return None
    count = 0
    for source in map(Path, sources):
        for path in files.below(source) if source.is_dir() else [source]:
            if isinstance(path, Path) and path.is_file():
                lined = path.suffix.lower() in _LINED
                count += max(1, _lines(path) - (path.suffix.lower() != ".jsonl")) if lined else 1
    return count


def _lines(path: Path) -> int:
    try:
        with path.open("rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    except OSError:
        return 1
