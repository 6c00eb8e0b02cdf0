"""Dateline beside other systems on the same questions: what each said, and one set of figures for all of them.

A peer writes a line a question (``eval/peers/common.py``): its text, the texts that it could cite by marker, seconds.
It has no status and no short answer, so it refuses where the first forty words of its text say that the sources do not
say, EM and F1 are of the head of its text without markers, and a conflict is shown where the text has a wording of
each side. Dateline's rows are read from its run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from qa import sentences
from qa.errors import EvalError
from qa.evaluation import metrics
from qa.evaluation.intervals import Estimate, estimate, quantile
from qa.evaluation.metrics import Attributed, Judge, Quoted
from qa.evaluation.rows import Row, read_run
from qa.evaluation.scoring import attributed, score, short_of, text_of
from qa.evaluation.sets import Question
from qa.types import Moment

COUNT = 15
"""Items of a row that every system is asked, those of lowest sha256(id): some need many model calls an answer."""

REFUSES = re.compile(
    r"^\W*$|\bunable to\b|\bno(?:ne)?\b.{0,40}\b(?:information|sources?|documents?|passages?|answer|mention)"
    r"|\b(?:do(?:es)?|did|is|are|can|could)(?: not|n't|n’t|not)\b.{0,40}"
    r"\b(?:contain|provide|mention|say|state|specify|include|answer|find|determine|available|helpful|know)",
    re.IGNORECASE | re.DOTALL,
)
"""Words by which a system without a status refuses, in its first forty words: a caveat behind an answer is none."""

_NUMBERS = r"(?:sources?\s*)?\d+(?:\s*[,;]\s*(?:sources?\s*)?\d+)*"
_KEYS = r"pqac-[0-9a-f]{8}(?:\s*[,;]\s*pqac-[0-9a-f]{8})*"
MARKER = re.compile(rf"[\[【]\s*{_NUMBERS}\s*[\]】]|[\[(]?{_KEYS}[\])]?|\(?\bsource \d+\b\)?", re.IGNORECASE)
"""A citation in a text: ``[1]``, ``[1, 2]``, ``[Source 1]``, ``Source 1``, or paper-qa's keys."""
_NAME = re.compile(r"pqac-[0-9a-f]{8}|\d+", re.IGNORECASE)
_BEHIND = re.compile(rf"([.!?][\"'”’]?)((?:\s*(?:{MARKER.pattern}))+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system said to one question, in the terms that every system is measured in.

    ``exist`` tells for each citation whether what it points at is there, word for word. ``sentences`` are those of an
    answer given, with the cited texts; a refusal has none.
    """

    text: str
    short: str = field(kw_only=True)
    refused: bool = field(kw_only=True)
    failed: bool = field(kw_only=True, default=False)
    both_sides: bool = field(kw_only=True, default=False)
    exist: tuple[bool, ...] = field(kw_only=True, default=())
    sentences: tuple[Attributed, ...] = field(kw_only=True, default=())
    first: float = field(kw_only=True)
    seconds: float = field(kw_only=True)
    memory: float | None = field(kw_only=True, default=None)


def markers(text: str) -> list[str]:
    """Return the names that a text cites, in order, each time that it does."""
    return [name.lower() for found in MARKER.findall(text) for name in _NAME.findall(found)]


def without_markers(text: str) -> str:
    """Return a text without its citations."""
    return " ".join(MARKER.sub(" ", text).split())


def of_peer(question: Question, held: Mapping[str, Any], bodies: Mapping[str, tuple[str, Moment | None]]) -> Reply:
    """Return a peer's line as a reply; ``bodies`` gives the text and day of a document by its id.

    A citation exists where its marker is one of the texts that were given, and that text is in its document.
    """
    text = str(held["text"])
    failed = bool(held["error"])
    said = without_markers(text)
    refused = not failed and bool(REFUSES.search(metrics.head(said)))
    given = {str(one["marker"]).lower(): one for one in held["sources"]}
    quotes = {
        name: Quoted(one["text"], bodies[one["document"]][1] if one["document"] in bodies else None)
        for name, one in given.items()
    }
    there = {name: _within(one["text"], bodies.get(one["document"], ("", None))[0]) for name, one in given.items()}
    answered = not (failed or refused)
    return Reply(
        said if answered else "",
        short=metrics.head(said) if answered else "",
        refused=refused,
        failed=failed,
        both_sides=answered and _both(said, question),
        exist=tuple(there.get(name, False) for name in markers(text)) if answered else (),
        sentences=tuple(_attributed(text, quotes)) if answered else (),
        first=float(held["first"]),
        seconds=float(held["seconds"]),
        memory=held["memory"],
    )


def of_row(row: Row) -> Reply:
    """Return a row of Dateline's own run as a reply."""
    answer = row.answer
    stages = answer["trace"]["seconds"] if answer else {}
    return Reply(
        text_of(row),
        short=short_of(row),
        refused=row.refused,
        failed=row.error is not None,
        both_sides=score(row).get("conflict_shown") == 1.0,
        exist=row.spans if not row.refused else (),
        sentences=tuple(attributed(answer)) if answer and not row.refused else (),
        first=float(stages.get("first_sentence", row.seconds)),
        seconds=row.seconds,
        memory=row.memory,
    )


def _within(text: str, body: str) -> bool:
    """Whether a text stands in a body, white space aside."""
    return bool(text.strip()) and " ".join(text.split()) in " ".join(body.split())


def _both(text: str, question: Question) -> bool:
    sides = question.expect.sides
    return bool(sides) and all(any(metrics.holds(text, wording) for wording in side.wordings) for side in sides)


def _attributed(text: str, quotes: Mapping[str, Quoted]) -> list[Attributed]:
    """Return the sentences of a text with what they cite; a marker behind a full stop is of the sentence before."""
    moved = _BEHIND.sub(lambda found: f"{found[2]}{found[1]}", text)
    made = []
    for span in sentences.split(moved):
        part = moved[span.start : span.end]
        said = without_markers(part)
        if re.search(r"\w", said):
            cited = dict.fromkeys(name for name in markers(part) if name in quotes)
            made.append(Attributed(said, tuple(quotes[name] for name in cited)))
    return made


@dataclass(frozen=True, slots=True)
class Measured:
    """One system on one row."""

    row: str
    system: str = field(kw_only=True)
    settings: str = field(kw_only=True)
    n: int = field(kw_only=True)
    asked: int = field(kw_only=True)
    """How many of the row's ``n`` questions have been asked: fewer where the run was ended."""
    figures: Mapping[str, Estimate] = field(kw_only=True)
    memory: float | None = field(kw_only=True, default=None)
    """The most MiB that system and model held together."""
    install: float | None = field(kw_only=True, default=None)
    """MiB of the packages, the model's file aside."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def figures(
    questions: Sequence[Question], replies: Mapping[str, Reply], *, normal: str, judge: Judge | None
) -> dict[str, Estimate]:
    """Return the figures of a system over the questions that it was asked."""
    held = [(question, replies[question.id]) for question in questions if question.id in replies]
    clean = metrics.NORMALS[normal]
    answerable = [(q, r) for q, r in held if q.expect.status == "answered"]
    silent = [(q, r) for q, r in held if q.expect.status == "not_found"]
    disputed = [(q, r) for q, r in held if q.expect.status == "conflicting"]
    given = [r for _, r in held if not (r.refused or r.failed)]
    found = {
        "contained": [metrics.contained(r.text, q.expect.answers) for q, r in answerable],
        "f1": [metrics.token_f1(r.short, q.expect.answers, normal=clean) for q, r in answerable],
        "refusal_recall": [float(r.refused) for _, r in silent],
        "wrongly_refused": [float(r.refused) for _, r in (*answerable, *disputed)],
        "conflict_shown": [float(r.both_sides) for _, r in disputed],
        "cited": [float(bool(r.exist)) for r in given],
        "citations_exist": [float(one) for r in given for one in r.exist],
        "supported": [
            value for r in given if judge and (value := metrics.citation_recall(r.sentences, judge)) is not None
        ],
        "words": [float(len(r.text.split())) for r in given],
        "failed": [float(r.failed) for _, r in held],
    }
    times = {"first": [r.first for _, r in held], "seconds": [r.seconds for _, r in held]}
    return {name: made for name, values in found.items() if (made := estimate(values)) is not None} | {
        name: made
        for name, values in times.items()
        if (made := estimate(values, statistic=lambda some: quantile(some, 0.5))) is not None
    }


def peer_lines(path: Path) -> dict[str, dict[str, Any]]:
    """Return a peer's answers by question id; a last line cut short is left out."""
    found = {}
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for line in text.split("\n"):
        try:
            held = json.loads(line)
        except ValueError:
            continue
        found[held["id"]] = held
    return found


def run_replies(path: Path) -> dict[str, Reply]:
    """Return the replies of one of Dateline's runs by question id."""
    return {row.question.id: of_row(row) for row in read_run(path).rows}


def write(path: Path, measured: Sequence[Measured], *, made: Mapping[str, Any]) -> None:
    """Write a table of systems and rows; ``made`` says when, on what and by which command."""
    held = {"peers": 1, "made": dict(made), "measured": [one.to_dict() for one in measured]}
    path.write_text(json.dumps(held, ensure_ascii=False, indent=1), encoding="utf-8")


def read(path: Path) -> tuple[Mapping[str, Any], tuple[Measured, ...]]:
    """Read what ``write`` wrote.

    Raises:
        EvalError: it is no such file.
    """
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return held["made"], tuple(
            Measured(**{**one, "figures": {name: Estimate(**value) for name, value in one["figures"].items()}})
            for one in held["measured"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvalError(f"{str(path)!r} is no table of peers: {error!r}; `make peers` writes one") from error
