"""How each kind of rule is read: from the parts of a match and the document's date to a TIMEX3 value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from qa.dates.context import Context, Direction, Reading
from qa.dates.periods import add_months, bounds, holiday, month_length, week

_NEAR = 45
"""Days within which the nearest date of that name is meant whatever the tense: in news "February 10" in a March
article is last month's even after "will"."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The named parts of one rule's match, over tokens."""

    context: Context
    match: re.Match[str]

    def has(self, name: str) -> bool:
        """Return whether the rule has this part and it matched."""
        return name in self.match.re.groupindex and self.match[name] is not None

    def words(self, name: str) -> list[str]:
        """Return the tokens of a part in lower case."""
        if not self.has(name):
            return []
        start, end = self.match.span(name)
        return [self.context.tokens.word(index) for index in range(start, end)]

    def word(self, name: str) -> str:
        """Return a part as text, its tokens separated by a space; "" where it is absent."""
        return " ".join(self.words(name))

    def value(self, name: str, kind: str) -> int | float | str | None:
        """Return what the word of a part counts as in a class."""
        return self.context.grammar.values[kind].get(self.word(name).replace(" ", ""))

    def integer(self, name: str) -> int | None:
        """Return a part as an integer: digits, an ordinal in digits, or an ordinal in words."""
        written = self.word(name)
        digits = re.match(r"[0-9]+", written.lstrip("'’"))
        if digits:
            return int(digits.group())
        value = self.context.grammar.values["ordinal"].get(written)
        return int(value) if isinstance(value, int) else None

    def month(self, name: str = "month") -> int:
        """Return a month's number."""
        return int(self.value(name, "month") or 0)

    def relative(self) -> int | None:
        """Return -1, 0 or 1 for last, this and next; None where the match has no such word."""
        value = self.value("relative", "relative")
        return int(value) if isinstance(value, int) else None

    def direction(self) -> Direction:
        """Return whether the clause looks back or ahead."""
        return self.context.direction(*self.match.span())

    def amount(self, name: str = "n") -> str:
        """Return a count as it stands in a TIMEX3 duration: digits, or X where it is vague."""
        total, vague, half = Decimal(0), "", Decimal(0)
        values = self.context.grammar.values
        for word in self.words(name):
            if re.match(r"[0-9]", word):
                total += Decimal(word.replace(",", ""))
            elif word in values["number"]:
                number = int(values["number"][word])
                total = total * number if number >= 100 and total else total + number
            elif word in values["half_word"]:
                half = Decimal("0.5")
            elif word in values["vague"]:
                vague = str(values["vague"][word])
            elif word in values["article"] and not total and len(self.words(name)) == 1:
                total = Decimal(1)
        if vague and half:
            return "6"
        return vague or format((total + half).normalize(), "f")


def _year(parts: Parts, name: str = "year") -> int | None:
    return parts.integer(name) if parts.has(name) else None


def _day_value(year: int, month: int, day: int) -> str | None:
    """Return a day's value, or None where the calendar has no such day."""
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= month_length(min(year, 9998), month)):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _year_of_day(parts: Parts, month: int, day: int) -> int | None:
    """Return the year that a date without one means."""
    written = parts.context.day
    if written is None:
        return None
    near = [year for year in (written.year - 1, written.year, written.year + 1) if _day_value(year, month, day)]
    if not near:
        return None
    days = {year: (date(year, month, day) - written).days for year in near if 1 <= year <= 9999}
    closest = min(days, key=lambda year: (abs(days[year]), year))
    if abs(days[closest]) <= _NEAR:
        return closest
    look = parts.direction()
    fitting = [year for year, away in days.items() if look and away * look >= 0]
    return min(fitting, key=lambda year: abs(days[year])) if fitting else closest


def read_date(parts: Parts) -> Reading | None:
    """Read a day: "March 28, 2022", "28 March"."""
    month, day, year = parts.month(), parts.integer("day") or 0, _year(parts)
    if not 1 <= day <= 31 or (month == 2 and day > 29) or (month in (4, 6, 9, 11) and day > 30):
        return None
    year = year or _year_of_day(parts, month, day)
    if year is None:
        return Reading(f"XXXX-{month:02d}-{day:02d}")
    value = _day_value(year, month, day)
    return Reading(value) if value else None


def read_iso(parts: Parts) -> Reading | None:
    """Read an ISO 8601 date or date-time."""
    written = parts.word("iso").upper().replace(" ", "T", 1)
    if not bounds(written):
        return None
    return Reading(written, "TIME" if "T" in written else "DATE")


def read_numeric(parts: Parts) -> Reading | None:
    """Read a date in digits. "7/8/07" is month first; with dots, or where the first number is over 12, day first."""
    written = parts.word("date")
    first, second, third = (int(each) for each in re.split(r"[/.]", written))
    if re.match(r"[0-9]{4}/", written):
        value = _day_value(first, second, third)
        return Reading(value) if value else None
    if len(re.split(r"[/.]", written)[2]) not in (2, 4):
        return None
    year = third if third > 99 else _full_year(third, parts.context.day)
    day_first = "." in written or first > 12
    value = _day_value(year, second, first) if day_first else _day_value(year, first, second)
    return Reading(value) if value else None


def _full_year(short: int, written: date | None) -> int:
    """Return the year that two digits mean: the latest such year at most ten years ahead of the document."""
    latest = (written.year if written else date.today().year if False else 2026) + 10
    return latest - (latest - short) % 100


def read_days(parts: Parts) -> Reading | None:
    """Read a range of days: "March 28-30", "28 February to 2 March 2022"."""
    month, day, last = parts.month(), parts.integer("day") or 0, parts.integer("last") or 0
    end = parts.month("end") if parts.has("end") else month
    year = _year(parts) or _year_of_day(parts, month, day)
    if year is None:
        first_value, last_value = f"XXXX-{month:02d}-{day:02d}", f"XXXX-{end:02d}-{last:02d}"
        return Reading(f"{first_value}/{last_value}") if first_value < last_value else None
    begin = year - 1 if end < month and parts.has("year") else year
    first_value, last_value = _day_value(begin, month, day) or "", _day_value(begin + (end < month), end, last) or ""
    return Reading(f"{first_value}/{last_value}") if first_value and first_value < last_value else None


def read_years(parts: Parts) -> Reading | None:
    """Read a range of years: "2019-21"."""
    first, written = parts.integer("year") or 0, parts.word("last")
    last = int(written) if len(written) == 4 else first - first % 100 + int(written)
    return Reading(f"{first:04d}/{last:04d}") if len(written) in (2, 4) and first < last else None


def read_month(parts: Parts) -> Reading | None:
    """Read a month: "March 2022", "early March", "last September"."""
    month, year, written = parts.month(), _year(parts), parts.context.day
    modifier = str(parts.value("modifier", "modifier") or "")
    if year is None and written is None:
        return Reading(f"XXXX-{month:02d}", modifier=modifier)
    if year is None and written is not None:
        relative = parts.relative()
        year = written.year
        if relative == -1:
            year -= month >= written.month
        elif relative == 1:
            year += month <= written.month
        elif relative is None and month != written.month:
            year = _year_of_month(parts, month, written)
    return Reading(f"{year:04d}-{month:02d}", modifier=modifier)


def _year_of_month(parts: Parts, month: int, written: date) -> int:
    """Return the year of a bare month: the tense decides, else the nearest."""
    past = written.year - (month > written.month)
    future = written.year + (month < written.month)
    look = parts.direction()
    if look:
        return past if look < 0 else future
    back = (written.month - month) % 12
    return past if back <= 6 else future


def read_year(parts: Parts) -> Reading | None:
    """Read a year."""
    written = parts.word("year")
    year = int(written) if written.isdigit() else _full_year(int(written[1:]), parts.context.day)
    return Reading(f"{year:04d}", modifier=str(parts.value("modifier", "modifier") or ""))


def read_decade(parts: Parts) -> Reading | None:
    """Read a decade: "the 1990s", "the '90s"."""
    digits = re.sub(r"[^0-9]", "", parts.word("decade"))
    if len(digits) == 2:
        digits = ("20" if int(digits) < 20 else "19") + digits
    modifier = str(parts.value("modifier", "modifier") or "")
    return Reading(digits[:3], modifier=modifier) if len(digits) == 4 and "1000" <= digits < "2200" else None


def read_century(parts: Parts) -> Reading | None:
    """Read a century: "the 21st century"."""
    number = parts.integer("n") or 0
    modifier = str(parts.value("modifier", "modifier") or "")
    return Reading(f"{number - 1:02d}", modifier=modifier) if 2 <= number <= 22 else None


def read_weekday(parts: Parts) -> Reading | None:
    """Read a weekday: "on Sunday", "next Friday", "Monday morning"."""
    weekday, written = int(parts.value("weekday", "weekday") or 0), parts.context.day
    part = str(parts.value("part", "part") or "")
    tail, kind = (f"T{part}", "TIME") if part else ("", "DATE")
    if written is None:
        return Reading(f"XXXX-WXX-{weekday}{tail}", kind)  # type: ignore[arg-type]
    back, relative = (written.isoweekday() - weekday) % 7, parts.relative()
    if relative == -1:
        days = -(back or 7)
    elif relative == 1:
        days = 7 - written.isoweekday() + weekday
    else:
        look = parts.direction()
        ahead = look > 0 or (relative == 0 and look == 0)
        days = (weekday - written.isoweekday()) % 7 if ahead else -back
    value = _moved(written, days)
    return Reading(value + tail, kind) if value else None  # type: ignore[arg-type]


def _moved(day: date, days: int) -> str:
    try:
        return (day + timedelta(days)).isoformat()
    except OverflowError:
        return ""


def read_deictic(parts: Parts) -> Reading | None:
    """Read "today", "yesterday morning", "last night", "the day after tomorrow"."""
    written = parts.context.day
    days = int(parts.value("deictic", "deictic") or 0)
    if parts.has("sign"):
        days += -1 if parts.word("sign") == "before" else 1
    part = str(parts.value("part", "part") or "")
    if parts.word("deictic") in ("tonight", "tonite"):
        part = "NI"
    if parts.relative() == -1:
        days -= 1
    value = "XXXX-XX-XX" if written is None else _moved(written, days)
    if not value:
        return None
    return Reading(f"{value}T{part}", "TIME") if part else Reading(value)


def read_vague(parts: Parts) -> Reading | None:
    """Read "now", "recently", "soon"."""
    return Reading(str(parts.value("vague", "vaguely")))


def _unit(parts: Parts) -> str:
    word = parts.word("unit")
    values = parts.context.grammar.values
    return str(values["unit"].get(word) or values["units"].get(word) or word)


def calendar_unit(day: date, unit: str, count: int) -> str:
    """Return the week, month, … that lies ``count`` units from a day's; "" outside the calendar."""
    try:
        if unit in ("W", "weekend", "2W"):
            return week(day + timedelta(7 * count)) + ("-WE" if unit == "weekend" else "")
        if unit == "M":
            return add_months(day, count).isoformat()[:7]
        if unit == "Q":
            moved = add_months(day.replace(day=1), 3 * count)
            return f"{moved.year:04d}-Q{(moved.month + 2) // 3}"
        if unit == "Y":
            return f"{date(day.year + count, 1, 1).year:04d}"
        if unit == "D":
            return (day + timedelta(count)).isoformat()
        if unit in ("10Y", "100Y"):
            width = 3 if unit == "10Y" else 2
            return f"{int(f'{day.year:04d}'[:width]) + count:0{width}d}"
    except (ValueError, OverflowError):
        return ""
    return ""


_UNDATED = {"W": "XXXX-WXX", "weekend": "XXXX-WXX-WE", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX", "D": "XXXX-XX-XX"}


def read_unit(parts: Parts) -> Reading | None:
    """Read "this week", "last month", "the end of the year"."""
    unit, written = _unit(parts), parts.context.day
    relative = parts.relative() or 0
    modifier = str(parts.value("modifier", "modifier") or "")
    if unit in ("S", "TM", "H", "D") or (relative and modifier and parts.word("modifier") in ("earlier", "later")):
        return None
    if parts.word("relative") == "past" and not modifier:
        return _window(parts, "1", unit, -1)
    value = _UNDATED.get(unit, "XXX") if written is None else calendar_unit(written, unit, relative)
    return Reading(value, modifier=modifier) if value else None


def read_season(parts: Parts) -> Reading | None:
    """Read "last summer", "spring 2009"."""
    season, year, written = parts.value("season", "season"), _year(parts), parts.context.day
    modifier = str(parts.value("modifier", "modifier") or "")
    if year is None and written is None:
        return Reading(f"XXXX-{season}", modifier=modifier)
    if year is None and written is not None:
        year = _year_of_season(parts, str(season), written)
    return Reading(f"{year:04d}-{season}", modifier=modifier)


def _year_of_season(parts: Parts, season: str, written: date) -> int:
    """Return the year of a season without one, by "last", "next" or the tense."""
    begins = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}[season]
    inside = (written.month - begins) % 12 < 3
    current = written.year - (1 if season == "WI" and written.month < 3 else 0)
    relative = parts.relative()
    if relative is None and not inside:
        relative = parts.direction()
    begun = inside or written.month >= begins
    if relative is None or relative == 0:
        return current
    if relative < 0:
        return current - 1 if inside or not begun else current
    return current + 1 if begun else current


def read_quarter(parts: Parts) -> Reading | None:
    """Read "the third quarter of last year", "Q3 2009"."""
    number = parts.value("n", "quartername") or parts.integer("n") or 0
    number = 4 if number == -1 else int(number)
    if not 1 <= number <= 4:
        return None
    year, written = _year(parts), parts.context.day
    if year is None and written is None:
        return Reading(f"XXXX-Q{number}")
    if year is None and written is not None:
        relative = parts.relative()
        current = (written.month + 2) // 3
        year = written.year + (relative or 0)
        if relative is None and number > current and parts.direction() < 0:
            year -= 1
    return Reading(f"{year:04d}-Q{number}")


def read_half(parts: Parts) -> Reading | None:
    """Read "the first half of 2009"."""
    number, written = parts.integer("n"), parts.context.day
    number = 2 if number == -1 else number
    year = _year(parts) or (written.year + (parts.relative() or 0) if written else None)
    if number not in (1, 2):
        return None
    return Reading(f"{year:04d}-H{number}" if year else f"XXXX-H{number}")


def read_week_of_month(parts: Parts) -> Reading | None:
    """Read "the last week of March"."""
    number, reading = parts.integer("n") or 0, read_month(parts)
    if reading is None or "X" in reading.value or not (1 <= number <= 4 or number == -1):
        return None
    year, month = int(reading.value[:4]), int(reading.value[5:])
    day = date(year, month, 7 * number - 3) if number > 0 else date(year, month, month_length(year, month) - 3)
    return Reading(week(day))


def read_week_of(parts: Parts) -> Reading | None:
    """Read "the week of March 28"."""
    reading = read_date(parts)
    return Reading(week(date.fromisoformat(reading.value))) if reading and "X" not in reading.value else None


def read_ago(parts: Parts) -> Reading | None:
    """Read "three weeks ago", "in two days' time"."""
    amount, unit, sign = parts.amount(), _unit(parts), parts.word("sign")
    back = sign in ("ago", "earlier", "previously")
    if "X" in amount or parts.context.day is None:
        return Reading("PAST_REF" if back else "FUTURE_REF")
    anchor = parts.context.named_day() if sign in ("earlier", "later") else parts.context.day
    count = Decimal(amount) * (-1 if back else 1)
    if anchor is None:
        return None
    if unit in ("S", "TM", "H"):
        return _instant(parts, unit, count)
    if count != int(count):
        return Reading(calendar_unit(anchor, "M", int(count * 12)), "DATE") if unit == "Y" else None
    scale = {"2W": ("W", 2)}.get(unit, (unit, 1))
    if unit in ("10Y", "100Y"):
        scale = ("Y", int(unit[:-1]))
    value = calendar_unit(anchor, scale[0], int(count) * scale[1])
    return Reading(value) if value else None


def _instant(parts: Parts, unit: str, count: Decimal) -> Reading | None:
    """Return the instant some hours away where the document has a time, else its day."""
    written = parts.context.written
    if not isinstance(written, datetime) or parts.context.day is None:
        return Reading(parts.context.day.isoformat()) if parts.context.day else None
    seconds = {"S": 1, "TM": 60, "H": 3600}[unit]
    try:
        moment = written + timedelta(seconds=float(count) * seconds)
    except OverflowError:
        return None
    return Reading(moment.strftime("%Y-%m-%dT%H:%M"), "TIME")


def duration(amount: str, unit: str) -> str:
    """Return the TIMEX3 value of a duration, such as ``P27Y`` or ``PT16H``."""
    if unit in ("S", "TM", "H"):
        return f"PT{amount}{unit[-1]}"
    factor = {"2W": (2, "W"), "Q": (3, "M"), "10Y": (10, "Y"), "100Y": (100, "Y")}.get(unit)
    if factor is None:
        return f"P{amount}{unit}"
    if amount == "X":
        return f"PX{factor[1]}"
    return f"P{format((Decimal(amount) * factor[0]).normalize(), 'f')}{factor[1]}"


def _window(parts: Parts, amount: str, unit: str, sign: int) -> Reading | None:
    """Return a duration that ends or begins at the document's date."""
    value, now = duration(amount, unit), parts.context.instant()
    if now is None or "X" in value or unit not in ("D", "W", "2W", "M", "Q", "Y", "10Y", "100Y"):
        return Reading(value, "DURATION")
    size = int(Decimal(re.sub(r"[^0-9.]", "", value)))
    try:
        if value[-1] in "DW":
            other = now + timedelta((7 if value[-1] == "W" else 1) * size * sign)
        else:
            moved = add_months(now.date(), size * sign * (12 if value[-1] == "Y" else 1))
            other = datetime.combine(moved, now.timetz())
    except (ValueError, OverflowError):
        return Reading(value, "DURATION")
    return Reading(value, "DURATION", min(now, other), max(now, other))


def read_window(parts: Parts) -> Reading | None:
    """Read "the past nine days", "the next six months"."""
    return _window(parts, parts.amount() if parts.has("n") else "1", _unit(parts), parts.relative() or -1)


def read_duration(parts: Parts) -> Reading | None:
    """Read "27-year", "several years", "a week"."""
    amount = parts.amount() if parts.has("n") else "X"
    return Reading(duration(amount, _unit(parts)), "DURATION")


def read_set(parts: Parts) -> Reading | None:
    """Read "weekly", "every Monday", "each year"."""
    if parts.has("often"):
        return Reading(str(parts.value("often", "often")), "SET")
    if parts.has("unit"):
        return Reading(duration(parts.amount() if parts.has("n") else "1", _unit(parts)), "SET")
    weekday = parts.value("weekday", "weekday") or parts.value("weekday", "weekdays") or 0
    return Reading({0: "P1D", 8: "XXXX-WXX-WE"}.get(int(weekday), f"XXXX-WXX-{weekday}"), "SET")


def read_clock(parts: Parts) -> Reading | None:
    """Read a time of day; its day is the nearest one that the sentence names, else the document's."""
    written = parts.word("clock")
    fixed = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(written)
    digits = re.findall(r"[0-9]+", fixed or written) or [parts.amount("clock")]
    if len(digits) == 1 and len(digits[0]) == 4:
        digits = [digits[0][:2], digits[0][2:]]
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    half = parts.value("meridiem", "meridiem")
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + int(half)
    if hour > 23 or minute > 59:
        return None
    zone = str(parts.value("zone", "zone") or "")
    day = parts.context.named_day()
    if parts.has("weekday"):
        weekday = read_weekday(parts)
        day = date.fromisoformat(weekday.value) if weekday and "X" not in weekday.value else None
    return Reading(f"{day.isoformat() if day else 'XXXX-XX-XX'}T{hour:02d}:{minute:02d}{zone}", "TIME")


def read_same(parts: Parts) -> Reading | None:
    """Read "the same day", "that year": the time last named."""
    unit, named = _unit(parts), parts.context.named
    if parts.word("unit") == "time":
        return Reading(named) if named else None
    limit = {"D": 10, "M": 7, "Y": 4}.get(unit)
    if not named or "/" in named or limit is None or len(named) < limit:
        return None
    return Reading(named[:limit])


def read_next_to(parts: Parts) -> Reading | None:
    """Read "the following day", "the year before": next to the time last named."""
    anchor = parts.context.named_day()
    if re.fullmatch(r"\d{4}(-\d{2})?", parts.context.named):
        anchor = date(int(parts.context.named[:4]), int(parts.context.named[5:] or 6), 1)
    if anchor is None:
        return None
    step = 1 if parts.word("relative") in ("following", "next") else -1
    value = calendar_unit(anchor, _unit(parts), step)
    return Reading(value) if value else None


def read_holiday(parts: Parts) -> Reading | None:
    """Read a holiday with a known date."""
    rules = parts.context.grammar.values["holiday"]
    start, end = parts.match.span()
    words = [parts.context.tokens.word(index).replace("’", "'") for index in range(start, end)]
    name = " ".join(words)
    rule = next((str(rules[each]) for each in sorted(rules, key=len, reverse=True) if name.startswith(each)), "")
    written, year = parts.context.day, _year(parts)
    if rule.count("-") == 2 and ":" not in rule:
        return Reading(rule)
    if year is None and written is None:
        return Reading(f"XXXX-{rule}") if len(rule) == 5 else None
    try:
        if year is None and written is not None:
            sample = holiday(rule, written.year)
            year = _year_of_day(parts, sample.month, min(sample.day, 28))
        return Reading(holiday(rule, year or 1).isoformat())
    except (ValueError, OverflowError):
        return None


READERS: dict[str, Callable[[Parts], Reading | None]] = {
    name.removeprefix("read_"): reader for name, reader in globals().items() if name.startswith("read_")
}
