"""What several sentences claim for one question: that they agree, that a value was updated, or that sides conflict."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from qa import conflicts, polarity, reading, twins
from qa.conflicts import Claim
from qa.extracts import Extract, timely
from qa.polarity import Mark
from qa.questions import Query
from qa.terms import terms
from qa.types import TimeMention
from qa.values import Value

ON_TOPIC = 0.5
"""The share of the question's content that a sentence with its passage needs before its values count as an answer."""

NEAR = 0.6
"""The share of the nearest sentence's similarity that another needs before its values are held against it."""

_WEEK = timedelta(days=6)

SAME_MEANING = 0.75
"""The share of the nearest sentence's similarity from which another is on the topic in whatever words."""

FULLY_ON_TOPIC = 0.9
"""The share that the sentence or its surroundings need besides: what names half may be about another thing."""

LESS_NAMED = 0.05
"""How much less of the question's content, times aside, a near-copy may have than the sentence with the answer."""

STANCE_FROM = 0.5
"""The share of a yes-or-no question's content that a sentence needs before its polarity is an answer."""

Given = TimeMention | Value | str
"""A value that a sentence gives for a question."""

_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed)?|refut(?:es|ed)|no plans? to)\b", re.I
)

MOST_SIDES = 3
"""More values than these for one thing are values of several things."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one thing in the order they were made, the extract of each, and how they relate."""

    kind: conflicts.Kind
    claims: tuple[Claim, ...] = field(kw_only=True)
    current: tuple[Claim, ...] = field(kw_only=True)
    extracts: tuple[Extract, ...] = field(kw_only=True)


def read(query: Query, chosen: Sequence[Extract]) -> Claims | None:
    """Return how the values that on-topic extracts give for the question relate; None where there is no value.

    Sentences of the time that the question names go before all others. A conflict needs more than an update: what
    stands against each other must be fully on the topic, one value a sentence, and few in all, or they are of different
    things.
    """
    if query.slot == "yes_no":
        return opposed(query, chosen)
    slot = reading.VALUED.get(query.slot)
    if slot is None:
        return None
    nearest = max((extract.similarity for extract in chosen), default=0.0)
    told = {extract for extract in chosen if slot == "when" and reading.of_what_is_asked(query, extract)}
    near = [extract for extract in chosen if extract.similarity >= NEAR * nearest or extract in told]
    near = [extract for extract in near if timely(query, extract)] or near
    held = {extract: claim for extract in near if (claim := claim_of(query, extract, nearest)) is not None}
    held = {extract: claim for extract, claim in held.items() if extract in told} or held
    finest = _finest(list(held.values()))
    found = related(slot, {extract: claim for extract, claim in held.items() if claim in finest})
    if found is None or found.kind != "conflict":
        return found
    strict = {
        extract: claim
        for extract, claim in held.items()
        if claim in finest and len(reading.of_kind(query, extract)) == 1 and fully_on_topic(query, extract)
    }
    found = related(slot, strict)
    return found if found is None or found.kind != "conflict" or len(found.current) <= MOST_SIDES else None


def related(slot: conflicts.Slot, held: Mapping[Extract, Claim]) -> Claims | None:
    """Return how the claims of several sentences relate; None where there is none."""
    if not held:
        return None
    places = {(claim.article_id, claim.text): extract for extract, claim in held.items()}
    found = conflicts.read(slot, list(held.values()))
    return Claims(
        found.kind,
        claims=found.claims,
        current=found.current,
        extracts=tuple(places[claim.article_id, claim.text] for claim in found.claims),
    )


def disputed(query: Query, phrase: str, extract: Extract, found: Sequence[Extract]) -> Claims | None:
    """Return what near-copies say in the place of the short answer; None where none says otherwise.

    The copies may be of another sentence than the one that carries the answer, as long as it is on the topic and says
    the same as the short answer.
    """
    if not phrase or query.slot == "yes_no":
        return None
    on_topic = [each for each in found if each != extract and query.covered_by(reading.context(each)) >= ON_TOPIC]
    for one in (extract, *on_topic):
        claims: dict[Extract, Claim] = {}
        for other in found:
            difference = twins.differ(one.text, other.text, phrase) if other.article.id != one.article.id else None
            if difference is not None and _answers_too(query, difference.theirs, one, other):
                claims.setdefault(one, said(one, difference.ours))
                claims.setdefault(other, said(other, difference.theirs))
        if claims:
            return related("other", claims)
    return None


def _answers_too(query: Query, value: str, one: Extract, other: Extract) -> bool:
    """Tell whether what a near-copy says in the place of the answer answers the question as well.

    It does not where the question names it itself, or where the copy lacks a word of the question that the sentence
    with the answer has: "the lowest price" beside "the highest price" is of another thing.
    """
    asked = {term.stem for term in query.terms}
    new = any(term.stem not in asked for term in terms(value) if term.content)
    return new and query.told_by(other.text) >= query.told_by(one.text) - LESS_NAMED


def opposed(query: Query, found: Sequence[Extract]) -> Claims | None:
    """Return which sentences lean to yes and which to no for a yes-or-no question; None where none does.

    They are read so roughly that it is only enough to put one beside the other; no reader sees the words: see
    :mod:`qa.verdicts`. A sentence counts by its own words, or, when it denies something ("rejected a report that …"),
    by its meaning.
    """
    if query.slot != "yes_no":
        return None
    nearest = max((extract.similarity for extract in found), default=0.0)
    held: dict[Extract, Claim] = {}
    for extract in found:
        if extract.similarity < NEAR * nearest or not timely(query, extract):
            continue
        own = query.told_by(extract.text)
        value = _leaning(query, extract) if own >= STANCE_FROM else ""
        about = (
            query.told_by(reading.context(extract)) >= FULLY_ON_TOPIC and extract.similarity >= SAME_MEANING * nearest
        )
        if not value and about and _DENIES.search(extract.text) and not _DENIES.search(query.text):
            value = "No"
        if value:
            held[extract] = said(extract, value)
    return related("other", held)


def _leaning(query: Query, extract: Extract) -> str:
    """Return to which side a sentence leans by the polarity of the question's words in it; "" where that is unsure."""
    asked, given = _marks(query.text), _marks(extract.text)
    shared = [stem for stem in asked if stem in given]
    if len(shared) < min(2, len(asked)) or any(given[stem].modality == "possible" for stem in shared):
        return ""
    return "No" if any(asked[stem].negated != given[stem].negated for stem in shared) else "Yes"


def _marks(text: str) -> dict[str, Mark]:
    """Return the mark of each content word that is no name, by stem."""
    found = terms(text)
    return {
        term.stem: mark
        for term, mark in zip(found, polarity.marks(found), strict=True)
        if term.content and not term.capital
    }


def said(extract: Extract, *values: Given) -> Claim:
    """Return what a sentence claims with these values: whose word it is, and when it was said."""
    return Claim(
        text=extract.text,
        article_id=extract.article.id,
        values=values,
        story=extract.evidence.story,
        outlet=extract.article.outlet,
        said=extract.article.dated,
        speaker=reading.speaker(extract),
    )


def latest(read: Claims | None) -> Extract | None:
    """Return the sentence with the latest value of a thing that was updated; None where nothing was."""
    return read.extracts[-1] if read is not None and read.kind == "update" else None


def _finest(found: list[Claim]) -> list[Claim]:
    """Leave out claims that only give a week or more where others give days: they say less, not otherwise."""

    def days(claim: Claim) -> bool:
        return any(
            isinstance(value, TimeMention) and value.earliest and value.latest and value.latest - value.earliest < _WEEK
            for value in claim.values
        )

    return [claim for claim in found if days(claim)] or found


def claim_of(query: Query, extract: Extract, nearest: float) -> Claim | None:
    """Return what a sentence claims for the question; None when it is off the topic or gives no value."""
    wide = max(query.covered_by(extract.text), query.covered_by(reading.context(extract)))
    by_meaning = wide >= ON_TOPIC and extract.similarity >= SAME_MEANING * nearest
    if not (by_meaning or fully_on_topic(query, extract)):
        return None
    given = reading.values_in(query, extract)
    return said(extract, *given) if given else None


def fully_on_topic(query: Query, extract: Extract) -> bool:
    """Tell whether a sentence, with what stands around it, names nearly all that the question does."""
    covered = query.covered_by(extract.text)
    return covered >= ON_TOPIC and max(covered, query.covered_by(reading.context(extract))) >= FULLY_ON_TOPIC
