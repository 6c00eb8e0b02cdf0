from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qa.encoders import HashEncoder
from qa.index import Index
from qa.ingest import Read, finish

OPENING = "The delegations met in the palace on the Bosphorus and spoke for four hours about the guarantees. "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[Index]:
    with Index.open(folder, encoder=HashEncoder(), create=True) as opened:
        yield opened


@pytest.fixture
def article() -> Callable[..., Read]:
    def make(body: str, day: int = 0, **fields: Any) -> Read:
        if day:
            fields.setdefault("published", date(2022, 3, day))
        read = finish(Read("", body=body, **fields))
        assert isinstance(read, Read)
        return read

    return make
