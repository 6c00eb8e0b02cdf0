"""Publication dates as they are written in files and pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from qa.types import Moment, earliest_instant

AHEAD = timedelta(days=2)
"""How far past now a date may lie: time zones and embargoes explain a day, not more."""

_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_RFC = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s")
_EPOCH = date(1970, 1, 1)


def parse(text: str) -> Moment:
    """Return the day or instant that ``text`` writes: ISO 8601, ``2022/06/16``, or RFC 2822.

    An instant without a time zone is taken as UTC.

    Raises:
        ValueError: it is none of these, or names no calendar day.
    """
    value = text.strip()
    found = _DAY.match(value) or _COMPACT.match(value)
    if found:
        return date(*(int(part) for part in found.groups()))
    if _RFC.match(value):
        moment = parsedate_to_datetime(value)
    elif re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", value):
        moment = datetime.fromisoformat(value)
    elif re.match(r"\d{4}/\d{2}/\d{2}[T ]\d", value):
        moment = datetime.fromisoformat(value[:10].replace("/", "-") + value[10:])
    else:
        raise ValueError("neither ISO 8601 (2022-03-28, 2022-03-28T10:00:00Z) nor RFC 2822")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def doubt(moment: Moment, now: datetime | None = None) -> str:
    """Return why ``moment`` is not believed as a publication date, or an empty string."""
    day = moment.date() if isinstance(moment, datetime) else moment
    if day == _EPOCH:
        return "is the zero of the clock"
    if day.year < 1600:
        return "is before there were newspapers"
    if earliest_instant(moment) > (now or datetime.now(UTC)) + AHEAD:
        return "lies in the future"
    return ""
