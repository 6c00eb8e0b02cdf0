"""Deletion follows the archive: what it no longer has is taken out of everything that is derived from it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from qa.archive import Archive, removing
from qa.errors import ArchiveError, IndexDamaged
from qa.failpoints import crash_point
from qa.index import copies
from qa.index.dense import Dense
from qa.lexical import Lexical

_log = logging.getLogger(__name__)


def follow(folder: Path, archive: Archive, lexical: Lexical, dense: Callable[[], Dense]) -> None:
    """Take out of the derived indexes and of kept conversations what was deleted; the note of it goes last."""
    gone = removing.gone(archive)
    if not gone:
        return
    withdrawn = _withdraw(folder, archive, set(gone))
    ids = [name for each in gone.values() for name in each]
    lexical.delete(ids)
    crash_point("after_remove_lexical")
    if dense().delete(ids) and withdrawn:
        removing.forget(archive, gone)
    crash_point("after_forgotten")


def _withdraw(folder: Path, archive: Archive, gone: set[str]) -> bool:
    """Take the texts out of kept conversations; return whether it is done. It is tried again when an index is opened.

    What has come again since is in the archive, and stays whole in them.
    """
    try:
        copies.withdraw(folder, gone - archive.articles(gone).keys())
    except (ArchiveError, IndexDamaged) as error:  # a damaged file of conversations must not keep the archive shut
        _log.warning("deleted articles are still whole in kept conversations: %s", error)
        return False
    return True
