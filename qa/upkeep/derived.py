"""What the archive keeps beside its articles, to be searched and shown by: whether it is as the articles say.

Each look returns what is wrong in words, or an empty string, and writes nothing. Tables and dates are looked at whole;
what takes an article's text to say (stories, short names, words) for a thousand articles, spread over the archive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Set
from contextlib import closing
from pathlib import Path
from typing import Any

from qa import scan
from qa.archive import INDEXED, Archive, Indexed, aliases, calendar, grouping, lineage, notices, schema, writing
from qa.index import Index, opening
from qa.lexical import Lexical

READ = 1_000
"""Articles whose texts are read, and passages that are looked for."""

_NOTICES = 200


def tables(archive: Archive) -> str:
    """Whether every table, index and trigger is there."""
    missing = sorted(_wanted().keys() - _there(archive).keys())
    return f"not there: {', '.join(missing)}" if missing else ""


def places(archive: Archive) -> str:
    """Whether it is right which text stands at a place at a time, and with which source an article is shown."""
    with archive.use() as connection:
        wrong = lineage.unsettled(connection)
    return f"{len(wrong)} articles are dated or shown otherwise than their sources say" if wrong else ""


def stories(archive: Archive) -> str:
    """Whether every article is in the story that it belongs to."""
    lone, lost, loose = (
        _one(archive, query)
        for query in (
            "SELECT count(*) FROM ledger l LEFT JOIN stories s ON s.article = l.article"
            " WHERE l.state = 'done' AND s.article IS NULL",
            "SELECT count(*) FROM stories s WHERE NOT EXISTS (SELECT 1 FROM stories o WHERE o.article = s.story"
            " AND o.story = o.article) OR (s.variant_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stories o"
            " WHERE o.article = s.variant_of AND o.story = o.article))",
            "SELECT count(DISTINCT article) FROM sketches WHERE article NOT IN"
            " (SELECT article FROM stories WHERE story = article)",
        )
    )
    if lone or lost or loose:
        return f"{lone} articles belong to no story, {lost} to one that is gone, {loose} are found and begin none"
    with archive.use() as connection:
        wrong = grouping.misplaced(connection, _spread(archive))
    return f"{len(wrong)} articles are not in the story that their text belongs to" if wrong else ""


def corrections(archive: Archive) -> str:
    """Whether correction notices are linked to what they correct."""
    with archive.use() as connection:
        wrong = notices.mislinked(connection, _NOTICES)
    return f"{len(wrong)} notices are not linked to what they correct" if wrong else ""


def short_names(archive: Archive) -> str:
    """Whether the short names that articles explain are known."""
    wrong = aliases.mislearned(archive, _spread(archive))
    return f"of {len(wrong)} articles the short names are not those that they explain" if wrong else ""


def signs(folder: Path, archive: Archive, dim: int) -> str:
    """Whether the signs are those of the vectors."""
    return scan.faulty(archive, dim, folder / opening.SIGNS)


def words(archive: Archive, lexical: Lexical) -> str:
    """Whether passages are in the lexical index with their words, outlets and dates."""
    step = max(1, _one(archive, "SELECT count(*) FROM passages") // READ)
    with archive.use() as connection:
        rows = connection.execute(
            f"{INDEXED} JOIN ledger l ON l.article = a.n AND l.state = 'done' WHERE p.n % ? = 0 LIMIT ?",
            (step, 2 * READ),
        ).fetchall()
    wrong = lexical.faulty(Indexed(*row[1:]) for row in rows)
    return f"{len(wrong)} of {len(rows)} passages looked for are not as the archive has them" if wrong else ""


def mend(index: Index, broken: Set[str], *, again: bool) -> None:
    """Put right what is wrong; ``again``: it was tried, and something is wrong still."""
    archive = index.archive
    with archive.transaction() as connection:
        if "tables" in broken:
            there = _there(archive)
            for name, statement in _wanted().items():
                if name not in there:
                    connection.execute(statement)
        if "places" in broken:
            wrong = lineage.unsettled(connection)
            every = [row[0] for row in connection.execute("SELECT article FROM ledger WHERE state <> 'pending'")]
            lineage.settle(connection, every)
            writing.derive_again(connection, wrong)
        if "stories" in broken:
            (grouping.settle_anew if again else grouping.settle_all)(connection)
        if "corrections" in broken:
            notices.link_all(connection)
    if "short names" in broken:
        aliases.learn_anew(archive)
    if "signs" in broken:
        (index.path / opening.SIGNS).unlink(missing_ok=True)
    if "places" in broken:
        _ = index.encoder  # asking for it finishes what is to be derived again


def _wanted() -> dict[str, str]:
    """Return the statement that makes each table, index and trigger, tables first."""
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.create(connection)
        for statement in (*aliases.TABLES, calendar.TRIGGER):
            connection.execute(statement)
        return _made(connection)


def _there(archive: Archive) -> dict[str, str]:
    with archive.use() as connection:
        return _made(connection)


def _made(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type <> 'table', name"
    )
    return dict(rows.fetchall())


def _spread(archive: Archive) -> list[int]:
    """Return the row numbers of searchable articles, a thousand or so, spread over all of them."""
    step = max(1, _one(archive, "SELECT count(*) FROM ledger") // READ)
    rows = _rows(archive, "SELECT article FROM ledger WHERE state = 'done' ORDER BY article")
    return [row[0] for row in rows[::step]]


def _rows(archive: Archive, query: str) -> list[tuple[Any, ...]]:
    with archive.use() as connection:
        return connection.execute(query).fetchall()


def _one(archive: Archive, query: str) -> int:
    return int(_rows(archive, query)[0][0])
