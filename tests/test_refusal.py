"""The signals of one question weighed into a probability, the kind of a short answer, and the reason in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from qa import refusal
from qa.questions import analyse
from qa.refusal import Signals
from qa.settings import Settings
from qa.types import Coverage

LEAST = Settings().answer_from
FULL = Signals(0.8, covered=1.0, typed=1.0, nearest=0.8, timely=1.0, margin=6.0, relevance=4.0, age=1.0)
POOR = Signals(0.3, covered=0.3, typed=0.0, nearest=0.3, timely=0.0, margin=-6.0, relevance=-4.0, age=6.0)


def unread(signals: Signals) -> Signals:
    """The same where no reader was asked."""
    return replace(signals, margin=None, relevance=None, age=None)


def test_the_probability_is_the_logistic_of_the_weighed_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal, "WITH_READER", {"large": {"bias": -1.0, "similarity": 2.0, "margin": 0.15}})
    # -1 + 2 · 0.8 + 0.15 · 6 = 1.5
    assert refusal.probability(FULL) == pytest.approx(1 / (1 + math.exp(-1.5)))


def test_without_the_reader_other_weights_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal, "WITHOUT_READER", {"bias": 0.5, "typed": 1.0})
    assert refusal.probability(unread(FULL)) == pytest.approx(1 / (1 + math.exp(-1.5)))


def test_what_is_not_about_the_question_is_never_an_answer() -> None:
    assert refusal.probability(replace(FULL, covered=0.1)) == 0.0


@pytest.mark.parametrize("asked", [pytest.param(lambda held: held, id="read"), pytest.param(unread, id="unread")])
def test_full_signals_are_answered_and_poor_ones_refused(asked: Callable[[Signals], Signals]) -> None:
    assert refusal.shows(asked(FULL), LEAST)
    assert not refusal.shows(asked(POOR), LEAST)


def test_where_no_reader_was_asked_an_answer_is_as_probably_right_as_there_is_one() -> None:
    assert refusal.confidence(unread(FULL)) == refusal.probability(unread(FULL))


def test_every_weight_belongs_to_a_signal() -> None:
    for weights in (*refusal.WITH_READER.values(), *refusal.RIGHT.values()):
        assert set(weights) - {"bias"} <= set(FULL.to_dict())
    assert set(refusal.WITHOUT_READER) - {"bias"} <= set(unread(FULL).to_dict())


@pytest.mark.parametrize(
    ("slot", "phrase", "dated", "kind"),
    [
        pytest.param("when", "Tuesday", True, 1.0, id="a date for when"),
        pytest.param("when", "soon", False, 0.0, id="no date for when"),
        pytest.param("how_many", "12 people", False, 1.0, id="a number"),
        pytest.param("how_many", "several people", False, 0.0, id="no number"),
        pytest.param("who", "Erem Polat", False, 1.0, id="a name"),
        pytest.param("who", "a neighbour", False, 0.0, id="no name"),
        pytest.param("why", "because of rain", False, 0.5, id="a kind that cannot be told"),
        pytest.param("when", "", False, 0.5, id="no phrase"),
    ],
)
def test_whether_a_short_answer_is_of_the_kind_asked_for(slot: str, phrase: str, dated: bool, kind: float) -> None:
    assert refusal.typed(slot, phrase, dated=dated) == kind  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "similarity", "covered", "outside", "reason"),
    [
        pytest.param("who won", 0.1, 0.0, False, "nothing_matched", id="nothing near, no word shared"),
        pytest.param("who won", 0.1, 0.3, False, "silent", id="a word shared"),
        pytest.param("who won in 2019", 0.6, 1.0, True, "outside_time", id="of another time"),
        pytest.param("who won in 2019", 0.6, 0.3, True, "silent", id="of another time and thing"),
        pytest.param("who won", 0.6, 1.0, True, "silent", id="another time, but none was named"),
    ],
)
def test_the_reason_follows_from_the_best_find(
    question: str, similarity: float, covered: float, outside: bool, reason: str
) -> None:
    query = analyse(question, as_of=date(2022, 3, 28))
    assert refusal.reason_for(query, similarity=similarity, covered=covered, outside_time=outside) == reason


def test_an_empty_archive_is_said_to_be_empty() -> None:
    assert refusal.in_words("silent", Coverage(0), date(2022, 3, 28)) == (
        "The archive holds no article from before 2022-03-28."
    )
    assert refusal.in_words("silent", Coverage(3), date(2022, 3, 28)) == refusal.WORDS["silent"]


def test_what_the_reader_is_surer_of_is_shown_and_held_for_right_rather() -> None:
    known = replace(POOR, similarity=0.5, covered=0.6, typed=1.0, nearest=0.5, timely=1.0, relevance=0.0, age=1.0)
    sure, unsure = replace(known, margin=20.0), replace(known, margin=-20.0)
    assert refusal.probability(unsure) < refusal.probability(replace(known, margin=0.0)) < refusal.probability(sure)
    assert refusal.shows(sure, LEAST)
    assert not refusal.shows(unsure, LEAST)
    assert refusal.confidence(unsure) < refusal.confidence(sure) < 1
    assert refusal.confidence(replace(sure, covered=0.1)) == 0.0
