"""The gold of the two modules is sound, and their figures count what they say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa import dates, support
from qa.errors import EvalError
from qa.evaluation import modules, own
from qa.evaluation.modules import GoldTime, SupportCase, TimedSentence

DAY = date(2026, 3, 2)
TEXT = "Twelve people were hurt, police said."


def test_the_kept_support_cases_are_sound_and_balanced() -> None:
    cases = modules.support_cases(own.folder() / "support_cases.jsonl")
    assert len({case.id for case in cases}) == len(cases) >= 70
    assert len({(case.claim, case.text) for case in cases}) == len(cases)
    assert 0.4 < sum(case.supported for case in cases) / len(cases) < 0.6


def test_the_kept_time_expressions_are_in_their_texts() -> None:
    sentences = modules.timed_sentences(own.folder() / "time_expressions.jsonl")
    assert len({sentence.id for sentence in sentences}) == len(sentences) >= 40
    for sentence in sentences:
        for gold in sentence.gold():
            assert sentence.text[gold.start : gold.end] in {held.text for held in sentence.times}
    assert sum(not sentence.times for sentence in sentences) >= 5


def test_shown_claims_are_counted_by_their_gold(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [
        SupportCase(str(n), "number", claim, TEXT, DAY, supported=gold)
        for n, (claim, gold) in enumerate(
            [("right", True), ("missed", True), ("right too", True), ("false", False), ("caught", False)]
        )
    ]
    shown = {"right", "right too", "false"}
    said = {True: support.Support("supported", 0.9), False: support.Support("unsupported", 0.1)}
    monkeypatch.setattr(support, "check", lambda claim, text, written: said[claim in shown])
    assert modules.support_figures(cases) == {"recall": (2 / 3, 3), "false_support": (1 / 2, 2)}


def test_time_expressions_are_scored_by_overlap_and_value(monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = TimedSentence(
        "a", DAY, "on Sunday and on Friday", (GoldTime("Sunday", "2026-03-01"), GoldTime("Friday", "2026-03-06"))
    )
    (found, _) = dates.resolve(sentence.text, DAY)
    monkeypatch.setattr(dates, "resolve", lambda text, written: [found])
    # One of two is found, rightly: P 1, R 1/2.
    assert modules.time_figures([sentence]) == {
        "relaxed_f1": (2 / 3, 2),
        "strict_f1": (2 / 3, 2),
        "value_f1": (2 / 3, 2),
    }


def test_a_line_with_an_unknown_field_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "a", "verdict": "yes"}\n', encoding="utf-8")
    with pytest.raises(EvalError, match=r"cases\.jsonl:1"):
        modules.support_cases(path)
