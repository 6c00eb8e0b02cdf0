"""The settings: one table, each read from ``DATELINE_<NAME>`` or passed to ``NewsQA.open``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Provider = Literal["local", "openai", "anthropic", "none"]
"""Where words come from: the local engine, any OpenAI-compatible endpoint, Anthropic, or nowhere (extractive)."""


def default_cache() -> Path:
    """Return the folder for models, after the XDG base directory specification."""
    from platformdirs import user_cache_path

    return user_cache_path("dateline")


class Settings(BaseSettings):
    """What a user may set. Everything has a default that works offline on two cores."""

    model_config = SettingsConfigDict(env_prefix="DATELINE_", frozen=True, extra="forbid")

    cache: Path = Field(default_factory=default_cache, description="folder for models")
    llm: Provider = Field(default="local", description="local, openai (any compatible endpoint), anthropic or none")
    llm_model: str = Field(default="", description="model name; empty means the provider's default")
    llm_url: str = Field(
        default="", description="base URL of the OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1"
    )
    llm_key: SecretStr = Field(default=SecretStr(""), description="API key of the endpoint")
    llm_timeout: float = Field(default=120.0, gt=0, description="seconds for one whole model call")
    fallback_llm: Provider = Field(default="none", description="who words answers while the model cannot")
    fallback_model: str = Field(default="", description="its model name; empty means the provider's default")
    fallback_url: str = Field(default="", description="its endpoint")
    fallback_key: SecretStr = Field(default=SecretStr(""), description="API key of that endpoint")
    encoder: str = Field(
        default="", description="folder or name of a sentence-transformers model; empty means the default"
    )
    reranker: str = Field(default="", description="folder or name of a cross-encoder that re-ranks the best passages")
    rerank: int = Field(default=40, ge=2, le=400, description="how many of the best passages it reads")
    chroma_url: str = Field(default="", description="Chroma server; empty means Chroma in the index's own folder")
    chroma_token: SecretStr = Field(default=SecretStr(""), description="what a Chroma server wants to see")
    recency: float = Field(
        default=1.0, ge=0, le=10, description="how much newer articles are preferred; 0 leaves their age out"
    )
    passages: int = Field(default=8, ge=1, le=50, description="passages given to the reader")
    answer_from: float = Field(
        default=0.42, ge=0, le=1, description="least probability that there is an answer at which one is shown"
    )
    question_limit: int = Field(default=2000, ge=10, description="longest question, in characters")
    fetch_private: bool = Field(
        default=False, description="fetch addresses of one's own machine and network too, such as an intranet's feed"
    )
