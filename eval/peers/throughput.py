"""Checked answers a minute: Dateline's service beside stock LlamaIndex behind FastAPI, asked by one client and by four.

Both have the sample archive, the same encoder and the same model in the same engine; every client asks one question
after the other until all are asked. An answer is *supported* where Dateline's check carries each of its sentences by
what the sentence cites; ``by_any`` lets every source that was given count, cited or not. ``make throughput``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

sys.path.append(str(Path(__file__).parents[1]))

import run
import served

from qa import NewsQA
from qa.evaluation import metrics, own, peering, scoring, suite
from qa.evaluation.metrics import Attributed, Quoted
from qa.evaluation.sets import Question
from qa.llm.catalogue import DEFAULT
from qa.questions import parse_as_of

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Given:
    """What came back for one question: the answer's sentences with what they cite, and with all that was given."""

    text: str
    refused: bool = field(kw_only=True)
    sentences: Sequence[Attributed] = field(kw_only=True, default=())
    sources: Sequence[Quoted] = field(kw_only=True, default=())
    first: float = field(kw_only=True)
    seconds: float = field(kw_only=True)
    error: str = field(kw_only=True, default="")


Ask = Callable[[httpx.AsyncClient, Question], Awaitable[Given]]


def day_of(question: Question) -> str:
    """Return the day from which a question looks."""
    return str(question.as_of or own.TODAY)[:10]


async def events(response: httpx.Response) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield server-sent events."""
    kind = ""
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


async def ask_dateline(http: httpx.AsyncClient, question: Question) -> Given:
    """Ask Dateline; its first text is the first checked sentence, or a refusal."""
    began, first, answer = time.perf_counter(), 0.0, None
    body = {"question": question.question, "as_of": day_of(question)}
    said = ""
    async with http.stream("POST", "/api/v1/ask", json=body, headers={"accept": "text/event-stream"}) as response:
        if response.status_code != 200:
            said = f"{response.status_code}: {(await response.aread())[:200]!r}"
        else:
            async for kind, told in events(response):
                if kind in ("sentence", "answer", "problem"):
                    first = first or time.perf_counter() - began
                answer = told if kind == "answer" else answer
                said = str(told) if kind == "problem" else said
    seconds = time.perf_counter() - began
    if answer is None:
        return Given("", refused=False, first=first or seconds, seconds=seconds, error=said or "no answer")
    sentences = () if answer["status"] == "not_found" else scoring.attributed(answer)
    quotes = tuple(quote for sentence in sentences for quote in sentence.quotes)
    refused = answer["status"] == "not_found"
    return Given(answer["text"], refused=refused, sentences=sentences, sources=quotes, first=first, seconds=seconds)


def ask_llamaindex(bodies: dict[str, tuple[str, Any]]) -> Ask:
    """Return how LlamaIndex is asked; its first text is the first piece of its answer."""

    async def ask(http: httpx.AsyncClient, question: Question) -> Given:
        began, first, text, sources, error = time.perf_counter(), 0.0, "", [], ""
        body = {"question": question.question, "day": int(day_of(question).replace("-", ""))}
        try:
            async with http.stream("POST", "/ask", json=body) as response:
                async for line in response.aiter_lines():
                    told = json.loads(line)
                    first = first or time.perf_counter() - began
                    text += told.get("piece", "")
                    sources = told.get("sources", sources)
        except httpx.HTTPError as failure:
            error = type(failure).__name__
        seconds = time.perf_counter() - began
        held = {"text": text, "sources": sources, "first": first, "seconds": seconds, "memory": None, "error": error}
        reply = peering.of_peer(question, held, bodies)
        quoted = tuple(Quoted(one["text"], bodies.get(one["document"], ("", None))[1]) for one in sources)
        return Given(
            reply.text, refused=reply.refused, sentences=reply.sentences, sources=quoted,
            first=first or seconds, seconds=seconds, error=error,
        )  # fmt: skip

    return ask


async def asked(address: str, questions: Sequence[Question], clients: int, ask: Ask) -> tuple[list[Given], float]:
    """Ask all questions with so many clients, each one after the other; return what came back, and seconds."""
    waiting, given = list(reversed(questions)), []

    async def one(http: httpx.AsyncClient) -> None:
        while waiting:
            given.append(await ask(http, waiting.pop()))

    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=600) as http:
        began = time.perf_counter()
        await asyncio.gather(*(one(http) for _ in range(clients)))
        return given, time.perf_counter() - began


def figures(given: Sequence[Given], seconds: float) -> dict[str, Any]:
    """Return counts, rates a minute, and seconds to the first text and to the last."""
    answers = [one for one in given if not one.refused and not one.error]

    def held(one: Given, quotes: Callable[[Attributed], Sequence[Quoted]]) -> bool:
        sentences = [Attributed(each.text, tuple(quotes(each))) for each in one.sentences]
        return metrics.citation_recall(sentences, suite.judge) == 1.0

    supported = sum(held(one, lambda each: each.quotes) for one in answers)
    by_any = sum(held(one, lambda each, one=one: one.sources) for one in answers)
    told: dict[str, Any] = {"n": len(given), "seconds": round(seconds, 1), "answers": len(answers)}
    told |= {"refused": sum(one.refused for one in given), "errors": sum(bool(one.error) for one in given)}
    told |= {"supported": supported, "by_any": by_any}
    for name in ("answers", "supported", "by_any"):
        told[f"{name}_a_minute"] = round(told[name] * 60 / seconds, 2)
    for name in ("first", "seconds"):
        values = sorted(getattr(one, name) for one in given)
        told[f"{name}_p50_p95"] = [round(values[int(len(values) * at / 100)], 2) for at in (50, 95)]
    return told


@contextmanager
def dateline(index: Path) -> Iterator[str]:
    """Yield the address of Dateline's service, its model loaded."""
    with served.service(index, "--no-page", rate=0, llm="local", llm_model=DEFAULT) as process:
        asyncio.run(served.warm(process))
        while httpx.get(f"{process.address}/ready", trust_env=False, timeout=60).json()["mode"] != "model":
            time.sleep(0.5)
        yield process.address


@contextmanager
def llamaindex(folder: Path, python: Path) -> Iterator[str]:
    """Yield the address of LlamaIndex's service; ``folder`` holds its documents."""
    with run.served(DEFAULT) as (address, _):
        job = {"url": address, "model": DEFAULT, "index": str(folder / "index")}
        (folder / "index").mkdir()
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        quiet = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
        quiet.pop("PYTHONPATH", None)
        command = [python, HERE / "serve_llamaindex.py", folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=quiet) as process:
            assert process.stdin
            assert process.stdout
            try:
                yield process.stdout.readline().strip()
            finally:
                process.stdin.close()
                process.wait(60)


def documents(index: Path, folder: Path) -> dict[str, tuple[str, Any]]:
    """Write the archive's articles as a peer's documents and return their bodies and days by id."""
    bodies, lines = {}, []
    with NewsQA.open(index, read_only=True, extractive=True) as news:
        for article in news._index.all_articles():
            published = article.published.isoformat()[:10] if article.published else ""
            bodies[article.id] = (article.body, parse_as_of(published) if published else None)
            about = {"title": article.headline, "published": published, "text": article.body}
            lines.append(json.dumps({"id": article.id, **about}, ensure_ascii=False))
    (folder / "documents.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return bodies


def main() -> None:
    """Ask the systems named, and print a line for each of them and each number of clients."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--systems", nargs="*", default=["dateline", "llamaindex"])
    parser.add_argument("--clients", nargs="*", type=int, default=[1, 4])
    parser.add_argument("--count", type=int, default=40, help="questions for each of them (%(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--environments", type=Path, default=HERE.parents[1], help="folder of the .venv-peer-…")
    options = parser.parse_args()
    askable = [one for one in own.questions() if one.kind not in ("hostile", "follow_up") and not one.history]
    drawn = random.Random(options.seed).sample(askable, 2 + options.count * len(options.clients))
    first, rest = drawn[:2], drawn[2:]
    with tempfile.TemporaryDirectory(prefix="dateline-throughput-") as name:
        bodies = documents(options.index, Path(name))
        for system in options.systems:
            python = options.environments / ".venv-peer-llamaindex" / "bin" / "python"
            opened = dateline(options.index) if system == "dateline" else llamaindex(Path(name), python)
            ask = ask_dateline if system == "dateline" else ask_llamaindex(bodies)
            with opened as address:
                asyncio.run(asked(address, first, 1, ask))  # the first ones load what is loaded once
                for place, clients in enumerate(options.clients):
                    # Questions of its own for each: an engine that has read a prompt before is quicker.
                    questions = rest[place * options.count : (place + 1) * options.count]
                    given, seconds = asyncio.run(asked(address, questions, clients, ask))
                    told = {"system": system, "clients": clients, **figures(given, seconds)}
                    sys.stdout.write(json.dumps({**told, "load_average": os.getloadavg()[0]}) + "\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
