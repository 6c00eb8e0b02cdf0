"""Dateline: question answering over a news archive, with checked citations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.news import NewsQA

VERSION = "0.1.0"

__all__ = ["VERSION", "NewsQA"]


def __getattr__(name: str) -> Any:
    """Load ``NewsQA`` when it is asked for, so that ``import qa`` and ``qa --help`` stay quick."""
    if name == "NewsQA":
        from qa.news import NewsQA

        return NewsQA
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
