"""The one queue: so many questions run, so many wait, and one more is refused at once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from qa.server.problems import Busy

LOOK = 0.1
"""Seconds between two looks at whether a waiting client is still there."""

USUAL = 5.0
"""Seconds that a question is guessed to take before one was timed."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many questions run, how many wait, and seconds for which they wait at most."""

    at_once: int
    waiting: int
    patience: float


class Admission:
    """Lets questions in, in the order in which they came."""

    def __init__(self, room: Room) -> None:
        """Begin empty."""
        self._room = room
        self._condition = threading.Condition()
        self._queue: deque[object] = deque()
        self._running = 0
        self._usual = USUAL
        self._stopping = False

    @property
    def running(self) -> int:
        """Questions in work."""
        return self._running

    @property
    def waiting(self) -> int:
        """Questions that wait."""
        return len(self._queue)

    @property
    def stopping(self) -> bool:
        """Whether nothing is let in any more."""
        return self._stopping

    def check(self) -> None:
        """Look whether there is room now, without waiting.

        Raises:
            Busy: there is none.
        """
        with self._condition:
            self._refuse_when_stopping()
            self._refuse_when_full()

    def stop(self) -> None:
        """Let nothing in any more; those that wait are told so."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()

    def idle(self, timeout: float) -> bool:
        """Wait until nothing runs, and return whether that came in time."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._running, timeout)

    @contextmanager
    def admitted(self, left: Callable[[], bool] = lambda: False) -> Iterator[bool]:
        """Wait for a place and hold it; yields False where the client has left before its turn.

        Raises:
            Busy: too many wait already, it did not come to its turn in time, or the service stops.
        """
        if not self._enter(left):
            yield False
            return
        began = time.monotonic()
        try:
            yield True
        finally:
            with self._condition:
                self._running -= 1
                self._usual += 0.2 * (time.monotonic() - began - self._usual)
                self._condition.notify_all()

    def _enter(self, left: Callable[[], bool]) -> bool:
        ticket = object()
        until = time.monotonic() + self._room.patience
        with self._condition:
            self._refuse_when_stopping()
            if self._running >= self._room.at_once or self._queue:
                self._refuse_when_full()
                self._queue.append(ticket)
                try:
                    if not self._turn(ticket, until, left):
                        return False
                finally:
                    self._queue.remove(ticket)
                    self._condition.notify_all()
            self._running += 1
        return True

    def _turn(self, ticket: object, until: float, left: Callable[[], bool]) -> bool:
        """Wait for a ticket's turn and return whether its client is still there."""
        while True:
            self._refuse_when_stopping()
            if left():
                return False
            if self._queue[0] is ticket and self._running < self._room.at_once:
                return True
            if time.monotonic() >= until:
                raise Busy(
                    f"the question did not come to its turn within {self._room.patience:.0f} s", retry=self._expected()
                )
            self._condition.wait(LOOK)

    def _refuse_when_stopping(self) -> None:
        if self._stopping:
            raise Busy("the service is stopping", retry=10)

    def _refuse_when_full(self) -> None:
        taken = self._running >= self._room.at_once or bool(self._queue)
        if taken and len(self._queue) >= self._room.waiting:
            raise Busy(f"{len(self._queue)} questions wait already", retry=self._expected())

    def _expected(self) -> float:
        """Return in how many seconds there may be room."""
        ahead = len(self._queue) + self._running
        return min(60.0, max(1.0, ahead * self._usual / self._room.at_once))
