"""Bytes to text, or the reason why not. Nothing is decoded by guessing."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_KINDS = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
)


_NO_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined"})
"""Codecs of Python that no page is written in; they fail in ways of their own, take quadratic time, or hide markup."""


class Undecodable(ValueError):
    """The bytes are not text in any encoding that they name."""


def decode(data: bytes, *, declared: bool = False, named: str = "") -> str:
    """Return the text of ``data``: UTF-8, or what a byte order mark, ``named`` or its own head names, in this order.

    ``declared`` says that the head of this kind of data may name an encoding; ``named`` is what its server called it.
    A page that is called latin-1 by mistake and is UTF-8 throughout is read as that.

    Raises:
        Undecodable: it is binary, or not in that encoding.
    """
    for magic, kind in _KINDS:
        if data.startswith(magic):
            raise Undecodable(f"it is {kind}, not text")
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), "")
    if not encoding:
        encoding = _known(named) if named else _named(data) if declared else ""
        if encoding == "cp1252" and _is_utf8(data):
            encoding = "utf-8"
    if encoding:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            raise Undecodable(f"it says that it is {encoding}, but byte {error.start} is not") from None
        except UnicodeError as error:  # some codecs raise no more than this
            raise Undecodable(f"it says that it is {encoding}, but is not: {error}") from None
    if b"\x00" in data[:4096]:
        raise Undecodable("it is binary (a zero byte near the start), not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Undecodable(
            f"byte {error.start} is not UTF-8, and no other encoding is declared: convert it, as with iconv -t utf-8"
        ) from None


def _named(data: bytes) -> str:
    """Return the encoding that the first bytes of a page declare, or an empty string."""
    found = _DECLARED.search(data[:2048])
    if not found:
        return ""
    return _known(found.group(1).decode("ascii"))


def _known(name: str) -> str:
    """Return Python's name of an encoding."""
    try:
        known = codecs.lookup(name).name
        "".encode(known)
    except (LookupError, ValueError):
        known = ""
    if not known or known in _NO_TEXT:
        raise Undecodable(f"it declares the encoding {name[:40]!r}, which no text is read in")
    # The HTML standard reads the labels latin-1 and ascii as windows-1252.
    return "cp1252" if known in {"iso8859-1", "ascii"} else known


def _is_utf8(data: bytes) -> bool:
    """Whether data that holds more than ASCII is UTF-8: text in another encoding hardly ever is, by accident."""
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False
