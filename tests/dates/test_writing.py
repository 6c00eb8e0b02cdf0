from __future__ import annotations

from datetime import date

import pytest

from qa.dates import absolute, annotate, resolve, spoken
from tests.real import ARTICLE, needs_article

MONDAY = date(2022, 3, 28)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2022-03-29", "29 March 2022"),
        ("2022-03", "March 2022"),
        ("2022", "2022"),
        ("2022-W13", "the week of 28 March 2022"),
        ("2022-W13-WE", "the weekend of 2 April 2022"),
        ("2022-Q1", "the first quarter of 2022"),
        ("2022-H2", "the second half of 2022"),
        ("2022-SP", "spring 2022"),
        ("199", "the 1990s"),
        ("20", "the 21st century"),
        ("18", "the 19th century"),
        ("2022-03-29T16:15Z", "16:15 UTC on 29 March 2022"),
        ("2022-03-29T16:15", "16:15 on 29 March 2022"),
        ("2022-03-29T16:15-04:00", "16:15 UTC-04:00 on 29 March 2022"),
        ("2022-03-29TMO", "the morning of 29 March 2022"),
        ("2022-03-28/2022-03-30", "28–30 March 2022"),
        ("2022-03-28/2022-04-02", "28 March – 2 April 2022"),
        ("2021-12-30/2022-01-02", "30 December 2021 – 2 January 2022"),
        ("2022-05/2022-07", "May–July 2022"),
        ("2021-11/2022-02", "November 2021 – February 2022"),
        ("2019/2021", "2019–2021"),
        ("XXXX-03-28", "28 March"),
        ("XXXX-03-28/XXXX-03-30", "28–30 March"),
        ("P3D", "3 days"),
        ("P1Y", "1 year"),
        ("PXY", "several years"),
        ("PT30M", "30 minutes"),
        ("PRESENT_REF", ""),
        ("XXXX-WXX-2", ""),
        ("2022-13", ""),
        ("2022-02-30", ""),
        ("nonsense", ""),
    ],
)
def test_spoken(value: str, words: str) -> None:
    assert spoken(value) == words


@pytest.mark.parametrize(
    ("text", "annotated", "prose"),
    [
        pytest.param(
            "He said on Monday that talks could start on Tuesday instead.",
            "He said on Monday (28 March 2022) that talks could start on Tuesday (29 March 2022) instead.",
            "He said on Monday, 28 March 2022, that talks could start on Tuesday, 29 March 2022, instead.",
            id="weekdays",
        ),
        pytest.param(
            "It will end on Tuesday. On Sunday, it began.",
            "It will end on Tuesday (29 March 2022). On Sunday (27 March 2022), it began.",
            "It will end on Tuesday, 29 March 2022. On Sunday, 27 March 2022, it began.",
            id="no comma before a mark",
        ),
        pytest.param(
            "on March 28-30 in Istanbul",
            "on March 28-30 (28–30 March 2022) in Istanbul",
            "on 28–30 March 2022 in Istanbul",
            id="range without a year",
        ),
        pytest.param("on March 28, 2022, at", "on March 28, 2022, at", "on March 28, 2022, at", id="full date"),
        pytest.param(
            "He said today that it is done.",
            "He said today (28 March 2022) that it is done.",
            "He said on 28 March 2022 that it is done.",
            id="today",
        ),
        pytest.param(
            "By tomorrow it will end. Yesterday it began.",
            "By tomorrow (29 March 2022) it will end. Yesterday (27 March 2022) it began.",
            "By 29 March 2022 it will end. On 27 March 2022 it began.",
            id="yesterday and tomorrow",
        ),
        pytest.param(
            "after Sunday's vote",
            "after Sunday's (27 March 2022) vote",
            "after Sunday's (27 March 2022) vote",
            id="possessive",
        ),
        pytest.param(
            "the Sunday attack",
            "the Sunday (27 March 2022) attack",
            "the Sunday (27 March 2022) attack",
            id="attribute",
        ),
        pytest.param(
            "It fell last week and in June.",
            "It fell last week (the week of 21 March 2022) and in June (June 2021).",
            "It fell last week (the week of 21 March 2022) and in June 2021.",
            id="week and month",
        ),
        pytest.param(
            "It lasted from May to July.",
            "It lasted from May to July (May–July 2021).",
            "It lasted from May to July 2021.",
            id="range of months",
        ),
        pytest.param(
            "He left three weeks ago for five days.",
            "He left three weeks ago (the week of 7 March 2022) for five days.",
            "He left three weeks ago (the week of 7 March 2022) for five days.",
            id="a duration gets nothing",
        ),
        pytest.param(
            "at 16:15 UTC, June 1st",
            "at 16:15 UTC, June 1st (1 June 2022)",
            "at 16:15 UTC, 1 June 2022",
            id="date beside",
        ),
        pytest.param(
            '"We leave on Friday," he said on Sunday.',
            '"We leave on Friday," he said on Sunday (27 March 2022).',
            '"We leave on Friday," he said on Sunday, 27 March 2022.',
            id="direct speech stays verbatim",
        ),
        pytest.param(
            "It is now in the 1990s.", "It is now in the 1990s.", "It is now in the 1990s.", id="nothing to add"
        ),
    ],
)
def test_dates_written_in(text: str, annotated: str, prose: str) -> None:
    mentions = resolve(text, MONDAY)
    assert annotate(text, mentions) == annotated
    assert absolute(text, mentions) == prose


@needs_article
def test_the_sample_article() -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    written = annotate(text, resolve(text, MONDAY))
    assert "stated on Sunday (27 March 2022)" in written
    assert "on March 28-30 (28–30 March 2022) in Istanbul" in written
    assert "said on Monday (28 March 2022)" in written
    assert "happen on Tuesday (29 March 2022) instead" in written


@pytest.mark.parametrize(
    "text",
    ["The line marks where the river stood a year ago on 18 July.", "On 12 April last year the bridge opened."],
)
def test_a_date_of_two_parts_gets_none_rather_than_a_wrong_one(text: str) -> None:
    mentions = resolve(text, date(2025, 7, 17))
    assert absolute(text, mentions) == text
    assert annotate(text, mentions) == text


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        pytest.param("It had been set to start on Monday.", "It had been set to start on Monday.", id="had been set"),
        pytest.param(
            "A planned trip in February was off.", "A planned trip in February was off.", id="what had been planned"
        ),
        pytest.param(
            "They study the January 6 attack on the dam.",
            "They study the January 6 attack on the dam.",
            id="a day that names an event",
        ),
        pytest.param(
            "It was put off to September.", "It was put off to September 2022.", id="put off looks ahead all the same"
        ),
        pytest.param("It was postponed to June.", "It was postponed to June 2022.", id="so does postponed"),
        pytest.param(
            "He left, saying on Tuesday that it was over.",
            "He left, saying on Tuesday, 22 March 2022, that it was over.",
            id="saying is said",
        ),
    ],
)
def test_a_date_that_the_words_leave_open_is_not_guessed(text: str, prose: str) -> None:
    assert absolute(text, resolve(text, MONDAY)) == prose
