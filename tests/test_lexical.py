from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.archive import Indexed
from qa.errors import IndexDamaged
from qa.lexical import Lexical, in_memory, open_lexical

PASSAGES = [
    Indexed("a", "Talks resume", "The Wire", "The delegations will meet in Istanbul on Tuesday.", 1, 1),
    Indexed("b", "Football", "The Daily", "The team won the match in Istanbul by two goals.", 2, 2),
    Indexed("c", "Ministers", "The Wire", "President Erdoğan spoke with Zelenskyy about C++ and AT&T.", 3, 3),
]


class Every(dict[int, str]):
    """Lets all through: a row number's id is its letter."""

    def __missing__(self, row: int) -> str:
        return chr(ord("a") + row - 1)

    def __contains__(self, row: object) -> bool:
        return True


def every(rows: Sequence[int]) -> Every:
    return Every()


@pytest.fixture
def lexical() -> Lexical:
    return in_memory(PASSAGES)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("when do the Istanbul talks start", ["a", "b"], id="words and headline"),
        pytest.param("meeting delegation", ["a"], id="stems"),
        pytest.param("ERDOGAN", ["c"], id="accents and capitals"),
        pytest.param("who won the match", ["b"], id="stop words do not count"),
        pytest.param("daily", ["b"], id="outlet"),
        pytest.param("", [], id="nothing"),
        pytest.param("zzz", [], id="unknown word"),
        pytest.param("😀 ???", [], id="no words"),
        pytest.param("body:won OR (", ["b"], id="query syntax is words"),
        pytest.param('"Istanbul', ["a", "b"], id="open quote"),
        pytest.param("-Istanbul +zzz", ["a", "b"], id="signs are nothing"),
        pytest.param("talks\x00 \ud800", ["a"], id="NUL and surrogate"),
    ],
)
def test_search(lexical: Lexical, query: str, found: list[str]) -> None:
    assert [each.passage_id for each in lexical.search(query, 5, every)] == found


def test_only_stop_words_still_match_something(lexical: Lexical) -> None:
    assert lexical.search("in the", 5, every)


def test_what_is_not_visible_makes_room_for_what_is() -> None:
    many = [Indexed(f"p{n}", "", "", "flood " * (60 - n), n, n) for n in range(60)]
    found = in_memory(many).search("flood", 2, lambda rows: {row: f"p{row}" for row in rows if row in (58, 59)})
    assert {each.passage_id for each in found} == {"p58", "p59"}


@pytest.mark.parametrize(("k", "count"), [(0, 0), (-1, 0), (1, 1), (10**6, 2)])
def test_k(lexical: Lexical, k: int, count: int) -> None:
    assert len(lexical.search("Istanbul", k, every)) == count


def test_the_same_id_is_replaced_and_readers_see_it(tmp_path: Path) -> None:
    writer = open_lexical(tmp_path / "x", write=True)
    writer.put(PASSAGES)
    reader = open_lexical(tmp_path / "x", write=False)
    writer.put([Indexed("a", "", "", "Nothing of the kind.", 1, 1)])
    writer.delete(["b"])
    assert reader.count == 3
    reader.refresh()
    assert reader.count == writer.count == 2
    assert not reader.search("delegations goals", 5, every)
    writer.close()


def test_an_index_with_the_fields_of_another_version_is_not_read(tmp_path: Path) -> None:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("body")
    older = tantivy.Index(builder.build(), path=str(tmp_path))
    older.writer().commit()
    for write in (False, True):
        with pytest.raises(IndexDamaged, match="cannot be read"):
            open_lexical(tmp_path, write=write)


def test_45_a_damaged_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        open_lexical(tmp_path / "none", write=False)
    writer = open_lexical(tmp_path / "x", write=True)
    writer.put(PASSAGES)
    writer.close()
    (tmp_path / "x" / "meta.json").write_text("{")
    for write in (True, False):
        with pytest.raises(IndexDamaged, match="lexical"):
            open_lexical(tmp_path / "x", write=write)


def test_a_spelling_that_comes_in_later_is_found_and_one_that_went_is_not() -> None:
    everything = {number: f"p{number}" for number in range(9)}

    def found(lexical: Lexical) -> set[str]:
        return {each.passage_id for each in lexical.search("Zelensky", 9, lambda rows: everything)}

    def passage(number: int, text: str) -> Indexed:
        return Indexed(f"p{number}", "", "", text, number, number)

    lexical = in_memory([passage(1, "Zelenskyy spoke."), passage(2, "Nobody spoke.")])
    assert found(lexical) == {"p1"}
    lexical.put([passage(2, "Zelenskiy listened.")])  # in the place of another: there are as many as before
    assert found(lexical) == {"p1", "p2"}
    lexical.put([passage(1, "Somebody else spoke.")])
    assert found(lexical) == {"p2"}
    assert lexical.matched("Zelensky", "Zelenskiy listened.") == ("Zelensky",)
