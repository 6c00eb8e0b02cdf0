from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from qa.ingest import Names, Read, Rejected, formats
from qa.ingest.confined import Confined

TEXT = "The talks between the two delegations will resume in Istanbul on Tuesday, officials in Ankara said on Sunday."
PAGE = (
    "<html lang=en><head><meta name=date content='{}'><meta name=author content='A. Öz'></head><body><article>"
    f"<h1>Talks</h1><p>{TEXT}</p>{{}}</article></body></html>"
)


@pytest.fixture
def confined() -> Iterator[Confined]:
    reader = Confined(seconds=60)
    yield reader
    reader.close()


@pytest.mark.parametrize(
    ("written", "published"),
    [("2022-03-28", date(2022, 3, 28)), ("2022-03-28T10:00:00Z", datetime(2022, 3, 28, 10, tzinfo=UTC)), ("", None)],
    ids=["a day", "an instant", "unknown"],
)
def test_it_reads_what_is_read_here(confined: Confined, written: str, published: date | None) -> None:
    data = PAGE.format(written, "").encode()
    origin = formats.Origin("u", url="https://wire.example/a", suffix=".html")
    (found,) = confined.articles(data, origin)
    assert [found] == list(formats.articles(data, origin))
    assert isinstance(found, Read)
    assert (found.published, found.body, found.byline) == (published, TEXT, "A. Öz")


def test_names_and_rejections_come_through(confined: Confined) -> None:
    table = formats.Origin("u", suffix=".csv", names=Names({"h": "title", "t": "text"}))
    good, bad = confined.articles(b"h,t\nTalks,They met.\nNone,\n", table)
    assert isinstance(good, Read)
    assert (good.headline, good.body) == ("Talks", "They met.")
    assert isinstance(bad, Rejected)
    assert bad.source == "u:3"


@pytest.mark.parametrize(
    ("limits", "data"),
    [
        pytest.param({"cpu": 3}, PAGE.format("", "<a href=x>y</a>" * 300_000), id="33: minutes of links"),
        pytest.param({"memory": 400_000_000, "cpu": 60}, PAGE.format("", "<a href=x>y</a>" * 300_000), id="29: memory"),
        pytest.param({"seconds": 0.0}, PAGE.format("", ""), id="33: by the clock"),
    ],
)
def test_what_costs_too_much_is_rejected_and_the_next_is_read(limits: dict[str, int], data: str) -> None:
    confined = Confined(**{"seconds": 60, **limits})
    origin = formats.Origin("u", url="https://wire.example/a", suffix=".html")
    try:
        (found,) = confined.articles(data.encode(), origin)
        assert isinstance(found, Rejected), found
        assert "was ended" in found.reason or "memory" in limits  # lxml may notice by itself that there is none left
        if "cpu" in limits and "memory" not in limits:
            (after,) = confined.articles(PAGE.format("", "").encode(), origin)
            assert isinstance(after, Read)
    finally:
        confined.close()
