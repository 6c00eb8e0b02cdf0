"""Short names that the archive itself explains, "World Health Organization (WHO)": learned as articles are taken in."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime

from qa.archive import Archive, window

TABLES = (
    """CREATE TABLE IF NOT EXISTS aliases (
    article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
    short TEXT NOT NULL,
    long TEXT NOT NULL,
    head TEXT NOT NULL, -- the first word of the long name, in small letters
    PRIMARY KEY (article, short, long)
) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS aliases_short ON aliases (short)",
    "CREATE INDEX IF NOT EXISTS aliases_head ON aliases (head)",
)

_SMALL = "of|for|the|and|de|du|des|la|le|on|in|to|&"
_LONG = rf"[A-Z][\w’'-]*(?:[ ](?:(?:{_SMALL})[ ])*[A-Z][\w’'-]*){{1,7}}"
_SHORT = r"[A-Z](?:[A-Za-z]{0,6}[A-Z])"
_EXPLAINED = re.compile(rf"(?P<long>{_LONG})[ ]\((?P<short>{_SHORT})s?\)|(?P<short2>{_SHORT})[ ]\((?P<long2>{_LONG})\)")
_SHOUTED = re.compile(r"\b[A-Z][A-Za-z]{0,6}[A-Z]\b")
_WORD = re.compile(r"\w+")
_MOST = 4


def found(text: str) -> Iterator[tuple[str, str]]:
    """Yield the short and the long names that a text explains; the short one's letters begin the long one's words."""
    for match in _EXPLAINED.finditer(text):
        short = match["short"] or match["short2"]
        words = (match["long"] or match["long2"]).split()
        for first in range(len(words) - 1):
            big = [word[0] for word in words[first:] if word[0].isupper()]
            every = [word[0].upper() for word in words[first:]]
            if short.upper() in ("".join(big), "".join(every)) and words[first][0].isupper():
                yield short, " ".join(words[first:])
                break


def prepare(archive: Archive) -> None:
    """Make the table, and learn from what was taken in before there was one; a writer calls it once."""
    with archive.use() as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'aliases'").fetchone():
            return
    with archive.transaction() as connection:
        for statement in TABLES:
            connection.execute(statement)
        last = -1
        while rows := connection.execute(
            "SELECT n, body FROM articles WHERE n > ? ORDER BY n LIMIT 500", (last,)
        ).fetchall():
            last = rows[-1][0]
            for n, body in rows:
                learn(connection, n, body)


def learn(connection: sqlite3.Connection, article: int, body: str) -> None:
    """Note what an article explains."""
    if "(" in body:
        connection.executemany(
            "INSERT OR IGNORE INTO aliases (article, short, long, head) VALUES (?, ?, ?, ?)",
            [(article, short, long, _head(long)) for short, long in found(body)],
        )


def mislearned(archive: Archive, articles: Iterable[int]) -> list[int]:
    """Return those of some articles of which the table does not hold just what they explain."""
    wrong = []
    with archive.use() as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'aliases'").fetchone():
            return []
        for n in articles:
            body = connection.execute("SELECT body FROM articles WHERE n = ?", (n,)).fetchone()
            held = connection.execute("SELECT short, long, head FROM aliases WHERE article = ?", (n,)).fetchall()
            if body and set(held) != {(short, long, _head(long)) for short, long in found(body[0])}:
                wrong.append(n)
    return wrong


def learn_anew(archive: Archive) -> None:
    """Forget the table and learn it from every article."""
    with archive.transaction() as connection:
        connection.execute("DROP TABLE IF EXISTS aliases")
    prepare(archive)


def _head(long: str) -> str:
    return long.split()[0].lower()


def wordings(archive: Archive, text: str, before: datetime | None) -> list[str]:
    """Return the other names, known by ``before``, of what a text names: of WHO the long one, of the long one WHO.

    Of a short name that stands for several, the one that most articles explain.
    """
    names = {name.removesuffix("s") for name in _SHOUTED.findall(text)}
    heads = {word.lower() for word in _WORD.findall(text)}
    known = (
        "SELECT short, long, count(*) FROM aliases x JOIN sources s ON s.article = x.article AND s.is_primary"
        " JOIN ledger l ON l.article = x.article AND l.state <> 'pending'"
        " WHERE x.{column} IN ({{marks}}) AND (s.known IS NULL OR s.known <= :before)"
        " GROUP BY short, long ORDER BY count(*) DESC, long"
    )
    with archive.use() as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'aliases'").fetchone():
            return []
    told: dict[str, str] = {}
    for short, long, _ in archive.by_id(known.format(column="short"), names, window(before, None)):
        told.setdefault(short, long)
    folded = text.lower()
    back = archive.by_id(known.format(column="head"), heads, window(before, None))
    shorter = [short for short, long, _ in back if long.lower() in folded and short not in text]
    return list(dict.fromkeys([*told.values(), *shorter]))[:_MOST]
