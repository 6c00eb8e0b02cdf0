"""One piece of data to the articles in it: by the name it goes by or, where that says nothing, by how it begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.ingest import feeds, html, mail, pdf, plain, records, tables
from qa.ingest.articles import Read, Rejected
from qa.ingest.decoding import Undecodable, decode
from qa.ingest.fields import Names

TEXT = frozenset({".txt", ".text", ".md", ".markdown"})
HTML = frozenset({".html", ".htm", ".xhtml"})
LINES = frozenset({".jsonl", ".ndjson"})
JSON = frozenset({".json"})
TABLES = frozenset({".csv", ".tsv"})
FEEDS = frozenset({".xml", ".rss", ".atom"})
PDF = frozenset({".pdf"})
MAIL = frozenset({".eml"})
KNOWN = TEXT | HTML | LINES | JSON | TABLES | FEEDS | PDF | MAIL
NAMED = "text, Markdown, HTML, PDF, CSV, JSON, JSON Lines, e-mails (EML) and feeds"

_PAGES = ("<!doctype html", "<html", "<head")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where data comes from. ``source`` is its file, ``url`` its address, ``name`` what messages call it.

    ``suffix`` is that of its name in lower case, ``charset`` and ``language`` what its server says of it.
    """

    name: str
    source: str = field(kw_only=True, default="")
    url: str = field(kw_only=True, default="")
    suffix: str = field(kw_only=True, default="")
    charset: str = field(kw_only=True, default="")
    language: str = field(kw_only=True, default="")
    names: Names = field(kw_only=True, default_factory=Names)


def articles(data: bytes, origin: Origin) -> Iterator[Read | Rejected]:
    """Yield the articles of some data, or why there is none."""
    if data.startswith(b"%PDF-"):
        yield pdf.read(data, origin.name, source=origin.source, url=origin.url)
        return
    if origin.suffix in PDF:
        yield Rejected(origin.name, "not a PDF, whatever its name says" if data else "an empty file: no article in it")
        return
    if origin.suffix in MAIL:
        yield mail.read(data, origin.name, source=origin.source)
        return
    try:
        text = decode(data, declared=origin.suffix not in TEXT | JSON | TABLES, named=origin.charset)
    except Undecodable as error:
        yield Rejected(origin.name, str(error))
        return
    yield from of_text(text, origin)


def of_text(text: str, origin: Origin) -> Iterator[Read | Rejected]:
    """Yield the articles of a text."""
    if not text.strip():
        yield Rejected(origin.name, "empty: no article in it")
        return
    suffix, bare = origin.suffix, text.lstrip("\ufeff \t\r\n")
    head = bare[:200].lower()
    unnamed = suffix not in KNOWN
    if suffix in TABLES:
        yield from tables.articles(text.splitlines(keepends=True), origin.name, origin.names)
    elif (unnamed or suffix in FEEDS | JSON) and feeds.is_feed(bare):
        yield from feeds.articles(bare, origin.name)
    elif suffix in LINES:
        for number, line in enumerate(bare.splitlines(), start=1):
            if line.strip():
                yield records.line(line, f"{origin.name}:{number}", origin.names)
    elif suffix in JSON or (unnamed and head.startswith(("{", "["))):
        yield from records.document(bare, origin.name, origin.names)
    elif suffix in HTML or (suffix not in TEXT and _is_page(bare, suffix)):
        yield html.read(text, origin.source, url=origin.url)
    elif suffix in FEEDS:
        yield Rejected(origin.name, "XML that is neither a feed (RSS, Atom), a news sitemap nor a page")
    else:
        yield plain.read(text, origin.source)


def _is_page(bare: str, suffix: str) -> bool:
    """Whether a text is a page: it begins like one or, after an XML declaration, soon says so."""
    head = bare[:1000].lower()
    if head.startswith("<?xml"):
        return "<html" in head or suffix not in FEEDS
    return head.startswith(_PAGES)
