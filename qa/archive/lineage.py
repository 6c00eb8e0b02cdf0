"""Which text stands at a place at a time: the lineages of URLs and files, and what each text is known as."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from qa.stories import is_agency

NEVER = -(2**62)
"""An end before every beginning: the source is at no time the one to read."""

_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "ref_src")


def of_url(url: str) -> str:
    """Return what two spellings of one address share: host in lower case, no fragment, no tracking parameters."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    if not parts.netloc:
        return url.strip()
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_TRACKING)]
    path = parts.path.rstrip("/")
    host = parts.netloc.lower().removeprefix("www.")
    return f"{host}{path}" + (f"?{urlencode(query)}" if query else "")


def of_file(path: str) -> str:
    """Return what a file is known by, however its path is written; empty for what cannot be a path."""
    try:
        return Path(path).resolve().as_uri() if path else ""
    except (OSError, ValueError):
        return ""


@dataclass(slots=True)
class _Source:
    n: int
    article: int
    own: int | None
    summary: bool
    withdrawn: bool
    known: int | None = None


def settle(connection: sqlite3.Connection, articles: Iterable[int]) -> set[int]:
    """Set, for the searchable articles among ``articles`` and all that share a lineage with them, when each source is
    the one to read, its version number, and which source an article is shown with.

    In a lineage the texts follow each other by the instant from which each is known. A text without a date follows what
    was taken in before it, and is known no earlier than that, nor earlier than its earliest dated carrier.

    Returns all that were looked at.
    """
    touched = set(articles)
    for lineage in _lineages(connection, touched):
        touched |= _settle_lineage(connection, lineage)
    for article in touched:
        _settle_alone(connection, article)
        _choose_primary(connection, article)
    return touched


def unsettled(connection: sqlite3.Connection) -> list[int]:
    """Return the searchable articles with a source that is not as it would be settled now; nothing is written."""
    with closing(sqlite3.connect(":memory:")) as aside:
        for table in ("sources", "ledger"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            aside.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            marks = ", ".join("?" * len(columns))
            aside.executemany(f"INSERT INTO {table} VALUES ({marks})", connection.execute(f"SELECT * FROM {table}"))
        aside.execute("CREATE INDEX sources_n ON sources (n)")
        aside.execute("CREATE INDEX sources_article ON sources (article)")
        aside.execute("CREATE INDEX sources_lineage ON sources (lineage)")
        aside.execute("CREATE INDEX ledger_article ON ledger (article)")
        done = [row[0] for row in aside.execute("SELECT article FROM ledger WHERE state <> 'pending'")]
        before = dict(_settled(aside))
        settle(aside, done)
        searchable = set(done)
        return sorted({row[0] for n, row in _settled(aside) if before[n] != row and row[0] in searchable})


def _settled(connection: sqlite3.Connection) -> Iterator[tuple[int, tuple[int, ...]]]:
    rows = connection.execute("SELECT n, article, known, until, version, is_primary FROM sources")
    return ((n, tuple(rest)) for n, *rest in rows)


def _lineages(connection: sqlite3.Connection, articles: set[int]) -> list[str]:
    found = (
        connection.execute("SELECT DISTINCT lineage FROM sources WHERE article = ? AND lineage <> ''", (article,))
        for article in sorted(articles)
    )
    return sorted({row[0] for rows in found for row in rows})


def _settle_lineage(connection: sqlite3.Connection, lineage: str) -> set[int]:
    """Order the sources of one lineage; return the articles that they carry."""
    rows = connection.execute(
        "SELECT s.n, s.article, s.own, s.summary, s.withdrawn FROM sources s JOIN ledger l ON l.article = s.article"
        " WHERE s.lineage = ? AND l.state <> 'pending' ORDER BY s.n",
        (lineage,),
    )
    sources = [_Source(*row) for row in rows]
    latest: int | None = None
    for source in sources:
        if source.own is not None:
            source.known = source.own
            latest = source.own if latest is None else max(latest, source.own)
        else:
            elsewhere = _earliest_own(connection, source.article)
            source.known = max((each for each in (latest, elsewhere) if each is not None), default=None)
    # A summary stands only where nothing whole does, whatever its date says.
    sources.sort(key=lambda source: (not source.summary, source.known is not None, source.known or 0, source.n))
    whole = not all(source.summary for source in sources if not source.withdrawn)
    version, before = 0, -1
    for index, source in enumerate(sources):
        version += source.article != before
        before = source.article
        following = (later for later in sources[index + 1 :] if not later.withdrawn)
        until = _until(next((later for later in following if later.article != source.article), None))
        until = NEVER if source.withdrawn or (source.summary and whole) else until
        connection.execute(
            "UPDATE sources SET known = ?, until = ?, version = ? WHERE n = ?", (source.known, until, version, source.n)
        )
    return {source.article for source in sources}


def _until(following: _Source | None) -> int | None:
    """Return until when a source is the one to read."""
    if following is None:
        return None
    return NEVER if following.known is None else following.known


def _settle_alone(connection: sqlite3.Connection, article: int) -> None:
    """Set when the sources of an article that belong to no lineage are known."""
    connection.execute(
        "UPDATE sources SET known = coalesce(own, ?), until = NULL WHERE article = ? AND lineage = ''",
        (_earliest_own(connection, article), article),
    )


def _earliest_own(connection: sqlite3.Connection, article: int) -> int | None:
    found: int | None = connection.execute("SELECT min(own) FROM sources WHERE article = ?", (article,)).fetchone()[0]
    return found


def _choose_primary(connection: sqlite3.Connection, article: int) -> None:
    """Show an article with its earliest dated source, an agency before others of the same time."""
    rows = connection.execute(
        "SELECT n, own, outlet, url, until FROM sources WHERE article = ? ORDER BY n", (article,)
    ).fetchall()
    best = min(rows, key=lambda row: (row[1] is None, row[1] or 0, not is_agency(row[2]), row[3], row[2], row[0]))
    connection.execute("UPDATE sources SET is_primary = (n = ?) WHERE article = ?", (best[0], article))
