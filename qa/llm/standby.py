"""Who words answers just now: the model, the fallback model, or nobody, and what an answer says about it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from qa.budget import UNBOUNDED, Budget
from qa.errors import InputError, ModelError
from qa.llm import Model, load
from qa.llm.breaker import Breaker
from qa.llm.watched import Watched
from qa.settings import Settings
from qa.types import Mode

Progress = Callable[[int, int | None, str], None]
"""Called with (done, total or None, what is being done)."""


@dataclass(frozen=True, slots=True)
class Lent:
    """Who words one answer. ``model`` is None for an extractive answer, and ``note`` then says why it is one.

    ``spare`` lends who words it where this model fails at it; None where nobody else can.
    """

    model: Model | None
    mode: Mode
    note: str = ""
    spare: Callable[[], Lent] | None = None


class Standby:
    """Holds the model that the settings name. It begins to load at :meth:`start`, in the background.

    Args:
        settings: names the model.
        model: one to use instead.
        wait: whether :meth:`lend` waits for a model that is being fetched or loaded.
        spare: holds the model that words answers while this one cannot.
    """

    def __init__(
        self, settings: Settings, *, model: Model | None = None, wait: bool = True, spare: Standby | None = None
    ) -> None:
        self._settings = settings
        self._spare = spare if spare is not None else _fallback(settings)
        self.breaker = Breaker()
        self._model = model
        self._wait = wait
        self._error = ""
        self._doing = ""
        self._started = model is not None
        self._lock = threading.Lock()

    def start(self, progress: Progress | None = None) -> None:
        """Begin to fetch and load the model, once, and the fallback model beside it."""
        if self._spare is not None:
            self._spare.start(None)
        with self._lock:
            if self._started or self._settings.llm == "none":
                return
            self._started = True

            def report(done: int, total: int | None, what: str) -> None:
                whole = total is not None and done >= total
                self._doing = "loading" if whole else f"{what}, {100 * done // total} %" if total else what
                if progress is not None:
                    progress(done, total, what)

            try:
                self._model = load(self._settings, progress=report)
            except ModelError as error:
                self._error = str(error)

    def lend(self, budget: Budget = UNBOUNDED, progress: Progress | None = None) -> Lent:
        """Return who words the next answer, waiting for a model that is on its way when told so at the beginning.

        Args:
            budget: the time that the models have for this question.
            progress: told how far a model is that is fetched or loaded for this.
        """
        self.start(progress)
        lent = self._own(budget)
        return lent if lent.model is not None else self._instead(lent, budget)

    def _own(self, budget: Budget) -> Lent:
        model = self._model
        if model is None:
            note = f"The language model cannot be used: {self._error}." if self._error else ""
            return Lent(None, "extractive", note)
        if self._wait:
            model.wait(budget.remaining if budget.bounded else None)
        elif not model.ready:
            return Lent(None, "extractive", f"{self.state}; these are the archive's own sentences.")
        if not self.breaker.allows():
            return Lent(None, "extractive", f"{self._resting()}; these are the archive's own sentences.")
        spare = self._spare
        return Lent(
            Watched(model, self.breaker, budget), "model", spare=(lambda: _as_spare(spare, budget)) if spare else None
        )

    def _instead(self, lent: Lent, budget: Budget) -> Lent:
        """Return the fallback model where it can be used, else ``lent``."""
        found = _as_spare(self._spare, budget) if self._spare is not None else lent
        return found if found.model is not None else lent

    def _resting(self) -> str:
        return f"The language model failed several times ({self.breaker.why}) and is left alone for a moment"

    @property
    def state(self) -> str:
        """Return in words which model answers, or what is missing for it."""
        own = self._own_state()
        spare = self._spare
        if own.startswith("extractive mode") and spare is not None and spare.usable:
            assert spare._model is not None
            return f"fallback model: {spare._model.name} ({own.removeprefix('extractive mode: ')})"
        return own

    @property
    def usable(self) -> bool:
        """Whether the model would be lent now."""
        return self._model is not None and self._model.ready and self.breaker.wait == 0

    @property
    def mode(self) -> Mode:
        """Who would word an answer now."""
        if self.usable:
            return "model"
        return "fallback" if self._spare is not None and self._spare.usable else "extractive"

    def _own_state(self) -> str:
        if self._settings.llm == "none" and self._model is None:
            return "extractive mode: no language model is used"
        if self._error:
            return f"extractive mode: {self._error}"
        if self._model is None:
            return "the language model starts with the first question"
        if self._model.ready and self.breaker.wait > 0:
            return f"extractive mode: {self._resting()}"
        if self._model.ready:
            return f"model: {self._model.name}"
        return f"extractive mode: the language model is not ready yet ({self._doing or 'loading'})"

    def close(self) -> None:
        """End the models' processes."""
        if self._model is not None:
            self._model.close()
        if self._spare is not None:
            self._spare.close()


def _fallback(settings: Settings) -> Standby | None:
    """Return a holder of the fallback model, None where none is set. A question never waits for it to load."""
    if settings.fallback_llm == "none":
        return None
    named = {
        "llm": settings.fallback_llm,
        "llm_model": settings.fallback_model,
        "llm_url": settings.fallback_url,
        "llm_key": settings.fallback_key,
        "fallback_llm": "none",
    }
    return Standby(settings.model_copy(update=named), wait=False)


def _as_spare(spare: Standby, budget: Budget) -> Lent:
    """Return the fallback model as such."""
    try:
        lent = spare.lend(budget)
    except InputError as error:
        return Lent(None, "extractive", f"The fallback model cannot be used: {error}.")
    if lent.model is None:
        return lent
    return Lent(lent.model, "fallback", "The language model could not be used; the fallback model words this answer.")
