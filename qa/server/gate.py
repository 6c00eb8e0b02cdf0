"""What every request passes first: is there room, is it meant for us, who asks, how often, and how much is sent."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from qa.server.callers import Asking, Caller, Callers
from qa.server.logs import ACCESS
from qa.server.metrics import Metrics
from qa.server.problems import Problem, Refused, told
from qa.server.rates import Rate
from qa.server.serving import Serving, is_loopback, listed
from qa.ui.origin import App, Message, Scope, own

_log = logging.getLogger(__name__)
OPEN = frozenset(("/health", "/ready"))
"""Paths for a load balancer: to whom is not known they tell whether the service lives, and no more."""

COSTS = ("/api/v1/ask", "/api/v1/search", "/api/v1/timeline", "/api/v1/quotes", "/api/v1/jobs", "/v1/chat", "/mcp")
UPLOADS = ("/api/v1/jobs", "/gradio_api/upload")
BODY_SECONDS = 20.0
"""Seconds in which a request's body has to have come."""

WRONG_TOKENS = 10
"""Requests with a wrong token, a minute and address, after which none is looked at for a while."""

LOCAL = frozenset(("127.0.0.1", "localhost", "::1"))
CALLER = "dateline.caller"
_HOST = re.compile(r"^(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[^:\[\]]+))(?::\d+)?$")


@dataclass(slots=True)
class _Told:
    """What the log and the numbers say of a request; ``caller`` is empty until it is known."""

    began: float = field(default_factory=time.monotonic)
    status: int = 0
    caller: str = ""


class Gate:
    """ASGI middleware before everything else. A refusal is a problem object, and quick."""

    def __init__(self, app: App, *, serving: Serving, callers: Callers, metrics: Metrics, listens: str) -> None:
        """Stand before ``app``, which listens on the address ``listens``."""
        self._app, self._serving, self._callers, self._metrics = app, serving, callers, metrics
        named = frozenset(name.lower() for name in listed(serving.hosts))
        self._hosts = named | LOCAL if named or is_loopback(listens) else frozenset()
        self._rate, self._wrong = Rate(serving.rate), Rate(WRONG_TOKENS)
        self._open = 0

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Pass a request on, or refuse it; either way it is counted and logged."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        told_of = _Told()
        name = secrets.token_hex(6)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                told_of.status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_safe(name)]
            await send(message)

        self._open += 1
        try:
            await self._served(scope, receive, noted, told_of)
        finally:
            self._open -= 1
            self._note(scope, told_of, name)

    async def _served(self, scope: Scope, receive: Any, send: Any, told_of: _Told) -> None:
        try:
            asking = _asking(scope)
            self._fits(scope, asking)
            caller = self._callers.of(asking) if scope["path"] in OPEN else self._known(asking)
            if caller is not None:
                told_of.caller = caller.name
                scope[CALLER] = caller
                self._often(scope, caller)
            receive = await self._body(scope, asking, receive)
            await self._app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - the edge: every fault becomes a problem object
            problem = told(error)
            if not told_of.status:
                await _send(problem, send)

    def _fits(self, scope: Scope, asking: Asking) -> None:
        """Refuse what there is no room for, what is meant for another name, and what another site's page sends."""
        if self._open > self._serving.connections:
            detail = f"{self._serving.connections} requests are in work already."
            raise Refused(Problem(503, "Busy", detail=detail, next="Come again.", retry=2))
        host = _HOST.match(asking.headers.get("host", ""))
        name = (host["six"] or host["name"]).lower() if host else ""
        if self._hosts and name not in self._hosts:
            detail = f"This service is not addressed as {name[:80]!r}."
            step = "Set DATELINE_HOSTS on the server where this name is its own."
            raise Refused(Problem(421, "Misdirected", detail=detail, next=step))
        if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not own(scope):
            detail = "A page of another site sent this."
            raise Refused(Problem(403, "Forbidden", detail=detail, next="Use the service's own page, or no browser."))

    def _known(self, asking: Asking) -> Caller:
        """Return who asks; refuse whom nobody knows."""
        caller = self._callers.of(asking)
        if caller is not None:
            return caller
        address = self._callers.address(asking)
        given = bool(asking.headers.get("authorization"))
        if given and (wait := self._wrong.hit(address)):
            detail = "Too many wrong tokens came from this address."
            raise Refused(Problem(429, "Too many requests", detail=detail, next="Wait a minute.", retry=wait))
        step = "Send `Authorization: Bearer TOKEN`; a browser takes the token as the password, with any name."
        detail = "The token is not known." if given else "This service asks who you are."
        challenge = {"www-authenticate": 'Basic realm="Dateline", charset="UTF-8"'}
        raise Refused(Problem(401, "Unauthorized", detail=detail, next=step, headers=challenge))

    def _often(self, scope: Scope, caller: Caller) -> None:
        """Refuse a caller who sends more that costs work than the rate allows."""
        costs = scope["path"].startswith(COSTS) or scope["path"].endswith("/queue/join")
        wait = self._rate.hit(caller.name) if costs else 0.0
        if wait:
            detail = f"More than {self._serving.rate} requests came from you within a minute."
            raise Refused(Problem(429, "Too many requests", detail=detail, next="Slow down.", retry=wait))

    async def _body(self, scope: Scope, asking: Asking, receive: Any) -> Any:
        """Read a body within the limit before anything parses it, and return a ``receive`` that gives it again."""
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return receive
        uploads = any(part in scope["path"] for part in UPLOADS)
        most = self._serving.upload_limit if uploads else self._serving.body_limit
        length = asking.headers.get("content-length", "")
        if length.isdecimal() and int(length) > most:
            raise _too_large(most)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(receive, most)
        except TimeoutError:
            detail = f"The body did not come within {BODY_SECONDS:.0f} s."
            raise Refused(Problem(408, "Too slow", detail=detail, next="Send it again.")) from None
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                message: Message = await receive()
                return message
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return again

    def _note(self, scope: Scope, told_of: _Told, name: str) -> None:
        """Count and log one request: its route, never its path, query or body, which may hold a question."""
        route = _route(scope)
        seconds = time.monotonic() - told_of.began
        method = scope["method"] if scope["method"] in _METHODS else "other"
        status = told_of.status or 499  # the client left before the answer
        self._metrics.request(route=route, method=method, status=status, seconds=seconds)
        line = {"event": "request", "id": name, "method": method, "route": route, "status": status}
        line |= {"ms": round(1000 * seconds, 1), "caller": told_of.caller}
        ACCESS.info("request", extra={"fields": line})


_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


async def _read(receive: Any, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return b"".join(parts)


def _too_large(most: int) -> Refused:
    detail = f"The body has more than {most:,} bytes."
    return Refused(Problem(413, "Too large", detail=detail, next="Send less, or set the limit on the server."))


async def _send(problem: Problem, send: Any) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in problem.all_headers.items()]
    headers.append((b"content-length", str(len(problem.body)).encode()))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": problem.body})


def _safe(name: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that every response has."""
    return [
        (b"x-request-id", name.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"x-frame-options", b"DENY"),
    ]


def _asking(scope: Scope) -> Asking:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    return Asking((scope.get("client") or ("",))[0], headers)


def _route(scope: Scope) -> str:
    """Return the route that served a request, a closed set: the page's parts are one."""
    route = getattr(scope.get("route"), "path", "")
    if route and scope.get("dateline.face") != "page":
        return str(route)
    return "page" if scope.get("dateline.face") == "page" else "other"
