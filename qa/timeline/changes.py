"""Which entries of a timeline give a value otherwise than an earlier one did: a toll, a price, a date put off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa import conflicts, reading, values
from qa.conflicts import Claim
from qa.extracts import Extract
from qa.questions import Query
from qa.terms import likeness, terms
from qa.timeline.choosing import Candidate
from qa.timeline.dating import day_of, planned
from qa.types import Change, Changed, TimeMention, earliest_instant
from qa.values import Value

AROUND = 60
"""Characters on each side of a value in which the thing that it measures is named."""

COMPARED = ("count", "money", "percent", "measure")
LENGTHS = ("year", "month", "week", "day", "hour", "minute", "second", "time")
"""Units in which values tell how long or how often, and seldom the state of a thing."""

TIMES = 10
"""How many times an earlier amount a later one of the same thing can be."""

DATES = "planned"
_FROM = re.compile(r"\b(?:from|than|not|instead of|down from|up from)\s+(?:\w+\s+)?$", re.IGNORECASE)
_REVISES = re.compile(
    r"\b(?:postpon|delay|put (?:off|back)|reschedul|brought forward|moved|new date|instead|no longer|called off"
    r"|later than|will not|slip)",
    re.IGNORECASE,
)
_TO = re.compile(r"\b(?:to|at|now)\s+(?:\w+\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the entry at ``place`` gives for a ``thing``, with the content words around it."""

    place: int
    thing: str = field(kw_only=True)
    value: Value | TimeMention = field(kw_only=True)
    around: frozenset[str] = field(kw_only=True)
    revises: bool = field(kw_only=True, default=False)
    """Whether the words say that a plan changed."""


def changes(query: Query, ordered: Sequence[Candidate]) -> dict[int, Changed]:
    """Return, by its place, what each entry changes of an earlier one.

    Only news of its day is compared: a sentence that looks back gives a figure that was not known on the day it tells
    of. Independent sides that give different values within two days dispute it; otherwise the later value stands.

    Args:
        query: its words are in every entry, and so show little of what a value is of.
        ordered: the sentences of the entries, in the order of time.
    """
    asked = {term.stem for term in query.terms}
    things: dict[str, list[Given]] = {}
    found: dict[int, Changed] = {}
    for place, candidate in enumerate(ordered):
        if candidate.looks_back:
            continue
        for given in _given(candidate.extract, place):
            line = things.setdefault(given.thing, [])
            earlier = next((one for one in reversed(line) if one.place < place and _one_thing(asked, one, given)), None)
            line.append(given)
            if earlier is None or place in found or _agree(earlier.value, given.value):
                continue
            kind = _relation(ordered[earlier.place].extract, earlier, ordered[place].extract, given)
            was, now = _words(earlier), _words(given)
            found[place] = Changed(earlier.place + 1, was=was, now=now, kind=kind)
    return found


def _given(extract: Extract, place: int) -> Iterator[Given]:
    """Yield the current value that a sentence gives for each thing it measures, and the first day it announces."""
    text, written = extract.text, extract.article.dated
    by_thing: dict[str, list[Value]] = {}
    for value in conflicts.values_of("how_many", text, written):
        if isinstance(value, Value) and value.kind in COMPARED and value.unit not in LENGTHS:
            by_thing.setdefault(conflicts.thing(text, value), []).append(value)
    for thing, listed in by_thing.items():
        if thing:
            current = _current(text, listed)
            yield Given(place, thing=thing, value=current, around=_around(text, current))
    if written is not None and (day := planned(text, written)) is not None:
        named = {term.stem for term in terms(text) if term.capital}
        revises = bool(_REVISES.search(text) or _REVISES.search(extract.article.headline))
        yield Given(place, thing=DATES, value=day, around=_around(text, day) - named, revises=revises)


def _current(text: str, listed: Sequence[Value]) -> Value:
    """Return, of "from 27 to 26", the 26; else the first of several values."""
    now = [value for value in listed if not _FROM.search(text, 0, value.start)] or list(listed)
    return next((value for value in now if _TO.search(text, 0, value.start)), now[0])


def _around(text: str, value: Value | TimeMention) -> frozenset[str]:
    near = text[max(0, value.start - AROUND) : value.start] + " " + text[value.end : value.end + AROUND]
    return frozenset(term.stem for term in terms(near) if term.content and not term.stem[0].isdigit())


def _one_thing(asked: set[str], one: Given, other: Given) -> bool:
    """Tell whether two values of a kind are of one thing: a toll is one; what is near others has words in common.

    Planned days are held against each other only where the later sentence says that a plan changed, or where much is
    alike: a person and a town have many plans.
    """
    if one.thing.startswith("toll:"):
        return True
    shared = {word for word in one.around if any(likeness(word, near) for near in other.around)}
    if one.thing == DATES:
        return len(shared - asked) > 1 or (other.revises and bool(shared))
    return len(shared) > 1 and _of_one_size(one.value, other.value)


def _of_one_size(one: Value | TimeMention, other: Value | TimeMention) -> bool:
    """Tell whether two amounts are near enough to be of one thing: a bridge's price is not its toll."""
    if not isinstance(one, Value) or not isinstance(other, Value):
        return True
    small, large = sorted((abs(one.amount), abs(other.amount)))
    return large <= small * TIMES


def _agree(one: Value | TimeMention, other: Value | TimeMention) -> bool:
    if isinstance(one, Value) and isinstance(other, Value):
        rounded = one.kind != "percent" or one.approximate or other.approximate
        return one.amount == other.amount or (rounded and values.compatible(one, other))
    if not isinstance(one, TimeMention) or not isinstance(other, TimeMention):
        return True
    if one.earliest is None or one.latest is None or other.earliest is None or other.latest is None:
        return True
    return one.earliest <= other.latest and other.earliest <= one.latest


def _words(given: Given) -> str:
    """Return a value in words; of people counted the number alone, however each text spells it."""
    if isinstance(given.value, Value) and given.thing.startswith("toll:"):
        return f"{given.value.amount:,f}"
    return reading.spoken(given.value)


def _relation(before: Extract, earlier: Given, after: Extract, later: Given) -> Change:
    first, second = _claim(before, earlier), _claim(after, later)
    if first.said is None or second.said is None or conflicts.same_side(first, second):
        return "update"
    gap = earliest_instant(second.said) - earliest_instant(first.said)
    toll = later.thing.startswith("toll:") and day_of(first.said) < day_of(second.said)
    return "update" if toll or gap > conflicts.SAME_TIME else "disputed"


def _claim(extract: Extract, given: Given) -> Claim:
    return Claim(
        text=extract.text,
        article_id=extract.article.id,
        values=(given.value,),
        story=extract.evidence.story,
        outlet=extract.article.outlet,
        said=extract.article.dated,
        speaker=reading.speaker(extract),
    )
