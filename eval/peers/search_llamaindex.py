"""Stock LlamaIndex at size: Chroma and BM25 retrievers, fused; passages, vectors and questions are given.

Called by ``eval/bench_search.py`` with a folder, in an environment that has LlamaIndex and not Dateline. Prints lines.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.chroma import ChromaVectorStore

K = 10
POOL = 100


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Given(BaseEmbedding):
    """Looks a question's vector up: nobody waits for an encoder."""

    known: dict[str, list[float]]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self.known[query]

    def _get_text_embedding(self, text: str) -> list[float]:
        raise NotImplementedError

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self.known[query]


def timed(name: str, call: Callable[[str], Any], questions: list[str]) -> None:
    """Print one line of the table."""
    call(questions[0])
    spent = []
    for question in questions:
        wall, busy = time.perf_counter(), time.process_time()
        call(question)
        spent.append((1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - busy)))
    wall_, busy_ = (np.percentile([each[place] for each in spent], [50, 95]) for place in (0, 1))
    say(f"{name:<28} {wall_[0]:8.1f} {wall_[1]:8.1f} {busy_[0]:8.1f} {busy_[1]:8.1f} {len(spent):5d}")


def main() -> None:
    """Build and measure."""
    job = Path(sys.argv[1])
    rows = [json.loads(line) for line in (job / "passages.jsonl").open(encoding="utf-8")]
    vectors = np.fromfile(job / "vectors.f2", "<f2").reshape(len(rows), -1).astype(np.float32)
    questions = json.loads((job / "questions.json").read_text(encoding="utf-8"))
    encoded = np.load(job / "questions.npy")
    embedding = Given(model_name="given", known=dict(zip(questions, encoded.tolist(), strict=True)))
    nodes = [
        TextNode(id_=name, text=text, metadata={"day": day, "outlet": outlet}, embedding=vector.tolist())
        for (name, text, day, outlet), vector in zip(rows, vectors, strict=True)
    ]
    began = time.perf_counter()
    settings = chromadb.Settings(anonymized_telemetry=False)
    collection = chromadb.PersistentClient(str(job / "chroma"), settings=settings).create_collection(
        "peer", metadata={"hnsw:space": "cosine"}
    )
    store = ChromaVectorStore(chroma_collection=collection)
    for start in range(0, len(nodes), 5_000):
        store.add(nodes[start : start + 5_000])
    chroma = time.perf_counter() - began
    began = time.perf_counter()
    words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=POOL)
    bm25 = time.perf_counter() - began
    storage = StorageContext.from_defaults(vector_store=store)
    index = VectorStoreIndex(nodes=[], storage_context=storage, embed_model=embedding)

    def fusion(filters: MetadataFilters | None) -> Any:
        meaning = index.as_retriever(similarity_top_k=POOL, filters=filters)
        return QueryFusionRetriever(
            [meaning, words],
            llm=MockLLM(),
            mode="reciprocal_rerank",
            num_queries=1,
            similarity_top_k=K,
            use_async=False,
        )

    say(f"stock LlamaIndex, built in seconds: chroma {chroma:.0f}, bm25 {bm25:.0f}; questions encoded beforehand")
    timed("fused, no filter", fusion(None).retrieve, questions)
    timed("  chroma retriever", index.as_retriever(similarity_top_k=POOL).retrieve, questions)
    timed("  bm25 retriever", words.retrieve, questions)
    days = sorted(row[2] for row in rows)
    month = MetadataFilters(
        filters=[
            MetadataFilter(key="day", value=days[len(days) // 2], operator=FilterOperator.GTE),
            MetadataFilter(key="day", value=days[len(days) // 2] + 30, operator=FilterOperator.LTE),
        ]
    )
    timed("one month (chroma alone)", index.as_retriever(similarity_top_k=POOL, filters=month).retrieve, questions)
    held = sum(each.stat().st_size for each in (job / "chroma").rglob("*") if each.is_file()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    say(f"MB on disk: chroma {held:.0f}; memory of the process at its highest {peak:.0f} MB")


if __name__ == "__main__":
    main()
