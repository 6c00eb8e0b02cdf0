"""Time expressions against gold ones: TempEval-3's task A (UzZaman et al. 2013)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_VAGUE = re.compile(r"_REF|X")


@dataclass(frozen=True, slots=True)
class Timex:
    """A time expression: its characters and its TIMEX3 value."""

    start: int
    end: int
    value: str

    @property
    def vague(self) -> bool:
        """Whether the value names no calendar time (PAST_REF, an X in a digit's place, no value)."""
        return not self.value or bool(_VAGUE.search(self.value))


@dataclass(frozen=True, slots=True)
class TimexDocument:
    """The gold and the found expressions of one text, and its own dateline, which counts against nobody."""

    gold: tuple[Timex, ...]
    found: tuple[Timex, ...]
    dateline: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TimexScore:
    """Counts over documents, with the F1 figures as properties."""

    gold: int
    system: int
    strict: int
    relaxed: int
    value: int

    @property
    def relaxed_f1(self) -> float:
        """F1 of expressions that overlap a gold one."""
        return 2 * self.relaxed / max(self.gold + self.system, 1)

    @property
    def strict_f1(self) -> float:
        """F1 of expressions with the gold's own characters."""
        return 2 * self.strict / max(self.gold + self.system, 1)

    @property
    def value_accuracy(self) -> float:
        """Share of right values among the overlaps."""
        return self.value / max(self.relaxed, 1)

    @property
    def value_f1(self) -> float:
        """Relaxed F1 times value accuracy."""
        return self.relaxed_f1 * self.value_accuracy


def score(documents: Sequence[TimexDocument], *, calendar: bool) -> TimexScore:
    """Return the counts; ``calendar`` leaves out vague gold values and whatever overlaps only those."""
    gold = system = strict = relaxed = value = 0
    for document in documents:
        kept = [mention for mention in document.gold if not (calendar and mention.vague)]
        found = _counted(document, kept, calendar=calendar)
        gold, system = gold + len(kept), system + len(found)
        for one, other in _matched(kept, found):
            relaxed += 1
            strict += (one.start, one.end) == (other.start, other.end)
            value += one.value == other.value
    return TimexScore(gold, system, strict, relaxed, value)


def _overlap(one: Timex, other: Timex) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def _counted(document: TimexDocument, kept: list[Timex], *, calendar: bool) -> list[Timex]:
    free = [mention for mention in document.gold if calendar and mention.vague]
    if document.dateline:
        free.append(Timex(*document.dateline, value=""))
    return [
        mention
        for mention in document.found
        if any(_overlap(mention, one) > 0 for one in kept) or not any(_overlap(mention, one) > 0 for one in free)
    ]


def _matched(gold: list[Timex], found: list[Timex]) -> list[tuple[Timex, Timex]]:
    """Pair greedily, the longest overlap first, each expression once."""
    pairs = sorted(
        (
            (_overlap(one, other), (one.start, one.end) == (other.start, other.end), i, j)
            for i, one in enumerate(gold)
            for j, other in enumerate(found)
            if _overlap(one, other) > 0
        ),
        reverse=True,
    )
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    matched = []
    for _, _, i, j in pairs:
        if i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            matched.append((gold[i], found[j]))
    return matched
