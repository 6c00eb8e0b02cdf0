"""Several claims of one thing: do they agree, did one side revise its own, or do independent sides contradict?

Pure functions over claims of a value. The rules, in this order: values that are compatible agree; a later statement by
the same side supersedes the earlier one; a running figure that a later day revises upwards is an update; what is left
incompatible between independent sides about the same time is a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Literal

from qa import dates, names, polarity, quotes, values
from qa.lexicon import DEMONYMS
from qa.terms import Term, fold, stem, terms
from qa.types import Moment, TimeMention, earliest_instant, latest_instant
from qa.values import Value

Slot = Literal["when", "how_many", "how_much", "who", "where", "yes_no", "other"]
"""What is asked for, and so how two values are compared."""

Kind = Literal["agree", "update", "conflict"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion of a value by one sentence of one article.

    ``values`` holds what the sentence gives for the question: time mentions for "when", typed numbers for "how_many"
    and "how_much", plain strings otherwise. ``speaker`` is who says it ("" for the outlet itself), with or without the
    role; ``said`` the day of the article; ``story`` its cluster of near-copies.
    """

    text: str
    article_id: str
    values: tuple[TimeMention | Value | str, ...]
    story: str = ""
    outlet: str = ""
    said: Moment | None = None
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims in the order they were made, and how they relate; ``current`` are those that nothing supersedes."""

    kind: Kind
    claims: tuple[Claim, ...]
    current: tuple[Claim, ...]


SAME_TIME = timedelta(days=2)
"""Claims this near to each other in time, or undated, are about the same state of the world."""
_REFINED_RANGE = timedelta(days=10)
_METONYMS = {
    "kremlin": "russia", "moscow": "russia", "white house": "us-country", "pentagon": "us-country",
    "state department": "us-country", "downing street": "britain", "elysee": "france", "beijing": "china",
    "ankara": "turkey", "kyiv": "ukraine", "kiev": "ukraine", "tehran": "iran", "berlin": "germany",
    "new delhi": "india", "tokyo": "japan", "seoul": "korea", "pyongyang": "korea",
}  # fmt: skip
_GENERIC = frozenset("official president minister spokesperson spokesman spokeswoman source people report the".split())
_REVISING = re.compile(
    r"\b(?:revis|correct(?:ed|ion)|updat|postpon|delay|reschedul|instead|brought forward|moved|now|rose|risen|rises"
    r"|climb|lowered|raised|lifted|cut\b|reduced|no longer"
    r"|earlier (?:said|reported)|previous(?:ly)?|changed|new date|put off|pushed)",
    re.IGNORECASE,
)
_TOLL = frozenset(
    stem(word)
    for word in (
        "dead death killed died dying toll injured wounded hurt missing arrested detained cases infections infected"
        " victims casualties evacuated displaced rescued votes hospitalised hospitalized homeless counted survivors"
    ).split()
)
_COUNTED_WITHIN = 3
_COUNTING = stem("counted")
"""Behind a number it says what is counted ("votes counted"); before it anything may be."""


def read(slot: Slot, claims: Sequence[Claim]) -> Reading:
    """Return how the claims of one thing relate: they agree, the later revise the earlier, or sides conflict.

    Args:
        slot: what is asked for.
        claims: any number, in any order; those without a value are left out. For numbers only the group that most
            claims share is read, so that five goals and six arrests are never held against each other.
    """
    ordered = tuple(sorted(_one_thing(slot, [claim for claim in claims if claim.values]), key=_when_said))
    current: list[Claim] = []
    revised = False
    for claim in ordered:
        kept = []
        for earlier in current:
            if _supersedes(slot, earlier, claim):
                revised = True
            else:
                kept.append(earlier)
        current = [*kept, claim]
    clash = any(not _compatible(slot, one, other) for one, other in combinations(current, 2))
    kind: Kind = "conflict" if clash else "update" if revised else "agree"
    return Reading(kind=kind, claims=ordered, current=tuple(current))


def values_of(slot: Slot, sentence: str, written: Moment | None) -> tuple[TimeMention | Value | str, ...]:
    """Return the values that a sentence gives for a slot, those that it denies left out.

    Times with a calendar value for "when", numbers for "how_many" and "how_much" (money and measures), names for "who"
    and "where"; nothing for the others, whose values only the question can tell.
    """
    found = terms(sentence)
    marks = polarity.marks(found)
    times = [mention for mention in dates.resolve(sentence, written) if mention.earliest and mention.latest]
    if slot == "when":
        spoken = _statement_spans(sentence)
        return tuple(
            mention
            for mention in times
            if not _denied(found, marks, mention.start) and not _only_dates_the_statement(sentence, mention, spoken)
        )
    if slot in ("how_many", "how_much"):
        inside = [(mention.start, mention.end) for mention in times]
        return tuple(
            value
            for value in values.find(sentence)
            if value.kind != "ordinal"
            and not any(start < value.end and value.start < end for start, end in inside)
            and not _denied(found, marks, value.start)
        )
    if slot in ("who", "where"):
        return tuple(name.text for name in names.find(sentence) if name.sure)
    return ()


def _denied(found: Sequence[Term], marks: Sequence[polarity.Mark], place: int) -> bool:
    return next((mark.negated for term, mark in zip(found, marks, strict=True) if term.end > place), False)


def _statement_spans(sentence: str) -> tuple[tuple[int, int], ...]:
    return tuple((quote.content_start, quote.content_end) for quote in quotes.find(sentence))


def _only_dates_the_statement(sentence: str, mention: TimeMention, spoken: Sequence[tuple[int, int]]) -> bool:
    """Whether a time stands outside what is said ("Peskov said on Monday that …")."""
    return bool(spoken) and not any(start <= mention.start < end for start, end in spoken)


@lru_cache(maxsize=1_024)
def _when_said(claim: Claim) -> datetime:
    """The instant of a statement: the time beside its cue ("said on Monday"), else the article's; undated first."""
    spoken = _statement_spans(claim.text)
    if claim.said is not None and spoken:
        for mention in dates.resolve(claim.text, claim.said):
            if (
                mention.earliest
                and _only_dates_the_statement(claim.text, mention, spoken)
                and (mention.earliest <= latest_instant(claim.said))
            ):
                return mention.earliest
    return earliest_instant(claim.said) if claim.said else datetime.min.replace(tzinfo=UTC)


def _one_thing(slot: Slot, claims: Sequence[Claim]) -> list[Claim]:
    """Keep the claims about one thing: for numbers, those that count what most of the claims count."""
    if slot not in ("how_many", "how_much") or not claims:
        return list(claims)
    keys = [(claim, {key for value in claim.values if isinstance(value, Value) and (key := thing(claim.text, value))})
            for claim in claims]  # fmt: skip
    tally: dict[str, int] = {}
    for _, found in keys:
        for key in found:
            tally[key] = tally.get(key, 0) + 1
    if not tally:
        return list(claims)
    shared = max(tally, key=lambda key: (tally[key], key))
    return [_only(claim, shared) for claim, found in keys if shared in found]


def _only(claim: Claim, shared: str) -> Claim:
    kept = tuple(value for value in claim.values if isinstance(value, Value) and thing(claim.text, value) == shared)
    return Claim(
        text=claim.text,
        article_id=claim.article_id,
        values=kept,
        story=claim.story,
        outlet=claim.outlet,
        said=claim.said,
        speaker=claim.speaker,
    )


def thing(text: str, value: Value) -> str:
    """Return what a number counts: its unit, or the kind of the noun or verb beside it ("toll" for dead and killed)."""
    if value.unit in ("dead", "injured"):
        return f"toll:{value.unit}"
    if value.unit and value.kind != "count":
        return f"{value.kind}:{value.unit}"
    found = terms(text)
    after = [term for term in found if term.start >= value.end and term.content][:_COUNTED_WITHIN]
    for term in after:
        if term.stem in _TOLL:
            return f"toll:{_toll_kind(term.stem)}"
    before = [term for term in found if term.end <= value.start and term.content][-_COUNTED_WITHIN:]
    for term in reversed(before):
        if term.stem in _TOLL and term.stem != _COUNTING:
            return f"toll:{_toll_kind(term.stem)}"
    return stem(value.unit) if value.unit else after[0].stem if after else ""


def _toll_kind(word: str) -> str:
    if word in {stem(other) for other in ("dead", "death", "killed", "died", "toll", "victims")}:
        return "dead"
    return "injured" if word in {stem(other) for other in ("injured", "wounded", "hurt")} else word


def _compatible(slot: Slot, one: Claim, other: Claim) -> bool:
    return any(_agree(slot, left, right) for left in one.values for right in other.values)


def _agree(slot: Slot, left: TimeMention | Value | str, right: TimeMention | Value | str) -> bool:
    if isinstance(left, TimeMention) and isinstance(right, TimeMention):
        if left.earliest and left.latest and right.earliest and right.latest:
            return left.earliest <= right.latest and right.earliest <= left.latest
        return left.value == right.value
    if isinstance(left, Value) and isinstance(right, Value):
        return values.compatible(left, right) or _within_bound(left, right) or _within_bound(right, left)
    if isinstance(left, str) and isinstance(right, str):
        ours, theirs = _words(left), _words(right)
        if slot == "yes_no":
            return ours[:1] == theirs[:1]
        return names.same(ours, theirs) or set(ours) <= set(theirs) or set(theirs) <= set(ours)
    return False


def _within_bound(bound: Value, other: Value) -> bool:
    """Whether an open bound ("more than 12") leaves room for another amount of the same unit."""
    if bound.kind != other.kind or bound.unit != other.unit or bound.kind == "score":
        return False
    if bound.comparator == "over":
        return other.amount >= bound.amount
    return bound.comparator == "under" and other.amount <= bound.amount


def _words(text: str) -> tuple[str, ...]:
    return tuple(term.stem for term in terms(text) if term.stem and term.low not in ("the", "a", "an"))


def _supersedes(slot: Slot, earlier: Claim, later: Claim) -> bool:
    """Whether the later claim takes the place of the earlier one rather than standing against it."""
    gap = _when_said(later) - _when_said(earlier)
    counted = slot in ("how_many", "how_much") and gap >= timedelta(days=1) and _running(earlier, later)
    if _compatible(slot, earlier, later):
        return _narrows(earlier, later) or (counted and _amounts(earlier) != _amounts(later))
    if gap <= timedelta(0):
        return False
    if same_side(earlier, later) or bool(_REVISING.search(later.text)):
        return True
    if slot in ("how_many", "how_much"):
        return counted
    return earlier.said is not None and later.said is not None and gap > SAME_TIME


def _narrows(earlier: Claim, later: Claim) -> bool:
    """Whether a later date moves within a range given before ("28 to 30 March", then "may start on 29 March")."""
    if _when_said(later) <= _when_said(earlier):
        return False
    old = [value for value in earlier.values if isinstance(value, TimeMention) and value.earliest and value.latest]
    new = [value for value in later.values if isinstance(value, TimeMention) and value.earliest and value.latest]
    return any(
        one.earliest < other.earliest and other.latest <= one.latest and one.latest - one.earliest <= _REFINED_RANGE
        for one in old
        for other in new
        if one.earliest and one.latest and other.earliest and other.latest
    )


def _amounts(claim: Claim) -> frozenset[Decimal]:
    return frozenset(value.amount for value in claim.values if isinstance(value, Value))


def _running(earlier: Claim, later: Claim) -> bool:
    """Whether a figure of the sort that grows as people count has grown."""
    kinds = {
        thing(claim.text, value) for claim in (earlier, later) for value in claim.values if isinstance(value, Value)
    }
    old = [value.amount for value in earlier.values if isinstance(value, Value)]
    new = [value.amount for value in later.values if isinstance(value, Value)]
    return bool(old and new) and any(kind.startswith("toll:") for kind in kinds) and max(new) >= max(old)


def same_side(one: Claim, other: Claim) -> bool:
    """Whether two claims come from one side: a speaker, a government or body, or an outlet that speaks for itself."""
    ours, theirs = side_of(one), side_of(other)
    if ours and theirs:
        return any(_one_party(left, right) for left in ours for right in theirs)
    if ours or theirs:
        return False
    return bool(one.outlet) and fold(one.outlet) == fold(other.outlet)


def _one_party(left: str, right: str) -> bool:
    return left == right or names.same(tuple(left.split()), tuple(right.split()))


@lru_cache(maxsize=1_024)
def side_of(claim: Claim) -> frozenset[str]:
    """Return the parties that a claim speaks for: the speaker's names and the country or body of the role."""
    if not claim.speaker:
        return frozenset()
    described = [claim.speaker]
    for quote in quotes.find(claim.text):
        if set(terms_of(quote.speaker)) & set(terms_of(claim.speaker)) and quote.speaker_start >= 0:
            start = max(0, quote.speaker_start - len(quote.role) - 1)
            described.append(claim.text[start : quote.speaker_end])
    parties: set[str] = set()
    for phrase in described:
        found = names.find(f"So {phrase}")
        parties |= {" ".join(name.words) for name in found}
        folded = fold(phrase)
        parties |= {country for place, country in _METONYMS.items() if place in folded}
        parties |= {term.stem for term in terms(phrase) if term.low in DEMONYMS or term.stem in DEMONYMS.values()}
    if not parties:
        parties = {term.stem for term in terms(claim.speaker) if term.content and term.low not in _GENERIC}
    return frozenset(parties)


def terms_of(text: str) -> tuple[str, ...]:
    """Return the content stems of a phrase."""
    return tuple(term.stem for term in terms(text) if term.content)
