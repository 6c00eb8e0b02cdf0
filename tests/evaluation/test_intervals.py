"""Intervals, quantiles and paired tests on cases worked out by hand."""

from __future__ import annotations

import pytest

from qa.evaluation import intervals


def test_bootstrap_is_deterministic_and_holds_the_mean() -> None:
    values = [0.0] * 30 + [1.0] * 70
    one = intervals.bootstrap(values, 1)
    assert one == intervals.bootstrap(values, 1)
    assert intervals.bootstrap([n / 7 for n in range(50)], 1) != intervals.bootstrap([n / 7 for n in range(50)], 2)
    # The normal approximation gives .7 ± 1.96 · sqrt(.7 · .3 / 100) = .61 … .79.
    assert one.low == pytest.approx(0.61, abs=0.02)
    assert one.high == pytest.approx(0.79, abs=0.02)


def test_bootstrap_of_equal_values_has_no_width_and_of_none_is_zero() -> None:
    assert intervals.bootstrap([0.5] * 9, 1) == intervals.Interval(0.5, 0.5)
    assert intervals.bootstrap([], 1) == intervals.Interval(0.0, 0.0)
    assert intervals.estimate([]) is None


def test_bootstrap_of_another_statistic() -> None:
    found = intervals.estimate([1.0, 2.0, 9.0], statistic=lambda held: intervals.quantile(held, 0.5))
    assert found is not None
    assert (found.value, found.low, found.high, found.n) == (2.0, 1.0, 9.0, 3)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 2.5), (0.95, 3.85), (1.0, 4.0)], ids=["least", "median", "p95", "most"]
)
def test_quantile(share: float, expected: float) -> None:
    assert intervals.quantile([4.0, 1.0, 3.0, 2.0], share) == pytest.approx(expected)


def test_quantile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="0 values"):
        intervals.quantile([], 0.5)


@pytest.mark.parametrize(
    ("gained", "lost", "expected"),
    [
        pytest.param(0, 0, 1.0, id="nothing changed"),
        # 2 · (1 + 6) / 2^6
        pytest.param(5, 1, 14 / 64, id="five to one"),
        pytest.param(3, 3, 1.0, id="even"),
        pytest.param(10, 0, 2 / 1024, id="ten to none"),
    ],
)
def test_mcnemar(gained: int, lost: int, expected: float) -> None:
    assert intervals.mcnemar(gained, lost) == pytest.approx(expected)


def test_paired_p_agrees_with_the_sign_flips_counted_out() -> None:
    # Five equal differences: only all-plus and all-minus of the 32 arrangements are as extreme: 2/32.
    assert intervals.paired_p([0.2] * 5) == pytest.approx(2 / 32, abs=0.01)
    assert intervals.paired_p([0.0] * 5) == 1.0
    assert intervals.paired_p([0.2, -0.2]) == pytest.approx(1.0, abs=0.01)
