"""The folder with the public sets, the documents of a set as articles, and indexes of them that are built once."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from qa import ingest
from qa.errors import EvalError
from qa.evaluation.runner import digest
from qa.ingest import records

VARIABLE = "DATELINE_BENCH"

PUBLIC = ("realtimeqa", "squad2", "rgb", "wice", "meantime")
"""The public sets: their texts belong to their publishers."""

_DONE = "complete.json"

Progress = Callable[[int, int | None, str], None]


def root() -> Path:
    """Return the folder that ``DATELINE_BENCH`` names.

    Raises:
        EvalError: it is not set, or names no folder.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        raise EvalError(
            f"{VARIABLE} is not set: the public sets are no part of Dateline; set it to a folder that has them"
        )
    if not Path(named).is_dir():
        raise EvalError(f"{VARIABLE} names {named!r}, which is no folder: name the one with the public sets")
    return Path(named)


def lines(name: str) -> list[dict[str, Any]]:
    """Return the records of one gzipped JSONL file of the bench folder.

    Raises:
        EvalError: the folder or the file is not there.
    """
    path = root() / name
    if not path.is_file():
        raise EvalError(f"{VARIABLE} has no {name!r}: the folder is {str(root())!r}")
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a set: its id there, and the record that the product ingests."""

    id: str
    record: Mapping[str, str]

    @property
    def article_id(self) -> str:
        """The id that ingestion gives it: documents of one text share one, and "" is none (it is rejected)."""
        read = records.line(json.dumps(dict(self.record), ensure_ascii=False), self.id)
        return "" if isinstance(read, ingest.Rejected) else read.id


def document(identifier: str, text: str, *, name: str, title: str = "", published: str = "") -> Document:
    """Return a document without an address of its own; it gets one under a name that cannot exist (RFC 2606)."""
    record = {"url": f"https://{name}.invalid/{quote(identifier, safe='')}", "title": title, "text": text}
    return Document(identifier, {**record, "published": published} if published else record)


def lowest(identifiers: Sequence[str], count: int) -> list[str]:
    """Return the ids of lowest sha256, in the given order: what a *quick* row has."""
    kept = set(sorted(identifiers, key=digest)[:count])
    return [identifier for identifier in identifiers if identifier in kept]


class Building(Protocol):
    """What takes articles in and is closed: ``NewsQA``."""

    def ingest(self, sources: Sequence[str | Path], *, progress: Progress | None = None) -> Any:
        """Take articles in."""

    def close(self) -> None:
        """Let go of the index."""


@dataclass(frozen=True, slots=True)
class Builder:
    """Builds an index of documents once, under a folder outside the repository.

    ``opener`` opens (and creates) an index at a path; ``encoder`` is the fingerprint of its encoder.
    """

    cache: Path
    opener: Callable[[Path], Building] = field(kw_only=True)
    encoder: str = field(kw_only=True, default="")
    progress: Progress | None = field(kw_only=True, default=None)

    def build(self, name: str, documents: Sequence[Document]) -> Path:
        """Return the folder of an index that holds just these documents, building what is missing.

        An interrupted build is gone on with: what is in the index already is unchanged.
        """
        home = self._home(name, (json.dumps(dict(one.record), sort_keys=True).encode() for one in documents))
        source = home / "documents.jsonl"
        if not (home / _DONE).is_file():
            home.mkdir(parents=True, exist_ok=True)
            with source.open("w", encoding="utf-8") as stream:
                stream.writelines(json.dumps(dict(held.record), ensure_ascii=False) + "\n" for held in documents)
        return self._built(home, [source])

    def build_files(self, name: str, files: Sequence[Path], *, sources: Sequence[Path]) -> Path:
        """Return the folder of an index of files as they are; ``sources`` is what ingestion is given for them."""
        return self._built(self._home(name, (path.name.encode() + path.read_bytes() for path in files)), sources)

    def _home(self, name: str, parts: Iterable[bytes]) -> Path:
        held = hashlib.sha256(self.encoder.encode())
        for part in parts:
            held.update(b"\0" + part)
        # Rows of one set over the same documents share an index.
        return self.cache / f"{name.split('/')[0]}-{held.hexdigest()[:12]}"

    def _built(self, home: Path, sources: Sequence[Path]) -> Path:
        if not (home / _DONE).is_file():
            home.mkdir(parents=True, exist_ok=True)
            news = self.opener(home / "index")
            try:
                report = news.ingest(list(sources), progress=self.progress)
            finally:
                news.close()
            rejected = [f"{entry.source}: {entry.reason}" for entry in report.rejected]
            (home / _DONE).write_text(json.dumps({"rejected": rejected}), encoding="utf-8")
        return home / "index"


def by_article(documents: Sequence[Document]) -> Mapping[str, frozenset[str]]:
    """Return, for each article id, the ids of the documents that have its text."""
    found: dict[str, set[str]] = {}
    for held in documents:
        if held.article_id:
            found.setdefault(held.article_id, set()).add(held.id)
    return {name: frozenset(ids) for name, ids in found.items()}
