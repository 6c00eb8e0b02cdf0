from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qa import questions
from qa.errors import InputError, QuestionError

AS_OF = date(2022, 3, 28)


@pytest.mark.parametrize(
    ("question", "slot"),
    [
        ("when do the Istanbul talks start", "when"),
        ("What date was the recount?", "when"),
        ("how many people died", "how_many"),
        ("how much does a tram ticket cost", "how_much"),
        ("who won the football match", "who"),
        ("where will they meet", "where"),
        ("why was the bridge closed", "why"),
        ("has Putin refused to meet Zelenskyy", "yes_no"),
        ("and did he resign?", "yes_no"),
        ("what did Lavrov say about isolation", "other"),
        ("what did she say when the bridge closed", "other"),
        ("will there be a toll on the bridge?", "yes_no"),
        ("what is the death toll", "how_many"),
        ("On what date did the ferry capsize?", "when"),
        ("for how long was it valid", "how_much"),
        ("what is the bank's key interest rate", "how_much"),
        ("What was the petrol price last month?", "how_much"),
        ("what fine did the owner get", "how_much"),
        ("what was the reason for the rate cut", "other"),
        ("What will the rate cut mean?", "other"),
        ("what happened to the price of petrol", "other"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_question(question: str, slot: str) -> None:
    assert questions.slot_of(question) == slot


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        ("what share of the vote did she win", "percent"),
        ("what is the key interest rate", "percent"),
        ("how much did the bridge cost", "money"),
        ("what fine did the owner get", "money"),
        ("how long will it last", "measure"),
        ("how many people died", ""),
    ],
)
def test_the_sort_of_number_is_read_from_the_question(question: str, amount: str) -> None:
    assert questions.analyse(question, as_of=AS_OF).amount == amount


@pytest.mark.parametrize("question", ["", "   ", "\u200b\u200b", "???", "\ud800"], ids=ascii)
def test_a_question_with_nothing_to_read_is_refused_with_an_example(question: str) -> None:
    with pytest.raises(QuestionError, match="ask something such as"):
        questions.clean(question, limit=100)


def test_a_question_that_is_too_long_names_its_length_and_the_limit() -> None:
    with pytest.raises(QuestionError, match=r"5,000 characters.*2,000"):
        questions.clean("x" * 5000, limit=2000)


def test_invisible_characters_are_taken_out_of_a_question() -> None:
    hidden = "when do\u200b the \u202etalks\u202c\x00 start\U000e0041?"
    assert questions.clean(hidden, limit=100) == "when do the talks start?"


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2022-03-28", date(2022, 3, 28)),
        ("2022/03/28", date(2022, 3, 28)),
        ("2022-03-28T18:00+03:00", datetime.fromisoformat("2022-03-28T18:00+03:00")),
        (date(2022, 3, 28), date(2022, 3, 28)),
    ],
    ids=str,
)
def test_an_as_of_moment_is_read(value: str | date, moment: date) -> None:
    assert questions.parse_as_of(value) == moment


@pytest.mark.parametrize("value", ["yesterday", "2022-02-30", "28.3.2022", "0001-01-01", ""])
def test_a_wrong_as_of_date_is_named(value: str) -> None:
    with pytest.raises(InputError, match="2022-03-28") as caught:
        questions.parse_as_of(value)
    assert repr(value) in str(caught.value)


def test_a_bare_as_of_date_means_that_whole_day() -> None:
    query = questions.analyse("what happened", as_of=AS_OF)
    assert query.before == datetime(2022, 3, 28, 23, 59, 59, 999999, tzinfo=UTC)


def test_coverage_counts_words_by_weight_and_family() -> None:
    query = questions.analyse("who won the football match", as_of=AS_OF)
    assert query.covered_by("Kestrel won the football match in Brenholm.") == 1.0
    assert query.covered_by("The ferry sank off Tarn Island.") == 0.0
    assert 0 < query.covered_by("The winner of the recount is Kestrel.") < 0.7


@pytest.mark.parametrize(
    ("question", "leans"),
    [
        ("And who will attend?", True),
        ("what about the second round?", True),
        ("when does it start?", True),
        ("why?", True),
        ("when do the Istanbul talks start", False),
        ("Who is the mayor of Brenholm after the recount?", False),
        ("how many people died?", True),
        ("when will the schools of the flooded valley open again", False),
    ],
)
def test_a_follow_up_is_told_from_a_question_that_stands_alone(question: str, leans: bool) -> None:
    assert questions.leans_on_history(question) is leans


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("how many people died?", True),
        ("how many of them died?", False),
        ("and the year before?", False),
        ("why?", False),
    ],
)
def test_what_points_back_to_nothing_is_searched_for_as_it_is_too(question: str, alone: bool) -> None:
    assert questions.stands_alone_too(question) is alone
