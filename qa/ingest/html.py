"""Saved web pages: the article's text by trafilatura, what the page says about itself, nothing that is hidden."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import Any

from qa.ingest import clean, clocks, datelines, hidden, marks, pages
from qa.ingest.articles import Read, Rejected, finish

_SPACE = re.compile(r"\s+")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that lxml reads and then refuses to write; none of them shows."""

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")

_CELLS = frozenset(("td", "th"))


def read(text: str, source: str = "", *, url: str = "") -> Read | Rejected:
    """Return the article of a page.

    ``source`` is its file and ``url`` the address it came from; either may be empty. The page's canonical address wins.
    """
    import lxml.html  # type: ignore[import-untyped]
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    where = source or url or "page"
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_pis=True)
        tree = lxml.html.document_fromstring(_fit(text).encode("utf-8"), parser=parser)
    except (LxmlError, ValueError) as error:
        return Rejected(where, f"not a page that can be read: {error}")
    about = pages.about(tree, url)
    hidden.strip(tree)
    marks.settle(tree)
    body = _main_text(tree, about.url)
    if not body:
        return Rejected(where, "no article text found in the page")
    if about.published is None and (day := datelines.day(body)) and not clocks.doubt(day):
        about = replace(about, published=day, date_source="dateline")
    headline = clean.line(about.headline)
    headings = {headline, *(clean.line(marks.released(element.text_content())) for element in tree.iter("h1"))}
    first, _, rest = body.partition("\n")
    if clean.line(first) in headings and rest.strip():
        body = rest
    done = finish(
        Read(
            "",
            body=body,
            headline=headline,
            outlet=about.outlet,
            byline=about.byline,
            url=about.url,
            published=about.published,
            updated=about.updated,
            date_source=about.date_source,
            updated_source=about.updated_source,
            language=about.language,
            kind=about.kind,
            fictional=about.fictional,
            source=source,
            flags=about.flags,
        )
    )
    return Rejected(where, done.reason) if isinstance(done, Rejected) else done


def _fit(markup: str) -> str:
    """Return HTML without the characters that lxml refuses, also where they are written as references."""

    def kept(found: re.Match[str]) -> str:
        digits = (found[1] or found[2]).lstrip("0")[:8]
        code = int(digits or "0", 16 if found[1] else 10)
        return "" if code > 0x10FFFF or _UNFIT.match(chr(code)) else found.group()

    return _REFERENCE.sub(kept, _UNFIT.sub("", markup))


def _main_text(tree: Any, url: str) -> str:
    """Return the article's paragraphs, a blank line between them."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.extract(
        tree, url=url or None, include_comments=False, include_tables=True, include_links=False, output_format="txt"
    )
    return _paragraphs(clean.body(found or ""))


def fragment(markup: str) -> str:
    """Return the text of a piece of HTML, its blocks as paragraphs, without what is hidden in it."""
    import lxml.html
    from lxml.etree import LxmlError

    try:
        tree = lxml.html.document_fromstring(f"<div>{_fit(markup)}</div>")
    except (LxmlError, ValueError):
        return ""
    hidden.strip(tree)
    marks.settle(tree)
    for element in tree.iter():
        element.text, element.tail = (_SPACE.sub(" ", part or "") for part in (element.text, element.tail))
        if element.tag in _CELLS:
            element.tail = f" {element.tail}"
        elif element.tag in marks.BLOCKS:
            element.text, element.tail = f"\n{element.text}", f"\n{element.tail}"
    return _paragraphs(str(tree.text_content()))


def _paragraphs(text: str) -> str:
    """Return the lines of a text as paragraphs, a blank line between them."""
    lines = (marks.released(clean.line(line, limit=len(line))) for line in text.split("\n"))
    return "\n\n".join(filter(None, lines))
