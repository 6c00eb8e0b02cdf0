"""Cuts an article into passages: sentence-aligned spans of its body, of a size that the encoder reads whole."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa import dates, sentences
from qa.types import Article, Passage, TimeMention

VERSION = "sentences-150-1"
"""The splitter's name: an index built with another one is rebuilt."""

_MOST = 150
"""Words in a passage. With its headline and date that is about 220 of the default encoder's 256 tokens."""

_RUN = re.compile(r"\S+")
_PIECE = 300


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    weight: int


def split(article: Article) -> tuple[Passage, ...]:
    """Return the article's passages, in order, none overlapping, every sentence in one of them.

    Passages are of nearly equal size, at most 150 words; only a sentence longer than that is itself cut, between words
    where it has any. Time expressions are resolved against the article's own date.
    """
    spans = [piece for span in sentences.split(article.body) for piece in _bounded(article.body, span.start, span.end)]
    times = sorted(dates.resolve(article.body, article.dated), key=lambda mention: mention.start)
    starts = [mention.start for mention in times]
    return tuple(_passage(article, group, times, starts) for group in _groups(spans))


def weight(text: str) -> int:
    """Return the size of ``text`` in words; a run longer than a word counts as several, as a tokenizer sees it."""
    return sum(_run_weight(found.group()) for found in _RUN.finditer(text))


def _run_weight(run: str) -> int:
    return 1 if len(run) <= 16 else -(-len(run) // (6 if run.isascii() else 2))


def _bounded(body: str, start: int, end: int) -> Iterator[_Span]:
    """Yield a sentence as one span, or cut into spans of at most the size of a passage."""
    first, last, total = start, start, 0
    for piece_start, piece_end in _pieces(body, start, end):
        size = _run_weight(body[piece_start:piece_end])
        if total and total + size > _MOST:
            yield _Span(first, last, total)
            first, total = piece_start, 0
        last, total = piece_end, total + size
    if total:
        yield _Span(first, last, total)


def _pieces(body: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the runs between white space, cut where they are longer than any word (a line without spaces)."""
    for found in _RUN.finditer(body, start, end):
        length = found.end() - found.start()
        step = _PIECE if found.group().isascii() else _PIECE // 3
        for offset in range(0, length, step) if length > step else (0,):
            yield found.start() + offset, found.start() + min(offset + max(step, 1), length)


def _groups(spans: Sequence[_Span]) -> Iterator[Sequence[_Span]]:
    """Yield runs of spans of nearly equal weight: as few as the limit allows, filled evenly."""
    left = sum(span.weight for span in spans)
    group: list[_Span] = []
    held = 0
    target = _target(left)
    for span in spans:
        fits = held + span.weight <= _MOST
        # A sentence goes where the passage ends up nearer to its share.
        if group and (not fits or held + span.weight / 2 > target):
            yield group
            left -= held
            group, held, target = [], 0, _target(left)
        group.append(span)
        held += span.weight
    if group:
        yield group


def _target(left: int) -> float:
    return left / max(1, -(-left // _MOST))


def _passage(article: Article, group: Sequence[_Span], times: Sequence[TimeMention], starts: Sequence[int]) -> Passage:
    start, end = group[0].start, group[-1].end
    within = times[bisect_left(starts, start) : bisect_left(starts, end)]
    return Passage(
        f"{article.id}.{start}",
        article_id=article.id,
        start=start,
        end=end,
        text=article.body[start:end],
        times=tuple(mention for mention in within if mention.end <= end),
    )
