"""Scores against outcomes: risk and coverage, calibration, and two-class agreement. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

BINS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """How sure the system was (0 to 1), and whether it was right."""

    score: float
    right: bool


def risk_coverage(outcomes: Sequence[Outcome]) -> list[tuple[float, float]]:
    """Return (coverage, risk) after each answer, surest first; risk is the share of wrong ones among those covered.

    Answers of one score are covered together, so that the order of a file decides nothing (El-Yaniv & Wiener 2010).
    """
    curve: list[tuple[float, float]] = []
    covered = wrong = 0
    ordered = sorted(outcomes, key=lambda outcome: -outcome.score)
    for _, group in groupby(ordered, key=lambda outcome: outcome.score):
        tied = list(group)
        missed = sum(not outcome.right for outcome in tied)
        for step in range(1, len(tied) + 1):
            reached = covered + step
            curve.append((reached / len(outcomes), (wrong + missed * step / len(tied)) / reached))
        covered, wrong = covered + len(tied), wrong + missed
    return curve


def aurc(outcomes: Sequence[Outcome]) -> float:
    """Return the area under the risk-coverage curve: mean risk over all coverages, lower is better (Geifman 2019).

    Raises:
        ValueError: there are no outcomes.
    """
    if not outcomes:
        raise ValueError("the risk of no answers")
    return sum(risk for _, risk in risk_coverage(outcomes)) / len(outcomes)


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Return the expected calibration error over ten bins of equal width (Guo et al. 2017).

    Raises:
        ValueError: there are no outcomes, or a score is outside 0 to 1.
    """
    if not outcomes:
        raise ValueError("the calibration of no answers")
    bins: dict[int, list[Outcome]] = {}
    for outcome in outcomes:
        if not 0 <= outcome.score <= 1:
            raise ValueError(f"a calibrated score lies within 0 to 1, not {outcome.score!r}")
        bins.setdefault(min(int(outcome.score * BINS), BINS - 1), []).append(outcome)
    gaps = (abs(sum(o.right for o in held) - sum(o.score for o in held)) for held in bins.values())
    return sum(gaps) / len(outcomes)


@dataclass(frozen=True, slots=True)
class Verdicted:
    """One checked claim: the gold label, the verdict, and the score behind it."""

    gold: bool
    said: bool
    score: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of verdicts with gold labels."""

    n: int
    base_rate: float
    f1: float
    accuracy: float
    balanced_accuracy: float
    auroc: float


def agreement(rows: Sequence[Verdicted]) -> Agreement:
    """Return F1 of the positive class, accuracy, balanced accuracy and AUROC (Mann-Whitney, ties count a half)."""
    hits = sum(row.gold and row.said for row in rows)
    alarms = sum(not row.gold and row.said for row in rows)
    missed = sum(row.gold and not row.said for row in rows)
    silent = len(rows) - hits - alarms - missed
    count = max(len(rows), 1)
    halves = (hits / max(hits + missed, 1), silent / max(silent + alarms, 1))
    return Agreement(
        n=len(rows),
        base_rate=(hits + missed) / count,
        f1=2 * hits / max(2 * hits + alarms + missed, 1),
        accuracy=(hits + silent) / count,
        balanced_accuracy=sum(halves) / 2,
        auroc=_auroc(rows),
    )


def _auroc(rows: Sequence[Verdicted]) -> float:
    return auroc([Outcome(row.score, row.gold) for row in rows])


def auroc(outcomes: Sequence[Outcome]) -> float:
    """Return the probability that a right one has a higher score than a wrong one, ties counting a half.

    By ranks (Mann & Whitney 1947); 0 where one of the two classes is missing.
    """
    right = sum(outcome.right for outcome in outcomes)
    wrong = len(outcomes) - right
    below = above = 0.0
    ordered = sorted(outcomes, key=lambda outcome: outcome.score)
    for _, group in groupby(ordered, key=lambda outcome: outcome.score):
        tied = list(group)
        rights = sum(outcome.right for outcome in tied)
        wrongs = len(tied) - rights
        above += rights * (below + wrongs / 2)
        below += wrongs
    return above / max(right * wrong, 1)


MASSES = 15
"""Bins of equal size of the debiased calibration error: what its authors use."""


def debiased_error(outcomes: Sequence[Outcome]) -> float:
    """Return the debiased L2 calibration error over bins of equal size (Kumar, Liang & Ma 2019, section 5).

    From each bin's squared gap the variance of its own mean is taken, which the plugged-in estimate counts as error.
    The root of what remains, 0 where that is negative. Bins have two outcomes or more.

    Raises:
        ValueError: there are fewer than two outcomes.
    """
    count = len(outcomes)
    if count < 2:
        raise ValueError(f"the calibration of {count} answers")
    ordered = sorted(outcomes, key=lambda outcome: outcome.score)
    number = min(MASSES, count // 2)
    total = 0.0
    for place in range(number):
        held = ordered[place * count // number : (place + 1) * count // number]
        size = len(held)
        right = sum(outcome.right for outcome in held) / size
        gap = sum(outcome.score for outcome in held) / size - right
        total += size / count * (gap**2 - right * (1 - right) / (size - 1))
    return math.sqrt(max(total, 0.0))
