"""A sentence taken apart for comparing, and the words of a claim laid against the words of a text.

The alignment is greedy and local: of several places where a word occurs, the one whose neighbours match too is taken,
so that the polarity, the numbers and the names compared belong to the same event.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from qa import dates, names, polarity, quotes, terms, values
from qa.lexicon import NUMBER_WORDS
from qa.names import Name
from qa.polarity import Mark
from qa.quotes import Quote
from qa.terms import Term
from qa.types import Moment, TimeMention
from qa.values import Value

_LASTING = re.compile(r"\b(?:will|would|may|might|could|can|must|should|to|not)\s+last\s$")
"""Here "last" is the verb: "will last three days" is no time in the past."""
_MOST_PLACES = 40
"""Places of one word that are looked at: a text of nothing but one word is not to cost its square."""

_NEIGHBOURS = 4
_LOCAL_BONUS = 0.02
"""What one matching neighbour is worth: less than any difference in likeness, so that it only breaks ties."""


_POLARITY_BONUS = 0.05
"""Of "apologised for the delay, did not apologise for the cost" each claim gets its own verb."""


class Parts:
    """A sentence and the parts of it that the comparison needs, each found when first asked for.

    Offsets are into ``text``; relative dates are resolved against ``written``.
    """

    def __init__(self, text: str, written: Moment | None) -> None:
        self.text = text
        self.written = written

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The tokens, punctuation included."""
        return terms.terms(self.text)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Polarity and modality of each term."""
        return polarity.marks(self.terms)

    @cached_property
    def segments(self) -> tuple[int, ...]:
        """The number of the predicate that each term belongs to: finer than a clause, it ends at a joined verb."""
        found, number = [], 0
        for index in range(len(self.terms)):
            clause = self.marks[index].clause != self.marks[index - 1].clause if index else False
            number += clause or polarity.new_predicate(self.terms, index)
            found.append(number)
        return tuple(found)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The proper names."""
        return names.find(self.text)

    @cached_property
    def times(self) -> tuple[TimeMention, ...]:
        """The time expressions."""
        found = dates.resolve(self.text, self.written)
        return tuple(mention for mention in found if not _LASTING.search(self.text[: mention.start + 5]))

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The typed numbers outside time expressions."""
        inside = [(mention.start, mention.end) for mention in self.times]
        return tuple(
            value
            for value in values.find(self.text)
            if not any(start < value.end and value.start < end for start, end in inside)
        )

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        """The reported speech."""
        return quotes.find(self.text)

    @cached_property
    def typed(self) -> frozenset[int]:
        """The indices of the terms inside a number or a date: those are compared as values.

        Of "190 domestic flights" that is the number alone; what it counts is aligned as words.
        """
        spans = [(time.start, time.end) for time in self.times]
        spans += [(value.start, value.end) for value in self.values if value.kind != "count"]
        counts = [(value.start, value.end) for value in self.values if value.kind == "count"]
        return frozenset(
            index
            for index, term in enumerate(self.terms)
            if any(start <= term.start and term.end <= end for start, end in spans)
            or (
                (term.low[:1].isdigit() or term.low in NUMBER_WORDS)
                and any(start <= term.start and term.end <= end for start, end in counts)
            )
        )

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each stem stands; under "=12" the members of synonym group 12, under "~prefix" one word family."""
        found: dict[str, list[int]] = {}
        for index, term in enumerate(self.terms):
            for key in terms.keys(term.stem) if term.stem else ():
                found.setdefault(key, []).append(index)
        return found

    def term_at(self, place: int) -> int:
        """Return the index of the term at or after an offset; the last one when there is none."""
        return next((index for index, term in enumerate(self.terms) if term.end > place), len(self.terms) - 1)


_FOCUS_BONUS = 0.15
"""More than a synonym costs: "start" goes to "could happen on Tuesday" rather than "unlikely to start on Monday"."""


@dataclass(frozen=True, slots=True)
class Link:
    """A claim's term (index) and the term of a text that it is laid against: sentence number, index, likeness."""

    claim: int
    sentence: int
    term: int
    likeness: float


@lru_cache(maxsize=4_096)
def take_apart(text: str, written: Moment | None) -> Parts:
    """Return the parts of one sentence, the same object for the same sentence and day."""
    return Parts(text, written)


@lru_cache(maxsize=8_192)
def links(claim: Parts, text: Parts) -> tuple[Link, ...]:
    """Lay each content term of the claim against its best term of one sentence (sentence number 0)."""
    typed = claim.typed
    named = _named(claim, text)
    focus = _focus(claim, text)
    found = []
    for index, term in enumerate(claim.terms):
        if not term.content or index in typed:
            continue
        best = named.get(index) or _best(claim, index, text, focus)
        if best is not None:
            found.append(best)
    return tuple(found)


def _named(claim: Parts, text: Parts) -> dict[int, Link]:
    """Link the words of a name to another form of it that shares none of them ("WHO", "World Health Organization")."""
    found = {}
    for name in claim.names:
        alias = next((other for other in text.names if names.same(name.words, other.words)), None)
        if alias is None or set(alias.words) & set(name.words):
            continue
        place = text.term_at(alias.end - 1)
        for index in range(claim.term_at(name.start), claim.term_at(name.end - 1) + 1):
            found[index] = Link(claim=index, sentence=0, term=place, likeness=1.0)
    return found


def _best(claim: Parts, index: int, text: Parts, focus: frozenset[int]) -> Link | None:
    own = claim.terms[index].stem
    candidates = [(1.0, place) for place in text.places.get(own, ())[:_MOST_PLACES]]
    if not candidates or (focus and not any(text.marks[place].clause in focus for _, place in candidates)):
        near = {place for key in terms.keys(own) for place in text.places.get(key, ())}
        least = terms.FAMILY_LIKENESS if candidates else 0.0
        alikes = ((terms.likeness(own, text.terms[place].stem), place) for place in near)
        candidates += [(alike, place) for alike, place in alikes if alike > least][:_MOST_PLACES]
    if not candidates:
        return None
    if len(candidates) == 1:
        alike, place = candidates[0]
        return Link(claim=index, sentence=0, term=place, likeness=alike)
    around = _stems_around(claim.terms, index)
    scored = [
        (
            alike
            + _LOCAL_BONUS * len(around & _stems_around(text.terms, place))
            + _POLARITY_BONUS * (claim.marks[index].negated == text.marks[place].negated)
            + _FOCUS_BONUS * (text.marks[place].clause in focus if focus else False),
            -place,
            alike,
        )
        for alike, place in candidates
    ]
    _, place, alike = max(scored)
    return Link(claim=index, sentence=0, term=-place, likeness=alike)


def _focus(claim: Parts, text: Parts) -> frozenset[int]:
    """Return the clauses of a text that hold a date of the claim: of two verbs, the one beside the date is meant."""
    if not claim.times:
        return frozenset()
    dated = [other for mention in claim.times for other in text.times if within(other, mention)]
    return frozenset(text.marks[text.term_at(other.start)].clause for other in dated)


def within(inner: TimeMention, outer: TimeMention) -> bool:
    """Return whether one time lies within another."""
    if not (inner.earliest and inner.latest and outer.earliest and outer.latest):
        return False
    return outer.earliest <= inner.earliest and inner.latest <= outer.latest


def _stems_around(found: Sequence[Term], index: int) -> frozenset[str]:
    near = [*found[max(0, index - _NEIGHBOURS) : index], *found[index + 1 : index + 1 + _NEIGHBOURS]]
    return frozenset(term.stem for term in near if term.content)


def coverage(claim: Parts, linked: Sequence[Link]) -> float:
    """Return the share of the claim's content, by weight, that ``linked`` finds; 0…1, and 1 when it has no content."""
    typed = claim.typed
    whole = sum(term.weight for index, term in enumerate(claim.terms) if index not in typed)
    return sum(claim.terms[link.claim].weight * link.likeness for link in linked) / whole if whole else 1.0


def merged(groups: Sequence[Sequence[Link]]) -> tuple[Link, ...]:
    """Return for each claim term its best link over several sentences; the group's place is the sentence number."""
    best: dict[int, Link] = {}
    for number, group in enumerate(groups):
        for link in group:
            known = best.get(link.claim)
            if known is None or link.likeness > known.likeness:
                best[link.claim] = Link(claim=link.claim, sentence=number, term=link.term, likeness=link.likeness)
    return tuple(best[index] for index in sorted(best))


Effect = Literal["against", "missing", "weaker", "open"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps a claim from being supported, in words for the trace."""

    effect: Effect
    why: str
    about: Literal["number", "day", "name", "word"] = "word"


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """A claim, its carrying sentences (best first), the links between them, and the names of the whole text."""

    claim: Parts
    carriers: tuple[Parts, ...]
    links: tuple[Link, ...]
    around: tuple[Parts, ...]
