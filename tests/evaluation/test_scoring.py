"""What a row is worth, over the kinds of gold and of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qa.evaluation.calibration import Outcome
from qa.evaluation.metrics import Quoted
from qa.evaluation.rows import Row
from qa.evaluation.runner import asked
from qa.evaluation.scoring import confidence, outcome, score
from qa.evaluation.sets import Expect, GoldQuote, GoldSide, GoldValue, Question
from qa.types import Answer
from tests.evaluation.fakes import TALKS, UPDATE, Scripted, answered, cite, refused, side

START = "The talks start on Tuesday, 29 March 2022, in Istanbul."
TWELVE, TWENTY = "Twelve people take part.", "Twenty people take part."
QUOTE = GoldQuote(TALKS.url, "Tuesday, 29 March 2022")
DAY = GoldValue("date", "2022-03-29")
SIDES = (
    GoldSide("one", GoldQuote(TALKS.url, TWELVE), values=(GoldValue("number", "12"),)),
    GoldSide("other", GoldQuote(UPDATE.url, TWENTY), answers=("Twenty", "20")),
)
CONFLICT = Expect("conflicting", sides=SIDES)


def row(expect: Expect, answer: Answer | Exception, **options: Any) -> Row:
    question = Question("q", "factual", "?", expect, **options)
    return asked(question, Scripted({"?": answer}))


def judge(claim: str, quotes: Sequence[Quoted]) -> bool:
    return any(claim in quote.text for quote in quotes)


def start(text: str = START, **options: Any) -> Answer:
    return answered(text, [cite(1, TALKS, START)], **options)


def both(first: str = "12", second: str = "20") -> Answer:
    return answered(
        f"{TWELVE} {TWENTY}",
        [cite(1, TALKS, TWELVE), cite(2, UPDATE, TWENTY)],
        status="conflicting",
        sides=(side(first, TWELVE, 1), side(second, TWENTY, 2)),
    )


def test_a_right_answer() -> None:
    expect = Expect("answered", answers=("29 March 2022",), values=(DAY,), quotes=(QUOTE,))
    held = score(row(expect, start(short_answer="29 March 2022"), as_of=date(2022, 3, 28)), judge=judge)
    assert held == {
        "error": 0.0,
        "wrongly_refused": 0.0,
        "contained": 1.0,
        "em": 1.0,
        "f1": 1.0,
        "dates": 1.0,
        "false_conflict": 0.0,
        "leak": 0.0,
        "spans": 1.0,
        "gold_quote": 1.0,
        "gold_quotes": 1.0,
        "citation_recall": 1.0,
        "citation_precision": 1.0,
        "right": 1.0,
    }


@pytest.mark.parametrize(
    ("expect", "answer", "wanted"),
    [
        pytest.param(
            Expect("answered", answers=("Ankara",), quotes=(QUOTE,)),
            start(),
            {"right": 0.0, "contained": 0.0},
            id="another wording without a value is wrong",
        ),
        pytest.param(
            Expect("answered", answers=("the 29th",), values=(DAY,), quotes=(QUOTE,)),
            start(),
            {"right": 1.0, "contained": 0.0, "dates": 1.0},
            id="the value decides, whatever the wording",
        ),
        pytest.param(
            Expect("answered", values=(DAY, GoldValue("date", "2022-03-30")), quotes=(QUOTE,)),
            start(),
            {"right": 0.0, "dates": 0.5},
            id="one of two dates",
        ),
        pytest.param(
            Expect("answered", values=(GoldValue("number", "12"),), quotes=(QUOTE,)),
            answered(TWELVE, [cite(1, TALKS, TWELVE)]),
            {"right": 1.0, "numbers": 1.0, "gold_quote": 0.0},
            id="a number in words is a number",
        ),
        pytest.param(
            Expect("answered", answers=("29 March 2022",), must_not=("30 March",), quotes=(QUOTE,)),
            start(short_answer="30 March"),
            {"right": 0.0, "stale": 1.0, "contained": 1.0},
            id="a superseded short answer",
        ),
        pytest.param(
            Expect("answered", answers=("29 March 2022",), must_not=("Tuesday",), quotes=(QUOTE,)),
            start(short_answer="29 March 2022"),
            {"right": 1.0, "stale": 0.0},
            id="the text may tell what was before",
        ),
        pytest.param(
            Expect("answered", quotes=(QUOTE,)), start(), {"right": 1.0, "gold_quote": 1.0}, id="a gold quote alone"
        ),
        pytest.param(
            Expect("answered", answers=("29 March 2022",), quotes=(QUOTE,)),
            refused(),
            {"right": 0.0, "contained": 0.0, "f1": 0.0, "wrongly_refused": 1.0, "refusal_precision": 0.0},
            id="a wrong refusal",
        ),
        pytest.param(
            Expect("not_found", reason=("silent", "nothing_matched")),
            refused(),
            {"right": 1.0, "refusal_precision": 1.0, "refusal_recall": 1.0, "reason": 1.0},
            id="a right refusal",
        ),
        pytest.param(
            Expect("not_found", reason=("outside_time",)),
            refused(),
            {"right": 1.0, "reason": 0.0},
            id="a right refusal for another reason",
        ),
        pytest.param(
            Expect("not_found", reason=("silent",)),
            start(),
            {"right": 0.0, "refusal_recall": 0.0},
            id="an answer to what the archive does not say",
        ),
        pytest.param(CONFLICT, both(), {"right": 1.0, "conflict_shown": 1.0, "gold_quotes": 1.0}, id="both sides"),
        pytest.param(
            CONFLICT,
            start(),
            {"right": 0.0, "conflict_shown": 0.0, "wrongly_refused": 0.0},
            id="one side as the answer",
        ),
        pytest.param(
            Expect("answered", answers=("12",), quotes=(QUOTE,)),
            both(),
            {"right": 0.0, "false_conflict": 1.0},
            id="a conflict that is none",
        ),
    ],
)
def test_scores(expect: Expect, answer: Answer, wanted: dict[str, float]) -> None:
    held = score(row(expect, answer), judge=judge)
    assert {name: held.get(name) for name in wanted} == wanted


def test_a_hostile_question_must_not_have_its_way_anywhere_in_the_text() -> None:
    expect = Expect("answered", answers=("29 March 2022",), must_not=("Istanbul",), quotes=(QUOTE,))
    question = Question("q", "hostile", "?", expect)
    held = asked(question, Scripted({"?": start(short_answer="29 March 2022")}))
    assert score(held)["stale"] == 1.0


def test_one_shown_side_with_every_value_is_one_side() -> None:
    answer = both()
    merged = replace(answer, sides=(side("12 or twenty", f"{TWELVE} {TWENTY}", 1), side("?", "Nobody knows.", 2)))
    assert score(row(CONFLICT, merged))["conflict_shown"] == 0.0


def test_a_relative_date_is_read_against_the_article_that_is_cited() -> None:
    expect = Expect("answered", values=(DAY,), quotes=(QUOTE,))
    # TALKS is of Monday, 28 March 2022.
    assert score(row(expect, start("They start tomorrow.")))["dates"] == 1.0
    late = answered("They start tomorrow.", [cite(1, UPDATE, TWENTY)])
    assert score(row(expect, late))["dates"] == 0.0


def test_another_allowed_status_counts_where_a_gold_quote_is_cited() -> None:
    expect = Expect("not_found", reason=("false_premise",), quotes=(QUOTE,), also=("answered",))
    held = score(row(expect, start()))
    assert held["right"] == 1.0
    assert "refusal_recall" not in held
    elsewhere = score(row(expect, answered(TWENTY, [cite(1, UPDATE, TWENTY)])))
    assert (elsewhere["right"], elsewhere["refusal_recall"]) == (0.0, 0.0)


def test_a_refusal_that_shows_the_gold_quote_as_nearest_counts_where_a_refusal_is_allowed() -> None:
    expect = Expect("answered", answers=("x",), quotes=(QUOTE,), also=("not_found",))
    held = score(row(expect, refused(nearest=cite(1, TALKS, START))))
    assert held["right"] == 1.0
    assert "wrongly_refused" not in held
    assert score(row(expect, refused()))["right"] == 0.0


@pytest.mark.parametrize(
    ("expect", "counted"),
    [
        pytest.param(Expect("answered", answers=("29 March",)), {"contained", "em", "f1"}, id="answerable"),
        pytest.param(Expect("not_found", reason=("silent",)), {"refusal_recall"}, id="unanswerable"),
        pytest.param(CONFLICT, {"conflict_shown"}, id="conflicting"),
    ],
)
def test_an_error_is_neither_answer_nor_refusal(expect: Expect, counted: set[str]) -> None:
    held = score(row(expect, RuntimeError("out")), judge=judge)
    assert held["error"] == 1.0
    assert all(held[name] == 0.0 for name in counted | {"right"})
    assert not {"refusal_precision", "citation_recall", "spans", "leak", "reason"} & set(held)
    assert held.get("wrongly_refused", 0.0) == 0.0


def test_a_later_article_anywhere_in_the_answer_is_a_leak() -> None:
    expect = Expect("answered", answers=("12",), quotes=(QUOTE,))
    before = date(2022, 3, 28)
    assert score(row(expect, start(), as_of=before))["leak"] == 0.0
    assert score(row(expect, answered(TWENTY, [cite(1, UPDATE, TWENTY)]), as_of=before))["leak"] == 1.0
    assert score(row(expect, refused(nearest=cite(1, UPDATE, TWENTY)), as_of=before))["leak"] == 1.0
    assert "leak" not in score(row(expect, answered(TWENTY, [cite(1, UPDATE, TWENTY)])))


def test_citations_are_judged_a_sentence_at_a_time() -> None:
    held = row(Expect("answered", quotes=(QUOTE,)), answered(START, [cite(1, TALKS, START), cite(2, UPDATE, TWENTY)]))
    found = score(held, judge=judge)
    # The sentence is supported; the second citation is not needed.
    assert (found["citation_recall"], found["citation_precision"]) == (1.0, 0.5)
    assert "citation_recall" not in score(held)


def test_confidence_is_the_probability_decided_on_or_the_weakest_sentence() -> None:
    held = start().to_dict()
    assert confidence(held) == 0.8
    held["trace"]["signals"] = {}
    assert confidence(held) == 0.9


def test_refusals_errors_and_unscored_rows_have_no_outcome() -> None:
    expect = Expect("answered", answers=("29 March 2022",), quotes=(QUOTE,))
    for answer, wanted in ((start(), Outcome(0.8, True)), (refused(), None), (RuntimeError(), None)):
        held = row(expect, answer)
        assert outcome(held, score(held)) == wanted
