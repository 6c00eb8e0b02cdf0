"""What a reader hands over: an article with where it was read, or a rejection with its reason."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta

from qa.ingest import clean
from qa.types import Article, Moment, earliest_instant, latest_instant

LIMIT = 10_000_000
"""The largest article that is read, in bytes of its file or characters of its text."""

_SHORT = 40
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that was not taken in: where it came from, and why, in words with the value."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut(Rejected):
    """Articles that are there and are not taken in on purpose, such as drafts; ``articles`` says how many."""

    articles: int = field(kw_only=True, default=1)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Something that was looked at and is as it was the last time, so that it was not read again."""

    source: str
    articles: int = field(kw_only=True, default=1)


@dataclass(frozen=True, slots=True)
class Read(Article):
    """An article as a reader found it.

    ``source`` is the file that holds this one article, by which a changed file without a URL is known as a new version;
    it is empty for a record among others. ``flags`` say what was found and not believed, such as a date in the future.
    ``summary`` marks what stands in for an article, such as a feed's own text of it; it takes no article's place.
    """

    source: str = field(kw_only=True, default="")
    flags: tuple[str, ...] = field(kw_only=True, default=())
    summary: bool = field(kw_only=True, default=False)


Item = Read | Rejected | Unchanged
"""What reading a source yields."""


def content_id(body: str, headline: str = "") -> str:
    """Return the id of an article with this clean body: 16 hex digits of SHA-256.

    The same text is the same article, whoever carries it and wherever. Only the body counts (its white space folded),
    and the headline beside it where the body is shorter than 40 words: "No further details." is under many headlines.
    """
    folded = _SPACE.sub(" ", body).strip()
    if folded.count(" ") + 1 < _SHORT:
        folded = f"{clean.line(headline)}\n{folded}"
    return hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:16]


def finish(read: Read) -> Read | Rejected:
    """Return the article with its text cleaned and its id set, or why it cannot be one."""
    body = clean.body(read.body)
    if not body:
        return Rejected(read.source or read.url or "record", "no text in it: nothing to take in")
    if len(body) > LIMIT:
        return Rejected(
            read.source or read.url, f"{len(body):,} characters are over the limit of {LIMIT:,}: split the article"
        )
    headline = clean.line(read.headline)
    if read.published and read.updated and _is_before(read.updated, read.published):
        flag = f"updated {read.updated} lies before published {read.published}: taken as unknown"
        read = replace(read, updated=None, updated_source="unknown", flags=(*read.flags, flag))
    return replace(
        read,
        id=content_id(body, headline),
        body=body,
        headline=headline,
        outlet=clean.line(read.outlet),
        byline=clean.line(read.byline),
        url=read.url.strip(),
        language=read.language.strip()[:35],
    )


def _is_before(updated: Moment, published: Moment) -> bool:
    """Whether an update lies before the publication by more than a day, which time zones and bare days explain."""
    return latest_instant(updated) + timedelta(days=1) < earliest_instant(published)
