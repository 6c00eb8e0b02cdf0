"""On what an answer stands: the sentence that carries it, how probably it is one, and why not where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa import claims, extracts, reading, refusal
from qa.claims import Claims
from qa.extracts import Extract
from qa.pooling import Found
from qa.questions import Query
from qa.types import Evidence, Reason

LATEST_FIT = 0.75
"""How near to the question, against the sentence with the answer, the latest of several values must be."""


@dataclass(frozen=True, slots=True)
class Basis:
    """On what the decision stands: the sentence that carries the answer, the phrase, the probability that it is one.

    ``answer`` is the reader's, None where it did not read or another sentence carries the answer.
    """

    extract: Extract
    answer: Found | None = field(kw_only=True, default=None)
    phrase: str = field(kw_only=True)
    signals: refusal.Signals = field(kw_only=True)
    probability: float = field(kw_only=True)


def decide(
    query: Query,
    answer: Found | None,
    chosen: Sequence[Extract],
    read: Claims | None,
    *,
    evidence: Sequence[Evidence],
    told: Query | None = None,
) -> Basis:
    """Return the sentence that carries the answer, and how probably it is one.

    It is the one that holds the reader's answer, else the nearest; of a thing that was updated, the latest that is said
    of it.

    Args:
        query: the question.
        answer: the reader's best; None where it was not asked, or found nothing.
        chosen: the sentences that may carry an answer.
        read: what the sentences claim.
        evidence: the passages found.
        told: the question with what was talked of before: that much the passage must be about.
    """
    nearest = _nearest(query, chosen, read, evidence=evidence, told=told or query)
    return nearest if answer is None else _by_reader(query, answer, chosen, read, nearest=nearest)


def _nearest(
    query: Query, chosen: Sequence[Extract], read: Claims | None, *, evidence: Sequence[Evidence], told: Query
) -> Basis:
    """Return the sentence nearest to the question, and what is known of it."""
    extract = reading.best_by_question(query, chosen)[0]
    latest = claims.latest(read)
    if latest is not None and reading.fit(query, latest) >= LATEST_FIT * reading.fit(query, extract):
        extract = latest
    extract = _telling(query, extract, chosen)
    value = reading.value_in(query, extract)
    telling = "" if reading.of_something_else(query, extract) else value
    signals = refusal.Signals(
        max(extract.similarity, 0.0),
        covered=told.covered_by(reading.context(extract)),
        typed=refusal.typed(query.slot, telling, dated=bool(value)),
        nearest=max((hit.score for found in evidence for hit in found.hits if hit.retriever == "dense"), default=0.0),
        timely=float(extracts.timely(query, extract)),
    )
    return Basis(extract, phrase=value, signals=signals, probability=refusal.probability(signals))


def _by_reader(query: Query, answer: Found, chosen: Sequence[Extract], read: Claims | None, *, nearest: Basis) -> Basis:
    """Return the sentence of the reader's answer, or the latest that is said of a thing that was updated.

    A time that is of another happening gives way to one of the happening asked about.
    """
    extract, phrase = answer.extract, answer.span.text
    telling = _telling(query, extract, chosen) if query.slot == "when" else extract
    if telling != extract:
        extract, phrase = telling, reading.value_in(query, telling)
    latest = claims.latest(read)
    if (
        latest is not None
        and latest != extract
        and reading.fit(query, latest) >= LATEST_FIT * reading.fit(query, extract)
    ):
        extract, phrase = latest, reading.value_in(query, latest)
    # Whether there is an answer is told by the sentence nearest to the question and by the reader's margin together.
    known = answer.known
    signals = replace(
        nearest.signals, margin=known.margin, relevance=known.relevance, age=known.age, reader=answer.reader
    )
    return Basis(
        extract,
        answer=answer if extract == answer.extract else None,
        phrase=phrase,
        signals=signals,
        probability=refusal.probability(signals),
    )


def _telling(query: Query, extract: Extract, chosen: Sequence[Extract]) -> Extract:
    """Return the sentence, or, where its values are not of what is asked about, another one that has such a value."""
    if query.slot not in reading.VALUED or reading.of_what_is_asked(query, extract):
        return extract
    held = [other for other in chosen if reading.of_what_is_asked(query, other)]
    best = max(held, key=lambda other: reading.fit(query, other), default=extract)
    return best if reading.fit(query, best) >= LATEST_FIT * reading.fit(query, extract) else extract


def resting_on(basis: Basis, read: Claims | None) -> Basis:
    """Return the basis with the latest of what was updated, or with a side where it is none of the sides itself."""
    if read is None or read.kind == "agree" or not read.extracts:
        return basis
    if read.kind == "conflict" and basis.extract in read.extracts:
        return basis
    return replace(basis, extract=read.extracts[-1], phrase=reading.spoken(read.claims[-1].values[0]))


def why(query: Query, basis: Basis) -> Reason:
    """Return why there is no answer, from the best that there is."""
    window = [mention for mention in query.times if mention.earliest and mention.latest]
    outside = bool(window) and not any(reading.touches(mention, basis.extract) for mention in window)
    signals = basis.signals
    return refusal.reason_for(query, similarity=signals.similarity, covered=signals.covered, outside_time=outside)
