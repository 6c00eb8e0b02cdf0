"""An index through which only some of the articles are seen, for questions that are asked of a part of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from qa.archive import browsing
from qa.archive.browsing import Narrow
from qa.archive.carried import Told
from qa.encoders import Encoder, Vectors
from qa.lexical import Found
from qa.types import Article, Carrier, Coverage, Passage

if TYPE_CHECKING:
    from qa.index import Index

__all__ = ["Narrow", "Narrowed"]


class Narrowed:
    """What a retriever asks of an index, for the articles of a :class:`Narrow` only.

    Search by meaning compares with every vector of these articles: a filter after a search of the whole archive would
    lose those of a small outlet.
    """

    def __init__(self, index: Index, narrow: Narrow) -> None:
        """See of ``index`` what ``narrow`` leaves."""
        self._index = index
        self._ids = browsing.passages(index.archive, narrow)

    @property
    def encoder(self) -> Encoder:
        """The index's encoder."""
        return self._index.encoder

    def lexical(self, query: str, k: int, *, before: datetime | None, after: datetime | None = None) -> list[Found]:
        """Return the ``k`` best passages by words."""
        return self._index.lexical(query, k, before=before, after=after, within=self._ids)

    def dense(self, vector: Vectors, k: int, *, before: datetime | None, after: datetime | None = None) -> list[Found]:
        """Return the ``k`` nearest passages by cosine; ``vector`` has the shape (dim,)."""
        ids = sorted(self._index.archive.visible(sorted(self._ids), before, after))
        asked = np.asarray(vector, np.float32).reshape(-1)
        if not ids or not asked.any():
            return []
        scores = self._index.vectors(ids) @ (asked / np.linalg.norm(asked))
        best = np.argsort(-scores, kind="stable")[:k]
        return [Found(ids[place], float(scores[place])) for place in best]

    def vectors(self, ids: Sequence[str]) -> Vectors:
        """Return the stored vectors of passages, shape (n, dim)."""
        return self._index.vectors(ids)

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Return the passages of those ids."""
        return self._index.passages(ids)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return the articles of those ids."""
        return self._index.articles(ids)

    def carriers(self, ids: Iterable[str], *, before: datetime | None = None) -> dict[str, tuple[Carrier, ...]]:
        """Return the other carriers of articles: a filter by outlet hides no copy."""
        return self._index.carriers(ids, before=before)

    def told(self, ids: Iterable[str], *, before: datetime | None = None) -> dict[str, Told]:
        """Return to which story each of these articles belongs, and the notices known by ``before`` that correct it."""
        return self._index.told(ids, before=before)

    def coverage(self, before: datetime | None, after: datetime | None = None) -> Coverage:
        """Return what a search at that time looks through."""
        seen = self._index.archive.visible(sorted(self._ids), before, after)
        articles = self._index.articles({passage.article_id for passage in self._index.passages(seen).values()})
        days = [article.known_from.date() for article in articles.values() if article.known_from]
        return Coverage(
            len(articles),
            undated=len(articles) - len(days),
            outlets=len({article.outlet for article in articles.values() if article.outlet}),
            earliest=min(days, default=None),
            latest=max(days, default=None),
        )
