"""Calls to Chroma, each with a deadline, and what goes wrong with them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

DEADLINE = 20.0

_T = TypeVar("_T")


class Unhealthy(Exception):
    """Chroma did not answer, or not rightly. It never leaves the index: the exact scan answers instead."""


class Unreachable(Unhealthy):
    """A server did not answer. What it holds may be well: it is asked again later, and not built anew."""


def timed(action: Callable[[], _T], seconds: float = DEADLINE) -> _T:
    """Run one call with a deadline: Chroma's own may be a thousand seconds.

    Raises:
        Unhealthy: it failed.
        Unreachable: it took too long.
    """
    outcome: list[_T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(action())
        except BaseException as error:  # noqa: BLE001  # reported below; Rust panics come as BaseException
            failure.append(error)

    thread = threading.Thread(target=run, name="chroma", daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        if isinstance(failure[0], Unhealthy):
            raise failure[0]
        raise Unhealthy(f"{type(failure[0]).__name__}: {failure[0]}") from failure[0]
    if not outcome:
        raise Unreachable(f"no answer within {seconds:g} s")
    return outcome[0]
