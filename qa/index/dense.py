"""Search by meaning for one index: Chroma and what is newer than it, the exact scan where Chroma is not healthy."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from qa.archive import Archive, numbered
from qa.archive.calendar import Allowed
from qa.failpoints import crash_point
from qa.lexical import Found
from qa.scan import Scan, Visible
from qa.vectors import Chroma, Rows, Server, Unhealthy, Unreachable

_State = Literal["closed", "ready", "growing", "building", "broken"]
"""``growing``: Chroma answers while it is built on; ``building``: it does not."""

_MOSTLY = 0.5
"""Chroma cannot be told what may be found: it is asked only where a filter leaves this part of the archive or more."""

_MORE = 4
_FEWEST = 40
# Chroma takes in about 800 vectors a second: more than this are built beside the questions, not before them.
_AT_ONCE = 2_000
_SAMPLE = 20

_NEWER = 5_000
_SHARE = 10
"""So many vectors are compared exactly (a few milliseconds) before Chroma is built on while articles come in, and this
part of what it has when they have come."""

_AGAIN = 30.0
"""Seconds after which a server that was away is asked again, beside the questions."""

_OUTAGE = "The vector server does not answer; passages are compared in this process instead, none is left out."

_log = logging.getLogger(__name__)


class Dense:
    """The vectors of one index. Every score is the exact cosine, whichever way a passage was found."""

    def __init__(
        self,
        archive: Archive,
        folder: Path | None,
        dim: int,
        *,
        signs: Path | None = None,
        server: Server | None = None,
    ) -> None:
        """Open nothing yet.

        Args:
            archive: what holds the vectors.
            folder: Chroma's, or None for a reader.
            dim: columns of a vector.
            signs: the scan's file.
            server: holds Chroma's collections instead of the folder.
        """
        self._archive = archive
        self._dim = dim
        self._server = server
        self._chroma = Chroma(folder, server=server) if folder else None
        self._exact = Scan(archive, dim, path=signs, write=folder is not None)
        self._newer = self._exact
        """What Chroma does not hold yet."""
        self._guard = threading.Lock()
        self._state: _State = "closed"
        self._builder: threading.Thread | None = None
        self._opener: threading.Thread | None = None
        self._failed = 0.0
        self._grown = 0
        self._gone: list[str] = []
        """Deleted while a build was running, which may have taken it in."""
        self.note = ""
        """Why Chroma does not answer, or an empty string."""

    @property
    def state(self) -> str:
        """How passages are found by meaning now."""
        if self._chroma is None:
            return "exact"
        return {"closed": "not yet opened", "ready": "chroma", "growing": "chroma"}.get(self._state, "exact")

    @property
    def outage(self) -> str:
        """What a reader is told while a server that is set does not answer, or an empty string."""
        return _OUTAGE if self._server is not None and self._state == "broken" else ""

    def search(self, vector: Rows, k: int, allowed: Allowed, visible: Visible) -> list[Found]:
        """Return the ``k`` nearest passages that can be read, the nearest first.

        Args:
            vector: shape (dim,).
            k: how many.
            allowed: the articles that are looked at.
            visible: the ids of those found, by row number, that can be read.
        """
        if k < 1:
            return []
        if allowed.share >= _MOSTLY:
            found = self._by_chroma(vector, k, visible)
            if found is not None:
                return found
        return [Found(name, score) for name, score in self._exact.search(vector, k, allowed, visible)]

    def _by_chroma(self, vector: Rows, k: int, visible: Visible) -> list[Found] | None:
        """Ask Chroma for more than wanted and keep what can be read; None where that leaves too few, or it fails."""
        if self._chroma is None or not self.ensure():
            return None
        wanted = max(k * _MORE, _FEWEST)
        try:
            settled = self._chroma.query(vector, wanted)
        except Unhealthy as error:
            self._fail(error)
            return None
        newer = self._newer.search(vector, wanted, Allowed(), visible)
        rows = numbered.rows(self._archive, settled)
        seen = visible(list(rows.values()))
        kept = [*(seen[row] for row in rows.values() if row in seen), *(name for name, _ in newer)]
        if len(kept) < k:
            return None
        asked = np.asarray(vector, np.float32).reshape(-1)
        scored = [Found(name, _cosine(asked, stored)) for name, stored in self._archive.vectors(kept).items()]
        return sorted(scored, key=lambda found: (-found.score, found.passage_id))[:k]

    def grew(self, count: int) -> None:
        """Note that passages were taken in; Chroma is built on in the background when they are as many as it has.

        Each build copies the folder: building on more often would copy a growing one many times in one ingest.
        """
        self._grown += count
        if self._chroma is None or self._grown <= max(_NEWER, self._chroma.told().count):
            return
        if self.ensure():
            self._start(self._build_on, at_once=False)

    def settle(self) -> None:
        """After an ingest: have Chroma hold what is new where that is much of the whole."""
        if self._chroma is None:
            return
        built = self._chroma.told()
        newer = self._stored(built.last)
        if newer > built.count // _SHARE and self.ensure() and self._chroma.built == built:
            self._start(self._build_on, at_once=newer <= _AT_ONCE)

    def delete(self, ids: Sequence[str]) -> bool:
        """Take passages out of Chroma; return whether they are out now, and not only when the next build is done.

        They are no longer found either way.
        """
        if self._chroma is None or not ids or not self._chroma.exists:
            return True
        ready = self.ensure()
        with self._guard:
            if self._state in ("building", "growing"):
                self._gone += ids
                return False
        try:
            if ready and (held := self._chroma.holds(ids)):
                self._chroma.remove(held)
                crash_point("after_remove_vectors")
        except Unhealthy as error:
            self._fail(error)
        return self._state == "ready"

    def ensure(self) -> bool:
        """Whether Chroma can be asked; opens and checks it the first time, and has it built where it is not well.

        A server that was away is asked again now and then, and no question waits for it.
        """
        assert self._chroma is not None
        with self._guard:
            again = self._state == "broken" and self._due()
            if self._state != "closed" and not again:
                return self._state in ("ready", "growing")
            self._state = "building"  # from here on this thread alone goes on; the others search exactly
            if again:
                self._opener = threading.Thread(target=self._open, name="chroma-open", daemon=True)
                self._opener.start()
                return False
        self._open()
        return self._state in ("ready", "growing")

    def _due(self) -> bool:
        building = self._builder is not None and self._builder.is_alive()
        return self._server is not None and not building and time.monotonic() - self._failed >= _AGAIN

    def _open(self) -> None:
        assert self._chroma is not None
        try:
            self._chroma.open()
            self._chroma.probe(self._sample(self._chroma.built.last))
            self._newer = Scan(self._archive, self._dim, after=self._chroma.built.last)
            with self._guard:
                gone, self._gone = self._gone, []
                self._state, self.note = "ready", ""
            if stale := self._chroma.holds(gone):
                self._chroma.remove(stale)
            self.grew(self._newer.count)
        except Unhealthy as error:
            if self._server is not None and isinstance(error, Unreachable):
                self._fail(error)
                return
            if self._chroma.exists:
                _log.warning("Chroma is built anew from the archive: %s", error)
                self.note = str(error)
            self._start(self._build_anew, at_once=self._stored() <= _AT_ONCE)

    def rebuild(self) -> None:
        """Build Chroma from the archive now, and wait for it."""
        if self._chroma is None:
            return
        self.wait()
        self._state = "building"
        self._start(self._build_anew, at_once=True)

    def wait(self) -> None:
        """Wait for a build that runs."""
        if self._builder is not None:
            self._builder.join()

    def _start(self, build: Callable[[], None], *, at_once: bool) -> None:
        with self._guard:
            if self._builder is not None and self._builder.is_alive():
                return
            self._grown = 0
            if self._state == "ready":
                self._state = "growing"
            if not at_once:
                self._builder = threading.Thread(target=build, name="chroma-build", daemon=True)
                self._builder.start()
                return
        build()

    def _build_anew(self) -> None:
        self._build(anew=True)

    def _build_on(self) -> None:
        self._build(anew=False)

    def _build(self, *, anew: bool) -> None:
        assert self._chroma is not None
        try:
            crash_point("before_build")
            anew = anew or not self._chroma.copies
            self._chroma.build(self._rows(0 if anew else self._chroma.built.last), anew=anew)
            self._newer = Scan(self._archive, self._dim, after=self._chroma.built.last)
            with self._guard:
                gone, self._gone = self._gone, []
                self._state = "ready"
                self.note = ""
            if stale := self._chroma.holds(gone):
                self._chroma.remove(stale)
        except Unhealthy as error:
            self._fail(error)

    def _rows(self, after: int) -> Iterator[tuple[int, str, Rows]]:
        """Yield what is embedded and searchable, up to the first row that is embedded and not searchable yet."""
        stop = self._first_pending()
        for n, name, _, stored in self._archive.embeddings(after):
            if stop is not None and n >= stop:
                return
            yield n, name, np.frombuffer(stored, "<f2").astype(np.float32)

    def _first_pending(self) -> int | None:
        with self._archive.use() as connection:
            found: int | None = connection.execute(
                "SELECT min(e.n) FROM ledger l JOIN passages p ON p.article = l.article"
                " JOIN embeddings e ON e.passage = p.n WHERE l.state <> 'done' AND l.state = 'pending'"
            ).fetchone()[0]
        return found

    def _fail(self, error: Unhealthy) -> None:
        _log.warning("Chroma is not used: %s", error)
        where = f" on {self._server.url!r}" if self._server and self._server.url not in str(error) else ""
        self.note = f"vector index{where} not used, exact search instead: {error}"
        self._failed = time.monotonic()
        self._state = "broken"

    def _stored(self, after: int = 0) -> int:
        with self._archive.use() as connection:
            return int(connection.execute("SELECT count(*) FROM embeddings WHERE n > ?", (after,)).fetchone()[0])

    def _sample(self, last: int) -> list[tuple[str, Rows]]:
        """Return some stored vectors up to a row, spread over all of them."""
        with self._archive.use() as connection:
            rows = connection.execute(
                "SELECT p.id, e.vector FROM embeddings e JOIN passages p ON p.n = e.passage"
                " JOIN ledger l ON l.article = p.article AND l.state <> 'pending'"
                " WHERE e.n <= :last AND e.n % :step = 0 ORDER BY e.n LIMIT :most",
                {"step": max(1, last // _SAMPLE), "most": _SAMPLE, "last": last},
            ).fetchall()
        return [(name, np.frombuffer(stored, "<f2").astype(np.float32)) for name, stored in rows]

    def close(self) -> None:
        """Let Chroma's files go."""
        for thread in (self._opener, self._builder):
            if thread is not None and thread.is_alive():
                thread.join(60)
        if self._chroma is not None:
            self._chroma.close()


def _cosine(one: Rows, other: Rows) -> float:
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))
