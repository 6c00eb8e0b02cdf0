"""Reads by row number, for what keeps numbers in memory instead of ids: an integer a passage, and one look-up each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from qa.archive import _VISIBLE, Archive, schema

_MARKS = "SELECT value FROM json_each(:numbers)"
_FOREVER = 2**62 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def embedded(archive: Archive, after: int, limit: int) -> list[tuple[int, int, bytes]]:
    """Return the row number, article row and fp16 vector of embeddings written after a row, searchable yet or not."""
    with archive.use() as connection:
        return connection.execute(
            "SELECT e.n, p.article, e.vector FROM embeddings e JOIN passages p ON p.n = e.passage"
            " WHERE e.n > ? ORDER BY e.n LIMIT ?",
            (after, limit),
        ).fetchall()


def vectors(archive: Archive, embeddings: Sequence[int]) -> list[tuple[int, int, bytes]]:
    """Return the row number, passage row and fp16 vector of those embeddings that are still there."""
    return _in_parts(archive, "SELECT n, passage, vector FROM embeddings WHERE n IN ({marks})", embeddings)


def visible(
    archive: Archive, passages: Sequence[int], before: datetime | None, after: datetime | None
) -> dict[int, str]:
    """Return the ids of those passages that belong to an article that can be read at a time."""
    rows = _in_parts(
        archive,
        f"SELECT p.n, p.id FROM passages p WHERE p.n IN ({{marks}}) AND {_VISIBLE.format(n='p.article')}",
        passages,
        {"before": _FOREVER if before is None else schema.micros(before), "after": schema.micros(after)},
    )
    return dict(rows)


def rows(archive: Archive, ids: Iterable[str]) -> dict[str, int]:
    """Return the row numbers of passages, in the order of their ids as they are given."""
    wanted = list(ids)
    held = dict(archive.by_id("SELECT p.id, p.n FROM passages p WHERE p.id IN ({marks})", wanted))
    return {name: held[name] for name in wanted if name in held}


def known(archive: Archive, ids: Iterable[str]) -> dict[str, datetime | None]:
    """Return, by passage id, the instant from which the article could have been read by its own dates."""
    rows = archive.by_id(
        "SELECT p.id, s.own FROM passages p JOIN sources s ON s.article = p.article AND s.is_primary"
        " JOIN ledger l ON l.article = p.article WHERE l.state <> 'pending' AND p.id IN ({marks})",
        ids,
    )
    return {name: None if own is None else _EPOCH + timedelta(microseconds=own) for name, own in rows}


def _in_parts(
    archive: Archive, query: str, numbers: Sequence[int], given: dict[str, int | None] | None = None
) -> list[tuple[Any, ...]]:
    if not len(numbers):
        return []
    # One parameter for all of them: the statement stays the same, and is prepared once.
    listed = "[" + ",".join(map(str, map(int, numbers))) + "]"
    with archive.use() as connection:
        return connection.execute(query.format(marks=_MARKS), {**(given or {}), "numbers": listed}).fetchall()
