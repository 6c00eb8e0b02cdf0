"""Plots and groups of the report: where a value is drawn, which group an age is in."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from qa.evaluation import plots, proof
from qa.evaluation.plots import Bar, Frame, Series
from qa.evaluation.rows import Row
from qa.evaluation.sets import Expect, Question

FRAME = Frame("f", title="Risk <1>", about="What it shows & how.", x="share", y="risk")


def _parsed(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<body>{drawn}</body>")


def test_a_curve_is_drawn_over_the_unit_square_and_has_a_name_for_who_cannot_see_it() -> None:
    found = _parsed(plots.curves(FRAME, [Series("a & b", ((0.0, 0.0), (1.0, 1.0)), weights=(0.5, 0.5))]))
    drawing = found.find("figure/svg")
    assert drawing is not None
    named = str(drawing.get("aria-labelledby")).split()
    assert [element.text for name in named for element in found.iter() if element.get("id") == name] == [
        "Risk <1>",
        "What it shows & how.",
    ]
    first, last = drawing.findall("circle")
    assert float(first.get("cx", 0)) < float(last.get("cx", 0))
    assert float(first.get("cy", 0)) > float(last.get("cy", 0))


def test_an_interval_stays_inside_its_row_and_its_value_between_its_ends() -> None:
    bars = [Bar("x" * 60, value=0.5, low=0.25, high=7.0, note="(n 3)"), Bar("short", value=0.1, low=0.0, high=0.2)]
    found = _parsed(plots.intervals(FRAME, bars))
    (path, _), (dot, _) = (
        [held for held in found.iter(tag) if "s0" in str(held.get("class"))] for tag in ("path", "circle")
    )
    low, _, high = (float(number) for number in re.findall(r"[\d.]+", path.get("d", "")))
    assert low < float(dot.get("cx", 0)) < high <= plots.WIDTH - 96
    texts = [str(held.text) for held in found.iter("text")]
    assert any(text.startswith("…x") and len(text) < 30 for text in texts)
    assert ".50 (n 3)" in texts


@pytest.mark.parametrize(
    ("days", "group"),
    [
        pytest.param(0, "same day or the day before", id="the same day"),
        pytest.param(1, "same day or the day before", id="the day before"),
        pytest.param(2, "2 to 7 days", id="two days"),
        pytest.param(30, "8 to 30 days", id="the last day of a group"),
        pytest.param(366, "more than a year", id="older"),
        pytest.param(None, "undated", id="unknown stays unknown"),
    ],
)
def test_an_answer_is_as_old_as_the_first_article_that_it_cites(days: int | None, group: str) -> None:
    question = Question("q", "answerable", "?", Expect("answered", answers=("a",)))
    row = Row("k", question=question, answer={"citations": [{"age_days": days}, {"age_days": 5}]})
    assert proof.age_of(row) == group


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    points = [(place / 999, 0.5) for place in range(1000)]
    found = proof.thinned(points)
    assert len(found) < 140
    assert (found[0], found[-1]) == (points[0], points[-1])
    assert proof.thinned(points[:3]) == points[:3]
    assert proof.thinned([]) == []
