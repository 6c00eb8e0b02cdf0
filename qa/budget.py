"""How long one question may take, and whether anybody still waits for its answer."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from qa.errors import OutOfTime


def _nobody_left() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Budget:
    """What one question is given; every stage takes from it. ``left`` says that nobody waits.

    ``until`` is an instant of ``time.monotonic``, and the end of the question. Models have to be done ``reserve``
    seconds earlier: what follows them, the check above all, needs time too. A model is looked at while it works, and so
    cannot hold the question by hanging; the stages of our own are looked at between their steps.
    """

    until: float = math.inf
    left: Callable[[], bool] = field(default=_nobody_left, kw_only=True)
    reserve: float = field(default=0.0, kw_only=True)

    @classmethod
    def of(cls, seconds: float, left: Callable[[], bool] = _nobody_left, *, reserve: float = 0.0) -> Budget:
        """Return a budget that ends in so many seconds."""
        return cls(time.monotonic() + seconds, left=left, reserve=reserve)

    @property
    def bounded(self) -> bool:
        """Whether there is anything to look at."""
        return self.until != math.inf or self.left is not _nobody_left

    @property
    def remaining(self) -> float:
        """Seconds that are left, at least 0."""
        return max(0.0, self.until - time.monotonic())

    @property
    def models(self) -> Budget:
        """The part of it that models have."""
        return replace(self, until=self.until - self.reserve, reserve=0.0)

    @property
    def short(self) -> bool:
        """Whether only the reserve is left: what an answer can be without is left out from here on."""
        return self.remaining <= self.reserve and self.until != math.inf

    def spend(self, stage: str) -> None:
        """Begin a stage that an answer cannot be without.

        Raises:
            OutOfTime: nothing is left for it.
        """
        if self.remaining == 0:
            raise OutOfTime(f"the time of the question was over before {stage}")


UNBOUNDED = Budget()
