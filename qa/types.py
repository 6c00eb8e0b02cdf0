"""The value types that every module shares.

All types are frozen. Offsets count Unicode code points of ``Article.body`` (Python ``str`` indices), never of a
lower-cased or normalised copy. Nothing here imports from the rest of the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, Literal

Status = Literal["answered", "conflicting", "not_found"]
"""What an answer is. A failure is an exception, never a status."""

Mode = Literal["model", "fallback", "extractive"]
"""Who worded the answer: the configured model, the fallback model, or no model at all."""

Verdict = Literal["supported", "partly", "unsupported", "contradicted"]
"""How the cited characters relate to a sentence. Only ``supported`` is shown as fact."""

Reason = Literal["nothing_matched", "silent", "outside_time", "unsupported_draft", "false_premise"]
"""Why there is no answer: no passage matched; passages matched but do not say; the archive says it only outside the
time asked; only drafts that failed the check; the archive says otherwise."""

ArticleKind = Literal["news", "opinion", "live", "correction"]
"""What sort of piece an article is."""

DateSource = Literal["json-ld", "meta", "feed", "url", "dateline", "leading", "field", "unknown"]
"""Where a date of an article was found."""

TimeKind = Literal["DATE", "TIME", "DURATION", "SET"]
"""The TIMEX3 type of a time expression."""

SCHEMA = 1
"""The version of ``Answer.to_dict()``: raised when a key changes its meaning or goes."""

DatedBy = Literal["sentence", "article", "nothing"]
"""What places an entry of a timeline in time: its own time expression, its article's date, or nothing at all."""

Change = Literal["update", "disputed"]
"""How a value of a timeline stands to the earlier one: it takes its place, or others give it for the same time."""

NoTimeline = Literal["nothing_matched", "outside_time", "only_undated"]
"""Why a timeline has no event: no article is about it; none in the time asked; only articles without a date are."""

Moment = date | datetime
"""A day, or an instant with a time zone. A bare ``date`` means that whole day, in UTC."""


def earliest_instant(moment: Moment) -> datetime:
    """Return the first instant of ``moment``, in UTC; a naive datetime is taken as UTC."""
    if isinstance(moment, datetime):
        try:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except OverflowError:  # at the ends of the calendar another zone's day is outside it
            return (datetime.max if moment.year > 1 else datetime.min).replace(tzinfo=UTC)
    return datetime.combine(moment, time.min, tzinfo=UTC)


def latest_instant(moment: Moment) -> datetime:
    """Return the last instant of ``moment``, in UTC; a naive datetime is taken as UTC."""
    if isinstance(moment, datetime):
        return earliest_instant(moment)
    return datetime.combine(moment, time.max, tzinfo=UTC)


def plain(value: Any) -> Any:
    """Return ``value`` as plain JSON types: dates as ISO 8601, tuples as lists, an article without its body."""
    if value is None or isinstance(value, str | int | float):  # most of what there is, and quickly told
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    kind: Any = type(value)
    names = _shown(kind)
    return {name: plain(getattr(value, name)) for name in names} if names else value


@cache
def _shown(kind: type[Any]) -> tuple[str, ...]:
    """Return the names of a dataclass's fields that are shown: of an article all but its body."""
    left_out = {"body"} if issubclass(kind, Article) else set()
    return tuple(item.name for item in fields(kind) if item.name not in left_out) if is_dataclass(kind) else ()


class SpanError(ValueError):
    """A span does not slice to the text that it claims to hold."""


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression in a text, resolved to a value.

    ``start`` and ``end`` are offsets into the text it was found in. ``value`` is ISO 8601 / TIMEX3 (``2022-03-29``,
    ``2022-W13``, ``2022-03``, ``P3D``, ``PRESENT_REF``). ``earliest`` and ``latest`` bound the instant in UTC, and are
    None where the expression names no calendar time. ``quoted`` is true inside somebody's direct speech.
    """

    start: int
    end: int = field(kw_only=True)
    text: str = field(kw_only=True)
    value: str = field(kw_only=True)
    kind: TimeKind = field(kw_only=True, default="DATE")
    earliest: datetime | None = field(kw_only=True, default=None)
    latest: datetime | None = field(kw_only=True, default=None)
    quoted: bool = field(kw_only=True, default=False)


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article. ``id`` comes from its content, and the body never changes under an id.

    ``published`` and ``updated`` are the two clocks; an unknown date is None and stays so. ``fictional`` marks a sample
    article whose events or persons are invented.
    """

    id: str
    body: str = field(kw_only=True)
    headline: str = field(kw_only=True, default="")
    outlet: str = field(kw_only=True, default="")
    byline: str = field(kw_only=True, default="")
    url: str = field(kw_only=True, default="")
    published: Moment | None = field(kw_only=True, default=None)
    updated: Moment | None = field(kw_only=True, default=None)
    date_source: DateSource = field(kw_only=True, default="unknown")
    """Where ``published`` was found, or ``updated`` where that is unknown."""
    updated_source: DateSource = field(kw_only=True, default="unknown")
    language: str = field(kw_only=True, default="")
    kind: ArticleKind = field(kw_only=True, default="news")
    version: int = field(kw_only=True, default=1)
    fictional: bool = field(kw_only=True, default=False)
    deleted: bool = field(kw_only=True, default=False)
    """Whether the archive no longer has it: of kept answers only, where it was looked up as they were opened."""

    @property
    def dated(self) -> Moment | None:
        """The document creation time: when this version was published or, failing that, updated."""
        return self.published or self.updated

    @property
    def known_from(self) -> datetime | None:
        """The first instant (UTC) at which this version could have been read, or None when it has no date."""
        moments = [earliest_instant(moment) for moment in (self.published, self.updated) if moment is not None]
        return max(moments, default=None)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence-aligned span of an article: ``article.body[start:end] == text``, always."""

    id: str
    article_id: str = field(kw_only=True)
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    text: str = field(kw_only=True)
    times: tuple[TimeMention, ...] = field(kw_only=True, default=())
    """Time expressions in the passage; their offsets are into the article's body."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A find of a retriever (``dense``, ``lexical``, ``reranker``): rank from 1, own score, words ``lexical`` met."""

    retriever: str
    rank: int = field(kw_only=True)
    score: float = field(kw_only=True)
    terms: tuple[str, ...] = field(kw_only=True, default=())


@dataclass(frozen=True, slots=True)
class Carrier:
    """Another article that carries the same story text."""

    article_id: str
    outlet: str = field(kw_only=True)
    headline: str = field(kw_only=True)
    url: str = field(kw_only=True)
    published: Moment | None = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A passage that retrieval found, with the reasons why it is there.

    ``score`` is the fused score and the time weight; ``time_weight`` is what was added. ``also_in`` lists the other
    carriers of the story that this passage stands for.
    """

    passage: Passage
    article: Article = field(kw_only=True)
    rank: int = field(kw_only=True)
    score: float = field(kw_only=True)
    hits: tuple[Hit, ...] = field(kw_only=True, default=())
    time_weight: float = field(kw_only=True, default=0.0)
    in_time: bool = field(kw_only=True, default=False)
    """Whether the article is of the time that the question names."""
    story: str = field(kw_only=True, default="")
    also_in: tuple[Carrier, ...] = field(kw_only=True, default=())
    corrected: tuple[Carrier, ...] = field(kw_only=True, default=())
    """The notices known by the as-of date that correct the article or a copy of it, the earliest first; one with the
    article's own id stands inside it, and its headline is its words."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact characters of an article that carry a fact. Built only where they slice to the quote."""

    number: int
    article: Article = field(kw_only=True)
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    quote: str = field(kw_only=True)
    verdict: Verdict = field(kw_only=True, default="supported")
    speaker: str = field(kw_only=True, default="")
    """Who says it in the article, where it is reported speech."""
    age_days: int | None = field(kw_only=True, default=None)
    """Days from the article's date to the as-of date; None when the article has no date."""
    also_in: tuple[Carrier, ...] = field(kw_only=True, default=())
    corrected: tuple[Carrier, ...] = field(kw_only=True, default=())
    """The notices that correct what is cited, as of the evidence; one with the article's own id stands inside it."""

    def __post_init__(self) -> None:
        """Assert the span invariant.

        Raises:
            SpanError: the article's characters from ``start`` to ``end`` are not ``quote``.
        """
        if not self.quote or self.article.body[self.start : self.end] != self.quote:
            raise SpanError(f"citation {self.number} of article {self.article.id!r} does not slice to {self.quote!r}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an answer: ``answer.text[start:end] == text``, with the numbers of the citations that carry it."""

    text: str
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)
    citations: tuple[int, ...] = field(kw_only=True)
    verdict: Verdict = field(kw_only=True, default="supported")
    score: float = field(kw_only=True, default=1.0)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One value of a thing, as one side gives it: an event of a timeline, or a side of a conflict.

    ``value`` is what is claimed ("2022-03-28/2022-03-30", "12", …), ``text`` the words of the answer for it,
    ``speaker`` who says so, ``said`` when (the article's date), ``citation`` the number of the citation for it.
    """

    value: str
    text: str = field(kw_only=True)
    citation: int = field(kw_only=True)
    speaker: str = field(kw_only=True, default="")
    outlet: str = field(kw_only=True, default="")
    said: Moment | None = field(kw_only=True, default=None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was searched, so that silence can be read: counts, and the span of dates of the visible articles."""

    articles: int
    undated: int = field(kw_only=True, default=0)
    outlets: int = field(kw_only=True, default=0)
    earliest: date | None = field(kw_only=True, default=None)
    latest: date | None = field(kw_only=True, default=None)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drafted sentence that the check withheld, and why."""

    text: str
    verdict: Verdict = field(kw_only=True)
    why: str = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Trace:
    """Enough to replay an answer: models, prompt hashes, index, seconds per stage, tokens and what was withheld."""

    model: str = ""
    """The language model that worded something; "" where none did."""
    reader: Mapping[str, str] | None = field(kw_only=True, default=None)
    """``name``, ``digest`` and ``engine`` of the trained reader that read the passages; None where none did."""
    prompts: Mapping[str, str] = field(kw_only=True, default_factory=dict)
    index_id: str = field(kw_only=True, default="")
    version: str = field(kw_only=True, default="")
    seconds: Mapping[str, float] = field(kw_only=True, default_factory=dict)
    tokens: Mapping[str, int] = field(kw_only=True, default_factory=dict)
    signals: Mapping[str, float] = field(kw_only=True, default_factory=dict)
    """The numbers on which answering or refusing was decided."""
    dropped: tuple[Dropped, ...] = field(kw_only=True, default=())
    notes: tuple[str, ...] = field(kw_only=True, default=())
    """What the reader should know about how this answer was made, such as why the model was not used."""


@dataclass(frozen=True, slots=True)
class Place:
    """Characters ``start`` to ``end`` of the body of the article that citation number ``citation`` is of."""

    citation: int
    start: int = field(kw_only=True)
    end: int = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a refusal with its reason. The same object feeds every face.

    ``text`` carries no markers; rendering adds them from ``sentences``. A refusal's ``text`` is its reason in words and
    its ``nearest`` the closest find. A bare ``as_of`` date means that whole day.
    """

    id: str
    question: str = field(kw_only=True)
    standalone_question: str = field(kw_only=True)
    as_of: Moment = field(kw_only=True)
    status: Status = field(kw_only=True)
    mode: Mode = field(kw_only=True)
    text: str = field(kw_only=True)
    reason: Reason | None = field(kw_only=True, default=None)
    short_answer: str = field(kw_only=True, default="")
    short_place: Place | None = field(kw_only=True, default=None)
    """Where the short answer stands; None where it is in other words than the article's ("Yes")."""
    sentences: tuple[Sentence, ...] = field(kw_only=True, default=())
    citations: tuple[Citation, ...] = field(kw_only=True, default=())
    timeline: tuple[Claimed, ...] = field(kw_only=True, default=())
    sides: tuple[Claimed, ...] = field(kw_only=True, default=())
    nearest: Citation | None = field(kw_only=True, default=None)
    evidence: tuple[Evidence, ...] = field(kw_only=True, default=())
    coverage: Coverage = field(kw_only=True, default_factory=lambda: Coverage(0))
    trace: Trace = field(kw_only=True, default_factory=Trace)

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as plain JSON types, the one schema of every face.

        ``schema`` is the version of that schema. Each field is a key; dates are ISO 8601. Articles appear inside
        citations and evidence with all their fields but the body, whose characters ``start`` to ``end`` are the quote.
        """
        as_json: dict[str, Any] = plain(self)
        return {"schema": SCHEMA, **as_json}


@dataclass(frozen=True, slots=True)
class Changed:
    """A typed value that an entry gives otherwise than the entry numbered ``earlier``: ``was`` there, ``now`` here."""

    earlier: int
    was: str = field(kw_only=True)
    now: str = field(kw_only=True)
    kind: Change = field(kw_only=True, default="update")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that the archive reports, on the day it happened: an event of a timeline.

    ``text`` is the sentence with absolute dates, ``citation`` its exact characters. ``day`` and ``last_day`` bound the
    time that ``value`` (ISO 8601 / TIMEX3) names; both are None for an undated article. ``dated_by`` says whether the
    sentence itself gives that time or only the article's date does.
    """

    number: int
    text: str = field(kw_only=True)
    citation: Citation = field(kw_only=True)
    day: date | None = field(kw_only=True, default=None)
    last_day: date | None = field(kw_only=True, default=None)
    value: str = field(kw_only=True, default="")
    dated_by: DatedBy = field(kw_only=True, default="nothing")
    outlet: str = field(kw_only=True, default="")
    speaker: str = field(kw_only=True, default="")
    also_in: tuple[Carrier, ...] = field(kw_only=True, default=())
    """Other articles that report the same of that day: copies of the text, and sentences that say the like."""
    changed: Changed | None = field(kw_only=True, default=None)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the archive reports about a question or a name, in the order in which it happened.

    ``undated`` are sentences of articles without a date, which have no place in time. ``since`` and ``until`` are the
    days that the events were to be from. Without an event, ``reason`` says why; ``left_out`` counts the less important
    events beyond the limit.
    """

    query: str
    as_of: Moment = field(kw_only=True)
    since: date | None = field(kw_only=True, default=None)
    until: date | None = field(kw_only=True, default=None)
    events: tuple[Entry, ...] = field(kw_only=True, default=())
    undated: tuple[Entry, ...] = field(kw_only=True, default=())
    reason: NoTimeline | None = field(kw_only=True, default=None)
    left_out: int = field(kw_only=True, default=0)
    coverage: Coverage = field(kw_only=True, default_factory=lambda: Coverage(0))
    notes: tuple[str, ...] = field(kw_only=True, default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the timeline as plain JSON types, in the way of :meth:`Answer.to_dict`."""
        as_json: dict[str, Any] = plain(self)
        return {"schema": SCHEMA, **as_json}


Event = Evidence | Citation | Sentence | Answer
"""What a streamed question yields, in this order: every Evidence found; then, for each checked sentence, the Citations
that it is the first to use and the Sentence; last the Answer. Nothing yielded is taken back."""
