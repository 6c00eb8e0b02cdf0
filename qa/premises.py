"""What a question takes for granted, and the sentence that denies it: "why did she resign", "she will not resign"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qa import polarity, reading
from qa.extracts import Extract, timely
from qa.polarity import Mark
from qa.questions import Query
from qa.terms import opposite, terms

ON_TOPIC = 0.5
"""The share of the question's content that a sentence itself must have before what it denies is what is asked about."""

LIGHT = 0.9
"""Words of less weight are too common for their denial to deny what is asked."""

_ATTRIBUTION = re.compile(r"\b(?:said|says?|claim(?:s|ed)?|told|report(?:s|ed)?|announced?|according)\b", re.I)


def denied(query: Query, found: Sequence[Extract]) -> Extract | None:
    """Return the sentence that denies what the question takes for granted; None without one, or if a later asserts it.

    A question that itself denies, and one to be answered by yes or no, takes nothing for granted here; one for a number
    is left alone, for its sentences deny many a thing beside the number; so is one of who said something.
    """
    if query.slot in ("yes_no", "how_many", "how_much") or _ATTRIBUTION.search(query.text):
        return None
    asked = {stem for stem, mark in marks(query.text).items() if not mark.negated and mark.modality != "possible"}
    denying: list[tuple[Extract, frozenset[str]]] = []
    asserting: list[tuple[Extract, frozenset[str]]] = []
    for extract in found:
        if not _about(query, extract):
            continue
        given = marks(extract.text)
        shared = [stem for stem in asked if stem in given]
        no = frozenset(stem for stem in shared if given[stem].negated)
        if query.window is not None and timely(query, extract):
            no |= {stem for stem in asked if stem not in given and any(opposite(stem, other) for other in given)}
        if no:
            denying.append((extract, no))
        if yes := frozenset(stem for stem in shared if not given[stem].negated):
            asserting.append((extract, yes))
    for extract, stems in denying:
        if not any(stems & said and _not_before(other, extract) for other, said in asserting if other != extract):
            return extract
    return None


def _about(query: Query, extract: Extract) -> bool:
    """Tell whether a sentence is about what is asked: its names around it, most of its content in it."""
    around = {term.stem for term in terms(reading.context(extract)) if term.stem}
    named = all(term.stem in around for term in query.timeless if term.capital)
    return named and query.told_by(extract.text) >= ON_TOPIC


def _not_before(one: Extract, other: Extract) -> bool:
    ours, theirs = one.article.known_from, other.article.known_from
    return ours is None or theirs is None or ours >= theirs


def marks(text: str) -> Mapping[str, Mark]:
    """Return the mark of each telling word that is no name, by stem; of a repeated one the first."""
    found = terms(text)
    by_stem: dict[str, Mark] = {}
    for term, mark in zip(found, polarity.marks(found), strict=True):
        if term.content and not term.capital and term.weight >= LIGHT:
            by_stem.setdefault(term.stem, mark)
    return by_stem
