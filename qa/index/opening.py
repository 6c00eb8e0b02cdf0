"""Where an index is opened or made: its folder and its lock, and nothing left behind by an opening that fails."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from qa import lexical
from qa.archive import FILE as ARCHIVE
from qa.archive import Archive, aliases, calendar
from qa.errors import ArchiveError, IndexDamaged, IndexLocked, IndexMissing, InputError
from qa.index import lock, manifest
from qa.lexical import Lexical

LEXICAL = "lexical"
CHROMA = "chroma"
SIGNS = "signs.bin"


def missing(folder: Path) -> str:
    """Say that there is no index, and how to build one."""
    return f"there is no index at {str(folder)!r}: build one with `qa ingest SOURCES --index {folder}`"


def locked(folder: Path) -> str:
    """Say who writes the index, and what to do."""
    named = lock.holder(folder)
    who = f"{named} writes it" if named else "it was opened read-only, or its folder cannot be written"
    return (
        f"the index {str(folder)!r} is open read-only here: {who};"
        " end that process, or run `qa ingest` again when it has ended"
    )


def prepare(archive: Archive) -> None:
    """Have the archive keep what a search needs beside the articles; a writer calls it once."""
    calendar.watch(archive)
    aliases.prepare(archive)


def words(folder: Path, archive: Archive, *, write: bool, note: Callable[[str], None]) -> Lexical:
    """Open the lexical index; one that is damaged is built anew by a writer, and in memory by a reader."""
    try:
        return lexical.open_lexical(folder, write=write)
    except IndexDamaged as error:
        if not write:
            note(f"{error}: words are searched in memory; the next writer builds it anew")
            return lexical.in_memory(archive.searchable())
        note(f"{error}: it is built anew from the archive")
        lexical.discard(folder)
        return lexical.open_lexical(folder, write=True)


def is_new(folder: Path, create: bool) -> bool:
    """Return whether the index has yet to be made.

    Raises:
        IndexMissing: there is none, and it may not be made.
        InputError: the path is a file.
    """
    if (folder / ARCHIVE).is_file():
        return False
    if not create:
        raise IndexMissing(missing(folder))
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{str(folder)!r} is a file, and an index is a folder: name another with --index")
    return True


def make(folder: Path) -> list[Path]:
    """Make the folder; return what was made, the innermost first.

    Raises:
        ArchiveError: it cannot be made.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"the folder {str(folder)!r} cannot be made ({error.strerror}): name another with --index"
        ) from error
    return made


def unmake(folder: Path, made: list[Path]) -> None:
    """Take away what a failed opening made."""
    if made:
        for name in (lock.FILE, manifest.FILE, ARCHIVE, f"{ARCHIVE}-wal", f"{ARCHIVE}-shm"):
            (folder / name).unlink(missing_ok=True)
        lexical.discard(folder / LEXICAL)
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()


def take_lock(folder: Path, read_only: bool | None, new: bool) -> lock.Lock | None:
    """Return the writer's lock, or None for a read-only opening.

    Raises:
        ArchiveError: the folder cannot be written, and must be.
        IndexLocked: another process writes, and this one must.
    """
    if read_only:
        return None
    if not os.access(folder, os.W_OK):
        if read_only is False or new:
            raise ArchiveError(
                f"the folder {str(folder)!r} cannot be written: check its owner and rights with `ls -ld`"
            )
        return None
    try:
        held = lock.acquire(folder)
    except OSError as error:
        raise ArchiveError(
            f"the folder {str(folder)!r} cannot be locked ({error.strerror}): check its rights"
        ) from error
    if held is None and (read_only is False or new):
        raise IndexLocked(
            f"the index {str(folder)!r} is being written by {lock.holder(folder)}: end that process, or wait for it"
        )
    return held
