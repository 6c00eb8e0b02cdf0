from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from qa.budget import UNBOUNDED, Budget
from qa.errors import ModelUnavailable
from qa.llm import Message, ScriptedModel
from qa.llm.breaker import Breaker
from qa.llm.watched import NobodyWaits, Watched

ASKED = [Message("user", "when?")]


class Hanging(ScriptedModel):
    """A model that does not write until it is let go."""

    def __init__(self) -> None:
        super().__init__(default="late words")
        self.go = threading.Event()
        self.begun = threading.Event()

    def stream(self, *args: object, **options: object) -> Iterator[str]:  # type: ignore[override]
        self.begun.set()
        assert self.go.wait(60)
        yield "late"


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    model = Hanging()
    yield model
    model.go.set()


@pytest.mark.parametrize("budget", [UNBOUNDED, Budget(left=lambda: False)], ids=["unbounded", "bounded"])
def test_what_the_model_says_passes_through(budget: Budget) -> None:
    breaker = Breaker(failures=1)
    model = Watched(ScriptedModel(["on 4 May"], yes=[0.75]), breaker, budget)
    assert list(model.stream(ASKED, max_tokens=9)) == ["on", " 4", " May"]
    assert model.yes(ASKED) == 0.75
    assert breaker.state == "closed"


@pytest.mark.parametrize("budget", [UNBOUNDED, Budget(left=lambda: False)], ids=["unbounded", "bounded"])
def test_a_fault_is_raised_and_counted(budget: Budget) -> None:
    breaker = Breaker(failures=1)
    model = Watched(ScriptedModel([ModelUnavailable("gone")]), breaker, budget)
    with pytest.raises(ModelUnavailable, match="gone"):
        list(model.stream(ASKED, max_tokens=9))
    assert (breaker.state, breaker.why) == ("open", "gone")


def test_a_model_that_hangs_is_left_when_the_time_is_over(hanging: Hanging) -> None:
    breaker = Breaker(failures=1)
    model = Watched(hanging, breaker, Budget.of(0.2))
    with pytest.raises(ModelUnavailable, match="the time of this question was over"):
        list(model.stream(ASKED, max_tokens=9))
    assert breaker.state == "open"


class Endless(ScriptedModel):
    """A model that never stops writing, and never pauses."""

    def stream(self, *args: object, **options: object) -> Iterator[str]:  # type: ignore[override]
        while True:
            yield "on "


def test_a_model_that_writes_without_a_pause_is_left_too() -> None:
    model = Watched(Endless(), breaker := Breaker(failures=1), Budget.of(0.2))
    with pytest.raises(ModelUnavailable, match="the time of this question was over"):
        for _ in model.stream(ASKED, max_tokens=9):
            pass
    assert breaker.state == "open"


def test_no_call_begins_after_the_time(hanging: Hanging) -> None:
    with pytest.raises(ModelUnavailable, match="before the model 'scripted' could begin"):
        list(Watched(hanging, breaker := Breaker(failures=1), Budget.of(0)).stream(ASKED, max_tokens=9))
    assert not hanging.begun.is_set()
    assert breaker.state == "closed", "it was not asked"


def test_nobody_waiting_ends_the_call_and_is_no_fault_of_the_model(hanging: Hanging) -> None:
    breaker = Breaker(failures=1)
    model = Watched(hanging, breaker, Budget.of(60, left=hanging.begun.is_set))
    with pytest.raises(NobodyWaits):
        list(model.stream(ASKED, max_tokens=9))
    assert breaker.state == "closed"
