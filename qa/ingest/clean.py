"""The clean body: what is stored, and so the truth for every offset."""

from __future__ import annotations

import re
import unicodedata

_ZERO_WIDTH = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064"
)
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f"
_OTHER = "\ufeff\ufff9\ufffa\ufffb\u3164\uffa0"
# Tag characters (U+E0000–U+E007F) and the variation selectors' supplement carry text that no reader sees; lone
# surrogates cannot be stored as UTF-8; control characters other than tab and newline are never part of prose.
_UNSEEN = re.compile(
    f"[{_ZERO_WIDTH}{_BIDI}{_OTHER}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\U000e0000-\U000e0fff]"
)
_NEWLINE = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_LINE_END = re.compile(r"[^\S\n]+(?=\n|\Z)")
_MANY_BLANK = re.compile(r"\n{3,}")
_SPACE = re.compile(r"\s+")


def body(text: str) -> str:
    """Return ``text`` as it is stored: NFC, one kind of newline, nothing unseen, no blank edges.

    Idempotent. Joiners (U+200C, U+200D) go too: they carry meaning in some scripts, but also hide words from a search.
    """
    plain = seen(_NEWLINE.sub("\n", text))
    plain = _LINE_END.sub("", unicodedata.normalize("NFC", plain))
    return _MANY_BLANK.sub("\n\n", plain).strip()


def seen(text: str) -> str:
    """Return ``text`` without the characters that nobody sees, such as soft hyphens and joiners."""
    return _UNSEEN.sub("", text)


def line(text: str, *, limit: int = 500) -> str:
    """Return ``text`` as one clean line (a headline, an outlet, a name), cut to ``limit`` characters."""
    return _SPACE.sub(" ", body(text))[:limit].strip()
