"""Questions with gold by what must and must not stand in an answer, and the answers that they are scored with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter

from qa.evaluation import jsonl
from qa.evaluation.sets import GoldQuote
from qa.types import Status

Verdict = Literal["yes", "no", "not_said", "disputed"]
"""What a yes/no question is to be told; ``not_said``: neither word."""

SHOWN = ("quotes", "timeline", "search")
"""Kinds that are no question to be answered: the printed result of another command. Every other kind is asked."""

_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One question. ``after`` holds the earlier questions of its conversation, in order.

    Of each group of ``must`` one wording must stand in short answer, text or quoted sentences. ``must_not`` is about
    the short answer alone: ``^x``, it may not begin with x; ``=x``, it may not be x alone. ``must_not_text`` may not
    stand in short answer or text. ``speaker``, ``verbatim`` and ``not_verbatim`` are of the kind ``quotes``. ``quotes``
    are the characters of the articles that carry the gold.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    kind: str
    question: str
    as_of: str | None
    after: tuple[str, ...]
    status: tuple[Status, ...]
    verdict: Verdict | None
    must: tuple[tuple[str, ...], ...]
    must_not: tuple[str, ...]
    must_not_text: tuple[str, ...]
    want: str
    why: str
    speaker: tuple[str, ...] = ()
    verbatim: tuple[str, ...] = ()
    not_verbatim: tuple[str, ...] = ()
    id: str = ""
    quotes: tuple[GoldQuote, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether it is a question that is answered or refused."""
        return self.kind not in SHOWN


@dataclass(frozen=True, slots=True)
class Said:
    """Words that a result gives to somebody; ``through`` names another person who passes them on."""

    content: str
    speaker: str = ""
    through: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of a row: the answer, or the printed result of another command."""

    status: str = ""
    short_answer: str = ""
    text: str = ""
    quotes: tuple[str, ...] = ()
    said: tuple[Said, ...] = field(kw_only=True, default=())

    @property
    def refused(self) -> bool:
        """Whether the archive is said not to say."""
        return self.status == "not_found"

    @property
    def contents(self) -> tuple[str, ...]:
        """Every quoted text."""
        return (*self.quotes, *(one.content for one in self.said))


_ROW: TypeAdapter[Row] = TypeAdapter(Row)


def load(path: Path) -> tuple[Row, ...]:
    """Return the questions of a file.

    Raises:
        EvalError: it cannot be read, or a line does not follow the schema.
    """
    return jsonl.load(path, _ROW, what="question")


def line(case: str, row: Row, shown: Shown) -> dict[str, Any]:
    """Return a line of a file of answers: what was asked, and what came."""
    said: Sequence[Mapping[str, str] | str] = [
        {"speaker": one.speaker, "content": one.content} | ({"through": one.through} if one.through else {})
        for one in shown.said
    ]
    return {
        "case": case,
        "question": row.question,
        "as_of": row.as_of,
        "after": list(row.after),
        "status": shown.status,
        "short_answer": shown.short_answer,
        "text": shown.text,
        "quotes": [*shown.quotes, *said],
    }
