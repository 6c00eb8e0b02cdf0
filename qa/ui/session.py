"""One reader's conversation: asks the archive and says, step by step, which parts of the page change."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import date

from qa.archive.browsing import Narrow
from qa.errors import DatelineError, InputError
from qa.types import Answer
from qa.ui import keeping, thread, transcript
from qa.ui.face import News, as_of_day
from qa.ui.feed import Feed
from qa.ui.keeping import Keeper
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

    past: list[Turn] = field(default_factory=list)
    current: Turn | None = None
    answers: list[Answer] = field(default_factory=list)
    asked: int = 0
    conversation: str = ""
    title: str = ""
    actions: dict[str, int] = field(default_factory=dict)
    """How often each action was begun."""

    def began(self, action: str) -> int:
        """Count an action that begins, and return its number."""
        self.actions[action] = self.actions.get(action, 0) + 1
        return self.actions[action]

    def is_latest(self, action: str, number: int) -> bool:
        """Whether no other of its kind was begun since."""
        return self.actions.get(action) == number


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
    """The parts of the page that change, as HTML or text; None leaves a part as it is."""

    turn: str | None = None
    sources: str | None = None
    past: str | None = None
    welcome: str | None = None
    notice: str | None = None
    question: str | None = None
    thread: str | None = None
    kept: str | None = None
    shelf: str | None = None
    coverage: str | None = None
    intake: str | None = None
    model: str | None = None
    shown: str | None = None
    file: str | None = None
    running: bool | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as it was typed, of which part of the archive."""

    text: str
    as_of: str = ""
    part: Narrow = field(default_factory=Narrow)
    keeper: Keeper | None = None
    """Keeps the conversation; None where nothing is kept."""


async def ask(news: News, session: Session, question: Question) -> AsyncIterator[Update]:
    """Ask one question and yield what changes on the page, until the answer or a notice.

    Leaving the generator early leaves the stream: it is closed in its own thread at its next event.
    """
    try:
        moment = _checked(question)
    except InputError as error:
        yield Update(notice=transcript.notice(str(error)))
        return
    item = _begin(session, question)
    yield _begun(session, item)
    history = tuple(session.answers[-KEPT_ANSWERS:])
    part = question.part or None
    try:
        feed = Feed(lambda: news.stream(item.question, as_of=moment, history=history, within=part))
        async with aclosing(feed.batches()) as batches:
            async for events in batches:
                fresh = [item.take(event) for event in events]
                if any(fresh):
                    await asyncio.to_thread(keeping.learn, news, item)
                # The end is shown once, below, with what keeping it adds: a second change would take the focus away.
                if item.answer is None:
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
    yield await _ended(session, item, question.keeper)


async def tell(news: News, session: Session, question: Question) -> AsyncIterator[Update]:
    """Ask for the timeline of a question or a name and yield what changes on the page."""
    try:
        moment = _checked(question)
    except InputError as error:
        yield Update(notice=transcript.notice(str(error)))
        return
    item = _begin(session, question)
    item.wants_timeline = True
    yield _begun(session, item)
    # The period is that of the events, whenever they were reported; outlets and language are those of the reports.
    since, until = question.part.since, question.part.until
    part = replace(question.part, since=None, until=None) or None
    try:
        item.show(
            await asyncio.to_thread(news.timeline, item.question, as_of=moment, since=since, until=until, within=part)
        )
        await asyncio.to_thread(keeping.learn, news, item)
    except DatelineError as error:
        item.fail(str(error))
    except Exception as error:  # noqa: BLE001 - the edge: a fault of ours is shown and logged, never an answer
        _log.exception("a timeline failed")
        item.fail(f"Something failed inside Dateline ({type(error).__name__}); there is no timeline.")
    yield await _ended(session, item, question.keeper)


async def _ended(session: Session, item: Turn, keeper: Keeper | None) -> Update:
    """Keep what was said and return how the turn looks now that it has ended."""
    if keeper is not None and item.kept is not None and session.current is item:
        try:
            session.conversation, session.title = await asyncio.to_thread(
                keeper.keep, session.conversation, session.title, item
            )
        except DatelineError as error:
            item.notice = f"This is shown, but not kept: {error}"
    return Update(
        turn=transcript.turn(item),
        sources=item.sources(),
        thread=thread.bar(session.conversation, session.title),
        running=False,
    )


def _checked(question: Question) -> date | None:
    """Return the as-of day.

    Raises:
        InputError: it is no day, or there is no question.
    """
    moment = as_of_day(question.as_of)
    if not question.text.strip():
        raise InputError("There is no question yet: write one, then press Enter.")
    return moment


def _begun(session: Session, item: Turn) -> Update:
    """Return what a new turn changes: it stands last, the one before it moves up, the box is empty."""
    return Update(
        turn=transcript.turn(item), sources="", past=past(session),
        welcome="", notice="", question="", running=True,
    )  # fmt: skip


def past(session: Session) -> str:
    """Return the earlier turns with their articles."""
    for item in session.past:
        item.shown = item.shown or transcript.turn(item) + item.sources()
    return "".join(item.shown for item in session.past)


def _begin(session: Session, question: Question) -> Turn:
    if session.current is not None:
        session.current.stop()
        session.past.append(session.current)
        del session.past[:-KEPT_TURNS]
    session.asked += 1
    session.current = Turn(session.asked, question.text.strip(), question.as_of.strip(), part=question.part)
    return session.current


def stop(session: Session) -> Update:
    """End the turn in work as the reader asked; what was checked stays."""
    if session.current is None:
        return Update(running=False)
    session.current.stop()
    return Update(turn=transcript.turn(session.current), running=False)
