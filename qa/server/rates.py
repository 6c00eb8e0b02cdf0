"""How often somebody may do something: a moving window for each name, on a clock that nobody sets."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

SECONDS = 60.0

NAMES = 10_000
"""Names that are remembered; beyond them the one that was quiet longest is forgotten."""


class Rate:
    """At most so many hits a minute and name. ``now`` is a clock in seconds that never goes back."""

    def __init__(self, most: int, *, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with no hit; with 0 there is no limit."""
        self._most, self._now = most, now
        self._hits: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def hit(self, name: str) -> float:
        """Count a hit and return 0, or return the seconds after which there is room for one."""
        if not self._most:
            return 0.0
        with self._lock:
            now = self._now()
            hits = self._hits.setdefault(name, deque())
            self._hits.move_to_end(name)
            while hits and hits[0] <= now - SECONDS:
                hits.popleft()
            if len(hits) >= self._most:
                return max(1.0, hits[0] + SECONDS - now)
            hits.append(now)
            while len(self._hits) > NAMES:
                self._hits.popitem(last=False)
            return 0.0
