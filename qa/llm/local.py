"""The local model as the rest of the package sees it: a child process that is started, watched and restarted."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import ModelError, ModelUnavailable
from qa.llm.base import Message, Usage
from qa.llm.chatml import render
from qa.llm.child import SILENT_SECONDS, Child, Reply

LOSSES = 3
LOSS_WINDOW = 300.0
"""A child that was lost ``LOSSES`` times in so many seconds is not started again before a request needs it."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds after which the child is ended and the request fails."""

    load: float = 180.0
    first_token: float = 60.0
    total: float = 120.0
    between_failures: float = 10.0
    """How long a failed load is remembered before the next request tries again."""


class LocalModel:
    """A model in a child process, which starts in the background at construction.

    Args:
        locate: returns the model's path; may fetch the file first, and runs in a background thread.
        name: the model's name.
        deadlines: when to give up.
        fetching: returns a sentence about a download under way, or "".
    """

    def __init__(
        self,
        locate: Callable[[], Path],
        *,
        name: str,
        deadlines: Deadlines | None = None,
        fetching: Callable[[], str] = str,
    ) -> None:
        self.name = name
        self._locate = locate
        self._fetching = fetching
        self._deadlines = deadlines or Deadlines()
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._starting: threading.Thread | None = None
        self._failure: ModelError | None = None
        self._failed_at = 0.0
        self._closed = False
        self._losses: deque[float] = deque(maxlen=LOSSES)
        self._launch()

    @property
    def ready(self) -> bool:
        """Whether the child has loaded the model."""
        child = self._child
        return child is not None and child.ready

    @property
    def pid(self) -> int | None:
        """The child's process id, or None while there is no child."""
        return None if self._child is None else self._child.pid

    @property
    def seconds(self) -> dict[str, float]:
        """How long the child took to load and to warm up."""
        return {} if self._child is None else self._child.seconds

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the model is ready, its start fails or ``timeout`` seconds pass; return whether it is ready."""
        until = None if timeout is None else time.monotonic() + timeout
        thread = self._starting
        if thread is not None:
            thread.join(timeout)
        child = self._child
        if child is not None:
            child.settled.wait(None if until is None else max(0.0, until - time.monotonic()))
        return self.ready

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield the reply in pieces; closing the iterator cancels the request.

        Raises:
            ModelMissing: the model's file is not there.
            ModelCorrupt: the model's file is not the one demanded.
            ModelUnavailable: the engine did not start, ended, or passed a deadline; the next request restarts it.
        """
        child = self._ready_child()
        until = time.monotonic() + self._deadlines.total
        request, replies = child.open(
            "stream", prompt=render(messages), max_tokens=max(1, max_tokens), stop=[mark for mark in stop if mark]
        )
        finished, patience = False, self._deadlines.first_token
        try:
            while True:
                reply = self._next(child, replies, min(until, time.monotonic() + patience))
                if reply["type"] == "read" and usage is not None:
                    usage.prompt += reply["tokens"]
                if reply["type"] == "done":
                    finished = True
                    if usage is not None:
                        usage.reply += reply["tokens"]
                        usage.least = reply["least"]
                    return
                if reply["type"] == "text":
                    yield reply["text"]
        finally:
            child.drop(request, cancel=not finished)

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(Yes) / (P(Yes) + P(No)) for the next token.

        Raises:
            ModelError: as ``stream``.
        """
        child = self._ready_child()
        request, replies = child.open("yes", prompt=render(messages))
        finished = False
        try:
            reply = self._next(child, replies, time.monotonic() + self._deadlines.first_token)
            finished = True
            value: float | None = reply["value"]
            return value
        finally:
            child.drop(request, cancel=not finished)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._closed = True
            child, self._child = self._child, None
        if child is not None:
            child.stop()

    def _next(self, child: Child, replies: queue.SimpleQueue[Reply], until: float) -> Reply:
        """Return the next reply, or end a child that stays silent past ``until``."""
        while True:
            try:
                reply = replies.get(timeout=max(0.0, min(until - time.monotonic(), 1.0)))
            except queue.Empty:
                gone = child.dead and replies.empty()
                if not gone and time.monotonic() < until and child.silent < SILENT_SECONDS:
                    continue
                why = f"ended while it worked ({child.why()})" if gone else "did not answer in time and was ended"
                child.stop()
                raise ModelUnavailable(f"the local model {self.name!r} {why}; it is being restarted") from None
            if reply["type"] == "failed":
                raise ModelUnavailable(f"the local model {self.name!r} refused the request: {reply['text']}")
            if reply["type"] == "gone":
                raise ModelUnavailable(
                    f"the local model {self.name!r} ended while it worked ({child.why()}); it is being restarted"
                )
            return reply

    def _ready_child(self) -> Child:
        """Return a child that is ready, starting one if there is none, or raise why there is none."""
        if self._closed:
            raise ModelUnavailable(f"the local model {self.name!r} was closed")
        busy = self._fetching()
        if busy:
            raise ModelUnavailable(busy)
        if self._failure is not None and time.monotonic() - self._failed_at < self._deadlines.between_failures:
            raise self._failure
        self._launch()
        self.wait(self._deadlines.load)
        if self._failure is not None:
            raise self._failure
        child = self._child
        if child is None or not child.ready:
            raise ModelUnavailable(f"the local model {self.name!r} is not ready after {self._deadlines.load:.0f} s")
        return child

    def _launch(self) -> None:
        """Start a child in the background unless one runs or is starting."""
        with self._lock:
            alive = self._child is not None and not self._child.ended
            starting = self._starting is not None and self._starting.is_alive()
            if alive or starting or self._closed:
                return
            self._child, self._failure = None, None
            self._starting = threading.Thread(target=self._start, name="dateline-model", daemon=True)
            self._starting.start()

    def _start(self) -> None:
        """Locate the model, start the child and wait until it is ready or has failed."""
        try:
            path = self._locate()
            with self._lock:
                if self._closed:
                    return
                self._child = child = Child(path, self._lost)
            if not child.settled.wait(self._deadlines.load):
                child.stop()
            if not child.ready and not self._closed:
                raise ModelUnavailable(
                    f"the local model {self.name!r} could not be loaded from {str(path)!r}: {child.why()}; "
                    f"check it with `qa models list`"
                )
        except ModelError as error:
            self._fail(error)
        except OSError as error:
            self._fail(ModelUnavailable(f"the local model {self.name!r} could not be started: {error}"))

    def _lost(self) -> None:
        """Start a new child in the background in place of one that ended, unless that happens again and again."""
        self._losses.append(time.monotonic())
        if len(self._losses) < LOSSES or self._losses[-1] - self._losses[0] > LOSS_WINDOW:
            self._launch()

    def _fail(self, error: ModelError) -> None:
        """Remember why the last start failed."""
        self._failure, self._failed_at = error, time.monotonic()

    def __enter__(self) -> LocalModel:
        """Return the model itself."""
        return self

    def __exit__(self, *details: Any) -> None:
        """End the child."""
        self.close()
