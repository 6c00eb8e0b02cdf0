"""What happened with X: the archive's reports about a question or a name as dated events, in order. No model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from qa import extracts, reading
from qa.citations import Citations
from qa.encoders import Encoder
from qa.errors import InputError
from qa.extracts import Extract
from qa.questions import Query
from qa.retrieve import Retriever
from qa.timeline import choosing, dating, merging
from qa.timeline.changes import changes
from qa.timeline.choosing import Candidate
from qa.timeline.dating import When
from qa.timeline.gathering import Gathered, gather
from qa.timeline.window import Window
from qa.types import Coverage, Entry, NoTimeline, Timeline

if TYPE_CHECKING:
    from qa.index import Index

LIMIT = 20
"""Events at most where nothing else is asked for."""

NARROWED = "The question names a time: only events of that time are listed."

PARTIAL = "More passages are about this than were read: fewer days show more of it."

WEIGHTY = 0.4
"""The share of the weightiest sentence's weight that another needs to be an event of its own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a timeline is asked for: the analysed question, the days, how many events, what was searched."""

    query: Query
    window: Window = field(kw_only=True, default_factory=Window)
    limit: int = field(kw_only=True, default=LIMIT)
    coverage: Coverage = field(kw_only=True)

    def __post_init__(self) -> None:
        """Refuse a limit below 1.

        Raises:
            InputError: it is.
        """
        if self.limit < 1:
            raise InputError(f"limit {self.limit!r} leaves no event: give 1 or more")


def build(wanted: Wanted, retriever: Retriever, index: Index, encoder: Encoder) -> Timeline:
    """Return the timeline of what the archive reports, as visible from the query's as-of moment.

    Each event is a sentence of an article with its exact characters, on the day that the sentence itself names or else
    on the day of its article; one of a story and day; the weightiest ``limit`` of them, in the order of time.
    """
    query, asked = wanted.query, wanted.window.narrowed(wanted.query)
    gathered = gather(query, asked, wanted.coverage, retriever, index)
    found = _candidates(query, gathered, encoder)
    dated = merging.merged(query, merging.one_a_story_and_day([one for one in found if one.when is not None]), encoder)
    undated = merging.one_a_story_and_day([one for one in found if one.when is None])
    inside = sorted(
        (one for one in dated if one.when is not None and asked.holds(one.when)), key=lambda one: -one.weight
    )
    kept = sorted(inside[: wanted.limit], key=_by_time)
    events, aside = _entries(query, kept, undated[: wanted.limit])
    return Timeline(
        query.text,
        as_of=query.as_of,
        since=asked.since,
        until=asked.until,
        events=events,
        undated=aside,
        reason=None if events else _reason(dated, aside),
        left_out=len(inside) - len(kept),
        coverage=wanted.coverage,
        notes=tuple(note for note, said in ((NARROWED, asked != wanted.window), (PARTIAL, gathered.partial)) if said),
    )


def _reason(dated: Sequence[Candidate], undated: Sequence[Entry]) -> NoTimeline:
    if dated:
        return "outside_time"
    return "only_undated" if undated else "nothing_matched"


def _candidates(query: Query, gathered: Gathered, encoder: Encoder) -> list[Candidate]:
    """Return the sentences that may be events: about what is asked, and weighty beside the weightiest."""
    topic, found = gathered.topic, []
    for extract in topic.about(extracts.candidates(query, gathered.passages, encoder)):
        placed = _placed(extract)
        found.append(Candidate(extract, when=placed, weight=choosing.weight(topic, extract, placed)))
    best = max((one.weight for one in found), default=0.0)
    return [one for one in found if one.weight >= WEIGHTY * best]


def _placed(extract: Extract) -> When | None:
    """Return when the event of a sentence was; a correction is an event of its own day, whatever day it corrects."""
    article = extract.article
    if article.dated is None:
        return None
    return dating.told(article.dated) if article.kind == "correction" else dating.when(extract.text, article.dated)


def _by_time(one: Candidate) -> tuple[date, date, str, str, int]:
    assert one.when is not None
    known = one.article.known_from
    return (one.when.day, one.when.last_day, known.isoformat() if known else "", one.article.id, one.extract.start)


def _entries(
    query: Query, kept: Sequence[Candidate], undated: Sequence[Candidate]
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return the entries of dated and of undated sentences, numbered through, with what changed marked."""
    citations = Citations(query.before)
    changed = changes(query, kept)
    entries = []
    for number, one in enumerate([*kept, *undated], start=1):
        extract, speaker = one.extract, reading.speaker(one.extract)
        citation, _ = citations.cite(extract.evidence, extract.start, extract.end, speaker=speaker)
        entries.append(
            Entry(
                number,
                text=reading.worded(extract),
                citation=citation,
                day=one.when.day if one.when else None,
                last_day=one.when.last_day if one.when else None,
                value=one.when.value if one.when else "",
                dated_by=one.when.dated_by if one.when else "nothing",
                outlet=extract.article.outlet,
                speaker=speaker,
                also_in=one.also_in or extract.evidence.also_in,
                changed=changed.get(number - 1),
            )
        )
    return tuple(entries[: len(kept)]), tuple(entries[len(kept) :])
