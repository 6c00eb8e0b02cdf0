"""Asking: what changes on the page, in which order, and what happens to the stream of somebody who leaves."""

from __future__ import annotations

import asyncio
import threading
from datetime import date

import pytest
from fake_news import FakeNews, broken

from qa.archive.browsing import Narrow
from qa.ui.session import KEPT_SESSIONS, Question, Session, Sessions, Update, ask, stop, tell


def updates(news: FakeNews, session: Session, question: str, as_of: str = "") -> list[Update]:
    async def collect() -> list[Update]:
        return [update async for update in ask(news, session, Question(question, as_of))]

    return asyncio.run(collect())


def test_first_update_clears_the_box_and_the_last_ends_the_run() -> None:
    seen = updates(FakeNews(), Session(), "ferry")
    assert (seen[0].question, seen[0].running, seen[-1].running) == ("", True, False)
    assert 'data-phase="done"' in (seen[-1].turn or "")


def test_passages_are_shown_before_the_model_has_said_anything() -> None:
    news = FakeNews(pause=0.2)
    second = updates(news, Session(), "ferry")[1]
    assert "dl-passage" in (second.turn or "")
    assert "dl-text" not in (second.turn or "")


def test_answers_become_history_and_failures_do_not() -> None:
    news, session = FakeNews(), Session()
    updates(news, session, "ferry")
    news.failing = broken()
    updates(news, session, "price")
    news.failing = None
    updates(news, session, "football")
    assert [answer.question for answer in news.asked[-1][2]] == ["ferry"]
    assert len(session.past) == 2


def test_stream_that_ends_without_an_answer_is_a_failure() -> None:
    news = FakeNews()
    full = news.script[""]
    news.script[""] = lambda question: full(question)[:-1]
    last = updates(news, Session(), "ferry")[-1]
    assert 'data-phase="failed"' in (last.turn or "")
    assert "The archive does not say" not in (last.turn or "")


@pytest.mark.parametrize(("question", "as_of"), [("  ", ""), ("ferry", "2022")], ids=["no question", "no date"])
def test_wrong_input_asks_nothing(question: str, as_of: str) -> None:
    news = FakeNews()
    seen = updates(news, Session(), question, as_of)
    assert [bool(update.notice) for update in seen] == [True]
    assert not news.asked


def test_stream_is_read_and_closed_in_one_thread_when_the_reader_leaves() -> None:
    news = FakeNews()
    threads: set[int] = set()
    make = news.script[""]

    def watched(question: str):
        for event in make(question):
            threads.add(threading.get_ident())
            yield event

    news.script[""] = watched

    async def leave() -> None:
        session = Session()
        stream = ask(news, session, Question("ferry wait"))
        async for update in stream:
            if "dl-text" in (update.turn or ""):
                break
        assert not news.closed.is_set()
        await stream.aclose()
        stopped = stop(session)
        assert 'data-phase="stopped"' in (stopped.turn or "")

    asyncio.run(leave())
    news.hold.set()
    assert news.closed.wait(60)
    assert not news.finished
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def told(news: FakeNews, session: Session, question: str, as_of: str = "") -> list[Update]:
    async def collect() -> list[Update]:
        return [update async for update in tell(news, session, Question(question, as_of))]

    return asyncio.run(collect())


def test_timeline_is_a_turn_of_its_own_and_no_history_of_answers() -> None:
    news, session = FakeNews(), Session()
    updates(news, session, "ferry")
    first, last = told(news, session, " the ferry ", "2026-05-03")
    assert (first.running, last.running) == (True, False)
    assert 'data-phase="reading"' in (first.turn or "")
    assert "dl-events" in (last.turn or "")
    assert 'data-holds="2:t1 ' in (last.sources or "")
    assert (news.asked[-1][0], str(news.asked[-1][1])) == ("the ferry", "2026-05-03")
    assert len(session.answers) == 1
    updates(news, session, "price")
    assert session.past[-1].timeline is not None


@pytest.mark.parametrize("failure", [broken(), RuntimeError("inside")], ids=["an outage", "a fault of ours"])
def test_timeline_that_fails_says_so_and_is_not_empty_history(failure: Exception) -> None:
    news = FakeNews()
    news.failing = failure
    last = told(news, Session(), "ferry")[-1]
    assert 'data-phase="failed"' in (last.turn or "")
    assert "No article is about this" not in (last.turn or "")
    assert "inside" not in (last.turn or "").replace("failed inside Dateline", "")
    assert last.running is False


@pytest.mark.parametrize(("question", "as_of"), [("  ", ""), ("ferry", "2022")], ids=["no question", "no date"])
def test_wrong_input_asks_for_no_timeline(question: str, as_of: str) -> None:
    news = FakeNews()
    assert [bool(update.notice) for update in told(news, Session(), question, as_of)] == [True]
    assert not news.asked


def test_pages_have_sessions_of_their_own_and_the_oldest_goes() -> None:
    sessions = Sessions()
    first, second = sessions.of("a"), sessions.of("b")
    assert first is not second
    assert sessions.of("a") is first
    for number in range(KEPT_SESSIONS - 1):
        sessions.of(str(number))
    assert sessions.of("a") is first
    assert sessions.of("b") is not second


def test_timeline_is_asked_of_the_outlets_and_the_language_and_its_days_bound_the_events() -> None:
    news, part = FakeNews(), Narrow(outlets=frozenset({"Bay Wire"}), language="en", since=date(2026, 4, 1))

    async def collect() -> list[Update]:
        return [update async for update in tell(news, Session(), Question("the ferry", part=part))]

    last = asyncio.run(collect())[-1]
    assert news.within == part
    assert news.of == Narrow(outlets=frozenset({"Bay Wire"}), language="en"), "reports of any day tell of these days"
    assert "only Bay Wire; en; from 1 Apr 2026" in (last.turn or "")
