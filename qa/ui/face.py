"""What the page needs of the archive, and its small readings of what the archive tells about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from qa.errors import InputError
from qa.types import Answer, Article, Event, Moment, Timeline

_PER_CENT = re.compile(r"(\d{1,3})(?:\.\d+)? ?%")


class News(Protocol):
    """A news archive that answers: ``qa.NewsQA``, or a scripted stand-in."""

    def stream(self, question: str, *, as_of: Moment | None = None, history: Sequence[Answer] = ()) -> Iterator[Event]:
        """Yield the passages found, then citations and checked sentences, last the answer."""
        ...

    def timeline(self, question_or_name: str, *, as_of: Moment | None = None) -> Timeline:
        """Return what is reported about a question or a name, as dated events."""
        ...

    def article(self, article_id: str) -> Article:
        """Return one article."""
        ...

    def info(self) -> Mapping[str, Any]:
        """Return counts (``articles``, ``outlets``, ``undated``), ``earliest``, ``latest`` and ``examples``."""
        ...

    def state(self) -> str:
        """Return in words which model answers, or what is missing for it."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """What the status bar says. ``per_cent`` is the progress of a download, None when there is none."""

    articles: int
    outlets: int
    earliest: date | None
    latest: date | None
    undated: int
    model: str
    per_cent: int | None
    examples: tuple[str, ...]


def standing(news: News) -> Standing:
    """Read the archive's counts and the model's state."""
    info = news.info()
    model = str(news.state() or "")
    progress = _PER_CENT.search(model)
    return Standing(
        articles=_count(info.get("articles")),
        outlets=_count(info.get("outlets")),
        earliest=_day(info.get("earliest")),
        latest=_day(info.get("latest")),
        undated=_count(info.get("undated")),
        model=model,
        per_cent=min(100, int(progress[1])) if progress else None,
        examples=tuple(str(example) for example in info.get("examples") or ())[:6],
    )


def _count(value: Any) -> int:
    if isinstance(value, int):
        return value
    return len(value) if isinstance(value, Sequence | Mapping) and not isinstance(value, str) else 0


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def as_of_day(text: str) -> date | None:
    """Return the day written in the as-of field, None when it is empty.

    Raises:
        InputError: it is not a day of the calendar written as YYYY-MM-DD.
    """
    text = text.strip()
    if not text:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"As of {text[:40]!r} is not a date: write it as YYYY-MM-DD, such as 2022-03-28.") from None
