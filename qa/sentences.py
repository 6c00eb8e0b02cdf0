"""Sentences as spans of a news text: abbreviations, initials, decimals, quotations, headings and wrapped lines.

The rules are linear in the length of the text: every candidate looks at a bounded window around itself, so a megabyte
without a space costs no more than a megabyte of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

MAX_LENGTH = 1000
"""The longest sentence in characters. A passage holds about 900, and a model reads whole sentences: a longer one is
cut at a clause, at a space or, where there is neither, at this length."""

_WINDOW = 40
_WRAP_WIDTH = 130


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_BEFORE_NAME = _words("""
    mr mrs ms messrs dr prof gen sen rep reps sens gov lt col capt cmdr sgt maj adm brig pvt cpl st ste mt ft hon
    rev fr pres sec supt det insp amb atty ald cllr mme mlle vs v approx est dept gens lts cols drs profs govs
""")
_BEFORE_NUMBER = _words("""
    no nos p pp art sec fig ch vol jan feb mar apr jun jul aug sep sept oct nov dec ca c op para cl reg
""")
_MAY_END = _words("""
    inc corp ltd co llc plc bros jr sr esq etc al ave blvd rd dist assn calif mass fla ill ind wis minn mich conn
    ariz colo ga ky la md mo neb nev okla ore pa tenn tex va vt wash wyo ala ark del kan mont dak jan feb mar apr
    jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun min max avg ext tel
""")
_SMALL_MAY_END = _words("inc corp ltd co etc al esq ext tel min max avg")
_STARTERS = _words("""
    a about according after again all also although an and another any are as asked at because before both but by
    despite do during each earlier even every few first for from he her here hers his how however i if in instead
    is it its last later many meanwhile more most mr mrs ms my neither no nobody none nor not nothing now of
    officials on once one only or other our over police several she since so some still such that the their then
    there these they this those though three thus to two under unlike until was we were what when where whether
    which while who why with without yet you your yesterday today
""")
_ATTRIBUTION = re.compile(
    r"(?:[A-Z][\w’'.-]{0,30}\s+){1,4}(?:said|says|asked|asks|added|told|wrote|writes|replied|shouted|cried|tweeted|noted"
    r"|exclaimed|wondered|continued)\b"
)
_TERMINATOR = re.compile(r"[.!?…。！？]+")
_LIST_MARK = re.compile(r"\s{0,20}(?:[-*•–—▪]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_LETTERS = re.compile(r"(?<!\w)(?:[^\W\d_]\.)*[^\W\d_]{1,20}$")
_CLOSERS = "\"'”’»)]}›"
_OPENERS = "\"'“‘«([{‹¿¡"
_WIDE = "。！？"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: ``text[span.start:span.end]``."""

    start: int
    end: int


def split(text: str) -> tuple[Span, ...]:
    """Return the sentences of ``text`` in order.

    Spans do not overlap, neither begin nor end with white space, cover every character that is not white space, and
    are at most ``MAX_LENGTH`` characters long. A blank line, a heading's line end and a list item's begin are
    boundaries; the line end inside a hard-wrapped paragraph is not.
    """
    spans: list[Span] = []
    for start, end in _blocks(text):
        cuts = [*_cuts(text, start, end), end]
        begin = start
        for cut in cuts:
            spans.extend(_capped(text, begin, cut))
            begin = cut
    return tuple(spans)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of text that no sentence crosses."""
    paragraph: list[tuple[int, int]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        end = position + len(line)
        if line.strip():
            paragraph.append((position, end))
        else:
            yield from _unwrapped(text, paragraph)
            paragraph = []
        position = end
    yield from _unwrapped(text, paragraph)


def _unwrapped(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the lines of a paragraph, joined where a line end is only a wrap."""
    if not lines:
        return
    width = max(len(text[start:end].rstrip()) for start, end in lines)
    begin = lines[0][0]
    for (start, end), (following, last) in pairwise(lines):
        if not _is_wrap(text[start:end], text[following:last], width):
            yield begin, end
            begin = following
    yield begin, lines[-1][1]


def _is_wrap(line: str, following: str, width: int) -> bool:
    """Return whether the end of ``line`` is inside a sentence."""
    line, following = line.strip(), following.strip()
    if _LIST_MARK.match(following + " ") or _ends_sentence(line):
        return False
    if following[0].islower():
        return True
    first_word = following[:_WINDOW].split()[0]
    return width <= _WRAP_WIDTH and len(line) + 1 + len(first_word) > width


def _ends_sentence(line: str) -> bool:
    """Return whether a line ends as a sentence does; an abbreviation at its end leaves that open."""
    bare = line.rstrip(_CLOSERS)
    return bare[-1:] in set("!?…:。！？") or (bare.endswith(".") and _last_word(bare[:-1]) not in _BEFORE_NAME)


def _last_word(before: str) -> str:
    """Return the word that ends ``before``, in lower case and with its inner dots."""
    match = _LETTERS.search(before[-_WINDOW:])
    return match.group().lower() if match else ""


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the positions between two sentences of a block."""
    mark = _LIST_MARK.match(text, start, end)
    first = mark.end() if mark else start
    for match in _TERMINATOR.finditer(text, first, end):
        closed = match.end()
        while closed < end and text[closed] in _CLOSERS and closed - match.end() < 4:
            closed += 1
        rest = text[closed : closed + 4 * _WINDOW].split("\n\n", 1)[0]
        if closed >= end or not rest.strip():
            continue
        spaced = rest[0].isspace()
        # `said. "The` : a straight quote after a space opens; `said." The` : before the space it closes.
        if _is_boundary(text[max(start, match.start() - _WINDOW) : match.start()], match.group(), rest, spaced=spaced):
            yield closed


def _is_boundary(before: str, terminator: str, rest: str, *, spaced: bool) -> bool:
    """Return whether a sentence ends at ``terminator``."""
    following = rest.lstrip().lstrip(_OPENERS)
    word = re.match(r"[^\W\d_]+", following)
    starter = bool(word) and word.group().lower() in _STARTERS and word.group()[0].isupper()  # type: ignore[union-attr]
    if terminator[0] in _WIDE:
        return True
    if not spaced:
        # "said.The" of a badly extracted page; not "example.The" of an address, which has no such word after it
        return starter and len(_last_word(before)) > 1 and before[-1:].islower() and "/" not in before.split(" ")[-1]
    if not following or _is_lower(following):
        return False
    if terminator[0] in "!?":
        return not _ATTRIBUTION.match(following)
    if terminator != ".":
        return True
    return _dot_ends(_last_word(before), before, following, starter=starter)


def _is_lower(following: str) -> bool:
    """Return whether a sentence cannot begin here: a small letter, unless of a name such as iPhone or eBay."""
    return following[0].islower() and not following[1:2].isupper()


def _dot_ends(last: str, before: str, following: str, *, starter: bool) -> bool:
    """Return whether a single full stop after the word ``last`` ends a sentence."""
    if last in _BEFORE_NAME:
        return False
    if last in _BEFORE_NUMBER and following[0].isdigit():
        return False
    if last in ("a.m", "p.m"):
        return not re.match(r"(?:[A-Z]{2,4}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z][a-z]+\s\d)\b", following)
    initial = len(last) == 1 and before[-1:].isupper()
    short = last in _MAY_END and (last in _SMALL_MAY_END or before[-len(last)].isupper())
    if initial or "." in last or short:
        return starter
    return True


def _capped(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the trimmed span, cut into pieces of at most ``MAX_LENGTH`` characters."""
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            return
        stop = end if end - start <= MAX_LENGTH else _clause_end(text, start)
        last = stop
        while text[last - 1].isspace():
            last -= 1
        yield Span(start, last)
        start = stop


def _clause_end(text: str, start: int) -> int:
    """Return where to cut an overlong sentence: after its last clause, word or character that fits."""
    window = text[start : start + MAX_LENGTH]
    for mark in ("; ", ": ", ", ", " "):
        position = window.rfind(mark, MAX_LENGTH // 2)
        if position >= 0:
            return start + position + len(mark)
    return start + MAX_LENGTH
