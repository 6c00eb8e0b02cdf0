"""The named parts of a rule's match, as a reading needs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from qa.dates.context import Context, Direction
from qa.dates.grammar import BREAK, CAPITAL
from qa.dates.periods import add_months, month_length, week


@dataclass(frozen=True, slots=True)
class Parts:
    """One rule's match over tokens, with the context it is read in. The expression is tokens ``first`` to ``last``."""

    context: Context
    match: re.Match[str]
    first: int
    last: int

    def has(self, name: str) -> bool:
        """Return whether the rule has this part and it matched."""
        return name in self.match.re.groupindex and self.match[name] is not None

    def words(self, name: str) -> list[str]:
        """Return the tokens of a part in lower case."""
        if not self.has(name):
            return []
        return [self.context.tokens.word(index) for index in range(*self.match.span(name))]

    def word(self, name: str) -> str:
        """Return a part as text, its tokens separated by a space; "" where it is absent."""
        return " ".join(self.words(name))

    def value(self, name: str, kind: str) -> int | float | str | None:
        """Return what the word of a part counts as in a class."""
        return self.context.grammar.values[kind].get(self.word(name).replace(" ", ""))

    def integer(self, name: str) -> int:
        """Return a part as an integer, from digits or an ordinal in words; 0 where it is absent."""
        digits = re.match(r"['’]?([0-9]{1,4})", self.word(name))
        if digits:
            return int(digits[1])
        return int(self.context.grammar.values["ordinal"].get(self.word(name), 0))

    def year(self) -> int | None:
        """Return the year that the match names, or None."""
        return self.integer("year") if self.has("year") else None

    def named_year(self) -> int | None:
        """Return the year that "that year" points at, or None where there are no such words or no year was named."""
        named = self.context.recall(self.first) if self.has("same") else ""
        return int(named[:4]) if re.match(r"\d{4}", named) else None

    def whole(self) -> list[str]:
        """Return all tokens of the expression in lower case."""
        return [self.context.tokens.word(index) for index in range(self.first, self.last)]

    def month(self, name: str = "month") -> int:
        """Return a month's number."""
        return int(self.value(name, "month") or 0)

    def relative(self) -> int | None:
        """Return -1, 0 or 1 for last, this and next; None where the match has no such word."""
        value = self.value("relative", "relative")
        return int(value) if isinstance(value, int) else None

    def modifier(self) -> str:
        """Return "early", "mid" or "late", or "" where the match has no such word."""
        return str(self.value("modifier", "modifier") or "")

    def part(self) -> str:
        """Return the part of the day, such as "MO", or ""."""
        return str(self.value("part", "part") or "")

    def unit(self) -> str:
        """Return the unit's letter, such as "W", or its own word ("weekend")."""
        word, values = self.word("unit"), self.context.grammar.values
        return str(values["unit"].get(word) or values["units"].get(word) or word)

    def direction(self) -> Direction:
        """Return whether the clause looks back or ahead."""
        return self.context.direction(self.first, self.last)

    def before(self, kind: str) -> bool:
        """Return whether the word before the expression is of a class; "No." counts as a word."""
        tokens = self.context.tokens
        step = 2 if tokens.word(self.first - 1) == "." else 1
        return tokens.word(self.first - step) in self.context.grammar.values[kind]

    def after(self, kind: str) -> bool:
        """Return whether the word after the expression is of a class."""
        return self.context.tokens.word(self.last) in self.context.grammar.values[kind]

    def counts(self) -> bool:
        """Return whether it counts what follows: "2000 people", "2000 or so refugees", "1900 to 2000 people"."""
        word, counted = self.context.tokens.word, self.context.grammar.values["counted"]
        last = self.last + 2 if word(self.last) in ("or", "and", "to", "-", "–") else self.last
        return word(last) in counted

    def before_hyphen(self, kind: str) -> bool:
        """Return whether the word before a hyphen that the expression hangs on is of a class ("mid-2006")."""
        return self.context.tokens.word(self.first - 2) in self.context.grammar.values[kind]

    def near(self, kind: str, reach: int) -> bool:
        """Return whether a word of a class stands within so many tokens of the expression."""
        around = self.context.tokens.symbols[max(0, self.first - reach) : self.last + reach]
        return any(symbol in around for symbol in self.context.grammar.classes[kind])

    def is_name(self) -> bool:
        """Return whether capitals make the expression part of a name: "China Daily", "Winter Olympics"."""
        tokens = self.context.tokens
        if not tokens.text[tokens.starts[self.first]].isupper():
            return False
        previous = tokens.symbols[self.first - 1] if self.first else BREAK
        following = tokens.symbols[self.last : self.last + 1]
        begins = previous == BREAK or not tokens.word(self.first - 1)[:1].isalnum()
        return following == CAPITAL or not begins

    def amount(self, name: str = "n") -> str:
        """Return a count as it stands in a TIMEX3 duration: digits, or X where it is vague."""
        total, half, values = Decimal(0), Decimal(0), self.context.grammar.values
        words = self.words(name)
        for word in words:
            if word[0].isdigit():
                total += Decimal(word.replace(",", ""))
            elif word in values["number"]:
                number = int(values["number"][word])
                total = total * number if number >= 100 and total else total + number
            elif word in values["half_word"]:
                half = Decimal("0.5")
            elif word in values["vague"]:
                vague = str(values["vague"][word])
                return "6" if half else vague
            elif word in values["article"] and len(words) == 1:
                total = Decimal(1)
        return format((total + half).normalize(), "f")


def day_value(year: int, month: int, day: int) -> str | None:
    """Return a day's value, or None where the calendar has no such day."""
    if not (1 <= year <= 9998 and 1 <= month <= 12 and 1 <= day <= month_length(year, month)):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def moved(day: date, days: int) -> str:
    """Return the value of the day so many days away; "" outside the calendar."""
    try:
        return (day + timedelta(days)).isoformat()
    except OverflowError:
        return ""


def calendar_unit(day: date, unit: str, count: int) -> str:
    """Return the value of the week, month, … that lies ``count`` units from a day's; "" outside the calendar."""
    try:
        if unit in ("W", "weekend", "2W"):
            return week(day + timedelta((14 if unit == "2W" else 7) * count)) + ("-WE" if unit == "weekend" else "")
        if unit == "M":
            return add_months(day, count).isoformat()[:7]
        if unit == "Q":
            begin = add_months(day.replace(day=1), 3 * count)
            return f"{begin.year:04d}-Q{(begin.month + 2) // 3}"
        if unit == "Y":
            return f"{date(day.year + count, 1, 1).year:04d}"
        if unit == "D":
            return (day + timedelta(count)).isoformat()
        if unit in ("10Y", "100Y"):
            width = 3 if unit == "10Y" else 2
            number = int(f"{day.year:04d}"[:width]) + count
            return f"{number:0{width}d}" if 0 <= number < 10**width else ""
    except (ValueError, OverflowError):
        pass
    return ""
