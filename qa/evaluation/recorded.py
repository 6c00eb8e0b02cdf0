"""A model's replies kept in a file and given again: the pipeline behind a real model, without the model.

With drafts recorded once, what happens to a draft afterwards (the check, the citations, the refusal) is measured
deterministically and in seconds. Replies are kept by question and in the order they were made, not by prompt: a prompt
holds a random fence, and a reworded one still deserves an answer to what was written for the old.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from qa.errors import EvalError, ModelUnavailable
from qa.evaluation.runner import Asked
from qa.llm import Message, Model, Usage
from qa.llm.around import Around
from qa.types import Answer, Article, Moment, plain

Kind = Literal["stream", "yes"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said to one request: words for ``stream``, a probability (or None) for ``yes``.

    ``least`` is the probability of the least sure token of words, where it was told.
    """

    kind: Kind
    said: str | float | None
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Drafts:
    """The replies of a model by question, and which model it was."""

    model: str
    replies: Mapping[str, Sequence[Reply]] = field(default_factory=dict)


def name_of(question: str, as_of: str | Moment | None, history: Sequence[str]) -> str:
    """Return the name of a question as asked: its words, its day, and the questions before it."""
    return json.dumps([question, plain(as_of), list(history)], ensure_ascii=False)


class Recording(Around):
    """A model that passes everything on to another one and keeps what it says."""

    def __init__(self, model: Model) -> None:
        """Keep what ``model`` says, by the question that was announced with ``begin``."""
        super().__init__(model)
        self._question = ""
        self.kept: dict[str, list[Reply]] = {}

    def begin(self, question: str) -> None:
        """Say which question the next requests belong to."""
        self._question = question
        self.kept[question] = []

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield what the model behind says and keep it, as far as it was read."""
        pieces: list[str] = []
        usage = usage or Usage()
        try:
            for piece in self._model.stream(messages, max_tokens=max_tokens, stop=stop, usage=usage):
                pieces.append(piece)
                yield piece
        finally:
            self.kept.setdefault(self._question, []).append(Reply("stream", "".join(pieces), usage.least))

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return the probability that the model behind gives and keep it."""
        said = self._model.yes(messages)
        self.kept.setdefault(self._question, []).append(Reply("yes", said))
        return said


class Replayed:
    """A model that says again what was recorded for a question, each kind of request in its order."""

    ready = True

    def __init__(self, drafts: Drafts) -> None:
        """Give the replies of ``drafts``, by the question that was announced with ``begin``."""
        self._drafts = drafts
        self._streams: deque[Reply] = deque()
        self._probabilities: deque[float | None] = deque()

    def begin(self, question: str) -> None:
        """Say which question the next requests belong to; one without a record has no replies."""
        replies = self._drafts.replies.get(question, ())
        self._streams = deque(reply for reply in replies if reply.kind == "stream")
        self._probabilities = deque(
            None if reply.said is None else float(reply.said) for reply in replies if reply.kind == "yes"
        )

    @property
    def name(self) -> str:
        """The name of the model that was recorded."""
        return f"{self._drafts.model} (recorded)"

    def wait(self, timeout: float | None = None) -> bool:
        """Return at once: a record is always ready."""
        return True

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield the next recorded words.

        Raises:
            ModelUnavailable: nothing more is recorded for the question.
        """
        if not self._streams:
            raise ModelUnavailable("no further draft is recorded for this question: record anew with `qa eval record`")
        reply = self._streams.popleft()
        if usage is not None:
            usage.least = reply.least
        yield str(reply.said)

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return the next recorded probability; None, as of a back end that cannot tell, when there is no more."""
        return self._probabilities.popleft() if self._probabilities else None

    def close(self) -> None:
        """Do nothing: a record holds nothing open."""


@dataclass(frozen=True, slots=True)
class Announced:
    """An archive whose model is told which question comes next."""

    news: Asked
    model: Recording | Replayed

    def ask(self, question: str, *, as_of: str | Moment | None = None, history: Sequence[Answer] = ()) -> Answer:
        """Announce the question, then ask it."""
        self.model.begin(name_of(question, as_of, [turn.question for turn in history]))
        return self.news.ask(question, as_of=as_of, history=history)

    def article(self, article_id: str) -> Article:
        """Return an article as it is stored."""
        return self.news.article(article_id)

    def info(self) -> Mapping[str, Any]:
        """Say which archive this is."""
        return self.news.info()


def write(path: Path, drafts: Drafts) -> None:
    """Write the replies, a question a line, behind a line that names the model."""
    lines = [json.dumps({"model": drafts.model})]
    for question, replies in drafts.replies.items():
        said = [list(_plain(reply)) for reply in replies]
        lines.append(json.dumps({"question": question, "replies": said}, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _plain(reply: Reply) -> Iterator[str | float | None]:
    yield reply.kind
    yield reply.said if reply.kind == "stream" else _rounded(reply.said)
    if reply.least is not None:
        yield _rounded(reply.least)


def _rounded(said: str | float | None) -> float | None:
    return None if said is None else round(float(said), 5)


def read(path: Path) -> Drafts:
    """Read recorded replies.

    Raises:
        EvalError: there are none at ``path``.
    """
    try:
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        model = json.loads(head)["model"]
        return Drafts(model, dict(_line(line) for line in lines))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvalError(f"{str(path)!r} holds no recorded drafts ({error!r}): `qa eval record` makes them") from error


def _line(line: str) -> tuple[str, list[Reply]]:
    held = json.loads(line)
    return held["question"], list(_replies(held["replies"]))


def _replies(held: Iterable[Any]) -> Iterator[Reply]:
    for kind, said, *least in held:
        if kind not in ("stream", "yes"):
            raise ValueError(f"a reply of the kind {kind!r}")
        yield Reply(kind, said, *least)
