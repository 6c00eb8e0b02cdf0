from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from qa.archive import aliases
from qa.encoders import HashEncoder
from qa.index import Index
from qa.types import Article


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        pytest.param(
            "The World Health Organization (WHO) met.", [("WHO", "World Health Organization")], id="long, short"
        ),
        pytest.param("WHO (World Health Organization) met.", [("WHO", "World Health Organization")], id="before"),
        pytest.param("the Bank of Norvia (BoN) said", [("BoN", "Bank of Norvia")], id="a small word counts"),
        pytest.param(
            "On Monday Norvian Rail Authority (NRA) said", [("NRA", "Norvian Rail Authority")], id="not before"
        ),
        pytest.param("Ana Ruiz (Green Party) said", [], id="no letters of it"),
        pytest.param("the Old Town (see WHO)", [], id="something else"),
        pytest.param("The Norvian Rail Authority (ABC) said", [], id="other letters"),
    ],
)
def test_an_article_explains_its_short_names(text: str, pairs: list[tuple[str, str]]) -> None:
    assert list(aliases.found(text)) == pairs


def piece(name: str, body: str, day: int) -> Article:
    return Article(name, body=body, published=date(2024, 3, day), url=f"https://x.example/{name}")


EXPLAINED = "The Norvian Rail Authority (NRA) opened a line to Brenholm."
SILENT = "The Norvian Rail Authority closed three stations for the winter."


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "i", encoder=HashEncoder(), create=True) as opened:
        opened.add(
            [piece("e", EXPLAINED, 5), piece("s", SILENT, 2), piece("o", "Three shops were closed in Osten.", 2)]
        )
        yield opened


def test_a_short_name_finds_what_has_only_the_long_one(index: Index) -> None:
    found = [each.passage_id for each in index.lexical("which stops did NRA close", 3, before=None)]
    assert "s.0" in found


@pytest.mark.parametrize(
    ("text", "day", "also"),
    [
        pytest.param("what did the NRA say", 9, ["Norvian Rail Authority"], id="short"),
        pytest.param("what did the norvian rail authority say", 9, ["NRA"], id="long, in small letters"),
        pytest.param("what did the NRA say", 4, [], id="not explained yet as of that day"),
        pytest.param("what did the Norvian Post say", 9, [], id="another name"),
        pytest.param("what did it say", 9, [], id="no name"),
    ],
)
def test_other_names_are_those_known_by_then(index: Index, text: str, day: int, also: list[str]) -> None:
    assert aliases.wordings(index.archive, text, datetime(2024, 3, day, tzinfo=UTC)) == also


def test_an_index_from_before_there_were_any_learns_them_once(index: Index) -> None:
    with index.archive.use() as connection:
        connection.execute("DROP TABLE aliases")
    assert aliases.wordings(index.archive, "NRA", None) == []
    aliases.prepare(index.archive)
    assert aliases.wordings(index.archive, "NRA", None) == ["Norvian Rail Authority"]


def test_what_a_deleted_article_explained_is_forgotten(index: Index) -> None:
    index.remove("e")
    assert aliases.wordings(index.archive, "NRA", None) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("shops in Ostan", "o.0", id="a slip"),
        pytest.param("Norvien statoins", "s.0", id="two slips"),
    ],
)
def test_a_misspelled_word_finds_the_archives_own(index: Index, query: str, found: str) -> None:
    assert index.lexical(query, 1, before=None)[0].passage_id == found


def test_a_find_says_which_words_of_the_question_it_has(index: Index) -> None:
    assert index.matched("did Ostan close shops", "Three shops were closed in Osten.") == ("Ostan", "close", "shops")
