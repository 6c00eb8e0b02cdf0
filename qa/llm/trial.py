"""One small request to a model, to see whether it answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from qa.errors import ModelUnavailable
from qa.llm import Message, load
from qa.settings import Settings

WAIT = 60.0
"""Seconds that a local model is waited for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: the model's name, its first words and the seconds that they took."""

    name: str
    said: str = field(kw_only=True)
    seconds: float = field(kw_only=True)


def try_out(settings: Settings) -> Trial | None:
    """Ask the model that the settings name for one word; None where they name none. Nothing is fetched.

    Raises:
        ModelError: it is not there, refuses the key, or does not answer in time.
        InputError: a name or address is missing or unknown.
    """
    model = load(settings)
    if model is None:
        return None
    try:
        if not model.wait(WAIT):
            raise ModelUnavailable(f"the model {model.name!r} was not ready within {WAIT:.0f} s: try `qa models list`")
        began = time.monotonic()
        pieces = model.stream([Message("user", "Answer with the one word: ready")], max_tokens=8)
        said = " ".join("".join(pieces).split())[:80]
        return Trial(model.name, said=said, seconds=time.monotonic() - began)
    finally:
        model.close()
