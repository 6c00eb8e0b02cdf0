"""The local engine: OpenVINO GenAI's continuous batching pipeline. Lives in the child process only.

One pipeline with prefix caching and prompt lookup serves every request: measured against llama.cpp on the same file
and machine it reads a cold 530-token prompt in a fifth of the time (eval/LOG.md), which is what a question costs.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOOKUP_TOKENS = 3
"""Tokens guessed per step from the prompt. 3 beat 1, 2, 5 and 8 on quoting prose (12.6 tokens/s against 10.0, 11.2,
6.6, 7.9, five prompts): a step over more than four tokens costs half as much again."""
LOOKUP_NGRAM = 3
CACHE_TOKENS = 36_000
"""Room for the prefix cache: four prompts of the longest kind at once, or what some sixty questions read; with the
default model half a GB. It is full long before the hundredth question and then grows no more."""
_BLOCK = 32
"""Tokens of one block of the engine's cache on a CPU."""
SHAPES_KEPT = 64
"""Compiled steps that the engine keeps for input lengths it has seen. Its own default of 5,000 is not full after
hundreds of questions. What this saves was not told apart from the smaller prefix cache: ``eval/LOG.md``."""
PROMPT_LIMIT = 8192
"""Longest prompt, in tokens: more would hold two cores for half a minute before the first word."""


class PromptTooLong(ValueError):
    """The prompt has more tokens than one request may read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one request wrote in one step. ``done`` is set on its last piece."""

    request: int
    text: str
    done: bool
    probability: float | None = None
    tokens: int = 0
    refused: bool = False
    """The engine had no room for the request and wrote nothing."""
    least: float | None = None
    """The probability of the least sure token so far."""


@dataclass(slots=True)
class _Request:
    """A running request: the tokens so far, how much of their text was given out, and what ends it."""

    handle: Any
    stop: tuple[str, ...]
    ids: list[int] = field(default_factory=list)
    shown: int = 0
    logprobs: list[float] = field(default_factory=list)


def _withheld(text: str, stop: Sequence[str]) -> int:
    """Return how many characters at the end of ``text`` may still grow into a stop string or a whole character."""
    held = 1 if text.endswith("\ufffd") else 0
    for mark in stop:
        for length in range(min(len(mark) - 1, len(text)), held, -1):
            if text.endswith(mark[:length]):
                held = length
                break
    return held


class Engine:
    """Loads a model and steps all of its requests together."""

    def __init__(self, path: Path) -> None:
        """Load the model at ``path``: a GGUF file, or a folder with the converted model."""
        import openvino_genai as genai

        self._genai = genai
        scheduler = genai.SchedulerConfig()
        scheduler.num_kv_blocks = CACHE_TOKENS // _BLOCK
        scheduler.enable_prefix_caching = True
        scheduler.dynamic_split_fuse = True
        scheduler.max_num_batched_tokens = 1024
        how = {"prompt_lookup": True, "CPU_RUNTIME_CACHE_CAPACITY": str(SHAPES_KEPT)}
        self._pipe = genai.ContinuousBatchingPipeline(os.fspath(path), scheduler, "CPU", how)
        self._tokenizer = self._pipe.get_tokenizer()
        self._end = self._tokenizer.get_eos_token_id()
        self._requests: dict[int, _Request] = {}
        self._next = 0
        self._recent: deque[str] = deque(maxlen=8)

    def warm_up(self) -> None:
        """Serve one throw-away prompt, so that the kernels are built before the first question."""
        self.submit(-1, "<|im_start|>user\n" + "Dateline reads the news. " * 40 + "<|im_end|>\n", max_tokens=3)
        while self.busy:
            self.step()

    def token_ids(self, text: str) -> list[int]:
        """Return the token ids of ``text``, control tokens included."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return [int(token) for token in encoded.input_ids.data[0]]

    @property
    def busy(self) -> bool:
        """Whether a request is running."""
        return bool(self._requests)

    def reads_quickly(self, prompt: str) -> bool:
        """Return whether most of ``prompt`` was read lately, so that the prefix cache serves it."""
        return any(seen[: int(0.7 * len(prompt))] == prompt[: int(0.7 * len(prompt))] for seen in self._recent)

    def submit(
        self, request: int, prompt: str, *, max_tokens: int, stop: Sequence[str] = (), forced: str | None = None
    ) -> int:
        """Start a request and return the number of tokens of its prompt.

        Args:
            request: the caller's id for it.
            prompt: the rendered prompt.
            max_tokens: the longest reply.
            stop: strings that end the reply.
            forced: write exactly this instead and report the probability of its first token.

        Raises:
            PromptTooLong: the prompt has more than ``PROMPT_LIMIT`` tokens.
        """
        encoded = self._tokenizer.encode(prompt, add_special_tokens=False).input_ids
        length = int(encoded.shape[1])
        if length > PROMPT_LIMIT:
            raise PromptTooLong(f"the prompt has {length} tokens; at most {PROMPT_LIMIT} are read")
        config = self._genai.GenerationConfig(
            max_new_tokens=1 if forced else max_tokens,
            do_sample=False,
            apply_chat_template=False,
            num_assistant_tokens=LOOKUP_TOKENS,
            max_ngram_size=LOOKUP_NGRAM,
            eos_token_id=self._end,
            stop_token_ids={self._end},
            logprobs=1,
        )
        if forced:
            config.structured_output_config = self._genai.StructuredOutputConfig(regex=forced)
        handle = self._pipe.add_request(self._next, encoded, config)
        self._next += 1
        self._requests[request] = _Request(handle, tuple(stop))
        self._recent.append(prompt)
        return length

    def cancel(self, request: int) -> None:
        """Stop a request; an unknown or finished one is ignored."""
        running = self._requests.pop(request, None)
        if running is not None:
            running.handle.cancel()
            while self._pipe.has_non_finished_requests() and not self._requests:
                self._pipe.step()

    def step(self) -> list[Piece]:
        """Let every running request read or write a little and return what they wrote."""
        if self._pipe.has_non_finished_requests():
            self._pipe.step()
        pieces: list[Piece] = []
        for request, running in list(self._requests.items()):
            piece = self._collect(request, running)
            if piece.done:
                del self._requests[request]
            if piece.done or piece.text:
                pieces.append(piece)
        return pieces

    def _collect(self, request: int, running: _Request) -> Piece:
        """Return the new text of one request, up to its stop string."""
        while running.handle.can_read():
            for output in running.handle.read().values():
                running.ids += output.generated_ids
                running.logprobs += map(float, output.generated_log_probs or ())
        status = running.handle.get_status()
        done = status != self._genai.GenerationStatus.RUNNING and not running.handle.can_read()
        text = self._tokenizer.decode([token for token in running.ids if token != self._end]) if running.ids else ""
        ends = [at for at in (text.find(mark) for mark in running.stop) if at >= 0]
        if ends:
            text = text[: min(ends)]
            if not done:
                running.handle.cancel()
            done = True
        elif not done:
            text = text[: len(text) - _withheld(text, running.stop)]
        new, running.shown = text[running.shown :], max(running.shown, len(text))
        known = running.logprobs
        return Piece(
            request,
            new,
            done,
            probability=math.exp(known[0]) if known else None,
            tokens=len(running.ids),
            refused=status == self._genai.GenerationStatus.IGNORED,
            least=math.exp(min(known)) if known else None,
        )
