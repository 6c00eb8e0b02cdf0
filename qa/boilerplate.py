"""Lines of an article that are not its text: captions, pull quotes, "WATCH:", "READ MORE", tweets, share bars.

They stay in the body, where a reader would see them, and are never evidence: what they say stands in the text too, or
is somebody else's. Recognised by how they are written, so that an archive needs no rebuilding; linear in its length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

_LONGEST = 400
"""Characters of a line that can be boilerplate; a paragraph of prose is longer."""

_REPEATED = 5
"""Words that a repeated line has at least."""

_CHECKS = 200
"""Lines of one body that are looked for elsewhere in it, at most."""

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_CALL = re.compile(
    r"(?:(?:WATCH|READ|LISTEN|MORE|VIDEO|PHOTOS?|RELATED|GALLERY|EXPLAINED|RECOMMENDED)"
    r"(?:\s(?:LIVE|NOW|HERE|VIDEO|MORE|ALSO))?"
    r"|More|[Ww]atch(?: (?:live|now|here|video|the video|more))?"
    r"|(?i:(?:also read|read also|read more|read next|see also|see more|watch also|also watch|more on this"
    r"|don[’']t miss|related(?: (?:articles?|stories|story|news|topics?|coverage))?|must[- ]read|in pictures|in photos"
    r"|most read|trending|editor[’']s picks?)))\s*[:|>»]"
)
_ASIDE = re.compile(
    r"(?i:read more|click here|tap here|sign up (?:for|to) (?:our|the|receive|get)|subscribe (?:to|now)|follow us on"
    r"|follow \S+ on (?:twitter|x|facebook|instagram|telegram|whatsapp)|download (?:our|the) app|advertisement"
    r"|story continues below|article continues|continue reading|scroll down|share this|view this post on"
    r"|a post shared by|view (?:all )?comments|this video (?:file )?cannot be played|your browser does not support"
    r"|all rights reserved|copyright ©|© \d{4}|with (?:inputs|input) from|get (?:the|our) .{0,40}newsletter)\b"
)
_CREDIT_BEFORE = re.compile(
    r"(?:(?:(?:image|photo|photograph|picture|video|graphic|illustration|file|representational|representative)s?"
    r"(?:\s+(?:credit|source|courtesy|by|image|photo|picture)s?)?|credits?|caption|image\s+via|photo\s+via|pic)\s*[:/|]"
    r"|file\s*[-\u2013\u2014]\s|file photo\b|(?:photo|photograph|image|illustration|picture)\s+by\s)",
    re.IGNORECASE,
)
_CREDIT_AFTER = re.compile(
    r"(?:[(\[|/\u2013\u2014-]\s*[^()\[\]|]{0,60}?\b(?:Getty Images|AP Photo|Reuters|AFP|EPA|Getty|Shutterstock|PA Wire"
    r"|PA Media|Anadolu|Xinhua|Alamy|[Ff]ile [Pp]hoto|file|Twitter|ANI|PTI)\b[^()\[\]|.]{0,60}[)\]]"
    r"|\bGetty Images|\bAP Photo(?:/[\w .]+)?|\bvia (?:Getty|Reuters|AP|AFP)(?: Images)?"
    r"|\bPhoto(?:graph)?: [^.]{2,60})\s*\Z"
)
_PHOTO = re.compile(r"Photo|photo|Images|Getty|Shutterstock|Alamy|file|File|/")
_TWEET = re.compile(
    r"pic\.twitter\.com/\w|[\u2014\u2013-]\s*[^()\n]{1,60}\(@\w{1,20}\)\s+[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}"
)
_LINK = re.compile(
    r"(?:[^\s:]{1,20}\s*[-:\u2013]\s*)?(?:https?://|www\.)\S+(?:\s+(?:https?://|www\.)\S+)*\Z", re.IGNORECASE
)
_SHARING = frozenset(
    "share tweet facebook twitter x whatsapp email e-mail print linkedin pinterest telegram reddit save copy link via"
    " on this article story page with friends more comments comment bookmark flipboard messenger viber post pin it by"
    " to and instagram youtube like follow us".split()
)
_NETWORKS = frozenset("facebook twitter whatsapp linkedin pinterest telegram reddit email e-mail share tweet".split())


def within(body: str, start: int, end: int) -> bool:
    """Whether most of ``body[start:end]`` is boilerplate."""
    covered = sum(max(0, min(end, last) - max(start, first)) for first, last in spans(body))
    return covered * 2 > end - start


@lru_cache(maxsize=256)
def spans(body: str) -> tuple[tuple[int, int], ...]:
    """Return the lines of a body that are boilerplate, in order; none where that would be all of it."""
    lines = [(found.start(), found.end()) for found in _LINE.finditer(body) if found.group().strip()]
    written = {span for span in lines if span[1] - span[0] <= _LONGEST and is_boilerplate(body[slice(*span)].strip())}
    found = written | set(_repeated(body, [span for span in lines if span not in written]))
    return tuple(span for span in lines if span in found) if len(found) < len(lines) else ()


def is_boilerplate(line: str) -> bool:
    """Whether a line is written as boilerplate is."""
    if _CALL.match(line) or _CREDIT_BEFORE.match(line) or _TWEET.search(line) or _LINK.match(line):
        return True
    if _ASIDE.match(line) and len(line) <= 160:
        return True
    credit = _CREDIT_AFTER.search(line)
    return bool(credit and _PHOTO.search(credit.group())) or _is_share_bar(line)


def _is_share_bar(line: str) -> bool:
    words = [word.lower() for word in _WORD.findall(line)]
    return 0 < len(words) <= 16 and not _NETWORKS.isdisjoint(words) and _SHARING.issuperset(words)


def _repeated(body: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the lines whose words stand, in their order, in a longer line too, or in an earlier one.

    A pull quote ends without a full stop, in quotation marks, or in ": Speaker", which is left out of the comparison.
    """
    texts = [" ".join(_words(body[start:end])) for start, end in lines]
    openings = Counter(opening for text in texts for opening in _openings(text))
    whole = "\n".join(f" {text} " for text in texts)
    seen: set[str] = set()
    checks = 0
    for (start, end), text in zip(lines, texts, strict=True):
        said = _said(body[start:end], text)
        words = said.split(" ")
        if text in seen and len(words) >= _REPEATED:
            yield start, end
        elif end - start <= _LONGEST and len(words) >= _REPEATED and openings[" ".join(words[:_REPEATED])] > 1:
            checks += 1
            if checks <= _CHECKS and whole.count(f" {said} ") > texts.count(text):
                yield start, end
        seen.add(text)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _openings(text: str) -> Iterator[str]:
    words = text.split(" ")
    for first in range(len(words) - _REPEATED + 1):
        yield " ".join(words[first : first + _REPEATED])


def _said(line: str, words: str) -> str:
    """Return the words of a line without the speaker behind its colon."""
    before, colon, speaker = line.rpartition(":")
    named = colon and len(speaker.split()) <= 4 and speaker.strip()[:1].isupper()
    return " ".join(_words(before)) if named else words
