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

SHORT = 4
"""Words of the longest phrase that is given as a whole; of a longer one only what differs is."""

LONGEST = 6
"""Words of the longest text that can stand in the place of a short answer."""

_WORD = re.compile(r"[$£€]?\w+(?:[.,’'-]\w+|:\d+)*%?")
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


@dataclass(frozen=True, slots=True)
class Difference:
    """What two near-copies say in one place: the first sentence and the other."""

    ours: str
    theirs: str


def differ(sentence: str, other: str, phrase: str) -> Difference | None:
    """Return where a near-copy says otherwise than a sentence, in what a phrase is about; None where it does not.

    Args:
        sentence: a sentence of one article.
        other: a sentence of another article.
        phrase: a short answer. What differs must be (a part of) it: its names, numbers and days, or some of them.
    """
    ours, theirs = _words(sentence), _words(other)
    wanted = _facts(_words(phrase))
    if not wanted & _facts(ours) or _shared(ours, theirs) < FEWEST_SHARED:
        return None
    matcher = SequenceMatcher(None, [word.low for word in ours], [word.low for word in theirs], autojunk=False)
    codes = matcher.get_opcodes()
    shared = sum(end - start for kind, start, end, _, _ in codes if kind == "equal")
    place = _place(ours, [word.low for word in _words(phrase)])
    for kind, start, end, other_start, other_end in codes:
        if kind != "replace":
            continue
        # What differs does not count against the likeness of the rest.
        length = min(len(ours) - (end - start), len(theirs) - (other_end - other_start))
        mine, found = _facts(ours[start:end]), _facts(theirs[other_start:other_end])
        if shared < max(FEWEST_SHARED, LEAST_SHARED * length) or not mine or not mine <= wanted:
            continue
        if not mine - found or not found - mine or _counts(mine) != _counts(found):
            continue
        held = _whole(codes, place, (start, end, other_start, other_end))
        held = (*_trimmed(ours, held[0], held[1]), *_trimmed(theirs, held[2], held[3]))
        if held[1] - held[0] <= LONGEST and held[3] - held[2] <= LONGEST:
            return Difference(
                sentence[ours[held[0]].start : ours[held[1] - 1].end],
                other[theirs[held[2]].start : theirs[held[3] - 1].end],
            )
    return None


def _trimmed(words: Sequence[_Word], start: int, end: int) -> tuple[int, int]:
    """Return a stretch from its first name or number to its last: "Ohio", not "Ohio is", nor "Ohio added"."""
    facts = [place for place in range(start, end) if words[place].fact]
    return (facts[0], facts[-1] + 1) if facts else (start, end)


def _whole(
    codes: Sequence[tuple[str, int, int, int, int]], place: tuple[int, int] | None, part: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """Return the whole phrase and what stands in its place, where what differs is within it: the day with its month."""
    if place is None or place[1] - place[0] > SHORT or not (place[0] <= part[0] and part[1] <= place[1]):
        return part
    start, end = _aligned(codes, place)
    return (*place, start, end)


def _shared(ours: Sequence[_Word], theirs: Sequence[_Word]) -> int:
    """Return how many different words stand in both: a quick bound before the alignment."""
    return len({word.low for word in ours} & {word.low for word in theirs})


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


def _counts(facts: frozenset[str]) -> bool:
    """Whether facts are numbers or days rather than names: a day in the place of a name is another sentence."""
    return any(any(sign.isdigit() for sign in word) or word in _COUNTED for word in facts)


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
