"""Articles read one at a time: whether one of them, asked by itself, answers otherwise than the answer that stands.

A model that reads several articles together gives one phrase, and another outlet's figure goes under. So the articles
that are as near to the question and do not hold the phrase are read alone. What one of them answers counts only where
the model is sure of every token of it, it stands in a sentence of that article, and it can be compared by code: a day,
a number, the name of a person or a place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa import claims, names, reading, shorts
from qa.claims import Claims
from qa.conflicts import Claim, Slot
from qa.extracts import Extract, timely
from qa.generate import Draft
from qa.questions import Query

NEAR = 0.85
"""How near to the question, against the nearest sentence that was read, a sentence of another article must be."""

SURE_FROM = 0.7
"""The least probability of any token of an answer that is held against another one."""

STATED_FROM = 0.65
"""The least P(yes) that the article states the answer."""

STANDS_FROM = 0.5
"""The least sure token of the answer that stands, below which it is no side: the others may contradict each other."""

MOST = 3
"""Articles that are read alone: each takes about a second on two cores."""

LONGEST = 6
"""Words of the longest answer that can be compared."""

COMPARED: Mapping[str, Slot] = {
    "when": "when", "how_many": "how_many", "how_much": "how_much", "who": "who", "where": "where",
}  # fmt: skip
"""The kinds of question whose answers code can hold against each other."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer so far: its sentence, its phrase, and the probability of the least sure token of it."""

    extract: Extract
    phrase: str = field(kw_only=True)
    least: float = field(kw_only=True)


def disputed(
    query: Query, standing: Standing, chosen: Sequence[Extract], ask: Callable[[Sequence[Extract]], Draft | None]
) -> Claims | None:
    """Return what articles that were read alone say for the question beside the answer; None where none says otherwise.

    Args:
        query: the question.
        standing: the answer so far.
        chosen: the sentences that were read together.
        ask: has the model read the sentences of one article; None where there is no time left for it.
    """
    slot = COMPARED.get(query.slot)
    if slot is None or not standing.phrase:
        return None
    held = dict(_held(query, slot, others(query, standing, chosen), ask))
    if not held:
        return None
    own = claims.said(standing.extract, *_values(query, slot, standing.phrase, standing.extract))
    if own.values and standing.least >= STANDS_FROM:
        held = {standing.extract: own, **held}
    found = claims.related(slot, held)
    return None if found is None or found.kind == "agree" or len(found.current) > claims.MOST_SIDES else found


def others(query: Query, standing: Standing, chosen: Sequence[Extract]) -> list[Sequence[Extract]]:
    """Return the sentences of each article that is to be read alone, the nearest article first.

    They are of other stories, and none of their sentences holds the phrase that stands.
    """
    by_article: dict[str, list[Extract]] = {}
    for extract in chosen:
        if extract.story != standing.extract.story:
            by_article.setdefault(extract.article.id, []).append(extract)
    fits = {key: max(reading.fit(query, extract) for extract in held) for key, held in by_article.items()}
    least = NEAR * max((reading.fit(query, extract) for extract in chosen), default=0.0)
    kept = [
        key
        for key, held in by_article.items()
        if fits[key] >= least
        and not any(reading.share_of(standing.phrase, extract.dated_text) >= reading.GROUNDED_FROM for extract in held)
    ]
    return [by_article[key] for key in sorted(kept, key=lambda key: -fits[key])[:MOST]]


def _held(
    query: Query, slot: Slot, groups: Sequence[Sequence[Extract]], ask: Callable[[Sequence[Extract]], Draft | None]
) -> Iterator[tuple[Extract, Claim]]:
    """Yield what each article answers by itself, with the sentence that holds it, where that counts."""
    for group in groups:
        draft = ask(group)
        if draft is None:
            return
        phrase = draft.brief or draft.phrase
        sure = (draft.least or 0.0) >= SURE_FROM and (draft.answerable or 0.0) >= STATED_FROM
        if not sure or len(phrase.split()) > LONGEST:
            continue
        holders = [holder.extract for holder in reading.holders(query, phrase, group)]
        fitting = (one for one in holders if timely(query, one) and claims.fully_on_topic(query, one))
        sentence = next(fitting, None)
        given = _values(query, slot, phrase, sentence) if sentence is not None else ()
        if sentence is not None and given:
            yield sentence, claims.said(sentence, *given)


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
