from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from qa.vectors import Chroma, Rows, Unhealthy, point, timed
from qa.vectors.folder import current


def rows(count: int, seed: int = 0, first: int = 0) -> list[tuple[int, str, Rows]]:
    made = np.random.default_rng(seed).normal(size=(count, 32)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return [(first + number + 1, f"p{first + number}", row) for number, row in enumerate(made)]


def named(stored: list[tuple[int, str, Rows]]) -> list[tuple[str, Rows]]:
    return [(name, vector) for _, name, vector in stored]


def test_what_is_built_is_found_also_after_reopening(tmp_path: Path) -> None:
    stored = rows(30)
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(stored)
    chroma.close()
    again = Chroma(tmp_path / "chroma")
    assert (again.told().last, again.told().count) == (30, 30)
    again.open()
    again.probe(named(stored))
    assert again.query(stored[7][2], 3)[0] == "p7"
    again.close()


def test_what_is_built_on_has_the_old_and_the_new(tmp_path: Path) -> None:
    old, new = rows(30), rows(12, seed=1, first=30)
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(old)
    chroma.build(new, anew=False)
    chroma.probe(named(old + new))
    assert (chroma.built.last, chroma.built.count) == (42, 42)
    chroma.close()
    assert len([path for path in (tmp_path / "chroma").iterdir() if path.is_dir()]) == 1


def test_the_same_id_takes_the_new_vector_and_what_is_gone_is_out(tmp_path: Path) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(rows(5))
    [(_, name, fresh)] = rows(1, seed=1)
    chroma.build([(6, name, fresh)], anew=False)
    assert chroma.query(fresh, 1) == ["p0"]
    assert chroma.built.count == 5
    chroma.build((), gone=["p0"], anew=False)
    assert "p0" not in chroma.query(fresh, 5)
    assert chroma.holds(["p0", "p1"]) == ["p1"]
    with pytest.raises(Unhealthy, match="'p0' does not find itself"):
        chroma.probe([("p0", fresh)])
    chroma.close()


def test_questions_are_answered_while_it_is_built_on(tmp_path: Path) -> None:
    stored = rows(20)
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(stored)
    asked: list[list[str]] = []

    def slowly() -> object:
        for row in rows(3, seed=1, first=20):
            asked.append(chroma.query(stored[3][2], 1))
            yield row

    chroma.build(slowly(), anew=False)  # type: ignore[arg-type]
    assert asked == [["p3"]] * 3
    chroma.close()


def test_many_passages_of_one_text_are_no_damage(tmp_path: Path) -> None:
    [(_, _, same)] = rows(1)
    chroma = Chroma(tmp_path / "chroma")
    chroma.build([(number + 1, f"p{number}", same) for number in range(40)])
    chroma.probe([(f"p{number}", same) for number in range(40)])
    chroma.close()


def test_a_failed_build_leaves_the_old_one(tmp_path: Path) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(rows(5))
    name = (tmp_path / "chroma" / "CURRENT").read_text()
    with pytest.raises(Unhealthy):
        chroma.build([(6, "a", np.ones(32, np.float32)), (7, "b", np.ones(8, np.float32))], anew=False)
    assert len(chroma.query(rows(5)[0][2], 9)) == 5, "the one in use goes on"
    chroma.close()
    assert (tmp_path / "chroma" / "CURRENT").read_text() == name
    again = Chroma(tmp_path / "chroma")
    again.open()
    assert again.built.count == 5
    assert [path.name for path in (tmp_path / "chroma").iterdir() if path.is_dir()] == [name], "none is left behind"
    again.close()


def test_42_a_folder_that_cannot_be_copied_leaves_nothing_and_says_it_in_a_line(tmp_path: Path) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(rows(5))
    used = current(tmp_path / "chroma")
    (used / "broken").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Unhealthy, match=r"^\[Errno 2\] No such file or directory in"):
        chroma.build(rows(3, seed=1, first=5), anew=False)
    assert [path for path in (tmp_path / "chroma").iterdir() if path.is_dir()] == [used]
    assert len(chroma.query(rows(5)[0][2], 9)) == 5
    chroma.close()


def test_a_folder_that_has_lost_some_is_not_used(tmp_path: Path) -> None:
    chroma = Chroma(tmp_path / "chroma")
    chroma.build(rows(5))
    chroma._ready().delete(["p1"])
    chroma.close()
    with pytest.raises(Unhealthy, match="4 of 5"):
        Chroma(tmp_path / "chroma").open()


def test_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(Unhealthy, match="pointer"):
        Chroma(tmp_path).open()
    assert Chroma(tmp_path).told().count == 0
    assert list(tmp_path.iterdir()) == []


def test_a_call_that_hangs_has_a_deadline() -> None:
    stop = threading.Event()
    began = time.perf_counter()
    with pytest.raises(Unhealthy, match="no answer within"):
        timed(lambda: stop.wait(60), 0.2)
    assert time.perf_counter() - began < 50
    stop.set()


def test_a_pointer_is_the_old_or_the_new(tmp_path: Path) -> None:
    path = tmp_path / "CURRENT"
    point(path, "one")
    point(path, "two")
    assert path.read_text() == "two"
    assert [each.name for each in tmp_path.iterdir()] == ["CURRENT"]
