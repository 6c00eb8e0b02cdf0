"""The Gradio page around an archive: its layout and its events. What stands in it is made by the modules beside it."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from qa.errors import DatelineError, InputError
from qa.ui import layout, transcript
from qa.ui.desk import Desk
from qa.ui.face import News, narrow_of, standing
from qa.ui.session import Question, Session, Sessions, Update, ask, stop, tell

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)

QUEUE_SIZE = 32
"""Questions that may wait; one more is turned away at once instead of waiting for ever."""

AT_ONCE = 4
"""Questions that run at the same time."""

POLL_SECONDS = 3.0
"""How often an open page asks for the state of the model and the archive."""

_SHOWN = tuple(item.name for item in fields(Update) if item.name != "running")
"""The parts of the page that an update may change."""

_TYPED = "() => window.dateline.typed()"
"""The page's script reads the boxes when the button is pressed: Gradio's own copies of them are a tick behind."""

_QUIET: Mapping[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(news: News, desk: Desk | None = None) -> gr.Blocks:
    """Return the page around ``news``. It needs ``page_options()`` where it is launched or mounted."""
    import gradio as gr

    desk = desk or Desk(news)
    with gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)) as page:
        parts = layout.parts(gr, read_only=desk.read_only)
        wiring = _Wiring(gr, desk, parts)
        wiring.questions()
        wiring.actions()
        wiring.load(page)
    page.queue(max_size=QUEUE_SIZE, default_concurrency_limit=AT_ONCE, api_open=False)
    return page


class _Wiring:
    """Connects the parts of one page to the archive.

    By their annotations Gradio gives its functions the request; they are set by hand, because Gradio is imported late.
    """

    def __init__(self, gr: Any, desk: Desk, parts: Mapping[str, Any]) -> None:
        self._gr, self._desk, self._parts = gr, desk, parts
        self._outputs = [parts[name] for name in (*_SHOWN, "timeline", "ask", "stop")]
        self._sessions = Sessions()
        self._boot = secrets.token_hex(4)

    def _changes(self, update: Update) -> dict[Any, Any]:
        shown = {name: getattr(update, name) for name in _SHOWN}
        changed = {self._parts[name]: value for name, value in shown.items() if value is not None}
        if update.running is not None:
            changed |= {self._parts[name]: self._gr.update(visible=not update.running) for name in ("timeline", "ask")}
            changed[self._parts["stop"]] = self._gr.update(visible=update.running)
        return changed

    def _session(self, request: Any, conversation: str = "") -> Session:
        """Return the page's session; where the server was started anew, with the conversation that the page shows."""
        session = self._sessions.of(request.session_hash)
        if conversation and not session.conversation and session.current is None:
            try:
                self._desk.reopened(session, conversation)
            except DatelineError:
                _log.info("a page shows a conversation that is gone")
        return session

    def _typed(self, question: str, as_of: str, part: str) -> Question:
        try:
            given = json.loads(part) if part else {}
        except ValueError:
            raise InputError("The filters cannot be read: load the page again.") from None
        return Question(question or "", as_of or "", narrow_of(given), self._desk.keeper)

    def questions(self) -> None:
        """Connect the question box and its buttons."""
        gr, parts = self._gr, self._parts

        async def run(question: str, as_of: str, part: str, place: str, request: Any) -> AsyncIterator[dict[Any, Any]]:
            async for update in self._asked(ask, question, as_of, part, self._session(request, place)):
                yield self._changes(update)

        async def chronicle(question: str, as_of: str, part: str, place: str, request: Any) -> AsyncIterator[Any]:
            async for update in self._asked(tell, question, as_of, part, self._session(request, place)):
                yield self._changes(update)

        def halt(request: Any) -> dict[Any, Any]:
            return self._changes(stop(self._sessions.of(request.session_hash)))

        run.__annotations__ = chronicle.__annotations__ = halt.__annotations__ = {"request": gr.Request}
        given = [parts[name] for name in ("question", "as_of", "part", "place")]
        told = {"inputs": given, "outputs": self._outputs, "js": _TYPED, "trigger_mode": "once", **_QUIET}
        typed = [parts["question"].submit, parts["as_of"].submit, parts["ask"].click]
        running = gr.on(typed, run, **told)
        telling = parts["timeline"].click(chronicle, **told)
        parts["stop"].click(halt, outputs=self._outputs, cancels=[running, telling], queue=False, **_QUIET)

    async def _asked(self, how: Any, question: str, as_of: str, part: str, session: Session) -> AsyncIterator[Update]:
        try:
            typed = self._typed(question, as_of, part)
        except InputError as error:
            yield Update(notice=transcript.notice(str(error)))
            return
        async for update in how(self._desk.news, session, typed):
            yield update

    def actions(self) -> None:
        """Connect what is asked for beside questions: commands of the page's script, and files that were dropped."""
        gr, parts = self._gr, self._parts

        async def act(command: str, place: str, request: Any) -> AsyncIterator[dict[Any, Any]]:
            async for update in self._desk.act(self._session(request, place), command or ""):
                yield self._changes(update)

        async def drop(files: Any) -> AsyncIterator[dict[Any, Any]]:
            async for update in self._desk.take([str(file) for file in files or ()]):
                yield self._changes(update) | {parts["files"]: None}

        act.__annotations__ = {"request": gr.Request}
        drop.__annotations__ = {}
        given = [parts["command"], parts["place"]]
        told = {"outputs": self._outputs, "js": "() => window.dateline.command()", "trigger_mode": "multiple"}
        parts["act"].click(act, inputs=given, **told, **_QUIET)
        if "files" in parts:
            outputs = [*self._outputs, parts["files"]]
            parts["files"].upload(drop, inputs=[parts["files"]], outputs=outputs, trigger_mode="once", **_QUIET)

    def load(self, page: Any) -> None:
        """Fill the page when it is opened, with the conversation of its address, then keep the bar up to date."""
        gr, parts = self._gr, self._parts

        def first(place: str, request: Any) -> dict[Any, Any]:
            return {parts["status"]: self._now(), **layout.first(self._desk, parts)} | self._opened(request, place)

        first.__annotations__ = {"request": gr.Request}
        outputs = [parts["status"], parts["filters"], parts["listed"], parts["held"], *self._outputs]
        quiet = {**_QUIET, "queue": False}
        here = "() => [new URLSearchParams(location.search).get('c') ?? '']"
        page.load(first, inputs=[parts["place"]], outputs=outputs, js=here, **quiet)
        gr.Timer(POLL_SECONDS).tick(self._now, outputs=[parts["status"]], **quiet)

    def _opened(self, request: Any, conversation: str) -> dict[Any, Any]:
        if not conversation:
            return {}
        try:
            return self._changes(self._desk.reopened(self._sessions.of(request.session_hash), conversation))
        except DatelineError as error:
            return self._changes(Update(notice=transcript.notice(str(error))))

    def _now(self) -> str:
        try:
            return transcript.status(standing(self._desk.news), boot=self._boot)
        except DatelineError as error:
            return transcript.outage(str(error))
        except Exception as error:  # noqa: BLE001 - the edge: an open page goes on asking, and says what it lacks
            _log.warning("the archive does not tell its state", exc_info=True)
            return transcript.outage(f"The archive does not answer ({type(error).__name__}).")
