"""PDF with text, by pypdf. A scan without text is rejected by name: nothing here reads pictures."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from typing import Any

from qa.ingest import clean, plain
from qa.ingest.articles import Read, Rejected

PAGES = 300
SIZE = 30_000_000
_TEXT = 2_000_000
"""Characters that are read of one file."""

_HYPHEN = re.compile(r"(?<=[a-z])[-\u2010\u00ad]\n(?=[a-z])")
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\W*", re.IGNORECASE)
_ENDS = (".", "!", "?", "\u201d", '"', ":", "\u2026")
_EDGE = 2


def read(data: bytes, name: str, *, source: str = "", url: str = "") -> Read | Rejected:
    """Return the article of a PDF. Its title is the headline; the date of its making is no date of publication.

    ``name`` is what messages call it, ``source`` its file and ``url`` its address; either may be empty.
    """
    if len(data) > SIZE:
        return Rejected(name, f"{len(data):,} bytes are over the limit of {SIZE:,} for a PDF: split it")
    from dataclasses import replace

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader, refused = _opened(data)
        if refused:
            return Rejected(name, refused)
        pages = [_page(page) for page in reader.pages]
        title = clean.line(str((reader.metadata or {}).get("/Title") or ""))
    except Exception as error:  # noqa: BLE001 - pypdf meets broken files with whatever its parsing runs into
        return Rejected(name, f"a PDF that cannot be read: {str(error)[:200] or type(error).__name__}")
    text = _joined(pages)
    if not text.strip():
        return Rejected(
            name,
            f"a PDF of {len(pages)} pages without any text, such as a scan: put it through a text recogniser first",
        )
    found = plain.read(text[:_TEXT], source, title=title if _is_title(title) else "", url=url)
    if isinstance(found, Rejected):
        return Rejected(name, found.reason)
    if len(text) > _TEXT:
        found = replace(found, flags=(*found.flags, f"only the first {_TEXT:,} of {len(text):,} characters were read"))
    return found


def _opened(data: bytes) -> tuple[Any, str]:
    """Return a reader of the file, and why it is not read, or an empty string."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        return reader, "a PDF that asks for a password: save it without one"
    count = len(reader.pages)
    if count > PAGES:
        return reader, f"a PDF of {count} pages, over the limit of {PAGES}: split it"
    return reader, "" if count else "a PDF without a page"


def _page(page: Any) -> list[str]:
    """Return the lines of a page."""
    return [line.rstrip() for line in clean.body(page.extract_text() or "").split("\n")]


def _is_title(title: str) -> bool:
    """Whether a PDF's title is one, and not the name of the file it was made from."""
    return len(title.split()) > 2 and not re.search(r"\.\w{2,5}\Z|\AMicrosoft Word|\Auntitled", title, re.IGNORECASE)


def _joined(pages: list[list[str]]) -> str:
    """Return the pages as one text: without what stands at the edge of most of them, words and sentences made whole."""
    repeated = _repeated(pages)
    text = ""
    for lines in pages:
        kept = [line for at, line in enumerate(lines) if not _is_edge(line, at, len(lines), repeated)]
        body = clean.body("\n".join(kept))
        gap = "\n\n" if text.rstrip().endswith(_ENDS) else "\n"
        text = f"{text}{gap}{body}" if text else body
    return _HYPHEN.sub("", text)


def _repeated(pages: list[list[str]]) -> frozenset[str]:
    """Return the lines, their numbers left out, that stand at an edge of at least half of the pages."""
    edges = Counter(_bare(line) for lines in pages for line in {*lines[:_EDGE], *lines[-_EDGE:]} if line.strip())
    return frozenset(line for line, count in edges.items() if len(pages) > 2 and count * 2 >= len(pages))


def _is_edge(line: str, at: int, count: int, repeated: frozenset[str]) -> bool:
    at_edge = at < _EDGE or at >= count - _EDGE
    return at_edge and (_bare(line) in repeated or bool(_PAGE_NUMBER.fullmatch(line.strip())))


def _bare(line: str) -> str:
    return _NUMBER.sub("#", line.strip())
