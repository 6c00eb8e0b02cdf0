"""Coverage as a picture: every article is in it once, by span and outlet."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from qa.archive.browsing import Counts
from qa.ui import coverage
from qa.ui.differences import LONGEST, differences

DAY = date(2024, 2, 28)


@pytest.mark.parametrize(
    ("length", "step"),
    [(1, 1), (60, 1), (61, 7), (420, 7), (421, 30), (6000, 365), (400_000, 6667)],
    ids=["one day", "days", "weeks", "all weeks", "months", "years", "centuries"],
)
def test_span_of_a_bar_fits_the_archive_and_no_article_is_lost(length: int, step: int) -> None:
    days = {(DAY, "A"): 2, (DAY + timedelta(days=length - 1), "B"): 3}
    found = coverage.bars(days)
    assert found.step == step
    assert len(found.counted) <= coverage.MOST_BARS
    assert sum(sum(count.values()) for count in found.counted) == 5


def test_many_outlets_share_the_last_shade() -> None:
    days = {(DAY, f"outlet {number}"): number for number in range(1, 10)}
    shown = coverage.chart(Counts(days=days))
    assert len(set(re.findall(r'class="dl-shade-(\d)"', shown))) == coverage.SHADES
    assert "others" in shown
    assert "outlet 1 1" in shown, "the table names every outlet"


def test_hostile_outlet_is_text_and_an_empty_archive_has_no_picture() -> None:
    shown = coverage.chart(Counts(days={(DAY, "<script>1</script>${1}"): 1}))
    assert "<script" not in shown
    assert "${" not in shown
    assert coverage.chart(Counts()) == ""


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("It opens on 4 May.", "It opens on 11 May.", ["4"], ["11"]),
        ("One two", "One two three", [], [" three"]),
        ("<b>x</b>", "y", ["&lt;b&gt;x&lt;/b&gt;"], ["y"]),
        ("same", "same", [], []),
    ],
    ids=["a word", "an end", "hostile", "nothing"],
)
def test_differences_are_struck_out_and_underlined(before: str, after: str, gone: list[str], come: list[str]) -> None:
    shown = differences(before, after)
    assert re.findall(r"<del>(.*?)</del>", shown) == gone
    assert re.findall(r"<ins>(.*?)</ins>", shown) == come


def test_far_text_is_left_out_and_endless_text_is_not_compared() -> None:
    shown = differences("a " * 300 + "old" + " b" * 300, "a " * 300 + "new" + " b" * 300)
    assert len(shown) < 400
    assert "too long" in differences("x" * LONGEST, "y")
