from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from qa.archive import browsing, numbered
from qa.archive.browsing import Narrow
from qa.archive.calendar import Allowed, Calendar
from qa.encoders import HashEncoder
from qa.index import Index, opening
from qa.scan import Scan
from qa.types import Article


def piece(number: int, day: int = 1, **named: str) -> Article:
    body = f"Flood report {number} of the county of Lindholm says that gate {number * 7} was opened."
    moment = datetime(2022, 3, day, tzinfo=UTC)
    return Article(f"a{number}", body=body, published=moment, url=f"https://x.example/{number}", **named)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    with Index.open(tmp_path / "i", encoder=HashEncoder(), create=True) as opened:
        opened.add(
            [
                piece(number, 1 + number % 28, outlet=f"O{number % 4}", language="de" if number % 5 == 0 else "en")
                for number in range(140)
            ]
        )
        yield opened


def vector(text: str) -> np.ndarray:
    return HashEncoder().encode_queries([text])[0]


def exact(index: Index, asked: np.ndarray, k: int) -> list[float]:
    rows = index.archive.connection.execute("SELECT vector FROM embeddings").fetchall()
    held = np.frombuffer(b"".join(row[0] for row in rows), "<f2").reshape(len(rows), -1).astype(np.float32)
    return sorted((held @ asked).tolist(), reverse=True)[:k]


def seen(index: Index, before: datetime | None = None) -> object:
    return lambda rows: numbered.visible(index.archive, rows, before, None)


def test_a_small_archive_is_searched_exactly(index: Index) -> None:
    scan = Scan(index.archive, 256)
    for text in ("Flood report 7", "gate 21 was opened", "Lindholm"):
        found = scan.search(vector(text), 9, Allowed(), seen(index))  # type: ignore[arg-type]
        assert [score for _, score in found] == pytest.approx(exact(index, vector(text), 9), abs=2e-3)


def test_signs_of_many_rows_lead_to_the_true_best(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    rows = chance.standard_normal((3_000, 256)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    connection = index.archive.connection
    passage = connection.execute("SELECT min(n) FROM passages").fetchone()[0]
    article = connection.execute("SELECT article FROM passages WHERE n = ?", (passage,)).fetchone()[0]
    connection.executemany(
        "INSERT INTO passages (n, id, article, start, stop, times) VALUES (?, ?, ?, 0, 1, '[]')",
        [(10_000 + place, f"r{place}", article) for place in range(len(rows))],
    )
    connection.executemany(
        "INSERT INTO embeddings (passage, vector) VALUES (?, ?)",
        [(10_000 + place, row.astype("<f2").tobytes()) for place, row in enumerate(rows)],
    )
    monkeypatch.setattr("qa.scan._FEWEST", 600)
    monkeypatch.setattr("qa.scan._FEWEST_EXACT", 200)
    monkeypatch.setattr("qa.scan._BLOCK", 512)
    scan = Scan(index.archive, 256)
    hits = 0
    for place in range(0, 3_000, 300):
        asked = rows[place] + chance.standard_normal(256).astype(np.float32) * 0.02
        best = np.argsort(-(rows @ (asked / np.linalg.norm(asked))))[:10]
        found = scan.search(asked, 10, Allowed(), seen(index))  # type: ignore[arg-type]
        assert found[0][0] == f"r{place}"
        hits += len({f"r{each}" for each in best} & {name for name, _ in found})
    assert hits >= 80


def test_signs_are_kept_and_a_file_that_does_not_fit_is_made_anew(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "signs.bin"
    Scan(index.archive, 256, path=path, write=True).load()
    whole = path.read_bytes()
    assert Scan(index.archive, 256, path=path).count == 140
    path.write_bytes(whole[:-5])  # cut short by a kill
    assert Scan(index.archive, 256, path=path, write=True).count == 140
    assert path.read_bytes() == whole
    path.write_bytes(b"\0" * len(whole))  # what a power cut leaves
    assert Scan(index.archive, 256, path=path, write=True).count == 140
    assert path.read_bytes() == whole
    record = len(whole) // 140
    path.write_bytes(b"".join(whole[at : at + 16] + b"\x55" * (record - 16) for at in range(0, len(whole), record)))
    assert Scan(index.archive, 256, path=path, write=True).count == 140  # another encoder's
    assert path.read_bytes() == whole


def test_what_is_deleted_or_new_is_seen_without_a_reload(index: Index) -> None:
    asked = vector("Flood report 7 of the county of Lindholm says that gate 49 was opened.")
    assert index.dense(asked, 1, before=None)[0].passage_id.startswith("a7.")
    index.remove("a7")
    assert not index.dense(asked, 1, before=None)[0].passage_id.startswith("a7.")
    index.add([piece(777)])
    fresh = vector("Flood report 777 of the county of Lindholm says that gate 5439 was opened.")
    assert index.dense(fresh, 1, before=None)[0].passage_id.startswith("a777.")


NARROWED = [
    pytest.param(Narrow(outlets=frozenset(["O1"])), lambda a: a.outlet == "O1", id="an outlet"),
    pytest.param(Narrow(outlets=frozenset(["O1", "O2"])), lambda a: a.outlet in ("O1", "O2"), id="two outlets"),
    pytest.param(Narrow(language="de"), lambda a: a.language == "de", id="a language"),
    pytest.param(
        Narrow(since=date(2022, 3, 4), until=date(2022, 3, 5)), lambda a: a.published.day in (4, 5), id="days"
    ),
    pytest.param(Narrow("x.example/13"), lambda a: "/13" in a.url, id="words"),
    pytest.param(Narrow(outlets=frozenset(["none"])), lambda a: False, id="nothing"),
]


@pytest.mark.parametrize(("narrow", "wanted"), NARROWED)
def test_a_filter_loses_nothing_and_lets_nothing_else_through(index: Index, narrow: Narrow, wanted: object) -> None:
    whole = list(index.all_articles())
    expected = {each.id for each in whole if wanted(each)}  # type: ignore[operator]
    meaning = index.dense(vector("Flood report"), 140, before=None, narrow=narrow)
    words = index.lexical("flood report", 140, before=None, narrow=narrow)
    assert {each.passage_id.split(".")[0] for each in meaning} == expected
    assert {each.passage_id.split(".")[0] for each in words} == expected
    assert browsing.coverage(index.archive, narrow, None, None).articles == len(expected)


@pytest.mark.parametrize("day", [1, 3, 14, 28], ids=lambda day: f"day {day}")
def test_a_calendar_lets_through_what_can_be_read(index: Index, day: int) -> None:
    before = datetime(2022, 3, day, tzinfo=UTC)
    allowed = Calendar(index.archive).allowed(before, None)
    names = dict(index.archive.connection.execute("SELECT n, id FROM articles"))
    let = {names[row] for row in np.flatnonzero(allowed.of(np.arange(max(names) + 1))) if row in names}
    assert let == {each.id for each in index.all_articles(before)}


def test_an_earlier_date_that_is_found_later_reaches_an_open_calendar(index: Index) -> None:
    calendar, early = Calendar(index.archive), datetime(2022, 2, 1, tzinfo=UTC)
    assert calendar.allowed(early, None).share == 0
    known = index.article("a20")
    index.add([Article("", body=known.body, url=known.url, outlet=known.outlet, published=date(2022, 1, 5))])
    row = index.archive.connection.execute("SELECT n FROM articles WHERE id = 'a20'").fetchone()[0]
    assert calendar.allowed(early, None).of(np.array([row])).all()
    assert index.dense(vector("Flood report 20"), 3, before=early)


@pytest.mark.parametrize(
    "narrow",
    [None, Narrow(outlets=frozenset(["O1"])), Narrow(since=date(2022, 3, 28), until=date(2022, 3, 28))],
    ids=["all", "a quarter", "five of 140"],
)
def test_a_sample_of_the_distances_loses_nothing_near(
    index: Index, monkeypatch: pytest.MonkeyPatch, narrow: Narrow | None
) -> None:
    from qa import scan

    def search() -> list[float]:
        allowed = Calendar(index.archive).allowed(None, None, narrow)
        return [score for _, score in Scan(index.archive, 256).search(vector("gate 49"), 5, allowed, seen(index))]

    whole = search()
    assert len(whole) == 5
    monkeypatch.setattr(scan, "_MANY", 1)
    monkeypatch.setattr(scan, "_FEWEST", 40)
    assert search() == whole


def test_the_file_is_beside_the_index_and_readers_use_it(index: Index, tmp_path: Path) -> None:
    index.dense(vector("Flood"), 3, before=datetime(2022, 3, 2, tzinfo=UTC))
    assert (index.path / opening.SIGNS).stat().st_size == 140 * (16 + 32)
    with Index.open(index.path, encoder=HashEncoder(), read_only=True) as reader:
        assert len(reader.dense(vector("Flood"), 3, before=None)) == 3


def unused(rows: Sequence[int]) -> None:
    raise AssertionError(rows)


def test_an_empty_archive_finds_nothing(tmp_path: Path) -> None:
    with Index.open(tmp_path / "e", encoder=HashEncoder(), create=True) as empty:
        assert Scan(empty.archive, 256).search(vector("x"), 3, Allowed(), unused) == []  # type: ignore[arg-type]


def test_42_signs_that_cannot_be_kept_are_searched_all_the_same(index: Index, tmp_path: Path) -> None:
    scan = Scan(index.archive, 256, path=tmp_path / "gone" / "signs.bin", write=True)
    asked = vector("gate 49")
    found = scan.search(asked, 5, Allowed(), seen(index))
    assert [score for _, score in found] == pytest.approx(exact(index, asked, 5), abs=1e-3)
