"""Plain text and Markdown: an optional front matter or leading date, an optional headline, the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qa.ingest import clean, datelines, fields, records, unpublished
from qa.ingest.articles import LeftOut, Read, Rejected
from qa.types import DateSource

_LEADING = re.compile(r"\s*date\s+(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:\s*[:;,–—-])?(?=\s|\Z)\s*", re.IGNORECASE)
_TITLE = re.compile(r"#{1,2}\s+(.+?)\s*#*\s*\Z")
_FRONT = re.compile(r"---\n(.*?)\n---[^\S\n]*(?:\n|\Z)", re.DOTALL)
_KEY = re.compile(r"([A-Za-z_]+)\s*:\s*(.*)\Z")
_ENDS = tuple(".,;:!?…\"”’'")
_HEADLINE = 120


def read(text: str, source: str = "", *, title: str = "", url: str = "") -> Read | Rejected:
    """Return the article that ``text`` holds; ``source`` is its file, ``url`` its address; either may be empty.

    ``date 2022-03-28`` in front of the first words is the published date and no part of the body. The headline is a
    Markdown title, or a short first line before a blank one, or else the words of the file's name.
    """
    rest = clean.body(text)
    found = _FRONT.match(rest)
    known: dict[str, object] = {}
    if found:
        head = _pairs(found.group(1))
        if reason := unpublished.of_record(head):
            return LeftOut(source or url or "text", reason)
        known = dict(_known(head))
        rest = rest[found.end() :].strip()
    leading = _LEADING.match(rest)
    if leading:
        known["published"] = leading.group(1)
        rest = rest[leading.end() :]
    found_title, rest = ("", rest) if title else _titled(rest)
    known["text"] = rest
    if not known.get("title"):
        known["title"] = title or found_title or _from_name(source)
    if url and not known.get("url"):
        known["url"] = url
    where: DateSource = "leading" if leading else "field"
    if not known.get("published") and (day := datelines.day(rest)):
        known["published"], where = day.isoformat(), "dateline"
    return records.article(known, source or url or "text", file=source, date_source=where)


def _pairs(front: str) -> dict[str, str]:
    """Return the keys of a front matter, in lower case, and their values, unquoted."""
    found = (_KEY.match(line.strip()) for line in front.split("\n"))
    return {pair.group(1).lower(): pair.group(2).strip().strip("\"'") for pair in found if pair}


def _known(head: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the fields of a front matter that say something of an article, by our names."""
    renamed = {"date": "published", "author": "byline", "lang": "language", "source": "outlet", "headline": "title"}
    return [(renamed.get(key, key), value) for key, value in head.items() if renamed.get(key, key) in fields.FIELDS]


def _titled(text: str) -> tuple[str, str]:
    """Return the headline that stands over ``text``, or an empty string, and the text below it."""
    first, _, below = text.partition("\n")
    title = _TITLE.match(first.strip())
    if title:
        return title.group(1), below.strip()
    stands_alone = below.startswith("\n") and below.strip()
    if stands_alone and len(first) <= _HEADLINE and not first.rstrip().endswith(_ENDS):
        return first.strip(), below.strip()
    return "", text


def _from_name(source: str) -> str:
    """Return the words of a file's name, where it has at least two: ``istanbul-talks.txt`` → "istanbul talks"."""
    words = re.split(r"[\s_.-]+", Path(source).stem) if source else []
    return " ".join(words) if len([word for word in words if word.isalpha() and len(word) > 1]) > 1 else ""
