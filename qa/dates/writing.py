"""Dates for readers: a TIMEX3 value in words, and a text with its relative expressions made absolute."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise

from qa.dates.quoting import quotations
from qa.types import TimeMention

MONTHS = ("January February March April May June July August September October November December").split()
_SEASONS = {"SP": "spring", "SU": "summer", "FA": "autumn", "WI": "winter"}
_PARTS = {"MO": "morning", "MI": "midday", "AF": "afternoon", "EV": "evening", "NI": "night", "DT": "daytime"}
_ORDINALS = ("first", "second", "third", "fourth")
_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour", "TM": "minute", "S": "second"}
_WEEKDAY = re.compile(r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b", re.IGNORECASE)
_DEICTIC = re.compile(r"(?:earlier |later |early |late )?(?:today|yesterday|tomorrow)$", re.IGNORECASE)
_MONTH = re.compile(
    r"\b(?:" + "|".join(MONTHS) + r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b)", re.IGNORECASE
)
_PART_OF_DAY = re.compile(r"\b(?:morning|afternoon|evening|night|tonight)\b", re.IGNORECASE)
_PREPOSED = re.compile(r"\b(?:on|by|until|till|before|after|since|from|of|for|to|than|and|or|as of)\s+$", re.IGNORECASE)
_DETERMINED = re.compile(r"\b(?:the|a|an|its|his|her|their|our|this|that|each|every)\s+$", re.IGNORECASE)
_CLOSED = re.compile(r"\s*(?:[.,;:!?)\]”\"–—]|$|\n| -)")


_JOINS = re.compile(r"\s+(?:on|in|of)?\s*")
_DAY_BEFORE = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\s+$")


def spoken(value: str) -> str:
    """Return a TIMEX3 value as words, such as "29 March 2022" or "28–30 March 2022".

    A part that the value leaves open is left out ("XXXX-03-28" is "28 March"); a value that names no calendar time
    and no length ("PRESENT_REF") is "".
    """
    if "/" in value:
        first, _, last = value.partition("/")
        return _range(first, last)
    for pattern, say in _FORMS:
        match = pattern.fullmatch(value)
        if match:
            try:
                return say(match)
            except (ValueError, IndexError, KeyError, OverflowError):
                return ""
    return ""


def _year(written: str) -> str:
    return str(int(written))


def _day(match: re.Match[str]) -> str:
    spelled = date(int(match[1]), int(match[2]), int(match[3]))
    return f"{spelled.day} {MONTHS[spelled.month - 1]} {spelled.year}"


def _clock(match: re.Match[str]) -> str:
    zone = {"Z": " UTC", None: ""}.get(match[5], f" UTC{match[5]}")
    return f"{match[4]}{zone} on {spoken(match[1] + '-' + match[2] + '-' + match[3])}"


def _part(match: re.Match[str]) -> str:
    return f"the {_PARTS[match[2]]} of {spoken(match[1])}"


def _week(match: re.Match[str]) -> str:
    monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
    if match[3]:
        return f"the weekend of {spoken((monday + timedelta(5)).isoformat())}"
    return f"the week of {spoken(monday.isoformat())}"


def _decade(match: re.Match[str]) -> str:
    return f"the {int(match[1])}0s"


def _century(match: re.Match[str]) -> str:
    number = int(match[1]) + 1
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"the {number}{ending} century"


def _length(match: re.Match[str]) -> str:
    unit = _UNITS["TM" if match[1] and match[3] == "M" else match[3]]
    if match[2] == "X":
        return f"several {unit}s"
    return f"{match[2]} {unit}{'' if match[2] == '1' else 's'}"


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})"), _day),
    (re.compile(r"(\d{4})-(\d{2})"), lambda match: f"{MONTHS[int(match[2]) - 1]} {_year(match[1])}"),
    (re.compile(r"(\d{4})"), lambda match: _year(match[1])),
    (re.compile(r"(\d{4})-W(\d{2})(-WE)?"), _week),
    (re.compile(r"(\d{4})-Q([1-4])"), lambda match: f"the {_ORDINALS[int(match[2]) - 1]} quarter of {_year(match[1])}"),
    (re.compile(r"(\d{4})-H([12])"), lambda match: f"the {_ORDINALS[int(match[2]) - 1]} half of {_year(match[1])}"),
    (re.compile(r"(\d{4})-(SP|SU|FA|WI)"), lambda match: f"{_SEASONS[match[2]]} {_year(match[1])}"),
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?"), _clock),
    (re.compile(r"(\d{4}-\d{2}-\d{2})T(MO|MI|AF|EV|NI|DT)"), _part),
    (re.compile(r"(\d{3})"), _decade),
    (re.compile(r"(\d{2})"), _century),
    (re.compile(r"XXXX-(\d{2})-(\d{2})"), lambda match: f"{int(match[2])} {MONTHS[int(match[1]) - 1]}"),
    (re.compile(r"XXXX-(\d{2})"), lambda match: MONTHS[int(match[1]) - 1]),
    (re.compile(r"P(T)?([0-9.]+|X)([YMWDHS])"), _length),
)


def _range(first: str, last: str) -> str:
    """Return a range in words, what both ends share said once."""
    begin, end = spoken(first), spoken(last)
    if not begin or not end:
        return ""
    if len(first) == len(last) == 10 and first[:7] == last[:7]:
        return f"{begin.split()[0]}–{end}"
    if len(first) == len(last) == 4 and first.isdigit():
        return f"{begin}–{end}"
    if len(first) == len(last) and first[:4] == last[:4] and first[:4].isdigit() and len(first) in (7, 10):
        joint = "–" if len(first) == 7 and "W" not in first and "Q" not in first else " – "
        year = " " + _year(first[:4])
        return f"{begin.removesuffix(year)}{joint}{end}"
    return f"{begin} – {end}"


_PLANNED = re.compile(
    r"(?:\bhad (?:\w+ )?(?:been )?(?:set|scheduled|due|planned|expected|slated|hoped|intended|meant)\b[^.;:]*"
    r"|\bplanned (?:[\w-]+ ){1,3}(?:in|for|on) )$",
    re.I,
)
"""What was to be, and may have been or still be to come."""

_NAMED_BY_DAY = re.compile(
    r"\s+(?!(?:and|or|to|in|at|on|by|for|from|of|with|but|as|when|after|before|is|was|were|are)\b)[a-z]+"
)
"""A noun right behind the day that names it: "the January 6 attack"."""


def annotate(text: str, mentions: Sequence[TimeMention]) -> str:
    """Return ``text`` with the absolute date in brackets after each relative or partial expression.

    A full date gets nothing, neither does a duration, a set or a time that names no day, nor anything inside direct
    quotation marks, which stay verbatim.

    Args:
        text: the text that the offsets of the mentions slice.
        mentions: as ``resolve`` returns them.
    """
    return _rewritten(text, mentions, lambda mention: (mention.text, f" ({_date_of(mention)})"))


def absolute(text: str, mentions: Sequence[TimeMention]) -> str:
    """Return ``text`` as prose with absolute dates: "on Tuesday, 29 March 2022, instead", "on 28–30 March 2022".

    Weekdays get the date in commas, a date without a year is written in full, other expressions get it in brackets.
    What stands inside direct quotation marks stays verbatim.
    """
    return _rewritten(text, mentions, lambda mention: _prose(text, mention))


def _rewritten(text: str, mentions: Sequence[TimeMention], rewrite: Callable[[TimeMention], tuple[str, str]]) -> str:
    """Replace each mention that needs a date by its two parts, with a possessive 's between them."""
    spans = quotations(text)
    begins = [start for start, _ in spans]
    pieces: list[str] = []
    position = 0
    unclear = _one_of_two(text, mentions) | {mention for mention in mentions if _either_side(text, mention)}
    for mention in mentions:
        quotation = bisect_right(begins, mention.start) - 1
        inside = quotation >= 0 and mention.start < spans[quotation][1]
        if mention.start < position or inside or mention in unclear or not _needs_date(mention):
            continue
        owner = re.compile(r"['’]s\b").match(text, mention.end)
        words, date_words = (mention.text, f" ({_date_of(mention)})") if owner else rewrite(mention)
        pieces += [text[position : mention.start], words, owner.group() if owner else "", date_words]
        position = owner.end() if owner else mention.end
    return "".join([*pieces, text[position:]])


def _one_of_two(text: str, mentions: Sequence[TimeMention]) -> set[TimeMention]:
    """Return the mentions whose words are part of one longer date ("a year ago on 18 July", "12 April last year").

    Each was resolved alone and may be wrong together with the other: a date is left unsaid rather than said wrong.
    """
    found: set[TimeMention] = set()
    for one, other in pairwise(mentions):
        if _JOINS.fullmatch(text, one.end, other.start):
            found |= {one, other}
    return found | {
        mention for mention in mentions if _DAY_BEFORE.search(text, max(0, mention.start - 6), mention.start)
    }


def _either_side(text: str, mention: TimeMention) -> bool:
    """Return whether only the reader's knowledge tells which year or week is meant, so that a date would be a guess.

    "The trip planned for February was cancelled" may be of the February before or the one to come, "had been set for
    Monday" of either Monday, "the January 6 attack" of any January.
    """
    if mention.kind != "DATE" or re.search(
        r"\d{4}|week|month|year|ago|last|next|this|yesterday|to(?:day|morrow)", mention.text
    ):
        return False
    if _PLANNED.search(text, max(0, mention.start - 80), mention.start):
        return True
    before = text[max(0, mention.start - 5) : mention.start].lower()
    return before.endswith(" the ") and bool(_NAMED_BY_DAY.match(text, mention.end) and re.search(r"\d", mention.text))


def _needs_date(mention: TimeMention) -> bool:
    """Return whether a reader needs the absolute date: it is calendar time, and the words do not say it in full."""
    if mention.kind not in ("DATE", "TIME") or mention.earliest is None or not spoken(mention.value):
        return False
    if re.search(r"(?<!\d)\d{3,4}(?:s\b|(?!\d))", mention.text) and mention.kind == "DATE":
        return False
    if re.search(r"century|\d{4}", mention.text):
        return False
    # a bare clock ("at 8 p.m.") is no calendar expression: its day is named beside it or taken for granted
    return mention.kind == "DATE" or bool(_WEEKDAY.search(mention.text) or _PART_OF_DAY.search(mention.text))


def _date_of(mention: TimeMention) -> str:
    """Return the date that a mention lacks; of a time of day its day."""
    return spoken(mention.value[:10]) if mention.kind == "TIME" else spoken(mention.value)


def _prose(text: str, mention: TimeMention) -> tuple[str, str]:
    """Return a mention as prose: the words to stand for it, and what follows them."""
    words, said, before = mention.text, _date_of(mention), text[: mention.start][-12:]
    if "/" in mention.value:
        return _prose_range(mention, said), ""
    if _MONTH.search(words) and mention.kind == "DATE":
        if len(mention.value) == 7:
            return words.rstrip("."), f" {int(mention.value[:4])}"
        weekday = _WEEKDAY.match(words)
        return (f"{weekday.group()}, " if weekday else "") + said, ""
    if _DEICTIC.match(words) and mention.kind == "DATE":
        return _deictic_words(before, said), ""
    if _WEEKDAY.search(words) and not _DETERMINED.search(before):
        comma = "" if _CLOSED.match(text, mention.end) else ","
        return words, f", {said}{comma}"
    return words, f" ({said})"


def _prose_range(mention: TimeMention, said: str) -> str:
    """Return a range in full: "from May to July 2022" keeps its prepositions, "March 28-30" is "28–30 March 2022"."""
    opener = re.match(r"(from|between)\s", mention.text, re.IGNORECASE)
    if opener is None:
        return said
    first, _, last = mention.value.partition("/")
    begin, end = spoken(first), spoken(last)
    if first[:4] == last[:4] and " " in begin:
        begin = begin.removesuffix(f" {int(first[:4])}")
    return f"{opener[1]} {begin} {'to' if opener[1].lower() == 'from' else 'and'} {end}"


def _deictic_words(before: str, said: str) -> str:
    """Return "on 28 March 2022" for "today", or the date alone after a preposition."""
    if _PREPOSED.search(before):
        return said
    begins = not before.strip() or bool(re.search(r"[.!?\n]\s*$", before))
    return f"{'On' if begins else 'on'} {said}"
