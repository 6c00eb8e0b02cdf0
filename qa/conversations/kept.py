"""The types of what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from qa.archive.browsing import Narrow
from qa.types import Answer, Article, Citation, Timeline

Thumb = Literal["up", "down"]
"""What a reader thought of an answer."""


@dataclass(frozen=True, slots=True)
class Thought:
    """A thumb with its reason in the reader's words, which may be empty."""

    thumb: Thumb
    why: str = field(kw_only=True, default="")


@dataclass(frozen=True, slots=True)
class Kept:
    """One question of a conversation with what came of it: an answer or a timeline."""

    number: int
    question: str = field(kw_only=True)
    said: Answer | Timeline = field(kw_only=True)
    as_of: str = field(kw_only=True, default="")
    """The day from which it was to be answered, as it was typed; empty for the day on which it was asked."""
    part: Narrow = field(kw_only=True, default_factory=Narrow)
    """The part of the archive that was asked."""
    thought: Thought | None = field(kw_only=True, default=None)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The exact characters that it rests on, a refusal's nearest find among them."""
        if isinstance(self.said, Timeline):
            return tuple(entry.citation for entry in (*self.said.events, *self.said.undated))
        nearest = (self.said.nearest,) if self.said.nearest is not None else ()
        return (*self.said.citations, *nearest)

    @property
    def articles(self) -> Mapping[str, Article]:
        """The cited articles by their ids."""
        return {citation.article.id: citation.article for citation in self.citations}


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it was: its questions in order, with the answers that were given then."""

    id: str
    title: str = field(kw_only=True)
    begun: datetime = field(kw_only=True)
    changed: datetime = field(kw_only=True)
    kept: tuple[Kept, ...] = field(kw_only=True, default=())


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list: its title, when it was last added to, and how many questions it has."""

    id: str
    title: str = field(kw_only=True)
    changed: datetime = field(kw_only=True)
    questions: int = field(kw_only=True)
