"""An index through which only some of the articles are seen, for questions that are asked of a part of the archive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

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
    """What a retriever asks of an index, for the articles of a :class:`Narrow` only."""

    def __init__(self, index: Index, narrow: Narrow) -> None:
        """See of ``index`` what ``narrow`` leaves."""
        self._index = index
        self._narrow = narrow

    @property
    def encoder(self) -> Encoder:
        """The index's encoder."""
        return self._index.encoder

    @property
    def outage(self) -> str:
        """What is to be told of a part that does not answer; else an empty string."""
        return self._index.outage

    def lexical(self, query: str, k: int, *, before: datetime | None, after: datetime | None = None) -> list[Found]:
        """Return the ``k`` best passages by words."""
        return self._index.lexical(query, k, before=before, after=after, narrow=self._narrow)

    def dense(self, vector: Vectors, k: int, *, before: datetime | None, after: datetime | None = None) -> list[Found]:
        """Return the ``k`` nearest passages by cosine; ``vector`` has the shape (dim,)."""
        return self._index.dense(vector, k, before=before, after=after, narrow=self._narrow)

    def matched(self, query: str, text: str) -> tuple[str, ...]:
        """Return the words of a query that a text has."""
        return self._index.matched(query, text)

    def known(self, ids: Iterable[str]) -> dict[str, datetime | None]:
        """Return from when the articles of passages are known."""
        return self._index.known(ids)

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
        return browsing.coverage(self._index.archive, self._narrow, before, after)
