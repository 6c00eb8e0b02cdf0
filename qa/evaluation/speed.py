"""How long questions mixed over all stories of the sample take, cold and warm, what they hold in memory, and what an
installation takes.
"""

from __future__ import annotations

import random
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from qa.errors import EvalError
from qa.evaluation import made, memory, own
from qa.evaluation.intervals import quantile
from qa.evaluation.outcomes import sample_index
from qa.evaluation.sets import Question
from qa.evaluation.suite import Bench
from qa.llm.catalogue import CATALOGUE, DEFAULT
from qa.llm.files import status
from qa.types import Answer, Sentence

QUESTIONS, COLD = 60, 5


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of one kind: median, 95th percentile and how many."""

    name: str
    p50: float = field(kw_only=True)
    p95: float = field(kw_only=True)
    n: int = field(kw_only=True)


def times(name: str, seconds: Sequence[float]) -> Times:
    """Return the quantiles of measured seconds."""
    return Times(name, p50=quantile(seconds, 0.5), p95=quantile(seconds, 0.95), n=len(seconds))


def mixed(questions: Sequence[Question], count: int, *, seed: int) -> list[Question]:
    """Return questions of every story in turn, drawn by seed; what quotes no article is a story of its own.

    A story is a file of the sample archive.
    """
    stories: dict[str, list[Question]] = {}
    files = {path.name: path.read_text(encoding="utf-8", errors="replace") for path in own.sample_files()}
    for question in questions:
        if question.history:
            continue
        quotes = (*question.expect.quotes, *(side.quote for side in question.expect.sides))
        url = next((quote.url for quote in quotes if quote.url), "")
        home = next((name for name, text in files.items() if url and url in text), "")
        stories.setdefault(home, []).append(question)
    chance = random.Random(seed)
    waiting = [chance.sample(held, len(held)) for _, held in sorted(stories.items())]
    found: list[Question] = []
    while len(found) < count and any(waiting):
        found += [held.pop() for held in waiting if held]
    return chance.sample(found[:count], len(found[:count]))


def measure(bench: Bench, *, seed: int, count: int = QUESTIONS, cold: int = COLD) -> dict[str, Any]:
    """Return seconds and memory: warm without and with the language model, then whole processes of ``qa ask``."""
    index = sample_index(bench)
    chosen = mixed(own.questions(), count, seed=seed)
    found: list[Times] = []
    held: dict[str, Any] = {"seed": seed, "machine": made.machine(), "commit": made.commit()}
    for name, extractive in (("without the language model", True), ("with the language model", False)):
        if not extractive and bench.opener.extractive:
            continue
        memory.forget_peak()
        found += _warm(index, bench, chosen, name=name, extractive=extractive)
        held[f"memory, {name}"] = _memory()
    found += _cold(index, bench, chosen[:cold]) if cold else ()
    return held | {"seconds": found}


def _memory() -> Mapping[str, float] | None:
    told = memory.peak()
    return {"process": round(told.process), "model's process": round(told.below)} if told else None


def _warm(
    index: Path, bench: Bench, chosen: Sequence[Question], *, name: str, extractive: bool = False
) -> Iterator[Times]:
    """Ask each question once of one open archive; the first question of another kind only warms it."""
    opener = bench.opener
    whole, first = [], []
    with opener.searching(index) if extractive else opener.asking(index) as news:
        news.ask("what happened lately", as_of=own.TODAY)
        for number, question in enumerate(chosen, start=1):
            began, heard = time.perf_counter(), False
            for event in news.stream(question.question, as_of=question.as_of or own.TODAY):
                if isinstance(event, Sentence) and not heard:
                    first.append(time.perf_counter() - began)
                    heard = True
                if isinstance(event, Answer) and event.trace.notes:
                    raise EvalError(f"the model was not there for {question.id!r}: {event.trace.notes[0]}")
            whole.append(time.perf_counter() - began)
            if bench.progress:
                bench.progress(number, len(chosen), name)
    yield times(f"warm, {name}: whole", whole)
    if first:
        yield times(f"warm, {name}: first checked sentence", first)


def _cold(index: Path, bench: Bench, chosen: Sequence[Question]) -> Iterator[Times]:
    """Ask in a new process each, as ``qa ask`` does."""
    settings: dict[str, list[str]] = {"without the language model": ["--no-model"]}
    if not bench.opener.extractive:
        settings["with the language model"] = []
    for name, options in settings.items():
        seconds = []
        for question in chosen:
            day: date = question.as_of or own.TODAY
            command = [sys.executable, "-m", "qa.cli", "ask", question.question, "--as-of", day.isoformat()]
            began = time.perf_counter()
            run = subprocess.run(
                [*command, "--index", str(index), *options], capture_output=True, text=True, check=False
            )
            seconds.append(time.perf_counter() - began)
            if run.returncode:
                raise EvalError(f"`qa ask` failed with {run.returncode}: {run.stderr.strip()[-300:]}")
        yield times(f"cold `qa ask`, {name}", seconds)


def install(bench: Bench) -> dict[str, Any]:
    """Return what an installation takes, each figure with its measure: MiB on disk, and of the model's download."""
    site = Path(sysconfig.get_paths()["purelib"])
    files = (path for path in site.rglob("*") if path.is_file() and not path.is_symlink())
    here = next(one for one in status(bench.opener.settings.cache) if one.name == DEFAULT)
    return {
        "disk, Dateline and the packages that it needs, compiled bytecode aside (MiB)": round(made.install_size()),
        "disk, this environment's site-packages, whatever is in it (MiB)": round(
            sum(path.stat().st_size for path in files) / 2**20
        ),
        f"disk, the default model {DEFAULT}, as the engine reads it (MiB)": round(here.bytes / 2**20),
        f"download, the default model {DEFAULT}, the file before its packing (MiB)": round(
            CATALOGUE[DEFAULT].size / 2**20
        ),
    }


def lines(held: Mapping[str, Any]) -> Iterator[str]:
    """Yield speed and memory as lines of Markdown."""
    yield "| seconds | p50 | p95 | n |"
    yield "|---|---|---|---|"
    for one in held["seconds"]:
        yield f"| {one.name} | {one.p50:.2f} | {one.p95:.2f} | {one.n} |"
    for name, value in held.items():
        if name.startswith("memory") and value:
            yield f"\nPeak of {name}: " + ", ".join(f"{part} {mib} MiB" for part, mib in value.items())
    yield f"\nSeed {held['seed']}; commit {held['commit']}, {held['machine']}."
