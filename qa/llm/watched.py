"""A model within the budget of one question: late calls end in words, and the breaker hears of every end."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qa.budget import Budget
from qa.errors import ModelError, ModelUnavailable
from qa.llm.around import Lasting
from qa.llm.base import Message, Model, Usage
from qa.llm.breaker import Breaker

LOOK = 0.1
"""Seconds between two looks at whether somebody still waits."""


class NotItsFault(ModelUnavailable):
    """The question ended before the model could do its part."""


class NobodyWaits(NotItsFault):
    """Whoever asked has gone."""


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


class Watched(Lasting):
    """``model`` as one question sees it; it belongs to others."""

    def __init__(self, model: Model, breaker: Breaker, budget: Budget) -> None:
        """Watch over ``model`` for one question."""
        super().__init__(model)
        self._breaker, self._budget = breaker, budget

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield the reply in pieces, as :meth:`qa.llm.Model.stream`.

        Raises:
            ModelError: as the model's own.
            ModelUnavailable: the question's time is over, or nobody waits for the answer.
        """
        yield from self._told(
            lambda: self._model.stream(messages, max_tokens=max_tokens, stop=stop, usage=usage), self._budget
        )

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return the probability of a yes, as :meth:`qa.llm.Model.yes`; errors as :meth:`stream`."""
        found: list[float | None] = list(self._told(lambda: iter((self._model.yes(messages),)), self._budget))
        return found[0]

    def _told(self, call: Callable[[], Iterator[Any]], budget: Budget) -> Iterator[Any]:
        """Run a call and tell the breaker how it ended; one that is left early is no failure."""
        try:
            yield from _pumped(call, self._model.name, budget) if budget.bounded else call()
        except NotItsFault:
            raise
        except ModelError as error:
            self._breaker.failed(str(error))
            raise
        self._breaker.succeeded()


def _pumped(call: Callable[[], Iterator[Any]], name: str, budget: Budget) -> Iterator[Any]:
    """Run a call in a thread, for a model that hangs cannot be interrupted; yield its items within the budget."""
    items: queue.SimpleQueue[Any] = queue.SimpleQueue()
    gone = threading.Event()

    def pump() -> None:
        try:
            stream = call()
            try:
                for item in stream:
                    items.put(item)
                    if gone.is_set():
                        break
            finally:
                close = getattr(stream, "close", None)
                if close is not None:
                    close()
            items.put(_End())
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread, which raises it
            items.put(_End(error))

    began = time.monotonic()
    if budget.remaining <= 0:
        raise NotItsFault(f"the time of this question was over before the model {name!r} could begin")
    threading.Thread(target=pump, name="dateline-call", daemon=True).start()
    try:
        while True:
            if budget.left():
                raise NobodyWaits("nobody waits for this answer any more")
            if budget.remaining == 0:
                spent = time.monotonic() - began
                raise ModelUnavailable(
                    f"the model {name!r} was not done after {spent:.1f} s, when the time of this question was over"
                )
            try:
                item = items.get(timeout=min(LOOK, budget.remaining))
            except queue.Empty:
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        gone.set()
