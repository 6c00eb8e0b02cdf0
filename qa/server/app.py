"""The application: every face of one archive behind one gate."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from qa import VERSION
from qa.errors import DatelineError
from qa.server import asking, completions, keeping, problems, schemas, tools
from qa.server.callers import Callers
from qa.server.gate import CALLER, Gate
from qa.server.jobs import Jobs
from qa.server.pages import Pages
from qa.server.service import Service
from qa.types import plain
from qa.ui.origin import App

ABOUT = """Question answering over a news archive: every sentence of an answer is tied to the exact characters of a
dated article. `Answer` is the one schema of every face. Errors are problem objects (RFC 9457) whose `next` says what
to do."""


def build(service: Service, *, listens: str = "127.0.0.1", page: bool = True) -> App:
    """Return the service as an ASGI application.

    Args:
        service: the archive and what the faces share. It is stopped and closed with the application.
        listens: the address on which it will be reachable; decides under which names it answers.
        page: whether the chat page is part of it.
    """
    jobs = Jobs(service.news)
    mcp = tools.server(service)
    pages = Pages(service) if page else None
    at_start = [tools.running(mcp), *([pages.running] if pages else [])]
    api = FastAPI(
        title="Dateline",
        version=VERSION,
        description=ABOUT,
        docs_url=None,  # they fetch scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan(service, jobs, at_start),
    )
    api.include_router(_state(service))
    api.include_router(asking.router(service))
    api.include_router(keeping.router(service, jobs))
    api.include_router(completions.router(service))
    api.router.routes.extend(tools.routes(mcp, service.serving))
    api.add_exception_handler(DatelineError, problems.on_error)
    api.add_exception_handler(RequestValidationError, problems.on_invalid)
    api.add_exception_handler(HTTPException, problems.on_http)
    _describe(api)
    if pages is not None:
        for face in ("/api", "/v1"):
            api.mount(face, _elsewhere(api))
        api.mount("/", pages)
    callers = Callers(service.serving, read_only=service.read_only)
    return Gate(api, serving=service.serving, callers=callers, metrics=service.metrics, listens=listens)


def _elsewhere(api: FastAPI) -> ASGIApp:
    """Return what refuses paths that no face has, and methods that a path has not: the page would take them for its."""

    async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
        whole = {**scope, "root_path": ""}
        for route in api.routes:
            match, more = route.matches(whole)
            if match is Match.PARTIAL:  # the path is known: it says itself which methods it has
                await route.handle({**whole, **more}, receive, send)
                return
        raise HTTPException(404)

    return refuse


def _lifespan(service: Service, jobs: Jobs, at_start: list[Callable[[], Any]]) -> Any:
    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for begin in at_start:
                await stack.enter_async_context(begin())
            yield
            service.stop()
            await asyncio.to_thread(jobs.close, service.serving.grace)
            await asyncio.to_thread(service.questions.idle, service.serving.grace)

    return running


def _state(service: Service) -> APIRouter:
    paths = APIRouter(tags=["state"])

    @paths.get("/health")
    async def health() -> dict[str, str]:
        """Whether the process lives; for a supervisor. Tells nothing else."""
        return {"status": "live"}

    @paths.get("/ready", responses={503: {"model": schemas.Ready, "description": "Not ready."}})
    def ready(request: Request) -> Response:
        """Whether questions are answered, and by whom: the model, the fallback model, or the archive's own sentences.

        Who is not known is told these two things alone.
        """
        told = service.standing()
        known = CALLER in request.scope
        shown = schemas.Ready(**(told if known else {name: told[name] for name in ("ready", "mode")}))
        return JSONResponse(shown.model_dump(exclude_none=True), status_code=200 if told["ready"] else 503)

    @paths.get("/metrics", responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}})
    def metrics() -> Response:
        """Numbers in the Prometheus text format."""
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @paths.get("/api/v1/info", responses=schemas.problems(), tags=["articles"])
    def info() -> dict[str, Any]:
        """What the archive holds, and the state of its parts."""
        told: dict[str, Any] = plain(service.news.info())
        return told

    return paths


def _describe(api: FastAPI) -> None:
    """Put the schemas of our own types into the OpenAPI document."""
    original = api.openapi

    def described() -> dict[str, Any]:
        if api.openapi_schema is None:
            document = original()
            parts = document.setdefault("components", {})
            parts["schemas"] = {**schemas.components(), **parts.get("schemas", {})}
            parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            document["security"] = [{}, {"token": []}]
            api.openapi_schema = document
        return api.openapi_schema

    api.openapi = described  # type: ignore[method-assign]
