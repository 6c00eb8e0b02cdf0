"""Articles held against each other: whether the reader finds another answer in one than the answer that stands.

The reader reads each passage by itself, so another outlet's figure does not go under. What it finds in an article that
does not give the answer that stands counts where it is about as sure of it, and where code can compare the two: a day,
a number, the name of a person or a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from qa import claims, names, reading, shorts
from qa.claims import Claims
from qa.conflicts import Claim, Slot
from qa.extracts import Extract, timely
from qa.pooling import Found
from qa.questions import Query

BEHIND = 2.0
"""How far the margin of another article's answer may lie below that of the answer that stands."""

SURE_FROM = 0.0
"""The least margin of an answer that is held against another one."""

MOST = 3
"""Articles whose answers are held against the one that stands."""

LONGEST = 6
"""Words of the longest answer that can be compared."""

COMPARED: Mapping[str, Slot] = {
    "when": "when", "how_many": "how_many", "how_much": "how_much", "who": "who", "where": "where",
}  # fmt: skip
"""The kinds of question whose answers code can hold against each other."""


def disputed(query: Query, standing: Found, found: Sequence[Found]) -> Claims | None:
    """Return what other articles say for the question beside the answer; None where none says otherwise.

    Args:
        query: the question.
        standing: the answer that stands.
        found: all that the reader found, the best first.
    """
    slot = COMPARED.get(query.slot)
    if slot is None:
        return None
    held = dict(_held(query, slot, others(standing, found)))
    own = claims.said(standing.extract, *_values(query, slot, standing.span.text, standing.extract))
    if not held or not own.values:
        return None
    read = claims.related(slot, {standing.extract: own, **held})
    return None if read is None or read.kind == "agree" or len(read.current) > claims.MOST_SIDES else read


def others(standing: Found, found: Sequence[Found]) -> list[Found]:
    """Return the best answer of each article that does not give the one that stands, the best first.

    They are of other stories, and the reader is about as sure of them.
    """
    best: dict[str, Found] = {}
    agreeing = {standing.extract.article.id}
    for one in found:
        if one.extract.story == standing.extract.story or says(one.extract, standing.span.text):
            agreeing.add(one.extract.article.id)
        best.setdefault(one.extract.article.id, one)
    least = max(SURE_FROM, standing.known.margin - BEHIND)
    return [one for key, one in best.items() if key not in agreeing and one.known.margin >= least][:MOST]


def says(extract: Extract, phrase: str) -> bool:
    """Tell whether a sentence holds the words of an answer."""
    return reading.share_of(phrase, extract.dated_text) >= reading.GROUNDED_FROM


def _held(query: Query, slot: Slot, found: Sequence[Found]) -> Iterator[tuple[Extract, Claim]]:
    """Yield what each article answers, with the sentence that holds it, where that can be compared."""
    for one in found:
        if len(one.span.text.split()) > LONGEST or not timely(query, one.extract):
            continue
        # The reader takes the passengers of another ship for an answer: the sentence itself must be on the topic.
        if query.covered_by(one.extract.text) < claims.ON_TOPIC:
            continue
        given = _values(query, slot, one.span.text, one.extract)
        if given:
            yield one.extract, claims.said(one.extract, *given)


def _values(query: Query, slot: Slot, phrase: str, extract: Extract) -> tuple[claims.Given, ...]:
    """Return the values that a phrase gives, as its sentence has them; none where it is not of the kind asked for."""
    if slot in ("who", "where"):
        named = names.find(f"So {phrase}")
        return (shorts.full_name(query, named[0].text, extract),) if named else ()
    given = reading.of_kind(query, extract)
    found = re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", extract.text, re.I)
    if found is None:
        return given if len(given) == 1 else ()
    first, behind = found.span()
    return tuple(one for one in given if not isinstance(one, str) and one.start < behind and first < one.end)
