"""What a number or a date does in its sentence: where a change begins or ends, one end of a range, a date put off.

"Raised to 4.25% from 4%" holds both numbers, and only one of them is the rate now. Rules over the words right
before and behind, alike on both sides of a comparison.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from qa import terms
from qa.alignment import Parts
from qa.types import TimeMention
from qa.values import Value

Frame = Literal["", "start", "result", "change", "low", "high", "part", "whole"]
"""From what and to what something changes, and by how much; the ends of a range; two *of* nine."""

_HEDGED = (
    r"(?:(?:about|around|nearly|almost|over|under|some|just|only|roughly|more than|less than|at least|a|an|the"
    r"|as much as|US|record|a record|another)\s+){0,3}(?:US\s?)?[$£€¥₹]?\s?$"
)
_FROM = re.compile(rf"\bfrom\s+{_HEDGED}", re.IGNORECASE)
_TO = re.compile(rf"(?<!\bup )(?<!\bclose )(?<!\bdue )(?<!according )\bto\s+{_HEDGED}", re.IGNORECASE)
_BY = re.compile(rf"\bby\s+{_HEDGED}", re.IGNORECASE)
_BETWEEN = re.compile(rf"\bbetween\s+{_HEDGED}", re.IGNORECASE)
_OF = re.compile(
    r"\bof\s+(?:(?:the|its|their|his|her|those|these|all|about|some|nearly|more than)\s+)*$", re.IGNORECASE
)
_OF_BEHIND = re.compile(
    r"\s+(?:[^\W\d_]+\s+)?(?:out\s+)?of\s+(?:the|its|their|his|her|those|these|all|[0-9]|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|some|about|more)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?(?:to|or|and|-|–|—)\s?[$£€¥₹]?", re.IGNORECASE)
_BARE = re.compile(r"[$£€¥₹]?[0-9.,]+")
_WHOLE_WITHIN = 40
_LAST_WORD = re.compile(r"([^\W\d_]+)\s+(?:about|around|nearly|almost|over|some|just|only|roughly|more than|less than"
                        r"|at least|a|an|another|by)?\s*[$£€¥₹]?$", re.IGNORECASE)  # fmt: skip
_CHANGING = frozenset(
    terms.stem(verb)
    for verb in (
        "rise fall grow drop climb jump surge soar decline decrease increase plunge slump tumble gain lose shrink"
        " expand cut raise lower reduce slip edge widen narrow advance"
    ).split()
)
_CONFLICTS: frozenset[tuple[Frame, Frame]] = frozenset({
    ("result", "start"), ("start", "result"), ("result", "change"), ("change", "result"), ("start", "change"),
    ("change", "start"), ("part", "whole"), ("whole", "part"), ("low", "high"), ("high", "low"), ("change", "high"),
    ("result", "low"), ("start", "high"),
})  # fmt: skip
_BEFORE = frozenset("before earlier previous previously prior former formerly last original originally".split())


def frame(parts: Parts, value: Value) -> Frame:
    """Return what a number does in its sentence, "" where nothing plain is said of it."""
    before, behind = parts.text[: value.start], parts.text[value.end :]
    if end := _range_end(parts, value):
        return end
    if _FROM.search(before):
        return "start"
    if _TO.search(before):
        return "result"
    if _changes(before, value):
        return "change"
    if _OF_BEHIND.match(behind):
        return "part"
    if _OF.search(before) and _part_before(parts, value):
        return "whole"
    return ""


def _range_end(parts: Parts, value: Value) -> Frame:
    """Return which end of a range a number is: "between 40 and 60 houses", "40-60 houses"."""
    place = next((index for index, other in enumerate(parts.values) if other.start == value.start), -1)
    if place < 0:
        return ""
    following = parts.values[place + 1 : place + 2]
    if following and _ranged(parts, value, following[0]):
        return "low"
    if place and _ranged(parts, parts.values[place - 1], value):
        return "high"
    return ""


def _ranged(parts: Parts, low: Value, high: Value) -> bool:
    joint, before = parts.text[low.end : high.start], parts.text[: low.start]
    if not _RANGE.fullmatch(joint) or low.amount >= high.amount or _FROM.search(before):
        return False
    if joint.strip().lower() in ("and", "or"):
        return bool(_BETWEEN.search(before)) or joint.strip().lower() == "or"
    return low.unit == high.unit and (bool(_BARE.fullmatch(low.text)) or joint.strip().lower() != "to")


def _changes(before: str, value: Value) -> bool:
    match = _LAST_WORD.search(before)
    word = match[1].lower() if match else ""
    if terms.stem(word) in _CHANGING:
        return True
    return value.kind in ("percent", "points", "money") and bool(_BY.search(before))


def _part_before(parts: Parts, value: Value) -> bool:
    near = [other for other in parts.values if other.end < value.start <= other.end + _WHOLE_WITHIN]
    return any(_OF_BEHIND.match(parts.text[other.end :]) or not (other.unit or value.unit) for other in near)


def clash(ours: Frame, theirs: Frame, *, claim: Parts, value: Value) -> bool:
    """Whether an equal number does another thing in the text than in the claim."""
    if (ours, theirs) in _CONFLICTS:
        return True
    if theirs == "start" and not ours:
        return not any(term.low in _BEFORE for term in claim.terms)
    if theirs == "low":
        return ours not in ("start", "low") and value.comparator != "over"
    if theirs == "high":
        return ours not in ("result", "high") and value.comparator != "under"
    return theirs == "whole" and not ours


_MOVING = frozenset(
    terms.stem(verb) for verb in "postpone delay move shift reschedule advance cancel scrap abandon".split()
) | frozenset(("instead", "now"))
_PLANNING = frozenset(
    "planned scheduled due originally initially expected slated set previously foreseen from intended meant".split()
)
_PLANNED_BEFORE = 5
_ONCE = frozenset("originally initially previously first from instead".split())


def superseded(parts: Parts, mention: TimeMention) -> bool:
    """Whether a date is the one that something was moved away from ("planned for April, … put off to September")."""
    if not any(term.stem in _MOVING or term.low in _MOVING for term in parts.terms):
        return False
    place = parts.term_at(mention.start)
    first = max(0, place - _PLANNED_BEFORE)
    for index in range(place - 1, first - 1, -1):
        low = parts.terms[index].low
        if low in _PLANNING:
            return True
        if low in ("to", "until", "now", "will") or parts.terms[index].stem in _MOVING:
            return False
        if any(other.start <= parts.terms[index].start < other.end for other in parts.times if other is not mention):
            return False
    return False


def was_once(parts: Parts) -> bool:
    """Whether a claim itself tells of a plan that was: "was planned", "had been due", "originally"."""
    lows = [term.low for term in parts.terms]
    planned = any(low in ("was", "were", "been") and following in _PLANNING for low, following in pairwise(lows))
    return planned or any(low in _ONCE for low in lows)
