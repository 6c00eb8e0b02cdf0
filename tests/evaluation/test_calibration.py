"""Risk, coverage, calibration and agreement on cases worked out by hand."""

from __future__ import annotations

import random

import pytest

from qa.evaluation.calibration import (
    Outcome,
    Verdicted,
    agreement,
    aurc,
    auroc,
    calibration_error,
    debiased_error,
    risk_coverage,
)


def test_risk_coverage_and_its_area() -> None:
    held = [Outcome(0.9, True), Outcome(0.8, False), Outcome(0.3, True), Outcome(0.1, False)]
    # Risks at coverage 1/4 … 4/4: 0, 1/2, 1/3, 1/2; their mean is 1/3.
    assert risk_coverage(held) == [(0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert aurc(held) == pytest.approx(1 / 3)


def test_the_order_of_tied_answers_decides_nothing() -> None:
    held = [Outcome(0.5, True), Outcome(0.5, False)]
    assert aurc(held) == aurc(held[::-1]) == pytest.approx(0.5)


def test_calibration_error() -> None:
    # Bin .9: score sum 1.9, one right of two → .9 off; bin .2: sum .2, none right → .2 off; (.9 + .2) / 3.
    held = [Outcome(0.95, True), Outcome(0.95, False), Outcome(0.2, False)]
    assert calibration_error(held) == pytest.approx(1.1 / 3)
    assert calibration_error([Outcome(1.0, True), Outcome(0.0, False)]) == 0.0


def test_a_score_outside_its_range_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"1\.5"):
        calibration_error([Outcome(1.5, True)])


def test_agreement() -> None:
    rows = [
        Verdicted(True, True, 0.9),
        Verdicted(True, False, 0.4),
        Verdicted(False, True, 0.6),
        Verdicted(False, False, 0.4),
        Verdicted(False, False, 0.1),
    ]
    found = agreement(rows)
    # tp 1, fn 1, fp 1, tn 2. Positives win 3 + (1 + .5) of 6 pairs.
    assert (found.n, found.base_rate, found.f1, found.accuracy) == (5, 0.4, 0.5, 0.6)
    assert found.balanced_accuracy == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found.auroc == pytest.approx(4.5 / 6)


def test_the_area_under_the_roc_counts_pairs_and_halves_ties() -> None:
    held = [Outcome(0.9, True), Outcome(0.4, True), Outcome(0.4, False), Outcome(0.1, False)]
    assert auroc(held) == pytest.approx(3.5 / 4)
    assert auroc([Outcome(1 - one.score, one.right) for one in held]) == pytest.approx(0.5 / 4)
    assert auroc(held[:2]) == 0.0


def test_the_debiased_error_takes_each_bins_own_variance_off() -> None:
    sure = [Outcome(0.2, False), Outcome(0.2, False), Outcome(0.8, True), Outcome(0.8, True)]
    assert debiased_error(sure) == pytest.approx(0.2)
    # The second bin: a gap of .3, squared .09, less .5 · .5 / (2 - 1).
    assert debiased_error([*sure[:3], Outcome(0.8, False)]) == 0.0
    with pytest.raises(ValueError, match="calibration of 1"):
        debiased_error(sure[:1])


def test_the_debiased_error_of_what_is_calibrated_is_small() -> None:
    chance = random.Random(1)
    scores = [chance.random() for _ in range(4000)]
    assert debiased_error([Outcome(score, chance.random() < score) for score in scores]) < 0.02
    # Plugged in, with bins of equal size, off by .1: the error is found.
    assert debiased_error([Outcome(min(1, s + 0.1), chance.random() < s) for s in scores]) == pytest.approx(
        0.1, abs=0.02
    )
