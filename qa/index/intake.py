"""Taking articles in: place, embed, derive, mark. A kill between any two steps loses nothing and doubles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from qa import passages
from qa.archive import Archive, writing
from qa.encoders import Encoder, Vectors
from qa.failpoints import crash_point
from qa.index.dense import Dense
from qa.ingest import LeftOut, Read, Rejected, clean, content_id
from qa.lexical import Lexical
from qa.types import Article

Progress = Callable[[int, int | None, str], None]
"""Called with how many articles are done, of how many (None: unknown), and what is being done."""

_ARTICLES = 32
_TEXTS = 64
_NAMED = 3


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the articles offered.

    ``updated`` counts new versions and new facts about known articles; ``unchanged`` everything that is there already,
    of which ``carried`` came under another URL or outlet; ``skipped`` passages for which the encoder gave no vector;
    ``flagged`` names articles taken in with something that is not believed, such as a date in the future;
    ``undated`` counts those added or updated without a date, of which ``undated_first`` names the first few;
    ``left_out`` counts, for each reason, what is no article on purpose, such as drafts, and where the first was.
    """

    added: int = 0
    updated: int = field(kw_only=True, default=0)
    unchanged: int = field(kw_only=True, default=0)
    rejected: tuple[Rejected, ...] = field(kw_only=True, default=())
    carried: int = field(kw_only=True, default=0)
    skipped: int = field(kw_only=True, default=0)
    flagged: tuple[Rejected, ...] = field(kw_only=True, default=())
    undated: int = field(kw_only=True, default=0)
    undated_first: tuple[str, ...] = field(kw_only=True, default=())
    left_out: tuple[LeftOut, ...] = field(kw_only=True, default=())

    @property
    def total(self) -> int:
        """How many articles were offered, without those left out."""
        return self.added + self.updated + self.unchanged + len(self.rejected)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What else is to be told, in words: what was left out and why, and what has no date."""
        left = (f"{each.articles:,} left out, {each.reason} (the first in {each.source})" for each in self.left_out)
        more = " and others" if self.undated > len(self.undated_first) else ""
        undated = f"{self.undated:,} without a date: {', '.join(self.undated_first)}{more}"
        return (*left, undated) if self.undated else tuple(left)


@dataclass(frozen=True, slots=True)
class _Flight:
    """Articles whose passages are being encoded: rows and vectors to come; ``done`` are then done in all."""

    items: Sequence[writing.Work]
    pieces: Sequence[tuple[Sequence[int], Future[Vectors]]] = field(kw_only=True)
    done: int = field(kw_only=True)


class Intake:
    """One writer's way into one index."""

    def __init__(self, archive: Archive, lexical: Lexical, dense: Dense, encoder: Callable[[], Encoder]) -> None:
        """Keep the parts; the encoder is asked for when the first text is encoded."""
        self._archive = archive
        self._lexical = lexical
        self._dense = dense
        self._encoder = encoder

    def take(self, items: Iterable[Article | Rejected], progress: Progress | None) -> IngestReport:
        """Take in articles, batch by batch; each is searchable when the progress counts it.

        While one batch is encoded, the one before is written and the next one is split.
        """
        total = len(items) if isinstance(items, Sized) else None
        report, stream = IngestReport(), iter(items)
        pool = ThreadPoolExecutor(1, "encoding")
        flight: _Flight | None = None
        try:
            while batch := list(islice(stream, _ARTICLES)):
                for item, outcome in zip(batch, self._place(batch), strict=True):
                    report = _count(report, item, outcome)
                crash_point("after_ledger")
                following = self._send(pool, flight, report.total)
                report = replace(report, skipped=report.skipped + self._land(flight, progress, total))
                flight = following
            report = replace(report, skipped=report.skipped + self._land(flight, progress, total))
        finally:
            pool.shutdown(cancel_futures=True)
        report = replace(report, skipped=report.skipped + self.derive())
        self._dense.settle()
        if progress:
            progress(report.total, report.total, "done")
        return report

    def _send(self, pool: ThreadPoolExecutor, flight: _Flight | None, done: int) -> _Flight:
        """Have what the ledger names, and is not under way, encoded in the background."""
        under_way = {item.n for item in flight.items} if flight else set()
        items = [each for each in writing.work(self._archive, _ARTICLES + len(under_way)) if each.n not in under_way][
            :_ARTICLES
        ]
        wanted = [row for item in items for row in writing.refresh(self._archive, item, passages.split)]
        pieces = []
        for start in range(0, len(wanted), _TEXTS):
            rows, texts = zip(*wanted[start : start + _TEXTS], strict=True)
            pieces.append((rows, pool.submit(self._encode, texts)))
        return _Flight(items, pieces=pieces, done=done)

    def _land(self, flight: _Flight | None, progress: Progress | None, total: int | None) -> int:
        """Write what was encoded and make it searchable; return how many passages got no usable vector."""
        if flight is None:
            return 0
        skipped = 0
        for rows, encoding in flight.pieces:
            skipped += writing.store_vectors(self._archive, rows, encoding.result())
            crash_point("mid_batch")
            if progress:
                progress(flight.done - len(flight.items), total, "taking in")
        crash_point("after_embedding")
        self._bring_over(flight.items)
        if progress:
            progress(flight.done, total, "taking in")
        return skipped

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(self._encoder().encode_in_bulk(texts), np.float32)

    def _place(self, items: Sequence[Article | Rejected]) -> list[writing.Placed | Rejected]:
        """Write a batch to the archive; what cannot be an article stays what it is."""
        tidied = [item if isinstance(item, Rejected) else tidy(item) for item in items]
        articles = [each for each in tidied if isinstance(each, Article)]
        versions = (passages.VERSION, self._encoder().fingerprint)
        placed = iter(writing.place(self._archive, articles, passages.split, versions))
        return [each if isinstance(each, Rejected) else next(placed) for each in tidied]

    def derive(self) -> int:
        """Finish all work that the ledger names; return how many passages got no usable vector."""
        skipped = 0
        while writing.work(self._archive, 1):
            with ThreadPoolExecutor(1, "encoding") as pool:
                skipped += self._land(self._send(pool, None, 0), None, None)
        return skipped

    def finish_embedded(self) -> None:
        """Finish the work that needs no encoder, such as what a kill left between embedding and marking."""
        while items := writing.work(self._archive, _ARTICLES):
            ready = [item for item in items if not writing.needs_vectors(self._archive, [item])]
            if not ready:
                return
            self._bring_over(ready)

    def _bring_over(self, items: Sequence[writing.Work]) -> None:
        if not items:
            return
        derived = writing.indexed(self._archive, items)
        self._lexical.put(derived)
        crash_point("after_lexical")
        writing.mark_done(self._archive, items)
        crash_point("after_done")
        self._dense.grew(len(derived))


def tidy(article: Article) -> Article | Rejected:
    """Return an article with its text clean, whoever made it: what is stored is the truth for every offset."""
    body = clean.body(article.body)
    if not body:
        return Rejected(article.url or article.id or "article", "no text in it: nothing to take in")
    return replace(
        article,
        id=article.id or content_id(body, article.headline),
        body=body,
        headline=clean.line(article.headline),
        outlet=clean.line(article.outlet),
        byline=clean.line(article.byline),
        url=clean.line(article.url, limit=2000),
    )


def merged(known: tuple[LeftOut, ...], more: LeftOut) -> tuple[LeftOut, ...]:
    """Return what was left out with some more of it: one row for each reason."""
    rows = {each.reason: each for each in known}
    before = rows.get(more.reason)
    rows[more.reason] = replace(before, articles=before.articles + more.articles) if before else more
    return tuple(rows.values())


def _count(report: IngestReport, item: Article | Rejected, outcome: writing.Placed | Rejected) -> IngestReport:
    if isinstance(outcome, LeftOut):
        return replace(report, left_out=merged(report.left_out, outcome))
    if isinstance(outcome, Rejected):
        return replace(report, rejected=(*report.rejected, outcome))
    assert isinstance(item, Article)
    where = item.source if isinstance(item, Read) and item.source else item.url or item.headline or item.id
    flags = item.flags if isinstance(item, Read) else ()
    if flags:
        report = replace(report, flagged=(*report.flagged, *(Rejected(where, flag) for flag in flags)))
    if item.published is None and outcome in ("added", "updated"):
        named = (*report.undated_first, where)[:_NAMED]
        report = replace(report, undated=report.undated + 1, undated_first=named)
    if outcome == "carried":
        return replace(report, unchanged=report.unchanged + 1, carried=report.carried + 1)
    if outcome == "added":
        return replace(report, added=report.added + 1)
    if outcome == "updated":
        return replace(report, updated=report.updated + 1)
    return replace(report, unchanged=report.unchanged + 1)
