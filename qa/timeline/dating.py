"""The day on which a sentence's event happened: its own time where it gives one, else its article's date."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from qa import dates
from qa.types import DatedBy, Moment, TimeMention, earliest_instant

LONGEST = timedelta(days=367)
"""A time expression that spans more than a year ("the nineties") places no event."""

_DAY = timedelta(days=1, hours=1)
_DAY_BEFORE = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+$")
_PERFECT = re.compile(
    r"(?<!\bto )\b(?:has|have)\s+(?:\w+ly\s+|now\s+|not\s+|also\s+|already\s+)?"
    r"(?:been|\w{2,}(?:ed|en|wn|ght|ost|old|eft|one|ade|aid|eld|ept|ut|un|id))\b"
)
_ONE_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[^/]*)?$")
_MONTH = re.compile(r"\d{4}-\d{2}")
_NOT_ITS_OWN = re.compile(
    r"\b(?:since|until|till|before|after|by|than|from|between|due|expected|planned|scheduled)\s+(?:the\s+)?"
    r"(?:(?:morning|afternoon|evening|night|end|start|beginning)\s+of\s+)?$",
    re.IGNORECASE,
)
"""What stands before a time that bounds an event, or that is the time of another one."""


@dataclass(frozen=True, slots=True)
class When:
    """The first and last day of an event, its TIMEX3 value, and what gave it."""

    day: date
    last_day: date = field(kw_only=True)
    value: str = field(kw_only=True)
    dated_by: DatedBy = field(kw_only=True)


def when(sentence: str, written: Moment) -> When:
    """Return when the event of a sentence happened, never later than the day it was ``written`` on.

    Of several times the first counts that is past, exact to the day and outside direct speech, whose clock is the
    speaker's; a month or a year only where no day is given. What is announced for later happened, as an announcement,
    on the article's day; and so did what is told in the present perfect ("have arrested a man over last week's theft"),
    a tense that no past time goes with.
    """
    day = day_of(written)
    if _PERFECT.search(sentence):
        return told(written)
    found = [_with_day(sentence, mention, written) for mention in dates.resolve(sentence, written)]
    past = [mention for mention in found if _places(sentence, mention, day)]
    exact = [mention for mention in past if _exact(mention)]
    for mention in exact or past:
        first, last = _days(mention, written)
        if last <= day:
            return When(first, last_day=last, value=mention.value, dated_by="sentence")
    return told(written)


def told(written: Moment) -> When:
    """Return the day of an article as the time of what it reports."""
    day = day_of(written)
    return When(day, last_day=day, value=day.isoformat(), dated_by="article")


def planned(sentence: str, written: Moment) -> TimeMention | None:
    """Return the first later day or span that a sentence announces; None where it announces none."""
    day = day_of(written)
    for mention in dates.resolve(sentence, written):
        if (
            mention.kind in ("DATE", "TIME")
            and mention.earliest
            and mention.latest
            and _days(mention, written)[1] > day
        ):
            return mention
    return None


def day_of(moment: Moment) -> date:
    """Return the day of a date or instant on its own clock."""
    return date(moment.year, moment.month, moment.day)


def _with_day(sentence: str, mention: TimeMention, written: Moment) -> TimeMention:
    """Return the day of "11 February last year", of which the mention is the month and the year."""
    number = _DAY_BEFORE.search(sentence, max(0, mention.start - 6), mention.start)
    if number is None or not _MONTH.fullmatch(mention.value):
        return mention
    exact = dates.resolve(f"{mention.value}-{int(number[1]):02d}", written)
    if len(exact) != 1 or exact[0].earliest is None:
        return mention
    return replace(mention, value=exact[0].value, earliest=exact[0].earliest, latest=exact[0].latest)


def _places(sentence: str, mention: TimeMention, day: date) -> bool:
    if mention.kind not in ("DATE", "TIME") or mention.quoted or mention.earliest is None or mention.latest is None:
        return False
    if mention.latest - mention.earliest > LONGEST or _NOT_ITS_OWN.search(sentence, 0, mention.start):
        return False
    # "this month" in an article of that month says less than its date does
    return _exact(mention) or mention.latest.date() < day


def _exact(mention: TimeMention) -> bool:
    return bool(mention.earliest and mention.latest and mention.latest - mention.earliest <= _DAY)


def _days(mention: TimeMention, written: Moment) -> tuple[date, date]:
    """Return the first and last day of a mention, on the clock of the article; a night is its evening's."""
    named = _ONE_DAY.match(mention.value)
    if named is not None:
        day = date.fromisoformat(named[1])
        return day, day
    assert mention.earliest is not None
    assert mention.latest is not None
    zone = getattr(written, "tzinfo", None) or earliest_instant(written).tzinfo
    return mention.earliest.astimezone(zone).date(), mention.latest.astimezone(zone).date()
