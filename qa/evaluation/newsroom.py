"""Your own questions on your own archive: one JSON object a line, as short as can be.

The shortest lines are ``{"question": "…", "answers": ["…", "…"]}`` (any wording counts) and
``{"question": "…", "answerable": false}`` (the archive does not say). A line may add ``as_of`` (an ISO 8601 day or
instant), ``history`` (earlier questions of the conversation), ``must_not`` (wordings that would be out of date),
``kind`` (one of ``sets.Kind``, to group by) and ``id``. A file whose lines have ``expect`` is read in the full format
of Dateline's own sets, with gold quotes, values and sides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from qa.errors import EvalError, InputError
from qa.evaluation import sets
from qa.evaluation.sets import Expect, Kind, Question
from qa.questions import parse_as_of

FIELDS = frozenset({"id", "kind", "question", "as_of", "history", "answers", "answerable", "must_not"})


def load(path: Path) -> tuple[Question, ...]:
    """Read a file of questions, in the short or the full format.

    Raises:
        EvalError: the file is missing, empty, or a line is not a question; the message names the line and the value.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"the questions {str(path)!r} cannot be read ({error}): give a file of JSON lines") from error
    records = [(number, _record(line, path, number)) for number, line in enumerate(lines, start=1) if line.strip()]
    if not records:
        raise EvalError(f'{str(path)!r} holds no question: write lines such as {{"question": "…", "answers": ["…"]}}')
    if any("expect" in record for _, record in records):
        return sets.load(path)
    questions = tuple(_question(record, f"{path}:{number}") for number, record in records)
    known: dict[str, str] = {}
    for question in questions:
        if question.id in known:
            raise EvalError(f"{str(path)!r} has two questions {question.id!r}: give each an id of its own")
        known[question.id] = question.question
    return questions


def _record(line: str, path: Path, number: int) -> Mapping[str, Any]:
    try:
        held = json.loads(line)
    except ValueError as error:
        raise EvalError(f"{path}:{number} is not JSON ({error}): {line[:60]!r}") from error
    if not isinstance(held, dict):
        raise EvalError(f"{path}:{number} is no JSON object: {line[:60]!r}")
    return held


def _question(record: Mapping[str, Any], where: str) -> Question:
    unknown = sorted(set(record) - FIELDS)
    if unknown:
        raise EvalError(f"{where}: unknown field {unknown[0]!r}; a line has {', '.join(sorted(FIELDS))}")
    asked = record.get("question")
    if not isinstance(asked, str) or not asked.strip():
        raise EvalError(f"{where}: question {asked!r} is no text")
    answers, must_not, history = (_texts(record, name, where) for name in ("answers", "must_not", "history"))
    answerable = record.get("answerable", True)
    if not isinstance(answerable, bool):
        raise EvalError(f"{where}: answerable {answerable!r} is neither true nor false")
    if answerable is bool(not answers):
        said = "has no answers" if answerable else f"is not answerable and has the answers {list(answers)!r}"
        raise EvalError(f'{where}: the question {said}: give "answers", or "answerable": false')
    moment = None
    if record.get("as_of") is not None:
        try:
            moment = parse_as_of(str(record["as_of"]))
        except InputError as error:
            raise EvalError(f"{where}: {error}") from error
    kind = record.get("kind") or ("answerable" if answerable else "unanswerable")
    if kind not in get_args(Kind):
        raise EvalError(f"{where}: kind {kind!r} is not one of {', '.join(get_args(Kind))}")
    return Question(
        id=str(record.get("id") or hashlib.sha256(json.dumps([asked, *history]).encode()).hexdigest()[:10]),
        kind=kind,
        question=asked,
        as_of=moment,
        history=history,
        expect=Expect(status="answered" if answerable else "not_found", answers=answers, must_not=must_not),
    )


def _texts(record: Mapping[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = record.get(name, [])
    if not isinstance(value, list) or not all(isinstance(text, str) and text.strip() for text in value):
        raise EvalError(f"{where}: {name} {value!r} is not a list of texts")
    return tuple(value)
