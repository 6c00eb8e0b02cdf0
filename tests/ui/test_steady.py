"""A page that stays open: a server started anew, a read-only page, a first screen that is quick."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from fake_news import FakeNews
from person import BOX, ask, count, expect

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "eval"))

import bench_page

from qa.conversations import Store
from qa.ui import app
from qa.ui import page as layout
from qa.ui.desk import Desk
from qa.ui.layout import SCRIPTS, STYLES

pytestmark = pytest.mark.browser


@pytest.fixture
def port() -> int:
    """A free port below those that the system gives to outgoing connections: it is left and taken again."""
    for number in range(20_000 + os.getpid() % 5_000, 32_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number
    raise AssertionError("no free port")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "POLL_SECONDS", 0.5)


@pytest.fixture
def tab(context: Any) -> Iterator[Any]:
    opened = context.new_page()
    yield opened
    opened.close()


def test_page_goes_on_after_the_server_was_started_anew(tab: Any, port: int, quick: None, tmp_path: Path) -> None:
    first, store = FakeNews(), Store(tmp_path / "c.sqlite")
    opened = app.open_page(first, port=port, desk=Desk(first, store))
    tab.goto(opened.url)
    tab.wait_for_selector(".dl-example")
    ask(tab, "ferry before")
    first.hold.clear()
    tab.fill(BOX, "price wait")
    tab.press(BOX, "Enter")
    tab.wait_for_selector(".dl-turn[data-turn='2'] .dl-text")
    opened.close()
    store.close()
    first.hold.set()
    second, store = FakeNews(), Store(tmp_path / "c.sqlite")
    opened = app.open_page(second, port=port, desk=Desk(second, store))
    tab.wait_for_selector("#dl-said:has-text('started anew')", state="attached")
    tab.wait_for_selector(".dl-turn[data-turn='1'][data-phase='done']")
    expect(tab.locator(BOX)).to_have_value("price wait")
    ask(tab, "football after", turn=2)
    assert [answer.question for answer in second.asked[-1][2]] == ["ferry before"], "a follow-up has its history"
    opened.close()
    store.close()


def test_read_only_page_answers_and_offers_nothing_that_changes(tab: Any) -> None:
    news = FakeNews()
    desk = Desk(news, read_only=True)
    opened = app.open_page(news, port=0, desk=desk)
    tab.goto(opened.url)
    tab.wait_for_selector(".dl-example")
    ask(tab, "ferry")
    count(tab, ".dl-nav [data-view='kept']", 0)
    tab.click(".dl-nav [data-view='archive']")
    tab.wait_for_selector("#dl-shelf li")
    count(tab, "#dl-shelf button:has-text('Delete'), #dl-files, #dl-address", 0)
    tab.click(".dl-nav [data-view='settings']")
    tab.wait_for_selector("#dl-model :text('read-only')")
    count(tab, "#dl-model form", 0)
    opened.close()
    desk.store.close()


def test_page_is_light_and_opens_without_waiting_for_anything_else(
    browser: Any, served: tuple[FakeNews, str], news: FakeNews
) -> None:
    """How many seconds that takes depends on the machine: `eval/bench_page.py` measures it, the log has it."""
    (first,) = bench_page.loads(browser, served[1], 1, fresh=True)
    (again,) = bench_page.loads(browser, served[1], 1, fresh=False)
    assert first.seconds > 0
    # Which request is the last before the page can be used is a race, so the two are not compared with each other.
    assert 0 < first.requests < 150
    assert 0 < again.requests < 150
    ours = sum(len((resources.files("qa.ui") / "static" / name).read_bytes()) for name in (*STYLES, *SCRIPTS))
    assert ours < 70_000, "what the page's own look and script weigh is read with each opening"
