"""A served page and a browser for it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fake_news import FakeNews

CHROMIUM = next((path for path in ("/usr/bin/chromium", shutil.which("chromium")) if path and Path(path).exists()), "")
ARGUMENTS = (
    "--no-sandbox --headless --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Gradio sums up its queue with calls that pandas 3 deprecates; as errors they would end the queue's task."""
    item.add_marker(pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium, for one module only: while it is open, Playwright keeps an event loop running in this thread."""
    if not CHROMIUM:
        pytest.skip("no Chromium: neither /usr/bin/chromium nor chromium on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[FakeNews, str]]:
    """One page around one scripted archive."""
    from qa.ui import app
    from qa.ui import page as layout
    from qa.ui.desk import Desk

    news = FakeNews()
    desk = Desk(news)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layout, "POLL_SECONDS", 0.5)
        opened = app.open_page(news, port=0, desk=desk)
    yield news, opened.url
    news.hold.set()
    opened.close()
    desk.store.close()


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:
    """One desktop profile: its cache spares each test the loading of Gradio's own files."""
    from person import PATIENCE

    opened = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    opened.set_default_timeout(1000 * PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def news(served: tuple[FakeNews, str]) -> FakeNews:
    """The scripted archive as new: fast, healthy and with nothing asked."""
    item = served[0]
    item.hold.set()
    item.__init__()  # type: ignore[misc]
    return item


@pytest.fixture
def page(context: Any, served: tuple[FakeNews, str], news: FakeNews) -> Iterator[Any]:
    """A fresh desktop tab on the page; it fails on a request that leaves the machine and on a script's error."""
    tab = context.new_page()
    faults: list[str] = []
    tab.on("request", lambda request: None if _local(request.url) else faults.append(f"request to {request.url}"))
    tab.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    tab.goto(served[1])
    tab.wait_for_selector(".dl-example")
    yield tab
    tab.close()
    assert not faults


def _local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:"))
