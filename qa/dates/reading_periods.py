"""Readings that name a stretch of the calendar: months, years, seasons, quarters, "last week"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time

from qa.dates.context import Reading
from qa.dates.grammar import OTHER, PLURAL
from qa.dates.parts import Parts, calendar_unit
from qa.dates.periods import bounds, month_length, week
from qa.dates.reading_days import full_year
from qa.dates.reading_lengths import window

_MONTHS_BACK = 8
"""Months up to which a bare month is past where the clause does not say: news tells more than it announces. Swept over
4 to 10 on dated articles whose years were hidden."""

_GLUED_BEFORE = tuple("$£€¥#/.:+=_")
_GLUED_AFTER = tuple("%/:+=_°€$£")
_LONG = ("10Y", "100Y")
_UNDATED = {"W": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX", "D": "XXXX-XX-XX"}


def read_month(parts: Parts) -> Reading | None:
    """Read a month: "March 2022", "early March", "last September", "May of this year"."""
    month, year, written = parts.month(), parts.year() or parts.named_year(), parts.context.day
    if year is None and written is None:
        return Reading(f"XXXX-{month:02d}", modifier=parts.modifier())
    if year is None and written is not None:
        relative, of_year = parts.relative(), "year" in parts.context.tokens.word(parts.last - 1)
        year = written.year
        if of_year:
            year += relative or 0
        elif relative == -1:
            year -= month >= written.month
        elif relative == 1:
            year += month <= written.month
        elif relative is None and month != written.month:
            year = _year_of_month(parts, month, written)
    return Reading(f"{year:04d}-{month:02d}", modifier=parts.modifier())


def _year_of_month(parts: Parts, month: int, written: date) -> int:
    """Return the year of a bare month: the tense decides, else the past unless that is long ago."""
    past = written.year - (month > written.month)
    future = written.year + (month < written.month)
    look = parts.direction()
    if look:
        return past if look < 0 else future
    return past if (written.month - month) % 12 <= _MONTHS_BACK else future


def read_year(parts: Parts) -> Reading | None:
    """Read a year; four digits that count or number something else are none ("2000 people", "Flight 1549")."""
    written = parts.word("year")
    if not written.isdigit():
        year = full_year(int(written[1:]), parts.context.day)
        return Reading(f"{year:04d}") if year else None
    if parts.last - parts.first == 1 and not _is_year(parts, int(written)):
        return None
    return Reading(written, modifier=parts.modifier())


def _is_year(parts: Parts, year: int) -> bool:
    """Return whether four digits that stand alone are a year, by what is around them."""
    tokens = parts.context.tokens
    before = tokens.text[max(0, tokens.starts[parts.first] - 2) : tokens.starts[parts.first]]
    after = tokens.text[tokens.ends[parts.first] : tokens.ends[parts.first] + 1]
    if before[-1:] in _GLUED_BEFORE or after in _GLUED_AFTER or after.isalnum():
        return False
    if before[-1:] == "-" and before[0].isalnum() and not parts.before_hyphen("modifier"):
        return False
    if parts.before("identifier") or parts.counts() or _is_in_a_number(parts):
        return False
    plural = tokens.symbols[parts.last : parts.last + 1] == PLURAL
    if plural and year % 100 == 0 and not parts.before("timeprep"):
        return False
    return 1900 <= year <= 2099 or parts.before("timeprep")


def _is_in_a_number(parts: Parts) -> bool:
    """Return whether other digits stand right before four: "+44 20 7946 2019"."""
    tokens, before = parts.context.tokens, parts.first - 1
    return before >= 0 and tokens.word(before).isdigit() and tokens.ends[before] + 1 == tokens.starts[parts.first]


def read_years(parts: Parts) -> Reading | None:
    """Read a range of years, "2019-21", or what cannot be one as an ISO 8601 month, "2022-03"."""
    first, written = parts.integer("year"), parts.word("last")
    if len(written) == 2 and "01" <= written <= "12" and int(written) <= first % 100:
        return Reading(f"{first:04d}-{written}")
    last = int(written) if len(written) == 4 else first - first % 100 + int(written)
    return Reading(f"{first:04d}/{last:04d}") if len(written) in (2, 4) and 1000 < first < last else None


def read_decade(parts: Parts) -> Reading | None:
    """Read a decade: "the 1990s", "the '90s"."""
    if parts.value("decade", "decadename"):
        return Reading(str(parts.value("decade", "decadename")), modifier=parts.modifier())
    digits = re.sub(r"[^0-9]", "", parts.word("decade"))
    if len(digits) == 2:
        digits = ("20" if int(digits) < 20 else "19") + digits
    if len(digits) != 4 or not "1000" <= digits < "2200":
        return None
    century = digits.endswith("00") and digits != "2000"
    return Reading(digits[:2] if century else digits[:3], modifier=parts.modifier())


def read_century(parts: Parts) -> Reading | None:
    """Read a century: "the 21st century"."""
    number = parts.integer("n")
    return Reading(f"{number - 1:02d}", modifier=parts.modifier()) if 2 <= number <= 22 else None


def read_unit(parts: Parts) -> Reading | None:
    """Read "this week", "last month", "the end of the year", "later this year"."""
    unit, written, relative = parts.unit(), parts.context.day, parts.relative() or 0
    spoken, modifier = parts.word("modifier"), parts.modifier()
    if unit in ("S", "TM", "H", "D"):
        return None
    if parts.has("twice"):
        relative = -2 if parts.word("twice") == "before last" else 2
    elif relative and not modifier and unit != "weekend" and (parts.word("relative") == "past" or unit in _LONG):
        return window(parts, "1", unit, relative)
    if written is None:
        return Reading(_UNDATED.get(unit, "XXX"), modifier=modifier)
    if unit == "weekend" and not relative:
        relative = _weekend(parts, written)
    if unit == "weekend" and parts.word("relative") == "coming":
        relative = 1 if written.isoweekday() > 5 else 0
    value = calendar_unit(written, unit, relative)
    if spoken in ("earlier", "later") and not relative:
        return _side_of(parts, value, written, spoken)
    return Reading(value, modifier=modifier) if value else None


def _weekend(parts: Parts, written: date) -> int:
    """Return which weekend "the weekend" is, in weeks from the document's."""
    named = parts.relative() is None
    back = parts.direction() <= 0 if named else parts.direction() < 0 and written.isoweekday() < 4
    return -1 if written.isoweekday() < 6 and back else 0


def _side_of(parts: Parts, value: str, written: date, side: str) -> Reading:
    """Return the part of a period before or after the document's day: "earlier this week"."""
    span, zone = bounds(value, parts.context.zone), parts.context.zone
    if span is None:
        return Reading(value)
    if side == "earlier":
        last = datetime.combine(written, time.max, tzinfo=zone)
        return Reading(value, earliest=span[0], latest=max(span[0], min(span[1], last)))
    first = datetime.combine(written, time.min, tzinfo=zone)
    return Reading(value, earliest=min(span[1], max(span[0], first)), latest=span[1])


def read_season(parts: Parts) -> Reading | None:
    """Read "last summer", "spring 2009", "the fall of last year"."""
    season, year, written = str(parts.value("season", "season")), parts.year(), parts.context.day
    if year is None and (parts.is_name() or _describes(parts)):
        return None
    if year is None and written is None:
        return Reading(f"XXXX-{season}", modifier=parts.modifier())
    if year is None and written is not None:
        named = parts.context.tokens.word(parts.last - 1) == "year"
        year = written.year + (parts.relative() or 0) if named else _year_of_season(parts, season, written)
    return Reading(f"{year:04d}-{season}", modifier=parts.modifier())


def _describes(parts: Parts) -> bool:
    """Return whether a bare season only describes the noun after it: "a winter coat"."""
    if parts.last - parts.first > 1 or parts.before("timeprep"):
        return False
    return parts.context.tokens.symbols[parts.last : parts.last + 1] in (OTHER, PLURAL)


def _year_of_season(parts: Parts, season: str, written: date) -> int:
    """Return the year of a season without one, by "last", "next" or the tense; a winter's is that of its December."""
    begins = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
    inside = (written.month - begins) % 12 < 3
    begun = written.month >= begins
    current = written.year - (season == "WI" and written.month < 3)
    relative = parts.relative()
    if relative is None and not inside:
        relative = parts.direction()
    if not relative:
        return current
    if relative < 0:
        return current if begun and not inside else written.year - 1 - (season == "WI" and inside and not begun)
    return current + 1 if begun or inside else written.year


def read_quarter(parts: Parts) -> Reading | None:
    """Read "the third quarter of last year", "Q3 2009", "third-quarter". Quarters are those of the calendar."""
    number = int(parts.value("n", "quartername") or parts.integer("n"))
    number = 4 if number == -1 else number
    year, written = parts.year(), parts.context.day
    if not 1 <= number <= 4 or (year is None and parts.relative() is None and parts.near("sport", 20)):
        return None
    if year is None and written is None:
        return Reading(f"XXXX-Q{number}")
    if year is None and written is not None:
        away = number - (written.month + 2) // 3
        year = written.year + (parts.relative() or 0)
        if parts.relative() is None and not parts.has("year"):
            # reports name the last quarter that ended, plans the next: three ahead is last year's unless the tense says
            look = parts.direction()
            year -= (away == 3 and look <= 0) or (away == 2 and (look < 0 or (look == 0 and parts.after("reported"))))
            year += away < -1 and look > 0
    return Reading(f"{year:04d}-Q{number}")


def read_half(parts: Parts) -> Reading | None:
    """Read "the first half of 2009", "H1 2009"."""
    number, written = int(parts.value("half", "half") or parts.integer("n")), parts.context.day
    number = 2 if number == -1 else number
    year = parts.year() or (written.year + (parts.relative() or 0) if written else None)
    if number not in (1, 2):
        return None
    return Reading(f"{year:04d}-H{number}" if year else f"XXXX-H{number}")


def read_week_of_month(parts: Parts) -> Reading | None:
    """Read "the last week of March"."""
    number, reading = parts.integer("n"), read_month(parts)
    if reading is None or "X" in reading.value or not (1 <= number <= 4 or number == -1):
        return None
    year, month = int(reading.value[:4]), int(reading.value[5:])
    middle = 7 * number - 3 if number > 0 else month_length(year, month) - 3
    return Reading(week(date(year, month, middle)))


READERS: dict[str, Callable[[Parts], Reading | None]] = {
    "month": read_month,
    "year": read_year,
    "years": read_years,
    "decade": read_decade,
    "century": read_century,
    "unit": read_unit,
    "season": read_season,
    "quarter": read_quarter,
    "half": read_half,
    "week_of_month": read_week_of_month,
}
