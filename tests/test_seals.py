"""Chroma's files, damaged: each damage is noticed before this process opens them, which some of them would end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.index import Index
from qa.ingest import Read, finish
from qa.vectors import Chroma, Unhealthy, seals
from qa.vectors.folder import current
from tests.test_vectors import named, rows

WRITTEN = 1_010
"""Vectors from which Chroma writes its index: with fewer it makes the files anew at each opening."""

FILES = ("data_level0.bin", "header.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built") / "chroma"
    chroma = Chroma(root)
    chroma.build(rows(WRITTEN))
    chroma.close()
    return root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "chroma"))


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def one(root: Path, name: str) -> Path:
    [path] = current(root).rglob(name)
    return path


DAMAGES: tuple[Callable[[Path], object], ...] = (zeroed, cut, flipped, Path.unlink)


@pytest.mark.parametrize("damage", DAMAGES, ids=["zeroed", "cut short", "a bit flipped", "gone"])
@pytest.mark.parametrize("name", FILES)
def test_44_a_damaged_file_is_named_before_it_is_opened(
    root: Path, name: str, damage: Callable[[Path], object]
) -> None:
    damage(one(root, name))
    with pytest.raises(Unhealthy, match=rf"{name}' is (gone|not as it was written)|is gone"):
        Chroma(root).open()


def test_what_is_sound_opens_without_another_process(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "_tried", lambda folder: pytest.fail("tried"))
    for _ in range(2):  # opening and asking leave the files as they are
        chroma = Chroma(root)
        chroma.open()
        chroma.probe(named(rows(WRITTEN)[::100]))
        chroma.close()


@pytest.mark.parametrize("left", ["{", '{"chroma": "0.1", "files": {}}'], ids=["no seal", "another version's"])
def test_44_a_folder_without_a_usable_seal_is_tried_by_another_process_first(root: Path, left: str) -> None:
    """As in an index of an earlier version, and with another version of Chroma."""
    folder = current(root)
    told = json.loads((folder / seals.FILE).read_text())
    (folder / seals.FILE).write_text(left)
    if '"files": {}' in left:  # a seal of another version still says which files there were
        (folder / seals.FILE).write_text(json.dumps({**told, "chroma": "0.1"}))
    chroma = Chroma(root)
    chroma.open()
    chroma.close()
    assert json.loads((folder / seals.FILE).read_text()) == told, "sealed for the next time"


def test_44_a_damaged_folder_without_a_seal_ends_another_process_not_this_one(root: Path) -> None:
    (current(root) / seals.FILE).unlink()
    zeroed(one(root, "link_lists.bin"))  # Chroma 1.5 reads them past their end: SIGSEGV
    with pytest.raises(Unhealthy, match="a process that tried it"):
        Chroma(root).open()


def test_a_process_that_is_ended_is_told_by_its_signal(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (current(root) / seals.FILE).unlink()
    monkeypatch.setattr(seals, "_PROGRAM", ("-c", "import os; os.kill(os.getpid(), 11)"))
    with pytest.raises(Unhealthy, match="a process that tried it was ended by SIGSEGV"):
        Chroma(root).open()


def test_44_a_folder_that_is_damaged_while_it_is_in_use_is_not_built_on(root: Path) -> None:
    chroma = Chroma(root)
    chroma.open()
    flipped(one(root, "data_level0.bin"))
    with pytest.raises(Unhealthy, match="have changed since it was opened"):
        chroma.build(rows(3, seed=1, first=WRITTEN), anew=False)
    chroma.close()


def test_44_an_index_with_damaged_vectors_answers_says_why_and_builds_them_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = HashEncoder(32)
    items = [finish(Read("", body=f"Ferry {number} left at {number * 7}.")) for number in range(WRITTEN)]
    with Index.open(tmp_path / "index", encoder=encoder, create=True) as index:
        index.add(items)  # type: ignore[arg-type]
        index.rebuild_vectors()
    zeroed(one(tmp_path / "index" / "chroma", "data_level0.bin"))
    with Index.open(tmp_path / "index", encoder=encoder) as index:
        found = index.dense(encoder.encode_queries(["Ferry 7 left at 49."]), 1, before=None)
        assert index.passages([found[0].passage_id])[found[0].passage_id].text == "Ferry 7 left at 49."
        assert index.info().dense == "chroma"
    assert "data_level0.bin' is not as it was written" in caplog.text
    assert len([path for path in (tmp_path / "index" / "chroma").iterdir() if path.is_dir()]) == 1
