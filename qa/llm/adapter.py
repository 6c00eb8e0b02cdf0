"""A LlamaIndex LLM over any of our models, for users who bring their own LlamaIndex application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa.llm.base import Message, Model

if TYPE_CHECKING:
    from llama_index.core.llms import LLM


def as_llama_index(model: Model, *, context_window: int = 8192, max_tokens: int = 512) -> LLM:
    """Return ``model`` as a LlamaIndex ``CustomLLM`` that completes and streams.

    Args:
        model: any model of this package.
        context_window: tokens that LlamaIndex may put into one prompt and its reply.
        max_tokens: the longest reply, in tokens.
    """
    from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata

    class DatelineLLM(CustomLLM):  # type: ignore[misc,unused-ignore]
        """Completes one user message with a Dateline model."""

        @property
        def metadata(self) -> LLMMetadata:
            """What LlamaIndex needs to know to size its prompts."""
            return LLMMetadata(context_window=context_window, num_output=max_tokens, model_name=model.name)

        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            """Return the whole reply to ``prompt``."""
            return CompletionResponse(text="".join(model.stream([Message("user", prompt)], max_tokens=max_tokens)))

        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
            """Yield the reply to ``prompt`` as it grows."""

            def pieces() -> CompletionResponseGen:
                text = ""
                for piece in model.stream([Message("user", prompt)], max_tokens=max_tokens):
                    text += piece
                    yield CompletionResponse(text=text, delta=piece)

            return pieces()

    return DatelineLLM()
