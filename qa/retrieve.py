"""Search: dense and lexical finds fused by passage id, weighed by time, one slot a story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from qa import stories
from qa.questions import Query
from qa.types import Article, Carrier, Evidence, Hit, earliest_instant

if TYPE_CHECKING:
    from qa.index import Index

RRF_K = 60
"""Reciprocal rank fusion's constant, from Cormack, Clarke and Buettcher (SIGIR 2009); flat between 20 and 100 here."""

POOL = 100
"""How many passages each retriever is asked for, so that weighing by time has something to choose from."""


CLUSTERED = 4
"""Times k: how many of the best passages are looked at for copies of one story."""


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage id with its fused score and the finds that made it."""

    passage_id: str
    score: float = field(kw_only=True)
    hits: tuple[Hit, ...] = field(kw_only=True)


def fuse(rankings: Mapping[str, Sequence[tuple[str, float]]], *, k: int = RRF_K) -> list[Fused]:
    """Fuse rankings of (passage id, score) by reciprocal rank: the sum of 1 / (k + rank), best first.

    A passage's own scores are kept in its hits but do not count: scores of different retrievers do not compare.
    """
    hits: dict[str, list[Hit]] = {}
    for retriever, ranking in rankings.items():
        for rank, (passage_id, score) in enumerate(ranking, start=1):
            hits.setdefault(passage_id, []).append(Hit(retriever, rank=rank, score=score))
    fused = [
        Fused(passage_id, score=sum(1 / (k + hit.rank) for hit in found), hits=tuple(found))
        for passage_id, found in hits.items()
    ]
    return sorted(fused, key=lambda item: (-item.score, item.passage_id))


def time_weight(known_from: datetime | None, as_of: datetime, *, half_life_days: float) -> float:
    """Return the recency prior 1 + 2^(-age / half-life): 2 for news of the moment, 1 for what is old or undated.

    The shape never filters: the oldest article keeps its fused score. Fitted as eval/LOG.md says.
    """
    if known_from is None:
        return 1.0
    age = max((as_of - known_from).total_seconds() / 86_400, 0.0)
    return float(1 + 2 ** (-age / half_life_days))


def carrier(article: Article) -> Carrier:
    """Return an article as another carrier of a story."""
    return Carrier(
        article.id, outlet=article.outlet, headline=article.headline, url=article.url, published=article.published
    )


class Retriever:
    """Searches one index with the encoder that built it."""

    def __init__(self, index: Index, *, half_life_days: float) -> None:
        self._index = index
        self._half_life_days = half_life_days

    def search(self, query: Query, *, k: int) -> list[Evidence]:
        """Return at most ``k`` passages, best first, none of an article later than the query's as-of date."""
        vector = self._index.encoder.encode_queries([query.text])[0]
        rankings = {
            "dense": [(f.passage_id, f.score) for f in self._index.dense(vector, POOL, before=query.before)],
            "lexical": [(f.passage_id, f.score) for f in self._index.lexical(query.text, POOL, before=query.before)],
        }
        return self._slots(self._weigh(fuse(rankings), query), k, query.before)

    def _weigh(self, fused: Sequence[Fused], query: Query) -> list[Evidence]:
        passages = self._index.passages([item.passage_id for item in fused])
        articles = self._index.articles({passage.article_id for passage in passages.values()})
        weighed = []
        for item in fused:
            passage = passages.get(item.passage_id)
            article = articles.get(passage.article_id) if passage else None
            if passage is None or article is None:
                continue  # removed between the search and the reading
            weight = time_weight(article.known_from, query.before, half_life_days=self._half_life_days)
            weighed.append(
                Evidence(
                    passage, article=article, rank=0, score=item.score * weight, hits=item.hits, time_weight=weight
                )
            )
        return sorted(weighed, key=lambda evidence: (-evidence.score, evidence.passage.id))

    def _slots(self, weighed: Sequence[Evidence], k: int, before: datetime) -> list[Evidence]:
        """Keep one carrier of each story, its original where that was found; the others are listed with it."""
        near = weighed[: CLUSTERED * k]
        by_id = {evidence.article.id: evidence.article for evidence in near}
        found = stories.cluster(list(by_id.values()))
        story_of = {member: story for story in found for member in story.members}
        kept = [evidence for evidence in near if story_of[evidence.article.id].original == evidence.article.id][:k]
        elsewhere = self._index.carriers({evidence.article.id for evidence in kept}, before=before)
        slots = []
        for rank, evidence in enumerate(kept, start=1):
            story = story_of[evidence.article.id]
            copies = [carrier(by_id[member]) for member in story.members if member != evidence.article.id]
            others = [*elsewhere.get(evidence.article.id, ()), *copies]
            visible = tuple(one for one in others if one.published is None or earliest_instant(one.published) <= before)
            slots.append(replace(evidence, rank=rank, story=story.id, also_in=visible))
        return slots
