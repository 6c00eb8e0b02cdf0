"""The answers to fixed questions, kept: whether a rebuild that should change nothing changes nothing.

Questions of the sample sets and of the open halves of the sealed sets, with the small reader and without a language
model: what is the same at every run. Of each answer a short form is kept to be read, and a digest
of each of its parts, from which it is seen what else differs.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.errors import EvalError
from qa.evaluation import own, sealed
from qa.evaluation.outcomes import sample_index
from qa.evaluation.runner import Asked, digest
from qa.evaluation.suite import Bench
from qa.reader import shipped
from qa.types import Answer, Moment

COUNT = 300
FROM_SEALED = 100
"""How many of them at most are of the sealed sets' open halves."""

FILE = "kept_answers.jsonl.gz"
PLACES = 3
"""Decimals of a number that count: beyond, processors differ."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question of a set, as it is asked."""

    set: str
    id: str
    question: str
    as_of: str | Moment | None
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept answer: whose it is, its short form, and the digest of each part of the whole."""

    set: str
    id: str
    short: Mapping[str, Any]
    parts: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the others."""
        return (self.set, self.id)


@dataclass(frozen=True, slots=True)
class Difference:
    """One question whose answer is not the kept one: what of the short form differs, else which parts."""

    key: tuple[str, str]
    parts: tuple[str, ...]
    before: Mapping[str, Any]
    now: Mapping[str, Any]


def pool(root: Path | None = None) -> list[Wanted]:
    """Return every question that could be kept, those of the lowest sha256 of their ids first."""
    found = [Wanted("sample", q.id, q.question, q.as_of or own.TODAY, q.history) for q in own.questions()]
    root = root or own.folder() / "sealed"
    if any(root.glob("*/questions.jsonl")):
        held = [(one.name, row) for one in sealed.load(root) for row in one.questions]
        opened = [(name, row) for name, row in held if sealed.half_of(row.id) == "open"]
        found += [Wanted(name, row.id, row.question, row.as_of, row.after) for name, row in opened]
    return sorted(found, key=lambda question: digest(question.id))


def wanted(count: int = COUNT, root: Path | None = None) -> list[Wanted]:
    """Return the questions that are kept: a third of them, at most a hundred, of the sealed sets' open halves."""
    held = pool(root)
    others = [question for question in held if question.set != "sample"][: min(FROM_SEALED, count // 3)]
    ours = [question for question in held if question.set == "sample"][: count - len(others)]
    return ours + others


def again(before: Sequence[Kept], root: Path | None = None) -> list[Wanted]:
    """Return the questions whose answers are kept, as they are asked now."""
    asked = {(one.set, one.id) for one in before}
    return [question for question in pool(root) if (question.set, question.id) in asked]


def answers(questions: Sequence[Wanted], bench: Bench, root: Path | None = None) -> Iterator[Kept]:
    """Yield the answer to each question as it is now."""
    root = root or own.folder() / "sealed"
    for name in dict.fromkeys(question.set for question in questions):
        held = [question for question in questions if question.set == name]
        articles = root / name / "articles.jsonl"
        index = (
            sample_index(bench)
            if name == "sample"
            else bench.builder.build_files(f"sealed-{name}", [articles], sources=[articles])
        )
        with bench.opener.searching(index, reader=shipped()) as news:
            for number, question in enumerate(held, start=1):
                yield _kept(question, news)
                if bench.progress:
                    bench.progress(number, len(held), name)


def _kept(question: Wanted, news: Asked) -> Kept:
    before: tuple[Answer, ...] = ()
    for turn in question.history:
        before = (*before, news.ask(turn, as_of=question.as_of, history=before))
    answer = news.ask(question.question, as_of=question.as_of, history=before)
    held = steady(answer.to_dict())
    cited = [[one["article"]["id"], one["start"], one["end"]] for one in held["citations"]]
    names = ("status", "reason", "short_answer", "text")
    short = {name: held[name] for name in names} | {"question": question.question, "citations": cited}
    parts = {name: _digest(value) for name, value in held.items()}
    return Kept(question.set, question.id, short, parts)


def steady(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer without what differs from one run to the next: its id, the index's, seconds, tokens, version.

    A number counts to three decimals.
    """
    held = {name: value for name, value in answer.items() if name != "id"}
    left_out = ("seconds", "index_id", "tokens", "version", "reader")
    held["trace"] = {name: value for name, value in answer["trace"].items() if name not in left_out}
    rounded: dict[str, Any] = json.loads(json.dumps(held), parse_float=lambda text: round(float(text), PLACES))
    return rounded


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:10]


def write(path: Path, held: Sequence[Kept]) -> None:
    """Write the kept answers, compressed, the same bytes for the same answers."""
    lines = "".join(json.dumps(asdict(one), ensure_ascii=False, sort_keys=True) + "\n" for one in held)
    with path.open("wb") as stream, gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as packed:
        packed.write(lines.encode())


def read(path: Path) -> list[Kept]:
    """Return the kept answers.

    Raises:
        EvalError: there are none.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            return [Kept(**json.loads(line)) for line in stream if line.strip()]
    except (OSError, ValueError, TypeError, EOFError) as error:
        raise EvalError(f"{str(path)!r} holds no kept answers ({error}): `qa eval keep` writes them") from error


def differences(before: Sequence[Kept], now: Sequence[Kept]) -> list[Difference]:
    """Return every question whose answer is not the kept one; one that is not asked any more is one of them."""
    here = {one.key: one for one in now}
    found = []
    for old in before:
        new = here.get(old.key)
        if new is None:
            found.append(Difference(old.key, ("not asked any more",), old.short, {}))
            continue
        # The whole as JSON has it: a tuple and a list are one thing.
        short = json.loads(json.dumps(new.short, ensure_ascii=False))
        parts = [name for name in old.short if old.short[name] != short.get(name)]
        names = dict.fromkeys([*old.parts, *new.parts])
        parts += [name for name in names if name not in parts and old.parts.get(name) != new.parts.get(name)]
        if parts:
            found.append(Difference(old.key, tuple(parts), old.short, short))
    return found
