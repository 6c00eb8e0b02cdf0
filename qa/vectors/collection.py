"""One open Chroma collection, in a folder or on a server, through LlamaIndex."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from qa.failpoints import crash_point
from qa.vectors.asking import DEADLINE, Unhealthy, timed

Rows = npt.NDArray[np.float32]

_T = TypeVar("_T")
_BATCH = 5_000
"""Below Chroma's limit of 5,461 records a call."""

_SAME = 0.9995


@dataclass(frozen=True, slots=True)
class Built:
    """What a collection was built from: the archive's embeddings up to row ``last``, ``count`` of them."""

    last: int = 0
    count: int = field(kw_only=True, default=0)


class Collection:
    """Vectors by id: our own, with no embedding function."""

    def __init__(
        self, name: str, client: Any, *, close: Callable[[], None], deadline: float = DEADLINE, title: str = "passages"
    ) -> None:
        """Open it, making what is not there, and telling nobody.

        Args:
            name: what its place knows it by: a folder's name, or the collection's own on a server.
            client: Chroma's, for this collection alone.
            close: lets the client go.
            deadline: seconds for one question.
            title: the collection's name for Chroma.

        Raises:
            Unhealthy: it cannot be opened in time.
        """
        os.environ["ANONYMIZED_TELEMETRY"] = "False"
        from llama_index.vector_stores.chroma import ChromaVectorStore

        self.name = name
        self.client = client
        self._close: Callable[[], None] | None = close
        self._deadline = deadline

        def connect() -> Any:
            collection = client.get_or_create_collection(
                title, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
            return ChromaVectorStore(chroma_collection=collection)

        try:
            self._store = timed(connect, 3 * DEADLINE)
        except Unhealthy:
            self.close()
            raise

    def count(self) -> int:
        """Return how many there are."""
        return timed(lambda: int(self._store.client.count()))

    def put(self, rows: Sequence[tuple[str, Rows]]) -> None:
        """Take vectors in, in place of those of the same ids: Chroma's own add keeps the old ones."""
        from llama_index.core.schema import TextNode

        self.delete(self.holds([name for name, _ in rows]))
        crash_point("mid_vectors")
        nodes = [TextNode(id_=name, text=name, embedding=vector.tolist()) for name, vector in rows]
        timed(lambda: self._store.add(nodes), DEADLINE + len(rows) / 50)

    def delete(self, ids: Sequence[str]) -> None:
        """Take vectors out."""
        for start in range(0, len(ids), _BATCH):
            batch = list(ids[start : start + _BATCH])
            timed(lambda batch=batch: self._store.delete_nodes(batch))  # type: ignore[misc]

    def holds(self, ids: Sequence[str] | None) -> list[str]:
        """Return those of the ids that are there; all that are there for None."""
        if ids is None:
            return timed(lambda: list(self._store.client.get(include=[])["ids"]), 3 * DEADLINE)
        found: list[str] = []
        for start in range(0, len(ids), _BATCH):
            batch = list(ids[start : start + _BATCH])
            found += timed(lambda batch=batch: self._store.client.get(ids=batch, include=[])["ids"])  # type: ignore[misc]
        return found

    def some(self, count: int) -> list[tuple[str, Rows]]:
        """Return some ids with their vectors."""
        held = timed(lambda: self._store.client.get(limit=count, include=["embeddings"]), 3 * DEADLINE)
        return [(name, np.asarray(row, np.float32)) for name, row in zip(held["ids"], held["embeddings"], strict=True)]

    def query(self, vector: Rows, k: int) -> list[str]:
        """Return the ids of the ``k`` nearest, the nearest first."""
        return [name for name, _ in self._near(vector, k)]

    def probe(self, sample: Sequence[tuple[str, Rows]]) -> None:
        """Ask for stored vectors: each must find itself.

        Raises:
            Unhealthy: one did not.
        """
        for name, vector in sample:
            near = self._near(vector, 10)
            # Among many passages of one text any of them will do.
            if name not in dict(near) and not (near and near[0][1] >= _SAME):
                raise Unhealthy(f"the stored vector of {name!r} does not find itself")

    def _near(self, vector: Rows, k: int) -> list[tuple[str, float]]:
        """Return the nearest ids with LlamaIndex's similarity, exp(-distance)."""
        from llama_index.core.vector_stores import VectorStoreQuery

        asked = VectorStoreQuery(query_embedding=np.asarray(vector).reshape(-1).tolist(), similarity_top_k=k)
        found = timed(lambda: self._store.query(asked), self._deadline)
        return list(zip(found.ids or [], found.similarities or [], strict=True))

    def close(self) -> None:
        """Let its files or its connections go."""
        close, self._close, self._store, self.client = self._close, None, None, None
        if close is not None:
            close()
