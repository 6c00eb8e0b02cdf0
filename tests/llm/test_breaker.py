from __future__ import annotations

import pytest

from qa.llm.breaker import FAILURES, PAUSE, Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(now=clock)
    for number in range(FAILURES):
        assert breaker.allows(), "until then every call goes through"
        breaker.failed(f"fault {number}")
    return breaker


def test_failures_in_a_row_open_it_and_the_last_is_its_reason(clock: Clock) -> None:
    breaker = opened(clock)
    assert (breaker.state, breaker.allows(), breaker.why) == ("open", False, f"fault {FAILURES - 1}")
    assert breaker.wait == PAUSE


def test_failures_with_a_success_between_them_do_not(clock: Clock) -> None:
    breaker = Breaker(now=clock)
    for _ in range(3 * FAILURES):
        breaker.failed("fault")
        breaker.succeeded()
    assert breaker.state == "closed"


def test_after_a_pause_one_call_alone_tries(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += PAUSE
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    assert breaker.state == "trying"


def test_a_try_that_succeeds_closes_it(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += PAUSE
    assert breaker.allows()
    breaker.succeeded()
    assert (breaker.state, breaker.allows(), breaker.why) == ("closed", True, "")


def test_a_try_that_fails_opens_it_for_another_pause(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += PAUSE
    assert breaker.allows()
    breaker.failed("still down")
    clock.now += PAUSE / 2
    assert not breaker.allows()
    clock.now += PAUSE / 2
    assert breaker.allows()


def test_a_try_that_never_ends_does_not_keep_it_open_for_ever(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += PAUSE
    assert breaker.allows()
    clock.now += PAUSE
    assert breaker.allows(), "the client of the first try may have gone without a word"
