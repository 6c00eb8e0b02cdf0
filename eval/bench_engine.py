"""Measures the local engine on news questions: ``DATELINE_BENCH=FOLDER python eval/bench_engine.py [N]``.

Takes the N (default 40) answerable RealTime QA 2022gold questions of the tune half with the lowest SHA-256, gives the
model the first 350 words of the gold article, and asks three things on one prompt prefix: a short phrase, yes or no,
and prose. Prints medians, and in how many phrases a gold answer is contained.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from qa.llm import Message, Model, load
from qa.settings import Settings

SYSTEM = "You answer questions about news from extracts of dated articles."
PHRASE = "Answer with a short phrase taken from the extracts."
YES_NO = "Do the extracts state the answer? Reply Yes or No."
PROSE = "Answer in one or two sentences, quoting the words of the extracts."


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the rows of one gzipped JSON Lines file."""
    with gzip.open(folder / "realtimeqa" / f"public_2022gold.{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def digest(row: dict[str, Any]) -> str:
    """Return the hash that orders and halves the questions."""
    return hashlib.sha256(row["id"].encode()).hexdigest()


def questions(folder: Path, count: int) -> list[tuple[dict[str, Any], str]]:
    """Return the questions, each with its prompt up to the instruction."""
    articles = {row["id"]: row for row in rows(folder, "docs")}
    usable = [row for row in rows(folder, "queries") if row["answerable_lexical"] and row["gold_doc_ids"]]
    chosen = sorted((row for row in usable if int(digest(row), 16) % 2 == 0), key=digest)[:count]
    prompts = []
    for row in chosen:
        article = articles[row["gold_doc_ids"][0]]
        extract = " ".join(article["text"].split()[:350])
        head = f"Extracts:\n[1] ({article['published']}) {article['title']}: {extract}\n\n"
        prompts.append((row, f"{head}Today is {row['date']}. Question: {row['question']}\n"))
    return prompts


def words(text: str) -> str:
    """Return ``text`` as lower-case words and numbers."""
    return " ".join("".join(char.lower() if char.isalnum() else " " for char in text).split())


def timed(model: Model, prompt: str, instruction: str, limit: int) -> tuple[float, float, str]:
    """Return seconds to the first piece, seconds in all, and the reply."""
    began, first, reply = time.monotonic(), 0.0, ""
    for piece in model.stream([Message("system", SYSTEM), Message("user", prompt + instruction)], max_tokens=limit):
        first = first or time.monotonic() - began
        reply += piece
    return first, time.monotonic() - began, reply


def main() -> None:
    """Run the benchmark and print one line a figure."""
    folder = Path(os.environ.get("DATELINE_BENCH", ""))
    if not (folder / "realtimeqa").is_dir():
        sys.exit(f"DATELINE_BENCH is {str(folder)!r}; set it to the folder of the bench data")
    began = time.monotonic()
    model = load(Settings())
    if model is None or not model.wait(180):
        sys.exit("the local model did not start; see `qa models list`")
    out = [f"ready after {time.monotonic() - began:.1f} s"]
    figures: dict[str, list[float]] = {}
    contained = 0
    asked = questions(folder, int(sys.argv[1]) if len(sys.argv) > 1 else 40)
    for row, prompt in asked:
        first, whole, phrase = timed(model, prompt, PHRASE, 30)
        began = time.monotonic()
        model.yes([Message("system", SYSTEM), Message("user", prompt + YES_NO)])
        yes = time.monotonic() - began
        prose_first, prose, _ = timed(model, prompt, PROSE, 90)
        contained += any(words(answer) in words(phrase) for answer in row["answers"])
        found = {"phrase, first piece": first, "phrase": whole, "yes or no": yes, "prose, first piece": prose_first}
        for name, seconds in {**found, "prose": prose}.items():
            figures.setdefault(name, []).append(seconds)
    model.close()
    out += [f"{name}: median {statistics.median(values):.2f} s" for name, values in figures.items()]
    sys.stdout.write("\n".join([*out, f"gold contained: {contained}/{len(asked)}"]) + "\n")


if __name__ == "__main__":
    main()
