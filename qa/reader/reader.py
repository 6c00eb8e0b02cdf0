"""The reader at work: windows of passages through the network, scores back to characters of articles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from qa.reader import graph, weights
from qa.reader.layout import LONGEST, framed
from qa.reader.predictions import DatedPassage, PassagePrediction, SpanPrediction

SPANS = 4
"""Answers that are told of a passage."""

LONGEST_SPAN = 30
"""Tokens of the longest answer."""

QUESTION_TOKENS = 96
"""Tokens of a question that are read; a window must have room for the passage."""

_BEGINNINGS = 12
_BATCH = 8
_STEP = 32

Scores = npt.NDArray[np.float32]

Size = Literal["small", "large"]


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of one passage beside the question, as tokens; ``places`` are their characters in the passage."""

    passage: int
    ids: tuple[int, ...] = field(kw_only=True)
    first: int = field(kw_only=True)
    """The number of the token at which the passage begins."""
    places: tuple[tuple[int, int], ...] = field(kw_only=True)


class Reader:
    """A trained reader. Safe to use from several threads; one batch is computed at a time."""

    def __init__(self, file: Path = weights.FILE, base: Path | None = None) -> None:
        """Name the file of weights and the folder of the encoder under them; nothing is loaded before the first use.

        Args:
            file: trained weights; default: the small reader's.
            base: the folder of their encoder; default: the one that is installed with Dateline.
        """
        self._file = file
        self._base = base
        self._lock = threading.Lock()
        self._network: Any = None
        self._tokenizer: Any = None
        self._engine = ""
        self._typed = True
        self._between: list[int] = []

    @property
    def name(self) -> str:
        """What it is called in traces: "small" for the one that is always there, "large" for the one fetched."""
        return self.size if self._file in weights.SHA256 else self._file.stem

    @property
    def size(self) -> Size:
        """Which of the two it is like: over the installed encoder, or over a larger one."""
        return "small" if self._base is None else "large"

    @property
    def about(self) -> dict[str, str]:
        """Its name, the SHA-256 of its weights where they ship, and what computes it: how an answer can be replayed."""
        return {"name": self.name, "digest": weights.SHA256.get(self._file, ""), "engine": self._engine}

    def warm(self) -> None:
        """Load the network now.

        Raises:
            ModelMissing, ModelCorrupt: the weights or the encoder under them are not as they were installed.
        """
        with self._lock:
            if self._network is None:
                self._load()

    def read(
        self, question: str, passages: Sequence[DatedPassage], *, stopped: Callable[[], bool] = lambda: False
    ) -> list[PassagePrediction]:
        """Return what is told of each passage, in their order.

        Args:
            question: a question, or a claim.
            passages: what to read; a long one is read in overlapping windows.
            stopped: asked between batches whether to end early; what was not read then has no spans.

        Raises:
            ModelMissing, ModelCorrupt: the weights or the encoder under them are not as they were installed.
        """
        self.warm()
        windows = [window for number, one in enumerate(passages) for window in self._windows(question, number, one)]
        order = sorted(range(len(windows)), key=lambda number: -len(windows[number].ids))
        told: dict[int, list[PassagePrediction]] = {}
        for start in range(0, len(order), _BATCH):
            if stopped():
                break
            batch = [windows[number] for number in order[start : start + _BATCH]]
            spans, relevance, verdicts = self._scores(batch)
            for number, window in enumerate(batch):
                found = _spans(spans[number], window, passages[window.passage])
                told.setdefault(window.passage, []).append(
                    PassagePrediction(found, relevance=float(relevance[number]), verdict=_shares(verdicts[number]))
                )
        return [_joined(told.get(number, [])) for number in range(len(passages))]

    def _load(self) -> None:
        import openvino
        from tokenizers import Tokenizer

        base = self._base or weights.base()
        held, shape = weights.load(self._file, base)
        tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        core = openvino.Core()
        quick = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        how = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "bf16" if quick else "f32"}
        network = core.compile_model(graph.build(held, shape), "CPU", how)
        self._engine = f"openvino {how['INFERENCE_PRECISION_HINT']}"
        self._typed = shape.family == "bert"
        # How a pair is joined: what stands between the two texts, by an example.
        self._between = tokenizer.encode("a", "b").ids[len(tokenizer.encode("a").ids) : -2]
        self._tokenizer, self._network = tokenizer, network

    def _windows(self, question: str, number: int, passage: DatedPassage) -> list[_Window]:
        """Return the windows of a passage: each has its head, and they overlap by half."""
        laid = framed(passage.text, headline=passage.headline, days=passage.days)
        asked = self._tokenizer.encode(question).ids
        asked = asked if len(asked) <= QUESTION_TOKENS else [*asked[: QUESTION_TOKENS - 1], asked[-1]]
        whole = self._tokenizer.encode(laid.text, add_special_tokens=False)
        offsets = [(start - laid.start, end - laid.start) for start, end in whole.offsets]
        head = next((place for place, (_, end) in enumerate(offsets) if end > 0), len(offsets))
        head_ids = whole.ids[: min(head, LONGEST // 4)]
        asked = [*asked, *self._between]
        room = LONGEST - len(asked) - len(head_ids) - 1
        ids, places = whole.ids[head:], offsets[head:]
        starts = [0] if len(ids) <= room else [*range(0, len(ids) - room, max(room // 2, 1)), len(ids) - room]
        return [
            _Window(
                number,
                ids=(*asked, *head_ids, *ids[start : start + room], asked[-1]),
                first=len(asked) + len(head_ids),
                places=tuple(places[start : start + room]),
            )
            for start in starts
        ]

    def _scores(self, batch: Sequence[_Window]) -> tuple[Scores, Scores, Scores]:
        """Return span, relevance and verdict scores of some windows."""
        length = -(-max(len(window.ids) for window in batch) // _STEP) * _STEP
        ids, mask, kinds = (np.zeros((len(batch), length), np.int64) for _ in range(3))
        for number, window in enumerate(batch):
            size = len(window.ids)
            ids[number, :size], mask[number, :size] = window.ids, 1
            kinds[number, window.ids.index(window.ids[-1]) + 1 : size] = 1
        with self._lock:
            found = self._network([ids, mask, kinds] if self._typed else [ids, mask])
            spans, relevance, verdicts = (np.array(found[output], np.float32) for output in range(3))
        return np.where(mask[:, :, None] == 0, np.float32(-1e4), spans), relevance, verdicts


def _spans(scores: Scores, window: _Window, passage: DatedPassage) -> tuple[SpanPrediction, ...]:
    """Return the likeliest spans of a window, none of which overlaps a likelier one."""
    logs = scores - _log_total(scores)
    null = float(logs[0].sum())
    behind = window.first + len(window.places)
    starts, ends = logs[window.first : behind, 0], logs[window.first : behind, 1]
    pairs = []
    for start in np.argsort(-starts)[:_BEGINNINGS]:
        stretch = ends[start : start + LONGEST_SPAN]
        for shift in np.argsort(-stretch)[:2]:
            pairs.append((float(starts[start] + stretch[shift]) - null, int(start), int(start + shift)))
    kept: list[tuple[int, int]] = []
    found = []
    for margin, first, last in sorted(pairs, reverse=True):
        a, b = window.places[first][0], window.places[last][1]
        if a >= b or any(a < end and start < b for start, end in kept):
            continue
        kept.append((a, b))
        place = passage.offset
        found.append(
            SpanPrediction(window.passage, start=place + a, end=place + b, text=passage.text[a:b], margin=margin)
        )
        if len(found) == SPANS:
            break
    return tuple(found)


def _log_total(scores: Scores) -> Scores:
    top = scores.max(axis=0)
    total: Scores = top + np.log(np.exp(scores - top).sum(axis=0))
    return total


def _shares(scores: Scores) -> tuple[float, float, float]:
    shares = np.exp(scores - scores.max())
    supported, contradicted, not_said = (float(share) for share in shares / shares.sum())
    return supported, contradicted, not_said


def _joined(windows: Sequence[PassagePrediction]) -> PassagePrediction:
    """Return what several windows of one passage tell together: the best of their spans, the surest verdict."""
    if not windows:
        return PassagePrediction((), relevance=float("-inf"), verdict=(0.0, 0.0, 1.0))
    kept: list[SpanPrediction] = []
    for span in sorted((span for window in windows for span in window.spans), key=lambda span: -span.margin):
        if not any(span.start < other.end and other.start < span.end for other in kept):
            kept.append(span)
    return PassagePrediction(
        tuple(kept[:SPANS]),
        relevance=max(window.relevance for window in windows),
        verdict=min((window.verdict for window in windows), key=lambda verdict: verdict[2]),
    )
