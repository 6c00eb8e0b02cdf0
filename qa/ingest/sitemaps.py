"""News sitemaps: addresses of a paper's newest articles with dates and headlines, read as a feed without texts.

Source: Google's news sitemap schema 0.9 over sitemaps.org 0.9. Whoever calls has refused document types and entities.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qa.ingest import clean
from qa.ingest.feeds import MOST, Entry, Feed, NotAFeed, absolute, believed
from qa.types import earliest_instant

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LONGEST = 2_000


def parse(text: str, base: str = "") -> Feed:
    """Return the newest news entries of a sitemap.

    Raises:
        NotAFeed: it is not well formed, lists other sitemaps, or lists pages of which none is news.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml import ElementTree

    try:
        root = ElementTree.fromstring(text.encode("utf-8", "replace"), forbid_dtd=True)
    except (ParseError, ValueError) as error:
        raise NotAFeed(f"a sitemap that is not well formed: {error}") from None
    if _name(root) == "sitemapindex":
        first = next((_said(each, "loc") for each in root), "")
        raise NotAFeed(f"a sitemap of other sitemaps: give the address of one of them, such as {first[:200]!r}")
    found = [(page, news) for page in root for news in page if _name(news) == "news"]
    if not found:
        raise NotAFeed("a sitemap without news entries (news:news): give a feed, or the addresses of articles")
    entries = sorted((_entry(page, news, base) for page, news in found), key=_newest_first)
    about = next(iter(found[0][1]), None)
    about = about if about is not None and _name(about) == "publication" else None
    return Feed(
        clean.line(_said(about, "name")),
        language=_said(about, "language")[:35],
        entries=tuple(entries[:MOST]),
        left_out=max(0, len(entries) - MOST),
    )


def _entry(page: Element, news: Element, base: str) -> Entry:
    flags: list[str] = []
    url = absolute(_said(page, "loc"), base)
    written, changed = _said(news, "publication_date"), _said(page, "lastmod")
    return Entry(
        url,
        key=url,
        headline=clean.line(_said(news, "title")),
        published=believed(written, flags) if written else None,
        updated=believed(changed, flags) if changed else None,
        flags=tuple(flags),
    )


def _newest_first(entry: Entry) -> float:
    moment = entry.published or entry.updated
    return -(earliest_instant(moment) if moment else datetime(1970, 1, 1, tzinfo=UTC)).timestamp()


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _said(element: Element | None, name: str) -> str:
    """Return the text of an element's first child of a name."""
    found = () if element is None else element
    return next((str(each.text or "").strip()[:_LONGEST] for each in found if _name(each) == name), "")
