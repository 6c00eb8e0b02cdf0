"""What a web page says about itself: JSON-LD, meta elements, ``<time>``, its canonical address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from qa.ingest import clocks, kinds, marks
from qa.types import ArticleKind, DateSource, Moment

_ARTICLES = re.compile(r"Article|Posting|Report\Z")
_PUBLISHED = ("article:published_time", "datepublished", "date", "dc.date.issued", "dc.date", "pubdate",
              "publish-date", "parsely-pub-date", "sailthru.date", "og:published_time")  # fmt: skip
_UPDATED = ("article:modified_time", "datemodified", "og:updated_time", "last-modified", "dc.date.modified")
_URL_DAY = re.compile(r"/(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:/|-|\.|\Z)")


@dataclass(frozen=True, slots=True)
class About:
    """What a page says about itself. ``flags`` names dates that were found and not believed."""

    headline: str = ""
    outlet: str = field(kw_only=True, default="")
    byline: str = field(kw_only=True, default="")
    url: str = field(kw_only=True, default="")
    language: str = field(kw_only=True, default="")
    kind: ArticleKind = field(kw_only=True, default="news")
    published: Moment | None = field(kw_only=True, default=None)
    updated: Moment | None = field(kw_only=True, default=None)
    date_source: DateSource = field(kw_only=True, default="unknown")
    updated_source: DateSource = field(kw_only=True, default="unknown")
    fictional: bool = field(kw_only=True, default=False)
    flags: tuple[str, ...] = field(kw_only=True, default=())


def about(tree: Any, url: str = "") -> About:
    """Read an lxml tree, before anything is taken out of it. ``url`` is where it came from, or empty."""
    linked = _linked_data(tree)
    meta = _meta(tree)
    flags: list[str] = []
    address = _canonical(tree, meta, url, flags)
    headline = _text(linked.get("headline")) or meta.get("og:title", "") or _heading(tree)
    published, found = _first_date(
        (("json-ld", [_text(linked.get("datePublished"))]), ("meta", [meta.get(name, "") for name in _PUBLISHED]),
         ("meta", _times(tree)), ("url", _in_url(address))), flags)  # fmt: skip
    updated, found_updated = _first_date(
        (("json-ld", [_text(linked.get("dateModified"))]), ("meta", [meta.get(name, "") for name in _UPDATED])), flags
    )
    return About(
        headline,
        outlet=_text(linked.get("publisher")) or meta.get("og:site_name", "") or (urlsplit(address).hostname or ""),
        byline=_text(linked.get("author")) or _author(meta),
        url=address,
        language=tree.get("lang") or _text(linked.get("inLanguage")) or meta.get("og:locale", "").replace("_", "-"),
        kind=kinds.guess(
            headline=headline,
            url=address,
            declared=str(linked.get("@type") or ""),
            section=_text(linked.get("articleSection")) or meta.get("article:section", ""),
        ),
        published=published,
        updated=updated,
        date_source=found if published else found_updated,
        updated_source=found_updated,
        fictional=meta.get("dateline:fictional", "").strip().lower() == "true",
        flags=tuple(flags),
    )


def _linked_data(tree: Any) -> Mapping[str, Any]:
    """Return the first JSON-LD object that is an article, or an empty one."""
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            try:
                whole = json.loads(script.text or "", strict=False)
            except (ValueError, RecursionError):
                continue
            for item in _objects(whole, 0):
                kinds = item.get("@type")
                if any(_ARTICLES.search(str(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    return item
    return {}


def _objects(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, depth + 1)


def _text(value: Any) -> str:
    """Return a JSON-LD value as text: its name where it is a thing, joined by commas where there are several."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return _text(value.get("name"))
    if isinstance(value, list):
        return ", ".join(filter(None, (_text(item) for item in value)))
    return ""


def _meta(tree: Any) -> dict[str, str]:
    """Return the page's meta elements, lower-cased name to content; the first of a name counts."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = element.get("content")
        if name and content:
            found.setdefault(name.lower(), content.strip())
    return found


def _canonical(tree: Any, meta: Mapping[str, str], url: str, flags: list[str]) -> str:
    """Return the address of the article. A page that was fetched speaks for its own site only."""
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    for address in (next(links, None), meta.get("og:url")):
        try:
            whole = urljoin(url, address.strip()) if address else ""
            if urlsplit(whole).scheme not in ("http", "https"):
                continue
        except ValueError:
            continue
        if not url or same_site(whole, url):
            return whole
        flags.append(f"the page names {whole[:120]!r} of another site as its address: {url[:120]!r} is kept")
    return url


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: the same host, or one below the other, but for ``www``."""
    first, second = ((urlsplit(each).hostname or "").removeprefix("www.") for each in (one, other))
    return bool(first and second) and (first == second or first.endswith(f".{second}") or second.endswith(f".{first}"))


def _times(tree: Any) -> list[str]:
    """Return the ``datetime`` of the first ``<time>``: of those marked as published, or the first in the article."""
    elements = [element for element in tree.iter("time") if element.get("datetime")]
    marked = [
        element
        for element in elements
        if element.get("pubdate") is not None
        or re.search("publish|posted|entry-date", f"{element.get('class', '')} {element.get('itemprop', '')}", re.I)
    ]
    within = [
        element
        for element in elements
        if any(parent.tag in ("article", "header") for parent in element.iterancestors())
    ]
    return [element.get("datetime") for element in (marked or within)[:1]]


def _in_url(url: str) -> list[str]:
    found = _URL_DAY.search(urlsplit(url).path)
    return ["-".join(found.groups())] if found else []


def _first_date(places: tuple[tuple[DateSource, list[str]], ...], flags: list[str]) -> tuple[Moment | None, DateSource]:
    """Return the first believable date and where it stood; one that is not believed is noted and passed over."""
    for place, values in places:
        for value in filter(None, values):
            try:
                moment = clocks.parse(value)
            except (ValueError, OverflowError):
                flags.append(f"{place} date {value[:60]!r} cannot be read: passed over")
                continue
            doubt = clocks.doubt(moment)
            if not doubt:
                return moment, place
            flags.append(f"{place} date {value[:60]!r} {doubt}: taken as unknown")
    return None, "unknown"


def _heading(tree: Any) -> str:
    for tag in ("h1", "title"):
        for element in tree.iter(tag):
            if words := marks.words(element).strip():
                return words
    return ""


def _author(meta: Mapping[str, str]) -> str:
    named = meta.get("author") or meta.get("article:author") or meta.get("byl") or ""
    return "" if named.startswith(("http://", "https://")) else named
