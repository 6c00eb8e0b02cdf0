from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.errors import IndexLocked, InputError
from qa.news import NewsQA
from qa.settings import Settings
from qa.watching import Plan, Watch
from tests.ingest.serving import Page, Site, serving

Watching = Callable[..., Watch]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as started:
        yield started


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def watching(tmp_path: Path, told: list[str]) -> Watching:
    settings = Settings(llm="none", fetch_private=True)

    def opened() -> NewsQA:
        return NewsQA.open(tmp_path / "index", create=True, settings=settings, encoder=HashEncoder())

    def make(*sources: str | Path, **how: object) -> Watch:
        return Watch(Plan(tuple(map(str, sources)), **how), opened, told.append)  # type: ignore[arg-type]

    return make


def write(path: Path, text: str, *, age: float = 60.0) -> Path:
    path.write_text(text, encoding="utf-8")
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def test_only_what_is_new_or_changed_is_read(watching: Watching, news: Path) -> None:
    one = write(news / "a.txt", "The harbour of Velm closed on Monday.")
    watch = watching(news)
    assert watch.look().added == 1
    assert watch.look().total == 0
    write(news / "b.txt", "The bridge of Velm closed on Monday.")
    assert watch.look().added == 1
    write(one, "The harbour of Velm closed on Tuesday.", age=30)
    again = watch.look()
    assert (again.updated, again.total) == (1, 1)


def test_a_file_that_is_still_being_written_waits(watching: Watching, news: Path) -> None:
    path = write(news / "a.txt", "The harbour of Velm", age=0)
    watch = watching(news)
    assert watch.look().total == 0
    write(path, "The harbour of Velm closed on Monday.", age=5)
    assert watch.look().added == 1


def test_a_feed_is_followed_and_its_errors_are_survived(watching: Watching, site: Site, told: list[str]) -> None:
    item = "<item><title>T</title><guid isPermaLink='false'>{0}</guid><description>It closed {0}.</description></item>"
    url = site.page("/f", f"<rss version='2.0'><channel><title>W</title>{item.format(1)}</channel></rss>",
                    kind="text/xml")  # fmt: skip
    watch = watching(url)
    assert watch.look().added == 1
    site.pages["/f"] = Page(b"", status=500)
    assert "500" in watch.look().rejected[0].reason
    site.page("/f", f"<rss version='2.0'><channel><title>W</title>{item.format(2)}</channel></rss>", kind="text/xml")
    assert watch.look().added == 1


def test_an_error_is_told_and_the_next_look_comes(news: Path, told: list[str]) -> None:
    looks = []

    def locked() -> NewsQA:
        looks.append(1)
        if len(looks) == 3:
            watch.stop()
        raise IndexLocked("process 7 writes it")

    write(news / "a.txt", "The harbour of Velm closed on Monday.")
    watch = Watch(Plan((str(news),), every=0.01), locked, told.append)
    assert watch.run() is False
    assert len(looks) == 3
    assert "process 7" in told[0]
    assert "next look is in 0.01 s" in told[0]


def test_what_fails_in_the_same_way_is_told_once(watching: Watching, news: Path, told: list[str]) -> None:
    write(news / "a.docx", "x")
    watch = watching(news, every=0.01)
    threading.Timer(0.2, watch.stop).start()
    assert watch.run() is True
    assert len([line for line in told if "docx" in line]) == 1


def test_once_is_one_look(watching: Watching, news: Path, told: list[str]) -> None:
    write(news / "a.txt", "The harbour of Velm closed on Monday.", age=0)
    assert watching(news, once=True).run() is True
    assert told[-1].endswith("1 added, 0 updated, 0 unchanged, 0 rejected")


def test_what_has_no_date_is_told(watching: Watching, news: Path, told: list[str]) -> None:
    write(news / "ferry.txt", "The ferry of Velm sank in the harbour.")
    assert watching(news, once=True).run() is True
    assert told[-2].endswith(f" 1 without a date: {news / 'ferry.txt'}")


@pytest.mark.parametrize("sources", [(), ("nowhere/",)], ids=["nothing", "a missing folder"])
def test_what_cannot_be_watched_is_named(watching: Watching, sources: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="watch"):
        watching(*sources)


_RUN = """
import sys
import qa.encoders
qa.encoders.load = lambda settings: qa.encoders.HashEncoder()
from qa import cli
sys.argv = ["qa", "watch", *sys.argv[1:]]
cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "41: sigterm"])
def test_41_a_signal_ends_the_watch_cleanly(news: Path, tmp_path: Path, number: signal.Signals) -> None:
    write(news / "a.txt", "date 2024-05-06 The harbour of Velm closed on Monday.")
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(news), "--index", str(tmp_path / "index"), "--every", "600"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "DATELINE_LLM": "none"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert "1 added" in process.stdout.readline()
        began = time.monotonic()
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    assert time.monotonic() - began < 30  # under load; idle it is a tenth of a second
    assert "stopping" in errors
    assert "Traceback" not in errors
