"""Search by meaning for one index: Chroma where it is healthy, the exact scan everywhere else."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np

from qa.archive import Archive
from qa.lexical import Found
from qa.vectors import Chroma, Exact, Rows, Unhealthy

_State = Literal["closed", "ready", "building", "broken"]

_MORE = 4
_FEWEST = 40
# Chroma takes in about 800 vectors a second: more than this are built beside the questions, not before them.
_AT_ONCE = 2_000
_SAMPLE = 20

_log = logging.getLogger(__name__)


class Dense:
    """The vectors of one index. Every score is the exact cosine, whichever way a passage was found."""

    def __init__(self, archive: Archive, folder: Path | None, dim: int) -> None:
        """Open nothing yet. ``folder`` is Chroma's, or None for a reader."""
        self._archive = archive
        self._chroma = Chroma(folder) if folder else None
        self._exact = Exact(archive, dim)
        self._guard = threading.Lock()
        self.step = threading.RLock()
        """Held by the writer from bringing passages over to marking them done."""
        self._state: _State = "closed"
        self._builder: threading.Thread | None = None
        self.note = ""
        """Why Chroma does not answer, or an empty string."""

    @property
    def state(self) -> str:
        """How passages are found by meaning now."""
        if self._chroma is None:
            return "exact"
        return {"closed": "not yet opened", "ready": "chroma", "building": "exact", "broken": "exact"}[self._state]

    def search(self, vector: Rows, k: int, before: datetime | None, after: datetime | None) -> list[Found]:
        """Return the ``k`` nearest passages that can be read at a time, the nearest first."""
        if k < 1:
            return []
        return self._by_chroma(vector, k, before, after) or self._scan(vector, k, before, after)

    def _by_chroma(self, vector: Rows, k: int, before: datetime | None, after: datetime | None) -> list[Found] | None:
        """Ask Chroma for more than wanted and keep what can be read; None where that leaves too few, or it fails."""
        if self._chroma is None or not self.ensure():
            return None
        wanted = max(k * _MORE, _FEWEST)
        try:
            ids = self._chroma.query(vector, wanted)
        except Unhealthy as error:
            self._fail(error)
            return None
        seen = self._archive.visible(ids, before, after)
        kept = [name for name in ids if name in seen]
        if len(kept) < k:
            return None
        asked = np.asarray(vector, np.float32).reshape(-1)
        scored = [Found(name, _cosine(asked, stored)) for name, stored in self._archive.vectors(kept).items()]
        return sorted(scored, key=lambda found: (-found.score, found.passage_id))[:k]

    def _scan(self, vector: Rows, k: int, before: datetime | None, after: datetime | None) -> list[Found]:
        visible = self._archive.visible_articles(before, after)
        return [Found(name, score) for name, score in self._exact.search(vector, k, visible)]

    def put(self, ids: Sequence[str]) -> None:
        """Bring passages whose embeddings the archive holds into Chroma. What fails is built anew later."""
        if self._chroma is not None and self.ensure():
            try:
                self._chroma.put(list(self._archive.vectors(ids).items()))
            except Unhealthy as error:
                self._fail(error)

    def delete(self, ids: Sequence[str]) -> None:
        """Take passages out of Chroma."""
        if self._chroma is not None and self.ensure():
            try:
                self._chroma.delete(ids)
            except Unhealthy as error:
                self._fail(error)

    def ensure(self) -> bool:
        """Whether Chroma can be asked; opens and checks it the first time, and has it built where it is not well."""
        assert self._chroma is not None
        with self._guard:
            if self._state != "closed":
                return self._state == "ready"
            self._state = "building"  # from here on this thread alone goes on; the others search exactly
        try:
            held, stored = self._chroma.open(), self._stored()
            if held < stored:
                raise Unhealthy(f"it holds {held} of {stored} vectors")
            self._chroma.probe(self._sample(stored))
            self._state = "ready"
        except Unhealthy as error:
            if self._stored():
                _log.warning("Chroma is built anew from the archive: %s", error)
                self.note = str(error)
            self._start_build(at_once=self._stored() <= _AT_ONCE)
        return self._state == "ready"

    def rebuild(self) -> None:
        """Build Chroma from the archive now, and wait for it."""
        if self._chroma is None:
            return
        with self._guard:
            running = self._state == "building"
            self._state = "building"
        if running:
            if self._builder is not None:
                self._builder.join()
        else:
            self._start_build(at_once=True)

    def _start_build(self, *, at_once: bool) -> None:
        if at_once:
            self._build()
        else:
            self._builder = threading.Thread(target=self._build, name="chroma-build", daemon=True)
            self._builder.start()

    def _build(self) -> None:
        assert self._chroma is not None
        last = [0]
        try:
            self._chroma.build(self._rows(last))
            # What was taken in meanwhile. Nothing is marked done while it is brought over.
            with self.step:
                self._chroma.put(list(self._rows(last)))
                self._state = "ready"
                self.note = ""
        except Unhealthy as error:
            self._fail(error)

    def _rows(self, last: list[int]) -> Iterator[tuple[str, Rows]]:
        for n, name, _, stored in self._archive.embeddings(last[0]):
            last[0] = n
            yield name, np.frombuffer(stored, "<f2").astype(np.float32)

    def _fail(self, error: Unhealthy) -> None:
        _log.warning("Chroma is not used: %s", error)
        self.note = f"vector index not used, exact search instead: {error}"
        self._state = "broken"

    def _stored(self) -> int:
        with self._archive.use() as connection:
            return int(
                connection.execute(
                    "SELECT count(*) FROM embeddings e JOIN passages p ON p.n = e.passage"
                    " JOIN ledger l ON l.article = p.article AND l.state <> 'pending'"
                ).fetchone()[0]
            )

    def _sample(self, stored: int) -> list[tuple[str, Rows]]:
        """Return some stored vectors, spread over the whole archive."""
        with self._archive.use() as connection:
            rows = connection.execute(
                "SELECT p.id, e.vector FROM embeddings e JOIN passages p ON p.n = e.passage"
                " JOIN ledger l ON l.article = p.article AND l.state <> 'pending'"
                " WHERE e.n % :step = 0 ORDER BY e.n LIMIT :most",
                {"step": max(1, stored // _SAMPLE), "most": _SAMPLE},
            ).fetchall()
        return [(name, np.frombuffer(stored, "<f2").astype(np.float32)) for name, stored in rows]

    def close(self) -> None:
        """Let Chroma's files go."""
        if self._builder is not None and self._builder.is_alive():
            self._builder.join(60)
        if self._chroma is not None:
            self._chroma.close()


def _cosine(one: Rows, other: Rows) -> float:
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))
