"""A model around another one: everything is passed on, and what stands around it overrides what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.llm.base import Message, Model, Usage


class Around:
    """``model`` as it is."""

    def __init__(self, model: Model) -> None:
        """Stand around ``model``."""
        self._model = model

    @property
    def name(self) -> str:
        """The name of the model inside."""
        return self._model.name

    @property
    def ready(self) -> bool:
        """Whether the model inside is ready."""
        return self._model.ready

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the model inside, as :meth:`qa.llm.Model.wait`."""
        return self._model.wait(timeout)

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: Sequence[str] = (), usage: Usage | None = None
    ) -> Iterator[str]:
        """Yield what the model inside writes, as :meth:`qa.llm.Model.stream`."""
        return self._model.stream(messages, max_tokens=max_tokens, stop=stop, usage=usage)

    def yes(self, messages: Sequence[Message]) -> float | None:
        """Return what the model inside gives, as :meth:`qa.llm.Model.yes`."""
        return self._model.yes(messages)

    def close(self) -> None:
        """Close the model inside."""
        self._model.close()


class Lasting(Around):
    """A model that outlives what it is lent to: closing it does nothing."""

    def close(self) -> None:
        """Leave it open for who comes next."""
