"""Spread and significance: bootstrap intervals, quantiles, and paired tests of two runs."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

RESAMPLES = 1000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the number of values behind it."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("the mean of no values")
    return sum(values) / len(values)


def bootstrap(
    values: Sequence[_T], seed: int = 1, *, statistic: Callable[[Sequence[_T]], float] | None = None
) -> Interval:
    """Return the 95 % percentile bootstrap interval of a statistic, the mean unless told (Efron & Tibshirani 1993).

    Deterministic under ``seed``. No values give the interval (0, 0).
    """
    if not values:
        return Interval(0.0, 0.0)
    chance = random.Random(seed)
    size = len(values)
    figure: Callable[[Sequence[_T]], float] = statistic or mean  # type: ignore[assignment]
    figures = sorted(figure(chance.choices(values, k=size)) for _ in range(RESAMPLES))
    return Interval(figures[int(RESAMPLES * 0.025)], figures[int(RESAMPLES * 0.975)])


def estimate(
    values: Sequence[_T], *, seed: int = 1, statistic: Callable[[Sequence[_T]], float] | None = None
) -> Estimate | None:
    """Return the statistic with its bootstrap interval and n; None where there is nothing to measure."""
    if not values:
        return None
    figure: Callable[[Sequence[_T]], float] = statistic or mean  # type: ignore[assignment]
    spread = bootstrap(values, seed, statistic=statistic)
    return Estimate(figure(values), spread.low, spread.high, len(values))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the quantile at ``share`` (0 to 1), interpolating linearly between order statistics (Hyndman & Fan, 7).

    Raises:
        ValueError: there are no values, or the share is outside 0 to 1.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError(f"a quantile needs values and a share within 0 to 1, not {len(values)} values and {share!r}")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def mcnemar(gained: int, lost: int) -> float:
    """Return the two-sided exact p-value of McNemar's test: ``gained`` and ``lost`` are the questions that changed.

    The binomial form (Edwards 1948 for the correction that it replaces): exact at the small counts seen here.
    """
    changed = gained + lost
    if not changed:
        return 1.0
    tail: float = sum(math.comb(changed, count) for count in range(min(gained, lost) + 1)) / 2.0**changed
    return min(1.0, 2 * tail)


def paired_p(differences: Sequence[float], *, seed: int = 1) -> float:
    """Return the two-sided p-value that paired differences have mean 0, by random sign flips (Fisher 1935).

    Counts the observed arrangement itself, so that p is never 0 (Phipson & Smyth 2010).
    """
    changed = [value for value in differences if value]
    if not changed:
        return 1.0
    observed = abs(sum(changed)) - 1e-12
    chance = random.Random(seed)
    trials = 10 * RESAMPLES
    extreme = sum(
        abs(sum(value if chance.random() < 0.5 else -value for value in changed)) >= observed for _ in range(trials)
    )
    return (extreme + 1) / (trials + 1)
