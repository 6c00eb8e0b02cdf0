"""A stream of events read in one thread, so that leaving it is immediate and never waits for the model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator

from qa.types import Event


class _End:
    """The stream has ended."""


class Feed:
    """Runs a stream of events in a thread of its own and hands them over in batches.

    One thread opens, reads and closes the stream: a generator that waits for the model cannot be closed from outside,
    and SQLite connections do not change threads. Whoever leaves sets ``left`` and goes; the thread closes the stream at
    its next event.
    """

    def __init__(self, open_stream: Callable[[], Iterator[Event]]) -> None:
        self._open = open_stream
        self._left = threading.Event()
        self._queue: asyncio.Queue[Event | Exception | _End] = asyncio.Queue()

    async def batches(self) -> AsyncGenerator[list[Event], None]:
        """Yield events as they come, those that came together in one list; raise what the stream raises."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(loop,), name="dateline-stream", daemon=True).start()
        try:
            while True:
                waiting = [await self._queue.get()]
                while not self._queue.empty():
                    waiting.append(self._queue.get_nowait())
                events = [item for item in waiting if not isinstance(item, Exception | _End)]
                if events:
                    yield events
                last = waiting[-1]
                if isinstance(last, Exception):
                    raise last
                if isinstance(last, _End):
                    return
        finally:
            self._left.set()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        def hand_over(item: Event | Exception | _End) -> None:
            # The loop may have been closed with the page while the model was still thinking.
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._queue.put_nowait, item)

        try:
            stream = self._open()
            try:
                for event in stream:
                    if self._left.is_set():
                        break
                    hand_over(event)
            finally:
                close = getattr(stream, "close", None)
                if close is not None:
                    close()
        except Exception as error:  # noqa: BLE001 - handed to the page, which shows it
            hand_over(error)
        else:
            hand_over(_End())
