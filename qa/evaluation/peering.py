"""Dateline beside other systems on the same questions: what each said, and one set of figures for all of them.

A peer writes a line a question (``eval/peers/common.py``): its text, the texts that it could cite by marker, seconds.
It has no status and no short answer, so it refuses where the first forty words of its text say that the sources do not
say, EM and F1 are of the head of its text without markers, and a conflict is shown where the text has a wording of
each side. Dateline's rows are read from its run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

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
    answer given, with the cited texts; a refusal has none. Seconds are None where the machine did other work meanwhile.
    """

    text: str
    short: str = field(kw_only=True)
    refused: bool = field(kw_only=True)
    failed: bool = field(kw_only=True, default=False)
    both_sides: bool = field(kw_only=True, default=False)
    exist: tuple[bool, ...] = field(kw_only=True, default=())
    sentences: tuple[Attributed, ...] = field(kw_only=True, default=())
    first: float | None = field(kw_only=True)
    seconds: float | None = field(kw_only=True)
    memory: float | None = field(kw_only=True, default=None)


def markers(text: str) -> list[str]:
    """Return the names that a text cites, in order, each time that it does."""
    return [name.lower() for found in MARKER.findall(text) for name in _NAME.findall(found)]


def without_markers(text: str) -> str:
    """Return a text without its citations."""
    return re.sub(r" (?=[.,;:!?](?:\s|$))", "", " ".join(MARKER.sub(" ", text).split()))


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
        first=held["first"],
        seconds=held["seconds"],
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
    """One system on one row: ``values`` by metric and question id, and the figures that they make."""

    row: str
    system: str = field(kw_only=True)
    settings: str = field(kw_only=True)
    n: int = field(kw_only=True)
    asked: int = field(kw_only=True)
    """How many of the row's ``n`` questions have been asked: fewer where the run was ended."""
    values: Mapping[str, Mapping[str, float]] = field(kw_only=True)
    memory: float | None = field(kw_only=True, default=None)
    """The most MiB that system and model held together."""
    install: float | None = field(kw_only=True, default=None)
    """MiB of the packages, the model's file aside."""

    @property
    def figures(self) -> dict[str, Estimate]:
        """Each metric with its interval: medians for seconds, means for the rest."""
        return estimates(self.values)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return asdict(self)


def estimates(values: Mapping[str, Mapping[str, float]]) -> dict[str, Estimate]:
    """Return the figure of each metric over its questions: medians for seconds, means for the rest."""
    found = {}
    for name, held in values.items():
        statistic = _median if name in MEDIANS else None
        if (made := estimate(list(held.values()), statistic=statistic)) is not None:
            found[name] = made
    return found


def pooled(measured: Sequence[Measured]) -> dict[str, Estimate]:
    """Return the figures of one system over the questions of several rows together."""
    found: dict[str, dict[str, float]] = {}
    for one in measured:
        for name, held in one.values.items():
            found.setdefault(name, {}).update({f"{one.row} {key}": value for key, value in held.items()})
    return estimates(found)


MEDIANS = frozenset({"first", "seconds", "words"})


def _median(values: Sequence[float]) -> float:
    return quantile(values, 0.5)


def values(
    questions: Sequence[Question], replies: Mapping[str, Reply], *, normal: str, judges: Mapping[str, Judge]
) -> dict[str, dict[str, float]]:
    """Return the value of each metric for each question that it says something about.

    ``judges`` names each measure of support, and says whether quotes support a sentence by it.
    """
    found: dict[str, dict[str, float]] = {}
    for question in questions:
        if question.id in replies:
            for name, value in _scores(question, replies[question.id], normal=normal, judges=judges).items():
                if value is not None:
                    found.setdefault(name, {})[question.id] = value
    return found


def _scores(question: Question, reply: Reply, *, normal: str, judges: Mapping[str, Judge]) -> dict[str, float | None]:
    expect = question.expect
    held: dict[str, float | None] = {"first": reply.first, "seconds": reply.seconds, "failed": float(reply.failed)}
    if expect.status == "answered":
        held["contained"] = metrics.contained(reply.text, expect.answers)
        held["f1"] = metrics.token_f1(reply.short, expect.answers, normal=metrics.NORMALS[normal])
    if expect.status == "conflicting":
        held["conflict_shown"] = float(reply.both_sides)
    held["refusal_recall" if expect.status == "not_found" else "wrongly_refused"] = float(reply.refused)
    if not (reply.refused or reply.failed):
        held["cited"] = float(bool(reply.exist))
        held["citations_exist"] = sum(reply.exist) / len(reply.exist) if reply.exist else None
        held |= {name: metrics.citation_recall(reply.sentences, judge) for name, judge in judges.items()}
        held["words"] = float(len(reply.text.split()))
    return held


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric of two systems over the questions that both have it for, of every row."""

    metric: str
    ours: float = field(kw_only=True)
    theirs: float = field(kw_only=True)
    change: Estimate = field(kw_only=True)

    @property
    def verdict(self) -> Literal["better", "worse", "not told apart"]:
        """Whether the interval of the paired differences leaves zero out, and on which side."""
        sign = -1 if self.metric in LESS_IS_BETTER else 1
        low, high = sorted((sign * self.change.low, sign * self.change.high))
        return "better" if low > 0 else "worse" if high < 0 else "not told apart"


LESS_IS_BETTER = frozenset({"first", "seconds", "wrongly_refused", "failed", "words"})


def paired(measured: Sequence[Measured], ours: str, theirs: str) -> list[Pair]:
    """Return each metric of two systems, paired by question over all rows that both were asked."""
    held = {(one.row, one.system): one for one in measured}
    pairs: dict[str, list[tuple[float, float]]] = {}
    for (row, system), one in held.items():
        other = held.get((row, theirs))
        if system != ours or other is None:
            continue
        for name, values_ in one.values.items():
            theirs_ = other.values.get(name, {})
            pairs.setdefault(name, []).extend((values_[key], theirs_[key]) for key in values_ if key in theirs_)
    found = []
    for name, both in pairs.items():
        change = estimate([one - other for one, other in both])
        if change is not None:
            mine, yours = (sum(pair[place] for pair in both) / len(both) for place in (0, 1))
            found.append(Pair(name, ours=mine, theirs=yours, change=change))
    return found


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


def forget_seconds(path: Path, measured: Collection[str]) -> None:
    """Leave the seconds out of a peer's answers, but for those of the questions ``measured``."""
    held = peer_lines(path)
    kept = [one if name in measured else one | {"first": None, "seconds": None} for name, one in held.items()]
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in kept), encoding="utf-8")


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
        return held["made"], tuple(Measured(**one) for one in held["measured"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvalError(f"{str(path)!r} is no table of peers: {error!r}; `make peers` writes one") from error
