"""What a reading knows: the document's day, the times already named, and whether a clause looks back or ahead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from qa.dates.grammar import BREAK, OTHER, PAST, Grammar
from qa.dates.tokens import Tokens
from qa.types import Moment, TimeKind

Direction = Literal[-1, 0, 1]
"""Whether a clause looks back (-1), ahead (1), or does not say (0)."""

_REACH = 30
"""Tokens on either side in which the verb of a clause is looked for; a long sentence has about 40."""

_MEMORY = 400
"""Characters after which "a day later" no longer points at the time last named, about three sentences on."""


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
    """The state of one pass over a text, with the last calendar value, and the last day, that the text named."""

    tokens: Tokens
    grammar: Grammar
    written: Moment | None
    day: date | None = field(init=False)
    zone: tzinfo = field(init=False)
    named: str = field(init=False, default="")
    named_at: int = field(init=False, default=0)
    named_day: str = field(init=False, default="")
    named_day_at: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        moment = self.written if isinstance(self.written, datetime) else None
        self.zone = (moment.tzinfo if moment else None) or UTC
        self.day = self.written.date() if isinstance(self.written, datetime) else self.written

    def remember(self, value: str, start: int) -> None:
        """Keep a calendar value that the text has named."""
        self.named, self.named_at = value, start
        if re.match(r"\d{4}-\d{2}-\d{2}", value):
            self.named_day, self.named_day_at = value[:10], start

    def recall(self, token: int, unit: str = "") -> str:
        """Return the time last named not long before a token, for unit "D" the day; "" where there is none."""
        value, start = (self.named_day, self.named_day_at) if unit == "D" else (self.named, self.named_at)
        return value if self.tokens.starts[token] - start <= _MEMORY else ""

    def instant(self) -> datetime | None:
        """Return the document's time as an instant, or None."""
        if isinstance(self.written, datetime):
            return self.written.replace(tzinfo=self.zone)
        return None if self.day is None else datetime.combine(self.day, datetime.min.time(), tzinfo=self.zone)

    def direction(self, start: int, end: int) -> Direction:
        """Return where the clause around tokens ``start`` to ``end`` looks: its nearest verb before, else after."""
        stops = f"[{BREAK}{self.grammar.shapes['dot']}]"
        before = re.split(stops, self.tokens.symbols[max(0, start - _REACH) : start])[-1]
        after = re.split(stops, self.tokens.symbols[end : end + _REACH])[0]
        return self._backward(before) or self._forward(before, after)

    def _backward(self, before: str) -> Direction:
        """Return the direction of the nearest cue that ends ``before``; "until" sets a deadline, a state lasted."""
        classes = self.grammar.classes
        verb, found = self._nearest(before)
        if len(before) > 2 and before[-1] in classes["as"] and before[-2] in classes["as_soon"]:
            return 1
        if self._is_deadline(before):
            return -1 if verb and verb in classes["lasting"] else 1
        if before[-1:] and before[-1] in classes["for"] and any(each in classes["arranged"] for each in before[-12:]):
            return 1
        put_off = before[-2:-1] in (*classes["arranged"],) or before[-3:-2] in (*classes["put"],)
        if put_off and before[-1] in classes["infinitive"]:
            return 1
        stands = before[:-1] if before[-1:] and before[-1] in classes["standing_on"] else before
        if stands[-1:] and stands[-1] in classes["standing"]:
            return 1
        if stands[-1:] and stands[-1] in classes["saying"]:
            return -1
        return found

    def _is_deadline(self, before: str) -> bool:
        """Return whether "until" leads to the expression, with nothing but a time of day between them."""
        classes, shapes = self.grammar.classes, self.grammar.shapes
        between = classes["deadline"] + classes["meridiem"] + shapes["hour"] + shapes["clock"]
        rest = before[-5:].rstrip(between)
        return bool(rest) and rest[-1] in classes["until"]

    def _nearest(self, before: str) -> tuple[str, Direction]:
        """Return the last verb of ``before`` and its direction."""
        classes = self.grammar.classes
        ahead, back = classes["ahead"] + classes["modal"], classes["back"] + PAST
        verbs = (OTHER, *classes["verb"])
        helping = classes["back"] + classes["modal"] + classes["infinitive"]
        for index in range(len(before) - 1, -1, -1):
            symbol, following = before[index], before[index + 1 : index + 2]
            if symbol in classes["infinitive"] and following in verbs:
                managed = index > 0 and before[index - 1] in classes["managed"]
                # "is due to start" announces, "closed due to frost" does not
                announced = index > 1 and before[index - 1] in classes["due"] and before[index - 2] in classes["being"]
                return symbol, -1 if managed and not announced else 1
            if symbol in classes["plain"] and not any(each in helping for each in before[max(0, index - 2) : index]):
                return symbol, 1
            if symbol in ahead or (symbol in classes["ahead_to"] and following and following in classes["toward"]):
                return symbol, 1
            if symbol in back:
                # "will be signed", "to be held": a participle looks where its auxiliary looks
                helpers = before[max(0, index - 3) : index]
                governed = any(each in classes["modal"] + classes["infinitive"] for each in helpers)
                return symbol, 1 if governed and not any(each in back for each in helpers) else -1
        return "", 0

    def _forward(self, before: str, after: str) -> Direction:
        """Return the direction of the first cue in ``after``; of a bare "by Friday" ahead."""
        classes = self.grammar.classes
        for symbol in after:
            if symbol in classes["ahead"] or symbol in classes["modal"] or symbol in classes["plain"]:
                return 1
            if symbol in classes["back"] or symbol == PAST:
                return -1
        return 1 if before[-1:] and before[-1] in classes["by"] else 0
