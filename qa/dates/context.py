"""What a reading knows: the document's day, the times already named, and whether a clause looks back or ahead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

from qa.dates.grammar import BREAK, OTHER, PAST, Grammar
from qa.dates.tokens import Tokens
from qa.types import Moment, TimeKind

Direction = Literal[-1, 0, 1]
"""Whether a clause looks back (-1), ahead (1), or does not say (0)."""

_REACH = 30
_DAY_VALUE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What an expression means: a TIMEX3 value, and its bounds where the value alone does not give them."""

    value: str
    kind: TimeKind = "DATE"
    earliest: datetime | None = None
    latest: datetime | None = None
    modifier: str = ""


@dataclass(slots=True)
class Context:
    """The state of one pass over a text. ``named`` is the last calendar value that the text named."""

    tokens: Tokens
    grammar: Grammar
    written: Moment | None
    day: date | None = field(init=False)
    zone: tzinfo = field(init=False)
    named: str = field(init=False, default="")

    def __post_init__(self) -> None:
        aware = isinstance(self.written, datetime) and self.written.tzinfo is not None
        self.zone = (self.written.tzinfo or UTC) if aware and isinstance(self.written, datetime) else UTC
        self.day = self.written.date() if isinstance(self.written, datetime) else self.written

    def named_day(self) -> date | None:
        """Return the last day that the text named, else the document's."""
        if _DAY_VALUE.match(self.named):
            return date.fromisoformat(self.named[:10])
        return self.day

    def instant(self) -> datetime | None:
        """Return the document's time as an instant, or None."""
        if isinstance(self.written, datetime):
            return self.written.replace(tzinfo=self.zone)
        if self.day is None:
            return None
        return datetime.combine(self.day, datetime.min.time(), tzinfo=self.zone)

    def direction(self, start: int, end: int) -> Direction:
        """Return where the clause around tokens ``start`` to ``end`` looks: its nearest verb before, else after."""
        cues = _Cues.of(self.grammar)
        before = self.tokens.symbols[max(0, start - _REACH) : start]
        before = before[max(before.rfind(BREAK), cues.last_stop(before)) + 1 :]
        found = cues.backward(before)
        if found:
            return found
        after = self.tokens.symbols[end : end + _REACH]
        stop = re.search(f"[{BREAK}{cues.dot}]", after)
        return cues.forward(after[: stop.start()] if stop else after)


@dataclass(frozen=True, slots=True)
class _Cues:
    """The symbols that tell direction."""

    back: str
    ahead: str
    infinitive: str
    managed: str
    until: str
    dot: str

    @classmethod
    def of(cls, grammar: Grammar) -> _Cues:
        classes = grammar.classes
        return cls(
            back=classes["back"] + PAST,
            ahead=classes["ahead"],
            infinitive=classes["infinitive"],
            managed=classes["managed"],
            until=classes["until"],
            dot=grammar.shapes["dot"],
        )

    def last_stop(self, before: str) -> int:
        return before.rfind(self.dot)

    def backward(self, before: str) -> Direction:
        """Return the direction of the nearest cue that ends ``before``."""
        for index in range(len(before) - 1, -1, -1):
            symbol = before[index]
            if symbol in self.ahead:
                return 1
            if symbol in self.infinitive and before[index + 1 : index + 2] in (OTHER, *self.back):
                if index and before[index - 1] in self.managed:
                    return -1
                return 1
            if symbol in self.back:
                # "will be signed", "to be held": the participle looks where its auxiliary looks
                helpers = before[max(0, index - 3) : index]
                ahead = any(each in self.ahead or each in self.infinitive for each in helpers)
                return 1 if ahead and not any(each in self.back for each in helpers) else -1
        return 1 if before[-1:] and before[-1] in self.until else 0

    def forward(self, after: str) -> Direction:
        """Return the direction of the first cue in ``after``."""
        for symbol in after:
            if symbol in self.ahead:
                return 1
            if symbol in self.back:
                return -1
        return 0


def shifted(day: date, days: int) -> date | None:
    """Return the day so many days away, or None outside the calendar."""
    try:
        return day + timedelta(days)
    except OverflowError:
        return None
