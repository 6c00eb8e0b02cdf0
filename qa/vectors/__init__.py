"""Search by meaning: Chroma through LlamaIndex in the writer, an exact scan of the archive's vectors elsewhere.

Chroma is a cache. It rewrites its index files in place, and a kill meanwhile damages them without a sign. So what is
in use is never built on. What is new is compared exactly, from the archive's own rows, until there is enough of it;
then another folder (or, on a server, another collection) takes it in, stored vectors must find themselves in it, and
only then does a pointer name it. One that fails its checks at opening is not used, and is built from the archive.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from qa.failpoints import crash_point
from qa.vectors.asking import Unhealthy, Unreachable, timed
from qa.vectors.collection import Built, Collection, Rows
from qa.vectors.files import flush, point
from qa.vectors.folder import Folders
from qa.vectors.server import Collections, Server, discard

__all__ = ["Built", "Chroma", "Rows", "Server", "Unhealthy", "Unreachable", "discard", "flush", "point", "timed"]

_SAMPLE = 20


class Place(Protocol):
    """Where collections are kept: folders of the index, or a server."""

    copies: bool
    batch: int

    @property
    def exists(self) -> bool:
        """Whether one was ever built."""
        ...

    def told(self) -> Built:
        """Return what the one in use was built from, without opening it."""
        ...

    def open(self) -> tuple[Collection, Built]:
        """Open the one in use."""
        ...

    def begin(self, used: Collection | None) -> Collection:
        """Make a new one, with what ``used`` holds where it is given and this place can copy."""
        ...

    def finish(self, made: Collection, built: Built) -> Collection:
        """Make a new one safe from a power cut; return it, open."""
        ...

    def use(self, made: Collection, built: Built) -> None:
        """Point to it."""
        ...

    def abandon(self, made: Collection) -> None:
        """Let one go whose making failed."""
        ...

    def sweep(self, used: Collection) -> None:
        """Delete all but the one in use."""
        ...


class Chroma:
    """What Chroma holds of one index, owned by its writer. One collection is in use."""

    def __init__(self, root: Path, *, server: Server | None = None) -> None:
        """Open nothing yet. ``root`` is the index's folder for Chroma; ``server`` is used instead of files in it."""
        self._place: Place = Collections(root, server) if server else Folders(root)
        self._lock = threading.RLock()
        self._building = threading.Lock()
        self._used: Collection | None = None
        self.built = Built()

    @property
    def exists(self) -> bool:
        """Whether one was ever built."""
        return self._place.exists

    @property
    def copies(self) -> bool:
        """Whether it can be built on; otherwise each build begins with nothing."""
        return self._place.copies

    def open(self) -> None:
        """Open what the pointer names.

        Raises:
            Unreachable: the server does not answer.
            Unhealthy: there is none, it holds less than was put in, or it cannot be opened in time.
        """
        with self._lock:
            used, built = self._place.open()
            self._use(used, built)
            held = used.count()
            if held != built.count:
                raise Unhealthy(f"it holds {held} of {built.count} vectors")
            self._place.sweep(used)

    def told(self) -> Built:
        """Return what the one in use says of itself, without opening it: nothing where there is none."""
        try:
            return self._place.told()
        except Unhealthy:
            return Built()

    def probe(self, sample: Sequence[tuple[str, Rows]]) -> None:
        """Ask for stored vectors: each must find itself.

        Raises:
            Unhealthy: one did not.
        """
        with self._lock:
            self._ready().probe(sample)

    def build(self, rows: Iterable[tuple[int, str, Rows]], *, gone: Sequence[str] = (), anew: bool = True) -> None:
        """Build another beside the present one, check it, then point to it. Questions go on meanwhile.

        Args:
            rows: row number in the archive, passage id and vector, ascending; those of known ids take their place.
            gone: ids to take out.
            anew: begin with nothing, not with a copy of the present one.

        Raises:
            Unhealthy: it failed; the pointer is as it was.
        """
        with self._building:
            made = self._place.begin(None if anew else self._ready())
            try:
                self._build(made, rows, gone, Built() if anew else self.built)
            except Unhealthy:
                self._place.abandon(made)
                raise

    def _build(
        self, made: Collection, rows: Iterable[tuple[int, str, Rows]], gone: Sequence[str], before: Built
    ) -> None:
        made.delete(gone)
        last, sample = self._fill(made, rows)
        built = Built(max(last, before.last), count=made.count())
        fresh = self._place.finish(made, built)
        try:  # what is asked is what the disk has, not what the one that wrote it has in memory
            fresh.probe(sample[:: max(1, len(sample) // (2 * _SAMPLE))])
        except Unhealthy:
            if fresh is not made:
                fresh.close()
            raise
        crash_point("before_swap")
        with self._lock:
            self._place.use(fresh, built)
            crash_point("after_swap")
            self._use(fresh, built)
            self._place.sweep(fresh)

    def _fill(self, made: Collection, rows: Iterable[tuple[int, str, Rows]]) -> tuple[int, list[tuple[str, Rows]]]:
        """Put all rows into it; return the last row number, and some to ask for."""
        last, sample = 0, list[tuple[str, Rows]]()
        stream = iter(rows)
        while batch := list(islice(stream, self._place.batch)):
            made.put([(name, vector) for _, name, vector in batch])
            last = batch[-1][0]
            sample += [(name, vector) for _, name, vector in batch[:: max(1, len(batch) // _SAMPLE)]]
            crash_point("mid_build")
        return last, sample

    def remove(self, ids: Sequence[str]) -> None:
        """Take vectors out of the one in use: from a copy of a folder, on a server at once.

        Raises:
            Unhealthy: it failed.
        """
        if self._place.copies:
            self.build((), gone=ids, anew=False)
            return
        with self._building, self._lock:
            used = self._ready()
            used.delete(ids)
            self.built = Built(self.built.last, count=used.count())
            self._place.use(used, self.built)

    def query(self, vector: Rows, k: int) -> list[str]:
        """Return the ids of the ``k`` nearest, the nearest first.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            return self._ready().query(vector, k)

    def holds(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that are in the one in use.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            return self._ready().holds(ids)

    def ids(self) -> list[str]:
        """Return every id in the one in use.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            return self._ready().holds(None)

    def close(self) -> None:
        """Let the files and connections go."""
        with self._lock:
            self._use(None, Built())

    def _ready(self) -> Collection:
        if self._used is None:
            raise Unhealthy("it is not open")
        return self._used

    def _use(self, used: Collection | None, built: Built) -> None:
        before, self._used, self.built = self._used, used, built
        if before is not None and before is not used:
            before.close()
