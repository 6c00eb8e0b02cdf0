"""Near-duplicates: whether one text repeats another, and whether the copy says another fact and so stays apart.

Everything here is about two texts. Which articles of an archive make one story is in ``qa.archive.grouping``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal
from zlib import crc32

import numpy as np
import numpy.typing as npt

from qa import boilerplate
from qa.lexicon import STOPWORDS
from qa.types import Article

Likeness = Literal["copy", "variant", "other"]
"""The same text; the same but for a number, a date, a name or a negation; another text."""

Shingles = npt.NDArray[np.uint64]
"""Hashes of a text's runs of words, each once, ascending."""

SKETCH = 32
"""Shingles by which a text is found: the lowest of all hashes (bottom-k sketch, Cohen and Kaplan, PODC 2007). Texts
that share half of their shingles share one of the 32 with all but certainty; one that stands whole in a text ten times
its length does so nine times in ten."""

_SHINGLE = 4
# A wire copy with a changed first line, an added byline or a dropped last paragraph keeps more than half of its
# four-word shingles; two reports of one event by two desks share under a tenth.
_SAME = 0.5
_CONTAINED = 0.75
_FEWEST = 12
# A digest that carries a brief among fifty others is another article.
_LEAST = 0.2
_SHORT = 16
"""Words of both sides at most, where one stretch stands in the place of another. In a longer one a sentence is
rewritten, and a fact that stands elsewhere in the other text has not changed."""

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W\d_]+)?%?")
_STOP = re.compile(r"[.!?:]['\"”’)]*\s|\n")
_NEGATIONS = frozenset(
    "not no never none nobody nothing neither nor without cannot deny denies denied denying refuse refuses refused"
    " unlikely false untrue fails failed".split()
)
_COUNTS = {
    word: str(value)
    for value, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {
    word: word
    for word in (
        "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty"
        " ninety hundred thousand million billion dozen half twice third quarter first second"
    ).split()
}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = {name: name for name in [*_WEEKDAYS, *_MONTHS, "today", "yesterday", "tomorrow"]} | {
    short: name for name in [*_WEEKDAYS, *_MONTHS] for short in (name[:3], name[:4]) if short not in ("sat", "sun")
}
_RELATIVE = frozenset(("today", "yesterday", "tomorrow"))
"""Days that say nothing in a sentence that was added: "Subscribe today"."""

_COURTESY = frozenset("mr mrs ms dr".split())
_AGENCIES = frozenset(
    "reuters ap afp dpa efe ansa tass pti ani upi bloomberg xinhua kyodo yonhap anadolu interfax ukrinform apa"
    " lusa belga tt ntb ritzau swissinfo cp aap".split()
)
_AGENCY_WORDS = ("associated press", "agence france", "news agency", "newswire", "press trust", "press association")


def is_agency(outlet: str) -> bool:
    """Whether an outlet is a news agency, whose text is likelier the original than a copy."""
    words = outlet.lower()
    return any(name in words for name in _AGENCY_WORDS) or not _AGENCIES.isdisjoint(re.findall(r"[a-z]+", words))


def precedence(article: Article) -> tuple[bool, float, bool, str]:
    """Return what orders the carriers of one text, the original first: by date, agencies first, undated ones last."""
    known = article.known_from
    return (known is None, known.timestamp() if known else 0.0, not is_agency(article.outlet), article.id)


def likeness(one: str, other: str) -> Likeness:
    """Return how two bodies stand to each other; the order of the two does not matter.

    They are near-copies when half of their four-word shingles are shared, or three quarters of the shorter one's where
    that is no mere part of the other.
    """
    if not alike(shingles(one), shingles(other)):
        return "other"
    return "variant" if differs(one, other) else "copy"


def sketch(body: str) -> tuple[int, ...]:
    """Return the shingles by which a text is found, as signed 64-bit numbers."""
    return tuple(shingles(body)[:SKETCH].view(np.int64).tolist())


def alike(one: Shingles, other: Shingles) -> bool:
    """Whether two texts are near-copies by their shingles."""
    both = np.intersect1d(one, other, assume_unique=True).size
    if not both:
        return False
    shorter = min(one.size, other.size)
    union = one.size + other.size - both
    whole = shorter >= max(_FEWEST, _LEAST * max(one.size, other.size)) and both / shorter >= _CONTAINED
    return bool(both / union >= _SAME or whole)


def held(text: str, other: str) -> float:
    """Return the share of a text's shingles that stand in another text, 0…1."""
    own = shingles(text)
    return float(np.intersect1d(own, shingles(other), assume_unique=True).size / own.size) if own.size else 1.0


@lru_cache(maxsize=256)
def shingles(body: str) -> Shingles:
    """Return the shingles of a body; captions, share bars and the like are left out, for each site adds its own."""
    words = [crc32(word.encode()) for word in (found.lower() for found in _WORD.findall(_text(body)))]
    if not words:
        return np.zeros(0, np.uint64)
    hashes = np.array(words, np.uint64)
    size = min(_SHINGLE, len(words))
    mixed = np.zeros(len(words) - size + 1, np.uint64)
    for place in range(size):
        mixed = _mixed(mixed + hashes[place : len(words) - size + 1 + place])
    return np.unique(mixed)


def _mixed(values: Shingles) -> Shingles:
    """Spread numbers over 64 bits (SplitMix64, Steele, Lea and Flood, OOPSLA 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _text(body: str) -> str:
    """Return a body without its lines of boilerplate."""
    parts, end = [], 0
    for start, stop in boilerplate.spans(body):
        parts.append(body[end:start])
        end = stop
    return "".join([*parts, body[end:]]) if parts else body


def differs(one: str, other: str) -> bool:
    """Whether two near-copies state different facts: a changed number, date, name or negation.

    What only one of them adds (a paragraph, an agency line) is no difference. What stands in place of something else
    is, and so is a negation that only one has.
    """
    left, right = _sentences(_text(one)), _sentences(_text(other))
    mine, theirs = _facts(word for part in left for word in part), _facts(word for part in right for word in part)
    matcher = SequenceMatcher(None, [_key(part) for part in left], [_key(part) for part in right], autojunk=False)
    only_left: set[str] = set()
    only_right: set[str] = set()
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        ours = [word for part in left[start:end] for word in part]
        others = [word for part in right[other_start:other_end] for word in part]
        if kind == "replace" and _rewritten(ours, others, (mine, theirs)):
            return True
        only_left |= _facts(ours).counts - theirs.counts - _RELATIVE
        only_right |= _facts(others).counts - mine.counts - _RELATIVE
    # Each has numbers or days that the other lacks: one has been brought up to date, and is no longer the other.
    return bool(only_left and only_right)


@dataclass(frozen=True, slots=True)
class _Word:
    low: str
    name: bool
    """Whether it begins with a capital, and probably not only because a sentence does."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What some words state: numbers and days, names, and whether they deny."""

    counts: frozenset[str]
    names: frozenset[str]
    denies: bool


def _rewritten(left: Sequence[_Word], right: Sequence[_Word], whole: tuple[_Facts, _Facts]) -> bool:
    """Whether stretches of two texts that stand in each other's place state different facts.

    ``whole`` are the facts of the two texts.
    """
    matcher = SequenceMatcher(None, [word.low for word in left], [word.low for word in right], autojunk=False)
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    # Two sentences that share little are not one that was changed: each was added, or dropped, as a whole.
    alike = matcher.ratio() >= _SAME
    codes = codes if alike else [("replace", 0, len(left), 0, len(right))]
    for kind, start, end, other_start, other_end in codes:
        mine, theirs = left[start:end], right[other_start:other_end]
        ours, others = _facts(mine), _facts(theirs)
        if kind != "replace":
            if len(mine) + len(theirs) <= 3 and (ours.denies or others.denies):
                return True
        elif len(mine) + len(theirs) > _SHORT:
            if _both(ours.counts - whole[1].counts, others.counts - whole[0].counts):
                return True
            if _both(ours.names - whole[1].names, others.names - whole[0].names):
                return True
        elif "".join(word.low for word in mine) != "".join(word.low for word in theirs) and (
            (alike and (ours.counts != others.counts or ours.denies != others.denies))
            or _both(ours.counts - others.counts, others.counts - ours.counts)
            or _both(ours.names - others.names, others.names - ours.names)
        ):
            return True
    return False


def _both(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether each has what the other lacks: a name left out, or put for "he", is no other name."""
    return bool(ours and theirs)


def _sentences(text: str) -> list[list[_Word]]:
    """Return the words of a text by sentences, roughly: both texts are cut alike."""
    plain = {word for word in _WORD.findall(text) if word.islower()}
    found: list[list[_Word]] = []
    last = 0
    for end in [*(stop.end() for stop in _STOP.finditer(text)), len(text)]:
        # At the beginning of a sentence every word has a capital; a name is one that the text never writes without.
        words: list[_Word] = []
        for word in _WORD.findall(text[last:end]):
            low = word.lower().replace("’", "'")
            common = not words and (low in STOPWORDS or low in plain)
            words.append(_Word(low, name=word[0].isupper() and not common))
        if words:
            found.append(words)
        last = end
    return found


def _key(words: Sequence[_Word]) -> str:
    return " ".join(word.low for word in words)


def _facts(words: Iterator[_Word] | Sequence[_Word]) -> _Facts:
    """Return the facts that words carry, in one spelling: numbers without commas, days by their full names."""
    counts, names, denies = set(), set(), False
    for word in words:
        low = word.low.removesuffix("'s")
        if _negates(word.low):
            denies = True
        elif any(letter.isdigit() for letter in low):
            counts.add(low.replace(",", "").rstrip("%"))
        elif low in _COUNTS:
            counts.add(_COUNTS[low])
        elif low in _DAYS and (word.name or low not in ("may", "march", "mar", "sun")):
            counts.add(_DAYS[low])
        elif word.name and low not in _COURTESY:
            names.add(low)
    return _Facts(frozenset(counts), names=frozenset(names), denies=denies)


def _negates(low: str) -> bool:
    return low in _NEGATIONS or low.endswith("n't")
