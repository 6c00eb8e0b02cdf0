"""Deleting an article takes all its versions; an earlier version stands again only where somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qa.archive import lineage, removing
from qa.encoders import HashEncoder
from qa.errors import InputError
from qa.holdings import Holdings
from qa.index import Index, copies
from qa.ingest import Reading, read
from qa.settings import Settings
from qa.types import Article
from qa.upkeep import derived
from qa.upkeep.doctor import Check, examine

FIRST = """date 2023-09-14

# Ferry strikes the pier

The ferry Halvard struck the pier of Osterby and 9 passengers were hurt, the harbour office said."""
CORRECTED = """date 2023-09-15

# Ferry strikes the pier: number corrected

The ferry Halvard struck the pier of Osterby and 6 passengers were hurt, the harbour office said."""
LATER = """date 2023-09-17

# Ferry is repaired

The ferry Halvard, which struck the pier of Osterby, sails again on Monday, the harbour office said."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "news"


def put(index: Index, path: Path, text: str) -> str:
    """Take a text in from a file; return its id."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    before = {each.id for each in index.all_articles(datetime.max)}
    index.add(list(read([str(path)], Reading())))  # type: ignore[arg-type]
    return next((each.id for each in index.all_articles(datetime.max) if each.id not in before), "")


def bodies(index: Index, before: datetime | None = None) -> set[str]:
    """Which numbers of hurt passengers either search finds, and what can be read."""
    vector = HashEncoder().encode_queries(["the ferry Halvard struck the pier of Osterby"])
    found = [*index.dense(vector, 9, before=before), *index.lexical("ferry Halvard Osterby", 9, before=before)]
    texts = {passage.text for passage in index.passages(each.passage_id for each in found).values()}
    texts |= {each.body for each in index.all_articles(before)}
    return {word for text in texts for word in ("9 passengers", "6 passengers", "sails again") if word in text}


@pytest.mark.parametrize("named_by", ["file", "id of the newest", "id of the oldest"])
def test_no_version_of_a_deleted_article_answers(index: Index, folder: Path, named_by: str) -> None:
    oldest = put(index, folder / "ferry.md", FIRST)
    newest = put(index, folder / "ferry.md", CORRECTED)
    name = {"file": str(folder / "ferry.md"), "id of the newest": newest, "id of the oldest": oldest}[named_by]
    assert bodies(index) == {"6 passengers"}
    assert index.remove(name)
    assert bodies(index) == bodies(index, datetime(2023, 9, 14, 12)) == set()
    assert index.articles([oldest, newest]) == {}


@pytest.mark.parametrize("copy_first", [True, False], ids=["the copy first", "the copy last"])
def test_a_copy_from_another_file_is_an_article_of_its_own(index: Index, folder: Path, copy_first: bool) -> None:
    if copy_first:
        put(index, folder / "copy.md", FIRST)
    put(index, folder / "ferry.md", FIRST)
    newest = put(index, folder / "ferry.md", CORRECTED)
    if not copy_first:
        put(index, folder / "copy.md", FIRST)
    went = index.remove(newest)
    assert ([each.id for each in went.articles], len(went.staying)) == ([newest], 1)
    assert bodies(index) == {"9 passengers"}
    [left] = index.all_articles()
    assert index.versions(left.id) == (left,)
    assert index.remove(left.id).articles == (left,)
    assert bodies(index) == set()


def test_an_id_means_the_articles_whose_text_it_is_now(index: Index, folder: Path) -> None:
    first = put(index, folder / "ferry.md", FIRST)
    put(index, folder / "ferry.md", CORRECTED)
    put(index, folder / "copy.md", FIRST)
    went = index.remove(first)
    assert (went.articles, [each.id for each in went.staying]) == ((), [first])
    assert bodies(index) == {"6 passengers"}, "the corrected article is another one than the copy"
    assert index.remove(first).articles[0].id == first, "now it is an old version, and all of it goes"
    assert bodies(index) == set()


def test_what_another_place_carries_is_shown_and_found_as_that_place_has_it(index: Index) -> None:
    body = "The ferry Halvard struck the pier of Osterby, the harbour office said."
    here = Article("", body=body, outlet="Osterby Post", url="https://post.example/a", published=date(2023, 9, 14))
    there = replace(here, outlet="Coast Wire", url="https://wire.example/b", published=date(2023, 9, 15))
    index.add([here, there])
    assert index.remove("https://www.post.example/a?utm_source=x").staying
    [left] = index.all_articles()
    assert (left.outlet, left.published) == ("Coast Wire", date(2023, 9, 15))
    assert index.info().pending == 0
    assert index.carriers([left.id]) == {}
    assert derived.words(index.archive, index._words()) == ""
    assert lineage_is_settled(index)


def test_a_deleted_article_can_be_taken_in_again(index: Index, folder: Path) -> None:
    put(index, folder / "ferry.md", FIRST)
    put(index, folder / "ferry.md", CORRECTED)
    index.remove(str(folder / "ferry.md"))
    again = put(index, folder / "ferry.md", CORRECTED)
    assert bodies(index) == {"6 passengers"}
    assert [(each.id, each.version) for each in index.versions(again)] == [(again, 1)]
    assert lineage_is_settled(index)


def test_a_deletion_that_was_broken_off_is_finished_when_the_index_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        put(index, tmp_path / "news" / "ferry.md", FIRST)
        put(index, tmp_path / "news" / "ferry.md", CORRECTED)
        removing.remove(index.archive, str(tmp_path / "news" / "ferry.md"))  # and nothing that follows
        assert len(removing.gone(index.archive)) == 2
        assert "deletions are not finished" in next(each.text for each in checks(folder) if each.part == "ledger")
    with Index.open(folder, encoder=HashEncoder()) as index:
        assert removing.gone(index.archive) == {}
        assert bodies(index) == set()
    assert {each.part for each in checks(folder) if each.state == "ill"} == set()


def test_conversations_that_cannot_be_written_hold_the_deletion_open_and_not_the_archive_shut(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        name = put(index, tmp_path / "news" / "ferry.md", FIRST)
        (folder / copies.CONVERSATIONS).write_bytes(b"no database, but long enough to be looked at as one " * 40)
        assert index.remove(name)
        assert bodies(index) == set()
    with Index.open(folder, encoder=HashEncoder()) as index:
        assert set(removing.gone(index.archive)) == {name}, "it is tried again"
    (folder / copies.CONVERSATIONS).unlink()
    with Index.open(folder, encoder=HashEncoder()) as index:
        assert removing.gone(index.archive) == {}


# Restoring


def test_a_restored_version_answers_and_nothing_is_lost(index: Index, folder: Path) -> None:
    path = folder / "ferry.md"
    ids = [put(index, path, text) for text in (FIRST, CORRECTED, LATER)]
    done = Holdings(index).restore_version(str(path), 2)
    assert (done.now.id, [each.id for each in done.aside]) == (ids[1], [ids[2]])
    assert bodies(index) == bodies(index, datetime(2023, 9, 30, tzinfo=UTC)) == {"6 passengers"}
    assert bodies(index, datetime(2023, 9, 14, 12, tzinfo=UTC)) == {"9 passengers"}, "before, the first one stood"
    about = Holdings(index).named(str(path))
    assert ([each.id for each in about.versions], [each.id for each in about.aside]) == (ids[:2], ids[2:])
    assert put(index, path, LATER) == "", "the same text again does not take its place back"
    assert bodies(index) == {"6 passengers"}
    assert Holdings(index).restore_version(str(path), ids[2]).now.id == ids[2]
    assert bodies(index) == {"sails again"}
    assert [each.version for each in Holdings(index).named(str(path)).versions] == [1, 2, 3]
    assert lineage_is_settled(index)


def test_a_text_that_comes_after_a_restoration_is_a_new_version(index: Index, folder: Path) -> None:
    path = folder / "ferry.md"
    put(index, path, FIRST)
    put(index, path, CORRECTED)
    Holdings(index).restore_version(str(path), 1)
    put(index, path, LATER)
    assert bodies(index) == {"sails again"}
    assert Holdings(index).remove(str(path)).articles[1].headline == "Ferry strikes the pier: number corrected"
    assert bodies(index) == set()


@pytest.mark.parametrize(
    ("name", "version", "said"),
    [
        pytest.param("ferry.md", "9", "there are 1, 2", id="no such version"),
        pytest.param("ferry.md", "2", "stands there already", id="it stands"),
        pytest.param("pier.md", "1", "no article", id="no such article"),
        pytest.param("both", "1", "2 places", id="an id of two places"),
        pytest.param("bare", "1", "no other version", id="no place"),
    ],
)
def test_what_cannot_be_restored_is_said(index: Index, folder: Path, name: str, version: str, said: str) -> None:
    both = put(index, folder / "ferry.md", FIRST)
    put(index, folder / "ferry.md", CORRECTED)
    put(index, folder / "copy.md", FIRST)
    index.add([Article("bare", body="The pier of Osterby is closed.")])
    given = {"both": both, "bare": "bare"}.get(name, str(folder / name))
    with pytest.raises(InputError, match=said):
        Holdings(index).restore_version(given, version)


def lineage_is_settled(index: Index) -> bool:
    with index.archive.use() as connection:
        return lineage.unsettled(connection) == []


def checks(folder: Path) -> Sequence[Check]:
    return examine(folder, Settings(cache=folder.parent / "cache"), encoder=HashEncoder())
