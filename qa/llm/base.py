"""The narrow face that every language model shows to the rest of the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

Role = Literal["system", "user", "assistant"]
"""Who speaks in a prompt."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a prompt. ``text`` may hold untrusted words: every model neutralises special tokens in it."""

    role: Role
    text: str


@dataclass(slots=True)
class Usage:
    """Tokens that requests read and wrote, counted by the backend; one that cannot count adds nothing.

    ``least`` is the probability of the least sure token of the last reply, in 0…1; None where it is not told.
    """

    prompt: int = 0
    reply: int = 0
    least: float | None = None


@runtime_checkable
class Model(Protocol):
    """A language model that writes at temperature 0.

    The prompts of one question should share their first bytes (system message, then evidence) and differ at the end
    only, so that a local engine reads the shared part once.
    """

    @property
    def name(self) -> str:
        """The model's name, as it appears in an answer's trace."""

    @property
    def ready(self) -> bool:
        """Whether a request would be served now, without waiting for a download or a load."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to ``timeout`` seconds until the model is ready and return whether it is."""

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield the reply in pieces as they are written. Closing the iterator cancels the request.

        Args:
            messages: the prompt, constant part first.
            max_tokens: the longest reply, in tokens of the model.
            stop: strings that end the reply and are not part of it.
            usage: where the tokens read and written are added, and how sure the reply is.

        Raises:
            ModelError: the model cannot be used; ``ModelUnavailable`` when it does not answer in time.
        """

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return P(Yes) / (P(Yes) + P(No)) for the next token, or None when the backend cannot tell.

        Raises:
            ModelError: the model cannot be used.
        """

    def close(self) -> None:
        """Free what the model holds. A closed model is not used again."""
