"""The archive's tables, and its rows as the package's types."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime

from qa.types import Article, Moment, TimeMention

VERSION = 4
"""Raised when a table changes. An older index is brought up to it when it is opened (``upgrade``)."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- One row a text. Its id and content never change; a corrected text is another row.
CREATE TABLE articles (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    language TEXT NOT NULL,
    kind TEXT NOT NULL,
    fictional INTEGER NOT NULL
);

-- One row for each place that carries a text. A lineage (a URL, or a file) carries one text after the other:
-- this one from ``known`` until ``until``, microseconds since 1970 in UTC, NULL for open.
CREATE TABLE sources (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
    lineage TEXT NOT NULL,
    url TEXT NOT NULL,
    headline TEXT NOT NULL,
    outlet TEXT NOT NULL,
    byline TEXT NOT NULL,
    published TEXT,
    updated TEXT,
    date_source TEXT NOT NULL,
    updated_source TEXT NOT NULL DEFAULT 'unknown',
    summary INTEGER NOT NULL DEFAULT 0, -- stands in for the text, and never for one that is there
    withdrawn INTEGER NOT NULL DEFAULT 0, -- put aside: somebody made an earlier version the one that stands
    own INTEGER,
    known INTEGER,
    until INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    is_primary INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX sources_article ON sources (article);
CREATE INDEX sources_lineage ON sources (lineage) WHERE lineage <> '';

CREATE TABLE passages (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL,
    times TEXT NOT NULL
);
CREATE INDEX passages_article ON passages (article);

-- fp16, little-endian. ``n`` grows with each write, so that a reader takes in only what is new.
CREATE TABLE embeddings (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    passage INTEGER NOT NULL UNIQUE REFERENCES passages (n) ON DELETE CASCADE,
    vector BLOB NOT NULL
);

-- What is derived from an article and how far that has come.
--   pending: written, not yet searchable
--   stale: searchable, but its heading or date has changed since it was embedded
--   done: searchable
CREATE TABLE ledger (
    article INTEGER PRIMARY KEY REFERENCES articles (n) ON DELETE CASCADE,
    splitter TEXT NOT NULL,
    encoder TEXT NOT NULL,
    label TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'stale', 'done'))
);
CREATE INDEX ledger_work ON ledger (article) WHERE state <> 'done';
"""

VISITS = """
-- What is remembered of an address that was read: a feed's validators, a digest of what a feed said of an entry.
CREATE TABLE visits (
    url TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    mark TEXT NOT NULL,
    articles INTEGER NOT NULL
) WITHOUT ROWID;
"""

STORIES = """
-- Which articles carry one text. ``story`` is the article that the text is from, ``variant_of`` the story whose text an
-- original repeats but for a fact; ``own`` and ``agency`` are what the order of the articles was settled by.
CREATE TABLE stories (
    article INTEGER PRIMARY KEY REFERENCES articles (n) ON DELETE CASCADE,
    story INTEGER NOT NULL,
    variant_of INTEGER,
    own INTEGER,
    agency INTEGER NOT NULL
);
CREATE INDEX stories_story ON stories (story);
CREATE INDEX stories_variant ON stories (variant_of) WHERE variant_of IS NOT NULL;

-- The shingles by which the original of a story is found.
CREATE TABLE sketches (
    shingle INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
    PRIMARY KEY (shingle, article)
) WITHOUT ROWID;
CREATE INDEX sketches_article ON sketches (article);

-- Which articles a notice corrects.
CREATE TABLE corrections (
    notice INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
    article INTEGER NOT NULL REFERENCES articles (n) ON DELETE CASCADE,
    PRIMARY KEY (notice, article)
) WITHOUT ROWID;
CREATE INDEX corrections_article ON corrections (article);
CREATE INDEX IF NOT EXISTS articles_notices ON articles (n) WHERE kind = 'correction';
"""

COLUMNS = """a.n, a.id, a.body, s.headline, s.outlet, s.byline, s.url, s.published, s.updated, s.date_source,
    s.updated_source, a.language, a.kind, s.version, a.fictional"""


def article(row: Sequence[object]) -> Article:
    """Return the article of a row of ``COLUMNS``."""
    _, name, body, headline, outlet, byline, url, published, updated, found, changed, *rest = row
    language, kind, version, fictional = rest
    return Article(
        name,  # type: ignore[arg-type]  # the table's columns are typed and not null
        body=body,  # type: ignore[arg-type]
        headline=headline,  # type: ignore[arg-type]
        outlet=outlet,  # type: ignore[arg-type]
        byline=byline,  # type: ignore[arg-type]
        url=url,  # type: ignore[arg-type]
        published=moment(published),
        updated=moment(updated),
        date_source=found,  # type: ignore[arg-type]
        updated_source=changed,  # type: ignore[arg-type]
        language=language,  # type: ignore[arg-type]
        kind=kind,  # type: ignore[arg-type]
        version=version,  # type: ignore[arg-type]
        fictional=bool(fictional),
    )


def moment(value: object) -> Moment | None:
    """Return a stored date: ten characters are a day."""
    if not isinstance(value, str):
        return None
    return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)


def written(value: Moment | None) -> str | None:
    """Return a date as it is stored."""
    return None if value is None else value.isoformat()


def micros(value: datetime | None) -> int | None:
    """Return an instant as whole microseconds since 1970 in UTC."""
    if value is None:
        return None
    since = (value if value.tzinfo else value.replace(tzinfo=UTC)) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def times(mentions: Sequence[TimeMention]) -> str:
    """Return time mentions as they are stored."""
    return json.dumps(
        [
            [
                each.start,
                each.end,
                each.text,
                each.value,
                each.kind,
                _iso(each.earliest),
                _iso(each.latest),
                each.quoted,
            ]
            for each in mentions
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def mentions(stored: str) -> tuple[TimeMention, ...]:
    """Return stored time mentions."""
    return tuple(
        TimeMention(
            start,
            end=end,
            text=text,
            value=value,
            kind=kind,
            earliest=datetime.fromisoformat(earliest) if earliest else None,
            latest=datetime.fromisoformat(latest) if latest else None,
            quoted=quoted,
        )
        for start, end, text, value, kind, earliest, latest, quoted in json.loads(stored)
    )


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def create(connection: sqlite3.Connection) -> None:
    """Create the tables, in one transaction of the caller."""
    _execute(connection, TABLES + VISITS + STORIES)


def _execute(connection: sqlite3.Connection, statements: str) -> None:
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.execute(statement)


def is_old(connection: sqlite3.Connection) -> bool:
    """Whether the tables are those of an earlier version."""
    return not _has(connection, "corrections") or "withdrawn" not in _columns(connection)


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _columns(connection: sqlite3.Connection) -> set[str]:
    return {row[1] for row in connection.execute("PRAGMA table_info(sources)")}


def upgrade(connection: sqlite3.Connection) -> None:
    """Bring the tables of an earlier version up to this one, in one transaction of the caller; nothing is re-encoded.

    Where an update was found is not known of what was taken in before, and stays so. The new tables are empty: what
    they hold is derived (``grouping.settle_all``).
    """
    columns = _columns(connection)
    if "updated_source" not in columns:
        connection.execute("ALTER TABLE sources ADD COLUMN updated_source TEXT NOT NULL DEFAULT 'unknown'")
    if "summary" not in columns:
        connection.execute("ALTER TABLE sources ADD COLUMN summary INTEGER NOT NULL DEFAULT 0")
    if "withdrawn" not in columns:
        connection.execute("ALTER TABLE sources ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0")
    if not _has(connection, "visits"):
        _execute(connection, VISITS)
    if not _has(connection, "corrections"):
        _execute(connection, STORIES)
    connection.execute(
        "UPDATE meta SET value = json_set(value, '$.schema', ?) WHERE key = 'manifest'"
        " AND json_extract(value, '$.schema') < ?",
        (VERSION, VERSION),
    )
