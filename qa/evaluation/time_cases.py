"""Questions with the time that they name: one JSON object a line, documented in ``eval/README.md``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, TypeAdapter

from qa.evaluation import jsonl
from qa.evaluation.sets import moment
from qa.types import Moment

TimeAsked = Literal["window", "latest", "first", "none"]
"""A span of time; the latest or the first value, perhaps within a span; or no time that a calendar knows."""

_Moment = Annotated[Moment, BeforeValidator(moment)]
_Day = Annotated[date | None, BeforeValidator(moment)]


@dataclass(frozen=True, slots=True)
class TimeCase:
    """A question, the moment it is asked, and the first and last day (inclusive) of the time that it names.

    A side without a day is open, as in "before 2023".
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)
    id: str
    question: str
    as_of: _Moment
    kind: TimeAsked
    earliest: _Day = None
    latest: _Day = None
    schema: Literal[1] = field(default=1, kw_only=True)


_CASE: TypeAdapter[TimeCase] = TypeAdapter(TimeCase)


def load(path: str | Path) -> tuple[TimeCase, ...]:
    """Return the cases of a JSON Lines file, in its order.

    Raises:
        EvalError: the file cannot be read, holds no case, or a line does not follow the schema.
    """
    return jsonl.load(path, _CASE, what="case")


def validate(cases: Sequence[TimeCase]) -> list[str]:
    """Return every reason why the cases cannot be used as gold; an empty list means none."""
    problems: list[str] = []
    ids: set[str] = set()
    asked: dict[tuple[str, Moment], str] = {}
    for case in cases:
        bounded = case.earliest is not None or case.latest is not None
        same = asked.setdefault((case.question.casefold().strip(" ?"), case.as_of), case.id)
        rules = (
            (case.id in ids, "the id occurs twice"),
            (same != case.id, f"the question of {same} again, as of the same time"),
            (case.kind == "window" and not bounded, "a window without a day"),
            (case.kind == "none" and bounded, "no time, with a day"),
            (bool(case.earliest and case.latest and case.earliest > case.latest), "the window ends before it begins"),
        )
        problems.extend(f"{case.id}: {problem}" for broken, problem in rules if broken)
        ids.add(case.id)
    return problems
