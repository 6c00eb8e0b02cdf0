"""From sources (files, folders, standard input) to articles. Each reader is one module.

What is taken in: plain text and Markdown (``plain``), saved web pages (``html``), JSON and JSON Lines (``records``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from qa.errors import InputError
from qa.ingest import html, plain, records
from qa.ingest.articles import LIMIT, Read, Rejected, content_id, finish
from qa.ingest.decoding import Undecodable, decode

__all__ = ["LIMIT", "Read", "Rejected", "content_id", "finish", "read"]

_TEXT = frozenset({".txt", ".text", ".md", ".markdown"})
_HTML = frozenset({".html", ".htm", ".xhtml"})
_LINES = frozenset({".jsonl", ".ndjson"})
_JSON = frozenset({".json"})
_KNOWN = _TEXT | _HTML | _LINES | _JSON
_FORMATS = "text, Markdown, HTML, JSON and JSON Lines"
_LINES_LIMIT = 2_000_000_000


def read(sources: Sequence[str | Path], *, stdin: TextIO | None = None) -> Iterator[Read | Rejected]:
    """Yield every article of the sources, in order, and every rejection where it occurs.

    A source is a file, a folder (read recursively, by name, without hidden files), or ``-`` for ``stdin``: JSON Lines,
    JSON, a page, or text, told apart by how it begins. All sources are checked before the first is read.

    Raises:
        InputError: there is no source, a path does not exist, or ``-`` is given without ``stdin``.
    """
    if not sources:
        raise InputError(
            "nothing to take in: name a file, a folder, or - for standard input, as in `qa ingest articles/`"
        )
    for source in sources:
        if str(source) == "-":
            if stdin is None:
                raise InputError("'-' means standard input, and there is none here: name a file or a folder")
        elif "://" in str(source):
            raise InputError(
                f"{str(source)!r} is an address: save the page and give its file, as in `qa ingest page.html`"
            )
        elif not Path(source).exists():
            raise InputError(
                f"there is no file or folder {str(source)!r}: check the path with `ls`, then run `qa ingest PATH` again"
            )
    return _each(sources, stdin)


def _each(sources: Sequence[str | Path], stdin: TextIO | None) -> Iterator[Read | Rejected]:
    for source in sources:
        if str(source) == "-":
            assert stdin is not None
            yield from _stream(stdin)
        elif Path(source).is_dir():
            yield from _folder(Path(source))
        else:
            yield from _file(Path(source))


def _folder(root: Path) -> Iterator[Read | Rejected]:
    """Yield what is below a folder; links that lead out of it are not followed."""
    home, found = root.resolve(), False
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            path, found = Path(folder, name), True
            if not path.resolve().is_relative_to(home):
                yield Rejected(str(path), f"a link that leads out of the folder {str(root)!r}")
            elif path.suffix.lower() not in _KNOWN:
                yield Rejected(str(path), f"the format {path.suffix or path.name!r} is not read: {_FORMATS} are")
            else:
                yield from _file(path)
    if not found:
        yield Rejected(str(root), "an empty folder: no article in it")


def _file(path: Path) -> Iterator[Read | Rejected]:
    suffix = path.suffix.lower()
    limit = _LINES_LIMIT if suffix in _LINES | _JSON else LIMIT
    try:
        size = path.stat().st_size
        if not path.is_file():
            yield Rejected(str(path), "not a regular file")
            return
        if size > limit:
            yield Rejected(str(path), f"{size:,} bytes are over the limit of {limit:,} for one article: split the file")
            return
        if suffix in _LINES:
            yield from _json_lines(path)
            return
        text = decode(path.read_bytes(), declared=suffix in _HTML)
    except Undecodable as error:
        yield Rejected(str(path), str(error))
        return
    except OSError as error:
        yield Rejected(str(path), f"cannot be read: {error.strerror}")
        return
    yield from _text(text, str(path), suffix)


def _json_lines(path: Path) -> Iterator[Read | Rejected]:
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
                yield records.line(decode(data), where)
            except Undecodable as error:
                yield Rejected(where, str(error))
    if empty:
        yield Rejected(str(path), "an empty file: no article in it")


def _stream(stdin: TextIO) -> Iterator[Read | Rejected]:
    """Yield what standard input holds; JSON Lines are taken in as they come."""
    where = "standard input"
    try:
        first = stdin.readline(LIMIT)
        while first and not first.strip():
            first = stdin.readline(LIMIT)
        if _is_record(first):
            yield records.line(first, f"{where}:1")
            for number, line in enumerate(stdin, start=2):
                if line.strip():
                    yield records.line(line, f"{where}:{number}")
            return
        text = first + stdin.read(LIMIT + 1)
    except UnicodeDecodeError as error:
        yield Rejected(where, f"byte {error.start} is not {error.encoding}: convert it, such as with iconv -t utf-8")
        return
    if len(text) > LIMIT:
        yield Rejected(where, f"over the limit of {LIMIT:,} characters for one article: split it")
        return
    yield from _text(text, "", "")


def _is_record(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _text(text: str, source: str, suffix: str) -> Iterator[Read | Rejected]:
    """Yield the articles of one text, by its suffix or, where that says nothing, by how it begins."""
    if not text.strip():
        yield Rejected(source or "standard input", "empty: no article in it")
        return
    head = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if suffix in _JSON or (suffix not in _TEXT | _HTML and head.startswith(("{", "["))):
        yield from records.document(text.lstrip("\ufeff"), source or "standard input")
    elif suffix in _HTML or (suffix not in _TEXT and head.startswith(("<!doctype html", "<html", "<head", "<?xml"))):
        yield html.read(text, source)
    else:
        yield plain.read(text, source)
