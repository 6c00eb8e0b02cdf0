"""What an index says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qa.archive import Archive
from qa.index import lock
from qa.index.manifest import Manifest
from qa.types import Coverage


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds and how it is open."""

    path: str
    id: str = field(kw_only=True)
    created: str = field(kw_only=True)
    articles: int = field(kw_only=True)
    """As they stand now, each in its newest version."""
    superseded: int = field(kw_only=True)
    """Earlier versions, which are searched as of their own time."""
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


@dataclass(frozen=True, slots=True)
class State:
    """How an index is open: ``mode`` and ``dense`` as in :class:`IndexInfo`, and what is to be told."""

    mode: str
    dense: str = field(kw_only=True)
    notes: Sequence[str] = field(kw_only=True, default=())


def describe(folder: Path, archive: Archive, identity: Manifest, covered: Coverage, state: State) -> IndexInfo:
    """Return what an index holds and how it is open."""
    articles, passages, pending = archive.count()
    named = lock.holder(folder)
    return IndexInfo(
        str(folder),
        id=identity.id,
        created=identity.created,
        articles=covered.articles,
        superseded=articles - covered.articles,
        passages=passages,
        pending=pending,
        undated=covered.undated,
        outlets=covered.outlets,
        earliest=covered.earliest,
        latest=covered.latest,
        encoder=identity.encoder,
        dim=identity.dim,
        splitter=identity.splitter,
        mode=state.mode,
        writer=str(named) if named else "",
        dense=state.dense,
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        notes=tuple(state.notes),
    )
