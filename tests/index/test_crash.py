from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from qa.encoders import HashEncoder
from qa.index import Index
from qa.ingest import Read, finish

CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_crash import ingest
print("open", flush=True)
ingest(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
"""


def piece(number: int) -> Read:
    """Fifty places, whose text changes each day."""
    ferries = " ".join(f"Ferry {number * 31 + n} left." for n in range(90))
    read = finish(
        Read(
            "",
            body=f"Report {number} on Lindholm harbour. {ferries}",
            url=f"https://x.example/{number % 50}",
            published=date(2022, 3, 1 + number // 50),
            headline=f"Report {number}",
        )
    )
    assert isinstance(read, Read)
    return read


def ingest(folder: Path, first: int, last: int) -> None:
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add([piece(number) for number in range(first, last)])


def start(folder: Path, first: int, last: int, crash: str = "") -> subprocess.Popen[bytes]:
    """Ingest in another process, which ends itself where ``crash`` says."""
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(Path(__file__).parent), str(folder), str(first), str(last)],
        env={**os.environ, **({"CRASH_AT": crash} if crash else {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def state(folder: Path) -> list[tuple[str, str, bytes]]:
    """Every passage with its text and vector, after both searches have found it."""
    with Index.open(folder, encoder=HashEncoder()) as index:
        _ = index.encoder
        assert index.info().pending == 0
        rows = []
        visible = {each.id for each in index.all_articles()}
        with index._archive.use() as connection:
            ids = [row[0] for row in connection.execute("SELECT id FROM passages ORDER BY id")]
        assert index._words().count == len(ids), "no passage is in the lexical index twice, or not at all"
        texts = index.passages(ids)
        assert set(texts) == set(ids)
        for name, vector in zip(ids, index.vectors(ids), strict=True):
            assert np.linalg.norm(vector) > 0.9
            if texts[name].article_id in visible:
                assert index.dense(vector, 1, before=None)[0].passage_id == name
            rows.append((name, texts[name].text, vector.tobytes()))
        assert index.info().dense == "chroma" or not ids
        return rows


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, bytes]]:
    """What an ingest that nobody interrupts ends in."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    ingest(folder, 0, 80)
    return state(folder)


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half of it."""
    folder = tmp_path_factory.mktemp("half") / "index"
    ingest(folder, 0, 40)
    return folder


POINTS = ["after_ledger", "mid_batch", "after_embedding", "after_lexical", "after_vectors", "after_done"]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"40: {point}")
def test_a_kill_loses_nothing_and_doubles_nothing(tmp_path: Path, point: str, half: Path, whole: object) -> None:
    folder = tmp_path / "index"
    shutil.copytree(half, folder)
    before = state(folder)
    child = start(folder, 40, 80, crash=point)
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert set(before) <= set(state(folder)), "what was acknowledged is there"
    ingest(folder, 40, 80)
    assert state(folder) == whole, "a second run ends where an uninterrupted one does"


@pytest.mark.parametrize("seed", range(int(os.environ.get("DATELINE_KILLS", "2"))), ids=lambda seed: f"40: seed {seed}")
def test_a_kill_at_any_time(tmp_path: Path, seed: int, whole: object) -> None:
    folder = tmp_path / "index"
    child = start(folder, 0, 80)
    assert child.stdout
    child.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 3.0))
    child.kill()
    child.communicate()
    if (folder / "archive.sqlite").exists():
        with Index.open(folder, encoder=HashEncoder(), create=True):
            pass
        state(folder)
    ingest(folder, 0, 80)
    assert state(folder) == whole


def test_the_check_can_fail(half: Path, tmp_path: Path) -> None:
    """A negative control: an embedding that is lost is noticed."""
    folder = tmp_path / "index"
    shutil.copytree(half, folder)
    with Index.open(folder, encoder=HashEncoder()) as index, index._archive.transaction() as connection:
        connection.execute("DELETE FROM embeddings WHERE n = 3")
    with pytest.raises(AssertionError):
        state(folder)
