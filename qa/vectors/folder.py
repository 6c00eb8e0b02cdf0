"""Chroma's folders of one index, one of them in use. That one is never written: a kill meanwhile would damage it."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import shutil
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from qa.vectors import seals
from qa.vectors.asking import DEADLINE, Unhealthy, timed
from qa.vectors.collection import Built, Collection
from qa.vectors.files import flush, point

_POINTER = "CURRENT"
_BUILT = "built.json"
_TRIED = 40
"""Vectors that a trial asks for."""

_M_ARENA_MAX = -8
"""mallopt(3)."""

SERVED = "server.json"
"""Says which collection of a server is in use, where one is set: it stands in the same folder, and is not swept."""


class Folders:
    """Each build is a folder of its own below ``root``; ``CURRENT`` names the one in use."""

    copies = True
    """Whether a build may begin with a copy of what is there."""

    batch = 1_000
    """LlamaIndex and Chroma hold a batch several times over: five thousand take 150 MB for a moment."""

    def __init__(self, root: Path) -> None:
        """Open nothing yet."""
        self._root = root

    @property
    def exists(self) -> bool:
        """Whether one was ever built."""
        return (self._root / _POINTER).exists() or any(path for path in self._root.glob("*") if path.is_dir())

    def told(self) -> Built:
        """Return what the folder in use says of itself.

        Raises:
            Unhealthy: there is none, or it says nothing.
        """
        return _told(current(self._root))

    def open(self) -> tuple[Collection, Built]:
        """Open the folder in use.

        Raises:
            Unhealthy: its files are damaged, or it cannot be opened.
        """
        path, built = current(self._root), self.told()
        if said := seals.problem(path):
            raise Unhealthy(said)
        return _opened(path), built

    def begin(self, used: Collection | None) -> Collection:
        """Make a new folder, with what one in use holds where that is given.

        Raises:
            Unhealthy: it cannot be made.
        """
        path = self._root / uuid.uuid4().hex
        try:
            if used is None:
                path.mkdir(parents=True)
            else:
                shutil.copytree(self._root / used.name, path)
                if not seals.unchanged(path):
                    raise Unhealthy("its files have changed since it was opened")
            return _opened(path)
        except (OSError, Unhealthy) as error:
            shutil.rmtree(path, ignore_errors=True)  # half a copy on a full disk would keep it full
            raise _worded(error) from error

    def finish(self, made: Collection, built: Built) -> Collection:
        """Have the disk hold a new folder, and open it again.

        Raises:
            Unhealthy: it cannot be written.
        """
        made.close()
        _give_back()
        path = self._root / made.name
        try:
            (path / _BUILT).write_text(json.dumps({"last": built.last, "count": built.count}), encoding="utf-8")
            seals.seal(path)
            flush(path)
        except OSError as error:
            raise _worded(error) from error
        return _opened(path)

    def use(self, made: Collection, built: Built) -> None:
        """Point to a folder that is finished.

        Raises:
            Unhealthy: the pointer cannot be written.
        """
        try:
            point(self._root / _POINTER, made.name)
        except OSError as error:
            raise _worded(error) from error

    def abandon(self, made: Collection) -> None:
        """Delete a build that failed: on a full disk it would keep it full."""
        made.close()
        shutil.rmtree(self._root / made.name, ignore_errors=True)

    def sweep(self, used: Collection) -> None:
        """Delete what earlier builds, whole or broken off, have left."""
        for path in self._root.iterdir():
            if path.name not in {used.name, _POINTER, SERVED}:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _worded(error: OSError | Unhealthy) -> Unhealthy:
    """Return an error in one line: that of copying a folder names every file of it."""
    if isinstance(error, Unhealthy):
        return error
    inner = error.args[0] if isinstance(error, shutil.Error) and error.args else []
    said = str(inner[0][2]) if isinstance(inner, list) and inner else str(error)
    return Unhealthy(f"{said.split(': ')[0]} in {error.filename or 'the folder of a new one'}")


def attempt(path: Path) -> None:
    """Open a folder and ask for some of what it holds, in a process that it may end.

    Raises:
        Unhealthy: it holds another number than it says, or a vector does not find itself.
    """
    folder, built = _opened(path), _told(path)
    if folder.count() != built.count:
        raise Unhealthy(f"it holds {folder.count()} of {built.count} vectors")
    folder.probe(folder.some(_TRIED))
    folder.close()


def _told(path: Path) -> Built:
    try:
        told = json.loads((path / _BUILT).read_text(encoding="utf-8"))
        return Built(int(told["last"]), count=int(told["count"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unhealthy(f"its folder does not say what is in it ({error})") from error


def _opened(path: Path) -> Collection:
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    import chromadb
    from chromadb.config import Settings

    _few_arenas()

    settings = Settings(anonymized_telemetry=False, allow_reset=False)
    client: Any = timed(lambda: chromadb.PersistentClient(path=str(path), settings=settings), 3 * DEADLINE)

    def close() -> None:
        with contextlib.suppress(AttributeError):
            client.close()

    return Collection(path.name, client, close=close)


@cache
def _few_arenas() -> None:
    """Have the C library keep two heaps, not eight a core: Chroma's threads leave each of them half full.

    Measured with glibc over five builds of 2,000 vectors: 349 MiB, with two heaps and what is free given back 209.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _give_back() -> None:
    """Give free memory back to the system, where the C library can."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def current(root: Path) -> Path:
    """Return the folder below ``root`` that is in use.

    Raises:
        Unhealthy: the pointer to it is missing or names none.
    """
    try:
        name = (root / _POINTER).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unhealthy(f"no usable pointer to it ({error})") from error
    if not name.isalnum() or not (root / name / "chroma.sqlite3").is_file():
        raise Unhealthy(f"its folder {name!r} is not there")
    return root / name
