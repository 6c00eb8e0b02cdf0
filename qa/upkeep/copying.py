"""A copy of an SQLite file that is in use, whole and checked."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from qa.archive import translated
from qa.errors import IndexDamaged

_PAGES = 2_000
"""Pages copied at a time; writers go on in between."""


def copy(source: Path, target: Path, told: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Copy a database by SQLite's online backup: a state that was there at one moment, whoever writes meanwhile.

    Args:
        source: the file that is in use.
        target: a file that is not there.
        told: called with how many pages of how many are copied.

    Raises:
        IndexDamaged: the source cannot be read, or the copy is not whole.
        ArchiveError: the disk is full, or the target cannot be written.
    """
    with (
        translated(source),
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)) as read,
        closing(sqlite3.connect(target)) as written,
    ):
        # A read transaction: what others write meanwhile does not make the copying begin again.
        read.execute("BEGIN")
        read.execute("SELECT count(*) FROM sqlite_master").fetchone()
        read.backup(written, pages=_PAGES, progress=lambda state, left, total: told(total - left, total), sleep=0)
        written.execute("PRAGMA journal_mode = DELETE")
    problem = check(target)
    if problem:
        raise IndexDamaged(f"the copy of {str(source)!r} is not whole ({problem}): look at it with `qa doctor`")


def check(path: Path, *, thorough: bool = True) -> str:
    """Return what is wrong with a database file, or an empty string."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            rows = connection.execute(f"PRAGMA {'integrity' if thorough else 'quick'}_check(5)").fetchall()
            said = [str(row[0]) for row in rows if row[0] != "ok"]
            said += [f"a row of {row[0]} refers to nothing" for row in connection.execute("PRAGMA foreign_key_check")][
                :5
            ]
    except sqlite3.Error as error:
        return str(error)
    return "; ".join(said)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
