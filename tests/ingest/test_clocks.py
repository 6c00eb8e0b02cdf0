from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from qa.ingest import clocks


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2022-03-28", date(2022, 3, 28), id="iso day"),
        pytest.param("2022/06/16", date(2022, 6, 16), id="slashes"),
        pytest.param(" 2022-3-8 ", date(2022, 3, 8), id="single digits and space"),
        pytest.param("20220328", date(2022, 3, 28), id="compact"),
        pytest.param("2022-03-28T10:00:00Z", datetime(2022, 3, 28, 10, tzinfo=UTC), id="zulu"),
        pytest.param(
            "2022-03-28T10:00:00+03:00", datetime(2022, 3, 28, 10, tzinfo=timezone(timedelta(hours=3))), id="zone"
        ),
        pytest.param("2022-03-28 10:00", datetime(2022, 3, 28, 10, tzinfo=UTC), id="naive is utc"),
        pytest.param("2022/03/28 10:00:05", datetime(2022, 3, 28, 10, 0, 5, tzinfo=UTC), id="slashes with time"),
        pytest.param("Mon, 28 Mar 2022 10:00:00 GMT", datetime(2022, 3, 28, 10, tzinfo=UTC), id="rfc 2822"),
        pytest.param(
            "28 Mar 2022 10:00:00 +0300",
            datetime(2022, 3, 28, 10, tzinfo=timezone(timedelta(hours=3))),
            id="rfc, no day",
        ),
        pytest.param("28 March 2022", date(2022, 3, 28), id="day month year"),
        pytest.param("Monday, March 28, 2022", date(2022, 3, 28), id="month day year"),
        pytest.param("Sept. 1st, 2022", date(2022, 9, 1), id="short month"),
        pytest.param("March 28, 2022 at 5:30 pm", datetime(2022, 3, 28, 17, 30, tzinfo=UTC), id="afternoon"),
        pytest.param("28.03.2022", date(2022, 3, 28), id="with points the day is first"),
        pytest.param("3. 4. 2022", date(2022, 4, 3), id="points and spaces"),
        pytest.param("28.03.2022, 14:05", datetime(2022, 3, 28, 14, 5, tzinfo=UTC), id="points and a time"),
        pytest.param("28 March 2022 14:05 BST", datetime(2022, 3, 28, 13, 5, tzinfo=UTC), id="named zone"),
        pytest.param("28 March 2022, 14:05 +0300", datetime(2022, 3, 28, 11, 5, tzinfo=UTC), id="zone in numbers"),
        pytest.param("28 March 2022 14:05 IST", date(2022, 3, 28), id="a zone that could be three"),
        pytest.param("2024-02-29", date(2024, 2, 29), id="leap day"),
    ],
)
def test_dates_are_read(text: str, moment: date | datetime) -> None:
    assert clocks.parse(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2022-02-30",
        "2022-13-01",
        "2023-02-29",
        "03/04/2022",
        "31.04.2022",
        "03.04.22",
        "0000-00-00",
        "2022",
        "2022-03-28Tx",
        "31 February 2022",
        "28 Smarch 2022",
        "the 28 March 2022 meeting",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        clocks.parse(text)


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "doubtful"),
    [
        pytest.param(date(2022, 3, 28), False, id="past"),
        pytest.param(date(2026, 11, 25), False, id="the day after tomorrow"),
        pytest.param(date(2026, 11, 26), True, id="22: future"),
        pytest.param(datetime(2031, 1, 1, tzinfo=UTC), True, id="22: far future"),
        pytest.param(date(1970, 1, 1), True, id="22: epoch zero"),
        pytest.param(datetime(1970, 1, 1, tzinfo=UTC), True, id="22: epoch zero instant"),
        pytest.param(date(1, 1, 1), True, id="22: year one"),
        pytest.param(date(1912, 4, 15), False, id="old news"),
    ],
)
def test_impossible_dates_are_doubted(moment: date | datetime, doubtful: bool) -> None:
    assert bool(clocks.doubt(moment, NOW)) is doubtful
