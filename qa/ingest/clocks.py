"""Publication dates as they are written in files and pages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from qa.types import Moment, earliest_instant

AHEAD = timedelta(days=2)
"""How far past now a date may lie: time zones and embargoes explain a day, not more."""

_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z")
_DOTTED = re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?P<rest>[T ,]+\d.*)?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_RFC = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2}\s+[A-Za-z]{3}\s+\d{4}\s")
_EPOCH = date(1970, 1, 1)
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_WRITTEN = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s+)?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month>[A-Za-z]{3,9})\.?,?"
    r"|(?P<month2>[A-Za-z]{3,9})\.?\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?)\s+(?P<year>\d{4})"
    r"(?:(?:,|\s+at|\s*[|\u2013-])?\s+(?P<hour>\d{1,2})[:.](?P<minute>\d{2})\s*(?P<half>[ap]\.?m\.?)?\s*"
    r"(?P<zone>[A-Z]{1,5}|[+-]\d{2}:?\d{2})?)?\Z",
    re.IGNORECASE,
)
# Abbreviations that mean one zone only; IST, CST or AST of the world's newsrooms do not.
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
          "EST": -5, "EDT": -4, "PST": -8, "PDT": -7}  # fmt: skip


def parse(text: str) -> Moment:
    """Return the day or instant that ``text`` writes: ISO 8601, ``2022/06/16``, RFC 2822, ``28 March 2022``, or
    ``28.03.2022``: with points the day is first wherever that is written.

    An instant without a time zone is taken as UTC; one in a zone that could be several is only its day. ``03/04/2022``
    is two days to two readers, and so none.

    Raises:
        ValueError: it is none of these, or names no calendar day.
    """
    value = text.strip()
    found = _DAY.match(value) or _COMPACT.match(value)
    if found:
        return date(*(int(part) for part in found.groups()))
    if dotted := _DOTTED.match(value):
        value = date(int(dotted["year"]), int(dotted["month"]), int(dotted["day"])).isoformat()
        if not dotted["rest"]:
            return date.fromisoformat(value)
        value = f"{value}T{dotted['rest'].lstrip('T ,')}"
    if _RFC.match(value):
        moment = parsedate_to_datetime(value)
    elif re.match(r"\d{4}-\d{2}-\d{2}[T ]\d", value):
        moment = datetime.fromisoformat(value)
    elif re.match(r"\d{4}/\d{2}/\d{2}[T ]\d", value):
        moment = datetime.fromisoformat(value[:10].replace("/", "-") + value[10:])
    elif (written := _WRITTEN.match(value)) and (day := _written(written)):
        return day
    else:
        raise ValueError("neither ISO 8601 (2022-03-28, 2022-03-28T10:00:00Z) nor RFC 2822")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _written(found: re.Match[str]) -> Moment | None:
    """Return the date of a match of ``_WRITTEN``, or None where it names no month."""
    month = _MONTHS.get((found["month"] or found["month2"]).lower())
    if month is None:
        return None
    day = date(int(found["year"]), month, int(found["day"] or found["day2"]))
    zone = (found["zone"] or "UTC").upper()
    if found["hour"] is None or (zone not in _ZONES and zone[0] not in "+-"):
        return day
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    clock = f"{day.isoformat()}T{hour:02}:{found['minute']}:00"
    if zone in _ZONES:
        return datetime.fromisoformat(clock).replace(tzinfo=timezone(timedelta(hours=_ZONES[zone])))
    return datetime.fromisoformat(f"{clock}{zone}")


def stamp(seconds: float) -> datetime:
    """Return the instant of a Unix time in seconds or, as some write it, milliseconds.

    Raises:
        ValueError: it is neither, such as a year.
    """
    value = seconds / 1000 if abs(seconds) >= 1e11 else seconds
    if not 1e8 <= abs(value) < 1e11:
        raise ValueError("neither ISO 8601 nor a Unix time")
    return datetime.fromtimestamp(value, UTC)


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
