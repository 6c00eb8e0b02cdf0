"""What one writer does to the archive: place an article, embed it, mark it done. Each step is one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa.archive import INDEXED, Archive, Indexed, aliases, grouping, lineage, notices, schema
from qa.ingest import Read, Rejected, content_id
from qa.types import Article, Moment, Passage

Placed = Literal["added", "updated", "unchanged", "carried"]
"""A new text; a new version or new facts about a known one; nothing new; a known text at another place."""

Splitter = Callable[[Article], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Work:
    """An article of which something has yet to be derived."""

    n: int
    article: Article
    stale: bool


def place(
    archive: Archive, articles: Sequence[Article], split: Splitter, versions: tuple[str, str]
) -> list[Placed | Rejected]:
    """Write articles, or what is new about them, in one transaction, and mark them as work.

    ``versions`` names splitter and encoder. Returns what became of each.
    """
    contents = [content_id(article.body, article.headline) for article in articles]
    with archive.use() as connection:
        known = [_row_of(connection, content) is not None for content in contents]
    # Splitting takes longer than writing: it is done before the archive is locked.
    passages = [() if there else split(article) for article, there in zip(articles, known, strict=True)]
    with archive.transaction() as connection:
        return [
            _place(connection, article, content, cut, versions)
            for article, content, cut in zip(articles, contents, passages, strict=True)
        ]


def _row_of(connection: sqlite3.Connection, content: str) -> int | None:
    row = connection.execute("SELECT n FROM articles WHERE content = ?", (content,)).fetchone()
    return None if row is None else int(row[0])


def _place(
    connection: sqlite3.Connection,
    article: Article,
    content: str,
    passages: Sequence[Passage],
    versions: tuple[str, str],
) -> Placed | Rejected:
    place_of = _lineage(article)
    known = _row_of(connection, content)
    if known is not None:
        return _again(connection, known, article, place_of)
    if connection.execute("SELECT 1 FROM articles WHERE id = ?", (article.id,)).fetchone():
        return Rejected(article.url or article.id, f"its id {article.id!r} names another text already")
    earlier = place_of and connection.execute("SELECT 1 FROM sources WHERE lineage = ?", (place_of,)).fetchone()
    if _is_summary(article) and _holds_whole(connection, place_of):
        return "unchanged"
    n = connection.execute(
        "INSERT INTO articles (id, content, body, language, kind, fictional) VALUES (?, ?, ?, ?, ?, ?)",
        (article.id, content, article.body, article.language, article.kind, article.fictional),
    ).lastrowid
    assert n is not None
    _insert_source(connection, n, article, place_of)
    aliases.learn(connection, n, article.body)
    connection.executemany(
        "INSERT INTO passages (id, article, start, stop, times) VALUES (?, ?, ?, ?, ?)",
        [(each.id, n, each.start, each.end, schema.times(each.times)) for each in passages],
    )
    connection.execute(
        "INSERT INTO ledger (article, splitter, encoder, label, state) VALUES (?, ?, ?, '', 'pending')", (n, *versions)
    )
    return "updated" if earlier else "added"


def _is_summary(article: Article) -> bool:
    return isinstance(article, Read) and article.summary


def _holds_whole(connection: sqlite3.Connection, place_of: str) -> bool:
    """Whether a place carries a whole article already, which a summary of it does not follow."""
    found = connection.execute(
        "SELECT 1 FROM sources WHERE lineage = ? AND lineage <> '' AND NOT summary LIMIT 1", (place_of,)
    )
    return found.fetchone() is not None


def _lineage(article: Article) -> str:
    if article.url:
        return lineage.of_url(article.url)
    source = article.source if isinstance(article, Read) else ""
    return lineage.of_file(source)


def _insert_source(connection: sqlite3.Connection, n: int, article: Article, place_of: str) -> None:
    # A pending article's first source is its primary, so that the article can be read back while it is derived.
    first = not connection.execute("SELECT 1 FROM sources WHERE article = ?", (n,)).fetchone()
    own = schema.micros(article.known_from)
    connection.execute(
        "INSERT INTO sources (article, lineage, url, headline, outlet, byline, published, updated, date_source,"
        " updated_source, summary, own, known, is_primary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            n, place_of, article.url, article.headline, article.outlet, article.byline,
            schema.written(article.published), schema.written(article.updated), article.date_source,
            article.updated_source, _is_summary(article), own, own, first,
        ),
    )  # fmt: skip


def _again(connection: sqlite3.Connection, n: int, article: Article, place_of: str) -> Placed:
    """Note what a known text's coming again adds: another place, a missing date, a better headline, or nothing."""
    rows = connection.execute(
        "SELECT n, headline, byline, published, updated, own, withdrawn FROM sources"
        " WHERE article = ? AND lineage = ? AND outlet = ? ORDER BY n DESC",
        (n, place_of, article.outlet),
    ).fetchall()
    if not rows:
        earlier = place_of and connection.execute("SELECT 1 FROM sources WHERE lineage = ?", (place_of,)).fetchone()
        _insert_source(connection, n, article, place_of)
        _touch(connection, n)
        return "updated" if earlier else "carried"
    own = schema.micros(article.known_from)
    source, headline, byline, published, updated, known, aside = rows[0]
    if (
        not _is_summary(article)
        and connection.execute("UPDATE sources SET summary = 0 WHERE n = ? AND summary", (source,)).rowcount
    ):
        _touch(connection, n)
    if (
        own is not None
        and known is not None
        and ((aside and own > known) or _replaced_since(connection, place_of, n, known, own))
    ):
        _insert_source(connection, n, article, place_of)
        _touch(connection, n)
        return "updated"
    # The clocks of a text do not move later: it was known from the first on.
    take_dates = own is not None and (known is None or own < known)
    # A name under the text that came later must not show as of an earlier day.
    renames = known is None or (own is not None and own <= known)
    fresh = (
        (renames and article.headline) or headline,
        (renames and article.byline) or byline,
        schema.written(article.published) if take_dates else published,
        schema.written(article.updated) if take_dates else updated,
    )
    if fresh == (headline, byline, published, updated):
        return "unchanged"
    connection.execute(
        "UPDATE sources SET headline = ?, byline = ?, published = ?, updated = ? WHERE n = ?", (*fresh, source)
    )
    if take_dates:
        connection.execute(
            "UPDATE sources SET own = ?, date_source = ?, updated_source = ? WHERE n = ?",
            (own, article.date_source, article.updated_source, source),
        )
    _touch(connection, n)
    return "updated"


def _replaced_since(connection: sqlite3.Connection, place_of: str, n: int, known: int, own: int) -> bool:
    """Whether another text stood at this place between two times of this one: it has been put back."""
    found = connection.execute(
        "SELECT 1 FROM sources WHERE lineage = ? AND lineage <> '' AND article <> ? AND own >= ? AND own < ?",
        (place_of, n, known, own),
    )
    return found.fetchone() is not None


def derive_again(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Have all that is derived from searchable articles be derived once more; vectors stay where the heading does."""
    for n in articles:
        _touch(connection, n)


def _touch(connection: sqlite3.Connection, n: int) -> None:
    connection.execute("UPDATE ledger SET state = 'stale' WHERE article = ? AND state = 'done'", (n,))


def work(archive: Archive, limit: int) -> list[Work]:
    """Return articles of which something has yet to be derived, the oldest first."""
    with archive.use() as connection:
        rows = connection.execute(
            f"SELECT {schema.COLUMNS}, l.state FROM ledger l JOIN articles a ON a.n = l.article"
            " JOIN sources s ON s.article = a.n AND s.is_primary WHERE l.state <> 'done' ORDER BY a.n LIMIT ?",
            (limit,),
        ).fetchall()
    return [Work(row[0], schema.article(row[:-1]), row[-1] == "stale") for row in rows]


def needs_vectors(archive: Archive, items: Sequence[Work]) -> bool:
    """Whether an encoder is needed to finish these."""
    return any(_label_changed(archive, item) or _unembedded(archive, item.n) for item in items)


def label(article: Article) -> str:
    """Return the line that stands above each passage when it is encoded: headline and date."""
    dated = article.dated
    day = "" if dated is None else _day(dated)
    return f"{article.headline} ({day})" if article.headline and day else article.headline or day


def _day(moment: Moment) -> str:
    # Month names by hand: strftime's follow the locale of the process, and vectors must not.
    months = "January February March April May June July August September October November December".split()
    return f"{moment.day} {months[moment.month - 1]} {moment.year}"


def refresh(archive: Archive, item: Work, split: Splitter) -> list[tuple[int, str]]:
    """Return the passages of an article that want a vector: their row numbers and the text to encode.

    Where its heading has changed, all do; its time expressions are then resolved anew.
    """
    heading = label(item.article)
    if _label_changed(archive, item):
        passages = split(item.article)
        with archive.transaction() as connection:
            connection.executemany(
                "UPDATE passages SET times = ? WHERE id = ?", [(schema.times(each.times), each.id) for each in passages]
            )
        rows = _passage_rows(archive, item.n)
    else:
        rows = _unembedded(archive, item.n)
    body = item.article.body
    return [(n, f"{heading}\n{body[start:stop]}" if heading else body[start:stop]) for n, start, stop in rows]


def _label_changed(archive: Archive, item: Work) -> bool:
    with archive.use() as connection:
        stored = connection.execute("SELECT label FROM ledger WHERE article = ?", (item.n,)).fetchone()[0]
    return bool(item.stale and stored != label(item.article))


def _passage_rows(archive: Archive, n: int) -> list[tuple[int, int, int]]:
    with archive.use() as connection:
        return connection.execute("SELECT n, start, stop FROM passages WHERE article = ? ORDER BY n", (n,)).fetchall()


def _unembedded(archive: Archive, n: int) -> list[tuple[int, int, int]]:
    with archive.use() as connection:
        return connection.execute(
            "SELECT p.n, p.start, p.stop FROM passages p LEFT JOIN embeddings e ON e.passage = p.n"
            " WHERE p.article = ? AND e.n IS NULL ORDER BY p.n",
            (n,),
        ).fetchall()


def store_vectors(archive: Archive, rows: Sequence[int], vectors: npt.NDArray[np.float32]) -> int:
    """Write the embeddings of passages; return how many were unusable (zero or not finite) and so left out."""
    lengths = np.linalg.norm(vectors, axis=1)
    usable = np.isfinite(lengths) & (lengths > 1e-6)
    with archive.transaction() as connection:
        replaced = connection.executemany(
            "DELETE FROM embeddings WHERE passage = ?", [(int(row),) for row in rows]
        ).rowcount
        if replaced:
            bump(connection)
        connection.executemany(
            "INSERT INTO embeddings (passage, vector) VALUES (?, ?)",
            [
                (int(row), vector.astype("<f2").tobytes())
                for row, vector, fine in zip(rows, vectors, usable, strict=True)
                if fine
            ],
        )
    return int(len(rows) - usable.sum())


def indexed(archive: Archive, items: Sequence[Work]) -> list[Indexed]:
    """Return the passages of articles as the derived indexes take them in."""
    found: list[Indexed] = []
    with archive.use() as connection:
        for item in items:
            rows = connection.execute(f"{INDEXED} WHERE a.n = ? ORDER BY p.n", (item.n,)).fetchall()
            found += [Indexed(*row[1:]) for row in rows]
    return found


def mark_done(archive: Archive, items: Sequence[Work]) -> None:
    """Make articles searchable, and settle which version stands where. What that changes becomes work again."""
    with archive.transaction() as connection:
        if _overtaken(connection, items):
            bump(connection)
        connection.executemany(
            "UPDATE ledger SET state = 'done', label = ? WHERE article = ?",
            [(label(item.article), item.n) for item in items],
        )
        touched = lineage.settle(connection, [item.n for item in items])
        grouping.settle(connection, touched)
        notices.link(connection, [item.n for item in items])
        for item in items:
            row = connection.execute(
                f"SELECT {schema.COLUMNS} FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary"
                " WHERE a.n = ?",
                (item.n,),
            ).fetchone()
            if label(schema.article(row)) != label(item.article):
                _touch(connection, item.n)


def _overtaken(connection: sqlite3.Connection, items: Sequence[Work]) -> bool:
    """Whether a reader may have taken in later embeddings than these, and so would not look for these again."""
    seen = connection.execute(
        "SELECT e.n FROM embeddings e JOIN passages p ON p.n = e.passage JOIN ledger l ON l.article = p.article"
        " WHERE l.state <> 'pending' ORDER BY e.n DESC LIMIT 1"
    ).fetchone()
    first = [
        connection.execute(
            "SELECT min(e.n) FROM embeddings e JOIN passages p ON p.n = e.passage WHERE p.article = ?", (item.n,)
        ).fetchone()[0]
        for item in items
        if not item.stale
    ]
    return seen is not None and any(n is not None and n < seen[0] for n in first)


def bump(connection: sqlite3.Connection) -> None:
    """Tell readers that embeddings which they have taken in are no longer there."""
    connection.execute("INSERT INTO meta VALUES ('rewrites', '1') ON CONFLICT (key) DO UPDATE SET value = value + 1")


def write_meta(archive: Archive, pairs: Iterable[tuple[str, str]]) -> None:
    """Write facts about the index."""
    with archive.transaction() as connection:
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", list(pairs)
        )
