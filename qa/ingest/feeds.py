"""RSS, Atom, JSON Feed: what a feed says of its articles, which ``web`` fetches. ``sitemaps`` reads news sitemaps.

XML is read by defusedxml first, which refuses document types and entities, and then by feedparser, which forgives what
feeds get wrong. feedparser is only ever given bytes, never an address.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from qa.ingest import clean, clocks, kinds, unpublished
from qa.ingest.articles import LeftOut, Read, Rejected, finish
from qa.types import Moment

MOST = 500
"""Entries that are read of one feed."""

_XML = re.compile(r"\A\s*<\?xml[^>]*\?>")
_ROOT = re.compile(r"\A(?:\s|<\?[^>]*\?>|<!--.*?-->)*<(?:\w+:)?(rss|feed|RDF|urlset|sitemapindex)\b", re.DOTALL)
_WORDPRESS = re.compile(r"http://wordpress\.org/export/[0-9.]+/?")
_FORBIDDEN = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z!/]|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")


class NotAFeed(ValueError):
    """The text is no feed that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as its feed tells it. ``body`` is the feed's own text of it, ``whole`` whether that may be all."""

    url: str
    key: str = field(kw_only=True)
    headline: str = field(kw_only=True, default="")
    body: str = field(kw_only=True, default="")
    whole: bool = field(kw_only=True, default=False)
    byline: str = field(kw_only=True, default="")
    section: str = field(kw_only=True, default="")
    published: Moment | None = field(kw_only=True, default=None)
    updated: Moment | None = field(kw_only=True, default=None)
    flags: tuple[str, ...] = field(kw_only=True, default=())

    @property
    def mark(self) -> str:
        """A digest of all that the feed says of this article: where it is the same, nothing has changed."""
        said = (self.url, self.headline, self.body, self.byline, str(self.published), str(self.updated))
        return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title (the outlet), its language, its first entries and how many more there were.

    ``unpublished`` says, of a WordPress export, how many of its entries are no articles, and why.
    """

    title: str = ""
    language: str = field(kw_only=True, default="")
    entries: tuple[Entry, ...] = field(kw_only=True, default=())
    left_out: int = field(kw_only=True, default=0)
    unpublished: tuple[tuple[str, int], ...] = field(kw_only=True, default=())


def is_feed(text: str) -> bool:
    """Whether a text begins as RSS, Atom, JSON Feed or a sitemap do."""
    head = text[:2000].lstrip("\ufeff")
    return bool(_ROOT.match(head)) or (head.lstrip().startswith("{") and "jsonfeed.org/version" in head)


def parse(text: str, base: str = "") -> Feed:
    """Return what a feed says; ``base`` is its address, to which relative links are relative.

    Raises:
        NotAFeed: it is none, or holds what no feed needs (a document type, entities).
    """
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        return _json(text.lstrip("\ufeff"), base)
    _check(text)
    if (root := _ROOT.match(text.lstrip("\ufeff"))) and root[1] in ("urlset", "sitemapindex"):
        from qa.ingest import sitemaps

        return sitemaps.parse(_XML.sub("", text.lstrip("\ufeff")), base)
    import feedparser

    parsed = feedparser.parse(
        io.BytesIO(_XML.sub("", text.lstrip("\ufeff")).encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": base},
        sanitize_html=False,  # hidden elements are found by their styles, which it would take away
        resolve_relative_uris=False,
    )
    if not parsed.version and not parsed.entries:
        raise NotAFeed("neither RSS, Atom nor JSON Feed")
    about = parsed.feed
    # As plain dicts: feedparser's own answer "updated" with the published date where there is none.
    told, reasons = [dict(each) for each in parsed.entries], Counter[str]()
    if prefix := _export(parsed.namespaces):
        why = [_unpublished(each, prefix) for each in told]
        reasons.update(filter(None, why))
        told = [each for each, reason in zip(told, why, strict=True) if not reason]
    entries = tuple(_entry(each, base) for each in told[:MOST])
    title = clean.line(_plain(str(about.get("title", ""))))
    language = str(about.get("language") or "").strip()[:35]
    return Feed(
        title,
        language=language,
        entries=entries,
        left_out=max(0, len(told) - MOST),
        unpublished=tuple(sorted(reasons.items())),
    )


def _export(namespaces: Mapping[str, str]) -> str:
    """Return the prefix of WordPress' own names in an export (WXR), or an empty string where a feed is none."""
    return next((prefix for prefix, named in namespaces.items() if _WORDPRESS.fullmatch(named)), "")


def _unpublished(each: Mapping[str, Any], prefix: str) -> str:
    status, kind, password = (
        str(each.get(f"{prefix}_{name}") or "") for name in ("status", "post_type", "post_password")
    )
    return unpublished.of_post(status=status, kind=kind, password=password)


def withheld(feed: Feed, source: str) -> Iterator[LeftOut]:
    """Yield what a feed holds beside its articles, by the reason."""
    for reason, count in feed.unpublished:
        yield LeftOut(source, reason, articles=count)


def _check(text: str) -> None:
    """Refuse a document type and entities, in XML that is well formed and in XML that is not."""
    from xml.sax import SAXException
    from xml.sax.handler import ContentHandler, ErrorHandler

    from defusedxml import sax
    from defusedxml.common import DefusedXmlException

    try:
        sax.parseString(
            _XML.sub("", text).encode("utf-8", "replace"), ContentHandler(), ErrorHandler(), forbid_dtd=True
        )
    except DefusedXmlException as error:
        raise NotAFeed(f"it declares a document type or entities, which no feed needs: {error}") from None
    except (SAXException, ValueError):
        if _FORBIDDEN.search(text):
            raise NotAFeed("it is not well formed and declares a document type or entities") from None


def _entry(each: Mapping[str, Any], base: str) -> Entry:
    flags: list[str] = []
    contents = [str(part.get("value", "")) for part in each.get("content", [])]
    full = max(contents, key=len, default="")
    body = _text(max((full, str(each.get("summary", ""))), key=len))
    identity = str(each.get("id") or "")
    url = absolute(str(each.get("link") or ""), base) or absolute(identity if "://" in identity else "", base)
    headline = clean.line(_plain(str(each.get("title", ""))))
    return Entry(
        url,
        key=url or identity or headline,
        headline=headline,
        body=body,
        whole=bool(full),
        byline=clean.line(", ".join(_authors(each))),
        section=clean.line(", ".join(str(tag.get("term") or "") for tag in each.get("tags", [])[:3])),
        published=_moment(each, "published", flags),
        updated=_moment(each, "updated", flags),
        flags=tuple(flags),
    )


def _authors(each: Mapping[str, Any]) -> list[str]:
    named = [str(author.get("name") or "") for author in each.get("authors", [])]
    return [name for name in dict.fromkeys(named) if name and "@" not in name]


def _moment(each: Mapping[str, Any], name: str, flags: list[str]) -> Moment | None:
    """Return a date of an entry, in its own time zone where that can be told."""
    written, parsed = str(each.get(name) or ""), each.get(f"{name}_parsed")
    if not written:
        return None
    return believed(written, flags, datetime(*parsed[:6]).replace(tzinfo=UTC) if parsed else None)


def believed(written: str, flags: list[str], otherwise: Moment | None = None) -> Moment | None:
    """Return the date that a feed writes, or note why it is not believed."""
    try:
        moment: Moment | None = clocks.parse(written)
    except (ValueError, OverflowError):
        moment = otherwise
    if moment is None:
        flags.append(f"feed date {written[:60]!r} cannot be read: taken as unknown")
        return None
    doubt = clocks.doubt(moment)
    if doubt:
        flags.append(f"feed date {written[:60]!r} {doubt}: taken as unknown")
    return None if doubt else moment


def _json(text: str, base: str) -> Feed:
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"not JSON: {error}") from None
    if not isinstance(whole, dict) or "jsonfeed.org/version" not in str(whole.get("version")):
        raise NotAFeed("not a JSON Feed: its version is not of jsonfeed.org")
    items = [item for item in _listed(whole.get("items")) if isinstance(item, dict)]
    return Feed(
        clean.line(str(whole.get("title") or "")),
        language=str(whole.get("language") or "")[:35],
        entries=tuple(_item(item, base) for item in items[:MOST]),
        left_out=max(0, len(items) - MOST),
    )


def _item(item: Mapping[str, Any], base: str) -> Entry:
    flags: list[str] = []
    words = {name: str(item.get(name) or "") for name in
             ("id", "url", "external_url", "title", "content_html", "content_text", "summary")}  # fmt: skip
    url = absolute(words["url"] or words["external_url"], base) or absolute(
        words["id"] if "://" in words["id"] else "", base
    )
    people = _listed(item.get("authors")) or [item.get("author")]
    names = [str(each.get("name") or "") for each in people if isinstance(each, dict)]
    content = _text(words["content_html"]) or clean.body(words["content_text"])
    dates = {name: str(item.get(f"date_{name}") or "") for name in ("published", "modified")}
    return Entry(
        url,
        key=url or words["id"] or words["title"],
        headline=clean.line(words["title"]),
        body=content or clean.body(words["summary"]),
        whole=bool(content),
        byline=clean.line(", ".join(filter(None, names))),
        section=clean.line(", ".join(str(tag) for tag in _listed(item.get("tags"))[:3])),
        published=believed(dates["published"], flags) if dates["published"] else None,
        updated=believed(dates["modified"], flags) if dates["modified"] else None,
        flags=tuple(flags),
    )


def _listed(value: object) -> list[Any]:
    """Return a list of JSON; anything else is as none."""
    return value if isinstance(value, list) else []


def absolute(link: str, base: str) -> str:
    """Return the address that a feed at ``base`` links to, or an empty string for what is none of the web."""
    try:
        whole = urljoin(base, link.strip()) if link.strip() else ""
        return whole if urlsplit(whole).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _text(markup: str) -> str:
    """Return the paragraphs of an entry's HTML, without what is hidden in it."""
    from qa.ingest import html

    return html.fragment(markup) if _TAG.search(markup) else clean.body(markup)


def _plain(title: str) -> str:
    """Return a title without the markup that some feeds put into it."""
    return " ".join(_text(title).split()) if _TAG.search(title) else title


def own_text(entry: Entry, feed: Feed, *, source: str = "", note: str = "") -> Read | Rejected:
    """Return an entry as an article of the feed's own text; ``note`` says why it is no more than that."""
    flags = (*entry.flags, note) if note else entry.flags
    done = finish(
        Read(
            "",
            body=entry.body,
            headline=entry.headline,
            outlet=feed.title,
            byline=entry.byline,
            url=entry.url,
            published=entry.published,
            updated=entry.updated,
            date_source="feed" if entry.published or entry.updated else "unknown",
            language=feed.language,
            kind=kinds.guess(headline=entry.headline, url=entry.url, section=entry.section),
            flags=flags,
            summary=bool(note),
        )
    )
    return Rejected(entry.url or source, done.reason) if isinstance(done, Rejected) else done


def articles(text: str, source: str) -> Iterator[Read | Rejected]:
    """Yield the entries of a feed that is a file, with no more than the feed's own text: nothing is fetched."""
    try:
        feed = parse(text)
    except NotAFeed as error:
        yield Rejected(source, str(error))
        return
    yield from withheld(feed, source)
    if not feed.entries and not feed.unpublished:
        yield Rejected(source, "a feed without an entry: no article in it")
    for entry in feed.entries:
        if not entry.body and entry.url:
            yield Rejected(
                entry.url, "no text of it here: give the feed's own address to take in the article behind it"
            )
            continue
        note = "" if entry.whole else "the feed's summary only: give the feed's address to take in the whole article"
        yield own_text(entry, feed, source=source, note=note)
    if feed.left_out:
        yield Rejected(source, f"{feed.left_out} entries beyond the first {MOST} were not read")
