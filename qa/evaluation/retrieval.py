"""Retrieval on its own: are the right articles found, and how high. No language model is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from qa.evaluation import ranking
from qa.types import Evidence, Moment

DEPTH = 100
"""Passages asked for: enough that ten distinct articles are among them."""

CUTS = (1, 5, 10)


class Searched(Protocol):
    """What finds passages: ``NewsQA``, or another system behind the same face."""

    def search(self, question: str, *, k: int = 10, as_of: str | Moment | None = None) -> Sequence[Evidence]:
        """Return the best passages, best first."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question with the documents that answer it, by the set's own document ids, and its gold wordings."""

    id: str
    question: str = field(kw_only=True)
    kind: str = field(kw_only=True, default="retrieval")
    as_of: Moment | None = field(kw_only=True, default=None)
    relevant: frozenset[str] = field(kw_only=True, default=frozenset())
    answers: tuple[str, ...] = field(kw_only=True, default=())


@dataclass(frozen=True, slots=True)
class Ranking:
    """What a search brought: a slot a distinct article, each with every document id that it stands for."""

    query: Query
    slots: tuple[frozenset[str], ...] = field(kw_only=True)
    carried: tuple[frozenset[str], ...] = field(kw_only=True)
    """The slots again, with the documents of the story's other carriers."""
    passages: tuple[str, ...] = field(kw_only=True)
    seconds: float = field(kw_only=True)


Documents = Callable[[Evidence], tuple[Collection[str], Collection[str]]]
"""Maps evidence to a set's document ids: those of its own article, and those of the story's other carriers."""


def rank(query: Query, news: Searched, *, documents: Documents) -> Ranking:
    """Search for one query.

    Args:
        query: what to look for.
        news: who searches.
        documents: maps evidence to document ids.
    """
    begun = time.perf_counter()
    found = news.search(query.question, k=DEPTH, as_of=query.as_of)
    seconds = time.perf_counter() - begun
    slots: dict[str, frozenset[str]] = {}
    carried: dict[str, frozenset[str]] = {}
    for evidence in found:
        own, others = documents(evidence)
        slots.setdefault(evidence.article.id, frozenset(own))
        carried[evidence.article.id] = carried.get(evidence.article.id, frozenset(own)) | frozenset(others)
    return Ranking(
        query,
        slots=tuple(slots.values()),
        carried=tuple(carried.values()),
        passages=tuple(evidence.passage.text for evidence in found),
        seconds=seconds,
    )


def scores(ranking_: Ranking) -> Mapping[str, float]:
    """Return recall, success, MRR, nDCG and answer hits of one ranking; ``story`` figures count a story's carriers."""
    query = ranking_.query
    held: dict[str, float | None] = {"seconds": ranking_.seconds}
    strict = _named(ranking_.slots, query.relevant)
    story = _named(ranking_.carried, query.relevant)
    for k in CUTS:
        held[f"recall@{k}"] = ranking.recall_at(strict, query.relevant, k)
        held[f"success@{k}"] = ranking.success_at(strict, query.relevant, k)
        held[f"story_success@{k}"] = ranking.success_at(story, query.relevant, k)
        held[f"answer_hit@{k}"] = ranking.answer_hit(ranking_.passages, query.answers, k)
    held["mrr@10"] = ranking.reciprocal_rank(strict, query.relevant, 10)
    held["ndcg@10"] = ranking.ndcg_at(strict, query.relevant, 10)
    return {name: value for name, value in held.items() if value is not None}


def _named(slots: Iterable[frozenset[str]], relevant: Collection[str]) -> list[str]:
    """Return one name a slot: its first relevant document that no earlier one gave, else its number."""
    given: set[str] = set()
    names = []
    for number, slot in enumerate(slots):
        hits = sorted((slot & set(relevant)) - given)
        names.append(hits[0] if hits else f"#{number}")
        given.update(hits[:1])
    return names
