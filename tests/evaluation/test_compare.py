"""Two runs side by side, on cases worked out by hand."""

from __future__ import annotations

import pytest

from qa.errors import EvalError
from qa.evaluation.compare import compare


def runs(before: str, after: str) -> tuple[dict, dict]:
    """Runs of one binary metric: a digit a question, - where it is unscored."""
    made = [
        {f"q{n}": {"right": float(sign)} if sign != "-" else {} for n, sign in enumerate(held)}
        for held in (before, after)
    ]
    return made[0], made[1]


def test_a_clear_gain() -> None:
    found = compare(*runs("0000000011", "1111111111"))
    held = found.differences[0]
    assert (held.before, held.after, held.gained, held.lost, held.n) == (0.2, 1.0, 8, 0, 10)
    assert held.change == pytest.approx(0.8)
    assert held.p == pytest.approx(2 / 256)
    assert held.significant
    assert held.low > 0
    assert list(found.changed) == [f"q{n}" for n in range(8)]


def test_noise_is_no_change() -> None:
    held = compare(*runs("0101010101", "1001010110")).differences[0]
    assert (held.gained, held.lost, held.p) == (2, 2, 1.0)
    assert not held.significant
    assert held.low < 0 < held.high


def test_only_questions_scored_in_both_are_paired() -> None:
    found = compare(*runs("0-1", "11-"))
    assert found.differences[0].n == 1
    assert found.changed == {"q0": (0.0, 1.0)}


def test_a_graded_metric_is_tested_by_sign_flips() -> None:
    before = {f"q{n}": {"f1": 0.2} for n in range(12)}
    after = {f"q{n}": {"f1": 0.5} for n in range(12)}
    held = compare(before, after, by="f1").differences[0]
    assert held.change == pytest.approx(0.3)
    # All twelve up: 2 of 4096 arrangements are as extreme.
    assert held.p < 0.005


def test_questions_of_one_run_only_are_named() -> None:
    before, after = runs("01", "01")
    after["new"] = {"right": 1.0}
    before["old"] = {"right": 1.0}
    found = compare(before, after)
    assert (found.only_before, found.only_after, found.shared) == (("old",), ("new",), 2)


def test_runs_without_a_common_question_are_an_error() -> None:
    with pytest.raises(EvalError, match="no question"):
        compare({"a": {}}, {"b": {}})
