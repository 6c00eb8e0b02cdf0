"""One entry for each thing reported: the weightiest sentence of a story and day, with all that say the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from qa import polarity
from qa.encoders import Encoder
from qa.extracts import Extract
from qa.questions import Query
from qa.retrieve import carrier
from qa.terms import likeness, stem, terms
from qa.timeline.choosing import Candidate, amounts
from qa.types import Carrier

SAME_MEANING = 0.6
"""The cosine from which two sentences about one day say the same in other words."""

ALIKE = 0.5
"""The share of the lighter of two sentences' own content that makes them reports of one thing."""

_NO_CONTENT = {stem(day) for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}


def one_a_story_and_day(found: Sequence[Candidate]) -> list[Candidate]:
    """Keep the weightiest sentence of each story for each day."""
    best: dict[tuple[str, str, str], Candidate] = {}
    for candidate in sorted(found, key=_order):
        story = candidate.extract.evidence.story or candidate.article.id
        best.setdefault((story, *_time(candidate)), candidate)
    return list(best.values())


def merged(query: Query, found: Sequence[Candidate], encoder: Encoder) -> list[Candidate]:
    """Merge what several stories report alike of one time: the weightiest stays, the others are listed with it."""
    ordered = sorted(found, key=_order)
    times: dict[tuple[str, str], list[int]] = {}
    for place, candidate in enumerate(ordered):
        times.setdefault(_time(candidate), []).append(place)
    texts = [one.extract.text for one in ordered]
    vectors = encoder.encode_queries(texts) if texts else ()
    kept: dict[int, Candidate] = {}
    for places in times.values():
        for place in places:
            one = ordered[place]
            near = (n for n in places if n in kept and _alike(query, kept[n], one, float(vectors[n] @ vectors[place])))
            same = next(near, None)
            if same is None:
                kept[place] = replace(one, also_in=one.extract.evidence.also_in)
            else:
                kept[same] = replace(kept[same], also_in=_listed(kept[same], one))
    return list(kept.values())


def _listed(kept: Candidate, other: Candidate) -> tuple[Carrier, ...]:
    """Return the other carriers of an entry with those of one merged into it, each place once."""
    listed = (*kept.also_in, carrier(other.article), *other.extract.evidence.also_in)
    own = (kept.article.outlet, kept.article.url)
    return tuple({(one.outlet, one.url): one for one in listed if (one.outlet, one.url) != own}.values())


def _order(candidate: Candidate) -> tuple[float, str, int]:
    return -round(candidate.weight, 6), candidate.article.id, candidate.extract.start


def _time(candidate: Candidate) -> tuple[str, str]:
    """Return the first and last day, which times of one day share."""
    when = candidate.when
    return (when.day.isoformat(), when.last_day.isoformat()) if when else ("", "")


def _alike(query: Query, one: Candidate, other: Candidate, cosine: float) -> bool:
    """Tell whether two sentences say the same beyond what was asked for anyway.

    Those with other numbers never do, nor those of which one denies what the other says.
    """
    ours, theirs = _amounts(one.extract), _amounts(other.extract)
    if one.when is None or (ours and theirs and ours != theirs) or _at_odds(one.extract, other.extract):
        return False
    if cosine >= SAME_MEANING:
        return True
    asked = {term.stem for term in query.terms}
    contents = (_content(one.extract.text, asked), _content(other.extract.text, asked))
    light, heavy = sorted(contents, key=lambda part: sum(part.values()))
    whole = sum(light.values())
    shared = sum(mass * max((likeness(stem, other) for other in heavy), default=0.0) for stem, mass in light.items())
    return bool(whole) and shared / whole >= ALIKE


def _at_odds(one: Extract, other: Extract) -> bool:
    """Tell whether a word of both is denied in one of them only."""
    ours, theirs = _denied(one.text), _denied(other.text)
    return any(theirs[stem] != negated for stem, negated in ours.items() if stem in theirs)


def _denied(text: str) -> dict[str, bool]:
    found = terms(text)
    marks = zip(found, polarity.marks(found), strict=True)
    return {term.stem: mark.negated for term, mark in marks if term.content and not term.capital}


def _amounts(extract: Extract) -> set[Decimal]:
    return {value.amount for value in amounts(extract)}


def _content(text: str, asked: set[str]) -> dict[str, float]:
    found = terms(text)
    return {term.stem: term.weight for term in found if term.content and term.stem not in asked | _NO_CONTENT}
