"""Saved web pages: the article's text by trafilatura, what the page says about itself, nothing that is hidden."""

from __future__ import annotations

import logging
from typing import Any

from qa.ingest import clean, hidden, pages
from qa.ingest.articles import Read, Rejected, finish

_DEPTH = 2000


def read(text: str, source: str = "", *, url: str = "") -> Read | Rejected:
    """Return the article of a page.

    ``source`` is its file and ``url`` the address it came from; either may be empty. The page's canonical address wins.
    """
    import lxml.html  # type: ignore[import-untyped]
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    where = source or url or "page"
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_pis=True)
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (LxmlError, ValueError) as error:
        return Rejected(where, f"not a page that can be read: {error}")
    about = pages.about(tree, url)
    hidden.strip(tree)
    body = _main_text(tree, about.url)
    if not body:
        return Rejected(where, "no article text found in the page")
    headline = clean.line(about.headline)
    headings = {headline, *(clean.line(element.text_content()) for element in tree.iter("h1"))}
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
            language=about.language,
            kind=about.kind,
            fictional=about.fictional,
            source=source,
            flags=about.flags,
        )
    )
    return Rejected(where, done.reason) if isinstance(done, Rejected) else done


def _main_text(tree: Any, url: str) -> str:
    """Return the article's paragraphs, a blank line between them."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.extract(
        tree, url=url or None, include_comments=False, include_tables=True, include_links=False, output_format="txt"
    )
    paragraphs = (clean.line(line, limit=len(line)) for line in clean.body(found or "").split("\n"))
    return "\n\n".join(filter(None, paragraphs))
