"""A service around a real archive with a hash encoder and a scripted model, served on a free port of loopback."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from service_fakes import ARTICLES, Scripted

from qa import NewsQA
from qa.conversations import Store
from qa.encoders import HashEncoder
from qa.server.service import Service
from qa.server.serving import Serving
from qa.settings import Settings


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a few articles, never written to."""
    root = tmp_path_factory.mktemp("served")
    (root / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(root / "articles.jsonl").added == len(ARTICLES)
    return root / "index"


@contextmanager
def serving_at(service: Service, *, page: bool = False, listens: str = "127.0.0.1") -> Iterator[str]:
    """Serve in a thread and yield the address."""
    import uvicorn

    from qa.server import app

    config = uvicorn.Config(
        app.build(service, listens=listens, page=page), log_config=None, access_log=False, ws="none",
        timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.02)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60)
        sock.close()
        assert not thread.is_alive()


Make = Callable[..., Any]


@contextmanager
def made(
    index: Path, model: Scripted | None = None, *, read_only: bool = True, open_as: bool = True, **settings: Any
) -> Iterator[Service]:
    """Yield a service around an index; ``settings`` are those of the service."""
    settings = {"rate": 0, "grace": 2, **settings}
    news = NewsQA.open(
        index, encoder=HashEncoder(), model=model, settings=Settings(llm="none"), extractive=model is None,
        read_only=open_as,
    )  # fmt: skip
    store = Store()
    try:
        yield Service(news, store, Serving(**settings), read_only=read_only)
    finally:
        store.close()
        news.close()


def client(base: str, **headers: str) -> httpx.Client:
    """A client that talks to loopback alone and waits long on a busy machine."""
    return httpx.Client(base_url=base, headers=headers, timeout=120, trust_env=False)


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
