"""From a text to its time expressions: match the rules, keep the longest, read them in the order of the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from qa.dates import reading_days, reading_lengths, reading_periods
from qa.dates.context import Context, Reading
from qa.dates.grammar import BREAK, Rule, load
from qa.dates.parts import Parts
from qa.dates.periods import bounds, to_utc
from qa.dates.quoting import quotations
from qa.dates.ranges import joined
from qa.dates.tokens import Tokens, tokenize
from qa.types import Moment, TimeMention

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!.*/)")
_NEIGHBOURS = 4
READERS = {**reading_days.READERS, **reading_periods.READERS, **reading_lengths.READERS}


def resolve(text: str, written: Moment | None, *, join: bool = True) -> list[TimeMention]:
    """Return the time expressions of ``text`` in order, each with its TIMEX3 value and bounds in UTC.

    Mentions do not overlap. Days are those of the clock that ``written`` is on (UTC for a bare date); a time of day
    without a zone is on that clock too. Where "early" or "later" narrows a period, the bounds say so and the value does
    not. Vague times keep a value without bounds (``PRESENT_REF``, ``PAST_REF``, ``FUTURE_REF``).

    Args:
        text: any text; offsets of the mentions slice it.
        written: when the text was written (for a question, its as-of date). With None, only what dates itself has
            bounds; the rest keeps its place, with a value such as ``XXXX-WXX-2`` or ``XXXX-03-28``.
        join: whether "from May to July" is one mention with the value ``2022-05/2022-07``. TIMEX3 has no such value
            and marks both ends; with False so does this. Compact ranges ("March 28-30") are always one.
    """
    grammar = load()
    tokens = tokenize(text, grammar)
    context = Context(tokens, grammar, written)
    mentions: list[TimeMention] = []
    for rule, match, first, last in _chosen(tokens, grammar.rules):
        reading = READERS[rule.reads](Parts(context, match, first, last))
        if reading is None or not reading.value:  # no such time, or one outside the calendar
            continue
        mention = _mention(context, reading, tokens.starts[first], tokens.ends[last - 1])
        if mention.kind in ("DATE", "TIME") and mention.earliest is not None:
            context.remember(mention.value, mention.start)
        mentions.append(mention)
    mentions = _with_days(context, mentions)
    return _with_quoted(text, joined(context, mentions) if join else mentions)


def _chosen(tokens: Tokens, rules: tuple[Rule, ...]) -> list[tuple[Rule, re.Match[str], int, int]]:
    """Return the matches that stand: of two that overlap the longer, then the earlier rule."""
    found = []
    for rule in rules:
        group: str | int = "span" if "span" in rule.pattern.groupindex else 0
        for match in rule.pattern.finditer(tokens.symbols):
            first, last = match.span(group)
            if last > first:
                found.append((rule, match, first, last))
    found.sort(key=lambda each: (each[2] - each[3], each[0].order, each[2]))
    taken = bytearray(len(tokens.symbols))
    kept = []
    for each in found:
        if not any(taken[each[2] : each[3]]):
            taken[each[2] : each[3]] = b"\1" * (each[3] - each[2])
            kept.append(each)
    return sorted(kept, key=lambda each: each[2])


def _mention(context: Context, reading: Reading, start: int, end: int) -> TimeMention:
    earliest, latest = reading.earliest, reading.latest
    if earliest is None or latest is None:
        span = bounds(reading.value, context.zone)
        earliest, latest = _narrowed(span[0], span[1], reading.modifier) if span else (None, None)
    if earliest is not None and latest is not None:
        earliest, latest = to_utc(earliest), to_utc(latest)
        if earliest > latest:  # on the first and the last day of the calendar one end has no UTC
            earliest = latest = None
    text = context.tokens.text[start:end]
    return TimeMention(
        start, end=end, text=text, value=reading.value, kind=reading.kind, earliest=earliest, latest=latest
    )


def _narrowed(first: datetime, last: datetime, modifier: str) -> tuple[datetime, datetime]:
    """Return the third of a span that "early", "mid" or "late" leaves."""
    tick = timedelta.resolution
    third = (last - first + tick) / 3
    if modifier == "early":
        return first, first + third - tick
    if modifier == "mid":
        return first + third, last - third
    return (last + tick - third, last) if modifier == "late" else (first, last)


def _with_days(context: Context, mentions: list[TimeMention]) -> list[TimeMention]:
    """Give each bare time of day its day: the nearest day that its sentence names, else the document's."""
    dotted = []
    for index, mention in enumerate(mentions):
        if mention.value.startswith("XXXX-XX-XXT"):
            around = mentions[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS + 1]
            days = [each for each in around if _DAY.match(each.value) and _same_sentence(context, mention, each)]
            closest = min(days, key=partial(_gap, mention), default=None)
            day = date.fromisoformat(closest.value[:10]) if closest else context.day
            if day is not None:
                value = reading_lengths.clock_on(mention.value, day)
                mention = _mention(context, Reading(value, mention.kind), mention.start, mention.end)
        dotted.append(mention)
    return dotted


def _gap(first: TimeMention, second: TimeMention) -> int:
    return abs(first.start - second.start)


def _same_sentence(context: Context, first: TimeMention, second: TimeMention) -> bool:
    """Return whether no sentence ends between two mentions."""
    low, high = sorted((first, second), key=lambda mention: mention.start)
    begin = bisect_right(context.tokens.starts, low.end - 1)
    end = bisect_right(context.tokens.starts, high.start) - 1
    between = context.tokens.symbols[begin:end]
    return end - begin < 40 and BREAK not in between and context.grammar.shapes["dot"] not in between


def _with_quoted(text: str, mentions: list[TimeMention]) -> list[TimeMention]:
    """Mark the mentions inside direct speech: their clock is the speaker's, not the article's."""
    if not mentions:
        return mentions
    spans = quotations(text)
    begins = [start for start, _ in spans]
    marked = []
    for mention in mentions:
        index = bisect_right(begins, mention.start) - 1
        inside = index >= 0 and mention.end <= spans[index][1]
        marked.append(replace(mention, quoted=True) if inside else mention)
    return marked
