"""Language models: one narrow face, and the local, remote and scripted models behind it.

``load(settings)`` returns the configured model at once and starts it in the background.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from qa.errors import ModelMissing
from qa.llm.base import Message, Model, Role, Usage
from qa.llm.catalogue import DEFAULT, language_model
from qa.llm.scripted import ScriptedModel
from qa.llm.special import neutralise
from qa.llm.store import Progress, locate
from qa.settings import Settings

__all__ = ["Message", "Model", "Progress", "Role", "ScriptedModel", "Usage", "load", "neutralise"]


def load(settings: Settings, *, progress: Progress | None = None) -> Model | None:
    """Return the model that the settings name, starting in the background, or None for the provider ``none``.

    Args:
        settings: which provider, model, endpoint, key and deadline.
        progress: where it is given and the local model is missing, the model is fetched in the background and this is
            told; meanwhile the model is not ready, and a request raises ``ModelUnavailable`` with how far it is.

    Raises:
        ModelMissing: the local model is not in the cache and no ``progress`` was given.
        ModelCorrupt: its file is not the one demanded and no ``progress`` was given.
        ModelError: the optional package of the provider is not installed.
        InputError: a name or address is missing or unknown.
    """
    if settings.llm == "none":
        return None
    if settings.llm == "openai":
        from qa.llm.remote import openai_model

        return openai_model(settings)
    if settings.llm == "anthropic":
        from qa.llm.anthropic import anthropic_model

        return anthropic_model(settings)
    return _local(settings, progress)


def _local(settings: Settings, progress: Progress | None) -> Model:
    """Return the local model: one of the catalogue, or a file or folder of the user's own."""
    from qa.llm.local import Deadlines, LocalModel

    wanted, deadlines = settings.llm_model or DEFAULT, Deadlines(total=settings.llm_timeout)
    own = Path(wanted).expanduser()
    if own.suffix == ".gguf" or os.sep in wanted:
        if not own.exists():
            raise ModelMissing(f"there is no model at {wanted!r}; set DATELINE_LLM_MODEL to a file or a known name")
        return LocalModel(lambda: own, name=own.stem, deadlines=deadlines)
    name = language_model(wanted).name
    if progress is None:
        path = locate(name, settings.cache)
        return LocalModel(lambda: path, name=name, deadlines=deadlines)
    fetch = _Fetch(name, settings.cache, progress)
    return LocalModel(fetch, name=name, deadlines=deadlines, fetching=fetch.state)


class _Fetch:
    """Fetches a model if it is missing, and can say how far it is."""

    def __init__(self, name: str, cache: Path, progress: Progress) -> None:
        self._name, self._cache, self._progress = name, cache, progress
        self._state = ""
        self._lock = threading.Lock()
        self._told = 0.0

    def state(self) -> str:
        """Return a sentence about the download under way, or "" when there is none."""
        return self._state

    def __call__(self) -> Path:
        """Return the model's path, fetching it first where needed."""
        from qa.llm.pull import pull

        with self._lock:
            try:
                return pull(self._name, self._cache, self._tell)
            finally:
                self._state = ""

    def _tell(self, done: int, total: int, what: str) -> None:
        """Remember how far the download is and tell the caller, at most ten times a second."""
        self._state = f"the model {self._name!r} is being fetched: {done * 100 // max(1, total)} % ({what})"
        now = time.monotonic()
        if now - self._told > 0.1 or done in (0, total):
            self._told = now
            self._progress(done, total, what)
