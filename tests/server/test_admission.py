"""The one queue: so many run, so many wait in order, and one more is refused at once."""

from __future__ import annotations

import threading
import time

import pytest

from qa.server.admission import Admission, Room
from qa.server.problems import Busy


class Asker(threading.Thread):
    """One who asks, holds the place until told to go, and says how it ended."""

    def __init__(self, admission: Admission, order: list[str], name: str) -> None:
        super().__init__(daemon=True, name=name)
        self.admission, self.order = admission, order
        self.inside, self.go, self.gone = threading.Event(), threading.Event(), threading.Event()
        self.said = ""
        self.start()

    def run(self) -> None:
        try:
            with self.admission.admitted(self.gone.is_set) as here:
                self.said = "admitted" if here else "left"
                if here:
                    self.order.append(self.name)
                    self.inside.set()
                    assert self.go.wait(120)
        except Busy as error:
            self.said = str(error)


def waiting(admission: Admission, number: int) -> None:
    """Wait until so many wait."""
    until = time.monotonic() + 120
    while admission.waiting != number:
        assert time.monotonic() < until
        time.sleep(0.005)


def test_turns_come_in_order_and_one_more_is_refused() -> None:
    admission, order = Admission(Room(1, waiting=2, patience=300)), []
    first = Asker(admission, order, "first")
    assert first.inside.wait(120)
    others = []
    for name in ("second", "third"):
        others.append(Asker(admission, order, name))
        waiting(admission, len(others))
    with pytest.raises(Busy, match="2 questions wait already") as refused, admission.admitted():
        pass
    assert 1 <= refused.value.retry <= 60
    for one in (first, *others):
        one.go.set()
    for one in (first, *others):
        one.join(120)
    assert order == ["first", "second", "third"]
    assert (admission.running, admission.waiting) == (0, 0)


def test_who_leaves_the_queue_never_begins_and_holds_up_nobody() -> None:
    admission, order = Admission(Room(1, waiting=2, patience=300)), []
    first = Asker(admission, order, "first")
    assert first.inside.wait(120)
    leaver = Asker(admission, order, "leaver")
    waiting(admission, 1)
    leaver.gone.set()
    leaver.join(120)
    assert leaver.said == "left"
    first.go.set()
    with admission.admitted() as here:
        assert here
    assert order == ["first"]


def test_who_waits_too_long_is_told() -> None:
    admission = Admission(Room(1, waiting=2, patience=0.05))
    first = Asker(admission, [], "first")
    assert first.inside.wait(120)
    with pytest.raises(Busy, match="did not come to its turn"), admission.admitted():
        pass
    first.go.set()


def test_a_service_that_stops_lets_nobody_in_and_tells_who_waits() -> None:
    admission, order = Admission(Room(1, waiting=2, patience=300)), []
    first = Asker(admission, order, "first")
    assert first.inside.wait(120)
    second = Asker(admission, order, "second")
    waiting(admission, 1)
    admission.stop()
    second.join(120)
    assert "stopping" in second.said
    with pytest.raises(Busy, match="stopping"), admission.admitted():
        pass
    first.go.set()
    assert admission.idle(120)


def test_a_place_is_free_again_after_a_fault() -> None:
    admission = Admission(Room(1, waiting=0, patience=1))
    for _ in range(3):
        with pytest.raises(ValueError, match="oops"), admission.admitted():
            raise ValueError("oops")
    assert admission.running == 0
