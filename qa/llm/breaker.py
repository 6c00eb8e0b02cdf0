"""A circuit breaker: a model that fails again and again is left alone for a while (Nygard, Release It!, 2007)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Literal

FAILURES = 3
"""Failures in a row that open it."""

PAUSE = 15.0
"""Seconds before one call may try again. Each question meanwhile is answered at once without the model."""

State = Literal["closed", "open", "trying"]
"""Calls go through; none does; one does, to see whether the model is back."""


class Breaker:
    """Counts how calls to one model end. ``now`` is a clock in seconds."""

    def __init__(
        self, *, failures: int = FAILURES, pause: float = PAUSE, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin closed."""
        self._most, self._pause, self._now = failures, pause, now
        self._lock = threading.Lock()
        self._failed = 0
        self._opened = 0.0
        self._tried = 0.0
        self._trying = False
        self.why = ""
        """The last failure, in words."""

    @property
    def state(self) -> State:
        """What happens to the next call."""
        with self._lock:
            if self._failed < self._most:
                return "closed"
            return "trying" if self._trying else "open"

    @property
    def wait(self) -> float:
        """Seconds until the next call may try; 0 where it may now."""
        with self._lock:
            if self._failed < self._most:
                return 0.0
            return max(0.0, self._opened + self._pause - self._now())

    def allows(self) -> bool:
        """Whether a call may be made now; while it is open one call each pause is let through to try."""
        with self._lock:
            now = self._now()
            if self._failed < self._most:
                return True
            if now < self._opened + self._pause or (self._trying and now < self._tried + self._pause):
                return False
            self._trying, self._tried = True, now
            return True

    def succeeded(self) -> None:
        """A call ended well: everything goes through again."""
        with self._lock:
            self._failed, self._trying, self.why = 0, False, ""

    def failed(self, why: str) -> None:
        """A call failed."""
        with self._lock:
            self._failed += 1
            self._trying, self.why = False, why
            if self._failed >= self._most:
                self._opened = self._now()
