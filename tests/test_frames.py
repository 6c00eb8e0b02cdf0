"""What a number or a date does in its sentence."""

from __future__ import annotations

from datetime import date

import pytest

from qa.alignment import take_apart
from qa.frames import frame, superseded


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        pytest.param("The rate was raised to 4.25% from 4%.", ["result", "start"], id="to and from"),
        pytest.param("The duty fell from 52 to 47 cents.", ["start", "result"], id="from and to"),
        pytest.param("Unemployment rose by 0.3 points to 6.1%.", ["change", "result"], id="by and to"),
        pytest.param("Prices rose nearly 3%.", ["change"], id="right behind the verb"),
        pytest.param("Between 40 and 60 houses burned.", ["low", "high"], id="a range in words"),
        pytest.param("Some 40-60 houses burned.", ["low", "high"], id="a range with a dash"),
        pytest.param("Two of the nine judges agreed.", ["part", "whole"], id="some of all"),
        pytest.param("Nine of its crew of eleven drowned.", ["part", "whole"], id="of a crew of"),
        pytest.param("The firm may cut up to 700 jobs.", [""], id="up to is no result"),
        pytest.param("Twelve people died and 30 were hurt.", ["", ""], id="two counts"),
    ],
)
def test_a_number_does_something(text: str, frames: list[str]) -> None:
    parts = take_apart(text, None)
    assert [frame(parts, value) for value in parts.values] == frames


@pytest.mark.parametrize(
    ("text", "old"),
    [
        pytest.param("The launch, planned for April, was put off to September.", ["April"], id="put off"),
        pytest.param("The hearing was moved from 12 March to 9 April.", ["12 March"], id="moved from and to"),
        pytest.param("The concert, due on Saturday, will now be on 21 March.", ["Saturday"], id="now"),
        pytest.param("The launch is planned for April.", [], id="a plan that stands"),
        pytest.param("The hearing was postponed to 9 April.", [], id="only the new date"),
    ],
)
def test_a_date_that_was_left_is_known(text: str, old: list[str]) -> None:
    parts = take_apart(text, date(2026, 3, 4))
    assert [mention.text for mention in parts.times if superseded(parts, mention)] == old
