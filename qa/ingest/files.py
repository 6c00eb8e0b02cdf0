"""Files and folders: each file by its reader, links that lead out of a folder not followed."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from qa.ingest import formats, pdf, records, tables
from qa.ingest.articles import LIMIT, Read, Rejected
from qa.ingest.decoding import Undecodable, decode
from qa.ingest.fields import Names

Parse = Callable[[bytes, formats.Origin], Iterable[Read | Rejected]]
"""What makes articles of data: ``formats.articles``, or the same in a process of its own (``Confined.articles``)."""

_MANY_LIMIT = 2_000_000_000
"""Bytes of a file that holds many articles."""


def below(root: Path) -> Iterator[Path | Rejected]:
    """Yield the files below a folder that some reader reads, by name and without hidden ones, and what is not read."""
    home, found = root.resolve(), False
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path, found = Path(folder, name), True
            if not path.resolve().is_relative_to(home):
                yield Rejected(str(path), f"a link that leads out of the folder {str(root)!r}")
            elif path.suffix.lower() not in formats.KNOWN:
                yield Rejected(str(path), f"the format {path.suffix or path.name!r} is not read: {formats.NAMED} are")
            else:
                yield path
    if not found:
        yield Rejected(str(root), "an empty folder: no article in it")


def folder(root: Path, names: Names, parse: Parse = formats.articles) -> Iterator[Read | Rejected]:
    """Yield the articles of all files below a folder."""
    for found in below(root):
        if isinstance(found, Rejected):
            yield found
        else:
            yield from file(found, names, parse)


def file(path: Path, names: Names, parse: Parse = formats.articles) -> Iterator[Read | Rejected]:
    """Yield the articles of one file; ``parse`` reads what is a page, a PDF or a feed, or may hold markup."""
    suffix = path.suffix.lower()
    many = suffix in formats.LINES | formats.JSON | formats.TABLES
    limit = _MANY_LIMIT if many else pdf.SIZE if suffix in formats.PDF else LIMIT
    try:
        size = path.stat().st_size
        if not path.is_file():
            yield Rejected(str(path), "not a regular file")
        elif size > limit:
            yield Rejected(str(path), f"{size:,} bytes are over the limit of {limit:,} for one article: split the file")
        elif suffix in formats.LINES:
            yield from _json_lines(path, names)
        elif suffix in formats.TABLES:
            yield from _table(path, names)
        else:
            origin = formats.Origin(str(path), source=str(path), suffix=suffix, names=names)
            # Text has no markup; what is larger than a child may hold in memory is read here.
            here = suffix in formats.TEXT or size > pdf.SIZE
            yield from (formats.articles if here else parse)(path.read_bytes(), origin)
    except OSError as error:
        yield Rejected(str(path), f"cannot be read: {error.strerror}")


def _json_lines(path: Path, names: Names) -> Iterator[Read | Rejected]:
    """Yield a file's records line by line, so that a large file is never held whole."""
    with path.open("rb") as stream:
        empty = True
        for number, data in enumerate(stream, start=1):
            if not data.strip():
                continue
            empty, where = False, f"{path}:{number}"
            if len(data) > LIMIT:
                yield Rejected(where, f"{len(data):,} bytes are over the limit of {LIMIT:,} for one article")
                continue
            try:
                yield records.line(decode(data), where, names)
            except Undecodable as error:
                yield Rejected(where, str(error))
    if empty:
        yield Rejected(str(path), "an empty file: no article in it")


def _table(path: Path, names: Names) -> Iterator[Read | Rejected]:
    """Yield a table's articles row by row; one that is not UTF-8 all through is read only up to there."""
    with path.open("rb") as stream:
        head = stream.read(4)
        stream.seek(0)
        if head.startswith((b"\xff\xfe", b"\xfe\xff", b"PK", b"%PDF")):
            try:
                text = decode(path.read_bytes())
            except Undecodable as error:
                yield Rejected(str(path), str(error))
                return
            yield from tables.articles(io.StringIO(text, newline=""), str(path), names)
            return
        try:
            lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
            yield from tables.articles(lines, str(path), names)
        except UnicodeDecodeError as error:
            yield Rejected(str(path), f"{error.reason} at byte {error.start} of a part: not UTF-8 from there on;"
                           " convert it, as with iconv -t utf-8")  # fmt: skip
