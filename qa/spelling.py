"""How a word may be spelled otherwise: romanisations of one name, and slips of the keyboard. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_ROMANISED = (
    (re.compile(r"(?:iy|yy|ij|yi|ii|iya)$"), "y"), (re.compile(r"(?<=[^aeiou])i$"), "y"), (re.compile(r"ph"), "f"),
    (re.compile(r"(?:kh|q|gh)"), "k"), (re.compile(r"ck"), "k"), (re.compile(r"(.)\1"), r"\1"),
    (re.compile(r"^m[uo]h?am+[ae]d$"), "mohamed"), (re.compile(r"ou"), "u"), (re.compile(r"^e?l-|^al-"), ""),
    (re.compile(r"ey$"), "y"), (re.compile(r"ae"), "e"), (re.compile(r"oe"), "o"), (re.compile(r"ue"), "u"),
    (re.compile(r"(?<=[sz])ch"), "h"), (re.compile(r"^(?:vl|wl|vo?l)odym"), "vladim"), (re.compile(r"y"), "i"),
)  # fmt: skip

_SHORTEST = 5
"""Letters from which a word may be misspelled: shorter ones are too near to others."""

_LONG = 8
"""Letters from which two slips are believed."""

_MOST = 3


@lru_cache(maxsize=100_000)
def spelling(word: str) -> str:
    """Return a folded word in one romanisation: Zelensky, Zelenskiy and Zelenskyy come out alike."""
    if len(word) < _SHORTEST:
        return word
    for pattern, instead in _ROMANISED:
        word = pattern.sub(instead, word)
    return word


def romanised(term: str, vocabulary: Iterable[tuple[str, int]]) -> list[str]:
    """Return the terms of a vocabulary (each with how often it stands) that are ``term`` in another romanisation."""
    own = spelling(term)
    found = [(-count, other) for other, count in vocabulary if other != term and spelling(other) == own]
    return [other for _, other in sorted(found)[:_MOST]]


class Vocabulary:
    """Terms with how often each stands, grouped by their spelling, so that a romanisation is one look-up."""

    def __init__(self, terms: Iterable[tuple[str, int]]) -> None:
        """Group the terms."""
        self.terms = list(terms)
        self._alike: dict[str, list[tuple[str, int]]] = {}
        for term, count in self.terms:
            self._alike.setdefault(spelling(term), []).append((term, count))

    def romanised(self, term: str) -> list[str]:
        """Return the terms that are ``term`` in another romanisation."""
        return romanised(term, self._alike.get(spelling(term), ()))


def slips(term: str, vocabulary: Iterable[tuple[str, int]]) -> list[str]:
    """Return the terms of a vocabulary that ``term`` may be a slip for, the fewest slips and then the commonest first.

    A slip is a letter too many, too few, another one, or two that changed places; words of eight letters may have two.
    """
    if len(term) < _SHORTEST or any(sign.isdigit() for sign in term):
        return []
    most = 2 if len(term) >= _LONG else 1
    near = (
        (distance(term, other, most), -count, other)
        for other, count in vocabulary
        if abs(len(other) - len(term)) <= most
    )
    return [other for _, _, other in sorted(each for each in near if each[0] <= most)[:_MOST]]


def distance(one: str, other: str, most: int) -> int:
    """Return the optimal string alignment distance (Damerau 1964), or ``most`` + 1 where it is greater."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for index, letter in enumerate(one, start=1):
        earlier, before = before, row
        row = [index]
        for place, sign in enumerate(other, start=1):
            best = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != sign))
            if index > 1 and place > 1 and letter == other[place - 2] and one[index - 2] == sign:
                best = min(best, earlier[place - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]
