from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import windows
from qa.evaluation.time_cases import TimeCase, load
from qa.types import Moment, latest_instant

CASES = load(Path(__file__).parents[1] / "eval" / "time_questions.jsonl")
NOT_YET = {"time139", "time200", "time202", "time234"}
"""A name in small letters that is a month, a part called like a weekday, a party called like a day, "for May"."""


ASKED = date(2022, 3, 28)


def days(question: str, as_of: Moment) -> tuple[str, date | None, date | None]:
    named = windows.read(question, as_of)
    window = named.window or windows.Window()
    kind = named.order or ("window" if named.window else "none")
    return kind, window.earliest and window.earliest.date(), window.latest and window.latest.date()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_kept_cases(case: TimeCase) -> None:
    right = days(case.question, case.as_of) == (case.kind, case.earliest, case.latest)
    assert right == (case.id not in NOT_YET)


@pytest.mark.parametrize(
    ("question", "as_of", "own", "topic"),
    [
        pytest.param(
            "as of 28 March 2022, when do the talks start?", date(2026, 11, 23), date(2022, 3, 28),
            "when do the talks start?", id="in front",
        ),
        pytest.param("who led as of March 2025", date(2026, 11, 23), date(2025, 3, 31), "who led", id="behind"),
        pytest.param("who led as of 28 march", date(2022, 3, 1), date(2021, 3, 28), "who led", id="no year"),
        pytest.param("who led as of 29 february", date(2023, 1, 5), date(2020, 2, 29), "who led", id="leap day"),
        pytest.param("who led as of yesterday?", date(2022, 3, 28), date(2022, 3, 27), "who led?", id="yesterday"),
        pytest.param("who led as of today", date(2022, 3, 28), date(2022, 3, 28), "who led", id="today"),
        pytest.param("who led as of 2030?", date(2022, 3, 28), date(2022, 3, 28), "who led?", id="never widens"),
        pytest.param(
            "who led as of 9 a.m. on 3 May 2021", date(2022, 3, 28), datetime(2021, 5, 3, 9, 0, 59, 999999, tzinfo=UTC),
            "who led", id="an instant",
        ),
        pytest.param("as of late, who leads?", ASKED, ASKED, "as of late, who leads?", id="late"),
        pytest.param("as of 28 March 2021", ASKED, date(2021, 3, 28), "as of 28 March 2021", id="nothing else"),
    ],
)  # fmt: skip
def test_an_as_of_in_the_words_of_a_question(question: str, as_of: date, own: Moment, topic: str) -> None:
    named = windows.read(question, as_of)
    assert (named.as_of, named.topic) == (own, topic)
    assert topic == question or named.times == ()


def test_an_as_of_is_read_on_the_clock_that_was_given() -> None:
    moscow = timezone(timedelta(hours=3))
    named = windows.read("who led as of yesterday?", datetime(2022, 3, 28, 1, tzinfo=moscow))
    assert latest_instant(named.as_of) == datetime(2022, 3, 27, 20, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("what was passed in the spring session of 2024", "2024-SP"),
        ("in 2021, what did he say on 5 March?", "2021-03-05"),
        ("the April floods of 2024", "2024-04"),
        ("what did he say in 2021 about last week", "2022-W12"),
    ],
)
def test_a_year_that_stands_apart_is_the_year_of_the_rest(question: str, value: str) -> None:
    assert value in {mention.value for mention in windows.read(question, ASKED).times}


def test_a_quoted_clock_is_no_window() -> None:
    assert windows.read('who said "we leave on Friday"?', date(2022, 3, 28)).window is None


leads = st.sampled_from("as of|since|before|after|until|the eve of|two days after|from|between|first".split("|"))
whens = st.sampled_from(
    "28 March|1 January 0001|31 December 9999|29 February|yesterday|last week|2022|May|the 1990s|9 a.m.".split("|")
)
moments = st.one_of(
    st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31)),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))])),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(leads, whens, st.text(max_size=3)), max_size=6).map(" ".join), moments)
def test_an_as_of_never_widens_and_a_window_never_ends_before_it_begins(question: str, as_of: Moment) -> None:
    named = windows.read(question, as_of)
    assert latest_instant(named.as_of) <= latest_instant(as_of)
    if named.window and named.window.earliest and named.window.latest:
        assert named.window.earliest <= named.window.latest
