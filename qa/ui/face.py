"""What the page needs of the archive, and its small readings of what the archive tells about itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from qa.archive.browsing import Counts, Narrow, Shelf
from qa.archive.removing import Going
from qa.chosen import Choice
from qa.errors import InputError
from qa.holdings import About
from qa.index import IngestReport, Progress
from qa.llm.store import FileStatus
from qa.types import Answer, Article, Event, Moment, Timeline

_PER_CENT = re.compile(r"(\d{1,3})(?:\.\d+)? ?%")


class Holdings(Protocol):
    """The articles as a list: ``qa.holdings.Holdings``, or a scripted stand-in."""

    def browse(self, wanted: Narrow | None = None, *, offset: int = 0, limit: int = 50) -> Shelf:
        """Return a part of the articles wanted, the latest first."""
        ...

    def counts(self) -> Counts:
        """Return how many articles there are by outlet, language and day."""
        ...

    def versions(self, article_id: str) -> Sequence[Article]:
        """Return every version of an article, the oldest first; none where there is no such article."""
        ...

    def about(self, article: Article) -> About:
        """Return versions, quotes and other carriers of an article."""
        ...

    def remove(self, name: str) -> Going:
        """Delete an article with all its versions, and return what went."""
        ...


class News(Protocol):
    """A news archive that answers: ``qa.NewsQA``, or a scripted stand-in."""

    @property
    def holdings(self) -> Holdings:
        """The articles as a list."""
        ...

    @property
    def model(self) -> Choice:
        """The language model that is set."""
        ...

    def model_files(self) -> Sequence[FileStatus]:
        """Return the model files that there are, and what this machine has of each."""
        ...

    def use_model(self, choice: Choice) -> None:
        """Answer with another language model from now on."""
        ...

    def try_model(self, choice: Choice) -> str:
        """Send one small request to a model and return in words how it went."""
        ...

    def stream(
        self,
        question: str,
        *,
        as_of: Moment | None = None,
        history: Sequence[Answer] = (),
        within: Narrow | None = None,
    ) -> Iterator[Event]:
        """Yield the passages found, then citations and checked sentences, last the answer."""
        ...

    def timeline(
        self,
        question_or_name: str,
        *,
        as_of: Moment | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        within: Narrow | None = None,
    ) -> Timeline:
        """Return what is reported about a question or a name, as dated events."""
        ...

    def ingest(self, sources: Sequence[str | Path], *, progress: Progress | None = None) -> IngestReport:
        """Read files, folders and addresses and add their articles."""
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
    reader = str(info.get("reader") or "")
    return Standing(
        articles=_count(info.get("articles")),
        outlets=_count(info.get("outlets")),
        earliest=_day(info.get("earliest")),
        latest=_day(info.get("latest")),
        undated=_count(info.get("undated")),
        model=f"{model}; {reader}" if model and reader else model or reader,
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
    return named_day(text, "As of")


def named_day(text: str, field: str) -> date | None:
    """Return the day written in a field, None when it is empty.

    Raises:
        InputError: it is not a day of the calendar written as YYYY-MM-DD; the message names the field.
    """
    text = text.strip()
    if not text:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{field} {text[:40]!r} is not a date: write it as YYYY-MM-DD, such as 2022-03-28.") from None


def narrow_of(given: Mapping[str, Any]) -> Narrow:
    """Return the filter that a form gives: ``words``, ``outlets``, ``language``, ``since`` and ``until``.

    Raises:
        InputError: a day is none, or the first is after the last.
    """
    since, until = named_day(str(given.get("since") or ""), "From"), named_day(str(given.get("until") or ""), "To")
    if since and until and since > until:
        raise InputError(f"The period begins on {since} after its end on {until}: exchange the two days.")
    named = given.get("outlets") or ()
    outlets = [named] if isinstance(named, str) else list(named)
    return Narrow(
        str(given.get("words") or "")[:200],
        outlets=frozenset(str(outlet) for outlet in outlets[:500] if outlet),
        language=str(given.get("language") or "")[:20],
        since=since,
        until=until,
    )
