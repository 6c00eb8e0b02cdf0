"""Errors as JSON problem objects (RFC 9457): what happened, and the next step. Each is translated here, once."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa.errors import ArchiveError, DatelineError, IndexLocked, InputError, ModelError, OutOfTime

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_log = logging.getLogger(__name__)
MEDIA = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One error as a caller sees it."""

    status: int
    title: str
    detail: str = field(kw_only=True)
    next: str = field(kw_only=True, default="")
    retry: float | None = field(kw_only=True, default=None)
    headers: Mapping[str, str] = field(kw_only=True, default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object of RFC 9457, with ``next`` as an extension."""
        slug = self.title.lower().replace(" ", "-")
        told: dict[str, Any] = {"type": f"urn:dateline:{slug}", "title": self.title, "status": self.status}
        return {**told, "detail": self.detail, "next": self.next}

    @property
    def body(self) -> bytes:
        """The object as JSON, in ASCII, so that no text of others breaks it."""
        return json.dumps(self.to_dict()).encode("ascii")

    @property
    def all_headers(self) -> dict[str, str]:
        """Its headers."""
        after = {"retry-after": str(max(1, math.ceil(self.retry)))} if self.retry is not None else {}
        return {"content-type": MEDIA, "cache-control": "no-store", **after, **self.headers}


class Refused(DatelineError):
    """A request that is answered with a problem."""

    def __init__(self, problem: Problem) -> None:
        """Refuse with ``problem``."""
        super().__init__(problem.detail)
        self.problem = problem


class Busy(DatelineError):
    """There is no room for one more question now; ``retry`` is in how many seconds there may be."""

    def __init__(self, detail: str, *, retry: float) -> None:
        """Say why, and when to come again."""
        super().__init__(detail)
        self.retry = retry


def missing(detail: str, next_step: str) -> Refused:
    """Return the error for what is not there."""
    return Refused(Problem(404, "Not found", detail=detail, next=next_step))


def problem_of(error: BaseException) -> Problem:
    """Return the problem that an error is; one that is none of ours tells nothing of its inside."""
    said = str(error)
    match error:
        case Refused():
            return error.problem
        case Busy():
            return Problem(503, "Busy", detail=said, next="Ask again after the time in Retry-After.", retry=error.retry)
        case OutOfTime():
            return Problem(504, "Too late", detail=said, next="Ask again; /ready says what is slow.", retry=5)
        case IndexLocked():
            return Problem(409, "Read-only", detail=said, next="Ask the process that writes the index, or end it.")
        case InputError():
            return Problem(422, "Invalid request", detail=said, next="Correct the request; /openapi.json describes it.")
        case ModelError():
            return Problem(503, "Model unavailable", detail=said, next="See /ready, then ask again.", retry=10)
        case ArchiveError():
            return Problem(503, "Archive unavailable", detail=said, next="See `qa info` on the server.", retry=10)
        case DatelineError():
            return Problem(500, "Failed", detail=said, next="See the log of the server.")
    return Problem(
        500,
        "Failed",
        detail=f"Something failed inside Dateline ({type(error).__name__}); this is no answer.",
        next="Try again; the log of the server has the place where it failed.",
    )


def told(error: BaseException) -> Problem:
    """Return the problem that an error is, and log one that is a fault of ours."""
    found = problem_of(error)
    if found.status == 500:
        _log.error("a request failed", exc_info=error)
    return found


def response(request: Request, problem: Problem) -> Response:
    """Return a problem as an HTTP response; OpenAI's clients find in it what they read of an error."""
    from starlette.responses import Response

    body = problem.to_dict()
    if request.url.path.startswith("/v1/"):
        said = f"{problem.detail} {problem.next}".strip()
        body["error"] = {"message": said, "type": body["type"], "param": None, "code": problem.status}
    return Response(json.dumps(body), problem.status, headers=problem.all_headers)


async def on_error(request: Request, error: Exception) -> Response:
    """Answer a request that raised."""
    return response(request, told(error))


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer a request whose parts are not as described; what was sent is not sent back whole."""
    listed = error.errors() if hasattr(error, "errors") else []
    if any(item.get("type") == "json_invalid" for item in listed):
        return response(
            request,
            Problem(400, "Unreadable", detail="The body is no JSON.", next="Send a JSON object as application/json."),
        )
    kind = request.headers.get("content-type", "").partition(";")[0]
    if any(tuple(item.get("loc", ())) == ("body",) for item in listed) and not kind.endswith("json"):
        sent = f"came as {kind[:60]!r}" if kind else "has no content-type"
        return response(
            request,
            Problem(
                422,
                "Invalid request",
                detail=f"The body {sent} and is not read as JSON.",
                next="Send a JSON object with the header `Content-Type: application/json`.",
            ),
        )
    said = [f"{'.'.join(map(str, item.get('loc', ())))}: {item.get('msg')}"[:300] for item in listed[:5]]
    detail = "; ".join(said) or "The request is not as described."
    return response(
        request, Problem(422, "Invalid request", detail=detail, next="Correct the request; /openapi.json describes it.")
    )


async def on_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: no such path, no such method, an unreadable body."""
    status = int(getattr(error, "status_code", 500))
    titles = {400: "Unreadable", 404: "Not found", 405: "Not allowed", 413: "Too large", 415: "Unreadable"}
    detail = {
        404: "There is nothing at this path.",
        405: f"{request.method[:10]!r} is not allowed here.",
        400: "The body cannot be read.",
    }.get(status, "The request cannot be answered.")
    found = Problem(
        status,
        titles.get(status, "Failed"),
        detail=detail,
        next="/openapi.json lists the paths.",
        headers=dict(getattr(error, "headers", None) or {}),
    )
    return response(request, found)
