"""The passages that a timeline is made of: of the whole archive, and of its days where one search cannot hold them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from qa.questions import Query
from qa.reading import NEWS_LAG
from qa.retrieve import POOL, Retriever
from qa.timeline.topic import Topic
from qa.timeline.window import Window
from qa.types import Article, Coverage, Evidence

if TYPE_CHECKING:
    from qa.index import Index

FULL = POOL // 2
"""Passages on the topic from which a search may have left others out, so that the days are searched one by one."""

SLICES = 6
"""Stretches of equal length into which the days are then divided."""


A_SLICE = 16
"""Passages that a slice gives; their sentences are all encoded, some milliseconds each."""

AN_ARTICLE = 4
"""Passages of one article that are read."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a timeline is made of: the topic as the archive writes it, and the passages on it."""

    topic: Topic
    passages: tuple[Evidence, ...]
    partial: bool = False
    """Whether a stretch of days has more passages on it than were taken."""


def gather(query: Query, window: Window, coverage: Coverage, retriever: Retriever, index: Index) -> Gathered:
    """Return passages of articles that report on what is asked, each once, as they stand at the as-of moment.

    One search finds the nearest passages of all times. A name in more articles than that would hide what happened in
    the days asked for, or in quiet years: then those days, or all in slices, are searched by themselves.
    """
    searched = retriever.search(query, k=POOL)
    topic = Topic.of(query, searched)
    near = _Near(topic)
    kept = {one.passage.id: one for one in searched if near.takes(one)}
    partial = False
    for after, before in _stretches(window, coverage, query.before) if near.covering >= FULL else ():
        found = retriever.search(replace(query, as_of=before), k=A_SLICE, after=after)
        covering = [one for one in found if near.covers(one.article)]
        partial = partial or len(covering) == A_SLICE
        for one in covering:
            stands = before == query.before or _stands(index, one.article, query.before)
            if one.passage.id not in kept and stands and near.takes(one):
                kept[one.passage.id] = one
    return Gathered(topic, tuple(kept.values()), partial)


class _Near:
    """Takes the passages on a topic, at most ``AN_ARTICLE`` of each article: every sentence of them is encoded."""

    def __init__(self, topic: Topic) -> None:
        self._topic = topic
        self._covers: dict[str, bool] = {}
        self._taken: Counter[str] = Counter()
        self.covering = 0
        """Passages so far of articles that report on the topic."""

    def covers(self, article: Article) -> bool:
        if article.id not in self._covers:
            self._covers[article.id] = self._topic.covers(article)
        return self._covers[article.id]

    def takes(self, one: Evidence) -> bool:
        if not self.covers(one.article):
            return False
        self.covering += 1
        if self._taken[one.article.id] >= AN_ARTICLE or not self._topic.holds(one):
            return False
        self._taken[one.article.id] += 1
        return True


def _stretches(window: Window, coverage: Coverage, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the first and last instant of each stretch of days to search."""
    first, last = window.since or coverage.earliest, window.until or coverage.latest
    if first is None or last is None or first > last:
        return
    begin = datetime.combine(first, time.min, tzinfo=UTC)
    # what happened on the last day may be told within a week
    until = min(datetime.combine(last, time.max, tzinfo=UTC) + timedelta(days=NEWS_LAG), end)
    length = (until - begin) / SLICES
    for number in range(SLICES):
        yield begin + number * length, (until if number == SLICES - 1 else begin + (number + 1) * length)


def _stands(index: Index, article: Article, before: datetime) -> bool:
    """Tell whether no later version of an article is known by then."""
    own = article.known_from
    return not any(
        other.id != article.id and own and other.known_from and own < other.known_from <= before
        for other in index.versions(article.id)
    )
