"""A language model's yes or no to "does the text state the claim?", as the support check takes it.

It never lifts what a comparison found wrong; it may settle a small gap in the words, and it moves the score.
"""

from __future__ import annotations

import hashlib

from qa import prompts
from qa.errors import ModelError
from qa.llm import Message, Model, neutralise
from qa.support import Judge

_FENCE = 8
"""Hex digits of the fence: they come from the text itself, so that no text can write its own end."""


def judge_by(model: Model) -> Judge:
    """Return a judge that asks a model; it abstains where the model cannot be used, and code decides alone."""
    loaded = prompts.default()

    def judge(claim: str, text: str) -> float | None:
        asked = loaded["supported"].render(
            fence=hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_FENCE],
            text=neutralise(text),
            claim=neutralise(claim),
        )
        try:
            return model.yes([Message("system", loaded["system"].render()), Message("user", asked)])
        except ModelError:
            return None

    return judge
