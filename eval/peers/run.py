"""Dateline and its peers on the same questions, articles, encoder and model: one table.

``make peers`` makes an environment for each peer and calls this. Row by row every system is asked in turn, alone on the
machine as far as this script decides; each answer is kept at once, nothing is asked twice, and an interrupted night is
gone on with. The table is written after every row: ``qa eval report … --peers TABLE`` shows it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from qa.encoders import load
from qa.evaluation import adapters, made, peering, suite
from qa.evaluation.adapters import AskRow, ReadRow
from qa.evaluation.bench import Document, lowest
from qa.evaluation.memory import resident_of
from qa.evaluation.opening import Opener
from qa.evaluation.peering import Measured, Reply
from qa.evaluation.rows import read_header
from qa.evaluation.runner import Choice
from qa.llm.catalogue import DEFAULT, LESSER
from qa.settings import Settings
from qa.types import Moment

HERE = Path(__file__).parent
ROWS = ("realtimeqa/2022gold/answer", "squad2/answer", "realtimeqa/2023s/answer", "rgb/system", "rgb/refusal")
OWN = {"dateline": DEFAULT, "dateline-small-model": LESSER, "dateline-no-model": ""}
"""Dateline with its default model, with the smaller one, and without any."""
JUDGES = {"supported": suite.judge, "likely": suite.likely}
"""Two readings of Dateline's own check: every value and name has to hold, or rather supported than not."""
PEERS = ("llamaindex", "chroma", "haystack", "paperqa")


@dataclass(frozen=True)
class Task:
    """What is asked: the row with the chosen questions, and where answers are kept."""

    row: AskRow | ReadRow
    folder: Path
    environments: Path
    only_kept: bool = False
    without_seconds: bool = False

    @property
    def mark(self) -> str:
        """The row's name as a file name."""
        return self.row.name.replace("/", "-")

    @property
    def documents(self) -> list[Document]:
        """Every document of the row, each once."""
        held = self.row.documents
        groups = [held] if isinstance(self.row, AskRow) else [held[question.id] for question in self.row.questions]
        return list({one.id: one for group in groups for one in group}.values())


def chosen(name: str, options: argparse.Namespace) -> Task:
    """Return the questions of lowest sha256 of a row's report half."""
    row = adapters.narrowed(adapters.ROWS[name]("full"), "report")
    assert not isinstance(row, adapters.SearchRow)
    kept = set(lowest([question.id for question in row.questions], options.count))
    row = replace(row, questions=tuple(question for question in row.questions if question.id in kept))
    return Task(row, options.out, options.environments, options.only_kept, options.without_seconds)


@contextmanager
def served(model: str) -> Iterator[tuple[str, int]]:
    """Start the model's endpoint; give its address and process, and end it behind."""
    command = [sys.executable, str(HERE / "serve.py"), "--model", model]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        try:
            address = process.stdout.readline().strip()
            if not address:
                raise SystemExit("the model's endpoint did not start")
            yield address, process.pid
        finally:
            process.stdin.close()
            process.wait(60)


def own(task: Task, system: str) -> tuple[dict[str, Reply], str]:
    """Ask Dateline, with the model that the system's name stands for."""
    model = OWN[system]
    settings = Settings(llm="local", llm_model=model) if model else Settings(llm="none")
    if task.only_kept:
        files = sorted((task.folder / system).glob(f"{task.mark}-*.jsonl"))
        return (peering.run_replies(files[-1]), _own_settings(files[-1], model)) if files else ({}, "not asked")
    with Opener(settings, load(settings), extractive=not model) as opener:
        bench = suite.bench_of(task.folder / system, opener, choice=Choice(half="report"))
        file = suite.asking(task.row, bench) if isinstance(task.row, AskRow) else suite.reading(task.row, bench)
    return peering.run_replies(file), _own_settings(file, model)


def _own_settings(file: Path, model: str) -> str:
    header = read_header(file)
    commit = header.made.get("commit") or f"code {header.config['code']}"
    return f"{commit}, {model or 'no model'}, default settings"


def peer(task: Task, system: str, model: str) -> tuple[dict[str, Reply], str, float | None]:
    """Ask a peer in its own environment; return its replies, its settings and its install size."""
    out = task.folder / f"{task.mark}-{system}.jsonl"
    wanted = {question.id for question in task.row.questions}
    held = 0.0
    before = peering.peer_lines(out)
    if not task.only_kept and not wanted <= before.keys():
        with served(model) as (address, pid):
            job = _job(task, system, out=out, url=address, model=model)
            python = task.environments / f".venv-peer-{system}" / "bin" / "python"
            quiet = {
                **os.environ,
                "HF_HUB_OFFLINE": "1",
                "TRANSFORMERS_OFFLINE": "1",
                "TOKENIZERS_PARALLELISM": "false",
            }
            quiet.pop("PYTHONPATH", None)
            subprocess.run([python, HERE / f"peer_{system}.py", job], check=False, env=quiet)
            held = resident_of(pid) or 0.0
        _note(out.with_suffix(".engine.json"), held)
        if task.without_seconds:
            peering.forget_seconds(out, before.keys())
    lines = {name: line for name, line in peering.peer_lines(out).items() if name in wanted}
    bodies = {one.id: (one.record["text"], _day(one.record.get("published", ""))) for one in task.documents}
    replies = {q.id: peering.of_peer(q, lines[q.id], bodies) for q in task.row.questions if q.id in lines}
    engine = _noted(out.with_suffix(".engine.json"))
    replies = {name: replace(reply, memory=(reply.memory or 0) + engine) for name, reply in replies.items()}
    first = next(iter(lines.values()), {})
    return replies, first.get("settings", "did not start"), first.get("size")


def _note(path: Path, memory: float) -> None:
    """Keep the most memory that the model's process held."""
    path.write_text(json.dumps({"memory": max(memory, _noted(path))}), encoding="utf-8")


def _noted(path: Path) -> float:
    return float(json.loads(path.read_text(encoding="utf-8"))["memory"]) if path.is_file() else 0.0


def _day(text: str) -> Moment | None:
    return date.fromisoformat(text[:10]) if text else None


def _job(task: Task, system: str, *, out: Path, url: str, model: str) -> Path:
    """Write the job of a peer and return its folder."""
    documents = task.documents
    folder = task.folder / "jobs" / f"{task.mark}-{system}"
    index = task.folder / "index" / f"{task.mark}-{system}"
    for path in (folder, index):
        path.mkdir(parents=True, exist_ok=True)
    reader = isinstance(task.row, ReadRow)
    _lines(folder / "documents.jsonl", [_document(one) for one in documents])
    _lines(folder / "questions.jsonl", [_question(task, question) for question in task.row.questions])
    job = {"row": task.row.name, "reader": reader, "url": url, "model": model, "index": str(index), "out": str(out)}
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    return folder


def _document(held: Document) -> dict[str, str]:
    about = {name: held.record.get(name, "") for name in ("title", "published", "text")}
    return {"id": held.id, **about}


def _question(task: Task, question: Any) -> dict[str, Any]:
    own_documents = [one.id for one in task.row.documents[question.id]] if isinstance(task.row, ReadRow) else []
    as_of = question.as_of.isoformat()[:10] if question.as_of else None
    return {"id": question.id, "question": question.question, "as_of": as_of, "documents": own_documents}


def _lines(path: Path, held: Sequence[Any]) -> None:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in held), encoding="utf-8")


def measured(task: Task, system: str, model: str) -> Measured:
    """Ask a system the questions of a row and return its figures."""
    size: float | None
    if system in OWN:
        (replies, settings), size = own(task, system), made.install_size()
    else:
        replies, settings, size = peer(task, system, model)
    replies = {q.id: replies[q.id] for q in task.row.questions if q.id in replies}
    values = peering.values(task.row.questions, replies, normal=task.row.normal, judges=JUDGES)
    if task.without_seconds and system in OWN:
        values = {name: held for name, held in values.items() if name not in ("first", "seconds")}
    return Measured(
        task.row.name,
        system=system,
        settings=settings,
        n=len(task.row.questions),
        asked=len(replies),
        values=values,
        memory=max((reply.memory for reply in replies.values() if reply.memory is not None), default=None),
        install=size,
    )


def main() -> None:
    """Carry out the rows and print what each system did."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="*", default=list(ROWS), help=f"{', '.join(ROWS)}, or any row that is asked")
    parser.add_argument("--systems", nargs="*", default=["llamaindex", "dateline", *PEERS[1:], *list(OWN)[1:]])
    parser.add_argument("--count", type=int, default=peering.COUNT, help="questions a row (%(default)s)")
    parser.add_argument("--model", default=DEFAULT, help="the local model that the peers are given (%(default)s)")
    parser.add_argument("--out", type=Path, default=Settings().cache / "eval" / "peers", help="folder (%(default)s)")
    parser.add_argument("--only-kept", action="store_true", help="ask nothing: the table of what is there")
    parser.add_argument(
        "--without-seconds", action="store_true", help="keep no seconds of what is asked now: other work runs"
    )
    parser.add_argument("--environments", type=Path, default=HERE.parents[1], help="folder of the .venv-peer-…")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "peers.json"
    table = {(one.row, one.system): one for one in (peering.read(path)[1] if path.is_file() else ())}
    for name in options.rows:
        task = chosen(name, options)
        for system in options.systems:
            one = measured(task, system, options.model)
            if one.asked:
                table[one.row, one.system] = one
            show(one)
            about = {"day": datetime.now(UTC).date().isoformat(), **made.about(), "machine": made.machine()}
            peering.write(path, list(table.values()), made={**about, "python": platform.python_version()})


def show(one: Measured) -> None:
    """Print the figures of a system on a row."""
    sys.stdout.write(f"{one.row}, {one.system}: {one.asked} of {one.n} questions\n  {one.settings}\n")
    for name, figure in one.figures.items():
        sys.stdout.write(f"  {name:16} {figure.value:7.3f}  {figure.low:.3f}–{figure.high:.3f}  n {figure.n}\n")
    sys.stdout.write(f"  memory {one.memory or 0:.0f} MiB with the model, packages {one.install or 0:.0f} MiB\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
