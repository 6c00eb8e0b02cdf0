"""Who words what a sentence of an article cannot say by itself: the model lent, where it fails its spare, or nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from qa.errors import ModelError
from qa.extracts import Extract
from qa.generate import Drafter
from qa.llm import Model
from qa.llm.standby import Lent
from qa.prompts import Prompt
from qa.questions import Query
from qa.types import Mode


class Drafting:
    """The drafting of one question's answer.

    Args:
        lend: lends a model; called where one is needed, since it may wait for one.
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

    def prose(self, chosen: Sequence[Extract]) -> Iterator[str]:
        """Yield the words of sentences on the extracts as they come; none where there is no model.

        A model that fails before its first word gives way to its spare; one that fails later to the archive's own
        sentences.
        """
        self._use(self._lend())
        while self._model is not None:
            self._drafter = Drafter(self._model, self._prompts, self._query, chosen)
            begun = False
            try:
                for word in self._drafter.prose():
                    begun = True
                    yield word
                return
            except ModelError as error:
                if begun:
                    self.without(error)
                else:
                    self._failed(error)

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
