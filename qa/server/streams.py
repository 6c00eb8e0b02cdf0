"""A question's events as a response that is written while they come: what every face that streams has in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import Request
from starlette.responses import Response, StreamingResponse

from qa.server.problems import Problem, told
from qa.server.relay import Relay
from qa.server.service import Asked, Service

BEAT = 10.0
"""Seconds of silence after which a stream sends a comment, so that no proxy takes it for dead."""

STILL = b": still at work\n\n"
"""That comment."""

SETTLES = 0.5
"""Seconds in which a refusal still becomes a status of a stream."""


@asynccontextmanager
async def leaving(request: Request, relay: Relay) -> AsyncIterator[None]:
    """Cancel a question as soon as its client closes the connection."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        relay.leave()

    watching = asyncio.create_task(watch())
    try:
        yield
    finally:
        watching.cancel()


async def streamed(
    service: Service,
    asked: Asked,
    written: Callable[[Relay], AsyncIterator[bytes]],
    failed: Callable[[Problem], bytes],
) -> Response:
    """Return the events of a question as server-sent events; what is refused at once has a status of its own.

    Args:
        service: answers it.
        asked: the question.
        written: how a face writes the events.
        failed: how it writes a problem that comes when its status was sent already.

    Raises:
        DatelineError: the question was refused by then.
    """
    service.check(asked)
    stack = AsyncExitStack()
    relay = await stack.enter_async_context(Relay(service, asked))
    try:
        await relay.settled(SETTLES)
    except BaseException:
        await stack.aclose()
        raise

    async def events() -> AsyncIterator[bytes]:
        async with stack:
            try:
                async for piece in written(relay):
                    yield piece
            except Exception as error:  # noqa: BLE001 - the edge: the stream ends in words
                yield failed(told(error))

    return StreamingResponse(events(), media_type="text/event-stream", headers={"cache-control": "no-store"})
