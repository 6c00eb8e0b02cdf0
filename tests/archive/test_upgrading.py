from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from qa import archive
from qa.archive import schema
from qa.archive.visits import StoredVisits
from qa.encoders import HashEncoder
from qa.errors import IndexMismatch
from qa.index import Index
from qa.ingest import Read, finish
from qa.ingest.web import Visit
from qa.types import Article

NEW = ("stories", "sketches", "corrections")
"""Tables that version 3 brought."""

WIRE = (
    "Two delegations will meet in the old customs house of Lindholm on Friday to discuss the ferry dispute, the "
    "port authority said. The line has carried no passengers since the harbour workers walked out nine days ago. Some "
    "1,200 people are affected, according to the authority, and freight has been moved to the railway."
)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An index as version 1 left it."""
    folder = tmp_path / "index"
    read = finish(
        Read("", body="The harbour of Velm closed on Monday.", published=date(2022, 3, 29), date_source="meta")
    )
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add([read])
    with closing(sqlite3.connect(folder / archive.FILE)) as connection:
        connection.execute("ALTER TABLE sources DROP COLUMN updated_source")
        connection.execute("ALTER TABLE sources DROP COLUMN summary")
        connection.execute("ALTER TABLE sources DROP COLUMN withdrawn")
        for table in ("visits", *NEW):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE meta SET value = json_set(value, '$.schema', 1) WHERE key = 'manifest'")
        connection.commit()
    return folder


@pytest.mark.parametrize("read_only", [False, True], ids=["a writer", "a reader"])
def test_an_index_of_version_1_is_brought_up_to_date_where_it_is(old: Path, read_only: bool) -> None:
    with Index.open(old, encoder=HashEncoder(), read_only=read_only) as index:
        (one,) = index.all_articles()
        assert (one.published, one.date_source, one.updated_source) == (date(2022, 3, 29), "meta", "unknown")
        assert index.lexical("harbour", 3, before=None)
    with Index.open(old, encoder=HashEncoder(), read_only=False) as index:
        assert f'"schema": {schema.VERSION}' in (old / "manifest.json").read_text()
        assert index.info().articles == 1
        read = finish(Read("", body="It reopened on Friday.", updated=date(2022, 4, 1), updated_source="json-ld"))
        assert index.add([read]).added == 1
        assert {each.updated_source for each in index.all_articles()} == {"unknown", "json-ld"}


def test_the_stories_of_an_index_of_version_2_are_settled_when_it_is_opened(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    copy, variant = f"LINDHOLM — {WIRE}", WIRE.replace("1,200", "1,400")
    bodies = {"copy": (copy, 4), "wire": (WIRE, 2), "variant": (variant, 3), "else": ("Rain fell on Velm.", 1)}
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add([Article(name, body=body, published=date(2024, 5, day)) for name, (body, day) in bodies.items()])
        settled = index.told(bodies)
    with closing(sqlite3.connect(folder / archive.FILE)) as connection:
        for table in NEW:
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE meta SET value = json_set(value, '$.schema', 2) WHERE key = 'manifest'")
        connection.commit()
    with Index.open(folder, encoder=HashEncoder(), read_only=True) as index:
        told = index.told(bodies)
        assert told == settled
        assert told["copy"].story == told["wire"].story
        assert told["variant"].variant_of == told["wire"].story
        assert told["else"].story != told["wire"].story


@pytest.mark.parametrize("read_only", [False, True], ids=["a writer", "a reader"])
def test_an_index_of_version_3_learns_which_versions_are_put_aside(tmp_path: Path, read_only: bool) -> None:
    folder, place = tmp_path / "index", "https://wire.example/ferry"
    bodies = {"one": "The ferry left at noon.", "two": "The ferry left at one."}
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add(
            [
                Article(name, body=body, url=place, published=date(2024, 5, day))
                for day, (name, body) in enumerate(bodies.items(), start=1)
            ]
        )
    with closing(sqlite3.connect(folder / archive.FILE)) as connection:
        connection.execute("ALTER TABLE sources DROP COLUMN withdrawn")
        connection.execute("UPDATE meta SET value = json_set(value, '$.schema', 3) WHERE key = 'manifest'")
        connection.commit()
    with Index.open(folder, encoder=HashEncoder(), read_only=read_only) as index:
        assert [each.id for each in index.all_articles()] == ["two"]
        assert [each.version for each in index.versions("one")] == [1, 2]


def test_an_old_index_that_cannot_be_written_names_the_next_step(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect: Callable[..., sqlite3.Connection] = archive._connect

    def read_only(address: str, write: bool) -> sqlite3.Connection:
        if write:
            raise sqlite3.OperationalError("attempt to write a readonly database")
        return connect(address, write)

    monkeypatch.setattr(archive, "_connect", read_only)
    with pytest.raises(IndexMismatch, match=r"earlier version.*qa info"):
        Index.open(old, encoder=HashEncoder(), read_only=True)


def test_visits_count_when_they_are_kept(tmp_path: Path) -> None:
    with Index.open(tmp_path / "index", encoder=HashEncoder(), create=True) as index:
        visits = StoredVisits(index.archive)
        visits.put("https://wire.example/feed", Visit('"1"', last_modified="Mon", mark="m", articles=3))
        assert visits.get("https://wire.example/feed") is None
        visits.keep()
    with Index.open(tmp_path / "index", encoder=HashEncoder()) as index:
        known = StoredVisits(index.archive).get("https://wire.example/feed")
        assert known == Visit('"1"', last_modified="Mon", mark="m", articles=3)
