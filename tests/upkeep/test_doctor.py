"""What the archive keeps beside its articles, damaged row by row: noticed and put right."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.index import Index
from qa.ingest import Read, finish
from qa.settings import Settings
from qa.upkeep.doctor import examine

ENCODER = HashEncoder(64)

WIRE = (
    "Two delegations will meet in the old customs house of Lindholm on Friday to discuss the ferry dispute, the"
    " Lindholm Harbour Authority (LHA) said. The line has carried no passengers since the harbour workers walked out"
    " nine days ago. Some 1,200 people are affected, according to the authority, and freight has been moved to the"
    " railway. A spokeswoman said that no further sailings were planned before the talks."
)


def article(body: str, outlet: str, day: int, **more: str) -> Read:
    known = {"headline": f"{outlet} of day {day}", "url": f"https://{outlet.lower()}.example/{day}", **more}
    read = finish(Read("", body=body, outlet=outlet, published=date(2022, 3, day), **known))  # type: ignore[arg-type]
    assert isinstance(read, Read)
    return read


ARTICLES = [
    article(WIRE, "Reuters", 1, headline="Talks on the Lindholm ferry dispute"),
    article(f"{WIRE} Reporting by the desk.", "Courier", 2),
    article(WIRE.replace("1,200", "2,100"), "Herald", 3),
    article("The bridge of Velm was opened by the mayor.", "Post", 4, url="https://post.example/bridge"),
    article("The bridge of Velm was opened by the king.", "Post", 6, url="https://post.example/bridge"),
    article(
        "Correction: the report Talks on the Lindholm ferry dispute gave a wrong number of people.",
        "Reuters", 5, headline="Correction: Talks on the Lindholm ferry dispute", kind="correction",
    ),
    *(article(f"Ferry {number} left at {number * 7} sharp.", "Times", 10 + number) for number in range(12)),
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "index"
    with Index.open(folder, encoder=ENCODER, create=True) as index:
        index.add(ARTICLES)
        # Of few articles, so that the signs are read, and kept.
        index.dense(ENCODER.encode_queries(["ferry"]), 3, before=datetime(2022, 3, 6, tzinfo=UTC))
    return folder


@pytest.fixture
def built(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "index"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(cache=tmp_path / "cache")


def state(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of what the archive keeps beside its articles."""
    tables = ("sources", "stories", "sketches", "corrections", "aliases", "ledger")
    with closing(sqlite3.connect(folder / "archive.sqlite")) as connection:
        held = {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}
        held["made"] = sorted(
            connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").fetchall()
        )
    return held


def rows(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "archive.sqlite")) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount, "the damage hits something"


def sql(*statements: str) -> Callable[[Path], None]:
    return lambda folder: rows(folder, *statements)


def flipped(folder: Path) -> None:
    path = folder / "signs.bin"
    data = bytearray(path.read_bytes())
    data[24 * 5 + 17] ^= 1
    path.write_bytes(data)


def without_a_row(folder: Path) -> None:
    data = (folder / "signs.bin").read_bytes()
    (folder / "signs.bin").write_bytes(data[: 24 * 3] + data[24 * 4 :])


def half_a_row(folder: Path) -> None:
    with (folder / "signs.bin").open("ab") as stream:
        stream.write(b"half")


def another_passage(folder: Path) -> None:
    """As many passages among the words as there should be, one of them another."""
    from dataclasses import replace

    from qa.archive import open_archive
    from qa.lexical import open_lexical

    archive, lexical = open_archive(folder, write=False), open_lexical(folder / "lexical", write=True)
    first = next(archive.searchable())
    lexical.put([replace(first, text="Something else altogether.")])
    lexical.close()
    archive.close()


COPY = "(SELECT n FROM articles WHERE body LIKE '%Reporting by the desk.')"
VARIANT = "(SELECT n FROM articles WHERE body LIKE '%2,100%')"
OLDER = "(SELECT n FROM articles WHERE body LIKE '%the mayor%')"

DAMAGES = [
    pytest.param(sql("DROP INDEX stories_story"), "tables", id="an index is gone"),
    pytest.param(sql("DROP TRIGGER sources_moved"), "tables", id="the calendar's trigger is gone"),
    pytest.param(sql("DROP TABLE aliases"), "tables", id="the table of short names is gone"),
    pytest.param(sql("DROP TABLE sketches"), "tables", id="the table of sketches is gone"),
    pytest.param(sql(f"UPDATE sources SET until = NULL WHERE article = {OLDER}"), "places", id="an old version stays"),
    pytest.param(sql("UPDATE sources SET version = 4 WHERE version = 2"), "places", id="another version number"),
    pytest.param(sql("UPDATE sources SET known = known - 86400000000 WHERE n = 3"), "places", id="known too early"),
    pytest.param(sql("UPDATE sources SET is_primary = 0 WHERE n = 3"), "places", id="shown with no source"),
    pytest.param(sql("DELETE FROM stories WHERE article = 7"), "stories", id="in no story"),
    pytest.param(sql(f"DELETE FROM stories WHERE article = {COPY}"), "stories", id="a copy in no story"),
    pytest.param(sql(f"UPDATE stories SET story = 900 WHERE article = {COPY}"), "stories", id="a story that is gone"),
    pytest.param(sql(f"UPDATE stories SET story = 7 WHERE article = {COPY}"), "stories", id="in another's story"),
    pytest.param(sql(f"UPDATE stories SET story = article WHERE article = {COPY}"), "stories", id="a copy by itself"),
    pytest.param(
        sql(f"UPDATE stories SET variant_of = NULL WHERE article = {VARIANT}"), "stories", id="a variant of nothing"
    ),
    pytest.param(
        sql(f"UPDATE stories SET story = 1, variant_of = NULL WHERE article = {VARIANT}",
            f"DELETE FROM sketches WHERE article = {VARIANT}"),
        "stories", id="a variant as a copy",
    ),
    pytest.param(sql("UPDATE stories SET agency = 0 WHERE article = 1"), "stories", id="an agency that is none"),
    pytest.param(sql("UPDATE stories SET own = own + 5 WHERE article = 8"), "stories", id="another date"),
    pytest.param(sql("DELETE FROM sketches WHERE article = 9"), "stories", id="an original that is not found"),
    pytest.param(
        sql("DELETE FROM sketches WHERE article = 1 AND shingle % 3 = 0"), "stories", id="an original half found"
    ),
    pytest.param(sql("DELETE FROM corrections"), "corrections", id="a notice that is not linked"),
    pytest.param(sql("INSERT INTO corrections SELECT notice, 8 FROM corrections"), "corrections", id="a wrong link"),
    pytest.param(sql("INSERT INTO corrections VALUES (8, 9)"), "corrections", id="a link from what is no notice"),
    pytest.param(sql("DELETE FROM aliases WHERE article = 1"), "short names", id="a short name is missing"),
    pytest.param(sql("UPDATE aliases SET long = 'Lost Hat Area'"), "short names", id="a short name is wrong"),
    pytest.param(flipped, "signs", id="a sign is wrong"),
    pytest.param(without_a_row, "signs", id="a row of signs is missing"),
    pytest.param(half_a_row, "signs", id="half a row of signs"),
    pytest.param(another_passage, "lexical", id="words of another passage"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "part"), DAMAGES)
def test_what_is_kept_beside_the_articles_is_looked_at_and_mended(
    built: Path, settings: Settings, damage: Callable[[Path], object], part: str
) -> None:
    before = state(built)
    damage(built)
    ill = {each.part: each.text for each in examine(built, settings, encoder=ENCODER) if each.state == "ill"}
    assert part in ill
    after = examine(built, settings, encoder=ENCODER, repair=True)
    assert [each for each in after if each.state == "ill"] == []
    assert part in {each.part for each in after if each.state == "mended"}
    assert state(built) == before
    assert [each for each in examine(built, settings, encoder=ENCODER) if each.state != "well"] == []


def test_the_archive_of_the_test_has_what_is_damaged(made: Path, settings: Settings) -> None:
    held = state(made)
    stories = [row[1] for row in held["stories"]]
    assert (len(held["corrections"]), len(held["aliases"]), len(set(stories))) == (1, 3, len(ARTICLES) - 2)
    assert [each for each in examine(made, settings, encoder=ENCODER) if each.state != "well"] == []
