"""One asked question as a line of a run: what was asked, what came back, what was measured while it was live."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from qa.errors import EvalError
from qa.evaluation.sets import Question
from qa.types import plain

RUN_SCHEMA = 1
"""The version of a run's lines: raised when a key changes its meaning or goes."""

_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a run: the set, the configuration that produced it, and which questions were chosen.

    ``config`` holds index id, model, prompt hashes and code version: whatever, when it changes, makes old answers
    unusable. ``choice`` holds the options that selected the questions.
    """

    name: str
    started: str = field(kw_only=True)
    config: Mapping[str, Any] = field(kw_only=True)
    choice: Mapping[str, Any] = field(kw_only=True)
    normal: Literal["squad", "words"] = field(kw_only=True, default="squad")
    """How wording is normalised when the run is scored."""
    made: Mapping[str, str] = field(kw_only=True, default_factory=dict)
    """Version, commit, command and machine; an older run has none. No answer is asked anew for a change of these."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question, its gold and the answer as ``Answer.to_dict()``; or the error that came instead.

    ``seconds`` is the wall time of ``ask`` alone, ``memory`` the MiB that the system held after it. ``spans`` tells,
    for each citation in order, whether the stored body slices to the quote. ``key`` names question and configuration:
    equal keys, equal work.
    """

    key: str
    question: Question = field(kw_only=True)
    answer: Mapping[str, Any] | None = field(kw_only=True)
    error: str | None = field(kw_only=True, default=None)
    seconds: float = field(kw_only=True, default=0.0)
    memory: float | None = field(kw_only=True, default=None)
    spans: tuple[bool, ...] = field(kw_only=True, default=())
    places: tuple[tuple[str, int, int], ...] = field(kw_only=True, default=())
    """Where the gold quotes (then those of the sides) are in the cited articles: (article id, start, end).

    One that is in no cited article has the id ``""``.
    """

    @property
    def refused(self) -> bool:
        """Whether the answer is a refusal. An error is none."""
        return self.answer is not None and self.answer["status"] == "not_found"

    @property
    def unanswerable(self) -> bool:
        """Whether the gold is a refusal."""
        return self.question.expect.status == "not_found"


@dataclass(frozen=True, slots=True)
class Run:
    """A header and its rows."""

    header: Header
    rows: tuple[Row, ...]


def header_line(header: Header) -> str:
    """Return a header as a line of JSON."""
    held = {"run": RUN_SCHEMA, "name": header.name, "started": header.started, "normal": header.normal}
    held["made"] = dict(header.made)
    return json.dumps({**held, "config": dict(header.config), "choice": dict(header.choice)}, ensure_ascii=False)


def row_line(row: Row) -> str:
    """Return a row as a line of JSON."""
    held: dict[str, Any] = {"key": row.key, "question": plain(row.question), "answer": row.answer}
    held |= {"error": row.error, "seconds": round(row.seconds, 4), "spans": list(row.spans)}
    held["memory"] = row.memory if row.memory is None else round(row.memory, 1)
    return json.dumps({**held, "places": [list(place) for place in row.places]}, ensure_ascii=False)


def read_header(path: Path) -> Header:
    """Read the first line of a run.

    Raises:
        EvalError: there is no such file, or it is no run of this version.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            held = json.loads(stream.readline())
        if held["run"] != RUN_SCHEMA:
            raise EvalError(
                f"run {str(path)!r} has format {held['run']!r}, this version reads {RUN_SCHEMA}: run it again"
            )
        parts = {name: held[name] for name in ("started", "config", "choice", "normal")}
        return Header(held["name"], **parts, made=held.get("made", {}))
    except FileNotFoundError as error:
        raise EvalError(f"there is no run at {str(path)!r}: `qa eval list` shows what there is") from error
    except (ValueError, KeyError, TypeError) as error:
        raise EvalError(
            f"{str(path)!r} is not a run: its first line is no header; `qa eval list` shows runs"
        ) from error


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a run. A last line cut short by an interruption is left out.

    Raises:
        EvalError: another line is not a row.
    """
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    for number, line in enumerate(lines, start=2):
        if not line:
            continue
        try:
            yield _row(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines) + 1:
                return
            raise EvalError(f"line {number} of run {str(path)!r} is not a row: {line[:60]!r}") from error


def read_run(path: Path) -> Run:
    """Read a whole run; of rows with one question the last counts.

    Raises:
        EvalError: it is not one.
    """
    header = read_header(path)
    return Run(header, tuple({row.question.id: row for row in read_rows(path)}.values()))


def _row(held: Mapping[str, Any]) -> Row:
    return Row(
        held["key"],
        question=_QUESTION.validate_json(json.dumps(held["question"])),
        answer=held["answer"],
        error=held["error"],
        seconds=float(held["seconds"]),
        memory=held.get("memory"),
        spans=tuple(held["spans"]),
        places=tuple((place[0], place[1], place[2]) for place in held["places"]),
    )
