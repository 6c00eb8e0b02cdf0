from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from qa.archive import Indexed, translated
from qa.encoders import HashEncoder
from qa.errors import ArchiveError, IndexDamaged, IndexLocked, IndexMismatch
from qa.index import Index
from qa.ingest import Read

Make = Callable[..., Read]


@pytest.fixture
def built(folder: Path, article: Make) -> Path:
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add([article(f"Bridge {number} of Lindholm is open.", 1 + number % 28) for number in range(60)])
    return folder


def works(folder: Path, **options: bool) -> tuple[str, ...]:
    """Both searches find all that is there; return the notes."""
    with Index.open(folder, encoder=HashEncoder(), **options) as index:
        assert len(index.lexical("bridge", 100, before=None)) == 60
        for each in list(index.all_articles())[::7]:
            vector = index.encoder.encode_passages([f"{each.published:%-d} March 2022\n{each.body}"])
            assert index.dense(vector, 1, before=None)[0].passage_id.startswith(each.id)
        assert index.info().dense == ("chroma" if index.is_writer else "exact")
        return index.info().notes


def chroma_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "chroma").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda folder: shutil.rmtree(folder / "chroma"), id="44: folder gone"),
        pytest.param(lambda folder: (folder / "chroma" / "CURRENT").write_text("../.."), id="48: pointer wrong"),
        pytest.param(lambda folder: (folder / "chroma" / "CURRENT").write_bytes(b"\xff"), id="48: pointer broken"),
        pytest.param(lambda folder: (folder / "chroma" / "CURRENT").unlink(), id="48: pointer gone"),
        pytest.param(
            lambda folder: [path.unlink() for path in chroma_files(folder) if path.name == "chroma.sqlite3"],
            id="45: chroma.sqlite3 gone",
        ),
        pytest.param(
            lambda folder: [
                path.write_bytes(b"x" * 5000) for path in chroma_files(folder) if path.suffix == ".sqlite3"
            ],
            id="45: chroma.sqlite3 overwritten",
        ),
        pytest.param(lambda folder: shutil.rmtree(folder / "lexical"), id="45: lexical gone"),
        pytest.param(lambda folder: (folder / "lexical" / "meta.json").write_text("{"), id="45: lexical broken"),
        pytest.param(lambda folder: (folder / "manifest.json").unlink(), id="48: manifest gone"),
        pytest.param(lambda folder: (folder / "manifest.json").write_text('{"id": "'), id="48: manifest half written"),
    ],
)
def test_what_is_derived_is_built_again(built: Path, damage: Callable[[Path], object]) -> None:
    damage(built)
    works(built, read_only=True)
    works(built)
    assert works(built) == ()
    assert json.loads((built / "manifest.json").read_text())["encoder"] == "hash-256"


def test_44_vectors_that_do_not_find_themselves_are_noticed(built: Path, caplog: pytest.LogCaptureFixture) -> None:
    from qa.vectors import Chroma

    other = HashEncoder(name="other")
    chroma = Chroma(built / "chroma")
    with sqlite3.connect(built / "archive.sqlite") as archive:
        rows = archive.execute("SELECT e.n, p.id FROM embeddings e JOIN passages p ON p.n = e.passage").fetchall()
    archive.close()
    chroma.build([(n, name, other.encode_passages([name])[0]) for n, name in rows])
    chroma.close()
    works(built)
    assert "find itself" in caplog.text


def test_chroma_that_fails_in_use_gives_way_to_the_exact_scan(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.vectors import Chroma, Unhealthy

    with Index.open(built, encoder=HashEncoder()) as index:
        vector = index.encoder.encode_queries(["Bridge 7"])
        expected = index.dense(vector, 3, before=None)

        def fail(self: Chroma, vector: object, k: int) -> list[str]:
            raise Unhealthy("gone")

        monkeypatch.setattr(Chroma, "query", fail)
        scores = [each.score for each in index.dense(vector, 3, before=None)]
        assert scores == pytest.approx([each.score for each in expected], abs=1e-3)
        assert "exact search" in index.info().notes[0]


def zeroed_pages(path: Path) -> None:
    """Every third page, but the first, as a disk loses them."""
    data = bytearray(path.read_bytes())
    for start in range(2 * 4096, len(data), 3 * 4096):
        data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(
            lambda path: path.write_bytes(b"not a database, whatever its name says" * 200), id="45: overwritten"
        ),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:5000]), id="45: cut short"),
        pytest.param(zeroed_pages, id="45: pages zeroed"),
    ],
)
def test_45_a_damaged_archive_is_an_error_that_names_it(built: Path, damage: Callable[[Path], object]) -> None:
    damage(built / "archive.sqlite")
    with pytest.raises(IndexDamaged, match=r"archive\.sqlite.*(backup|qa ingest)"):
        read_all(built)


def read_all(folder: Path) -> None:
    with Index.open(folder, encoder=HashEncoder()) as index:
        index.lexical("bridge", 5, before=None)
        index.passages([each.id for article in index.all_articles() for each in index.passages_of(article.id)])


@pytest.mark.parametrize(("key", "value"), [("splitter", "other"), ("schema", 99)])
def test_another_splitter_or_schema_is_refused(built: Path, key: str, value: object) -> None:
    with sqlite3.connect(built / "archive.sqlite") as archive:
        stored = json.loads(archive.execute("SELECT value FROM meta WHERE key = 'manifest'").fetchone()[0])
        archive.execute("UPDATE meta SET value = ? WHERE key = 'manifest'", (json.dumps({**stored, key: value}),))
    archive.close()
    with pytest.raises(IndexMismatch, match=f"{key}.*qa ingest"):
        Index.open(built, encoder=HashEncoder())


def test_43_a_folder_that_may_not_be_written_is_read(
    built: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and allowed(path, mode))
    works(built)
    with Index.open(built, encoder=HashEncoder()) as index, pytest.raises(IndexLocked, match="cannot be written"):
        index.add([article("Another.")])
    with pytest.raises(ArchiveError, match="cannot be written"):
        Index.open(built, encoder=HashEncoder(), read_only=False)


def test_43_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveError, match="cannot be made"):
        Index.open(tmp_path / "file" / "index", encoder=HashEncoder(), create=True)


def test_42_a_full_disk_is_a_clean_error_and_what_is_there_stays(built: Path, article: Make) -> None:
    with Index.open(built, encoder=HashEncoder()) as index:
        with index._archive.use() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(ArchiveError, match="full"):
            index.add([article(f"A long piece {number}. " * 500) for number in range(20)])
        assert len(index.lexical("bridge", 100, before=None)) == 60
    works(built)


def test_42_a_full_disk_is_no_damage(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite says "disk I/O error" where it cannot make its shared memory: a restored backup would not help."""
    usage = shutil.disk_usage(built)
    for free, wanted in ((4096, "is full: free some space"), (2**30, "restore it from a backup")):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: usage._replace(free=free))
        with pytest.raises((ArchiveError, IndexDamaged), match=wanted), translated(built / "archive.sqlite"):
            raise sqlite3.OperationalError("disk I/O error")


def test_42_words_that_cannot_be_written_are_a_clean_error_and_come_later(
    built: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Index.open(built, encoder=HashEncoder()) as index:
        lexical = index._words()
        put = lexical.put

        def without_room(passages: Iterable[Indexed]) -> None:
            soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (64, hard))
            try:
                put(passages)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

        monkeypatch.setattr(lexical, "put", without_room)
        with pytest.raises(ArchiveError, match=r"lexical index cannot be written.*nothing is lost"):
            index.add([article("Bridge 99 of Lindholm is open.")])
        assert len(index.lexical("bridge", 100, before=None)) == 60
        monkeypatch.undo()
        index.add([article("Bridge 100 of Lindholm is open.")])
        assert len(index.lexical("bridge", 100, before=None)) == 62


def test_a_failed_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise IndexDamaged("no")

    monkeypatch.setattr("qa.lexical.open_lexical", fail)
    with pytest.raises(IndexDamaged):
        Index.open(tmp_path / "a" / "b", encoder=HashEncoder(), create=True)
    assert list(tmp_path.iterdir()) == []
