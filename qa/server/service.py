"""The one door to an archive: every face asks through it, so that there is one queue, one deadline and one count."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from qa import spans
from qa.archive.browsing import Narrow
from qa.budget import Budget
from qa.conversations import Store
from qa.errors import DatelineError
from qa.llm import remote
from qa.server.admission import Admission, Room
from qa.server.metrics import Metrics
from qa.server.serving import Serving
from qa.types import Answer, Event, Moment

if TYPE_CHECKING:
    from qa.news import NewsQA
    from qa.ui.face import News

LIGHT = Room(4, waiting=24, patience=10.0)
"""Searches, timelines and quotes, which take no model. Together fewer than the threads that serve them."""


def _stays() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a face passes it on. ``left`` says that nobody waits for its answer any more."""

    question: str
    as_of: str | Moment | None = field(kw_only=True, default=None)
    history: Sequence[Answer] = field(kw_only=True, default=())
    within: Narrow | None = field(kw_only=True, default=None)
    left: Callable[[], bool] = field(kw_only=True, default=_stays)
    face: str = field(kw_only=True, default="rest")


class Service:
    """An open archive with everything that the faces share."""

    def __init__(self, news: NewsQA, store: Store, serving: Serving, *, read_only: bool = False) -> None:
        """Serve ``news``; ``read_only`` lets nobody write."""
        self.news, self.store, self.serving, self.read_only = news, store, serving, read_only
        patience = min(serving.patience, serving.deadline)
        self.questions = Admission(Room(serving.at_once, waiting=serving.queue, patience=patience))
        self.light = Admission(LIGHT)
        self.metrics = Metrics()
        self._end = float("inf")
        self._warm = threading.Event()
        self._warm.set()
        watch = self.metrics.watch
        watch("dateline_questions_running", "Questions in work.", lambda: self.questions.running)
        watch("dateline_questions_waiting", "Questions that wait.", lambda: self.questions.waiting)
        watch("dateline_model_ready", "1 model, 0.5 fallback model, 0 extractive.", self._level)
        watch("dateline_stopping", "1 while the service stops.", lambda: float(self.stopping))

    # Asking

    def check(self, asked: Asked) -> None:
        """Refuse at once what would be refused anyway, so that a stream's refusal has a status of its own.

        Raises:
            Busy, InputError: as :meth:`stream`.
        """
        self.questions.check()
        self.news.stream(asked.question, as_of=asked.as_of)  # looks at both, and does nothing before it is read

    def stream(self, asked: Asked) -> Iterator[Event]:
        """Yield what :meth:`qa.NewsQA.stream` yields, once it is the question's turn. Closing it cancels.

        Raises:
            Busy: there is no room, or the service stops.
            OutOfTime: the deadline came, waiting for its turn included, before there was an answer.
            DatelineError: as :meth:`qa.NewsQA.stream`.
        """
        limits = self.serving
        budget = Budget.of(limits.deadline, left=lambda: asked.left() or self._over(), reserve=limits.reserve)
        try:
            with spans.span("ask", {"face": asked.face}) as whole, self._turn(asked) as here:
                if not here:
                    return
                stream = self.news.stream(
                    asked.question, as_of=asked.as_of, history=asked.history, within=asked.within, budget=budget
                )
                for event in stream:
                    if isinstance(event, Answer):
                        self.metrics.answer(event, asked.face)
                        if whole is not None:
                            whole.set_attributes({"mode": event.mode, "status": event.status})
                    yield event
        except (DatelineError, GeneratorExit) as error:
            self.metrics.failed(asked.face, error)
            raise
        except Exception as error:
            self.metrics.failed(asked.face, error)
            raise

    @contextmanager
    def _turn(self, asked: Asked) -> Iterator[bool]:
        """Wait for a place; the time that it takes is a span of its own."""
        admitted = self.questions.admitted(asked.left)
        with spans.span("queue"):
            here = admitted.__enter__()
        try:
            yield here
        finally:
            admitted.__exit__(None, None, None)

    def lightly(self, work: Callable[[], Any]) -> Any:
        """Return what a search, timeline or list of quotes finds, once there is room for it."""
        with self.light.admitted():
            return work()

    # States

    def warm(self) -> None:
        """Load the model and the encoder in the background; it is ready once the encoder is there."""
        self._warm.clear()

        def load() -> None:
            try:
                self.news.warm()
                if self.news.model.llm == "openai":
                    remote.prepare()
            finally:
                self._warm.set()

        threading.Thread(target=load, name="dateline-warm", daemon=True).start()

    @property
    def stopping(self) -> bool:
        """Whether nothing new is begun."""
        return self.questions.stopping

    def stop(self) -> None:
        """Begin nothing new; what runs has the grace period, then it is answered without a model."""
        self._end = min(self._end, time.monotonic() + self.serving.grace)
        self.questions.stop()
        self.light.stop()

    def _over(self) -> bool:
        return time.monotonic() >= self._end

    def _level(self) -> float:
        return {"model": 1.0, "fallback": 0.5, "extractive": 0.0}[self.news.mode]

    def standing(self) -> dict[str, Any]:
        """Return the state of the parts, as ``/ready`` tells it."""
        ready = self._warm.is_set() and not self.stopping
        told: dict[str, Any] = {"ready": ready, "mode": self.news.mode, "model": self.news.state()}
        told |= {"running": self.questions.running, "waiting": self.questions.waiting, "stopping": self.stopping}
        try:
            self.news.holdings.browse(limit=1)
        except DatelineError as error:
            told |= {"ready": False, "archive": str(error)}
        else:
            told["archive"] = "ok"
        told["vectors"] = self.news.holdings.outage or "ok"
        return told


class Queued:
    """An archive whose questions go through the service's queue; all else is the archive's own. For the chat page."""

    def __init__(self, service: Service) -> None:
        """Stand before the archive of ``service``."""
        self._service = service

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service.news, name)

    def stream(
        self,
        question: str,
        *,
        as_of: Moment | None = None,
        history: Sequence[Answer] = (),
        within: Narrow | None = None,
    ) -> Iterator[Event]:
        """Yield as the archive does, once it is the question's turn."""
        return self._service.stream(Asked(question, as_of=as_of, history=history, within=within, face="page"))

    def timeline(self, question_or_name: str, **options: Any) -> Any:
        """Return the archive's timeline, once there is room."""
        return self._service.lightly(lambda: self._service.news.timeline(question_or_name, **options))


def queued(service: Service) -> News:
    """Return the archive as the chat page sees it."""
    return cast("News", Queued(service))
