"""Ranges whose two ends are expressions of their own: "from May to July", "between 2019 and 2021"."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from datetime import date

from qa.dates.context import Context
from qa.dates.parts import moved
from qa.dates.periods import bounds
from qa.types import TimeMention

_SHAPE = re.compile(r"\d")


def joined(context: Context, mentions: list[TimeMention]) -> list[TimeMention]:
    """Return the mentions with the two ends of each range made one."""
    kept: list[TimeMention] = []
    for mention in mentions:
        both = _range(context, kept[-1], mention) if kept else None
        if both is not None:
            kept[-1] = both
        else:
            kept.append(mention)
    return kept


def _range(context: Context, first: TimeMention, last: TimeMention) -> TimeMention | None:
    """Return the range from one mention to the next, or None where the words do not say that it is one."""
    text, grammar = context.tokens.text, context.grammar
    between = text[first.end : last.start]
    if len(between) > 12 or first.kind != "DATE" or last.kind != "DATE" or _shape(first) != _shape(last):
        return None
    word, (opener, start) = between.strip().lower(), _opener(context, first)
    closes = word in grammar.joiners or word in grammar.joined_after.get(opener, [])
    weekday = bool(re.search(r"day\b", first.text)) and not re.search(r"\d", first.text)
    if not closes or (weekday and not opener and _follows_on(context, first)) or _shifts(context, first):
        return None
    begin, end = _ordered(first, last)
    span = bounds(f"{begin}/{end}", context.zone)
    if span is None or not begin < end:
        return None
    return replace(
        first, start=start, end=last.end, text=text[start : last.end], value=f"{begin}/{end}",
        earliest=span[0], latest=span[1],
    )  # fmt: skip


def _follows_on(context: Context, first: TimeMention) -> bool:
    """Return whether any other word than an opener leads to the weekday: "said on Monday to Friday's crowd"."""
    index = bisect_left(context.tokens.starts, first.start) - 1
    return context.tokens.word(index) in context.grammar.values["weekday_lead"]


def _shifts(context: Context, first: TimeMention) -> bool:
    """Return whether a verb of moving leads to the range: "moved from 12 March to 9 April" is no stretch."""
    grammar, index = context.grammar, bisect_left(context.tokens.starts, first.start) - 1
    if context.tokens.word(index) != "from":
        return False
    index -= 1
    while context.tokens.word(index) in grammar.shifted_by:
        index -= 1
    return context.tokens.word(index) in grammar.shifters


def _shape(mention: TimeMention) -> str:
    """Return a value's form with its digits levelled; only whole days, months, quarters and years have ends."""
    form = _SHAPE.sub("9", mention.value)
    return form if form in ("9999", "9999-99", "9999-99-99", "9999-Q9") else mention.value + str(mention.start)


def _opener(context: Context, first: TimeMention) -> tuple[str, int]:
    """Return the "from" or "between" before a mention, and where the range then starts."""
    index = bisect_left(context.tokens.starts, first.start) - 1
    word = context.tokens.word(index)
    return (word, context.tokens.starts[index]) if word in context.grammar.openers else ("", first.start)


def _ordered(first: TimeMention, last: TimeMention) -> tuple[str, str]:
    """Return both values in order: an end without a year of its own takes the other's, a weekday the same week."""
    begin, end = first.value, last.value
    own_first, own_last = (bool(re.search(r"\d{4}", mention.text)) for mention in (first, last))
    if own_last and not own_first and len(begin) > 4:
        begin = end[:4] + begin[4:]
        if begin > end:
            begin = f"{int(end[:4]) - 1:04d}{begin[4:]}"
    elif begin > end and not own_last and len(end) == 10 and not re.search(r"\d", last.text):
        end = moved(date.fromisoformat(end), 7) or end
    elif not own_last and len(end) > 4 and re.search(r"[a-z]", last.text, re.I):
        candidate = begin[:4] + end[4:]
        later = candidate if candidate >= begin else f"{int(begin[:4]) + 1:04d}{end[4:]}"
        end = later if own_first or begin > end else end
    return begin, end
