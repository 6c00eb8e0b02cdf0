"""Making a service for a test: around an index, served on a free port of loopback, with a client for it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from service_fakes import Scripted

from qa import NewsQA
from qa.conversations import Store
from qa.encoders import HashEncoder
from qa.server.service import Service
from qa.server.serving import Serving
from qa.settings import Settings


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


@contextmanager
def made(
    index: Path,
    model: Scripted | None = None,
    *,
    read_only: bool = True,
    open_as: bool = True,
    encoder: HashEncoder | None = None,
    **settings: Any,
) -> Iterator[Service]:
    """Yield a service around an index; ``settings`` are those of the service."""
    settings = {
        "rate": 0,
        "grace": 2,
        "deadline": 600,
        "patience": 300,
        **settings,
    }  # a busy machine is slow, not wrong
    news = NewsQA.open(
        index, encoder=encoder or HashEncoder(), model=model, settings=Settings(llm="none"), extractive=model is None,
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
