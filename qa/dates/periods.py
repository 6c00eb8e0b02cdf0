"""Calendar arithmetic on TIMEX3 values: what a value spans, and which day a holiday is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
_PARTS = {"MO": (5, 12), "MI": (11, 14), "AF": (12, 18), "EV": (17, 22), "NI": (20, 29), "DT": (6, 18)}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(.+))?$")
_CLOCK = re.compile(r"(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_MONTH = re.compile(r"(\d{4})-(\d{2})$")
_WEEK = re.compile(r"(\d{4})-W(\d{2})(-WE)?$")
_PART_OF_YEAR = re.compile(r"(\d{4})-(?:Q([1-4])|H([12])|(SP|SU|FA|WI))$")
_YEARS = re.compile(r"\d{2,4}$")

Bounds = tuple[datetime, datetime]


def bounds(value: str, zone: tzinfo = UTC) -> Bounds | None:
    """Return the first and last instant (UTC) of a TIMEX3 value, or None where it names no calendar time.

    Args:
        value: such as ``2022-03-29``, ``2022-W13``, ``2022-Q1``, ``2022-03-29TMO``, ``199``, ``2022-03/2022-05``.
        zone: the clock that days are counted by.
    """
    if "/" in value:
        first, _, last = value.partition("/")
        outer = bounds(first, zone), bounds(last, zone)
        return (outer[0][0], outer[1][1]) if outer[0] and outer[1] else None
    try:
        if value.endswith(("T24:00", "T24:00Z")):
            return None
        local = _local(value, zone)
    except (ValueError, OverflowError):
        return None
    return (to_utc(local[0]), to_utc(local[1])) if local else None


def _local(value: str, zone: tzinfo) -> Bounds | None:
    if match := _DAY.match(value):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return _time_of(day, match[4], zone) if match[4] else _days(day, day, zone)
    if match := _MONTH.match(value):
        return _months(int(match[1]), int(match[2]), 1, zone)
    if match := _WEEK.match(value):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return _days(monday + timedelta(5 if match[3] else 0), monday + timedelta(6), zone)
    if match := _PART_OF_YEAR.match(value):
        year = int(match[1])
        if match[2]:
            return _months(year, 3 * int(match[2]) - 2, 3, zone)
        if match[3]:
            return _months(year, 6 * int(match[3]) - 5, 6, zone)
        return _months(year, _SEASONS[match[4]], 3, zone)
    if _YEARS.match(value):
        width = 4 - len(value)
        first = int(value) * 10**width
        return _days(date(max(first, 1), 1, 1), date(first + 10**width - 1, 12, 31), zone)
    return None


def _time_of(day: date, clock: str, zone: tzinfo) -> Bounds | None:
    if clock in _PARTS:
        midnight = datetime.combine(day, time.min, tzinfo=zone)
        first, last = _PARTS[clock]
        return midnight + timedelta(hours=first), midnight + timedelta(hours=last, microseconds=-1)
    if match := _CLOCK.match(clock):
        own = _offset(match[4]) if match[4] else zone
        instant = datetime.combine(day, time(int(match[1]), int(match[2]), int(match[3] or 0)), tzinfo=own)
        return instant, instant + (timedelta(seconds=1) if match[3] else timedelta(minutes=1)) - timedelta.resolution
    return None


def _offset(written: str) -> tzinfo:
    if written == "Z":
        return UTC
    minutes = int(written[1:3]) * 60 + int(written[-2:])
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))


def _days(first: date, last: date, zone: tzinfo) -> Bounds:
    return datetime.combine(first, time.min, tzinfo=zone), datetime.combine(last, time.max, tzinfo=zone)


def _months(year: int, month: int, count: int, zone: tzinfo) -> Bounds:
    first = date(year, month, 1)
    following = add_months(first, count)
    return _days(first, following - timedelta(1), zone)


def to_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; one at the edge of the calendar stays where it is."""
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=UTC)


def add_months(day: date, count: int) -> date:
    """Return the day ``count`` months away; the 31st becomes the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(1)).day


def easter(year: int) -> date:
    """Return Easter Sunday of the Western churches (anonymous Gregorian computus, Meeus 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741 (the names of the source)
    m = (a + 11 * h + 19 * l) // 433
    month = (h + l - 7 * m + 90) // 25
    return date(year, month, (h + l - 7 * m + 33 * month + 19) % 32)


def holiday(rule: str, year: int) -> date:
    """Return the day of a holiday in a year.

    Args:
        rule: ``MM-DD``, ``easter+N``, ``M:weekday:n`` (n = -1 is the last) with an optional ``+days``, or a date.
        year: the calendar year.
    """
    if rule.startswith("easter"):
        return easter(year) + timedelta(int(rule[6:]))
    if ":" in rule:
        month, weekday, rest = rule.split(":")
        nth, _, extra = rest.partition("+")
        return nth_weekday(year, int(month), int(weekday), int(nth)) + timedelta(int(extra or 0))
    if rule.count("-") == 2:
        return date.fromisoformat(rule)
    month, day = rule.split("-")
    return date(year, int(month), int(day))


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Return the n-th day of that weekday (1 is Monday) in a month, counted into the next; -1 is the month's last."""
    if nth < 0:
        last = date(year, month, month_length(year, month))
        return last - timedelta((last.isoweekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta((weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


def is_summer_time(day: date) -> bool:
    """Return whether daylight saving time is on in the United States (Energy Policy Act of 2005, days only)."""
    return nth_weekday(day.year, 3, 7, 2) <= day < nth_weekday(day.year, 11, 7, 1)


def week(day: date) -> str:
    """Return the ISO 8601 week of a day, such as ``2022-W13``."""
    year, number, _ = day.isocalendar()
    return f"{year:04d}-W{number:02d}"
