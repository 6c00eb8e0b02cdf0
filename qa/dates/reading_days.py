"""Readings that name a day: dates, weekdays, "yesterday", holidays, and ranges of days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from qa.dates.context import Reading
from qa.dates.parts import Parts, calendar_unit, day_value, moved
from qa.dates.periods import add_months, bounds, holiday, month_length, nth_weekday, week
from qa.types import TimeKind

_NEAR = 45
"""Days within which the nearest date of that name is meant whatever the tense: in news "February 10" in a March
article is last month's even after "will"."""

_FAR = 400
"""Days within which "Saturday, Feb. 3" takes the year in which that is a Saturday."""

_CENTURY_AHEAD = 10
"""Years ahead of the document up to which two digits are read: '82 in 2008 is 1982, '15 is 2015."""


def year_of_day(parts: Parts, month: int, day: int) -> int | None:
    """Return the year that a date without one means: by its weekday, else the tense, else the nearest."""
    written = parts.context.day
    if written is None:
        return None
    days = {
        year: (date(year, month, day) - written).days
        for year in range(written.year - 4, written.year + 5)
        if day_value(year, month, day)
    }
    if not days:
        return None
    if parts.context.tokens.word(parts.first - 1) in parts.context.grammar.values["since"]:
        days = {year: away for year, away in days.items() if away <= 0} or days
    weekday = parts.value("weekday", "weekday")
    fitting = [year for year in days if date(year, month, day).isoweekday() == weekday and abs(days[year]) <= _FAR]
    if fitting:
        return min(fitting, key=lambda year: abs(days[year]))
    closest = min(days, key=lambda year: (abs(days[year]), year))
    if abs(days[closest]) <= _NEAR:
        return closest
    look = parts.direction()
    fitting = [year for year, away in days.items() if look and away * look >= 0]
    return min(fitting, key=lambda year: abs(days[year])) if fitting else closest


def full_year(short: int, written: date | None) -> int | None:
    """Return the year that two digits mean, or None in a text without a date."""
    if written is None:
        return None
    latest = written.year + _CENTURY_AHEAD
    return latest - (latest - short) % 100


def _with_part(value: str, part: str) -> Reading:
    kind: TimeKind = "TIME" if part else "DATE"
    return Reading(f"{value}T{part}" if part else value, kind)


def read_date(parts: Parts) -> Reading | None:
    """Read a day: "March 28, 2022", "28 March", "the morning of March 28"."""
    month, day = parts.month(), parts.integer("day")
    if not day_value(2000, month, day):
        return None
    year = parts.year() or parts.named_year() or year_of_day(parts, month, day)
    value = day_value(year, month, day) if year else f"XXXX-{month:02d}-{day:02d}"
    return _with_part(value, parts.part()) if value else None


def read_attacks(parts: Parts) -> Reading | None:
    """Read the date that names the attacks of 11 September 2001; before any other attack it is a plain date."""
    of_2001 = (parts.month(), parts.integer("day")) == (9, 11)
    return Reading("2001-09-11") if of_2001 else read_date(parts)


def read_day_of_month(parts: Parts) -> Reading | None:
    """Read "on the 15th": of the document's month, or of the one before or after it."""
    written, day = parts.context.day, parts.integer("day")
    if written is None:
        return Reading(f"XXXX-XX-{day:02d}") if 1 <= day <= 31 else None
    look = parts.direction()
    months = [add_months(written.replace(day=1), count) for count in (-1, 0, 1) if 1 < written.year < 9998]
    days = [date(month.year, month.month, day) for month in months if day_value(month.year, month.month, day)]
    fitting = [each for each in days if (each - written).days * (look or -1) >= 0]
    nearest = min(fitting or days, key=lambda each: abs((each - written).days), default=None)
    return Reading(nearest.isoformat()) if nearest else None


def read_iso(parts: Parts) -> Reading | None:
    """Read an ISO 8601 date or date-time."""
    written = parts.word("iso").upper().replace(" ", "T", 1)
    return Reading(written, "TIME" if "T" in written else "DATE") if bounds(written) else None


def read_numeric(parts: Parts) -> Reading | None:
    """Read a date in digits. "7/8/07" is month first; with dots, or where the first number is over 12, day first."""
    written = parts.word("date")
    numbers = re.split(r"[/.]", written)
    first, second, third = (int(number) for number in numbers)
    if len(numbers[0]) == 4:
        value = day_value(first, second, third)
        return Reading(value) if value else None
    if len(numbers[0]) > 2 or len(numbers[2]) not in (2, 4) or parts.before("identifier"):
        return None
    year = third if len(numbers[2]) == 4 else full_year(third, parts.context.day)
    if year is None:
        return None
    day_first = "." in written or first > 12
    value = day_value(year, second, first) if day_first else day_value(year, first, second)
    return Reading(value) if value else None


def read_days(parts: Parts) -> Reading | None:
    """Read a range of days in one month: "March 28-30"."""
    month, day, last = parts.month(), parts.integer("day"), parts.integer("last")
    year = parts.year() or year_of_day(parts, month, day)
    if not day < last or not day_value(year or 2000, month, last):
        return None
    head = f"{year:04d}" if year else "XXXX"
    return Reading(f"{head}-{month:02d}-{day:02d}/{head}-{month:02d}-{last:02d}")


def read_weekday(parts: Parts) -> Reading | None:
    """Read a weekday: "on Sunday", "next Friday", "Monday morning", "Tuesday of last week".

    Without "last" or "next" the tense decides; where the clause does not say, it is the latest one up to the document's
    day, as news is written. "Next Friday" is next week's.
    """
    weekday, written = int(parts.value("weekday", "weekday") or 0), parts.context.day
    if not weekday:
        return None
    if written is None:
        return _with_part(f"XXXX-WXX-{weekday}", parts.part())
    spoken, relative = parts.word("relative"), parts.relative()
    beside = spoken in ("following", "previous") or (relative is None and _is_listed(parts))
    named = parts.context.recall(parts.first, "D") if beside else ""
    if named:
        anchor = date.fromisoformat(named[:10])
        away = (weekday - anchor.isoweekday()) * (relative or 1) % 7 or 7
        return _with_part(moved(anchor, away * (relative or 1)), parts.part())
    back, in_week = (written.isoweekday() - weekday) % 7, weekday - written.isoweekday()
    if parts.has("week"):
        days = in_week + 7 * int(parts.context.grammar.values["relative"].get(parts.words("week")[0], 0))
    elif relative == -1:
        days = -(back or 7)
    elif spoken == "coming":
        days = in_week % 7 or 7
    elif relative == 1 and not (spoken == "following" and parts.direction() < 0):
        days = in_week + 7
    else:
        look = parts.direction()
        # a verbless "8 p.m. Friday" announces, and so does "this Friday"
        ahead = look > 0 or (look == 0 and (relative == 0 or parts.has("clock")))
        days = in_week % 7 if ahead else -back
    value = moved(written, days)
    return _with_part(value, parts.part()) if value else None


def _is_listed(parts: Parts) -> bool:
    """Return whether the weekday is the second of two: "Saturday and Sunday"."""
    word, values = parts.context.tokens.word, parts.context.grammar.values
    return word(parts.first - 1) in values["listed"] and word(parts.first - 2) in values["weekday"]


def read_deictic(parts: Parts) -> Reading | None:
    """Read "today", "yesterday morning", "last night", "the day after tomorrow"."""
    if parts.is_name() and parts.word("deictic") == "today":
        return None
    days = int(parts.value("deictic", "deictic") or 0)
    if parts.has("sign"):
        days += -1 if parts.word("sign") == "before" else 1
    elif parts.relative() == -1:
        days -= 2 if "before" in parts.whole() else 1
    night = parts.word("deictic") in ("tonight", "tonite")
    written = parts.context.day
    value = "XXXX-XX-XX" if written is None else moved(written, days)
    return _with_part(value, "NI" if night else parts.part()) if value else None


def read_week_of(parts: Parts) -> Reading | None:
    """Read "the week of March 28"."""
    reading = read_date(parts)
    return Reading(week(date.fromisoformat(reading.value))) if reading and "X" not in reading.value else None


def read_nth(parts: Parts) -> Reading | None:
    """Read "the first Monday in October", "the last day of March", "the first weekend of May"."""
    month, n, word, written = parts.month(), parts.integer("n"), parts.word("unit"), parts.context.day
    weekday = int(parts.context.grammar.values["weekday"].get(word) or (6 if word == "weekend" else 0))
    if not n or (weekday and not -1 <= n <= 5):
        return None
    years = [parts.year()] if parts.has("year") else [written.year + away for away in (-1, 0, 1)] if written else []
    days = [day for year in years if year and (day := _nth(year, month, weekday, n))]
    if not days:
        return None
    look = parts.direction() if not parts.has("year") and written else 0
    fitting = [day for day in days if written and look and (day - written).days * look >= 0] or days
    nearest = min(fitting, key=lambda day: abs((day - written).days) if written else 0)
    return Reading(f"{week(nearest)}-WE" if word == "weekend" else nearest.isoformat())


def _nth(year: int, month: int, weekday: int, n: int) -> date | None:
    """Return the n-th day of a month (-1 is the last), or the n-th of a weekday; None where there is no such day."""
    if not 1 <= year <= 9998:
        return None
    if weekday:
        day = nth_weekday(year, month, weekday, n)
        return day if day.month == month else None
    value = day_value(year, month, n if n > 0 else month_length(year, month))
    return date.fromisoformat(value) if value else None


def read_holiday(parts: Parts) -> Reading | None:
    """Read a holiday with a known date."""
    name = "".join(parts.words("holiday")).replace("’", "'")
    listed = parts.context.grammar.values["holiday"]
    rule = next((str(day) for words, day in listed.items() if words.replace(" ", "") == name), "")
    written, year = parts.context.day, parts.year()
    if rule.count("-") == 2:
        return Reading(rule)
    if not rule:
        return None
    if year is None and written is None:
        return Reading(f"XXXX-{rule}" if re.fullmatch(r"\d\d-\d\d", rule) else "XXXX")
    try:
        if year is None and written is not None:
            sample = holiday(rule, written.year)
            year = year_of_day(parts, sample.month, min(sample.day, 28))
        return Reading(holiday(rule, year or 1).isoformat())
    except (ValueError, OverflowError):
        return None


def read_same(parts: Parts) -> Reading | None:
    """Read "the same day", "that year": the time last named, else the document's."""
    unit, written = parts.unit(), parts.context.day
    named = parts.context.recall(parts.first, unit)
    if parts.word("unit") == "time":
        return Reading(named) if named else None
    value = within(named, unit)
    tokens = parts.context.tokens
    own = unit != "Q" and tokens.word(parts.first) == "the" and tokens.word(parts.first + 1) != "same"
    if not value and own and written is not None:
        value = calendar_unit(written, unit, 0)
    return Reading(value) if value else None


def within(named: str, unit: str) -> str:
    """Return the day, week, month or year that a named time lies in; "" where it is coarser than that."""
    if re.match(r"\d{4}-\d{2}-\d{2}", named):
        return calendar_unit(date.fromisoformat(named[:10]), unit, 0)
    if unit == "Y" and re.match(r"\d{4}(?![\d])", named) and "/" not in named:
        return named[:4]
    return named if re.fullmatch({"M": r"\d{4}-\d{2}", "Q": r"\d{4}-Q\d"}.get(unit, "-"), named) else ""


def read_year_before(parts: Parts) -> Reading | None:
    """Read "the same quarter last year": the period last named, a year before it; else the year before the document."""
    named, written = parts.context.recall(parts.first), parts.context.day
    same = re.fullmatch(r"(\d{4})(-Q\d|-\d{2}|-H\d)?", named)
    if same and int(same[1]) > 1:
        return Reading(f"{int(same[1]) - 1:04d}{same[2] or ''}")
    value = calendar_unit(written, "Y", -1) if written else ""
    return Reading(value) if value else None


def read_next_to(parts: Parts) -> Reading | None:
    """Read "the following day", "the year before": next to the time last named, else to the document's."""
    if parts.has("part"):
        return _part_next_to(parts)
    unit, written = parts.unit(), parts.context.day
    named = parts.context.recall(parts.first, unit)
    step = 1 if parts.word("relative") in ("following", "next", "after") else -1
    if named or written is None:
        return shifted(named, unit, step) if named else None
    return Reading(calendar_unit(written, unit, step))


def _part_next_to(parts: Parts) -> Reading | None:
    """Read "that evening", "the next morning": of the day last named, or next to it; None where none was named."""
    named = parts.context.recall(parts.first, "D")
    value = moved(date.fromisoformat(named[:10]), parts.relative() or 0) if named else ""
    return _with_part(value, parts.part()) if value else None


def shifted(named: str, unit: str, count: int) -> Reading | None:
    """Return the time so many units from a named one, or None where the named one is coarser than the unit."""
    inside = within(named, "D" if unit in ("D", "W", "2W", "weekend") else "Y" if unit.endswith("Y") else "M")
    if not inside:
        return None
    anchor = date.fromisoformat((inside + "-01-01")[:10])
    if unit in ("10Y", "100Y"):
        unit, count = "Y", count * int(unit[:-1])
    value = calendar_unit(anchor, unit, count)
    return Reading(value) if value else None


READERS: dict[str, Callable[[Parts], Reading | None]] = {
    "date": read_date,
    "attacks": read_attacks,
    "day_of_month": read_day_of_month,
    "iso": read_iso,
    "numeric": read_numeric,
    "days": read_days,
    "weekday": read_weekday,
    "deictic": read_deictic,
    "week_of": read_week_of,
    "nth": read_nth,
    "holiday": read_holiday,
    "same": read_same,
    "year_before": read_year_before,
    "next_to": read_next_to,
}
