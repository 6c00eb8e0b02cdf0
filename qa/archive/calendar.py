"""Which articles may be read at a time, of some outlets or in a language: the archive's dates, kept in memory.

A filter that a database evaluates row by row costs the more the more there is. These columns answer it for a million
passages in a few milliseconds, the same for every filter. They let through all that may be read and, now and then, a
text that a later version took the place of: ``Archive.visible`` has the last word on what was found.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from qa.archive import Archive, browsing, schema
from qa.archive.browsing import Narrow
from qa.types import earliest_instant, latest_instant

_UNDATED = -(2**62)
_KEPT = 32

TRIGGER = """CREATE TRIGGER IF NOT EXISTS sources_moved AFTER UPDATE OF known, own ON sources
    WHEN old.own IS NOT new.own OR (old.known IS NOT NULL AND (new.known IS NULL OR new.known < old.known)) BEGIN
    INSERT INTO meta VALUES ('moved', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1; END"""
"""Tells readers that an article may be read earlier than they have noted. A later date needs no telling."""


def watch(archive: Archive) -> None:
    """Have the archive note what a calendar must know; a writer calls it once."""
    with archive.use() as connection:
        connection.execute(TRIGGER)


@dataclass(frozen=True, slots=True)
class Allowed:
    """Articles, as a flag for each row number: None lets all through. ``share`` is their part of the whole, 0…1."""

    flags: npt.NDArray[np.bool_] | None = None
    share: float = field(kw_only=True, default=1.0)

    def of(self, articles: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Return which of these article rows are let through."""
        if self.flags is None:
            return np.ones(articles.shape, np.bool_)
        known = articles < self.flags.size  # what was taken in since is let through
        return np.where(known, self.flags[np.where(known, articles, 0)], True)


class Calendar:
    """The dates, outlets and languages of one archive. Takes in what is new when the archive grows."""

    def __init__(self, archive: Archive) -> None:
        """Load nothing yet."""
        self._archive = archive
        self._lock = threading.Lock()
        self._seen: tuple[int, int] = (-1, -1)
        self._moved: str | None = None
        self._forget()

    def _forget(self) -> None:
        self._last = 0
        self._codes: dict[str, int] = {}
        self._columns = np.zeros((5, 0), np.int64)
        self._moments = np.zeros(0, np.int64)
        self._made: OrderedDict[tuple[object, ...], Allowed] = OrderedDict()

    def allowed(self, before: datetime | None, after: datetime | None, narrow: Narrow | None = None) -> Allowed:
        """Return the articles that ``narrow`` leaves, known by ``before``, not before ``after``; undated ones stay."""
        with self._lock:
            self._load()
            if narrow is not None and narrow.words:
                return self._named(narrow)
            key = (self._rank(before, "right"), self._rank(after, "left"), _sieve(narrow))
            if key not in self._made:
                self._made[key] = self._sift(before, after, narrow)
                while len(self._made) > _KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return self._made[key]

    def rank(self, moment: datetime | None, *, first: bool = False) -> int:
        """Return how many dates are not later, or with ``first`` are earlier: -1 for None.

        What can be read is the same between two moments of one rank.
        """
        with self._lock:
            self._load()
            return self._rank(moment, "left" if first else "right")

    def _rank(self, moment: datetime | None, side: str) -> int:
        if moment is None:
            return -1
        return int(
            np.searchsorted(self._moments, schema.micros(moment) or 0, side="left" if side == "left" else "right")
        )

    def _sift(self, before: datetime | None, after: datetime | None, narrow: Narrow | None) -> Allowed:
        article, known, own, outlet, language = self._columns
        passes = np.ones(article.size, np.bool_)
        if before is not None:
            passes &= known <= (schema.micros(before) or 0)
        if after is not None:
            passes &= (known >= (schema.micros(after) or 0)) | (known == _UNDATED)
        if narrow is not None:
            if narrow.outlets:
                passes &= np.isin(outlet, [self._codes.get(f"o {name}", -1) for name in narrow.outlets])
            if narrow.language:
                passes &= language == self._codes.get(f"l {narrow.language}", -1)
            if narrow.since:
                passes &= own >= (schema.micros(earliest_instant(narrow.since)) or 0)
            if narrow.until:
                passes &= (own <= (schema.micros(latest_instant(narrow.until)) or 0)) & (own != _UNDATED)
        if passes.all():
            return Allowed()
        flags = np.zeros(int(article.max()) + 1, np.bool_)
        flags[article[passes]] = True
        return Allowed(flags, share=float(passes.mean()))

    def _named(self, narrow: Narrow) -> Allowed:
        """Return the articles that have the words of ``narrow`` in their heading: the database looks through all."""
        rows = browsing.rows(self._archive, narrow)
        flags = np.zeros(int(self._columns[0].max(initial=0)) + 1, np.bool_)
        flags[rows] = True
        return Allowed(flags, share=len(rows) / max(self._columns.shape[1], 1))

    def _load(self) -> None:
        now = self._archive.generation()
        if now == self._seen:
            return
        moved = self._archive.meta("moved")
        if moved != self._moved:
            self._forget()
            self._moved = moved
        with self._archive.use() as connection:
            rows = connection.execute(
                "SELECT s.n, s.article, s.known, s.own, s.outlet, a.language FROM sources s"
                " JOIN articles a ON a.n = s.article WHERE s.n > ? ORDER BY s.n",
                (self._last,),
            ).fetchall()
        self._seen = now
        if rows:
            self._last = rows[-1][0]
            code = self._code
            fresh = np.array(
                [
                    (
                        article,
                        _UNDATED if known is None else known,
                        _UNDATED if own is None else own,
                        code(f"o {outlet}"),
                        code(f"l {language}"),
                    )
                    for _, article, known, own, outlet, language in rows
                ],
                np.int64,
            )
            self._columns = np.ascontiguousarray(np.concatenate([self._columns, fresh.T], axis=1))
            self._moments = np.sort(self._columns[1])
            self._made.clear()

    def _code(self, name: str) -> int:
        return self._codes.setdefault(name, len(self._codes))


def _sieve(narrow: Narrow | None) -> tuple[object, ...] | None:
    return None if narrow is None else (narrow.outlets, narrow.language, narrow.since, narrow.until)
