"""Deletion: an article goes with every version that stood at its place, and a note of it stays until all has followed.

An article is a place (an address, or a file) with the texts that stood there one after the other. Taking the newest
text alone would bring the one before it back, which may be the one that was withdrawn.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from qa.archive import Archive, grouping, lineage, schema, writing
from qa.types import Article

_GONE, _GONE_END = "gone:", "gone;"
"""Facts under which a deletion stands until what is derived has followed it."""


@dataclass(frozen=True, slots=True)
class Going:
    """What a deletion takes: ``articles`` are the texts that go, the oldest first.

    ``staying`` stood at the same place, and stay because another address or file carries them, or carried them, too:
    that is an article of its own.
    """

    articles: tuple[Article, ...] = ()
    staying: tuple[Article, ...] = field(kw_only=True, default=())

    def __bool__(self) -> bool:
        """Return whether there is anything to delete."""
        return bool(self.articles or self.staying)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Row numbers: of sources that are deleted, of articles that lose every source, and of those that keep one."""

    sources: list[int]
    going: list[int]
    staying: list[int]


def going(archive: Archive, name: str) -> Going:
    """Return what deleting the article of an id, an address or a file would take; nothing is written.

    An id names every article whose text it is now; where it is none's any more, those of which it is an older version.
    """
    with archive.use() as connection:
        return _named(connection, _rows(connection, name))


def remove(archive: Archive, name: str) -> Going:
    """Delete the article of an id, an address or a file: every version, and all that hangs on it; return what went."""
    with archive.transaction() as connection:
        rows = _rows(connection, name)
        went = _named(connection, rows)
        if not went:
            return went
        freed: list[int] = []
        for n in rows.going:
            ids = [row[0] for row in connection.execute("SELECT id FROM passages WHERE article = ?", (n,))]
            [of] = connection.execute("SELECT id FROM articles WHERE n = ?", (n,)).fetchone()
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"{_GONE}{of}", json.dumps(ids)))
            freed += grouping.forget(connection, n)
        connection.executemany("DELETE FROM sources WHERE n = ?", [(n,) for n in rows.sources])
        connection.executemany("DELETE FROM articles WHERE n = ?", [(n,) for n in rows.going])
        writing.bump(connection)
        grouping.settle(connection, [*freed, *lineage.settle(connection, rows.staying)])
        # Another source may show them now: with another headline or date, which words and vectors hold too.
        writing.derive_again(connection, rows.staying)
    return went


def gone(archive: Archive) -> dict[str, list[str]]:
    """Return the deleted articles of which something derived may still hold something, each with its passages' ids.

    A passage that has come again since is not among them.
    """
    with archive.use() as connection:
        rows = connection.execute(
            "SELECT key, value FROM meta WHERE key >= ? AND key < ?", (_GONE, _GONE_END)
        ).fetchall()
        known = "SELECT 1 FROM passages WHERE id = ?"
        return {
            key.removeprefix(_GONE): [
                name for name in json.loads(value) if not connection.execute(known, (name,)).fetchone()
            ]
            for key, value in rows
        }


def forget(archive: Archive, article_ids: Iterable[str]) -> None:
    """Note that nothing holds anything of these deleted articles any more, and have their words off the disk."""
    with archive.transaction() as connection:
        connection.executemany("DELETE FROM meta WHERE key = ?", [(f"{_GONE}{name}",) for name in article_ids])
    with archive.use() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _rows(connection: sqlite3.Connection, name: str) -> _Rows:
    own = connection.execute(
        "SELECT s.n, s.lineage, s.until FROM sources s JOIN articles a ON a.n = s.article WHERE a.id = ?", (name,)
    ).fetchall()
    standing = [row for row in own if row[2] is None] or own
    places = {row[1] for row in standing} if own else {lineage.of_url(name), lineage.of_file(name)}
    alone = [(row[0],) for row in standing if not row[1]]
    found = {row[0] for row in alone}
    for place in sorted(places - {""}):
        found |= {row[0] for row in connection.execute("SELECT n FROM sources WHERE lineage = ?", (place,))}
    listed = json.dumps(sorted(found))
    touched = connection.execute(
        "SELECT s.article, (SELECT count(*) FROM sources o WHERE o.article = s.article) > count(*) FROM sources s"
        " WHERE s.n IN (SELECT value FROM json_each(?)) GROUP BY s.article",
        (listed,),
    ).fetchall()
    return _Rows(sorted(found), [n for n, more in touched if not more], [n for n, more in touched if more])


def _named(connection: sqlite3.Connection, rows: _Rows) -> Going:
    """Return the articles as they stand at the place that is deleted."""
    found = connection.execute(
        f"SELECT {schema.COLUMNS} FROM sources s JOIN articles a ON a.n = s.article"
        " WHERE s.n IN (SELECT value FROM json_each(?)) ORDER BY s.known IS NOT NULL, s.known, s.n",
        (json.dumps(rows.sources),),
    ).fetchall()
    known = {row[0]: schema.article(row) for row in found}
    staying = set(rows.staying)
    return Going(
        tuple(article for n, article in known.items() if n not in staying),
        staying=tuple(article for n, article in known.items() if n in staying),
    )
