"""How long a person waits: the command's start, a cold question, and warm questions by stage. Real default models.

    python eval/bench_speed.py [--index indexes/sample] [--runs 3]

Prints one table with medians and 95th percentiles in seconds, and the machine it ran on. Times are of a shared machine:
compare runs made side by side, not across days.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from qa import VERSION, NewsQA
from qa.types import Answer, Evidence, Sentence

QUESTIONS = (
    ("when do the Istanbul talks start", "2022-03-28"),
    ("has Putin refused to meet Zelenskyy", "2022-03-28"),
    ("what did Lavrov say about a meeting now", "2022-03-28"),
    ("where are the talks between Russia and Ukraine held", "2022-03-28"),
    ("who said the talks could begin on Tuesday", "2022-03-29"),
    ("what did Erdoğan and Putin agree", "2022-03-28"),
    ("who won the football match", "2022-03-28"),
)


MOMENTS = {Evidence: "passages found", Sentence: "first checked sentence", Answer: "whole answer or refusal"}


def timed(command: Sequence[str]) -> tuple[float, float]:
    """Return seconds to the first byte on either stream, and to the end."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        first = time.perf_counter() - began
        process.stdout.read()
    return first, time.perf_counter() - began


def row(name: str, seconds: Sequence[float]) -> str:
    """Return one line of the table."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{name:<48} {statistics.median(ordered):7.2f} {p95:7.2f} {len(ordered):5d}"


def commands(index: Path, runs: int) -> list[str]:
    """Measure whole processes."""
    python = [sys.executable, "-c", "pass"]
    qa = [sys.executable, "-m", "qa.cli"]
    ask = [*qa, "ask", QUESTIONS[0][0], "--as-of", QUESTIONS[0][1], "--index", str(index)]
    bare = [timed(python)[1] for _ in range(runs)]
    helped = [timed([*qa, "--help"])[1] for _ in range(runs)]
    asked = [timed(ask) for _ in range(runs)]
    return [
        row("python's own start", bare),
        row("qa --help, beyond python's start", [max(one - statistics.median(bare), 0) for one in helped]),
        row("cold qa ask: first output", [first for first, _ in asked]),
        row("cold qa ask: whole answer", [whole for _, whole in asked]),
    ]


def ask_all(news: NewsQA) -> dict[str, list[float]]:
    """Ask every question once and return the seconds of each moment and stage."""
    found: dict[str, list[float]] = {}
    for question, as_of in QUESTIONS:
        began = time.perf_counter()
        seen: set[str] = set()
        for event in news.stream(question, as_of=as_of):
            moment = MOMENTS.get(type(event))
            if moment and moment not in seen:
                found.setdefault(moment, []).append(time.perf_counter() - began)
                seen.add(moment)
            if isinstance(event, Answer):
                for stage, seconds in event.trace.seconds.items():
                    if stage != "total":
                        found.setdefault(f"  of which {stage}", []).append(seconds)
    return found


def warm(index: Path, runs: int) -> list[str]:
    """Measure questions to one open archive: asked for the first time, and again, with the extracts read already."""
    lines = []
    with NewsQA.open(index) as news:
        news.ask("where is the recount", as_of="2022-03-28")
        for name, times in (("first time", 1), ("asked again", runs - 1)):
            found: dict[str, list[float]] = {}
            for _ in range(times):
                for moment, seconds in ask_all(news).items():
                    found.setdefault(moment, []).extend(seconds)
            lines += [row(f"warm, {name}: {moment}", seconds) for moment, seconds in found.items()]
    return lines


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=Path("indexes/sample"))
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with NewsQA.open(asked.index, create=True, extractive=True) as news:
        news.ingest("eval/sample")
    sys.stdout.write(f"dateline {VERSION}, python {platform.python_version()}, {platform.machine()}\n")
    sys.stdout.write(f"{'seconds':<48} {'median':>7} {'p95':>7} {'n':>5}\n")
    for line in warm(asked.index, asked.runs) + commands(asked.index, asked.runs):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
