"""Readings that name a length, a repetition, a time of day, or a time so far away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

from qa.dates.context import Reading
from qa.dates.parts import Parts, calendar_unit
from qa.dates.periods import add_months, is_summer_time
from qa.dates.reading_days import read_weekday, shifted

_SIZES = {"2W": (2, "W"), "Q": (3, "M"), "10Y": (10, "Y"), "100Y": (100, "Y")}
_SUPERLATIVE = re.compile(r"(?:most|least|first|best|worst|only|last|\w{2,}est)$")


def duration(amount: str, unit: str) -> str:
    """Return the TIMEX3 value of a duration, such as ``P27Y`` or ``PT16H``."""
    if unit in ("S", "TM", "H"):
        return f"PT{amount}{unit[-1]}"
    if unit not in _SIZES:
        return f"P{amount}{unit}"
    size, base = _SIZES[unit]
    if amount == "X":
        return f"PX{base}"
    return f"P{format((Decimal(amount) * size).normalize(), 'f')}{base}"


def window(parts: Parts, amount: str, unit: str, sign: int) -> Reading | None:
    """Return a duration that ends (sign -1) or begins (+1) at the document's time; a bare date is in it as a whole."""
    value, now = duration(amount, unit), parts.context.instant()
    size = re.fullmatch(r"P(T?)(\d{1,4})([DWMYHS])", value)
    if now is None or size is None:
        return Reading(value, "DURATION")
    whole = not isinstance(parts.context.written, datetime)
    end_of_day = now + timedelta(1) - timedelta.resolution if whole and now.date() < date.max else now
    try:
        if sign < 0:
            return Reading(value, "DURATION", _stepped(now, -int(size[2]), size[1] + size[3]), end_of_day)
        return Reading(value, "DURATION", now, _stepped(end_of_day, int(size[2]), size[1] + size[3]))
    except (ValueError, OverflowError):
        return Reading(value, "DURATION")


def _stepped(moment: datetime, count: int, unit: str) -> datetime:
    """Return the moment so many units away."""
    if unit in ("M", "Y"):
        return datetime.combine(add_months(moment.date(), count * (12 if unit == "Y" else 1)), moment.timetz())
    seconds = {"S": 1, "TS": 1, "TM": 60, "TH": 3600, "D": 86400, "W": 7 * 86400}[unit]
    return moment + timedelta(seconds=count * seconds)


def read_window(parts: Parts) -> Reading | None:
    """Read "the past nine days", "the next six months"."""
    several = parts.word("unit") in parts.context.grammar.values["units"]
    amount = parts.amount() if parts.has("n") else "X" if several else "1"
    return window(parts, amount, parts.unit(), parts.relative() or -1)


def read_duration(parts: Parts) -> Reading | None:
    """Read "27-year", "several years", "a week"."""
    return Reading(duration(_amount(parts) if parts.has("n") else "X", parts.unit()), "DURATION")


def _amount(parts: Parts) -> str:
    """Return the count, with the half of "a year and a half"."""
    amount = parts.amount()
    return format(Decimal(amount) + Decimal("0.5"), "f") if parts.has("plus") and "X" not in amount else amount


def read_set(parts: Parts) -> Reading | None:
    """Read "weekly", "every Monday", "each year"."""
    if parts.has("often"):
        return None if parts.is_name() else Reading(str(parts.value("often", "often")), "SET")
    if parts.has("unit"):
        amount = parts.amount() if parts.has("n") else "2" if parts.has("other") else "1"
        return Reading(duration(amount, parts.unit()), "SET")
    if parts.has("season"):
        return Reading(f"XXXX-{parts.value('season', 'season')}", "SET")
    if parts.has("month"):
        return Reading(f"XXXX-{parts.month():02d}", "SET")
    weekday = int(parts.value("weekday", "weekday") or parts.value("weekday", "weekdays") or 0)
    return Reading({0: "P1D", 8: "XXXX-WXX-WE"}.get(weekday, f"XXXX-WXX-{weekday}"), "SET")


def read_ahead(parts: Parts) -> Reading | None:
    """Read "in two weeks": a day to come where the clause looks ahead, else a length ("the worst in two weeks")."""
    tokens = parts.context.tokens
    before = [tokens.word(index) for index in range(max(0, parts.first - 6), parts.first)]
    coming = parts.direction() > 0 and not any(_SUPERLATIVE.match(word) for word in before)
    if coming and parts.context.day is not None:
        return _away(parts, parts.amount(), 1)
    return read_duration(parts)


def read_ago(parts: Parts) -> Reading | None:
    """Read "three weeks ago", "two days later", "in two days' time"."""
    amount, sign = _amount(parts), parts.word("sign")
    direction = -1 if sign in ("ago", "earlier", "previously", "back") else 1
    vague = Reading("PAST_REF" if direction < 0 else "FUTURE_REF")
    if "X" in amount or parts.context.day is None:
        return vague
    if sign in ("earlier", "later"):
        named = parts.context.recall(parts.first, parts.unit())
        whole = named and re.fullmatch(r"\d{1,4}", amount)
        if not named and direction < 0:
            return _away(parts, amount, direction) or vague
        return (shifted(named, parts.unit(), int(amount) * direction) if whole else None) or vague
    return _away(parts, amount, direction) or vague


def read_ago_on(parts: Parts) -> Reading | None:
    """Read "a year ago today", "two years ago this month", "a week ago Friday"."""
    day, amount, unit = parts.context.day, parts.amount(), parts.unit()
    if day is None or not re.fullmatch(r"\d{1,4}", amount) or unit not in ("D", "W", "2W", "M", "Y"):
        return Reading("PAST_REF")
    count = -int(amount)
    try:
        if unit in ("M", "Y"):
            then = add_months(day, count * (12 if unit == "Y" else 1))
        else:
            then = day + timedelta(count * {"D": 1, "W": 7, "2W": 14}[unit])
        if parts.has("weekday"):
            weekday = int(parts.value("weekday", "weekday") or 0)
            then += timedelta((weekday - then.isoweekday() + 3) % 7 - 3)
    except (ValueError, OverflowError):
        return Reading("PAST_REF")
    finest = {"month": "M", "week": "W"}.get(parts.word("same"), "D")
    return Reading(calendar_unit(then, finest, 0))


def _away(parts: Parts, amount: str, direction: int) -> Reading | None:
    """Return the day, week, month or year so far from the document's date."""
    day, unit, count = parts.context.day, parts.unit(), Decimal(amount) * direction
    if day is None:
        return None
    if unit in ("S", "TM", "H"):
        return _instant(parts, unit, count)
    if unit in ("10Y", "100Y"):
        unit, count = "Y", count * int(unit[:-1])
    if count != int(count):
        unit, count = ("M", count * 12) if unit == "Y" else (unit, count.to_integral_value())
    value = calendar_unit(day, unit, int(count)) if abs(count) < 10**6 else ""
    return Reading(value) if value else None


def _instant(parts: Parts, unit: str, count: Decimal) -> Reading | None:
    """Return the minute some hours away where the document has a time, else its day."""
    written = parts.context.instant()
    if written is None:
        return None
    if not isinstance(parts.context.written, datetime):
        return Reading(written.date().isoformat())
    try:
        moment = written + timedelta(seconds=float(count) * {"S": 1, "TM": 60, "H": 3600}[unit])
    except (OverflowError, ValueError):
        return None
    return Reading(moment.strftime("%Y-%m-%dT%H:%M") if moment.year > 999 else "", "TIME")


def read_clock(parts: Parts) -> Reading | None:
    """Read a time of day. Its day is a weekday beside it, else X: the pass over the sentence fills that in."""
    written = parts.word("clock")
    if written.isalpha() and parts.is_name():
        return None
    fixed = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(written)
    digits = re.findall(r"[0-9]+", fixed or written) or [parts.amount("clock")]
    if len(digits) == 1 and len(digits[0]) == 4:
        digits = [digits[0][:2], digits[0][2:]]
    past = int(parts.value("past", "past_the_hour") or 0)
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else past
    half = parts.value("meridiem", "meridiem")
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + int(half)
    if hour > 23 or minute > 59:
        return None
    day = "XXXX-XX-XX"
    if parts.has("weekday"):
        named = read_weekday(parts)
        day = named.value if named else day
    zone = parts.value("zone", "zone") or parts.value("city", "cityzone") or ""
    clock = f"XXXX-XX-XXT{hour:02d}:{minute:02d}{zone}"
    return Reading(clock if "X" in day else clock_on(clock, date.fromisoformat(day)), "TIME")


def read_vague(parts: Parts) -> Reading | None:
    """Read "now", "recently", "in the long term"."""
    return Reading(str(parts.value("vague", "vaguely") or "FUTURE_REF"))


def read_nothing(parts: Parts) -> Reading | None:
    """Read words that look like a time and are none."""
    return None


def clock_on(value: str, day: date) -> str:
    """Return a time of day with its day filled in, and a United States zone ("ET") as its offset on that day."""
    dated = value.replace("XXXX-XX-XX", day.isoformat(), 1)
    if not dated.endswith("T"):
        return dated
    standard = {"ET": 5, "CT": 6, "MT": 7, "PT": 8}[dated[-2:]]
    return f"{dated[:-2]}-{standard - is_summer_time(day):02d}:00"


READERS: dict[str, Callable[[Parts], Reading | None]] = {
    "window": read_window,
    "duration": read_duration,
    "set": read_set,
    "ahead": read_ahead,
    "ago": read_ago,
    "ago_on": read_ago_on,
    "clock": read_clock,
    "vague": read_vague,
    "nothing": read_nothing,
}
