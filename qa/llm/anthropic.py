"""Anthropic's models, an optional extra."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from qa.errors import ModelError
from qa.llm.remote import Limits, RemoteModel
from qa.settings import Settings

if TYPE_CHECKING:
    import httpx
    from llama_index.core.llms import LLM

DEFAULT_NAME = "claude-haiku-4-5"


def _installed() -> bool:
    """Return whether the optional package is there."""
    try:
        return importlib.util.find_spec("llama_index.llms.anthropic") is not None
    except ModuleNotFoundError:
        return False


def anthropic_model(settings: Settings) -> RemoteModel:
    """Return the Anthropic model of the settings.

    Raises:
        ModelError: the optional package is not installed; the message holds the command.
    """
    if not _installed():
        raise ModelError("DATELINE_LLM='anthropic' needs an optional package: pip install 'dateline[anthropic]'")
    name = settings.llm_model or DEFAULT_NAME

    def connect(client: httpx.Client) -> LLM:
        from llama_index.llms.anthropic import Anthropic

        llm: LLM = Anthropic(
            model=name,
            api_key=settings.llm_key.get_secret_value() or None,
            base_url=settings.llm_url or None,
            temperature=0.0,
            timeout=settings.llm_timeout,
            max_retries=0,
        )
        return llm

    limits = Limits(total=settings.llm_timeout)
    return RemoteModel(connect, name=name, where="Anthropic", limits=limits, logprobs=False)
