"""Conversations come back as they were kept."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "ui"))

from fake_news import DELAY, FERRY, arabic, conflict, ferry, history, hostile, refusal

from qa.archive.browsing import Narrow
from qa.conversations import FILE, Kept, Store, Thought, since
from qa.errors import ArchiveError, InputError
from qa.index.copies import withdraw

SAID = {"ferry": ferry, "conflict": conflict, "refusal": refusal, "hostile": hostile, "arabic": arabic}


def kept(make, number: int = 1, question: str = "q") -> Kept:
    made = make(question)
    return Kept(number, question=question, said=made[-1] if isinstance(made, tuple) else made)


@pytest.mark.parametrize("make", [*SAID.values(), history], ids=[*SAID, "timeline"])
def test_what_was_said_comes_back_whole(tmp_path: Path, make) -> None:
    store = Store(tmp_path / "c.sqlite")
    name = store.begin("a title")
    store.add(name, kept(make))
    store.close()
    again = Store(tmp_path / "c.sqlite")
    assert again.conversation(name).kept[0].said == kept(make).said
    again.close()


def test_day_and_part_of_a_question_come_back_and_an_older_file_has_none(tmp_path: Path) -> None:
    store = Store(tmp_path / "c.sqlite")
    name = store.begin("a title")
    part = Narrow(outlets=frozenset({"B", "A"}), language="en", since=date(2024, 1, 1))
    store.add(name, replace(kept(ferry), as_of="2024-02-03", part=part))
    store.close()
    again = Store(tmp_path / "c.sqlite")
    (one,) = again.conversation(name).kept
    assert (one.as_of, one.part) == ("2024-02-03", part)
    again.close()
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as old, old:
        old.execute("ALTER TABLE turns DROP COLUMN asked")
    upgraded = Store(tmp_path / "c.sqlite")
    (one,) = upgraded.conversation(name).kept
    assert (one.as_of, one.part) == ("", Narrow())
    upgraded.close()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", 2),
        ("FERRY", 1),
        ("ferry tickets", 1),
        ("صحيفة", 1),
        ("bay wire", 1),
        ("supported", 0),
        ("100%", 0),
        ("_", 0),
    ],
    ids=["none", "any case", "all words", "arabic outlet", "source", "no key of the file", "per cent", "underscore"],
)
def test_conversations_are_found_by_their_words(words: str, found: int) -> None:
    store = Store()
    store.add(store.begin("boats"), kept(ferry, question="when does the ferry sail"))
    store.add(store.begin("arabic"), kept(arabic))
    assert len(store.listed(words)) == found
    store.close()


def test_latest_stands_first_and_counts_its_questions() -> None:
    store = Store()
    first, second = store.begin("one"), store.begin("two")
    store.add(second, kept(ferry))
    store.add(first, kept(ferry))
    store.add(first, kept(conflict, number=2))
    assert [(each.title, each.questions) for each in store.listed()] == [("one", 2), ("two", 1)]
    store.close()


def test_two_pages_that_ask_on_at_once_lose_nothing() -> None:
    store = Store()
    name = store.begin("one")
    assert store.add(name, kept(ferry)) == 1
    assert store.add(name, kept(conflict)) == 2
    assert [one.number for one in store.conversation(name).kept] == [1, 2]
    assert [one.said for one in store.conversation(name).kept] == [kept(ferry).said, kept(conflict).said]
    store.close()


def test_title_can_be_changed_but_not_to_nothing() -> None:
    store = Store()
    name = store.begin("one")
    store.rename(name, "  two\n words ")
    assert store.listed()[0].title == "two words"
    with pytest.raises(InputError, match="empty"):
        store.rename(name, " ")
    store.close()


def test_deleted_conversation_takes_only_its_own_articles_along() -> None:
    store = Store()
    one, two = store.begin("one"), store.begin("two")
    store.add(one, kept(ferry))
    store.add(two, kept(arabic))
    assert store.delete(one)
    assert not store.delete(one)
    assert store.conversation(two).kept[0].said == kept(arabic).said
    with pytest.raises(InputError, match="no conversation"):
        store.conversation(one)
    store.close()


def test_thumb_is_kept_with_its_reason_and_taken_back() -> None:
    store = Store()
    name = store.begin("one")
    store.add(name, kept(ferry))
    store.think(name, 1, Thought("down", why=" wrong day "))
    assert store.conversation(name).kept[0].thought == Thought("down", why="wrong day")
    assert [each.id for each in store.thoughts()] == [name]
    store.think(name, 1, None)
    assert store.thoughts() == ()
    with pytest.raises(InputError):
        store.think(name, 7, None)
    store.close()


def test_foreign_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"no database at all, but long enough to be looked at as one" * 30)
    with pytest.raises(ArchiveError, match=r"c\.sqlite"):
        Store(path)


def test_citation_that_no_longer_slices_is_an_error_not_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    store = Store(path)
    name = store.begin("one")
    store.add(name, kept(ferry))
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE held SET article = replace(article, '11 May', '12 May')")
    connection.close()
    store = Store(path)
    with pytest.raises(ArchiveError, match="cannot be read"):
        store.conversation(name)
    store.close()


def test_changes_since_are_newer_versions_and_gone_articles() -> None:
    newer = replace(FERRY, id="ferry-1b", version=2)

    def versions(name: str):
        if name == DELAY.id:
            raise InputError("gone")
        return (FERRY, newer)

    found = since({FERRY.id: FERRY, DELAY.id: DELAY}, versions)
    assert found.gone == {DELAY.id}
    assert found.newer == {FERRY.id: newer}
    assert not since({newer.id: newer}, versions)


def test_a_conversation_kept_under_the_first_schema_opens_whole(tmp_path: Path) -> None:
    """``schema1.sql`` was written by the first version; what it holds is never written anew."""
    with closing(sqlite3.connect(tmp_path / "c.sqlite")) as old, old:
        old.executescript((Path(__file__).parent / "schema1.sql").read_text(encoding="utf-8"))
    store = Store(tmp_path / "c.sqlite")
    (listed,) = store.listed()
    updated, disputed, refused, dated = (one.said for one in store.conversation(listed.id).kept)
    store.close()
    assert updated.short_answer == "The ferry sails again on 11 May 2026"
    assert [one.text for one in updated.timeline] == ["4 May 2026", "11 May 2026"]
    assert [one.quote for one in updated.citations][:1] == ["named 11 May as the new date"]
    assert (disputed.status, len(disputed.sides)) == ("conflicting", 2)
    assert (refused.status, refused.reason is not None) == ("not_found", True)
    assert dated.events


def test_an_article_that_the_archive_has_no_more_is_marked_wherever_it_is_cited() -> None:
    store = Store()
    name = store.begin("one")
    store.add(name, kept(ferry))
    [said] = [each.said for each in store.conversation(name, has=lambda named: named != FERRY.id).kept]
    assert {each.number: each.article.deleted for each in said.citations} == {1: False, 2: True, 3: True}
    assert {each.article.deleted for each in said.evidence if each.article.id == FERRY.id} <= {True}
    [said] = [each.said for each in store.conversation(name).kept]
    assert not any(each.article.deleted for each in said.citations)
    store.close()


def test_an_article_that_has_come_again_is_whole_again_where_it_is_cited_anew(tmp_path: Path) -> None:
    store = Store(tmp_path / FILE)
    name = store.begin("one")
    store.add(name, kept(history))
    withdraw(tmp_path, [FERRY.id, DELAY.id])
    assert store.conversation(name).kept[0].citations, "what is cited is still there"
    store.add(name, kept(ferry, 2))
    assert store.conversation(name).kept[1].said == kept(ferry, 2).said
    store.close()
