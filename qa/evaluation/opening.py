"""Opening archives for measurement: one encoder and one model for all of them, loaded at most once."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from qa.encoders import Encoder
from qa.errors import ModelUnavailable
from qa.evaluation.bench import Progress
from qa.llm import Model, load, store
from qa.llm.around import Lasting
from qa.llm.catalogue import READER
from qa.llm.pull import pull
from qa.news import NewsQA
from qa.reader import Reader
from qa.settings import Settings

if TYPE_CHECKING:
    from typing import Any


class Opener:
    """Opens archives with the settings under measurement.

    A model that cannot be had is an error here, where the product would go on with the archive's own sentences: a run
    with the model must not quietly measure one without.
    """

    def __init__(
        self, settings: Settings, encoder: Encoder, *, extractive: bool = False, progress: Progress | None = None
    ) -> None:
        """Take what every archive is opened with; ``extractive`` means that no model is ever used."""
        self.settings = settings
        self.encoder = encoder
        self.extractive = extractive or settings.llm == "none"
        self._progress = progress
        self._model: Model | None = None

    @property
    def setup(self) -> dict[str, Any]:
        """What a run's configuration says about model and settings."""
        left_out = {"cache", "llm_key", "llm_timeout", "encoder", "reranker", "question_limit"}
        left_out |= {"chroma_url", "chroma_token"}
        held = self.settings.model_dump(mode="json", exclude=left_out)
        held |= {"reader": "large" if store.status_of(READER, self.settings.cache).usable else "small"}
        return held | {"llm": "none", "llm_model": ""} if self.extractive else held

    def model(self) -> Model | None:
        """Return the model, loading it when it is first wanted, and the large reader with it; None where extractive.

        Raises:
            ModelError: it cannot be had.
        """
        if self._model is None and not self.extractive:
            pull(READER, self.settings.cache, self._progress)
            self._model = load(self.settings, progress=self._progress)
            if self._model is not None and not self._model.wait(None):
                raise ModelUnavailable(
                    f"the model {self._model.name!r} does not become ready: see `qa models list`, or measure --no-model"
                )
        return Lasting(self._model) if self._model is not None else None

    def creating(self, path: Path) -> NewsQA:
        """Open an archive to take articles in, making it where there is none."""
        return NewsQA.open(path, create=True, settings=self.settings, encoder=self.encoder, extractive=True)

    def searching(self, path: Path, *, reader: Reader | None = None) -> NewsQA:
        """Open an archive to search, or to ask with ``reader`` or the best one here; no language model is loaded."""
        return NewsQA.open(path, settings=self.settings, encoder=self.encoder, reader=reader, extractive=True)

    def asking(self, path: Path, *, model: Model | None = None) -> NewsQA:
        """Open an archive to ask, with ``model`` or the one under measurement."""
        lent = model or self.model()
        return NewsQA.open(
            path, settings=self.settings, encoder=self.encoder, model=lent, extractive=self.extractive and lent is None
        )

    def close(self) -> None:
        """End the model."""
        if self._model is not None:
            self._model.close()
            self._model = None

    def __enter__(self) -> Opener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
