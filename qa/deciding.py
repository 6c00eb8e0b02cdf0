"""On what an answer stands: the sentence that carries it, how probably it is one, and why not where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa import claims, extracts, reading, refusal
from qa.claims import Claims
from qa.extracts import Extract
from qa.generate import Draft
from qa.pooling import Found
from qa.questions import Query
from qa.types import Evidence, Reason

AGREED = 3
"""Stories that hold one answer; more say no more."""

LATEST_FIT = 0.75
"""How near to the question, against the sentence with the model's phrase, the latest of several values must be."""


@dataclass(frozen=True, slots=True)
class Basis:
    """On what the decision stands: the sentence that carries the answer, the phrase, the probability that it is one."""

    extract: Extract
    phrase: str = field(kw_only=True)
    signals: refusal.Signals = field(kw_only=True)
    probability: float = field(kw_only=True)


def decide(
    query: Query,
    answered: Draft | Found | None,
    chosen: Sequence[Extract],
    read: Claims | None,
    *,
    evidence: Sequence[Evidence],
    told: Query | None = None,
) -> Basis:
    """Return the sentence that carries the answer, and how probably it is one.

    It is the one that holds the language model's phrase or the reader's answer; of a thing that was updated, the latest
    that is said of it.

    Args:
        query: the question.
        answered: what a language model drafted or the reader found; None where neither was asked.
        chosen: the sentences that were read.
        read: what the sentences claim.
        evidence: the passages found.
        told: the question with what was talked of before: that much the passage must be about.
    """
    if isinstance(answered, Found):
        return _by_reader(query, answered, chosen, read, evidence=evidence, told=told or query)
    draft = answered
    phrase = draft.phrase if draft else ""
    held = reading.holders(query, phrase, chosen)
    if not held and phrase:  # a whole sentence about the question may still have the answer in it
        answer = reading.added(query, phrase)
        held = reading.holders(query, answer, chosen)
        draft = replace(draft, phrase=answer) if draft and held else draft
        phrase = answer if held else phrase
    extract = held[0].extract if held else reading.best_by_question(query, chosen)[0]
    latest = claims.latest(read)
    if latest is not None and reading.fit(query, latest) >= LATEST_FIT * reading.fit(query, extract):
        extract = latest
    if query.slot == "when" or not held:
        extract = _telling(query, extract, chosen)
    shares = {sentence: reading.share_of(phrase, sentence.dated_text) for sentence in chosen}
    stories = {sentence.story for sentence, share in shares.items() if share >= reading.GROUNDED_FROM}
    phrase = _said(draft, extract) if draft else ""
    value = reading.value_in(query, extract)
    telling = "" if reading.of_something_else(query, extract) else value
    signals = refusal.Signals(
        max(extract.similarity, 0.0),
        covered=(told or query).covered_by(reading.context(extract)),
        typed=refusal.typed(query.slot, phrase or telling, dated=bool(value)),
        nearest=max((hit.score for found in evidence for hit in found.hits if hit.retriever == "dense"), default=0.0),
        timely=float(extracts.timely(query, extract)),
        agreed=min(len(stories), AGREED) / AGREED,
        answerable=draft.answerable if draft else None,
        sure=draft.least if draft else None,
    )
    return Basis(extract, phrase=phrase or value, signals=signals, probability=refusal.probability(signals))


def _by_reader(
    query: Query,
    answer: Found,
    chosen: Sequence[Extract],
    read: Claims | None,
    *,
    evidence: Sequence[Evidence],
    told: Query,
) -> Basis:
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
    nearest = decide(query, None, chosen, read, evidence=evidence, told=told).signals
    signals = replace(nearest, margin=answer.known.margin)
    return Basis(extract, phrase=phrase, signals=signals, probability=refusal.probability(signals))


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


def _said(draft: Draft, extract: Extract) -> str:
    """Return the shortest of what the model answered that stands in the sentence; "" where none does."""
    held = (draft.brief, draft.phrase)
    given = [text for text in held if reading.share_of(text, extract.dated_text) >= reading.GROUNDED_FROM]
    return min(given, key=lambda text: len(text.split()), default="")


def why(query: Query, basis: Basis) -> Reason:
    """Return why there is no answer, from the best that there is."""
    window = [mention for mention in query.times if mention.earliest and mention.latest]
    outside = bool(window) and not any(reading.touches(mention, basis.extract) for mention in window)
    signals = basis.signals
    return refusal.reason_for(query, similarity=signals.similarity, covered=signals.covered, outside_time=outside)
