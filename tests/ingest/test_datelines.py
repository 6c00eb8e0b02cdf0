from __future__ import annotations

from datetime import date

import pytest

from qa.ingest import Read, datelines, html, plain

REST = "The delegations met in the palace on the Bosphorus and spoke for four hours about neutrality."


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        pytest.param("ISTANBUL, March 28, 2022 (Wire) \u2014 ", date(2022, 3, 28), id="agency"),
        pytest.param("ISTANBUL, Turkey, 28 March 2022 - ", date(2022, 3, 28), id="place and country"),
        pytest.param("March 28, 2022 \u2013 ", date(2022, 3, 28), id="date alone"),
        pytest.param("Published 28 March 2022\n\n", date(2022, 3, 28), id="a line at the top"),
        pytest.param("Talks resume\nPosted on Monday, March 28, 2022\n\n", date(2022, 3, 28), id="below a headline"),
        pytest.param("ISTANBUL, March 28 (Wire) \u2014 ", None, id="22: no year, no date"),
        pytest.param("On March 28, 2022 the talks began. ", None, id="a date in a sentence"),
        pytest.param("ISTANBUL, March 32, 2022 (Wire) \u2014 ", None, id="22: no day of the calendar"),
        pytest.param("", None, id="none"),
    ],
)
def test_a_dateline_gives_the_day(opening: str, day: date | None) -> None:
    assert datelines.day(opening + REST) == day


def test_a_text_and_a_page_are_dated_by_it_where_nothing_else_does() -> None:
    line = f"ISTANBUL, March 28, 2022 (Wire) \u2014 {REST}"
    head = "<meta name=date content='2022-03-29'>"
    pages = [f"<html><head>{each}</head><body><article><p>{line}</p></article></body></html>" for each in ("", head)]
    found = [plain.read(line), plain.read(f"date 2022-03-29 {line}"), *map(html.read, pages)]
    assert [(each.published, each.date_source) for each in found if isinstance(each, Read)] == [
        (date(2022, 3, 28), "dateline"), (date(2022, 3, 29), "leading"),
        (date(2022, 3, 28), "dateline"), (date(2022, 3, 29), "meta"),
    ]  # fmt: skip


def test_22_a_dateline_in_the_future_is_flagged() -> None:
    found = plain.read(f"ISTANBUL, March 28, 2999 (Wire) \u2014 {REST}")
    assert isinstance(found, Read)
    assert (found.published, found.date_source) == (None, "unknown")
    assert "future" in found.flags[0]
