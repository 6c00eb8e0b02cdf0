"""What a reader asks of the page beside questions: conversations, the archive's list, the model. One action a call."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pydantic import SecretStr

from qa import chosen
from qa.chosen import Choice
from qa.conversations import FILE, Conversation, Kept, Store, Thought
from qa.errors import ArchiveError, DatelineError, InputError
from qa.export import File, Shape, cases, exported
from qa.render.words import escaped
from qa.ui import coverage, intake, keeping, kept, preferences, reader, shelf, thread, transcript
from qa.ui.face import News, narrow_of, standing
from qa.ui.keeping import Keeper
from qa.ui.session import KEPT_TURNS, Session, Update, past

_log = logging.getLogger(__name__)
Given = Mapping[str, Any]
LONGEST = 20_000
"""Characters of one command."""

Does = Literal[
    "open", "new", "list", "rename", "delete", "think", "export", "cases", "browse", "look", "show", "remove", "model"
]
"""What can be asked for; ``take`` is apart, because it tells its progress."""

_NEVER_READ_ONLY: frozenset[str] = frozenset(("list", "rename", "delete", "cases", "remove", "model", "take"))


_LISTS: frozenset[str] = frozenset(("list", "browse"))
"""What is asked for with each letter that is typed."""


@dataclass(slots=True)
class Desk:
    """Serves the pages of one archive. A read-only one shows and answers, and changes and lists nothing."""

    news: News
    store: Store = field(default_factory=Store)
    read_only: bool = False
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    @contextmanager
    def beside(cls, news: News, index: Path, *, read_only: bool, say: Callable[[str], None]) -> Iterator[Desk]:
        """Yield a desk whose conversations are kept in the index's folder, in memory where that cannot be written."""
        try:
            store = Store(None if read_only else index / FILE)
        except ArchiveError as error:
            say(f"{error}; conversations are forgotten when the page is closed")
            store = Store()
        try:
            yield cls(news, store, read_only)
        finally:
            store.close()

    @property
    def keeper(self) -> Keeper:
        """What keeps the turns of the pages."""
        return Keeper(self.store, private=self.read_only)

    async def act(self, session: Session, command: str) -> AsyncIterator[Update]:
        """Do what a command says, and yield what changes on the page; every fault becomes a notice."""
        async for update in _noticed(self._act(session, command)):
            yield update

    async def _act(self, session: Session, command: str) -> AsyncIterator[Update]:
        given = _read(command)
        does = given["do"]
        if self.read_only and does in _NEVER_READ_ONLY:
            raise InputError("This page is read-only: nothing can be changed here.")
        if does == "take":
            async for told in self._take([_address(given)]):
                yield told
            return
        began = session.began(does)
        update = await self._actions()[does](session, given)
        # A list that was asked for later, while more was typed, is not replaced by this one.
        if does not in _LISTS or session.is_latest(does, began):
            yield update

    def _actions(self) -> Mapping[str, Callable[[Session, Given], Awaitable[Update]]]:
        return {name: getattr(self, f"_{name}") for name in get_args(Does)}

    async def take(self, sources: list[str]) -> AsyncIterator[Update]:
        """Take in files or an address, telling how far it is; afterwards the list and the coverage are new.

        As with :meth:`act`, every fault becomes a notice.
        """
        async for update in _noticed(self._take(sources)):
            yield update

    async def _take(self, sources: list[str]) -> AsyncIterator[Update]:
        if self.read_only:
            raise InputError("This page is read-only: nothing can be taken in here.")
        async with self._writing:
            async for told in intake.take(self.news, sources):
                yield Update(intake=told)
        yield await self.look()

    async def look(self) -> Update:
        """Return the archive's list and coverage as they are now."""
        return await asyncio.to_thread(self._looked)

    def _looked(self) -> Update:
        counts = self.news.holdings.counts()
        health = shelf.health(self.news.info())
        found = self.news.holdings.browse(limit=shelf.PAGE)
        return Update(
            shelf=shelf.listing(found, narrow_of({}), 0, read_only=self.read_only),
            coverage=coverage.chart(counts) + health,
        )

    # Conversations

    async def _open(self, session: Session, given: Given) -> Update:
        return await asyncio.to_thread(self.reopened, session, str(given.get("conversation") or ""))

    def reopened(self, session: Session, conversation: str) -> Update:
        """Show a kept conversation on a page.

        Raises:
            InputError: there is none.
            ArchiveError: it cannot be read.
        """
        title, turns = keeping.reopen(self.news, self.store, conversation, limit=KEPT_TURNS)
        session.past, session.current = turns[:-1], turns[-1] if turns else None
        session.answers = [item.answer for item in turns if item.answer is not None]
        session.asked = max((item.number for item in turns), default=0)
        session.conversation, session.title = conversation, title
        return self._all(session)

    def _all(self, session: Session) -> Update:
        item = session.current
        return Update(
            turn=transcript.turn(item) if item else "",
            sources=item.sources() if item else "",
            past=past(session),
            welcome=None if item is None else "",
            notice="",
            thread=thread.bar(session.conversation, session.title),
            running=False,
        )

    async def _new(self, session: Session, given: Given) -> Update:
        fresh = Session()
        for name in ("past", "current", "answers", "asked", "conversation", "title"):
            setattr(session, name, getattr(fresh, name))
        welcome = transcript.welcome(await asyncio.to_thread(standing, self.news))
        return replace(self._all(session), welcome=welcome)

    async def _list(self, session: Session, given: Given) -> Update:
        words = str(given.get("words") or "")[:200]
        return Update(kept=kept.conversations(await asyncio.to_thread(self.store.listed, words), words), notice="")

    async def _rename(self, session: Session, given: Given) -> Update:
        name, title = str(given.get("conversation")), str(given.get("title") or "")
        await asyncio.to_thread(self.store.rename, name, title)
        if name == session.conversation:
            session.title = " ".join(title.split())
        listed = await self._list(session, {})
        return replace(listed, thread=thread.bar(session.conversation, session.title))

    async def _delete(self, session: Session, given: Given) -> Update:
        name = str(given.get("conversation"))
        await asyncio.to_thread(self.store.delete, name)
        cleared = await self._new(session, {}) if name == session.conversation else Update()
        listed = await self._list(session, {})
        return replace(cleared, kept=listed.kept, notice="")

    async def _think(self, session: Session, given: Given) -> Update:
        number, thumb = int(given.get("turn") or 0), given.get("thumb")
        item = next((one for one in (*session.past, session.current) if one and one.number == number), None)
        if item is None:
            raise InputError(f"There is no question {number!r} on this page any more: open the conversation again.")
        thought = Thought(thumb, why=str(given.get("why") or "")) if thumb in ("up", "down") else None
        await asyncio.to_thread(self.store.think, item.conversation, item.place, thought)
        item.thought, item.shown = thought, ""
        return Update(turn=transcript.turn(item)) if item is session.current else Update(past=past(session))

    async def _export(self, session: Session, given: Given) -> Update:
        shape = given.get("shape")
        if shape not in get_args(Shape):
            raise InputError(f"The shape {shape!r} is none of {', '.join(get_args(Shape))}.")
        name, has = str(given.get("conversation") or ""), keeping.has(self.news)
        found = await asyncio.to_thread(lambda: self.store.conversation(name, has=has))
        wanted = int(given.get("turn") or 0)
        return _saved(exported(_one(found, wanted) if wanted else found, cast(Shape, shape)))

    async def _cases(self, session: Session, given: Given) -> Update:
        has = keeping.has(self.news)
        file = cases(await asyncio.to_thread(lambda: self.store.thoughts(has=has)))
        if not file.text:
            raise InputError("No answer is marked right or wrong yet: do so below an answer.")
        return _saved(file)

    # The archive

    async def _look(self, session: Session, given: Given) -> Update:
        return await self.look()

    async def _browse(self, session: Session, given: Given) -> Update:
        wanted, offset = narrow_of(given), max(0, int(given.get("offset") or 0))
        found = await asyncio.to_thread(self.news.holdings.browse, wanted, offset=offset, limit=shelf.PAGE)
        return Update(shelf=shelf.listing(found, wanted, offset, read_only=self.read_only), notice="")

    async def _show(self, session: Session, given: Given) -> Update:
        name = str(given.get("article") or "")
        return Update(shown=await asyncio.to_thread(self._shown, name), notice="")

    def _shown(self, name: str) -> str:
        article = self.news.article(name)
        setting = reader.Setting(about=self.news.holdings.about(article))
        held = " ".join((f"0:{name}", *(f"0:{mark.key}" for mark in setting.quotes)))
        marked = reader.article(article, (), setting)
        return f'<div hidden data-holds="{held}" data-show="0:{name}">{marked}</div>'

    async def _remove(self, session: Session, given: Given) -> Update:
        async with self._writing:
            await asyncio.to_thread(self.news.holdings.remove, str(given.get("article") or ""))
        looked = await self.look()
        item = session.current
        if not session.conversation or item is None or item.phase in ("reading", "checking"):
            return looked
        # What stands on the page may cite it: it is shown as a conversation that is opened.
        shown = await asyncio.to_thread(self.reopened, session, session.conversation)
        return replace(shown, shelf=looked.shelf, coverage=looked.coverage)

    # The model

    async def _model(self, session: Session, given: Given) -> Update:
        """Test a model, or use it from now on; what was typed stays in the form, but for the key."""
        before = self.news.model
        typed = Choice(
            given.get("llm") or "none",
            model=str(given.get("model") or "")[:300].strip(),
            url=str(given.get("url") or "")[:500].strip(),
            key=SecretStr(str(given.get("key") or "")[:500].strip()),
        ).keeping_key_of(before)
        try:
            said = await asyncio.to_thread(self._use if given.get("step") == "use" else self.news.try_model, typed)
            kind: preferences.Told = "good"
        except DatelineError as error:
            said, kind = str(error), "bad"
        # The form shows what was typed; a key is said to be stored only where it is.
        shown = replace(typed, key=SecretStr("")).keeping_key_of(self.news.model)
        now = await asyncio.to_thread(standing, self.news)
        return Update(model=preferences.model(shown, now, told=said, kind=kind), notice="")

    def _use(self, choice: Choice) -> str:
        self.news.use_model(choice)
        chosen.save(choice)
        return "This model is used from now on."


async def _noticed(updates: AsyncIterator[Update]) -> AsyncIterator[Update]:
    """Pass updates on; a fault ends them with a notice."""
    try:
        async for update in updates:
            yield update
    except DatelineError as error:
        yield Update(notice=transcript.notice(str(error)))
    except Exception as error:  # noqa: BLE001 - the edge: a fault of ours is shown and logged
        _log.exception("a command failed")
        yield Update(notice=transcript.notice(f"Something failed inside Dateline ({type(error).__name__})."))


def _read(command: str) -> dict[str, Any]:
    """Return a command's parts.

    Raises:
        InputError: it is too long, or none that there is.
    """
    try:
        given = json.loads(command) if len(command) <= LONGEST else None
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or given.get("do") not in (*get_args(Does), "take"):
        raise InputError("The page asked for something that does not exist: load it again.")
    return given


def _address(given: Given) -> str:
    """Return the address of a page or a feed.

    Raises:
        InputError: it is none of the web: a path would be a file of the server.
    """
    address = str(given.get("address") or "").strip()[:2000]
    if not address.lower().startswith(("http://", "https://")):
        raise InputError(f"{address[:80]!r} is no address of the web: write it like https://example.org/feed.xml")
    return address


def _one(conversation: Conversation, number: int) -> Conversation:
    found: tuple[Kept, ...] = tuple(one for one in conversation.kept if one.number == number)
    if not found:
        raise InputError(f"There is no question {number!r} in this conversation.")
    return replace(conversation, kept=found, title=found[0].question)


def _saved(file: File) -> Update:
    """Return a file for the page to save: the browser makes it, so that no address serves it."""
    e = escaped
    data = f'data-file="{e(file.name)}" data-mime="{e(file.mime)}" data-text="{e(file.text)}"'
    return Update(file=f'<div hidden {data} data-stamp="{id(file)}"></div>', notice="")
