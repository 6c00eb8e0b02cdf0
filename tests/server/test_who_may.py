"""Who may: nobody unknown beyond loopback, readers no writing, nobody too much; every refusal is quick and in words."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.routing import APIRoute

from qa.errors import InputError
from qa.server.callers import Asking, Callers
from qa.server.gate import Gate
from qa.server.metrics import Metrics
from qa.server.serving import Serving, checked

WRITE, READ = "w" * 24, "r" * 24


@pytest.mark.parametrize(
    ("host", "settings", "said"),
    [
        ("0.0.0.0", {}, "DATELINE_TOKEN"),
        ("::", {}, "not a loopback address"),
        ("192.168.1.4", {"rate": 0}, "not a loopback address"),
        ("127.0.0.1", {"hosts": "news.example"}, "DATELINE_HOSTS names 'news.example'"),
        ("127.0.0.1", {"token": "short"}, "fewer than 16 characters"),
        ("0.0.0.0", {"token": WRITE, "read_token": WRITE}, "the same token"),
        ("0.0.0.0", {"identity_header": "X-User"}, "everybody can send a header"),
        ("0.0.0.0", {"identity_header": "X-User", "proxies": "nowhere"}, "'nowhere'"),
    ],
    ids=["all", "all v6", "network", "named outside", "short", "same", "nobody believed", "no address"],
)
def test_an_unsafe_service_does_not_start(host: str, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        checked(Serving(**settings), host)


@pytest.mark.parametrize(
    ("host", "settings"),
    [
        ("127.0.0.1", {}), ("::1", {}), ("localhost", {}), ("127.0.0.1", {"hosts": "localhost"}),
        ("0.0.0.0", {"token": WRITE}), ("0.0.0.0", {"read_token": READ}),
        ("0.0.0.0", {"identity_header": "X-User", "proxies": "10.0.0.2"}),
    ],
    ids=["loopback", "loopback v6", "localhost", "named inside", "token", "read token", "proxy"],
)  # fmt: skip
def test_a_safe_service_starts(host: str, settings: dict[str, Any]) -> None:
    assert checked(Serving(**settings), host)


BASIC = base64.b64encode(f"anyone:{WRITE}".encode()).decode()


@pytest.mark.parametrize(
    ("headers", "address", "expected"),
    [
        ({}, "127.0.0.1", None),
        ({"authorization": f"Bearer {WRITE}"}, "9.9.9.9", True),
        ({"authorization": f"bearer {READ}"}, "9.9.9.9", False),
        ({"authorization": f"Basic {BASIC}"}, "9.9.9.9", True),
        ({"authorization": f"Bearer {WRITE}x"}, "9.9.9.9", None),
        ({"authorization": f"Bearer {WRITE[:-1]}"}, "9.9.9.9", None),
        ({"authorization": "Bearer "}, "9.9.9.9", None),
        ({"authorization": "Basic ???"}, "9.9.9.9", None),
        ({"authorization": WRITE}, "9.9.9.9", None),
        ({"x-user": "ines"}, "10.0.0.2", True),
        ({"x-user": "jonas"}, "10.0.0.2", False),
        ({"x-user": "ines"}, "::ffff:10.0.0.2", True),
        ({"x-user": "ines"}, "9.9.9.9", None),
        ({"x-user": "ines", "x-forwarded-for": "10.0.0.2"}, "9.9.9.9", None),
        ({"x-user": " "}, "10.0.0.2", None),
    ],
    ids=[
        "nobody", "writer", "reader", "browser", "longer", "shorter", "empty", "no base64", "no scheme", "named writer",
        "named reader", "mapped proxy", "forged header", "forged proxy", "no name",
    ],
)  # fmt: skip
def test_who_asks(headers: dict[str, str], address: str, expected: bool | None) -> None:
    settings = Serving(
        token=f"other-token-of-old, {WRITE}",
        read_token=READ,
        identity_header="X-User",
        proxies="10.0.0.2",
        writers="ines",
    )
    caller = Callers(settings).of(Asking(address, headers))
    assert (caller.writes if caller else None) is expected
    assert caller is None or (WRITE not in caller.name and READ not in caller.name)


def test_a_read_only_service_lets_nobody_write() -> None:
    caller = Callers(Serving(token=WRITE), read_only=True).of(Asking("::1", {"authorization": f"Bearer {WRITE}"}))
    assert caller is not None
    assert not caller.writes


@pytest.mark.parametrize(
    ("forwarded", "address", "expected"),
    [
        ("", "9.9.9.9", "9.9.9.9"),
        ("1.2.3.4", "9.9.9.9", "9.9.9.9"),
        ("1.2.3.4", "10.0.0.2", "1.2.3.4"),
        ("6.6.6.6, 1.2.3.4, 10.0.0.3", "10.0.0.2", "1.2.3.4"),
    ],
    ids=["none", "not believed", "proxy", "what the client forged stands before"],
)
def test_a_clients_address_is_a_trusted_proxys_word(forwarded: str, address: str, expected: str) -> None:
    callers = Callers(Serving(proxies="10.0.0.0/8"))
    assert callers.address(Asking(address, {"x-forwarded-for": forwarded} if forwarded else {})) == expected


# The middleware itself, without a server: an ASGI call is a function call.


async def ok(scope: Any, receive: Any, send: Any) -> None:
    message = await receive()
    body = message.get("body", b"")
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(len(body)).encode()})


def gate(app: Any = ok, *, listens: str = "127.0.0.1", **settings: Any) -> Gate:
    serving = Serving(**settings)
    return Gate(app, serving=serving, callers=Callers(serving), metrics=Metrics(), listens=listens)


def call(
    gate: Gate, path: str = "/api/v1/ask", *, method: str = "POST", body: list[bytes] | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send one request through the gate; header names are written with underscores."""
    headers = {"host": "127.0.0.1:1", **headers}
    sent = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    parts = body if body is not None else [b"{}"]
    got: list[Any] = []

    async def run() -> None:
        waiting = [
            {"type": "http.request", "body": part, "more_body": number + 1 < len(parts)}
            for number, part in enumerate(parts)
        ]

        async def receive() -> Any:
            return waiting.pop(0) if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            got.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": sent, "client": ("9.9.9.9", 1)}
        await gate(scope, receive, send)

    asyncio.run(run())
    told = {name.decode(): value.decode() for name, value in got[0]["headers"]}
    return got[0]["status"], told, got[1]["body"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:7860"}, 200),
        ({"host": "[::1]:7860"}, 200),
        ({"host": "evil.example"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": ""}, 421),
        ({"host": "127.0.0.1:1", "origin": "http://127.0.0.1:1"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
    ],
    ids=[
        "plain", "localhost", "v6", "another name (rebinding)", "a longer name", "no name", "own page", "another site",
        "a sandbox", "cross-site", "same origin",
    ],
)  # fmt: skip
def test_loopback_answers_its_own_name_and_its_own_pages(headers: dict[str, str], status: int) -> None:
    assert call(gate(), **headers)[0] == status


def test_beyond_loopback_an_unknown_caller_is_asked_who_they_are() -> None:
    guarded = gate(listens="0.0.0.0", token=WRITE)
    status, headers, body = call(guarded, host="news.example")
    assert (status, headers["content-type"]) == (401, "application/problem+json")
    assert headers["www-authenticate"].startswith("Basic ")
    assert WRITE not in body.decode()
    assert call(guarded, host="news.example", authorization=f"Bearer {WRITE}")[0] == 200
    assert call(guarded, "/health", method="GET", host="news.example")[0] == 200
    for path in ("/", "/gradio_api/queue/join", "/openapi.json", "/metrics", "/mcp", "/v1/models", "/api/v1/info"):
        assert call(guarded, path, method="GET", host="news.example")[0] == 401, path


def test_tokens_cannot_be_tried_for_ever() -> None:
    guarded = gate(listens="0.0.0.0", token=WRITE)
    statuses = [call(guarded, authorization=f"Bearer {number:024}")[0] for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert call(guarded, authorization=f"Bearer {WRITE}")[0] == 200, "who knows the token is let in"


def test_a_caller_who_sends_too_much_is_told_when_to_come_again() -> None:
    limited = gate(rate=2, token=WRITE, read_token=READ)
    mine, other = {"authorization": f"Bearer {WRITE}"}, {"authorization": f"Bearer {READ}"}
    assert [call(limited, **mine)[0] for _ in range(3)] == [200, 200, 429]
    status, headers, body = call(limited, **mine)
    assert (status, json.loads(body)["title"]) == (429, "Too many requests")
    assert 1 <= int(headers["retry-after"]) <= 61
    assert call(limited, **other)[0] == 200, "each caller has a rate of their own"
    assert call(limited, "/api/v1/info", method="GET", **mine)[0] == 200, "looking costs nothing"


@pytest.mark.parametrize(
    ("path", "body", "headers", "status"),
    [
        ("/api/v1/ask", [b"x" * 2048], {}, 200),
        ("/api/v1/ask", [b"x" * 2049], {}, 413),
        ("/api/v1/ask", [b"x" * 1024] * 3, {}, 413),
        ("/api/v1/ask", [b"x"], {"content_length": "99999999999"}, 413),
        ("/api/v1/jobs", [b"x" * 4096], {}, 200),
        ("/api/v1/jobs", [b"x" * 4097], {}, 413),
    ],
    ids=["at the limit", "beyond it", "in parts", "as declared", "articles", "too many articles"],
)
def test_a_body_is_measured_before_it_is_parsed(
    path: str, body: list[bytes], headers: dict[str, str], status: int
) -> None:
    limited = gate(body_limit=2048, upload_limit=4096)
    got, _, said = call(limited, path, body=body, **headers)
    assert got == status
    assert got != 200 or said == str(sum(map(len, body))).encode(), "all of it is passed on"


def test_more_connections_than_there_is_room_for_are_refused_at_once() -> None:
    inner: list[int] = []

    async def nested(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/inner":
            raise AssertionError("it was let in")

        async def kept(message: Any) -> None:
            if message["type"] == "http.response.start":
                inner.append(message["status"])
                assert dict(message["headers"])[b"retry-after"]

        await one({**scope, "path": "/inner"}, receive, kept)
        await ok(scope, receive, send)

    one = gate(nested, connections=1)
    assert call(one)[0] == 200
    assert inner == [503]


def test_a_fault_of_ours_tells_nothing_of_its_inside() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("the canary sings")

    status, _, body = call(gate(broken))
    assert status == 500
    assert b"canary" not in body
    assert b"RuntimeError" in body


def test_websockets_are_closed() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(gate()({"type": "websocket"}, lambda: None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


OPEN_TO_READERS = {"/api/v1/ask", "/v1/chat/completions", "/api/v1/conversations/{name}/answers/{number}/feedback"}


def test_every_path_that_changes_something_asks_for_the_right_to_write(service: Any) -> None:
    from qa.server import asking, completions, keeping
    from qa.server.jobs import Jobs
    from qa.server.writing import writes

    made: list[Callable[[], Any]] = [
        lambda: asking.router(service), lambda: completions.router(service),
        lambda: keeping.router(service, Jobs(service.news)),
    ]  # fmt: skip
    routes = [route for make in made for route in make().routes if isinstance(route, APIRoute)]
    assert len(routes) > 15
    for route in routes:
        asked = any(one.call is writes for one in route.dependant.dependencies)
        changes = bool(route.methods - {"GET", "HEAD"})
        assert asked or not changes or route.path in OPEN_TO_READERS, route.path
