"""How long models may work on one question, and whether anybody still waits for the answer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


def _nobody_left() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Budget:
    """What one question is given. ``until`` is an instant of ``time.monotonic``; ``left`` says that nobody waits.

    Both are looked at while a model works, so that a model that hangs or is slow does not hold the question.
    """

    until: float = math.inf
    left: Callable[[], bool] = field(default=_nobody_left, kw_only=True)

    @classmethod
    def of(cls, seconds: float, left: Callable[[], bool] = _nobody_left) -> Budget:
        """Return a budget that ends in so many seconds."""
        return cls(time.monotonic() + seconds, left=left)

    @property
    def bounded(self) -> bool:
        """Whether there is anything to look at."""
        return self.until != math.inf or self.left is not _nobody_left

    @property
    def remaining(self) -> float:
        """Seconds that are left, at least 0."""
        return max(0.0, self.until - time.monotonic())


UNBOUNDED = Budget()
