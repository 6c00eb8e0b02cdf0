"""The words of a sentence as they are compared: stem, weight and a small thesaurus of news English.

Offsets are those of the text as it is given; folding case and accents happens inside a term and never moves one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from qa.lexicon import ABBREVIATIONS, ANTONYMS, COMMON, DEMONYMS, IRREGULAR, PHRASAL, REPORTING, STOPWORDS, SYNONYMS

_TOKEN = re.compile(
    r"(?:(?-i:[A-Z])\.){2,}|(?:(?-i:[A-Z])\.)+(?-i:[A-Z])\b"
    r"|\d+(?:[.,]\d+|[\u00a0\u2009\u202f]\d{3}(?!\d))*[^\W\d_]*|(?:(?:re|co|ex|non|anti|pre|un)[-‑])?[^\W\d_]+\d*"
    r"(?:['’][^\W\d_]+)*|[^\w\s]",
    re.IGNORECASE,
)
_RAISED = re.compile(r"(?<=\d)[⁰¹²³⁴-⁹]")
_POSSESSIVE = re.compile(r"['’]s?$|['’]s$", re.IGNORECASE)
_SUFFIXES = (
    "isations", "izations", "isation", "ization", "ations", "ation", "ments", "ment", "nesses", "ness", "ingly",
    "edly", "ings", "ions", "ing", "ion", "ates", "ated", "ate", "ally", "ials", "ial", "ively", "ive", "ed", "ly",
    "als", "al", "es", "s",
)  # fmt: skip
"""Longest first. ``-er`` and ``-or`` stay: a governor is not a government, a leader is not a lead."""

_SHORTEST_STEM = 4
_FAMILY = 5
FAMILY_LIKENESS = 0.75
"""The likeness of two stems that only begin alike."""
_COUNTRIES = frozenset(DEMONYMS.values())


@dataclass(frozen=True, slots=True)
class Term:
    """A token with its offsets; ``stem`` is "" for punctuation, ``weight`` 0 for words that carry no content."""

    text: str
    start: int
    end: int
    low: str
    stem: str
    weight: float
    capital: bool

    @property
    def content(self) -> bool:
        """Whether the term counts when two sentences are aligned."""
        return self.weight > 0


def fold(text: str) -> str:
    """Return ``text`` lower-cased and without accents, for comparing only (its length may differ)."""
    if text.isascii():
        return text.lower()
    text = _RAISED.sub(r"^\g<0>", text)  # else a raised digit would join the number before it
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ł", "l").replace("ø", "o").replace("’", "'"))
    return "".join(char for char in plain if not unicodedata.combining(char)).lower()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a folded word: irregular forms by table, then one inflection or nominal suffix off."""
    word = IRREGULAR.get(word, word)
    if word in DEMONYMS:
        return DEMONYMS[word]
    if word in _COUNTRIES:
        return word
    if len(word) <= _SHORTEST_STEM - 1 or word[0].isdigit():
        return word
    for ending, instead in (("ies", "y"), ("ied", "y")):
        if word.endswith(ending) and len(word) >= len(ending) + 2:
            word = word[: -len(ending)] + instead
    for suffix in _SUFFIXES:
        shortest = 3 if suffix in ("s", "es", "ed", "ing", "ings") else _SHORTEST_STEM
        if word.endswith(suffix) and len(word) - len(suffix) >= shortest and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if (word[-1] == "e" and len(word) > 3) or (word[-1] == "y" and len(word) > 4) else word


def weight_of(low: str, text: str) -> float:
    """Return how much a word tells: 0 for function words, more for rare, long, capitalised ones and numbers.

    It stands in for an inverse document frequency where there is no collection at hand.
    """
    if low in STOPWORDS or not (low[0].isalnum()):
        return 0.0
    if low[0].isdigit():
        return 1.5
    if low in COMMON or stem(low) in COMMON:
        return 0.5
    if text[0].isupper():
        return 1.4
    return 1.2 if len(low) >= 7 else 1.0


@lru_cache(maxsize=4_096)
def terms(text: str) -> tuple[Term, ...]:
    """Return the tokens of ``text`` in order, punctuation included."""
    found: list[Term] = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        bare = _POSSESSIVE.sub("", raw) or raw
        low = fold(bare)
        low = "us-country" if raw in ("US", "US's", "US’s") else ABBREVIATIONS.get(low, low)
        wordlike = raw[0].isalnum()
        found.append(
            Term(
                text=raw,
                start=match.start(),
                end=match.end(),
                low=low,
                stem=stem(low) if wordlike else "",
                weight=weight_of(low, raw) if wordlike else 0.0,
                capital=raw[0].isupper(),
            )
        )
    for index, (one, other) in enumerate(pairwise(found)):
        if instead := PHRASAL_STEMS.get((one.stem, other.low)):
            found[index] = replace(one, stem=instead)
    return tuple(found)


def opposite(one: str, other: str) -> bool:
    """Whether two stems are opposites in the table (rise and fall, win and lose)."""
    return other in ANTONYM_STEMS.get(one, ())


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """Return how alike two stems are: 1 the same, .9 in one group of synonyms, .75 one word family, else 0."""
    if one == other:
        return 1.0
    if SYNONYM_STEMS.get(one, frozenset()) & SYNONYM_STEMS.get(other, frozenset()):
        return 0.9
    if opposite(one, other) or one[0].isdigit() or other[0].isdigit():
        return 0.0
    shorter, longer = sorted((one, other), key=len)
    common = 0
    while common < len(shorter) and shorter[common] == longer[common]:
        common += 1
    related = common >= _FAMILY and common >= len(shorter) - 2 and common >= 0.6 * len(longer)
    agent = longer[common:].startswith(("or", "er", "ist"))
    return FAMILY_LIKENESS if related and not agent else 0.0


@lru_cache(maxsize=50_000)
def keys(word: str) -> tuple[str, ...]:
    """Return the keys under which a stem can be alike to another: itself, its synonym groups, its first letters."""
    groups = tuple(f"={number}" for number in SYNONYM_STEMS.get(word, ()))
    return (word, *groups, f"~{word[:_FAMILY]}") if len(word) >= _FAMILY else (word, *groups)


def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(SYNONYMS):
        for word in group.split():
            found.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for left, right in ANTONYMS:
        for one in left.split():
            for other in right.split():
                found.setdefault(stem(one), set()).add(stem(other))
                found.setdefault(stem(other), set()).add(stem(one))
    return {word: frozenset(others) for word, others in found.items()}


PHRASAL_STEMS = {(stem(verb), particle): stem(instead) for (verb, particle), instead in PHRASAL.items()}
SYNONYM_STEMS = _groups()
ANTONYM_STEMS = _opposites()
REPORTING_STEMS = frozenset(stem(verb) for verb in REPORTING)
"""Stems of the verbs that report what somebody says."""
