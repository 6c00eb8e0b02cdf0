"""The first peer: stock LlamaIndex on a row of a public set, with the same encoder, model, articles and questions.

``SentenceSplitter``, its Chroma store and ``CitationQueryEngine``, with settings chosen in its favour: chunks that fit
the encoder's 256 tokens with their headline and date, five of them a question, headline and date shown to the model,
articles later than the question's day filtered out by metadata. Answers are appended to a JSONL file, a line a question
({"id", "text", "seconds"} or {"id", "ranked", "passages", "seconds"}), and what is in it already is not asked again.

It runs in an environment of its own: ``make peer ARGS="realtimeqa/2023s/answer --quick"``. A row that a reader is
given (RGB) goes to the engine as its nodes, five snippets a question, with no search before it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qa.evaluation import adapters, metrics, ranking
from qa.evaluation.bench import Document, lowest
from qa.evaluation.intervals import Estimate, estimate, quantile
from qa.evaluation.retrieval import Query
from qa.evaluation.sets import Question
from qa.llm import Model
from qa.settings import Settings

CHUNK_TOKENS = 200
"""With headline and date in front, a chunk just fits what the encoder reads."""

OVERLAP_TOKENS = 20
TOP_K = 5
DEPTH = 40
REPLY_TOKENS = 200

REFUSES = re.compile(
    r"^\W*$|\bunable to\b|\bno(?:ne)?\b.{0,40}\b(?:information|sources?|answer|mention)"
    r"|\b(?:do(?:es)?|did|is|are|can|could)(?: not|n't|not)\b.{0,40}"
    r"\b(?:contain|provide|mention|say|state|specify|include|answer|find|determine|available|helpful)",
    re.IGNORECASE | re.DOTALL,
)
"""A stock engine has no status: an answer refuses when it says that the sources do not say."""


class Peer:
    """The stock pipeline over one set of documents, or over those that each question brings."""

    def __init__(self, documents: Sequence[Document], *, folder: Path, with_model: bool) -> None:
        """Build or reopen the index in ``folder``; load the model that Dateline's settings name when asked to."""
        from llama_index.core import Settings as Stock

        Stock.llm = None  # type: ignore[assignment]
        import chromadb
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.vector_stores.chroma import ChromaVectorStore

        settings = Settings()
        client = chromadb.PersistentClient(str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
        collection = client.get_or_create_collection("peer", metadata={"hnsw:space": "cosine"})
        store = ChromaVectorStore(chroma_collection=collection)
        embedding = _embedding(settings)
        if (folder / "complete").is_file():
            self._index = VectorStoreIndex.from_vector_store(store, embed_model=embedding)
        else:
            self._index = VectorStoreIndex.from_documents(
                [_document(held) for held in documents],
                storage_context=StorageContext.from_defaults(vector_store=store),
                transformations=[SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)],
                embed_model=embedding,
                show_progress=True,
            )
            (folder / "complete").touch()
        self._model: Model | None = None
        if with_model:
            from qa.llm import load

            self._model = load(settings, progress=lambda done, total, what: None)
            if self._model is None or not self._model.wait(None):
                raise SystemExit("there is no model: see `qa models list`")

    def close(self) -> None:
        """End the model."""
        if self._model is not None:
            self._model.close()

    def search(self, question: str, as_of: date | None) -> tuple[list[str], list[str]]:
        """Return document ids and chunk texts, best first."""
        found = self._index.as_retriever(similarity_top_k=DEPTH, filters=_filters(as_of)).retrieve(question)
        return [node.node.metadata["doc"] for node in found], [node.node.get_content() for node in found]

    def ask(self, question: str, as_of: date | None) -> str:
        """Return the engine's answer, its citation markers in it."""
        return str(self._engine(as_of).query(question)).strip()

    def read(self, question: str, documents: Sequence[Document]) -> str:
        """Return the engine's answer from given documents."""
        from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

        nodes = [NodeWithScore(node=TextNode(text=held.record["text"], id_=held.id), score=1.0) for held in documents]
        return str(self._engine(None).synthesize(QueryBundle(question), nodes)).strip()

    def _engine(self, as_of: date | None) -> Any:
        from llama_index.core.query_engine import CitationQueryEngine
        from llama_index.core.schema import MetadataMode

        from qa.llm.adapter import as_llama_index

        assert self._model is not None
        return CitationQueryEngine.from_args(
            self._index,
            llm=as_llama_index(self._model, max_tokens=REPLY_TOKENS),
            retriever=self._index.as_retriever(similarity_top_k=TOP_K, filters=_filters(as_of)),
            citation_chunk_size=512,
            metadata_mode=MetadataMode.LLM,
        )


def _embedding(settings: Settings) -> Any:
    """Return Dateline's encoder as a LlamaIndex embedding."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from qa.encoders import load

    encoder = load(settings)

    class Same(BaseEmbedding):  # type: ignore[misc]
        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(value) for value in encoder.encode_queries([query])[0]]

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return [[float(value) for value in row] for row in encoder.encode_passages(texts)]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Same(model_name="same", embed_batch_size=64)


def _document(held: Document) -> Any:
    from llama_index.core import Document as Stock

    published = held.record.get("published", "")
    metadata: dict[str, Any] = {"doc": held.id, "day": int(published.replace("-", "") or 0)}
    metadata |= {"title": held.record["title"], "published": published}
    hidden = ["doc", "day"]
    return Stock(
        text=held.record["text"],
        metadata=metadata,
        excluded_embed_metadata_keys=hidden,
        excluded_llm_metadata_keys=hidden,
    )


def _filters(as_of: date | None) -> Any:
    from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters

    if as_of is None:
        return None
    day = int(f"{as_of:%Y%m%d}")
    return MetadataFilters(filters=[MetadataFilter(key="day", value=day, operator=FilterOperator.LTE)])


def done(path: Path) -> dict[str, dict[str, Any]]:
    """Return the answers that are in the file already."""
    if not path.is_file():
        return {}
    return {held["id"]: held for held in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def work(peer: Peer, row: adapters.Row, path: Path) -> dict[str, dict[str, Any]]:
    """Ask or search what is not in the file yet, and return all of it."""
    items: Sequence[Question | Query] = row.queries if isinstance(row, adapters.SearchRow) else row.questions
    known = done(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        for number, item in enumerate(items, start=1):
            if item.id in known:
                continue
            as_of = item.as_of.date() if isinstance(item.as_of, datetime) else item.as_of
            begun = time.perf_counter()
            held: dict[str, Any] = {"id": item.id}
            if isinstance(row, adapters.AskRow):
                held["text"] = peer.ask(item.question, as_of)
            elif isinstance(row, adapters.ReadRow):
                held["text"] = peer.read(item.question, row.documents[item.id])
            else:
                held["ranked"], held["passages"] = peer.search(item.question, as_of)
            held["seconds"] = round(time.perf_counter() - begun, 3)
            known[item.id] = held
            stream.write(json.dumps(held, ensure_ascii=False) + "\n")
            stream.flush()
            sys.stderr.write(f"{row.name}: {number} of {len(items)}\n")
    return known


def answer_figures(
    questions: Sequence[Question], held: Mapping[str, Mapping[str, Any]], *, normal: str
) -> dict[str, Estimate | None]:
    """Return contained, F1, refusals and both sides of a conflict by the same metrics as Dateline's own rows.

    The peer has no short answer, so EM and F1 are of the head of its text, without its markers. It has no status
    either: a conflict is shown where its text has a wording of each side.
    """
    rows = [(question, held[question.id]["text"]) for question in questions]
    refused = {question.id: bool(REFUSES.search(text)) for question, text in rows}
    answerable = [(question, text) for question, text in rows if question.expect.status == "answered"]
    disputed = [(question, text) for question, text in rows if question.expect.status == "conflicting"]
    clean = metrics.NORMALS[normal]
    said = {question.id: "" if refused[question.id] else text for question, text in rows}
    return {
        "contained": estimate([metrics.contained(said[q.id], q.expect.answers) for q, _ in answerable]),
        "f1": estimate(
            [metrics.token_f1(metrics.head(said[q.id]), q.expect.answers, normal=clean) for q, _ in answerable]
        ),
        "stale": estimate(
            [v for q, _ in answerable if (v := metrics.stale(said[q.id], q.expect.must_not)) is not None]
        ),
        "conflict_shown": estimate(
            [float(all(any(metrics.holds(t, a) for a in s.answers) for s in q.expect.sides)) for q, t in disputed]
        ),
        "words": estimate([float(len(said[q.id].split())) for q, _ in answerable if said[q.id]]),
        "wrongly_refused": estimate([float(refused[q.id]) for q, _ in answerable]),
        "refusal_recall": estimate([float(refused[q.id]) for q, _ in rows if q.expect.status == "not_found"]),
    }


def search_figures(queries: Sequence[Query], held: Mapping[str, Mapping[str, Any]]) -> dict[str, Estimate | None]:
    """Return success, MRR and answer hits by the same metrics as Dateline's own rows."""
    figures: dict[str, Estimate | None] = {}
    for k in (1, 5, 10):
        found = [ranking.success_at(held[q.id]["ranked"], q.relevant, k) for q in queries]
        hits = [ranking.answer_hit(held[q.id]["passages"], q.answers, k) for q in queries]
        figures[f"success@{k}"] = estimate([value for value in found if value is not None])
        figures[f"answer_hit@{k}"] = estimate([value for value in hits if value is not None])
    ranks = [ranking.reciprocal_rank(held[q.id]["ranked"], q.relevant, 10) for q in queries]
    figures["mrr@10"] = estimate([value for value in ranks if value is not None])
    return figures


def main() -> None:
    """Carry out the rows named and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="+", choices=list(adapters.ROWS), metavar="row", help=", ".join(adapters.ROWS))
    parser.add_argument("--quick", action="store_true", help="the 40 items of lowest sha256 of each row")
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--count", type=int, help="of these, the so many of lowest sha256, of each kind of gold")
    parser.add_argument("--out", type=Path, default=Path("eval/runs"), help="folder of the answers (%(default)s)")
    options = parser.parse_args()
    sys.stdout.write(
        f"LlamaIndex {version('llama-index-core')}, SentenceSplitter({CHUNK_TOKENS}, {OVERLAP_TOKENS}) on Chroma"
        f" {version('chromadb')}, CitationQueryEngine: top {TOP_K}, citation chunks of 512, replies of {REPLY_TOKENS}"
        f" tokens; encoder {Settings().encoder}, model {Settings().llm_model or Settings().llm}\n"
    )
    for name in options.rows:
        row = adapters.narrowed(adapters.ROWS[name]("quick" if options.quick else "full"), options.half)
        carry_out(fewer(row, options.count) if options.count else row, options)


def fewer(row: adapters.Row, count: int) -> adapters.Row:
    """Return a row with the ``count`` questions of lowest sha256(id) of each expected status; searches stay whole."""
    if isinstance(row, adapters.SearchRow):
        return row
    kept: set[str] = set()
    for status in {question.expect.status for question in row.questions}:
        kept.update(lowest([held.id for held in row.questions if held.expect.status == status], count))
    return replace(row, questions=tuple(question for question in row.questions if question.id in kept))


def carry_out(row: adapters.Row, options: argparse.Namespace) -> None:
    """Carry out one row: build its index where it has one, ask, and print the figures."""
    documents: Sequence[Document] = () if isinstance(row, adapters.ReadRow) else row.documents
    mark = hashlib.sha256("\n".join(held.id for held in documents).encode()).hexdigest()[:12]
    folder = Settings().cache / "eval" / f"peer-llamaindex-{mark}"
    folder.mkdir(parents=True, exist_ok=True)
    path = options.out / f"peer-llamaindex-{row.name.replace('/', '-')}.jsonl"
    peer = Peer(documents, folder=folder, with_model=not isinstance(row, adapters.SearchRow))
    try:
        held = work(peer, row, path)
    finally:
        peer.close()
    if isinstance(row, adapters.SearchRow):
        items: Sequence[Question | Query] = row.queries
        figures = search_figures(row.queries, held)
    else:
        items = row.questions
        figures = answer_figures(row.questions, held, normal=row.normal)
    sys.stdout.write(f"{row.name}: {len(items)} items\n")
    for name, figure in figures.items():
        if figure is not None:
            sys.stdout.write(f"  {name:16} {figure.value:.3f}  {figure.low:.3f}–{figure.high:.3f}  n {figure.n}\n")
    seconds = [held[item.id]["seconds"] for item in items]
    sys.stdout.write(f"  seconds p50 {quantile(seconds, 0.5):.2f}, p95 {quantile(seconds, 0.95):.2f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
