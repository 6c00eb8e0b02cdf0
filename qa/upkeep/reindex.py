"""Another encoder for an index: every passage is encoded anew beside it, then the archive is replaced at one stroke.

The new vectors wait in ``reindex.sqlite`` in the index's folder, under a digest of the text that was encoded, so that
an interrupted run goes on where it stopped. Meanwhile the index is read and written as before. The replacing needs the
writer's lock for a moment; processes that read then still see the old index, whole, until they open it again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import numpy as np

from qa.archive import FILE as ARCHIVE
from qa.archive import Archive, open_archive, schema, writing
from qa.encoders import Encoder
from qa.errors import IndexLocked, IndexMissing
from qa.failpoints import crash_point
from qa.index import lock, manifest, opening
from qa.upkeep.copying import copy
from qa.vectors import discard, flush

SIDE = "reindex.sqlite"
_COPY = "archive.reindexed.tmp"
_TEXTS = 64

Told = Callable[[int, int | None, str], None]
"""Called with how many passages are encoded, of how many, and what is being done."""


@dataclass(frozen=True, slots=True)
class Reindexed:
    """What was done: passages in all, those that were encoded now, and the two encoders' fingerprints."""

    passages: int
    encoded: int = field(kw_only=True)
    before: str = field(kw_only=True)
    after: str = field(kw_only=True)


def _quietly(done: int, total: int | None, what: str) -> None:
    """Tell nobody."""


def reindex(index: Path, encoder: Encoder, *, told: Told = _quietly) -> Reindexed:
    """Give an index the vectors of another encoder.

    Args:
        index: the index's folder.
        encoder: the new encoder.
        told: called as the encoding goes on.

    Raises:
        IndexMissing: there is no index.
        IndexLocked: all is encoded, and another process writes the index: to be run again when it has ended.
        ArchiveError: the disk is full or cannot be written.
    """
    if not (index / ARCHIVE).is_file():
        raise IndexMissing(opening.missing(index))
    with closing(_side(index / SIDE, encoder)) as side:
        encoded = _encode(index, side, encoder, told)
        held = lock.acquire(index)
        if held is None:
            raise IndexLocked(
                f"all passages are encoded, and the index {str(index)!r} is being written by {lock.holder(index)}:"
                " end that process and run `qa reindex` again, which then takes a moment"
            )
        try:
            encoded += _encode(index, side, encoder, told)  # what came in between
            done = _replace(index, side, encoder)
        finally:
            held.release()
    (index / SIDE).unlink()
    return replace(done, encoded=encoded)


def _side(path: Path, encoder: Encoder) -> sqlite3.Connection:
    """Open the new vectors, and begin anew where those of another encoder or half a file are there."""
    for attempt in range(2):
        side = sqlite3.connect(path, isolation_level=None)
        try:
            side.execute("CREATE TABLE IF NOT EXISTS made (encoder TEXT NOT NULL)")
            side.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
            made = side.execute("SELECT encoder FROM made").fetchone()
            if made is None:
                side.execute("INSERT INTO made VALUES (?)", (encoder.fingerprint,))
            if made is None or made[0] == encoder.fingerprint:
                return side
        except sqlite3.DatabaseError:
            if attempt:
                raise
        side.close()
        path.unlink()
    raise AssertionError("a new file has no other encoder")


def _texts(archive: Archive) -> Iterator[tuple[int, str, bytes]]:
    """Yield each passage's row, the text that is encoded for it, and its digest."""
    last = -1
    while True:
        with archive.use() as connection:
            rows = connection.execute(
                f"SELECT {schema.COLUMNS} FROM articles a JOIN sources s ON s.article = a.n AND s.is_primary"
                " WHERE a.n > ? ORDER BY a.n LIMIT 100",
                (last,),
            ).fetchall()
            spans = {
                row[0]: connection.execute(
                    "SELECT n, start, stop FROM passages WHERE article = ? ORDER BY n", (row[0],)
                ).fetchall()
                for row in rows
            }
        if not rows:
            return
        last = rows[-1][0]
        for row in rows:
            article = schema.article(row)
            heading = writing.label(article)
            for n, start, stop in spans[row[0]]:
                text = f"{heading}\n{article.body[start:stop]}" if heading else article.body[start:stop]
                yield n, text, hashlib.sha256(text.encode()).digest()


def _encode(index: Path, side: sqlite3.Connection, encoder: Encoder, told: Told) -> int:
    """Encode what is not encoded yet; return how many passages that were."""
    archive = open_archive(index, write=False)
    try:
        with archive.use() as connection:
            total = int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])
        known = "SELECT 1 FROM vectors WHERE text = ?"
        seen, encoded = 0, 0
        stream = _texts(archive)
        while batch := list(islice(stream, _TEXTS)):
            wanted = {key: text for _, text, key in batch if not side.execute(known, (key,)).fetchone()}
            if wanted:
                vectors = np.asarray(encoder.encode_in_bulk(list(wanted.values())), np.float32)
                side.execute("BEGIN")
                side.executemany(
                    "INSERT INTO vectors VALUES (?, ?)",
                    [(key, row.astype("<f2").tobytes()) for key, row in zip(wanted, vectors, strict=True)],
                )
                side.execute("COMMIT")
                crash_point("mid_reindex")
            encoded += len(wanted)
            seen += len(batch)
            told(seen, total, "encoding anew")
        return encoded
    finally:
        archive.close()


def _replace(index: Path, side: sqlite3.Connection, encoder: Encoder) -> Reindexed:
    """Write the archive with the new vectors beside the present one, and put it in its place. The lock is held."""
    fresh = index / _COPY
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    copy(index / ARCHIVE, fresh / ARCHIVE)
    archive = open_archive(fresh, write=True)
    try:
        identity = manifest.read(archive)
        assert identity is not None, "an index that was opened has a manifest"
        count = _fill(archive, side, encoder)
        manifest.sing(archive, encoder)
        changed = replace(identity, encoder=encoder.fingerprint, dim=encoder.dim)
        manifest.write(archive, fresh, changed)
        with archive.use() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        archive.close()
    flush(fresh)
    crash_point("before_reindex_swap")
    # What is derived from the old vectors goes first: whichever archive stands after a kill, it is built from that.
    discard(index / opening.CHROMA)
    (index / opening.SIGNS).unlink(missing_ok=True)
    old = open_archive(index, write=True)
    try:
        with old.use() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        old.close()
    for name in (f"{ARCHIVE}-wal", f"{ARCHIVE}-shm"):
        (index / name).unlink(missing_ok=True)
    crash_point("mid_reindex_swap")
    os.replace(fresh / ARCHIVE, index / ARCHIVE)
    crash_point("after_reindex_swap")
    shutil.rmtree(fresh, ignore_errors=True)
    manifest.mend(index, changed)
    return Reindexed(count, encoded=0, before=identity.encoder, after=encoder.fingerprint)


def _fill(archive: Archive, side: sqlite3.Connection, encoder: Encoder) -> int:
    """Put the new vectors into a copy of the archive; return how many passages have one."""
    count = 0
    stream = _texts(archive)
    with archive.transaction() as connection:
        connection.execute("DELETE FROM embeddings")
        connection.execute("UPDATE ledger SET encoder = ?", (encoder.fingerprint,))
    while batch := list(islice(stream, _TEXTS * 16)):
        rows, vectors = [], []
        for n, _, key in batch:
            [stored] = side.execute("SELECT vector FROM vectors WHERE text = ?", (key,)).fetchone()
            rows.append(n)
            vectors.append(np.frombuffer(stored, "<f2").astype(np.float32))
        count += len(rows) - writing.store_vectors(archive, rows, np.stack(vectors))
    return count
