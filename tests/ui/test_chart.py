"""A timeline's picture and table, without a browser: places on the axis, escaping, what stands in both."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from fake_news import FERRY, entry, ferry, history, hostile_history, nothing

from qa.types import Entry, Timeline
from qa.ui import transcript
from qa.ui.chart import MOST_TICKS, chart, ticks
from qa.ui.chart import history as history_of
from qa.ui.turn import Turn


def shown(found: Timeline) -> str:
    turn = Turn(3, found.query, wants_timeline=True)
    turn.show(found)
    return transcript.turn(turn)


def spread(*days: date) -> Timeline:
    sentence = "The city has paid for buses around the bay in the meantime"
    entries: tuple[Entry, ...] = tuple(entry(n, FERRY, sentence, day) for n, day in enumerate(days, start=1))
    return Timeline("ferry", as_of=days[-1], events=entries)


def dots(svg: str) -> list[tuple[float, float]]:
    circles = ElementTree.fromstring(svg).iter("circle")
    return [(float(circle.attrib["cx"]), float(circle.attrib["cy"])) for circle in circles]


def test_dots_stand_in_the_order_of_time_at_their_share_of_the_axis() -> None:
    places = dots(chart(spread(date(2024, 1, 1), date(2024, 7, 1), date(2024, 12, 31)), 1))
    first, middle, last = (x for x, _ in places)
    assert first < middle < last
    assert abs((middle - first) / (last - first) - 182 / 365) < 0.01


@pytest.mark.parametrize("count", [2, 20], ids=["two", "twenty"])
def test_dots_of_one_time_do_not_cover_each_other(count: int) -> None:
    start = date(2024, 1, 1)
    near = [start + timedelta(days=n % 7) for n in range(count)]
    places = dots(chart(spread(*sorted(near), date(2026, 1, 1)), 1))
    assert len(places) == count + 1
    if count == 2:
        (ax, ay), (bx, by) = places[:2]
        assert (ax - bx) ** 2 + (ay - by) ** 2 >= 22**2


def test_all_on_one_day_stand_in_the_middle() -> None:
    places = dots(chart(spread(date(2024, 1, 1), date(2024, 1, 1)), 1))
    assert {x for x, _ in places} == {360.0}


def test_one_event_needs_no_picture() -> None:
    assert chart(spread(date(2024, 1, 1)), 1) == ""
    assert "dl-events" in shown(spread(date(2024, 1, 1)))


def test_a_month_is_a_span_of_the_axis() -> None:
    found = spread(date(2024, 1, 1), date(2024, 2, 1), date(2024, 6, 1))
    month = replace(found.events[1], last_day=date(2024, 2, 29), value="2024-02")
    found = replace(found, events=(found.events[0], month, found.events[2]))
    assert chart(found, 1).count("dl-span") == 1
    assert ">February 2024<" in shown(found)


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        pytest.param(date(2021, 3, 1), date(2024, 8, 1), ["2022", "2023", "2024"], id="years"),
        pytest.param(date(2024, 1, 10), date(2024, 4, 20), ["Feb 2024", "Mar 2024", "Apr 2024"], id="months"),
        pytest.param(date(2024, 1, 30), date(2024, 2, 2), ["30 Jan", "31 Jan", "1 Feb", "2 Feb"], id="days"),
        pytest.param(date(2024, 1, 30), date(2024, 1, 30), ["30 Jan"], id="one-day"),
    ],
)
def test_the_axis_names_its_days(first: date, last: date, names: list[str]) -> None:
    assert [name for _, name in ticks(first, last)] == names


@pytest.mark.parametrize("days", [1, 10, 40, 70, 200, 400, 729, 731, 4000, 40000])
def test_the_axis_names_few_days_and_all_within_it(days: int) -> None:
    first = date(1900, 5, 17)
    last = first + timedelta(days=days)
    listed = [day for day, _ in ticks(first, last)]
    assert 1 <= len(listed) <= MOST_TICKS
    assert all(first <= day <= last for day in listed)


def test_the_table_says_what_the_picture_shows_and_more() -> None:
    text = shown(history("ferry"))
    for part in (
        "30 April 2026", "Jonas Reik", "11 May 2026 instead of 4 May 2026 [1]", "Bay Wire", "reported this day",
        "Without a date", "2 less important events left out", "37 articles", 'data-citation="3:t2"',
        'role="img"', "<caption>", 'scope="row"',
    ):  # fmt: skip
        assert part in text, part
    assert len(re.findall('data-opens="3:t', text)) == 3, "what has no date has no place on the axis"
    assert len(re.findall('data-citation="3:t', text)) == 4


def test_nothing_found_says_why_and_what_was_searched() -> None:
    text = shown(nothing("football"))
    assert "No article is about this" in text
    assert "37 articles" in text
    assert "dl-chart" not in text


def test_hostile_text_is_text_in_picture_and_table() -> None:
    text = shown(hostile_history("<img src=x onerror=alert(1)>"))
    for markup in ("<img", "<script", "<em>", "<i>Mayor", "<u>", "</title><img", "${", "{{"):
        assert markup not in text, markup
    ElementTree.fromstring(chart(hostile_history("q"), 1))


def test_history_of_one_thing_is_a_picture_whose_last_dot_stands_out() -> None:
    svg = history_of(ferry("q")[-1].timeline, 4)
    picture = ElementTree.fromstring(svg)
    marks = [(dot.get("data-opens"), dot.get("data-changed")) for dot in picture.iter("g")]
    assert marks == [("4:2", None), ("4:1", "latest")]
    titles = [title.text for title in picture.iter("title")]
    assert titles == ["20 April 2026: 4 May 2026", "30 April 2026, 16:05 UTC: 11 May 2026"]
    assert "2 statements from 20 April 2026 to 30 April 2026" in svg


@pytest.mark.parametrize("undated", [0, 1], ids=["one claim", "one with a day, one without"])
def test_history_of_one_day_needs_no_picture(undated: int) -> None:
    first, second = ferry("q")[-1].timeline
    assert history_of((first, *[replace(second, said=None)] * undated), 1) == ""
