"""Cross-encoders: a model that reads the question and a passage together, and says how well they go together."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from qa.encoders.located import digest, located
from qa.errors import ModelCorrupt, ModelUnavailable
from qa.settings import Settings

_BATCH = 8
_VARIABLE = "DATELINE_RERANKER"


class Reranker(Protocol):
    """Scores passages for a question. ``fingerprint`` changes with anything that changes a score."""

    @property
    def fingerprint(self) -> str:
        """Name what made the scores."""
        ...

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return a score for each text, the higher the better; the scale is the model's own."""
        ...


def load_reranker(settings: Settings) -> CrossEncoder | None:
    """Return the re-ranker that the settings name, without importing torch yet; None where they name none.

    Raises:
        ModelMissing: there is none of that name.
        ModelCorrupt: it is no model with safetensors weights.
    """
    if not settings.reranker:
        return None
    return CrossEncoder(located(settings.reranker, what="re-ranker", variable=_VARIABLE, marks="config.json"))


class CrossEncoder:
    """A sentence-transformers CrossEncoder in a folder: float32, on the CPU, never asking a network.

    Safe to use from several threads; questions are scored one at a time.
    """

    def __init__(self, folder: Path) -> None:
        """Look at nothing yet."""
        self._folder = folder
        self._lock = threading.Lock()
        self._model: Any = None
        self._print = ""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the files that change a score; read once."""
        if not self._print:
            self._print = f"ce-{digest(self._folder)[:24]}"
        return self._print

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return a score for each text.

        Raises:
            ModelUnavailable: the model cannot be loaded or run.
            ModelCorrupt: it gives no single number for a pair.
        """
        if not texts:
            return []
        with self._lock:
            try:
                model = self._loaded()
                pairs = [(question, text) for text in texts]
                found = np.asarray(model.predict(pairs, batch_size=_BATCH, show_progress_bar=False), np.float64)
            except Exception as error:  # the edge: many libraries raise here, and it is one thing to us
                raise ModelUnavailable(
                    f"the re-ranker in {str(self._folder)!r} cannot be used ({type(error).__name__}: {error}):"
                    f" set {_VARIABLE} to another, or unset it"
                ) from error
        if found.shape != (len(texts),) or not np.isfinite(found).all():
            raise ModelCorrupt(
                f"the model in {str(self._folder)!r} gives no single finite number for a question and a passage,"
                f" as a re-ranker does: set {_VARIABLE} to another, or unset it"
            )
        return [float(each) for each in found]

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
            os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
            import sentence_transformers
            import torch

            self._model = sentence_transformers.CrossEncoder(
                str(self._folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"dtype": torch.float32, "use_safetensors": True},
            )
        return self._model
