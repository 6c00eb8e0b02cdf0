"""Renders messages in ChatML, the format that the local models were trained on."""

from __future__ import annotations

from collections.abc import Sequence

from qa.llm.base import Message
from qa.llm.special import neutralise

END = "<|im_end|>"
"""The token that ends a turn."""


def render(messages: Sequence[Message]) -> str:
    """Return the prompt text for ``messages``, open for the assistant's reply.

    Equal leading messages give equal leading bytes, so that the engine's prefix cache hits. Control tokens inside a
    message are neutralised.
    """
    turns = [f"<|im_start|>{message.role}\n{neutralise(message.text)}{END}\n" for message in messages]
    return "".join(turns) + "<|im_start|>assistant\n"
