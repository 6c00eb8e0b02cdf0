"""A question's events from the thread that answers to the request that waits; leaving is immediate."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from qa.errors import OutOfTime
from qa.server.service import Asked, Service
from qa.types import Answer, Event


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


class Relay:
    """Answers one question in a thread of its own. Use it as an async context manager; leaving it cancels."""

    def __init__(self, service: Service, asked: Asked) -> None:
        """Prepare; nothing runs before it is entered."""
        self._service = service
        self._left = threading.Event()
        self._asked = replace(asked, left=self._left.is_set)
        self._items: asyncio.Queue[Event | _End] = asyncio.Queue()
        self._until = 0.0
        self._waiting: asyncio.Task[Event | _End] | None = None

    async def __aenter__(self) -> Relay:
        """Begin."""
        loop = asyncio.get_running_loop()
        self._until = loop.time() + self._service.serving.deadline
        threading.Thread(target=self._work, args=(loop,), name="dateline-question", daemon=True).start()
        return self

    async def __aexit__(self, *details: object) -> None:
        """Leave: a question in the queue never begins, a model stops at its next look."""
        self.leave()
        if self._waiting is not None:
            self._waiting.cancel()

    def leave(self) -> None:
        """Say that nobody waits any more."""
        self._left.set()

    async def settled(self, seconds: float) -> None:
        """Wait a moment for the first event, so that a refusal becomes a status and not a part of a stream.

        Raises:
            DatelineError: the question was refused by then.
        """
        if self._waiting is None:
            self._waiting = asyncio.ensure_future(self._items.get())
        done, _ = await asyncio.wait((self._waiting,), timeout=seconds)
        if done:
            found = self._waiting.result()
            if isinstance(found, _End) and found.error is not None:
                raise found.error

    async def events(self, beat: float | None = None) -> AsyncIterator[Event | None]:
        """Yield the events as they come; with ``beat`` a None after so many seconds of silence.

        Raises:
            OutOfTime: it did not end in its time.
            DatelineError: as :meth:`Service.stream`.
        """
        loop = asyncio.get_running_loop()
        while True:
            if self._waiting is None:
                self._waiting = asyncio.ensure_future(self._items.get())
            remaining = self._until - loop.time()
            silence = remaining if beat is None else min(beat, remaining)
            done, _ = await asyncio.wait((self._waiting,), timeout=max(0.0, silence))
            if not done:
                if loop.time() >= self._until:
                    raise OutOfTime(f"the question was not answered within {self._service.serving.deadline:.0f} s")
                yield None
                continue
            found, self._waiting = self._waiting.result(), None
            if isinstance(found, _End):
                if found.error is not None:
                    raise found.error
                return
            yield found

    async def answer(self) -> Answer:
        """Return the answer; errors as :meth:`events`."""
        found: Answer | None = None
        async for event in self.events():
            if isinstance(event, Answer):
                found = event
        if found is None:
            raise OutOfTime("the question ended without an answer")
        return found

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        def hand_over(item: Event | _End) -> None:
            # The loop may have been closed with the service while the model was still at work.
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._items.put_nowait, item)

        try:
            stream = self._service.stream(self._asked)
            try:
                for event in stream:
                    if self._left.is_set():
                        break
                    hand_over(event)
            finally:
                stream.close()  # type: ignore[attr-defined]
        except Exception as error:  # noqa: BLE001 - handed to the request, which reports it
            hand_over(_End(error))
        else:
            hand_over(_End())
