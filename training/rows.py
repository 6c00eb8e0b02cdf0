"""Rows to train on, and the sets that they are read from."""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENVIRONMENT = "DATELINE_TRAIN"
"""Names the folder with the sets and their MANIFEST.tsv."""

MAY_SHIP = "yes"
"""The manifest's mark on a set whose weights may ship."""

LEFT_OUT = {"qa_torque"}
"""Sets that may ship and are not read: TORQUE's answers are single event words, not phrases that answer."""

_NLI = {"supported": 0, "contradicted": 1, "not": 2, "partial": 2}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to learn from. What is None is not judged, so that one mixture can train all heads.

    ``answers`` are spans of ``passage``; none of them means "not in here". ``verdict`` indexes
    ``qa.reader.network.VERDICTS``. ``how`` says how the row was made, for the tables of the mixture.
    """

    question: str
    passage: str = field(kw_only=True)
    headline: str = field(kw_only=True, default="")
    days: float | None = field(kw_only=True, default=None)
    answers: tuple[tuple[int, int], ...] | None = field(kw_only=True, default=None)
    relevant: bool | None = field(kw_only=True, default=None)
    verdict: int | None = field(kw_only=True, default=None)
    source: str = field(kw_only=True)
    how: str = field(kw_only=True, default="natural")

    @property
    def answered(self) -> bool:
        """Whether the passage holds the answer."""
        return bool(self.answers)

    def holds_answer(self) -> bool:
        """Return whether every answer's span lies in the passage."""
        return all(0 <= start < end <= len(self.passage) for start, end in self.answers or ())


class NoData(Exception):
    """The sets are not there."""


def folder() -> Path:
    """Return the folder with the sets.

    Raises:
        NoData: the environment does not name one.
    """
    named = os.environ.get(ENVIRONMENT, "")
    if not named or not (Path(named) / "MANIFEST.tsv").is_file():
        raise NoData(f"{ENVIRONMENT} must name a folder with MANIFEST.tsv and the sets; it is {named!r}")
    return Path(named)


def manifest(where: Path) -> list[dict[str, str]]:
    """Return the manifest's rows."""
    with (where / "MANIFEST.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def may_ship(where: Path) -> list[Path]:
    """Return the files that weights which ship may be trained on."""
    mark = "may train weights that ship"
    return [where / row["file"] for row in manifest(where) if row[mark] == MAY_SHIP]


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a gzipped JSONL file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def name_of(path: Path) -> str:
    """Return a set's name: its file's without the endings."""
    return path.name.removesuffix(".jsonl.gz")


def read(path: Path) -> Iterator[Row]:
    """Yield the rows of a set, whatever its kind."""
    name = name_of(path)
    if name in LEFT_OUT:
        return
    for record in records(path):
        yield from _READERS[name.partition("_")[0]](record)


def _question(record: dict[str, Any]) -> Iterator[Row]:
    """A question over its own context. QAMR's are joined to articles elsewhere: see ``training.wikinews``."""
    spans = tuple((each["start"], each["start"] + len(each["text"].rstrip(" .,;"))) for each in record["answers"])
    spans = tuple(span for span in spans if span[0] < span[1])
    if record["answers"] and not spans:
        return
    yield Row(
        record["question"],
        passage=record["context"],
        answers=spans,
        relevant=bool(spans),
        source=record["source"],
    )


def _claim(record: dict[str, Any]) -> Iterator[Row]:
    yield Row(record["claim"], passage=record["text"], verdict=_NLI[record["label"]], source=record["source"])


def _ranked(record: dict[str, Any]) -> Iterator[Row]:
    yield Row(
        record["query"], passage=record["passage"], relevant=bool(record["label"]), source=f"rank_{record['source']}"
    )


_READERS = {"qa": _question, "nli": _claim, "rank": _ranked}
