"""Rows as numbers: token ids, and where the answers stand among them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qa.reader.layout import framed
from training.rows import Row

_STEP = 32
"""Lengths are padded to multiples of this: with free lengths the process grows by gigabytes."""

UNJUDGED = -100
"""The label of a head that a row says nothing of."""


@dataclass(frozen=True, slots=True)
class Features:
    """One row for the network. ``starts`` and ``ends`` are token numbers; (0,) is "not in here"; () is unjudged."""

    ids: tuple[int, ...]
    kinds: tuple[int, ...] = field(kw_only=True)
    starts: tuple[int, ...] = field(kw_only=True)
    ends: tuple[int, ...] = field(kw_only=True)
    relevant: int = field(kw_only=True)
    verdict: int = field(kw_only=True)


def window(row: Row, longest: int, rng: random.Random) -> tuple[str, tuple[tuple[int, int], ...] | None]:
    """Return some ``longest`` characters of a passage with its first answer in it, and the answers in them."""
    text, answers = row.passage, row.answers
    if len(text) <= longest:
        return text, answers
    aim = answers[0] if answers else None
    start = max(0, aim[1] - rng.randint(longest // 4, longest - 1)) if aim else rng.randint(0, len(text) - longest)
    start = min(start, aim[0]) if aim else start
    start = 0 if start == 0 else text.rfind(" ", 0, start + 1) + 1
    end = max(start + longest, aim[1] if aim else 0)
    kept = answers and tuple((a - start, b - start) for a, b in answers if start <= a and b <= end)
    return text[start:end], kept


def features(row: Row, tokenizer: Any, *, longest: int, rng: random.Random) -> Features | None:
    """Return a row as numbers, or None where no answer of it falls on whole tokens of the window.

    Args:
        row: what to learn.
        tokenizer: a fast tokenizer of ``transformers``.
        longest: tokens at most.
        rng: chooses the window of a long passage.
    """
    passage, answers = window(row, longest * 4, rng)
    laid = framed(passage, headline=row.headline, days=row.days)
    encoded = tokenizer(
        row.question, laid.text, truncation="only_second", max_length=longest, return_offsets_mapping=True
    )
    spans = _token_spans(encoded, answers or (), laid.start)
    if row.answers and not spans:
        return None
    judged = row.answers is not None
    return Features(
        tuple(encoded["input_ids"]),
        kinds=tuple(encoded.get("token_type_ids") or [0] * len(encoded["input_ids"])),
        starts=tuple(start for start, _ in spans) or ((0,) if judged else ()),
        ends=tuple(end for _, end in spans) or ((0,) if judged else ()),
        relevant=UNJUDGED if row.relevant is None else int(row.relevant),
        verdict=UNJUDGED if row.verdict is None else row.verdict,
    )


def _token_spans(encoded: Any, answers: Sequence[tuple[int, int]], shift: int) -> list[tuple[int, int]]:
    """Return the token spans that hold the answers; ``shift`` is where the passage begins in the second text."""
    side, offsets = encoded.sequence_ids(), encoded["offset_mapping"]
    places = [(number, a - shift, b - shift) for number, (a, b) in enumerate(offsets) if side[number] == 1 and b > a]
    found = []
    for start, end in answers:
        first = next((number for number, a, b in places if a <= start < b), None)
        last = next((number for number, a, b in places if a < end <= b), None)
        if first is not None and last is not None and first <= last:
            found.append((first, last))
    return sorted(set(found))


def batches(found: Sequence[Features], size: int, rng: random.Random) -> Iterator[list[Features]]:
    """Yield batches of rows of like length, in random order."""
    order = sorted(found, key=lambda each: len(each.ids))
    cut = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(cut)
    yield from cut


def padded(batch: Sequence[Features], pad: int) -> dict[str, Any]:
    """Return a batch as tensors, padded to a multiple of 32 tokens."""
    import torch

    length = -(-max(len(each.ids) for each in batch) // _STEP) * _STEP

    def filled(values: Sequence[int], filler: int) -> list[int]:
        return [*values, *[filler] * (length - len(values))]

    return {
        "input_ids": torch.tensor([filled(each.ids, pad) for each in batch]),
        "attention_mask": torch.tensor([filled([1] * len(each.ids), 0) for each in batch]),
        "token_type_ids": torch.tensor([filled(each.kinds, 0) for each in batch]),
    }
