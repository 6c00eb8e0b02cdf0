"""The time that a question names: its window, whether it wants the latest or the first, and an as-of of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from qa import dates
from qa.dates.periods import bounds
from qa.types import Moment, TimeMention, latest_instant

Order = Literal["latest", "first"]
"""Which of several values over time is asked for."""

_TICK = timedelta.resolution
_DAY = timedelta(days=1)

# What leads to a time, read backwards from it. The first that fits counts.
_LEADS = tuple(
    (name, re.compile(rf"\b(?:{words})\s+(?:the\s+)?$", re.I))
    for name, words in (
        ("as_of", "as of|as at"),
        ("eve", "the eve of"),
        (
            "offset",
            r"(?:(?:the|one|a) (?:day|week)|(?:two|three|four|five|six|seven|ten|\d{1,3}) (?:days|weeks))"
            r" (?:before|after)",
        ),
        ("since", "since"),
        ("after", "after|later than"),
        ("before", "before|prior to|earlier than|ahead of"),
        ("until", "until|till|up to|up until|through|by|no later than"),
    )
)
_ONWARDS = re.compile(r"\s*,?\s*(?:onwards?|and (?:after|later|beyond)|on)\b(?!\s+(?:the|a|an)\b)", re.I)
_BESIDE = re.compile(r",?\s*(?:(?:on|at)\s+)?")
_FROM = re.compile(r"\b(?:from|starting)\s+$", re.I)
_SO_FAR = re.compile(r"\bso far\b|\bto date\b", re.I)
_NUMBERS = {
    word: number for number, word in enumerate("zero one two three four five six seven eight nine ten".split())
} | {"the": 1, "a": 1}

_LATEST = re.compile(
    r"\b(?:latest|newest|most recent|currently|right now|up[- ]to[- ]date|at (?:the moment|present)|nowadays|now)\b|"
    r"\bwhat(?:['’]s| is) new\b|\bcurrent\b(?! (?:accounts?|affairs|events)\b)|"
    # "what did the bank last decide", "the last statement": no verb "last", no place in a race, no name
    r"\b(?:did|was|were|has|have|had)\b[^?]*\blast (?!(?:in|at|on|to|for|of|until|from|by|out)\b)\w+|"
    r"(?:^|\bthe |['’]s )last (?!(?:in|at|on|to|for|of|name|names|minute|resort|place|man|word|orders)\b)\w+",
    re.I,
)
_FIRST = re.compile(
    r"\b(?:at first|initial|initially|original|originally|earliest)\b|"
    r"\bfirst (?:\w{2,}ed|say|said|seen|told|known|heard|found|made|report|mention|appear|announce|name|estimate)\b",
    re.I,
)
_FIRST_OF = re.compile(r"\bfirst (?!(?:lady|minister|name|aid|class|person|time|half|round|in|at|on)\b)\w+", re.I)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in UTC, both ends inclusive; None leaves an end open."""

    earliest: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The time that one question names.

    ``as_of`` is never later than the moment it was asked for. ``topic`` is the question without the words of its as-of,
    and ``times`` are the expressions outside them.
    """

    as_of: Moment
    topic: str = field(kw_only=True)
    window: Window | None = field(kw_only=True, default=None)
    order: Order | None = field(kw_only=True, default=None)
    times: tuple[TimeMention, ...] = field(kw_only=True, default=())


def read(question: str, as_of: Moment) -> Named:
    """Return the time that a question names, read against its as-of moment.

    "As of 28 March" in the question is an as-of of its own: it hides what is later, and can only narrow the one given.
    """
    times = _in_named_year(tuple(dates.resolve(question, as_of)))
    bounded = [each for each in times if each.earliest and each.latest and each.kind != "SET" and not each.quoted]
    before, topic = latest_instant(as_of), question
    own: Moment = as_of
    found: list[Window] = []
    hiding: list[TimeMention] = []
    lead, start, end = "", 0, -1
    for mention in bounded:
        beside = lead and _BESIDE.fullmatch(question, end, mention.start)
        lead, start = (lead, start) if beside else _lead(question, mention)
        end = mention.end
        if lead == "as_of":
            topic = _without(question, start, end)
            hiding.append(mention)
            mention = _past(mention, before)
            own = _earlier(own, mention)
        if beside:
            continue  # "as of 9 a.m. on 3 May": the clock has its day already
        window = _window(question, mention, lead, before)
        if window is not None:
            found.append(window)
    order = _order(question, times, bool(found))
    asked = tuple(each for each in times if each not in hiding)
    return Named(own, topic=topic, window=_joined(found), order=order, times=asked)


def _in_named_year(times: tuple[TimeMention, ...]) -> tuple[TimeMention, ...]:
    """Return the times with the year that stands apart put in: "the spring session of 2024"."""
    years = [each for each in times if re.fullmatch(r"\d{4}", each.value) and each.text.endswith(each.value)]
    if len(years) != 1:
        return times
    moved = []
    for each in times:
        bare = re.fullmatch(r"\d{4}-(?:\d\d|SP|SU|FA|WI|Q\d|\d\d-\d\d)", each.value) and not re.search(
            r"\d{4}", each.text
        )
        relative = re.search(r"\b(?:last|next|this|ago|today|yesterday|tomorrow|day)\b|day\b", each.text, re.I)
        value = years[0].value + each.value[4:]
        span = bounds(value) if bare and not relative else None
        moved.append(replace(each, value=value, earliest=span[0], latest=span[1]) if span else each)
    return tuple(moved)


def _lead(question: str, mention: TimeMention) -> tuple[str, int]:
    """Return the name of what leads to a mention, "" for nothing, and where it starts."""
    before = question[: mention.start]
    inside = re.match(r"since\s+|until\s+", mention.text, re.I)
    if inside:
        return mention.text[:5].lower().strip(), mention.start
    for name, pattern in _LEADS:
        if match := pattern.search(before):
            return name, match.start()
    if _FROM.search(before) and _ONWARDS.match(question, mention.end):
        return "since", mention.start
    return "", mention.start


def _window(question: str, mention: TimeMention, lead: str, before: datetime) -> Window | None:
    """Return the window that a mention and the words around it name."""
    earliest, latest = mention.earliest, mention.latest
    assert earliest is not None
    assert latest is not None
    if lead == "since":
        return Window(earliest, before) if earliest <= before else None
    if lead == "after":
        return Window(latest + _TICK, before) if latest < before else None
    if lead == "before":
        return Window(None, earliest - _TICK)
    if lead in ("until", "as_of"):
        return Window(None, latest)
    if lead == "eve":
        return Window(earliest - _DAY, earliest - _TICK)
    if lead == "offset":
        return _offset(question[: mention.start], earliest, latest)
    if _SO_FAR.search(question) and earliest <= before <= latest:
        return Window(earliest, before)
    return Window(earliest, latest)


def _offset(lead: str, earliest: datetime, latest: datetime) -> Window | None:
    """Return the day or week so far before or after a time: "two days after 3 May"."""
    match = re.search(r"(\w+) (day|week)s? (before|after)\s+(?:the\s+)?$", lead, re.I)
    if match is None:
        return None
    written = match[1].lower()
    number = int(written) if written.isdigit() else _NUMBERS.get(written, 1)
    step = number * (_DAY if match[2].lower() == "day" else 7 * _DAY)
    away = -step if match[3].lower() == "before" else step
    try:
        return Window(earliest + away, latest + away)
    except OverflowError:
        return None


def _joined(found: list[Window]) -> Window | None:
    """Return one window: what all have in common, or, where two have nothing in common, the stretch that holds both."""
    whole: Window | None = None
    for window in found:
        whole = window if whole is None else _both(whole, window)
    return whole


def _both(one: Window, other: Window) -> Window:
    starts = [each for each in (one.earliest, other.earliest) if each is not None]
    ends = [each for each in (one.latest, other.latest) if each is not None]
    common = Window(max(starts, default=None), min(ends, default=None))
    if common.earliest is None or common.latest is None or common.earliest <= common.latest:
        return common
    return Window(
        min(starts) if len(starts) == 2 else None,  # an open end stays open
        max(ends) if len(ends) == 2 else None,
    )


def _past(mention: TimeMention, before: datetime) -> TimeMention:
    """Return a mention without a year in the nearest past year: nobody asks for the archive of a day to come."""
    if mention.earliest is None or mention.earliest <= before or re.search(r"\d{4}", mention.text):
        return mention
    for years in range(1, 9):
        again = dates.resolve(f"{mention.text} {mention.earliest.year - years}", None)
        if len(again) == 1 and again[0].latest is not None and again[0].latest <= before:
            return TimeMention(
                mention.start, end=mention.end, text=mention.text, value=again[0].value, kind=mention.kind,
                earliest=again[0].earliest, latest=again[0].latest,
            )  # fmt: skip
    return mention


def _earlier(as_of: Moment, mention: TimeMention) -> Moment:
    """Return the earlier of an as-of moment and the end of a mention; a whole day as a date."""
    latest = mention.latest
    if latest is None or latest >= latest_instant(as_of):
        return as_of
    return latest.date() if latest.astimezone(UTC).time() == time.max else latest


def _without(question: str, start: int, end: int) -> str:
    """Return the question without the words from ``start`` to ``end``, in single spaces."""
    left, right = question[:start].rstrip(" ,"), question[end:].lstrip(" ,")
    kept = f"{left} {right}".strip() if right[:1] not in "?.!" else left + right
    return kept if any(sign.isalnum() for sign in kept) else question


def _order(question: str, times: tuple[TimeMention, ...], windowed: bool) -> Order | None:
    """Return whether the latest or the first value is asked for; words inside a time ("last week") do not say so."""
    plain = question
    for mention in times:
        if mention.earliest is not None or mention.kind in ("DURATION", "SET"):
            plain = plain[: mention.start] + "·" * (mention.end - mention.start) + plain[mention.end :]
    if _FIRST.search(plain) or (windowed and _FIRST_OF.search(plain)):
        return "first"
    return "latest" if _LATEST.search(plain) else None
