"""The time-expression score on a case worked out by hand."""

from __future__ import annotations

import pytest

from qa.evaluation.timex import Timex, TimexDocument, score

DOCUMENT = TimexDocument(
    gold=(Timex(10, 20, "2022-03-29"), Timex(30, 34, "PAST_REF"), Timex(50, 60, "2022-04")),
    found=(
        Timex(0, 5, "2022-03-27"),  # the dateline
        Timex(10, 20, "2022-03-29"),  # right
        Timex(28, 34, "2022"),  # overlaps the vague one, wrong value
        Timex(52, 60, "2022-05"),  # overlaps, wrong value
        Timex(70, 75, "2022"),  # spurious
    ),
    dateline=(0, 6),
)


def test_all_values() -> None:
    found = score([DOCUMENT], calendar=False)
    assert (found.gold, found.system, found.relaxed, found.strict, found.value) == (3, 4, 3, 1, 1)
    assert found.relaxed_f1 == pytest.approx(6 / 7)
    assert found.value_f1 == pytest.approx(6 / 7 / 3)


def test_calendar_values_leave_the_vague_out() -> None:
    found = score([DOCUMENT], calendar=True)
    assert (found.gold, found.system, found.relaxed, found.strict, found.value) == (2, 3, 2, 1, 1)
    assert found.strict_f1 == pytest.approx(2 / 5)


def test_the_longest_overlap_is_matched_first() -> None:
    document = TimexDocument(gold=(Timex(0, 10, "A"), Timex(10, 20, "B")), found=(Timex(8, 20, "B"), Timex(0, 9, "A")))
    assert score([document], calendar=False).value == 2
