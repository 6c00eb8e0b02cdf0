"""A drafted sentence against the extracts: as it may be said, what carries it, and how well."""

from __future__ import annotations

from collections.abc import Sequence

from qa import orders, reading, support
from qa.compose import Carrying
from qa.extracts import Extract
from qa.support import Support
from qa.types import Evidence

MOST_CARRIERS = 3
"""Independent stories cited for one sentence."""

LOOP_WORDS = 8
"""Words of the shortest sentence that can be said to run in a circle."""


def checked(text: str, chosen: Sequence[Extract]) -> tuple[str, list[Carrying], Support]:
    """Return a drafted sentence as it may be said (dated, ascribed to its speaker), its carriers and support."""
    if repeats(text):
        return text, [], Support("unsupported", 0.0, why="it repeats itself")
    carriers, best = carriers_of(text, chosen)
    if not carriers and (told := reading.attributed(text, best)):
        carriers, best = carriers_of(told, chosen)
        text = told if carriers else text
    if not carriers:
        return text, carriers, best
    said = reading.dated(text, carriers[0].evidence.article.dated)
    if said != text:
        again, support_again = carriers_of(said, chosen)
        if again:
            return said, again, support_again
    return text, carriers, best


def repeats(text: str) -> bool:
    """Tell whether a model has run in a circle: each word stands in the sentence three times or more."""
    words = text.casefold().split()
    return len(words) > LOOP_WORDS and len(set(words)) * 3 <= len(words)


def elsewhere(text: str, extract: Extract, chosen: Sequence[Extract]) -> list[Carrying]:
    """Return what else carries the sentence of an extract: the places of other stories that say the same."""
    others = [one for one in chosen if one.story != extract.story and one.article.id != extract.article.id]
    return carriers_of(text, others)[0][: MOST_CARRIERS - 1]


def carriers_of(text: str, chosen: Sequence[Extract]) -> tuple[list[Carrying], Support]:
    """Return what carries a drafted sentence, one place a story, best first, and the best support found."""
    best = Support("unsupported", 0.0)
    carriers: list[tuple[float, Carrying]] = []
    seen: set[str] = set()
    for evidence in dict.fromkeys(extract.evidence.passage.id for extract in chosen):
        found = next(extract.evidence for extract in chosen if extract.evidence.passage.id == evidence)
        result = _unplanted(support.check(text, reading.passage(found), written=found.article.dated), found)
        if result.score > best.score or best.verdict != "supported" == result.verdict:
            best = result
        if result.verdict == "supported" and found.story not in seen:
            seen.add(found.story or found.article.id)
            carriers += [
                (
                    result.score,
                    Carrying(
                        found,
                        start=found.passage.start + start,
                        end=found.passage.start + end,
                        speaker=result.speaker,
                    ),
                )
                for start, end in result.spans
            ]
    carriers.sort(key=lambda item: -item[0])
    return [carrying for _, carrying in carriers[:MOST_CARRIERS]], best


def _unplanted(result: Support, found: Evidence) -> Support:
    """Return the support that a passage gives without its planted sentences: what leans on one is not supported."""
    body, first = found.article.body, found.passage.start
    if not any(orders.within(body, first + start, first + end) for start, end in result.spans):
        return result
    return Support("unsupported", 0.0, why="the sentence that carries it is an order to whoever answers")
