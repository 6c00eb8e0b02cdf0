from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.dates.periods import add_months, bounds, easter, holiday, is_summer_time, month_length, week


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2022-03-29", "2022-03-29", "2022-03-29"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2022", "2022-01-01", "2022-12-31"),
        ("2022-W13", "2022-03-28", "2022-04-03"),
        ("2020-W53", "2020-12-28", "2021-01-03"),
        ("2022-W13-WE", "2022-04-02", "2022-04-03"),
        ("2022-Q4", "2022-10-01", "2022-12-31"),
        ("2022-H1", "2022-01-01", "2022-06-30"),
        ("2021-WI", "2021-12-01", "2022-02-28"),
        ("199", "1990-01-01", "1999-12-31"),
        ("20", "2000-01-01", "2099-12-31"),
        ("2022-03-28/2022-03-30", "2022-03-28", "2022-03-30"),
        ("2022-05/2022-07", "2022-05-01", "2022-07-31"),
    ],
)
def test_bounds_in_days(value: str, first: str, last: str) -> None:
    span = bounds(value)
    assert span is not None
    assert (span[0].date().isoformat(), span[1].date().isoformat()) == (first, last)


@pytest.mark.parametrize(
    "value", ["2022-02-30", "2022-13", "2021-W53", "0000", "XXXX-03-28", "P3D", "2022-03-29T25:00", "", "2022/", "-"]
)
def test_no_bounds(value: str) -> None:
    assert bounds(value) is None


def test_a_zone_moves_the_bounds() -> None:
    tokyo = timezone(timedelta(hours=9))
    span = bounds("2022-03-29", tokyo)
    assert span is not None
    assert span[0] == datetime(2022, 3, 28, 15, tzinfo=UTC)
    instant = bounds("2022-03-29T16:15-04:00", tokyo)
    assert instant is not None
    assert instant[0] == datetime(2022, 3, 29, 20, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "year", "day"),
    [
        ("12-25", 2022, "2022-12-25"),
        ("easter+0", 2022, "2022-04-17"),
        ("easter-2", 2024, "2024-03-29"),
        ("11:4:4", 2022, "2022-11-24"),
        ("5:1:-1", 2022, "2022-05-30"),
        ("11:4:4+1", 2022, "2022-11-25"),
        ("2001-09-11", 2022, "2001-09-11"),
    ],
)
def test_holidays(rule: str, year: int, day: str) -> None:
    assert holiday(rule, year).isoformat() == day


def test_easter_is_a_spring_sunday() -> None:
    for year in range(1900, 2100):
        assert easter(year).isoweekday() == 7
        assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


def test_summer_time() -> None:
    assert [is_summer_time(date(2022, month, 15)) for month in (1, 3, 7, 11)] == [False, True, True, False]


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9000, 1, 1)), st.integers(-600, 600))
def test_months_come_back(day: date, count: int) -> None:
    there = add_months(day, count)
    assert there.day == min(day.day, month_length(there.year, there.month))
    assert add_months(there, -count).replace(day=1) == day.replace(day=1)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9000, 1, 1)))
def test_a_day_is_within_its_week(day: date) -> None:
    span = bounds(week(day))
    assert span is not None
    assert span[0].date() <= day <= span[1].date()
