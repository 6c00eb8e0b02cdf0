"""Search by meaning: Chroma through LlamaIndex in the writer, an exact scan of the archive's vectors elsewhere.

Chroma is a cache. It rewrites its index files in place, and a kill meanwhile damages them without a sign. So a folder
that is in use is never written. What is new is compared exactly, from the archive's own rows, until there is enough of
it; then the folder is copied, the copy takes it in, stored vectors must find themselves in it, and only then does
``CURRENT`` point to it. A folder that fails its checks at opening is not used, and one is built from the archive.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from qa.failpoints import crash_point

Rows = npt.NDArray[np.float32]

_T = TypeVar("_T")
_BATCH = 5_000
"""Below Chroma's limit of 5,461 records a call."""

_DEADLINE = 20.0
_SAMPLE = 20
_SAME = 0.9995
_NAME = "passages"
_POINTER = "CURRENT"
_BUILT = "built.json"

_log = logging.getLogger(__name__)


class Unhealthy(Exception):
    """Chroma did not answer, or not rightly. It never leaves the index: the exact scan answers instead."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a folder was built from: the archive's embeddings up to row ``last``, ``count`` of them."""

    last: int = 0
    count: int = field(kw_only=True, default=0)


class Chroma:
    """The Chroma folders of one index, owned by its writer. One is in use, and never changes."""

    def __init__(self, root: Path) -> None:
        """Open nothing yet."""
        self._root = root
        self._lock = threading.RLock()
        self._building = threading.Lock()
        self._used: _Folder | None = None
        self.built = Built()

    @property
    def exists(self) -> bool:
        """Whether one was ever built."""
        return (self._root / _POINTER).exists() or any(self._root.glob("*"))

    def open(self) -> None:
        """Open the folder that ``CURRENT`` names.

        Raises:
            Unhealthy: there is none, it holds less than was put in, or it cannot be opened in time.
        """
        with self._lock:
            path = current(self._root)
            built = _told(path)
            self._use(_Folder(path), built)
            assert self._used is not None
            held = self._used.count()
            if held != built.count:
                raise Unhealthy(f"it holds {held} of {built.count} vectors")
            self._sweep()

    def told(self) -> Built:
        """Return what the folder in use says of itself, without opening it: nothing where there is none."""
        try:
            return _told(current(self._root))
        except Unhealthy:
            return Built()

    def probe(self, sample: Sequence[tuple[str, Rows]]) -> None:
        """Ask for stored vectors: each must find itself.

        Raises:
            Unhealthy: one did not.
        """
        with self._lock:
            _probe(self._ready(), sample)

    def build(self, rows: Iterable[tuple[int, str, Rows]], *, gone: Sequence[str] = (), anew: bool = True) -> None:
        """Build a folder beside the present one, check it, then point to it. Questions go on meanwhile.

        Args:
            rows: row number in the archive, passage id and vector, ascending; those of known ids take their place.
            gone: ids to take out.
            anew: begin with nothing, not with a copy of the present folder.

        Raises:
            Unhealthy: it failed; the pointer is as it was.
        """
        with self._building:
            self._build(self._root / uuid.uuid4().hex, rows, gone, anew)

    def _build(self, path: Path, rows: Iterable[tuple[int, str, Rows]], gone: Sequence[str], anew: bool) -> None:
        folder = self._begin(path, anew)
        try:
            folder.delete(gone)
            last, sample = self._fill(folder, rows)
            _probe(folder, sample[:: max(1, len(sample) // (2 * _SAMPLE))])
            built = Built(max(last, 0 if anew else self.built.last), count=folder.count())
            folder.close()
            (path / _BUILT).write_text(json.dumps({"last": built.last, "count": built.count}), encoding="utf-8")
            flush(path)
            crash_point("before_swap")
            fresh = _Folder(path)
        except OSError as error:
            raise Unhealthy(f"{type(error).__name__}: {error}") from error
        with self._lock:
            point(self._root / _POINTER, path.name)
            crash_point("after_swap")
            self._use(fresh, built)
            self._sweep()

    def _begin(self, path: Path, anew: bool) -> _Folder:
        try:
            if anew:
                path.mkdir(parents=True)
            else:
                shutil.copytree(self._ready().path, path)
        except OSError as error:
            raise Unhealthy(f"{type(error).__name__}: {error}") from error
        return _Folder(path)

    def _fill(self, folder: _Folder, rows: Iterable[tuple[int, str, Rows]]) -> tuple[int, list[tuple[str, Rows]]]:
        """Put all rows into a folder; return the last row number, and some to ask for."""
        last, sample = 0, list[tuple[str, Rows]]()
        stream = iter(rows)
        while batch := list(islice(stream, _BATCH)):
            folder.put([(name, vector) for _, name, vector in batch])
            last = batch[-1][0]
            sample += [(name, vector) for _, name, vector in batch[:: max(1, len(batch) // _SAMPLE)]]
            crash_point("mid_build")
        return last, sample

    def query(self, vector: Rows, k: int) -> list[str]:
        """Return the ids of the ``k`` nearest, the nearest first.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            return self._ready().query(vector, k)

    def holds(self, ids: Sequence[str]) -> list[str]:
        """Return those of the ids that are in the folder in use.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            return self._ready().holds(ids)

    def ids(self) -> list[str]:
        """Return every id in the folder in use.

        Raises:
            Unhealthy: it failed or took too long.
        """
        with self._lock:
            return self._ready().holds(None)

    def close(self) -> None:
        """Let the files go."""
        with self._lock:
            self._use(None, Built())

    def _ready(self) -> _Folder:
        if self._used is None:
            raise Unhealthy("it is not open")
        return self._used

    def _use(self, folder: _Folder | None, built: Built) -> None:
        used, self._used, self.built = self._used, folder, built
        if used is not None:
            used.close()

    def _sweep(self) -> None:
        """Delete what earlier builds, whole or broken off, have left."""
        kept = self._ready().path.name
        for path in self._root.iterdir():
            if path.name not in {kept, _POINTER}:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


class _Folder:
    """One open Chroma folder: a client and one collection, with our own vectors and no embedding function."""

    def __init__(self, path: Path) -> None:
        """Open it, making what is not there, and telling nobody."""
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        import chromadb
        from chromadb.config import Settings
        from llama_index.vector_stores.chroma import ChromaVectorStore

        self.path = path

        def connect() -> tuple[Any, Any]:
            client = chromadb.PersistentClient(
                path=str(path), settings=Settings(anonymized_telemetry=False, allow_reset=False)
            )
            collection = client.get_or_create_collection(
                _NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
            return client, ChromaVectorStore(chroma_collection=collection)

        self._client, self._store = _timed(connect, 3 * _DEADLINE)

    def count(self) -> int:
        return _timed(lambda: int(self._store.client.count()))

    def put(self, rows: Sequence[tuple[str, Rows]]) -> None:
        """Take vectors in, in place of those of the same ids: Chroma's own add keeps the old ones."""
        from llama_index.core.schema import TextNode

        self.delete(self.holds([name for name, _ in rows]))
        crash_point("mid_vectors")
        nodes = [TextNode(id_=name, text=name, embedding=vector.tolist()) for name, vector in rows]
        _timed(lambda: self._store.add(nodes), _DEADLINE + len(rows) / 50)

    def delete(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _BATCH):
            batch = list(ids[start : start + _BATCH])
            _timed(lambda batch=batch: self._store.delete_nodes(batch))  # type: ignore[misc]

    def holds(self, ids: Sequence[str] | None) -> list[str]:
        """Return those of the ids that are there; all that are there for None."""
        if ids is None:
            return _timed(lambda: list(self._store.client.get(include=[])["ids"]), 3 * _DEADLINE)
        found: list[str] = []
        for start in range(0, len(ids), _BATCH):
            batch = list(ids[start : start + _BATCH])
            found += _timed(lambda batch=batch: self._store.client.get(ids=batch, include=[])["ids"])  # type: ignore[misc]
        return found

    def query(self, vector: Rows, k: int) -> list[str]:
        return [name for name, _ in self.near(vector, k)]

    def near(self, vector: Rows, k: int) -> list[tuple[str, float]]:
        """Return the nearest ids with LlamaIndex's similarity, exp(-distance)."""
        from llama_index.core.vector_stores import VectorStoreQuery

        asked = VectorStoreQuery(query_embedding=np.asarray(vector).reshape(-1).tolist(), similarity_top_k=k)
        found = _timed(lambda: self._store.query(asked))
        return list(zip(found.ids or [], found.similarities or [], strict=True))

    def close(self) -> None:
        client, self._client, self._store = self._client, None, None
        if client is not None:
            with contextlib.suppress(AttributeError):
                client.close()


def _told(path: Path) -> Built:
    try:
        told = json.loads((path / _BUILT).read_text(encoding="utf-8"))
        return Built(int(told["last"]), count=int(told["count"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unhealthy(f"its folder does not say what is in it ({error})") from error


def _probe(folder: _Folder, sample: Sequence[tuple[str, Rows]]) -> None:
    for name, vector in sample:
        near = folder.near(vector, 10)
        # Among many passages of one text any of them will do.
        if name not in dict(near) and not (near and near[0][1] >= _SAME):
            raise Unhealthy(f"the stored vector of {name!r} does not find itself")


def _timed(action: Callable[[], _T], seconds: float = _DEADLINE) -> _T:
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
    crash_point("mid_swap")
    os.replace(aside, path)
    _sync(path.parent)


def flush(folder: Path) -> None:
    """Have the disk hold a folder and all files below it."""
    for path in (*folder.rglob("*"), folder):
        _sync(path)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


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
