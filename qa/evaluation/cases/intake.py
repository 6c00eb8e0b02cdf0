"""What taking files in must give: expectations of articles, and whether what was taken in meets them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter

from qa.evaluation import jsonl
from qa.evaluation.sets import moment
from qa.news import NewsQA
from qa.types import Article, Moment

_STRICT = ConfigDict(extra="forbid", strict=True)

Opening = Callable[[Path], NewsQA]
"""Opens (and makes) an index at a path."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One article of a file, or the file. What is None is not judged.

    ``published``: the days or instants of which each is right; None among them, it stays unknown. ``taken``: False,
    no article may come of it. ``articles``: how many the whole file gives. ``mapping``: how its keys are named.
    """

    file: str
    published: tuple[str | None, ...] | None = None
    taken: bool | None = None
    articles: int | None = None
    headline: str | None = None
    headline_lacks: tuple[str, ...] = ()
    outlet: str | None = None
    url: str | None = None
    body_has: tuple[str, ...] = ()
    body_lacks: tuple[str, ...] = ()
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of ``expect.jsonl``; ``published`` that is null must stay unknown, one that is absent is not judged."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    file: str
    why: str
    published: str | tuple[str | None, ...] | None = ()
    taken: bool | None = None
    articles: int | None = None
    headline: str | None = None
    headline_lacks: tuple[str, ...] = ()
    outlet: str | None = None
    url: str | None = None
    body_has: tuple[str, ...] = ()
    body_lacks: tuple[str, ...] = ()


_LINE: TypeAdapter[_Line] = TypeAdapter(_Line)


def load(path: Path) -> tuple[Expected, ...]:
    """Return the expectations of a file.

    Raises:
        EvalError: it cannot be read, or a line does not follow the schema.
    """
    return tuple(map(_expected, jsonl.load(path, _LINE, what="expectation")))


def _expected(line: _Line) -> Expected:
    given = line.published
    days = (None if given == () else given) if isinstance(given, tuple) else (given,)
    words = line.why.split()
    mapping = words[words.index("--map") + 1].rstrip(".,;") if "--map" in words[:-1] else ""
    kept = {one.name: getattr(line, one.name) for one in fields(line) if one.name not in ("why", "published")}
    return Expected(**kept, published=days, mapping=mapping)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one file: its articles, and why what was refused was."""

    articles: tuple[Article, ...]
    refused: tuple[str, ...] = ()


def take(home: Path, file: str, opening: Opening, *, mapping: str = "") -> Taken:
    """Take in one file of a folder, in a folder of its own and with an index of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "in" / file
        place.parent.mkdir(parents=True)
        if (home / file).exists():
            shutil.copy2(home / file, place)
        news = opening(Path(folder) / "index")
        try:
            report = news.ingest([Path(folder) / "in"], mapping=mapping)
            articles = tuple(held(news))
        finally:
            news.close()
    named = tuple(entry.reason for entry in report.rejected if Path(file).name in entry.source)
    return Taken(articles, named)


def held(news: NewsQA) -> Iterator[Article]:
    """Yield every article that is to be read now."""
    for listing in news.holdings.browse(limit=100_000).listed:
        yield news.article(listing.id)


def faults(wanted: Expected, taken: Taken) -> tuple[str, ...]:
    """Return what is wrong with what came of a file, a phrase each; nothing where it is as it must be."""
    matching = _matching(wanted, taken.articles)
    if wanted.taken is False:
        return tuple(f"taken in: {article.headline or article.id!r}" for article in matching)
    if not taken.articles:
        if wanted.taken is None and taken.refused:
            return ()
        return ("not taken in" if taken.refused or wanted.taken else "passed over in silence",)
    found = []
    if wanted.articles is not None and len(taken.articles) != wanted.articles:
        found.append(f"{len(taken.articles)} articles, not {wanted.articles}")
    if not matching:
        headlines = ", ".join(repr(article.headline) for article in taken.articles[:3])
        return (*found, f"no article has the headline {wanted.headline!r}: {headlines}")
    best = min((tuple(_article_faults(wanted, article)) for article in matching), key=len)
    return (*found, *best)


def _matching(wanted: Expected, articles: Sequence[Article]) -> list[Article]:
    if wanted.headline is None:
        return list(articles)
    return [article for article in articles if _blank(article.headline) == _blank(wanted.headline)]


def _article_faults(wanted: Expected, article: Article) -> Iterator[str]:
    if wanted.published and not any(same_time(day, article.published) for day in wanted.published):
        days = " or ".join(day or "unknown" for day in wanted.published)
        yield f"published {article.published or 'unknown'}, not {days}"
    for name in ("outlet", "url"):
        if getattr(wanted, name) not in (None, getattr(article, name)):
            yield f"{name} {getattr(article, name)!r}, not {getattr(wanted, name)!r}"
    yield from (f"headline has {words!r}" for words in wanted.headline_lacks if _stands(words, article.headline))
    yield from (f"body lacks {words!r}" for words in wanted.body_has if not _stands(words, article.body))
    yield from (f"body has {words!r}" for words in wanted.body_lacks if _stands(words, article.body))


def same_time(wanted: str | None, found: Moment | None) -> bool:
    """Whether a time is the day or the instant wanted; a day that hangs on the zone is the one that it is there."""
    gold = moment(wanted)
    if found is None or not isinstance(gold, date):
        return found is gold
    if not isinstance(gold, datetime):
        return (found.date() if isinstance(found, datetime) else found) == gold
    if isinstance(found, datetime):
        return found == gold or found.astimezone(gold.tzinfo).date() == gold.date()
    return found == gold.date()


def _stands(words: str, text: str) -> bool:
    """Whether words stand in a text, kinds of blank no matter; a sign that counts as a blank is looked for itself."""
    return _blank(words) in _blank(text) if _blank(words) else words in text


def _blank(text: str) -> str:
    return " ".join(text.split())
