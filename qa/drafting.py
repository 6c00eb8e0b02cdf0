"""Who drafts for one question: the model that is lent, where it fails its spare, else nobody, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from qa.errors import ModelError
from qa.extracts import Extract
from qa.generate import Draft, Drafter
from qa.llm import Model
from qa.llm.standby import Lent
from qa.prompts import Prompt
from qa.questions import Query
from qa.types import Mode


class Drafting:
    """The drafting of one question's answer.

    Args:
        lend: lends a model; called at :meth:`begin`, since it may wait for one.
        prompts: the prompt files.
        query: the question as a model reads it.
    """

    def __init__(self, lend: Callable[[], Lent], prompts: Mapping[str, Prompt], query: Query) -> None:
        self._lend = lend
        self._prompts = prompts
        self._query = query
        self._model: Model | None = None
        self._spare: Callable[[], Lent] | None = None
        self._drafter: Drafter | None = None
        self.mode: Mode = "extractive"
        self.notes: list[str] = []
        """What an answer says about who worded it, and why nobody else did."""

    @property
    def name(self) -> str:
        """The name of the model that drafts, "" for none."""
        return self._model.name if self._model else ""

    @property
    def tokens(self) -> Mapping[str, int]:
        """The tokens read and written so far."""
        return self._drafter.tokens if self._drafter else {}

    @property
    def drafts(self) -> bool:
        """Whether there is a model that has drafted."""
        return self._drafter is not None and self._model is not None

    def begin(self) -> None:
        """Borrow a model."""
        self._use(self._lend())

    def draft(self, chosen: Sequence[Extract]) -> Draft | None:
        """Return what a model makes of the extracts: the one lent, where it fails its spare, else nobody."""
        while self._model is not None:
            self._drafter = Drafter(self._model, self._prompts, self._query, chosen)
            try:
                return self._drafter.draft()
            except ModelError as error:
                self._failed(error)
        self._drafter = None
        return None

    def alone(self, group: Sequence[Extract]) -> Draft | None:
        """Return what the same model makes of one article's sentences; None where it is gone.

        Raises:
            ModelError: the model does not answer any more.
        """
        if self._model is None or self._drafter is None:
            return None
        return Drafter(self._model, self._prompts, self._query, group, usage=self._drafter.usage).draft()

    def prose(self) -> Iterator[str]:
        """Yield the words of the drafted sentences as they come.

        Raises:
            ModelError: the model does not answer any more.
        """
        if self._drafter is not None:
            yield from self._drafter.prose()

    def without(self, error: ModelError) -> None:
        """Go on without the model, and say so: an outage is visible, and the archive's own sentences remain."""
        self._model = None
        self.mode = "extractive"
        self.notes.append(f"The language model did not answer ({error}); these are the archive's own sentences.")

    def _use(self, lent: Lent) -> None:
        self._spare, self._model, self.mode = lent.spare, lent.model, lent.mode
        if lent.note:
            self.notes.append(lent.note)

    def _failed(self, error: ModelError) -> None:
        """Go on with the spare model where there is one, else without a model."""
        lent = self._spare() if self._spare is not None else None
        if lent is None or lent.model is None:
            self.without(error)
            return
        self._use(replace(lent, note=f"The language model did not answer ({error}); the fallback model does."))
