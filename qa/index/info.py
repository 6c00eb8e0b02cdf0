"""What an index says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds and how it is open."""

    path: str
    id: str = field(kw_only=True)
    created: str = field(kw_only=True)
    articles: int = field(kw_only=True)
    passages: int = field(kw_only=True)
    pending: int = field(kw_only=True)
    """Articles written but not yet searchable: the next writer with an encoder finishes them."""
    undated: int = field(kw_only=True)
    outlets: int = field(kw_only=True)
    earliest: date | None = field(kw_only=True)
    latest: date | None = field(kw_only=True)
    encoder: str = field(kw_only=True)
    dim: int = field(kw_only=True)
    splitter: str = field(kw_only=True)
    mode: str = field(kw_only=True)
    """``writer`` or ``read-only``."""
    writer: str = field(kw_only=True)
    """Who holds the writer's lock, or an empty string."""
    dense: str = field(kw_only=True)
    """How passages are found by meaning: ``chroma``, ``exact`` or ``not yet opened``."""
    bytes: int = field(kw_only=True)
    notes: tuple[str, ...] = field(kw_only=True)
