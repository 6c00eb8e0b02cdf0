"""The chat page inside the service: one for who may write, a read-only one for the others, both on the one queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from qa.server.callers import Caller
from qa.server.gate import CALLER
from qa.server.service import Service, queued
from qa.ui.app import page_options
from qa.ui.desk import Desk
from qa.ui.origin import Scope
from qa.ui.page import build


class Pages:
    """An ASGI application that gives each caller the page for what they may do."""

    def __init__(self, service: Service) -> None:
        """Prepare; the pages are built when ``running`` is entered."""
        self._service = service
        self._reading: Any = None
        self._writing: Any = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve a request by the caller's page."""
        caller: Caller | None = scope.get(CALLER)
        scope["dateline.face"] = "page"
        writes = caller is not None and caller.writes and self._writing is not None
        chosen = self._writing if writes else self._reading
        await chosen(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Build the pages and run what they need beside requests, such as their queues.

        In the loop that serves them: outside a running one Gradio makes loops of its own and never closes them.
        """
        news, store = queued(self._service), self._service.store
        self._reading = _mounted(Desk(news, store, True))
        self._writing = None if self._service.read_only else _mounted(Desk(news, store, False))
        async with AsyncExitStack() as stack:
            for app in filter(None, (self._reading, self._writing)):
                await stack.enter_async_context(app.router.lifespan_context(app))
            yield


def _mounted(desk: Desk) -> Any:
    """Return the page around a desk, with nothing else served and no file allowed."""
    import gradio as gr
    from fastapi import FastAPI

    return gr.mount_gradio_app(
        FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        build(desk.news, desk),
        "/",
        allowed_paths=[],
        show_error=False,
        max_file_size="5mb",
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        run_history=False,
        **page_options(),
    )
