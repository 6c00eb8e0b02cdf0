"""The days from which events are wanted: what is given, narrowed by the time that the question names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from qa import questions
from qa.errors import InputError
from qa.questions import Query
from qa.timeline.dating import When
from qa.types import Moment


@dataclass(frozen=True, slots=True)
class Window:
    """The days from which events are wanted, both included; None is open."""

    since: date | None = None
    until: date | None = None

    @classmethod
    def parse(cls, since: str | date | None, until: str | date | None) -> Window:
        """Return the window between two days as a person gives them.

        Raises:
            InputError: one is no date, or the first is after the last.
        """
        first, last = _day("since", since), _day("until", until)
        if first and last and first > last:
            raise InputError(f"since {first.isoformat()!r} is after until {last.isoformat()!r}: swap the two")
        return cls(first, last)

    def holds(self, when: When) -> bool:
        """Tell whether the time of an event touches the window."""
        return (self.since is None or when.last_day >= self.since) and (self.until is None or when.day <= self.until)

    def narrowed(self, query: Query) -> Window:
        """Return the part of the window that the question's own time leaves; never a day more.

        Where the two have no day in common, what was given stands.
        """
        named = query.window
        if named is None:
            return self
        # "since 2025" ends with the as-of moment, which bounds everything anyway
        ends = named.latest if named.latest and named.latest < query.before else None
        since = max((day for day in (self.since, _date(named.earliest)) if day), default=None)
        until = min((day for day in (self.until, _date(ends)) if day), default=None)
        return self if since and until and since > until else Window(since, until)


def _date(instant: datetime | None) -> date | None:
    return instant.date() if instant is not None else None


def _day(name: str, value: str | date | None) -> date | None:
    if value is None or value == "":
        return None
    try:
        moment: Moment = questions.parse_as_of(value)
    except InputError as error:
        raise InputError(f"{name} {value!r} is not a date: write it like 2022-03-28") from error
    return date(moment.year, moment.month, moment.day)
