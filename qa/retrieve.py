"""Search: dense and lexical finds fused by passage id, weighed by time, one slot a story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from qa import corrections, stories
from qa.questions import Query
from qa.types import Article, Carrier, Evidence, Hit

if TYPE_CHECKING:
    from qa.archive.carried import Told
    from qa.encoders.reranking import Reranker
    from qa.index import Index

DENSE_SHARE = 0.6
"""Weight of the cosine against the BM25 score, each scaled to 0…1 over a question's candidates: the convex combination
of Bruch, Gai and Ingber (TOIS 2023), which keeps the distances that ranks throw away. Flat from 0.5 to 0.7."""

RECENCY = ((0.25, 7.0), (0.25, 90.0))
"""(weight, half-life in days) of what is added for recency: news of the week stands out, and so, less, does this
season's against that of years ago. The sweep and what it cost a question asked 180 days later are in eval/LOG.md."""

IN_WINDOW = 0.2
"""Added where an article is of the time that the question names."""

WINDOW_LAG = timedelta(days=3)
"""How long after a time articles still report it."""

_DAY = timedelta(days=1)

POOL = 100
"""How many passages each retriever is asked for, so that weighing by time has something to choose from."""


CLUSTERED = 4
"""Times k: how many of the best passages are looked at for copies of one story."""

RERANKED = 40
"""How many of the best passages a re-ranker reads, where one is set."""

HELD = 0.5
"""The share of a passage that stands in found passages of an earlier carrier, from which it is no find of its own."""


_BESIDE = ThreadPoolExecutor(8, "words")


@dataclass(frozen=True, slots=True)
class Fused:
    """A passage id with its fused score and the finds that made it."""

    passage_id: str
    score: float = field(kw_only=True)
    hits: tuple[Hit, ...] = field(kw_only=True)


def fuse(
    rankings: Mapping[str, Sequence[tuple[str, float]]],
    cosines: Mapping[str, float],
    *,
    dense_share: float = DENSE_SHARE,
) -> list[Fused]:
    """Combine the candidates of the ``dense`` and the ``lexical`` ranking, best first.

    The score, 0…1, is ``dense_share`` times the cosine plus the rest times the BM25 score. Cosines are scaled from the
    least to the greatest among the candidates, BM25 scores from zero, which a passage without any has.

    Args:
        rankings: (passage id, score) by retriever, each best first.
        cosines: of every candidate, also of those that only the lexical index found; one that has none counts as least.
        dense_share: from 0, BM25 alone, to 1.
    """
    hits: dict[str, list[Hit]] = {}
    for retriever, ranking in rankings.items():
        for rank, (passage_id, score) in enumerate(ranking, start=1):
            hits.setdefault(passage_id, []).append(Hit(retriever, rank=rank, score=score))
    least, most = min(cosines.values(), default=0.0), max(cosines.values(), default=0.0)
    lexical = dict(rankings.get("lexical", ()))
    best = max(lexical.values(), default=0.0)
    fused = []
    for passage_id, found in hits.items():
        near = (cosines.get(passage_id, least) - least) / (most - least) if most > least else 1.0
        worded = lexical.get(passage_id, 0.0) / best if best > 0 else 0.0
        fused.append(Fused(passage_id, score=dense_share * near + (1 - dense_share) * worded, hits=tuple(found)))
    return sorted(fused, key=lambda item: (-item.score, item.passage_id))


def recency(known_from: datetime | None, as_of: datetime) -> float:
    """Return what is added for recency: 0.5 for news of the moment, towards 0 for what is old, 0 for what is undated.

    It is added, never multiplied: an old article that is far nearer to the question stays before a new one.
    """
    if known_from is None:
        return 0.0
    age = max((as_of - known_from).total_seconds() / 86_400, 0.0)
    return float(sum(weight * 2 ** (-age / half_life) for weight, half_life in RECENCY))


def time_weight(known_from: datetime | None, query: Query, *, preference: float = 1.0) -> float:
    """Return what is added to an article's score for its time.

    A question that names a time that is over, or asks for the first of several values, has no preference for the new;
    articles of the time that a question names are preferred.

    Args:
        known_from: when the article came out, None where nobody knows.
        query: the question.
        preference: multiplies the weight; 0 leaves time out.
    """
    window = query.window
    latest = window.latest if window is not None else None
    over = latest is not None and latest < query.before - _DAY
    added = 0.0 if over or query.order == "first" else recency(known_from, query.before)
    return preference * (added + IN_WINDOW * in_time(known_from, query))


def in_time(known_from: datetime | None, query: Query) -> bool:
    """Tell whether an article is of the time that a question names, or came out shortly after it."""
    window = query.window
    if window is None or known_from is None:
        return False
    begun = window.earliest is None or known_from >= window.earliest
    return begun and (window.latest is None or known_from <= window.latest + WINDOW_LAG)


def carrier(article: Article) -> Carrier:
    """Return an article as another carrier of a story."""
    return Carrier(
        article.id, outlet=article.outlet, headline=article.headline, url=article.url, published=article.published
    )


class Retriever:
    """Searches one index with the encoder that built it."""

    def __init__(
        self, index: Index, *, preference: float = 1.0, reranker: Reranker | None = None, depth: int = RERANKED
    ) -> None:
        """Search an index.

        Args:
            index: what is searched.
            preference: multiplies the weight of time, 0 leaves it out.
            reranker: reads the best passages beside the question; its scores take the place of the fused ones.
            depth: how many it reads.
        """
        self._index = index
        self._preference = preference
        self._reranker = reranker
        self._depth = depth

    @property
    def outage(self) -> str:
        """What is to be told of a part of the search that does not answer; else an empty string."""
        return self._index.outage

    def search(self, query: Query, *, k: int, after: datetime | None = None) -> list[Evidence]:
        """Return at most ``k`` passages, best first, none of an article later than the query's as-of date.

        With ``after`` none of an earlier one either; undated articles stay in.
        """
        # By words in a thread of its own: the encoder computes meanwhile, and neither holds the interpreter.
        words = _BESIDE.submit(self._index.lexical, query.text, POOL, before=query.before, after=after)
        try:
            vector = self._index.encoder.encode_queries([query.text])[0]
            dense = self._index.dense(vector, POOL, before=query.before, after=after)
        finally:
            wait([words])  # whoever closes the index after an error finds nobody in it
        lexical = words.result()
        rankings = {
            "dense": [(f.passage_id, f.score) for f in dense],
            "lexical": [(f.passage_id, f.score) for f in lexical],
        }
        cosines = dict(rankings["dense"])
        rest = [found.passage_id for found in lexical if found.passage_id not in cosines]
        cosines |= zip(rest, (self._index.vectors(rest) @ vector).tolist(), strict=True)
        most = max(CLUSTERED * k, self._depth if self._reranker else 0)
        weighed = self._reranked(query.text, self._weigh(fuse(rankings, cosines), query, most))
        found = self._slots(weighed, k, query.before)
        return [self._explained(evidence, query.text) for evidence in found]

    def _explained(self, evidence: Evidence, question: str) -> Evidence:
        """Return a find with the words that led to it."""
        heading = f"{evidence.article.headline} {evidence.article.outlet}"
        terms = self._index.matched(question, f"{heading} {evidence.passage.text}")
        hits = [replace(hit, terms=terms) if hit.retriever == "lexical" else hit for hit in evidence.hits]
        return replace(evidence, hits=tuple(hits))

    def _weigh(self, fused: Sequence[Fused], query: Query, most: int) -> list[Evidence]:
        """Return the best passages by score and time; only these are read from the archive."""
        known = self._index.known([item.passage_id for item in fused])
        added_for = {day: time_weight(day, query, preference=self._preference) for day in set(known.values())}
        weighed = [
            (item, added_for[known[item.passage_id]])
            for item in fused
            if item.passage_id in known  # the others were removed between the search and the reading
        ]
        best = sorted(weighed, key=lambda each: (-(each[0].score + each[1]), each[0].passage_id))[:most]
        passages = self._index.passages([item.passage_id for item, _ in best])
        articles = self._index.articles({passage.article_id for passage in passages.values()})
        read = []
        for item, added in best:
            passage = passages.get(item.passage_id)
            article = articles.get(passage.article_id) if passage else None
            if passage is not None and article is not None:
                score = item.score + added
                read.append(
                    Evidence(
                        passage,
                        article=article,
                        rank=0,
                        score=score,
                        hits=item.hits,
                        time_weight=added,
                        in_time=in_time(known[item.passage_id], query),
                    )
                )
        return read

    def _reranked(self, question: str, weighed: list[Evidence]) -> list[Evidence]:
        """Return the same finds, the best of them in the order of the re-ranker's scores and their time.

        Its scores, whose scale is its own, are scaled from the least to the greatest as the cosines are, so that time
        weighs as much beside them. What it has not read stays behind.
        """
        head, rest = weighed[: self._depth], weighed[self._depth :]
        if self._reranker is None or not head:
            return weighed
        scores = self._reranker.score(question, [f"{each.article.headline}\n{each.passage.text}" for each in head])
        least, most = min(scores), max(scores)
        ranks = {score: rank for rank, score in reversed([*enumerate(sorted(scores, reverse=True), start=1)])}
        read = [
            replace(
                each,
                score=((score - least) / (most - least) if most > least else 1.0) + each.time_weight,
                hits=(*each.hits, Hit("reranker", rank=ranks[score], score=score)),
            )
            for each, score in zip(head, scores, strict=True)
        ]
        read.sort(key=lambda each: (-each.score, each.passage.id))
        return [*read, *(replace(each, score=min(each.score, read[-1].score)) for each in rest)]

    def _slots(self, weighed: Sequence[Evidence], k: int, before: datetime) -> list[Evidence]:
        """Keep one carrier of each passage of a story, its original where that was found; the others are listed."""
        near = weighed[: CLUSTERED * k]
        told = self._index.told({evidence.article.id for evidence in near}, before=before)
        groups: dict[object, list[Evidence]] = {}
        for evidence in near:
            name = evidence.article.id
            groups.setdefault(told[name].story if name in told else name, []).append(evidence)
        # The first carrier that was found names the story: its original may come from after the as-of date.
        stands_for: dict[str, str] = {}
        for group in groups.values():
            stands_for |= dict.fromkeys(_fresh(group), min(group, key=_precedence).article.id)
        kept = [evidence for evidence in near if evidence.passage.id in stands_for][:k]
        elsewhere = self._index.carriers({evidence.article.id for evidence in kept}, before=before)
        return [
            replace(
                evidence,
                rank=rank,
                story=stands_for[evidence.passage.id],
                also_in=elsewhere.get(evidence.article.id, ()),
                corrected=corrections.of(evidence.article, _notices(told, evidence.article.id)),
            )
            for rank, evidence in enumerate(kept, start=1)
        ]


def _notices(told: Mapping[str, Told], article_id: str) -> tuple[Carrier, ...]:
    return told[article_id].corrected if article_id in told else ()


def _fresh(group: Sequence[Evidence]) -> list[str]:
    """Return the ids of the found passages of one story that do not stand in those found of an earlier carrier."""
    if len({evidence.article.id for evidence in group}) == 1:
        return [evidence.passage.id for evidence in group]
    carried: dict[str, str] = {}
    fresh: list[str] = []
    for evidence in sorted(group, key=_precedence):
        own = evidence.article.id
        others = "\n".join(text for name, text in carried.items() if name != own)
        if not others or stories.held(evidence.passage.text, others) < HELD:
            fresh.append(evidence.passage.id)
            carried[own] = f"{carried.get(own, '')}\n{evidence.passage.text}"
    return fresh


def _precedence(evidence: Evidence) -> tuple[bool, float, bool, str]:
    return stories.precedence(evidence.article)
