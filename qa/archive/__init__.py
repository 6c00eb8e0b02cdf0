"""The archive: one SQLite file that is the truth. Everything else in an index is derived from it.

Writes go through ``writing`` (one writer), reads through this class; both may be used from several threads.
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.archive import schema
from qa.errors import ArchiveError, IndexDamaged, IndexMismatch, IndexMissing
from qa.failpoints import crash_point
from qa.types import Article, Coverage, Passage, earliest_instant

FILE = "archive.sqlite"
_CHUNK = 500
_ROOM = 2**18
_log = logging.getLogger(__name__)
_FOREVER = 2**62

# A source can be read at an instant when it is known by then and no later text has taken its place.
_VISIBLE = """EXISTS (SELECT 1 FROM sources v WHERE v.article = {n} AND (v.known IS NULL OR v.known <= :before)
    AND (v.until IS NULL OR v.until > :before) AND (:after IS NULL OR v.known IS NULL OR v.known >= :after))
    AND EXISTS (SELECT 1 FROM ledger l WHERE l.article = {n} AND l.state <> 'pending')"""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A passage as the derived indexes take it in."""

    id: str
    headline: str
    outlet: str
    text: str
    article: int
    n: int
    language: str = ""
    known: int | None = None
    """Microseconds since 1970 in UTC; None for undated."""


class Archive:
    """The tables of one archive. Reads see whole articles only: one that is half taken in does not exist yet."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Take over an open connection; use ``open_archive``."""
        self.connection = connection
        self.path = path
        self.lock = threading.RLock()

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection for one statement or more.

        Raises:
            ArchiveError: the disk is full, or the file cannot be written.
            IndexDamaged: a page of the file cannot be read.
        """
        with self.lock, translated(self.path):
            yield self.connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection for one transaction: all of it is on the disk afterwards, or none of it."""
        with self.use() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                crash_point("before_commit")
                connection.execute("COMMIT")
                crash_point("after_commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file."""
        with self.lock:
            self.connection.close()

    def meta(self, key: str) -> str:
        """Return a value of the archive's own table of facts, or an empty string."""
        with self.use() as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def generation(self) -> tuple[int, int]:
        """Return numbers that change when anybody writes."""
        with self.use() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0]), connection.total_changes

    def count(self) -> tuple[int, int, int]:
        """Return how many articles are searchable, how many passages they have, and how many articles are not yet."""
        with self.use() as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM ledger WHERE state <> 'pending'),"
                " (SELECT count(*) FROM passages p JOIN ledger l ON l.article = p.article WHERE l.state <> 'pending'),"
                " (SELECT count(*) FROM ledger WHERE state = 'pending')"
            ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of those ids that are there, older versions too."""
        rows = self.by_id(
            f"SELECT {schema.COLUMNS} FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary"
            " JOIN ledger l ON l.article = a.n WHERE l.state <> 'pending' AND a.id IN ({marks})",
            ids,
        )
        found = (schema.article(row) for row in rows)
        return {article.id: article for article in found}

    def all_articles(self, before: datetime | None = None, after: datetime | None = None) -> Iterator[Article]:
        """Yield the articles that can be read at a time, in the order in which they were taken in."""
        last = -1
        while True:
            with self.use() as connection:
                rows = connection.execute(
                    f"SELECT {schema.COLUMNS} FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary"
                    f" WHERE a.n > :last AND {_VISIBLE.format(n='a.n')} ORDER BY a.n LIMIT 200",
                    {"last": last, **window(before, after)},
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield from (schema.article(row) for row in rows)

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Return the passages of those ids that are there."""
        rows = self.by_id(
            "SELECT p.id, a.id, p.start, p.stop, substr(a.body, p.start + 1, p.stop - p.start), p.times"
            " FROM passages p JOIN articles a ON a.n = p.article JOIN ledger l ON l.article = a.n"
            " WHERE l.state <> 'pending' AND p.id IN ({marks})",
            ids,
        )
        return {
            name: Passage(name, article_id=article, start=start, end=stop, text=text, times=schema.mentions(times))
            for name, article, start, stop, text, times in rows
        }

    def passages_of(self, article_id: str) -> tuple[Passage, ...]:
        """Return all passages of one article, in order."""
        with self.use() as connection:
            ids = connection.execute(
                "SELECT p.id FROM passages p JOIN articles a ON a.n = p.article WHERE a.id = ? ORDER BY p.start",
                (article_id,),
            ).fetchall()
        return tuple(self.passages(row[0] for row in ids).values())

    def versions(self, article_id: str) -> tuple[Article, ...]:
        """Return every version that stood where this article stands, the oldest first; the last one stands now.

        Versions that are put aside (``restoring``) are not among them.
        """
        with self.use() as connection:
            rows = connection.execute(
                "SELECT o.id, max(t.version) FROM articles a JOIN sources s ON s.article = a.n AND s.lineage <> ''"
                " JOIN sources t ON t.lineage = s.lineage AND NOT t.withdrawn JOIN articles o ON o.n = t.article"
                " WHERE a.id = ? GROUP BY o.id ORDER BY 2, max(t.n)",
                (article_id,),
            ).fetchall()
        numbers: dict[str, int] = dict(rows)
        found = self.articles(numbers or [article_id])
        listed = [found[name] for name in numbers or [article_id] if name in found]
        return tuple(replace(one, version=numbers.get(one.id, one.version)) for one in listed)

    def visible(self, ids: Sequence[str], before: datetime | None, after: datetime | None) -> set[str]:
        """Return which of these passages belong to an article that can be read at a time."""
        rows = self.by_id(
            f"SELECT p.id FROM passages p WHERE p.id IN ({{marks}}) AND {_VISIBLE.format(n='p.article')}",
            ids,
            window(before, after),
        )
        return {row[0] for row in rows}

    def visible_articles(self, before: datetime | None, after: datetime | None) -> npt.NDArray[np.int64]:
        """Return the row numbers of the articles that can be read at a time, ascending."""
        with self.use() as connection:
            rows = connection.execute(
                f"SELECT a.n FROM articles a WHERE {_VISIBLE.format(n='a.n')} ORDER BY a.n", window(before, after)
            ).fetchall()
        return np.array([row[0] for row in rows], np.int64)

    def coverage(self, before: datetime | None, after: datetime | None) -> Coverage:
        """Return what can be searched at a time."""
        with self.use() as connection:
            rows = connection.execute(
                "SELECT s.outlet, s.own, s.published, s.updated FROM articles a"
                " JOIN sources s ON s.article = a.n AND s.is_primary"
                f" WHERE {_VISIBLE.format(n='a.n')}",
                window(before, after),
            ).fetchall()
        days = [
            earliest_instant(moment).date()
            for row in rows
            if (moment := schema.moment(row[2]) or schema.moment(row[3])) is not None
        ]
        return Coverage(
            len(rows),
            undated=sum(row[1] is None for row in rows),
            outlets=len({row[0] for row in rows if row[0]}),
            earliest=min(days, default=None),
            latest=max(days, default=None),
        )

    def vectors(self, ids: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """Return the stored embeddings of passages, unit length to within fp16."""
        rows = self.by_id(
            "SELECT p.id, e.vector FROM passages p JOIN embeddings e ON e.passage = p.n WHERE p.id IN ({marks})", ids
        )
        return {name: np.frombuffer(vector, "<f2").astype(np.float32) for name, vector in rows}

    def embeddings(self, after: int = 0) -> Iterator[tuple[int, str, int, bytes]]:
        """Yield the row number, passage id, article row and fp16 vector of each embedding written after a row."""
        last = after
        while True:
            with self.use() as connection:
                rows = connection.execute(
                    "SELECT e.n, p.id, p.article, e.vector FROM embeddings e JOIN passages p ON p.n = e.passage"
                    " JOIN ledger l ON l.article = p.article AND l.state <> 'pending'"
                    " WHERE e.n > ? ORDER BY e.n LIMIT 2000",
                    (last,),
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield from rows

    def searchable(self) -> Iterator[Indexed]:
        """Yield every passage of the searchable articles, as the derived indexes take it in."""
        last = -1
        while True:
            with self.use() as connection:
                rows = connection.execute(
                    f"{INDEXED} JOIN ledger l ON l.article = a.n AND l.state <> 'pending'"
                    " WHERE p.n > ? ORDER BY p.n LIMIT 500",
                    (last,),
                ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield from (Indexed(*row[1:]) for row in rows)

    def by_id(
        self, query: str, ids: Iterable[str], given: dict[str, int | None] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run a query whose ``{marks}`` stand for ids, some hundred at a time."""
        wanted = list(dict.fromkeys(ids))
        rows: list[tuple[Any, ...]] = []
        with self.use() as connection:
            for start in range(0, len(wanted), _CHUNK):
                named = {f"i{number}": name for number, name in enumerate(wanted[start : start + _CHUNK])}
                marks = ", ".join(f":{key}" for key in named)
                rows += connection.execute(query.format(marks=marks), {**named, **(given or {})}).fetchall()
        return rows


INDEXED = (
    "SELECT p.n, p.id, s.headline, s.outlet, substr(a.body, p.start + 1, p.stop - p.start), a.n, p.n,"
    " a.language, s.known FROM passages p"
    " JOIN articles a ON a.n = p.article JOIN sources s ON s.article = a.n AND s.is_primary"
)


def window(before: datetime | None, after: datetime | None) -> dict[str, int | None]:
    """Return the bounds of a time as the parameters ``:before`` and ``:after`` of a query."""
    return {
        "before": _FOREVER - 1 if before is None else schema.micros(before),
        "after": schema.micros(after),
    }


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours, at the edge."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        said = str(error)
        if "full" in said or ("disk I/O" in said and _is_full(path.parent)):
            raise ArchiveError(
                f"the disk that holds {str(path)!r} is full: free some space; nothing is lost"
            ) from error
        if "readonly" in said or "unable to open" in said:
            raise ArchiveError(f"{str(path)!r} cannot be written ({said}): check its owner and rights") from error
        if "locked" in said or "busy" in said:
            raise ArchiveError(f"{str(path)!r} is busy ({said}): try again") from error
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise IndexDamaged(
            f"{str(path)!r} cannot be read ({said}): restore it from a backup, or take the articles in again with"
            " `qa ingest SOURCES --index NEW`"
        ) from error


def _is_full(folder: Path) -> bool:
    """Whether a disk has no room for the few pages that every opening writes."""
    try:
        return shutil.disk_usage(folder).free < _ROOM
    except OSError:
        return False


def open_archive(folder: Path, *, write: bool, create: bool = False) -> Archive:
    """Open the archive of an index; without ``create`` nothing is made.

    Raises:
        IndexMissing: it has no tables yet, and ``create`` is false.
        IndexDamaged: the file is no archive or cannot be read.
        IndexMismatch: it is of an earlier version and cannot be brought up to date where it is.
        ArchiveError: it cannot be opened.
    """
    path = folder / FILE
    mode = "rwc" if create else "rw" if write else "ro"
    address = f"{path.resolve().as_uri()}?mode={mode}"
    with translated(path):
        try:
            connection = _connect(address, write)
        except sqlite3.OperationalError:
            if write or not path.exists():
                raise
            # A folder that we may not write to has no place for the shared memory of the write-ahead log.
            connection = _connect(f"{address}&immutable=1", write)
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            if not create:  # its making was broken off before anything was in it
                connection.close()
                raise IndexMissing(
                    f"the index {str(folder)!r} was never finished: build it with `qa ingest SOURCES --index {folder}`"
                )
            connection.execute("BEGIN IMMEDIATE")
            schema.create(connection)
            connection.execute("COMMIT")
        elif schema.is_old(connection):
            _upgrade(path, folder)
    return Archive(connection, path)


def _upgrade(path: Path, folder: Path) -> None:
    """Bring an archive of an earlier version up to date. Any process may, beside readers: it is one transaction."""
    from qa.archive import grouping, notices

    _log.warning("the index %r is of an earlier version: it is brought up to date once", str(folder))
    try:
        connection = _connect(f"{path.resolve().as_uri()}?mode=rw", write=True)
        try:
            connection.execute("BEGIN IMMEDIATE")
            if schema.is_old(connection):
                schema.upgrade(connection)
                grouping.settle_all(connection)
                notices.link_all(connection)
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        raise IndexMismatch(
            f"the index {str(folder)!r} is of an earlier version, and cannot be written to bring it up to date"
            f" ({error}): run `qa info --index {folder}` once where it can"
        ) from error


def _connect(address: str, write: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA foreign_keys = ON")
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")  # a deleted article's words do not stay in free pages
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
