from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from qa.vectors import Chroma, Unhealthy, point


def rows(count: int, seed: int = 0) -> list[tuple[str, np.ndarray]]:
    made = np.random.default_rng(seed).normal(size=(count, 32)).astype(np.float32)
    return [(f"p{number}", row) for number, row in enumerate(made / np.linalg.norm(made, axis=1, keepdims=True))]


def test_what_is_built_is_found_also_after_reopening(tmp_path: Path) -> None:
    stored = rows(30)
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(stored)
    chroma.close()
    again = Chroma(tmp_path / "chroma")
    assert again.open() == 30
    again.probe(stored)
    assert again.query(stored[7][1], 3)[0] == "p7"
    again.close()


def test_the_same_id_takes_the_new_vector(tmp_path: Path) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(rows(5))
    fresh = rows(5, seed=1)
    chroma.put(fresh[:1])
    assert chroma.query(fresh[0][1], 1) == ["p0"]
    chroma.delete(["p0"])
    assert "p0" not in chroma.query(fresh[0][1], 5)
    with pytest.raises(Unhealthy, match="'p0' does not find itself"):
        chroma.probe(fresh[:1])
    chroma.close()


def test_a_failed_build_leaves_the_old_one(tmp_path: Path) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(rows(5))
    named = (tmp_path / "chroma" / "CURRENT").read_text()
    with pytest.raises(Unhealthy):
        chroma.build([("a", np.ones(32, np.float32)), ("b", np.ones(8, np.float32))])
    chroma.close()
    assert (tmp_path / "chroma" / "CURRENT").read_text() == named
    again = Chroma(tmp_path / "chroma")
    assert again.open() == 5
    assert [path.name for path in (tmp_path / "chroma").iterdir() if path.is_dir()] == [named], "leftovers are swept"
    again.close()


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(Unhealthy, match="pointer"):
        Chroma(tmp_path).open()
    assert list(tmp_path.iterdir()) == []


def test_a_call_that_hangs_has_a_deadline(tmp_path: Path) -> None:
    chroma = Chroma(tmp_path)
    stop = threading.Event()
    began = time.perf_counter()
    with pytest.raises(Unhealthy, match="no answer within"):
        chroma._call(lambda: stop.wait(10), 0.2)
    assert time.perf_counter() - began < 5
    stop.set()


def test_a_pointer_is_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"
    point(path, "one")
    point(path, "two")
    assert path.read_text() == "two"
    assert [each.name for each in tmp_path.iterdir()] == ["CURRENT"]
