"""From sources (files, folders, addresses, standard input) to articles. Each reader is one module.

``formats`` tells them apart: plain text and Markdown (``plain``), pages (``html``), PDF (``pdf``), tables (``tables``),
JSON and JSON Lines (``records``), feeds (``feeds``). ``web`` is the only way to the network.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from qa.errors import InputError
from qa.ingest import files, formats, records
from qa.ingest.articles import LIMIT, Item, LeftOut, Read, Rejected, Unchanged, content_id, finish
from qa.ingest.fields import Names

if TYPE_CHECKING:
    from qa.ingest.web import Web

__all__ = [
    "LIMIT",
    "Item",
    "LeftOut",
    "Names",
    "Read",
    "Reading",
    "Rejected",
    "Unchanged",
    "content_id",
    "finish",
    "read",
]


@dataclass(frozen=True, slots=True)
class Reading:
    """How sources are read: standard input for ``-``, the names of their fields, the way to the web.

    ``parse`` makes articles of local pages, PDFs and feeds: here, or in a process of its own.
    """

    stdin: TextIO | None = None
    names: Names = field(kw_only=True, default_factory=Names)
    web: Web | None = field(kw_only=True, default=None)
    parse: files.Parse = field(kw_only=True, default=formats.articles)


def read(sources: Sequence[str | Path], reading: Reading | None = None) -> Iterator[Item]:
    """Yield every article of the sources, in order, and every rejection where it occurs.

    A source is a file, a folder (read recursively, by name, without hidden files), an address (``https://…``) of a page
    or a feed, or ``-`` for standard input: JSON Lines, JSON, a page, a feed, or text, told apart by how it begins. All
    sources are checked before the first is read.

    Raises:
        InputError: there is no source, a path does not exist, ``-`` is given without ``stdin``, or an address without
            ``web``.
    """
    how = reading or Reading()
    if not sources:
        raise InputError(
            "nothing to take in: name a file, a folder, an address or - (standard input), as in `qa ingest articles/`"
        )
    for source in map(str, sources):
        if source == "-":
            if how.stdin is None:
                raise InputError("'-' means standard input, and there is none here: name a file or a folder")
        elif "://" in source:
            if how.web is None:
                raise InputError(f"{source!r} is an address, and no way to the network is given: pass `web`")
        elif not Path(source).exists():
            raise InputError(
                f"there is no file or folder {source!r}: check the path with `ls`, then run `qa ingest PATH` again"
            )
    return _each(sources, how)


def _each(sources: Sequence[str | Path], how: Reading) -> Iterator[Item]:
    for source in sources:
        if str(source) == "-":
            assert how.stdin is not None
            yield from _stream(how.stdin, how)
        elif "://" in str(source):
            assert how.web is not None
            yield from how.web.read(str(source), how.names)
        elif Path(source).is_dir():
            yield from files.folder(Path(source), how.names, how.parse)
        else:
            yield from files.file(Path(source), how.names, how.parse)


def _stream(stdin: TextIO, how: Reading) -> Iterator[Read | Rejected]:
    """Yield what standard input holds; JSON Lines are taken in as they come."""
    where, names = "standard input", how.names
    try:
        first = stdin.readline(LIMIT)
        while first and not first.strip():
            first = stdin.readline(LIMIT)
        if _is_record(first):
            yield records.line(first, f"{where}:1", names)
            for number, line in enumerate(stdin, start=2):
                if line.strip():
                    yield records.line(line, f"{where}:{number}", names)
            return
        text = first + stdin.read(LIMIT + 1)
    except UnicodeDecodeError as error:
        yield Rejected(where, f"byte {error.start} is not {error.encoding}: convert it, such as with iconv -t utf-8")
        return
    if len(text) > LIMIT:
        yield Rejected(where, f"over the limit of {LIMIT:,} characters for one article: split it")
        return
    yield from how.parse(text.encode("utf-8", "replace"), formats.Origin(where, charset="utf-8", names=names))


def _is_record(line: str) -> bool:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "jsonfeed.org" not in str(record.get("version"))
