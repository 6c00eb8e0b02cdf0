"""Refuses what another site's page sends here: it cannot read the answer, but a command would be done all the same."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

_READING = frozenset(("GET", "HEAD", "OPTIONS"))


class OwnPagesOnly:
    """ASGI middleware that answers 403 to a request that changes something and comes from another origin."""

    def __init__(self, app: App) -> None:
        """Stand before ``app``."""
        self._app = app

    async def __call__(
        self, scope: Scope, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http" or scope["method"] in _READING or own(scope):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": b"This address is for its own page only."})


def own(scope: Scope) -> bool:
    """Whether a request comes from a page of the same host and port, or from no page at all."""
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get(b"sec-fetch-site") in ("cross-site", "same-site"):
        return False
    origin = headers.get(b"origin")
    return origin is None or urlsplit(origin).netloc == headers.get(b"host")
