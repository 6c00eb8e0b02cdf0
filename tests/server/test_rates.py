"""A moving window of a minute for each name."""

from __future__ import annotations

from qa.server import rates
from qa.server.rates import Rate


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_a_minute_and_name_and_then_again() -> None:
    clock = Clock()
    rate = Rate(2, now=clock)
    assert [rate.hit("a"), rate.hit("a")] == [0, 0]
    clock.now += 20
    assert rate.hit("a") == 40
    assert rate.hit("b") == 0
    clock.now += 40
    assert [rate.hit("a"), rate.hit("a")] == [0, 0]
    assert rate.hit("a") == 60


def test_without_a_limit_there_is_none() -> None:
    rate = Rate(0)
    assert {rate.hit("a") for _ in range(100)} == {0}


def test_names_without_end_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(rates, "NAMES", 3)
    rate = Rate(1)
    for name in "abcd":
        rate.hit(name)
    assert rate.hit("a") == 0, "the quietest one was forgotten"
    assert rate.hit("d") >= 1
