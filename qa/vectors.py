"""Search by meaning: Chroma through LlamaIndex in the writer, an exact scan of the archive's vectors elsewhere.

Chroma is a cache. Its files can be damaged by a kill without a sign, so it is believed only after stored vectors have
found themselves, every call has a deadline, and it is built anew in a folder of its own beside the old one, to which
``CURRENT`` then points.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from qa.archive import Archive

Rows = npt.NDArray[np.float32]

_T = TypeVar("_T")
_BATCH = 5_000
"""Below Chroma's limit of 5,461 records a call."""

_DEADLINE = 20.0
_SAMPLE = 20
_NAME = "passages"
_POINTER = "CURRENT"

_log = logging.getLogger(__name__)


class Unhealthy(Exception):
    """Chroma did not answer, or not rightly. It never leaves the index: the exact scan answers instead."""


class Exact:
    """Every vector in memory, and their true order. Takes in what is new when the archive grows."""

    def __init__(self, archive: Archive, dim: int) -> None:
        """Load nothing yet."""
        self._archive = archive
        self._dim = dim
        self._lock = threading.Lock()
        self._rewrites = ""
        self._last = 0
        self._ids: list[str] = []
        self._matrix = np.zeros((0, dim), np.float32)
        self._articles = np.zeros(0, np.int64)

    def search(self, vector: Rows, k: int, visible: npt.NDArray[np.int64] | None) -> list[tuple[str, float]]:
        """Return the ``k`` nearest passages and their cosines, of the articles in ``visible`` (ascending rows)."""
        with self._lock:
            self._load()
            ids, matrix, articles = self._ids, self._matrix, self._articles
        if not ids or k < 1:
            return []
        scores = matrix @ np.asarray(vector, np.float32).reshape(-1)
        if visible is not None:
            scores = np.where(np.isin(articles, visible), scores, -np.inf)
        best = np.argpartition(-scores, min(k, len(ids)) - 1)[:k]
        rows = [(ids[row], float(scores[row])) for row in best if np.isfinite(scores[row])]
        return sorted(rows, key=lambda row: (-row[1], row[0]))

    def _load(self) -> None:
        rewrites = self._archive.meta("rewrites")
        if rewrites != self._rewrites:
            self._rewrites, self._last, self._ids = rewrites, 0, []
            self._matrix, self._articles = np.zeros((0, self._dim), np.float32), np.zeros(0, np.int64)
        fresh = list(self._archive.embeddings(self._last))
        if not fresh:
            return
        rows = np.frombuffer(b"".join(row[3] for row in fresh), "<f2").reshape(len(fresh), -1).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        self._last = fresh[-1][0]
        self._ids = self._ids + [row[1] for row in fresh]
        self._matrix = np.concatenate([self._matrix, rows])
        self._articles = np.concatenate([self._articles, np.array([row[2] for row in fresh], np.int64)])


class Chroma:
    """One Chroma folder, owned by the writer of the index."""

    def __init__(self, root: Path) -> None:
        """Open nothing yet."""
        self._root = root
        self._lock = threading.RLock()
        self._store: Any = None
        self._client: Any = None

    def open(self) -> int:
        """Open the folder that ``CURRENT`` names; return how many vectors it says it has.

        Raises:
            Unhealthy: there is none, or it cannot be opened in time.
        """
        with self._lock:
            try:
                name = (self._root / _POINTER).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise Unhealthy(f"no usable pointer to it ({error})") from error
            folder = self._root / name
            if not name.isalnum() or not (folder / "chroma.sqlite3").is_file():
                raise Unhealthy(f"its folder {name!r} is not there")
            self._connect(folder)
            self._sweep(name)
            return self._call(lambda: int(self._store.client.count()))

    def probe(self, sample: Sequence[tuple[str, Rows]]) -> None:
        """Ask for stored vectors: each must find itself.

        Raises:
            Unhealthy: one did not.
        """
        for name, vector in sample:
            found = self.query(vector, 10)
            if name not in found:
                raise Unhealthy(f"the stored vector of {name!r} does not find itself")

    def build(self, rows: Iterable[tuple[str, Rows]]) -> None:
        """Build anew in a folder beside the present one, check it, then point to it.

        Raises:
            Unhealthy: it failed; the pointer is as it was.
        """
        with self._lock:
            name = uuid.uuid4().hex
            folder = self._root / name
            folder.mkdir(parents=True)
            self._connect(folder)
            sample: list[tuple[str, Rows]] = []
            batch: list[tuple[str, Rows]] = []
            for row in rows:
                batch.append(row)
                if len(batch) == _BATCH:
                    self._add(batch)
                    sample.append(batch[0])
                    batch = []
            if batch:
                self._add(batch)
                sample += batch[:: max(1, len(batch) // _SAMPLE)]
            self.probe(sample[-_SAMPLE:])
            point(self._root / _POINTER, name)
            self._sweep(name)

    def put(self, rows: Sequence[tuple[str, Rows]]) -> None:
        """Take in vectors, in place of those of the same ids: Chroma's own add keeps the old ones.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                self.delete([name for name, _ in batch])
                self._add(batch)

    def delete(self, ids: Sequence[str]) -> None:
        """Take vectors out.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            for start in range(0, len(ids), _BATCH):
                batch = list(ids[start : start + _BATCH])
                self._call(lambda batch=batch: self._store.delete_nodes(batch))  # type: ignore[misc]

    def query(self, vector: Rows, k: int) -> list[str]:
        """Return the ids of the ``k`` nearest, the nearest first.

        Raises:
            Unhealthy: it failed or took too long.
        """
        from llama_index.core.vector_stores import VectorStoreQuery

        asked = VectorStoreQuery(query_embedding=[float(x) for x in np.asarray(vector).reshape(-1)], similarity_top_k=k)
        with self._lock:
            return list(self._call(lambda: self._store.query(asked)).ids or [])

    def close(self) -> None:
        """Let the files go."""
        with self._lock:
            client, self._client, self._store = self._client, None, None
            if client is not None:
                with contextlib.suppress(AttributeError):
                    client.close()

    def _add(self, rows: Sequence[tuple[str, Rows]]) -> None:
        from llama_index.core.schema import TextNode

        nodes = [TextNode(id_=name, text=name, embedding=[float(x) for x in vector]) for name, vector in rows]
        self._call(lambda: self._store.add(nodes))

    def _connect(self, folder: Path) -> None:
        """Open one folder, with our own vectors and no embedding function, telling nobody."""
        self.close()

        def connect() -> tuple[Any, Any]:
            os.environ["ANONYMIZED_TELEMETRY"] = "False"
            import chromadb
            from chromadb.config import Settings
            from llama_index.vector_stores.chroma import ChromaVectorStore

            client = chromadb.PersistentClient(
                path=str(folder), settings=Settings(anonymized_telemetry=False, allow_reset=False)
            )
            collection = client.get_or_create_collection(
                _NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
            return client, ChromaVectorStore(chroma_collection=collection)

        self._client, self._store = self._call(connect, 3 * _DEADLINE)

    def _sweep(self, kept: str) -> None:
        """Delete what earlier builds, whole or broken off, have left."""
        for path in self._root.iterdir():
            if path.is_dir() and path.name != kept:
                shutil.rmtree(path, ignore_errors=True)

    def _call(self, action: Callable[[], _T], seconds: float = _DEADLINE) -> _T:
        """Run one call with a deadline: Chroma's own may be a thousand seconds."""
        outcome: list[_T] = []
        failure: list[BaseException] = []

        def run() -> None:
            try:
                outcome.append(action())
            except BaseException as error:  # noqa: BLE001  # reported below; Rust panics come as BaseException
                failure.append(error)

        thread = threading.Thread(target=run, name="chroma", daemon=True)
        thread.start()
        thread.join(seconds)
        if failure:
            raise Unhealthy(f"{type(failure[0]).__name__}: {failure[0]}") from failure[0]
        if not outcome:
            raise Unhealthy(f"no answer within {seconds:g} s")
        return outcome[0]


def point(path: Path, text: str) -> None:
    """Write a small file so that it is either the old or the new one, whole, even after a power cut."""
    aside = path.with_name(f"{path.name}.tmp")
    with aside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(aside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
