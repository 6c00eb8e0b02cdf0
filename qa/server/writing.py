"""The check of paths that change something."""

from __future__ import annotations

from starlette.requests import Request

from qa.server.callers import Caller
from qa.server.gate import CALLER
from qa.server.problems import Problem, Refused


def writes(request: Request) -> None:
    """Refuse a caller who may only read.

    Raises:
        Refused: they may not write.
    """
    caller: Caller | None = request.scope.get(CALLER)
    if caller is None or not caller.writes:
        step = "Use a token of DATELINE_TOKEN, or an identity of DATELINE_WRITERS; a read-only service takes neither."
        raise Refused(Problem(403, "Forbidden", detail="You may read here, and not write.", next=step))
