"""A public fake: a model that says what it was told to say, and can be wrong, slow or broken."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa.errors import ModelUnavailable
from qa.llm.base import Message, Usage

Reply = str | BaseException | Callable[[Sequence[Message]], str]
"""A text, an exception to raise, or a function from the prompt to the text."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was made: its kind (``stream`` or ``yes``), prompt, and what came of it."""

    kind: str
    messages: tuple[Message, ...]
    reply: str | float | None
    finished: bool


class ScriptedModel:
    """A model with a queue of replies and a history of calls.

    Args:
        replies: what successive ``stream`` calls write; the queue must not run dry unless ``default`` is given.
        yes: what successive ``yes`` calls return; the last one repeats, and without any the answer is None.
        default: the reply when the queue is empty.
        delay: seconds before each piece of a reply.
        ready: whether the model says that it is ready.
        least: how sure each whole reply is said to be, as :class:`qa.llm.Usage` has it.
    """

    def __init__(
        self,
        replies: Iterable[Reply] = (),
        *,
        yes: Iterable[float | BaseException | None] = (),
        default: Reply | None = None,
        delay: float = 0.0,
        ready: bool = True,
        least: float | None = None,
    ) -> None:
        self.replies: deque[Reply] = deque(replies)
        self.answers: deque[float | BaseException | None] = deque(yes)
        self.default = default
        self.delay = delay
        self.ready = ready
        self.least = least
        self.history: list[Call] = []
        self.closed = False

    @property
    def name(self) -> str:
        """The fake's name in traces."""
        return "scripted"

    def wait(self, timeout: float | None = None) -> bool:
        """Return whether the fake was made ready; it never waits."""
        return self.ready

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield the next reply word by word, at most ``max_tokens`` words, up to the first stop string.

        Raises:
            ModelUnavailable: the queue is empty and there is no default.
        """
        reply = self.replies.popleft() if self.replies else self.default
        if reply is None:
            raise ModelUnavailable("the scripted model has no reply left; give it more, or a default")
        if isinstance(reply, BaseException):
            self.history.append(Call("stream", tuple(messages), None, False))
            raise reply
        text = reply if isinstance(reply, str) else reply(messages)
        for mark in stop:
            text = text.split(mark, 1)[0]
        written: list[str] = []
        pieces = re.findall(r"\s*\S+\s*$|\s*\S+", text)[:max_tokens]
        finished = False
        try:
            for piece in pieces:
                time.sleep(self.delay)
                written.append(piece)
                yield piece
                if usage is not None:
                    usage.reply += 1
            finished = True
            if usage is not None:
                usage.least = self.least
        finally:
            self.history.append(Call("stream", tuple(messages), "".join(written), finished))

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return the next probability; the last one repeats."""
        time.sleep(self.delay)
        answer: float | BaseException | None = None
        if self.answers:
            answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            self.history.append(Call("yes", tuple(messages), None, False))
            raise answer
        self.history.append(Call("yes", tuple(messages), answer, True))
        return answer

    def close(self) -> None:
        """Remember that the model was closed."""
        self.closed = True
