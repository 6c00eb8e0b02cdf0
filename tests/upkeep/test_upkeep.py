from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from qa.conversations import FILE, Kept, Store
from qa.encoders import HashEncoder, Vectors
from qa.errors import IndexDamaged, IndexLocked, IndexMissing, InputError
from qa.index import Index, copies
from qa.ingest import Read, finish
from qa.settings import Settings
from qa.types import Citation, Entry, Timeline
from qa.upkeep.backup import backup, restore
from qa.upkeep.doctor import examine
from qa.upkeep.reindex import SIDE, reindex

OLD, NEW = HashEncoder(64), HashEncoder(48, name="new")


def piece(number: int) -> Read:
    read = finish(Read("", body=f"Bridge {number} of Lindholm is open.", published=date(2022, 3, 1 + number % 28)))
    assert isinstance(read, Read)
    return read


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "index"
    with Index.open(folder, encoder=OLD, create=True) as index:
        index.add([piece(number) for number in range(20)])
    return folder


@pytest.fixture
def built(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "index"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache")


def ill(folder: Path, settings: Settings, **options: bool) -> set[str]:
    return {each.part for each in examine(folder, settings, encoder=OLD, **options) if each.state == "ill"}


def found(folder: Path, encoder: HashEncoder, number: int = 7) -> bool:
    """Whether both searches find an article."""
    with Index.open(folder, encoder=encoder) as index:
        _ = index.encoder
        vector = encoder.encode_passages([f"{1 + number % 28} March 2022\n{piece(number).body}"])
        near = index.dense(vector, 1, before=None)
        words = index.lexical(f"Bridge {number}", 1, before=None)
        return [each[0].passage_id.split(".")[0] for each in (near, words)] == [piece(number).id] * 2


# Doctor


def test_a_sound_index_is_well(built: Path, settings: Settings) -> None:
    checks = examine(built, settings, encoder=OLD)
    assert [each for each in checks if each.state != "well"] == []
    assert {"archive", "ledger", "vectors", "lexical", "stories", "manifest", "disk", "model"} <= {
        each.part for each in checks
    }


def execute(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "archive.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def emptied(folder: Path) -> None:
    """Chroma that has every vector but one, and says so."""
    from qa.vectors import Chroma

    chroma = Chroma(folder / "chroma")
    chroma.open()
    chroma.build((), gone=chroma.ids()[:1], anew=False)
    chroma.close()


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        pytest.param(lambda folder: shutil.rmtree(folder / "chroma"), "vectors", id="no Chroma"),
        pytest.param(emptied, "vectors", id="a vector is missing"),
        pytest.param(lambda folder: shutil.rmtree(folder / "lexical"), "lexical", id="no lexical index"),
        pytest.param(lambda folder: (folder / "manifest.json").write_text("{"), "manifest", id="half a manifest"),
        pytest.param(lambda folder: (folder / "x.tmp").write_text(""), "leftovers", id="something left behind"),
        pytest.param(
            lambda folder: execute(folder, "UPDATE ledger SET state = 'stale' WHERE article < 4"),
            "ledger",
            id="work that is not finished",
        ),
        pytest.param(lambda folder: execute(folder, "DELETE FROM stories"), "stories", id="no stories"),
    ],
)
def test_what_can_be_built_again_is(
    built: Path, settings: Settings, damage: Callable[[Path], object], part: str
) -> None:
    damage(built)
    assert part in ill(built, settings)
    assert part in ill(built, settings), "looking alone changes nothing"
    after = examine(built, settings, encoder=OLD, repair=True)
    assert [each for each in after if each.state == "ill"] == []
    assert part in {each.part for each in after if each.state == "mended"}
    assert ill(built, settings) == set()
    assert found(built, OLD)


def test_a_damaged_archive_is_not_repaired_but_named(built: Path, settings: Settings) -> None:
    path = built / "archive.sqlite"
    path.write_bytes(path.read_bytes()[:20_000])
    [only] = examine(built, settings, encoder=OLD, repair=True)
    assert (only.part, only.state) == ("archive", "ill")
    assert "qa restore" in only.text


def test_another_encoder_is_told_with_the_command(built: Path, settings: Settings) -> None:
    [said] = [each.text for each in examine(built, settings, encoder=NEW) if each.state == "ill"]
    assert "qa reindex" in said


def test_a_writer_that_is_there_is_not_disturbed(built: Path, settings: Settings) -> None:
    with Index.open(built, encoder=OLD):
        states = {each.part: each.state for each in examine(built, settings, encoder=OLD)}
    assert states["vectors"] == "unseen"
    assert "ill" not in states.values()


def test_the_command_says_it_in_json_and_by_its_exit_code(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    from qa.upkeep.commands import mount

    monkeypatch.setenv("DATELINE_CACHE", str(tmp_path))
    monkeypatch.setattr("qa.encoders.load", lambda settings: OLD)
    app = typer.Typer()
    mount(app)
    ran = CliRunner().invoke(app, ["doctor", "--index", str(built), "--json"])
    assert ran.exit_code == 0, ran.output
    assert {each["state"] for each in json.loads(ran.stdout)} == {"well"}
    shutil.rmtree(built / "lexical")
    ran = CliRunner().invoke(app, ["doctor", "--index", str(built)])
    assert ran.exit_code == 1
    assert "--repair" in ran.stderr
    assert CliRunner().invoke(app, ["doctor", "--index", str(built), "--repair"]).exit_code == 0


# Another encoder


def test_another_encoder_takes_over_and_the_old_one_is_refused(built: Path, settings: Settings) -> None:
    with Index.open(built, encoder=OLD, read_only=True) as reader:
        done = reindex(built, NEW)
        vector = OLD.encode_passages([f"8 March 2022\n{piece(7).body}"])
        assert reader.dense(vector, 1, before=None)[0].passage_id.startswith(piece(7).id), "a reader goes on"
    assert (done.passages, done.encoded, done.before, done.after) == (20, 20, "hash-64", "new-48")
    assert found(built, NEW)
    assert not (built / SIDE).exists()
    assert [each.part for each in examine(built, settings, encoder=NEW) if each.state == "ill"] == []


def test_it_waits_for_the_writer_and_then_takes_a_moment(built: Path) -> None:
    with Index.open(built, encoder=OLD) as index:
        with pytest.raises(IndexLocked, match=r"all passages are encoded.*qa reindex"):
            reindex(built, NEW)
        index.add([piece(30)])
        assert found_in(index, 30)
    done = reindex(built, NEW)
    assert (done.passages, done.encoded) == (21, 1), "only what came since is encoded"
    assert found(built, NEW, 30)


def found_in(index: Index, number: int) -> bool:
    vector = OLD.encode_passages([f"{1 + number % 28} March 2022\n{piece(number).body}"])
    return index.dense(vector, 1, before=None)[0].passage_id.startswith(piece(number).id)


class Ends(HashEncoder):
    """Fails at the second batch."""

    calls = 0

    def encode_in_bulk(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        self.calls += 1
        if self.calls == 2:
            raise KeyboardInterrupt
        return super().encode_in_bulk(texts)


def test_it_goes_on_where_it_was_broken_off(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.upkeep.reindex._TEXTS", 8)
    with pytest.raises(KeyboardInterrupt):
        reindex(built, Ends(48, name="new"))
    assert found(built, OLD)
    done = reindex(built, NEW)
    assert (done.passages, done.encoded) == (20, 12)
    assert found(built, NEW)


# Backups


def test_a_backup_while_it_is_written_is_one_moment_of_it(built: Path, tmp_path: Path) -> None:
    with Index.open(built, encoder=OLD) as index:
        made = backup(built, tmp_path / "kept", told=lambda done, total, what: index.remove(piece(1).id) and None)
        index.add([piece(number) for number in range(40, 45)])
    assert made.articles in (19, 20)
    held = restore(tmp_path / "kept", tmp_path / "again")
    assert held.articles == made.articles
    assert found(tmp_path / "again", OLD)
    with Index.open(tmp_path / "again", encoder=OLD) as index:
        assert index.info().articles == made.articles


def test_nothing_is_written_over_without_a_word(built: Path, tmp_path: Path) -> None:
    backup(built, tmp_path / "kept")
    for again in (lambda: backup(built, tmp_path / "kept"), lambda: restore(tmp_path / "kept", built)):
        with pytest.raises(InputError, match="--overwrite"):
            again()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    with pytest.raises(InputError, match="none of ours"):
        backup(built, tmp_path / "mine", overwrite=True)
    with Index.open(built, encoder=OLD) as index:
        index.add([piece(50)])
    backup(built, tmp_path / "kept", overwrite=True)
    restore(tmp_path / "kept", built, overwrite=True)
    assert found(built, OLD, 50)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index", "kept", "mine"]


@pytest.mark.parametrize("name", ["archive.sqlite", "backup.json"])
def test_a_backup_that_changed_is_refused(built: Path, tmp_path: Path, name: str) -> None:
    backup(built, tmp_path / "kept")
    path = tmp_path / "kept" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises((IndexDamaged, InputError), match="kept"):
        restore(tmp_path / "kept", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_what_is_written_is_not_replaced(built: Path, tmp_path: Path) -> None:
    backup(built, tmp_path / "kept")
    with Index.open(built, encoder=OLD), pytest.raises(IndexLocked, match="process"):
        restore(tmp_path / "kept", built, overwrite=True)
    with pytest.raises(IndexMissing, match="qa ingest"):
        backup(tmp_path / "none", tmp_path / "other")


# Deletion


def test_39_a_deleted_article_is_nowhere(built: Path) -> None:
    article = piece(7)
    with Index.open(built, encoder=OLD) as index:
        [passage] = index.passages_of(article.id)
        vector = index.vectors([passage.id])[0]
        assert index.dense(vector, 1, before=None)[0].passage_id == passage.id
        assert index.remove(article.id)
        assert passage.id not in {each.passage_id for each in index.dense(vector, 20, before=None)}
        assert passage.id not in {each.passage_id for each in index.lexical(article.body, 20, before=None)}
        assert passage.id not in index._meaning()._chroma.ids()  # type: ignore[union-attr]
        assert not np.any(index.vectors([passage.id]))
    for path in built.rglob("*.sqlite*"):
        assert article.body.encode() not in path.read_bytes(), f"its words are still in {path.name}"


def test_an_article_is_deleted_by_its_file_on_the_command_line(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    from qa.ingest import Reading, read
    from qa.upkeep.commands import mount

    monkeypatch.setattr("qa.encoders.load", lambda settings: OLD)
    (tmp_path / "boat.txt").write_text("The boat to Velm left on Monday.")
    with Index.open(built, encoder=OLD) as index:
        index.add(list(read([str(tmp_path / "boat.txt")], Reading())))  # type: ignore[arg-type]
    app = typer.Typer()
    mount(app)
    asked = ["delete", str(tmp_path / "boat.txt"), "--yes", "--index", str(built)]
    ran = CliRunner().invoke(app, asked)
    assert (ran.exit_code, ran.stdout.startswith("deleted")) == (0, True), ran.output
    assert isinstance(CliRunner().invoke(app, asked).exception, InputError)
    with Index.open(built, encoder=OLD) as index:
        assert index.info().articles == 20


def test_a_kept_answer_shows_only_what_it_cites(built: Path) -> None:
    article = piece(7)
    cited = Citation(1, article=article, start=0, end=8, quote=article.body[:8])
    entry = Entry(1, text="Bridge 7", citation=cited, day=date(2022, 3, 8))
    store = Store(built / FILE)
    name = store.begin("Bridges")
    store.add(
        name, Kept(1, question="which bridge", said=Timeline("which bridge", as_of=date(2022, 4, 1), events=(entry,)))
    )
    with Index.open(built, encoder=OLD) as index:
        assert copies.citing(built, [article.id]) == 1
        index.remove(article.id)
        [kept] = store.conversation(name, has=lambda named: bool(index.articles([named]))).kept
    store.close()
    [left] = kept.citations
    assert left.quote == "Bridge 7"
    assert left.article.deleted
    assert left.article.body.split() == ["Bridge", "7"]
    assert len(left.article.body) == len(article.body)


def test_what_goes_is_listed_before_it_goes_and_a_version_is_restored_by_its_number(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    from qa.upkeep.commands import mount

    monkeypatch.setattr("qa.encoders.load", lambda settings: OLD)
    place = "https://post.example/boat"
    for day, body in enumerate(("The boat to Velm left with 4 people.", "The boat to Velm left with 5 people."), 1):
        with Index.open(built, encoder=OLD) as index:
            read = finish(Read("", body=body, url=place, headline=f"Boat {day}", published=date(2022, 5, day)))
            index.add([read])
            first = first if day > 1 else read.id  # type: ignore[union-attr]  # noqa: F821
    app = typer.Typer()
    mount(app)
    where = ["--index", str(built)]
    restored = CliRunner().invoke(app, ["restore-version", place, "1", *where])
    assert restored.exit_code == 0, restored.output
    assert "put aside version 2" in restored.stderr
    assert restored.stdout.startswith("version 1 stands now: unnamed outlet: Boat 1")
    asked = CliRunner().invoke(app, ["delete", first, *where], input="n\n")
    for part in ("an article with 2 versions", "version 1, 2022-05-01", "version 2, 2022-05-02", "for good?"):
        assert part in asked.stderr
    assert "deleted" not in asked.stdout
    done = CliRunner().invoke(app, ["delete", first, *where], input="y\n")
    assert done.stdout.endswith("deleted unnamed outlet: Boat 2\n")
    with Index.open(built, encoder=OLD) as index:
        assert index.info().articles == 20
        assert not index.lexical("boat Velm", 5, before=None)


def test_the_help_says_what_deleting_cannot_do() -> None:
    import typer

    from qa.upkeep.commands import mount

    app = typer.Typer()
    mount(app)
    told = " ".join(CliRunner().invoke(app, ["delete", "--help"], env={"COLUMNS": "200"}).stdout.split())
    for part in ("all its versions", "Files that were exported before cannot be marked", "cannot be restored"):
        assert part in told
