"""One reader's conversation: asks the archive and says, step by step, which parts of the page change."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date

from qa.errors import DatelineError, InputError
from qa.types import Answer
from qa.ui import transcript
from qa.ui.face import News, as_of_day
from qa.ui.feed import Feed
from qa.ui.turn import Turn

_log = logging.getLogger(__name__)

KEPT_TURNS = 30
"""Earlier turns that stay on the page; their articles travel with them, so the number is bounded."""

KEPT_ANSWERS = 12
"""Earlier answers that are passed as history."""

KEPT_SESSIONS = 100
"""Open pages whose conversation is remembered."""


@dataclass(slots=True)
class Session:
    """What one open page remembers: the turns shown, the turn in work, and the answers for follow-ups."""

    past: list[str] = field(default_factory=list)
    current: Turn | None = None
    answers: list[Answer] = field(default_factory=list)
    asked: int = 0


class Sessions:
    """The sessions of the open pages by Gradio's page id; the one unused for longest goes when there are too many.

    Not ``gr.State``: with one, each page holds a connection for as long as it is open, and a browser that gives a host
    six of them stops at the seventh tab.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, page: str) -> Session:
        """Return the session of a page, a new one where it has none."""
        with self._lock:
            session = self._held.setdefault(page, Session())
            self._held.move_to_end(page)
            while len(self._held) > KEPT_SESSIONS:
                self._held.popitem(last=False)
            return session


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """The parts of the page that change, as HTML; None leaves a part as it is."""

    turn: str | None = None
    sources: str | None = None
    past: str | None = None
    welcome: str | None = None
    notice: str | None = None
    question: str | None = None
    running: bool | None = None


async def ask(news: News, session: Session, question: str, as_of: str) -> AsyncIterator[Update]:
    """Ask one question and yield what changes on the page, until the answer or a notice.

    Leaving the generator early leaves the stream: it is closed in its own thread at its next event.
    """
    try:
        moment = _checked(question, as_of)
    except InputError as error:
        yield Update(notice=transcript.notice(str(error)))
        return
    item = _begin(session, question.strip(), as_of.strip())
    yield _begun(session, item)
    history = tuple(session.answers[-KEPT_ANSWERS:])
    try:
        feed = Feed(lambda: news.stream(item.question, as_of=moment, history=history))
        async with aclosing(feed.batches()) as batches:
            async for events in batches:
                fresh = [item.take(event) for event in events]
                yield Update(turn=transcript.turn(item), sources=item.sources() if any(fresh) else None)
        if item.answer is None:
            item.fail("The archive ended without an answer. Ask again; if it happens again, see the log of the server.")
    except DatelineError as error:
        item.fail(str(error))
    except Exception as error:  # noqa: BLE001 - the edge: a fault of ours is shown and logged, never an answer
        _log.exception("a question failed")
        item.fail(f"Something failed inside Dateline ({type(error).__name__}); the question was not answered.")
    if item.answer is not None:
        session.answers.append(item.answer)
    yield Update(turn=transcript.turn(item), running=False)


async def tell(news: News, session: Session, question: str, as_of: str) -> AsyncIterator[Update]:
    """Ask for the timeline of a question or a name and yield what changes on the page."""
    try:
        moment = _checked(question, as_of)
    except InputError as error:
        yield Update(notice=transcript.notice(str(error)))
        return
    item = _begin(session, question.strip(), as_of.strip())
    item.wants_timeline = True
    yield _begun(session, item)
    try:
        item.show(await asyncio.to_thread(news.timeline, item.question, as_of=moment))
    except DatelineError as error:
        item.fail(str(error))
    except Exception as error:  # noqa: BLE001 - the edge: a fault of ours is shown and logged, never an answer
        _log.exception("a timeline failed")
        item.fail(f"Something failed inside Dateline ({type(error).__name__}); there is no timeline.")
    yield Update(turn=transcript.turn(item), sources=item.sources(), running=False)


def _checked(question: str, as_of: str) -> date | None:
    """Return the as-of day.

    Raises:
        InputError: it is no day, or there is no question.
    """
    moment = as_of_day(as_of)
    if not question.strip():
        raise InputError("There is no question yet: write one, then press Enter.")
    return moment


def _begun(session: Session, item: Turn) -> Update:
    """Return what a new turn changes: it stands last, the one before it moves up, the box is empty."""
    return Update(
        turn=transcript.turn(item), sources="", past="".join(session.past),
        welcome="", notice="", question="", running=True,
    )  # fmt: skip


def _begin(session: Session, question: str, as_of: str) -> Turn:
    if session.current is not None:
        session.current.stop()
        session.past.append(transcript.turn(session.current) + session.current.sources())
        del session.past[:-KEPT_TURNS]
    session.asked += 1
    session.current = Turn(session.asked, question, as_of)
    return session.current


def stop(session: Session) -> Update:
    """End the turn in work as the reader asked; what was checked stays."""
    if session.current is None:
        return Update(running=False)
    session.current.stop()
    return Update(turn=transcript.turn(session.current), running=False)
