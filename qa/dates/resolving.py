"""From a text to its time expressions: match the rules, keep the longest, read them in the order of the text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from qa.dates.context import Context, Reading
from qa.dates.grammar import Rule, load
from qa.dates.periods import bounds
from qa.dates.reading import READERS, Parts
from qa.dates.tokens import Tokens, tokenize
from qa.types import Moment, TimeMention


def resolve(text: str, written: Moment | None) -> list[TimeMention]:
    """Return the time expressions of ``text`` in order, each with its TIMEX3 value and bounds in UTC.

    Args:
        text: any text; offsets of the mentions slice it.
        written: when the text was written (a question: its as-of date). With None, only what the text dates by itself
            has bounds; the rest keeps its place with a value such as ``XXXX-WXX-2`` or ``XXXX-03-28``.
    """
    grammar = load()
    tokens = tokenize(text, grammar)
    context = Context(tokens, grammar, written)
    mentions = []
    for rule, match, start, end in _chosen(tokens, grammar.rules):
        reading = READERS[rule.reads](Parts(context, match))
        if reading is None:
            continue
        mention = _mention(context, reading, tokens.starts[start], tokens.ends[end - 1])
        if mention.kind in ("DATE", "TIME") and mention.earliest is not None:
            context.named = mention.value
        mentions.append(mention)
    return _with_quoted(text, mentions)


def _chosen(tokens: Tokens, rules: tuple[Rule, ...]) -> list[tuple[Rule, re.Match[str], int, int]]:
    """Return the matches that stand: of two that overlap the longer, then the earlier rule."""
    found = []
    for rule in rules:
        for match in rule.pattern.finditer(tokens.symbols):
            start, end = match.span("span" if "span" in rule.pattern.groupindex else 0)
            found.append((rule, match, start, end))
    found.sort(key=lambda each: (each[2] - each[3], each[0].order, each[2]))
    taken = bytearray(len(tokens.symbols))
    kept = []
    for each in found:
        if not any(taken[each[2] : each[3]]):
            taken[each[2] : each[3]] = b"\1" * (each[3] - each[2])
            kept.append(each)
    return sorted(kept, key=lambda each: each[2])


def _mention(context: Context, reading: Reading, start: int, end: int) -> TimeMention:
    span = (reading.earliest, reading.latest)
    if span[0] is None:
        span = _narrowed(bounds(reading.value, context.zone) or (None, None), reading.modifier)
    return TimeMention(
        start,
        end=end,
        text=context.tokens.text[start:end],
        value=reading.value,
        kind=reading.kind,
        earliest=span[0],
        latest=span[1],
    )


def _narrowed(span: tuple[datetime | None, datetime | None], modifier: str) -> tuple[datetime | None, datetime | None]:
    """Return the third of a span that "early", "mid" or "late" leaves."""
    first, last = span
    if first is None or last is None or not modifier:
        return span
    third: timedelta = (last - first) / 3
    index = ("early", "mid", "late").index(modifier)
    return first + index * third, last if index == 2 else first + (index + 1) * third


def _with_quoted(text: str, mentions: list[TimeMention]) -> list[TimeMention]:
    return mentions
