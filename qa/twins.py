"""Near-copies of a sentence that say something else in one place: "Halep won the title" beside "Kerber won the title".

Two outlets that carry one text and differ in a name, a number or a day contradict each other, whatever is asked. Free
wordings are not compared here: there a different name is too often a different thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from qa.lexicon import STOPWORDS
from qa.terms import fold

LEAST_SHARED = 0.6
"""Share of the shorter sentence's words that must stand in both, in one order."""

FEWEST_SHARED = 4
"""Words that must stand in both at least: two short sentences are alike by chance."""

LONGEST = 8
"""Words of the longest text that can stand in the place of a short answer."""

_WORD = re.compile(r"[$£€]?\w+(?:[.,:’'-]\w+)*%?")
_COUNTED = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty"
    " ninety hundred thousand million billion dozen half first second third".split()
)


@dataclass(frozen=True, slots=True)
class _Word:
    low: str
    start: int
    end: int
    fact: bool
    """Whether it is a name, a number or a part of a date: a changed one is a changed fact."""


def instead(sentence: str, other: str, phrase: str) -> str:
    """Return what a near-copy has in the place of a phrase; "" where it says the same or is no near-copy.

    Args:
        sentence: holds the phrase, in any case of letters.
        other: a sentence of another article.
        phrase: the short answer taken from ``sentence``.
    """
    ours, theirs = _words(sentence), _words(other)
    place = _place(ours, [word.low for word in _words(phrase)])
    if place is None:
        return ""
    matcher = SequenceMatcher(None, [word.low for word in ours], [word.low for word in theirs], autojunk=False)
    codes = matcher.get_opcodes()
    shared = sum(end - start for kind, start, end, _, _ in codes if kind == "equal")
    # The phrase itself may be the difference, so it does not count against the likeness.
    length = min(len(ours) - (place[1] - place[0]), len(theirs))
    if shared < FEWEST_SHARED or shared < LEAST_SHARED * length:
        return ""
    start, end = _aligned(codes, place)
    mine, found = ours[place[0] : place[1]], theirs[start:end]
    if not 0 < len(found) <= LONGEST or not (_facts(mine) - _facts(found) and _facts(found) - _facts(mine)):
        return ""
    return other[found[0].start : found[-1].end]


def _words(text: str) -> list[_Word]:
    found = []
    for match in _WORD.finditer(text):
        word = match.group()
        low = fold(word)
        number = any(sign.isdigit() for sign in word) or low in _COUNTED
        name = word[0].isupper() and low not in STOPWORDS
        found.append(_Word(low, match.start(), match.end(), fact=number or name))
    return found


def _facts(words: Sequence[_Word]) -> frozenset[str]:
    return frozenset(word.low for word in words if word.fact)


def _place(words: Sequence[_Word], phrase: Sequence[str]) -> tuple[int, int] | None:
    """Return where the words of a phrase stand, first and behind the last; None where they do not in this order."""
    size = len(phrase)
    lows = [word.low for word in words]
    return next(
        (
            (start, start + size)
            for start in range(len(lows) - size + 1)
            if size and lows[start : start + size] == phrase
        ),
        None,
    )


def _aligned(codes: Sequence[tuple[str, int, int, int, int]], place: tuple[int, int]) -> tuple[int, int]:
    """Return the range in the other sentence that stands where ``place`` stands in ours.

    A replaced stretch that reaches beyond the phrase belongs to it as a whole: what it replaced cannot be told apart.
    """
    start = end = -1
    for kind, first, behind, other_first, other_behind in codes:
        if behind <= place[0] or first >= place[1]:
            continue
        if kind == "equal":
            inside = max(first, place[0]), min(behind, place[1])
            low, high = other_first + inside[0] - first, other_first + inside[1] - first
        else:
            low, high = other_first, other_behind
        start = low if start < 0 else min(start, low)
        end = max(end, high)
    return max(start, 0), max(end, 0)
