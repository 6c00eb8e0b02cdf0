"""Addresses: a page is one article, a feed is one for each entry, with the full text of the page behind it.

What a feed no longer lists stays in the archive; a feed and an entry that say what they said the last time are not
read again (``Visits``). A page that cannot be fetched never takes the place of one that could.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlsplit

from qa.ingest import feeds, formats
from qa.ingest.articles import Item, Read, Rejected, Unchanged
from qa.ingest.confined import Confined
from qa.ingest.decoding import Undecodable, decode
from qa.ingest.feeds import Entry, Feed
from qa.ingest.fetching import Fetched, Fetcher, Unfetched
from qa.ingest.fields import Names

Progress = Callable[[int, int | None, str], None]

_SUFFIXES = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
    "application/json": ".json", "application/feed+json": ".json", "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl", "text/csv": ".csv", "text/tab-separated-values": ".tsv", "application/pdf": ".pdf",
    "application/rss+xml": ".xml", "application/atom+xml": ".xml", "application/xml": ".xml", "text/xml": ".xml",
    "application/rdf+xml": ".xml",
}  # fmt: skip
_OPAQUE = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_SHORT = 120
"""Words of a page's text below which a feed's longer text is believed instead: a teaser, or a wall."""


_ENOUGH = 3
"""Failures of one host in a row after which it is left alone for this time."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is remembered of an address: of a feed its validators (RFC 9110), of an entry a digest of what it said.

    ``articles`` counts a feed's articles; of an entry it is 1 where the full article was taken in, else 0.
    """

    etag: str = ""
    last_modified: str = field(kw_only=True, default="")
    mark: str = field(kw_only=True, default="")
    articles: int = field(kw_only=True, default=0)


class Visits(Protocol):
    """What is known of addresses that were read before. What is put counts from the next run on."""

    def get(self, url: str) -> Visit | None:
        """Return the last visit of an address, or None."""
        ...

    def put(self, url: str, visit: Visit) -> None:
        """Remember a visit."""
        ...


class Forgetful:
    """Visits that are not kept: everything is read each time."""

    def get(self, url: str) -> Visit | None:
        """Return None."""
        return None

    def put(self, url: str, visit: Visit) -> None:
        """Forget a visit."""


class Web:
    """Reads addresses."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        visits: Visits | None = None,
        progress: Progress | None = None,
        confined: Confined | None = None,
    ) -> None:
        """Keep the parts.

        Args:
            fetcher: the way to the network.
            visits: what is known of addresses that were read before.
            progress: called with how many entries of a feed were read, of how many.
            confined: reads what was fetched; None reads it in this process.
        """
        self._fetcher = fetcher
        self._confined = confined
        self._failing: Counter[str] = Counter()
        self._visits = visits or Forgetful()
        self._progress = progress

    def read(self, url: str, names: Names) -> Iterator[Item]:
        """Yield the articles behind an address, or why there is none."""
        known = self._visits.get(url) or Visit()
        try:
            got = self._fetcher.fetch(url, etag=known.etag, last_modified=known.last_modified)
        except Unfetched as error:
            yield Rejected(url, str(error))
            return
        if got.unchanged:
            yield Unchanged(url, articles=known.articles)
            return
        feed = _feed(got)
        if isinstance(feed, Feed):
            yield from self._entries(url, got, feed)
        elif isinstance(feed, str):
            yield Rejected(url, feed)
        else:
            yield from self._articles(got, url, names)

    def _entries(self, url: str, got: Fetched, feed: Feed) -> Iterator[Item]:
        count, retry = len(feed.entries), False
        self._failing.clear()
        yield from feeds.withheld(feed, url)
        if not count and not feed.unpublished:
            yield Rejected(url, "a feed without an entry: no article in it")
        if feed.left_out:
            yield Rejected(url, f"{feed.left_out} entries beyond the first {feeds.MOST} were not read")
        for number, entry in enumerate(feed.entries):
            if self._progress:
                self._progress(number, count, f"reading {urlsplit(url).hostname}")
            before = self._visits.get(entry.key)
            if before and before.mark == entry.mark:
                yield Unchanged(entry.url or url)
                continue
            item, final = self._entry(entry, feed, was_whole=bool(before and before.articles))
            retry = retry or not final
            if final and entry.key:
                whole = isinstance(item, Read) and not _is_stand_in(item)
                self._visits.put(entry.key, Visit(mark=entry.mark, articles=int(whole)))
            yield item
        if self._progress:
            self._progress(count, count, f"reading {urlsplit(url).hostname}")
        if not retry:  # else the entries that could not be fetched now would not be looked at before the feed changes
            self._visits.put(url, Visit(got.etag, last_modified=got.last_modified, articles=count))

    def _entry(self, entry: Entry, feed: Feed, *, was_whole: bool) -> tuple[Item, bool]:
        """Return an entry's article, and whether it is worth no second look before the entry changes."""
        if not entry.url:
            return feeds.own_text(entry, feed, note="" if entry.whole else f"{_STAND_IN}: it links to no page"), True
        why, final, host = "", True, urlsplit(entry.url).netloc
        try:
            if self._failing[host] >= _ENOUGH:
                raise Unfetched(f"{host!r} failed {_ENOUGH} times in a row: it is tried again the next time")
            got = self._fetcher.fetch(entry.url)
            self._failing[host] = 0
            found = self._articles(got, entry.url, Names())[0]
            if isinstance(found, Read):
                return _merged(found, entry, feed), True
            why = found.reason
        except Unfetched as error:
            why, final = str(error), error.final
            self._failing[host] += not final
        if was_whole:
            return Rejected(entry.url, f"{why}; the article that the archive has of it stays"), final
        stand_in = feeds.own_text(entry, feed, note=f"{_STAND_IN}: {why}")
        return (Rejected(entry.url, why) if isinstance(stand_in, Rejected) else stand_in), final

    def _articles(self, got: Fetched, url: str, names: Names) -> list[Read | Rejected]:
        """Return the articles of what an address gave, other than a feed; at least one item."""
        suffix = _SUFFIXES.get(got.content_type, "")
        if not suffix and got.content_type not in _OPAQUE:
            return [Rejected(url, f"{got.content_type!r} is not read: {formats.NAMED} are")]
        origin = formats.Origin(
            url, url=got.url, suffix=suffix, charset=got.charset, language=got.language, names=names
        )  # fmt: skip
        if self._confined is not None:
            return self._confined.articles(got.data, origin)
        return list(formats.articles(got.data, origin))


_STAND_IN = "the feed's own text"


def _is_stand_in(read: Read) -> bool:
    return any(flag.startswith(_STAND_IN) for flag in read.flags)


def _feed(got: Fetched) -> Feed | str | None:
    """Return the feed that was fetched, why it cannot be read, or None where it is none."""
    kind = _SUFFIXES.get(got.content_type, "")
    if kind in formats.PDF or got.data.startswith(b"%PDF-"):
        return None
    try:
        text = decode(got.data, declared=True, named=got.charset)
    except Undecodable:
        return None
    if not feeds.is_feed(text):
        return None
    try:
        return feeds.parse(text, got.url)
    except feeds.NotAFeed as error:
        return str(error)


def _merged(page: Read, entry: Entry, feed: Feed) -> Read:
    """Return the article of a page with what its feed knows beside: the page goes first, a day in its address last."""
    flags = page.flags
    if len(page.body.split()) < _SHORT and len(entry.body.split()) > 1.5 * len(page.body.split()):
        own = feeds.own_text(entry, feed, note=f"{_STAND_IN}: the page holds less of the article")
        if isinstance(own, Read):
            page, flags = replace(page, id=own.id, body=own.body), (*flags, *own.flags)
    weak = page.date_source in ("url", "dateline", "unknown")
    published, found = page.published, page.date_source
    if entry.published and (weak or published is None):
        published, found = entry.published, "feed"
    return replace(
        page,
        headline=page.headline or entry.headline,
        outlet=page.outlet if page.outlet != urlsplit(page.url).hostname else feed.title or page.outlet,
        byline=page.byline or entry.byline,
        language=page.language or feed.language,
        published=published,
        date_source=found,
        updated=page.updated or entry.updated,
        updated_source=page.updated_source if page.updated else "feed" if entry.updated else "unknown",
        flags=tuple(dict.fromkeys((*flags, *(entry.flags if published is None else ())))),
    )
