"""Deletion follows the archive: what it no longer has is taken out of everything that is derived from it."""

from __future__ import annotations

from collections.abc import Callable

from qa.archive import Archive, writing
from qa.failpoints import crash_point
from qa.index.dense import Dense
from qa.lexical import Lexical


def follow(archive: Archive, lexical: Lexical, dense: Callable[[], Dense]) -> None:
    """Take out of the derived indexes what was deleted from the archive; the note of it goes last."""
    gone = writing.gone(archive)
    if not gone:
        return
    ids = [name for each in gone.values() for name in each]
    lexical.delete(ids)
    crash_point("after_remove_lexical")
    if dense().delete(ids):
        writing.forget(archive, gone)
    crash_point("after_forgotten")
