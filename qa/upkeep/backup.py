"""Backups: the archive and its conversations, copied while they are in use, checked, and put back.

What is derived (the lexical index, Chroma, the scan's signs) is no part of a backup: it is built from the archive.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from qa.archive import FILE as ARCHIVE
from qa.archive import open_archive
from qa.errors import ArchiveError, IndexDamaged, IndexLocked, IndexMissing, InputError
from qa.failpoints import crash_point
from qa.index import lock, manifest, opening
from qa.index.copies import CONVERSATIONS
from qa.upkeep.copying import check, copy, digest
from qa.vectors import flush

ABOUT = "backup.json"

Told = Callable[[int, int | None, str], None]
"""Called with how much is done, of how much, and what is being done."""


def _quietly(done: int, total: int | None, what: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: articles, passages, and the files with their SHA-256."""

    path: str
    made: str = field(kw_only=True)
    articles: int = field(kw_only=True)
    passages: int = field(kw_only=True)
    files: dict[str, str] = field(kw_only=True)


def backup(index: Path, target: Path, *, overwrite: bool = False, told: Told = _quietly) -> Backup:
    """Copy an index into a new folder, as it is at one moment; it may be read and written meanwhile.

    Args:
        index: the index's folder.
        target: the backup's folder, which must not be there.
        overwrite: put it in the place of an earlier backup.
        told: called as the copying goes on.

    Raises:
        IndexMissing: there is no index.
        InputError: the target is there already, or lies within the index.
        IndexDamaged, ArchiveError: the index cannot be read, or the target not written.
    """
    if not (index / ARCHIVE).is_file():
        raise IndexMissing(opening.missing(index))
    if target.resolve().is_relative_to(index.resolve()):
        raise InputError(f"{str(target)!r} lies within the index: name a folder outside of it")
    _free(target, overwrite, ABOUT)
    aside = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        aside.mkdir(parents=True)
        for name in (ARCHIVE, CONVERSATIONS):
            if (index / name).is_file():
                copy(index / name, aside / name, lambda done, total, name=name: told(done, total, f"copying {name}"))  # type: ignore[misc]
            crash_point("mid_backup")
        made = _about(aside)
        (aside / ABOUT).write_text(json.dumps({**_plain(made), "path": ""}, indent=2) + "\n", encoding="utf-8")
        flush(aside)
        _swap(aside, target)
    except OSError as error:
        raise ArchiveError(f"the backup {str(target)!r} cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Backup(str(target), made=made.made, articles=made.articles, passages=made.passages, files=made.files)


def restore(source: Path, index: Path, *, overwrite: bool = False, told: Told = _quietly) -> Backup:
    """Put a backup where an index is to be. What is derived is built when the index is next opened.

    Args:
        source: the backup's folder.
        index: the index's folder, which must not hold one.
        overwrite: put it in the place of the index that is there, which is then gone.
        told: called as the copying goes on.

    Raises:
        InputError: there is no backup, or there is an index already.
        IndexDamaged: a file of the backup is not what it was.
        IndexLocked: somebody writes the index that is there.
    """
    held = verify(source)
    _free(index, overwrite, ARCHIVE)
    locked = lock.acquire(index) if index.is_dir() else None
    if index.is_dir() and locked is None:
        raise IndexLocked(f"the index {str(index)!r} is being written by {lock.holder(index)}: end that process first")
    aside = index.with_name(f"{index.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        aside.mkdir(parents=True)
        for number, name in enumerate(held.files):
            told(number, len(held.files), "copying")
            shutil.copyfile(source / name, aside / name)
            if digest(aside / name) != held.files[name]:
                raise IndexDamaged(f"{name!r} was not copied whole: look at the disk, and try again")
            crash_point("mid_restore")
        archive = open_archive(aside, write=True)
        try:
            identity = manifest.read(archive)
            if identity is not None:
                manifest.mend(aside, identity)
        finally:
            archive.close()
        flush(aside)
        _swap(aside, index)
    except OSError as error:
        raise ArchiveError(f"the index {str(index)!r} cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if locked is not None:
            locked.release()
    return held


def verify(source: Path) -> Backup:
    """Return what a backup holds, after every byte of it was compared with what was written down.

    Raises:
        InputError: it is no backup.
        IndexDamaged: a file is missing or not what it was.
    """
    try:
        told = json.loads((source / ABOUT).read_text(encoding="utf-8"))
        held = Backup(**{**told, "path": str(source), "files": dict(told["files"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{str(source)!r} is no backup ({error}): name a folder that `qa backup` wrote") from error
    for name, known in held.files.items():
        if Path(name).name != name or not (source / name).is_file() or digest(source / name) != known:
            raise IndexDamaged(f"{name!r} of the backup {str(source)!r} is not what was written: use another backup")
    problem = check(source / ARCHIVE, thorough=False)
    if problem:
        raise IndexDamaged(f"the archive of the backup {str(source)!r} is damaged ({problem}): use another backup")
    return held


def _about(folder: Path) -> Backup:
    archive = open_archive(folder, write=False)
    try:
        articles, passages, pending = archive.count()
    finally:
        archive.close()
    files = {path.name: digest(path) for path in sorted(folder.glob("*.sqlite"))}
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return Backup(str(folder), made=made, articles=articles + pending, passages=passages, files=files)


def _plain(made: Backup) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(made)


def _free(target: Path, overwrite: bool, mark: str) -> None:
    """Refuse to write over anything without a word, and over what is none of ours at all."""
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not target.is_dir() or not (target / mark).is_file():
        raise InputError(f"{str(target)!r} is there, and is none of ours: name another folder")
    if not overwrite:
        raise InputError(f"{str(target)!r} is there already: name another folder, or say --overwrite")


def _swap(aside: Path, target: Path) -> None:
    """Put a whole folder in its place; what was there goes when the new one is there."""
    old = target.with_name(f"{target.name}.{uuid.uuid4().hex[:8]}.old")
    crash_point("before_swap_folder")
    if target.exists():
        os.rename(target, old)
        crash_point("mid_swap_folder")
    os.rename(aside, target)
    crash_point("after_swap_folder")
    shutil.rmtree(old, ignore_errors=True)
