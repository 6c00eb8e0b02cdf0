"""A service around a real archive with a hash encoder and a scripted model, served on a free port of loopback."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from service_fakes import ARTICLES, Scripted
from service_making import client, made, serving_at

from qa import NewsQA
from qa.encoders import HashEncoder
from qa.server.service import Service


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a few articles, never written to."""
    root = tmp_path_factory.mktemp("served")
    (root / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(root / "articles.jsonl").added == len(ARTICLES)
    return root / "index"


@pytest.fixture(scope="module")
def model() -> Scripted:
    """The model of the service."""
    return Scripted()


@pytest.fixture(scope="module")
def service(archive: Path, model: Scripted) -> Iterator[Service]:
    """A service that may be asked and read."""
    with made(archive, model) as one:
        yield one


@pytest.fixture(scope="module")
def base(service: Service) -> Iterator[str]:
    """Its address."""
    with serving_at(service) as address:
        yield address


@pytest.fixture(scope="module")
def http(base: str) -> Iterator[httpx.Client]:
    """A client of it."""
    with client(base) as one:
        yield one
