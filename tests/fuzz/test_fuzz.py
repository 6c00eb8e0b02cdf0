"""Each parser fed at random, a little; ``make fuzz`` does it for long. What once broke one is tried again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.fuzzing import TARGETS, Target, kept

HEAVY = {"whole answers": 5, "conversation files": 10, "settings": 15}
"""Inputs of those of which one costs much, where the others get 25."""


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_whatever_it_is_given_it_holds(target: Target) -> None:
    @settings(
        max_examples=HEAVY.get(target.name, 25),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.given)
    def check(value: Any) -> None:
        target.holds(value)

    check()


@pytest.mark.parametrize(
    ("target", "value", "broke"), [pytest.param(*one, id=f"{one[0].name}: {one[2]}") for one in kept()]
)
def test_what_once_broke_a_parser_no_longer_does(target: Target, value: Any, broke: str) -> None:
    target.holds(value)


def test_a_parser_that_breaks_is_noticed() -> None:
    def holds(text: str) -> None:
        assert "ferry" not in text

    broken = Target("broken", st.sampled_from(["a", "the ferry"]), holds)
    with pytest.raises(AssertionError):
        test_whatever_it_is_given_it_holds(broken)
