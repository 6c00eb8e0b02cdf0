"""Commands of the page: what is none, what a read-only page refuses, and faults that become notices."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fake_news import DELAY, FERRY, FakeNews, broken, ferry

from qa.archive.browsing import Narrow, Shelf
from qa.conversations import FILE, Kept, Store
from qa.ui import intake, preferences
from qa.ui.desk import Desk
from qa.ui.keeping import MOST, Keeper
from qa.ui.session import Question, Session, Update, ask
from qa.ui.turn import Turn


def acted(desk: Desk, session: Session | None = None, /, **command: object) -> list[Update]:
    async def collect() -> list[Update]:
        return [update async for update in desk.act(session or Session(), json.dumps(command))]

    return asyncio.run(collect())


@pytest.mark.parametrize(
    "command",
    ["", "{", "[]", "1", '{"do": "__init__"}', '{"do": "reopened"}', '{"do": ["open"]}', "[" * 30_000, '{"do": "no"}'],
    ids=["empty", "cut", "list", "number", "dunder", "method", "unhashable", "deep and long", "unknown"],
)
def test_what_is_no_command_is_a_notice(command: str) -> None:
    async def collect() -> list[Update]:
        return [update async for update in Desk(FakeNews()).act(Session(), command)]

    (update,) = asyncio.run(collect())
    assert "load it again" in (update.notice or "")


@pytest.mark.parametrize(
    "command",
    [
        {"do": "list"}, {"do": "rename", "title": "x"}, {"do": "delete"}, {"do": "cases"},
        {"do": "remove", "article": FERRY.id}, {"do": "model", "llm": "none", "step": "use"},
        {"do": "take", "address": "https://a.example"},
    ],
    ids=lambda command: command["do"],
)  # fmt: skip
def test_read_only_page_changes_and_lists_nothing(command: dict[str, str]) -> None:
    news = FakeNews()
    updates = acted(Desk(news, read_only=True), **command)
    assert "read-only" in (updates[-1].notice or "")
    assert FERRY.id in news.holdings.articles
    assert not news.taken


def test_read_only_page_takes_no_files() -> None:
    news = FakeNews()

    async def collect() -> list[Update]:
        return [update async for update in Desk(news, read_only=True).take(["/etc/passwd"])]

    assert "read-only" in (asyncio.run(collect())[0].notice or "")
    assert not news.taken


def test_archive_that_fails_after_files_were_dropped_is_a_notice(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text", encoding="utf-8")
    news = FakeNews()
    news.holdings.down = broken()

    async def collect() -> list[Update]:
        return [update async for update in Desk(news).take([str(tmp_path / "a.txt")])]

    updates = asyncio.run(collect())
    assert "1 added" in (updates[-2].intake or "")
    assert "did not answer within 15 s" in (updates[-1].notice or "")


@pytest.mark.parametrize("address", ["/etc/passwd", "../secrets", "file:///etc/passwd", "-", "", "ftp://a.example/x"])
def test_files_of_the_server_are_no_addresses(address: str) -> None:
    news = FakeNews()
    (update,) = acted(Desk(news), do="take", address=address)
    assert "no address of the web" in (update.notice or "")
    assert not news.taken


@pytest.mark.parametrize("given", [{"since": "tomorrow"}, {"since": "2024-02-02", "until": "2024-01-01"}])
def test_impossible_filter_is_a_notice_with_the_value(given: dict[str, str]) -> None:
    (update,) = acted(Desk(FakeNews()), do="browse", **given)
    assert next(iter(given.values())) in (update.notice or "")
    assert update.shelf is None


def test_outage_and_fault_of_ours_are_notices_without_their_inside() -> None:
    news = FakeNews()
    news.holdings.down = broken()
    assert "did not answer within 15 s" in (acted(Desk(news), do="browse")[0].notice or "")
    news.holdings.down = ZeroDivisionError("secret-path")  # type: ignore[assignment]
    notice = acted(Desk(news), do="browse")[0].notice or ""
    assert "ZeroDivisionError" in notice
    assert "secret-path" not in notice


def test_turn_that_could_not_be_kept_is_shown_and_says_so() -> None:
    store = Store()
    session, news = Session(), FakeNews()
    store.close()

    async def collect() -> list[Update]:
        asked = Question("ferry", keeper=Keeper(store))
        return [update async for update in ask(news, session, asked)]

    last = asyncio.run(collect())[-1]
    assert "dl-text" in (last.turn or "")
    assert "shown, but not kept" in (last.turn or "")


def test_conversation_deleted_meanwhile_begins_anew() -> None:
    keeper, item = Keeper(Store()), Turn.of(Kept(1, question="q", said=ferry("q")[-1]), "")
    name, title = keeper.keep("", "", item)
    keeper.store.delete(name)
    again, _ = keeper.keep(name, title, replace(item))
    assert again != name
    assert [each.id for each in keeper.store.listed()] == [again]
    keeper.store.close()


def test_private_conversations_are_not_piled_up_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.ui.keeping.MOST", 3)
    keeper = Keeper(Store(), private=True)
    assert MOST > 3
    for number in range(6):
        keeper.keep("", "", Turn.of(Kept(1, question=f"q{number}", said=ferry("q")[-1]), ""))
    assert len(keeper.store.listed()) == 3
    keeper.store.close()


def test_conversations_stand_beside_the_index_and_in_memory_where_that_cannot_be(tmp_path: Path) -> None:
    said: list[str] = []
    with Desk.beside(FakeNews(), tmp_path, read_only=False, say=said.append) as desk:
        desk.store.begin("one")
    assert (tmp_path / FILE).exists()
    with Desk.beside(FakeNews(), tmp_path / "nowhere", read_only=False, say=said.append) as desk:
        desk.store.begin("two")
    assert "forgotten" in said[0]
    with Desk.beside(FakeNews(), tmp_path / "nowhere", read_only=True, say=said.append) as desk:
        desk.store.begin("three")
    assert len(said) == 1


def test_more_files_than_one_drop_holds_are_left_out_and_said(tmp_path: Path) -> None:
    paths = []
    for number in range(intake.MOST_FILES + 2):
        path = tmp_path / f"{number}.txt"
        path.write_text("text", encoding="utf-8")
        paths.append(str(path))
    news = FakeNews()

    async def collect() -> list[str]:
        return [told async for told in intake.take(news, paths)]

    last = asyncio.run(collect())[-1]
    assert len(news.taken) == intake.MOST_FILES
    assert "2 were left out" in last


def test_list_that_was_asked_for_earlier_does_not_replace_a_later_one() -> None:
    news, session = FakeNews(), Session()
    held, browse = threading.Event(), news.holdings.browse

    def slow(wanted: Narrow | None = None, *, offset: int = 0, limit: int = 50) -> Shelf:
        if wanted is not None and wanted.words == "f":
            held.wait(60)
        return browse(wanted, offset=offset, limit=limit)

    news.holdings.browse = slow  # type: ignore[method-assign]
    desk = Desk(news)

    async def collect(words: str) -> list[Update]:
        return [update async for update in desk.act(session, json.dumps({"do": "browse", "words": words}))]

    async def both() -> tuple[list[Update], list[Update]]:
        first = asyncio.create_task(collect("f"))
        await asyncio.sleep(0)  # it begins
        later = await collect("inspection")
        held.set()
        return await first, later

    earlier, later = asyncio.run(both())
    assert earlier == []
    assert DELAY.headline in (later[0].shelf or "")


def test_state_of_models_and_index_is_told_and_hostile_names_stay_text() -> None:
    news = FakeNews()
    shown = preferences.held(news.model_files(), {"articles": 91, "superseded": 1, "undated": 0, "bytes": 5_000_000})
    for part in ("scripted-1", "on this machine", "1,117 MB", "fetched in part", "&lt;b&gt;", "91, of which", "5.0 MB"):
        assert part in shown, part
    assert "<b>" not in shown


def test_deleting_marks_what_stands_on_the_page() -> None:
    desk, session = Desk(FakeNews()), Session()

    async def collect() -> list[Update]:
        return [update async for update in ask(desk.news, session, Question("ferry", keeper=desk.keeper))]

    assert "dl-deleted" not in (asyncio.run(collect())[-1].turn or "")
    (update,) = acted(desk, session, do="remove", article=FERRY.id)
    assert FERRY.headline not in (update.shelf or "")
    assert "it was deleted from the archive" in (update.turn or "")
    assert "Deleted from the archive. Only the words" in (update.sources or "")
    (update,) = acted(desk, session, do="export", shape="markdown", conversation=session.conversation)
    assert "deleted from the archive" in (update.file or "")
