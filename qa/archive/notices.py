"""Which notices correct which articles, kept when either is taken in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from qa import notices
from qa.archive import schema
from qa.types import Article

_REACH = int(notices.REACH.total_seconds()) * 1_000_000
_DAY = 86_400_000_000

_ARTICLES = f"""SELECT {schema.COLUMNS}, s.own FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary
    JOIN ledger l ON l.article = a.n AND l.state <> 'pending'"""


def link(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Link searchable articles that are new or dated otherwise: a notice with what it corrects, an article with the
    notices that were there before it.
    """
    for n in sorted(set(articles)):
        row = connection.execute(f"{_ARTICLES} WHERE a.n = ?", (n,)).fetchone()
        if row is None or row[-1] is None:
            continue
        one, own = schema.article(row[:-1]), row[-1]
        if one.kind == "correction":
            connection.execute("DELETE FROM corrections WHERE notice = ?", (n,))
            pairs = [(n, other) for other, article in _before(connection, one, own) if notices.corrects(one, article)]
        else:
            connection.execute("DELETE FROM corrections WHERE article = ?", (n,))
            pairs = [(other, n) for other, notice in _notices(connection, own) if notices.corrects(notice, one)]
        connection.executemany("INSERT INTO corrections (notice, article) VALUES (?, ?)", pairs)


def mislinked(connection: sqlite3.Connection, limit: int) -> list[int]:
    """Return those of the newest notices of which a link is missing or wrong, and what is linked and is no notice."""
    wrong = {
        row[0]
        for row in connection.execute(
            "SELECT c.notice FROM corrections c JOIN articles a ON a.n = c.notice WHERE a.kind <> 'correction'"
        )
    }
    for *columns, own in connection.execute(
        f"{_ARTICLES} WHERE a.kind = 'correction' AND s.own IS NOT NULL ORDER BY a.n DESC LIMIT ?", (limit,)
    ).fetchall():
        n, notice = columns[0], schema.article(columns)
        wanted = {other for other, article in _before(connection, notice, own) if notices.corrects(notice, article)}
        linked = {row[0] for row in connection.execute("SELECT article FROM corrections WHERE notice = ?", (n,))}
        rows = [
            connection.execute(f"{_ARTICLES} WHERE a.n = ?", (each,)).fetchone() for each in sorted(linked - wanted)
        ]
        if wanted - linked or any(
            row is None or not notices.corrects(notice, schema.article(row[:-1])) for row in rows
        ):
            wrong.add(n)
    return sorted(wrong)


def link_all(connection: sqlite3.Connection) -> None:
    """Link every notice anew, as in an index of an older version."""
    connection.execute("DELETE FROM corrections")
    rows = connection.execute("SELECT n FROM articles WHERE kind = 'correction'").fetchall()
    link(connection, [row[0] for row in rows])


def _before(connection: sqlite3.Connection, notice: Article, own: int) -> Iterator[tuple[int, Article]]:
    """Yield the articles that a notice of this instant may correct: of its outlet or host, or named by address."""
    host = urlsplit(notice.url).hostname if notice.url else None
    return _found(
        connection.execute(
            f"{_ARTICLES} WHERE s.own BETWEEN ? AND ? AND a.kind <> 'correction' AND ((s.outlet <> '' AND s.outlet = ?"
            " COLLATE NOCASE) OR (s.url <> '' AND (instr(s.url, ?) OR instr(?, s.url))))",
            (own - _REACH, own + _DAY, notice.outlet, host, notice.body),
        )
    )


def _notices(connection: sqlite3.Connection, own: int) -> Iterator[tuple[int, Article]]:
    """Yield the notices that can correct an article of this instant."""
    return _found(
        connection.execute(
            f"{_ARTICLES} WHERE a.kind = 'correction' AND s.own BETWEEN ? AND ?", (own - _DAY, own + _REACH)
        )
    )


def _found(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[int, Article]]:
    return ((row[0], schema.article(row[:-1])) for row in rows)  # type: ignore[misc]  # n is the first column
