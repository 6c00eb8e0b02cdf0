"""Who drafts just now: the model when it is there, and what an answer says about it when it is not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from qa.errors import ModelError
from qa.llm import Model, load
from qa.settings import Settings
from qa.types import Mode

Progress = Callable[[int, int | None, str], None]
"""Called with (done, total or None, what is being done)."""


@dataclass(frozen=True, slots=True)
class Lent:
    """Who words one answer. ``model`` is None for an extractive answer, and ``note`` then says why it is one."""

    model: Model | None
    mode: Mode
    note: str = ""


class Standby:
    """Holds the model that the settings name. It begins to load at :meth:`start`, in the background.

    Args:
        settings: names the model.
        model: one to use instead.
        wait: whether :meth:`lend` waits for a model that is being fetched or loaded.
    """

    def __init__(self, settings: Settings, *, model: Model | None = None, wait: bool = True) -> None:
        self._settings = settings
        self._model = model
        self._wait = wait
        self._error = ""
        self._doing = ""
        self._started = model is not None
        self._lock = threading.Lock()

    def start(self, progress: Progress | None = None) -> None:
        """Begin to fetch and load the model, once."""
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

    def lend(self) -> Lent:
        """Return who words the next answer, waiting for a model that is on its way when told so at the beginning."""
        self.start()
        model = self._model
        if model is None:
            note = f"The language model cannot be used: {self._error}." if self._error else ""
            return Lent(None, "extractive", note)
        if self._wait:
            model.wait(None)
        elif not model.ready:
            return Lent(None, "extractive", f"{self.state}; these are the archive's own sentences.")
        return Lent(model, "model")

    @property
    def state(self) -> str:
        """Return in words which model answers, or what is missing for it."""
        if self._settings.llm == "none" and self._model is None:
            return "extractive mode: no language model is used"
        if self._error:
            return f"extractive mode: {self._error}"
        if self._model is None:
            return "the language model starts with the first question"
        if self._model.ready:
            return f"model: {self._model.name}"
        return f"extractive mode: the language model is not ready yet ({self._doing or 'loading'})"

    def close(self) -> None:
        """End the model's process."""
        if self._model is not None:
            self._model.close()
