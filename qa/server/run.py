"""Listening: one process, a graceful stop, and no start where everybody could read."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from qa import spans
from qa.errors import InputError
from qa.server import app, logs
from qa.server.service import Service
from qa.server.serving import Serving, checked
from qa.settings import Settings

_log = logging.getLogger(__name__)
AFTER_GRACE = 5
"""Seconds beyond the grace period after which open connections are closed, and for the last spans to be sent."""


def serve(service: Service, *, host: str, port: int, page: bool = True, say: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl-C; running questions are ended in words.

    Args:
        service: what is served.
        host: where to listen.
        port: 0 takes a free one.
        page: whether the chat page is served too.
        say: told the address.

    Raises:
        InputError: it would not be safe, or the port cannot be used.
    """
    import uvicorn

    settings = checked(service.serving, host)
    logs.install(secrets_of(settings))
    application = app.build(service, listens=host, page=page)
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # callers.py reads them, from proxies that are believed only
        timeout_keep_alive=15,
        timeout_graceful_shutdown=int(settings.grace) + AFTER_GRACE,
        h11_max_incomplete_event_size=32_768,
        ws="none",
    )
    exporter = spans.export() if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") else None
    server = _Server(config, service, say)
    try:
        sock = config.bind_socket()
    except SystemExit:
        raise InputError(f"Port {port!r} of {host!r} cannot be used: give another, such as --port 0.") from None
    try:
        service.warm()
        # The server ends with the signal that it got: by then everything is closed, and that is no failure.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        server.run(sockets=[sock])
    finally:
        if exporter is not None:
            spans.end(exporter, within=AFTER_GRACE)


def secrets_of(serving: Serving) -> list[str]:
    """Return what must never be in a log."""
    settings = Settings()
    keys = (settings.llm_key, settings.fallback_key)
    return [*serving.tokens, *serving.read_tokens, *(key.get_secret_value() for key in keys)]


def _server_class() -> Any:
    import uvicorn

    class Server(uvicorn.Server):
        """Tells the service of a signal at once: what runs is then bounded by the grace period."""

        def __init__(self, config: Any, service: Service, say: Callable[[str], None]) -> None:
            super().__init__(config)
            self._service, self._say = service, say

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            self._service.stop()
            super().handle_exit(sig, frame)

        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            for sock in sockets or ():
                name, number = sock.getsockname()[:2]
                self._say(f"Serving at http://{f'[{name}]' if ':' in name else name}:{number} (Ctrl-C ends it)")

    return Server


def _Server(config: Any, service: Service, say: Callable[[str], None]) -> Any:
    return _server_class()(config, service, say)


def speak_mcp(service: Service) -> None:
    """Serve MCP over standard input and output until the input ends."""
    from qa.server import tools

    logs.install(secrets_of(service.serving))
    service.warm()
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))
    asyncio.run(tools.server(service).run_stdio_async())


def opened(index: Path, news: Any, serving: Serving, *, read_only: bool, say: Callable[[str], None]) -> Any:
    """Return a context that yields the service of an open archive, its conversations beside it."""
    from contextlib import contextmanager

    from qa.ui.desk import Desk

    @contextmanager
    def beside() -> Any:
        with Desk.beside(news, index, read_only=read_only, say=say) as desk:
            yield Service(news, desk.store, serving, read_only=read_only)

    return beside()
