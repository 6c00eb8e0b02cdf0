"""What a run got wrong, row by row: in which way, and where it went wrong on the way from the archive to the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from qa.evaluation import metrics
from qa.evaluation.rows import Row, Run
from qa.evaluation.scoring import Scores

Way = Literal["failed", "should have refused", "refused wrongly", "conflict missed", "stale", "wrong answer"]
"""How an answer is wrong. The first that holds counts."""

Where = Literal["no passage holds the gold", "passages hold the gold, the answer does not", ""]


@dataclass(frozen=True, slots=True)
class Mark:
    """A text with the characters that are pointed at in it: those of a citation in its passage."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """A passage behind an answer: whose, of which day, and which characters were quoted (none: only retrieved)."""

    label: str
    heading: str = field(kw_only=True)
    url: str = field(kw_only=True)
    mark: Mark = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Failure:
    """One answer that was not right."""

    id: str
    way: Way = field(kw_only=True)
    where: Where = field(kw_only=True)
    kind: str = field(kw_only=True)
    question: str = field(kw_only=True)
    as_of: str = field(kw_only=True)
    said: str = field(kw_only=True)
    short: str = field(kw_only=True)
    status: str = field(kw_only=True)
    probability: float | None = field(kw_only=True)
    gold: tuple[str, ...] = field(kw_only=True)
    cited: tuple[Quoted, ...] = field(kw_only=True)
    seen: tuple[Quoted, ...] = field(kw_only=True)


def of_run(run: Run, scores: Mapping[str, Scores]) -> list[Failure]:
    """Return what a run got wrong, in its order: every row that was scored and is not right."""
    return [_failure(row) for row in run.rows if scores[row.question.id].get("right") == 0.0]


def _failure(row: Row) -> Failure:
    expect, answer = row.question.expect, row.answer or {}
    given: Sequence[Any] = answer.get("citations", ())
    nearest = [answer["nearest"]] if answer.get("nearest") else []
    signals = answer["trace"]["signals"] if answer else {}
    evidence: Sequence[Any] = answer.get("evidence", ())
    return Failure(
        row.question.id,
        way=way_of(row),
        where=_where(row, evidence),
        kind=row.question.kind,
        question=row.question.question,
        as_of=str(row.question.as_of or ""),
        said=row.error or answer.get("text", ""),
        short=answer.get("short_answer", ""),
        status=_status(answer),
        probability=signals.get("probability"),
        gold=_gold(row),
        cited=tuple(_quoted(held, evidence, f"[{held['number']}]") for held in given)
        + tuple(_quoted(held, evidence, "nearest find") for held in nearest),
        seen=tuple(_seen(held) for held in evidence) if expect.status != "not_found" or not given else (),
    )


def _status(answer: Mapping[str, Any]) -> str:
    if not answer:
        return "failed"
    return f"{answer['status']} ({answer['reason']})" if answer.get("reason") else str(answer["status"])


def way_of(row: Row) -> Way:
    """Return how a wrong answer is wrong."""
    status = row.answer["status"] if row.answer else None
    expect = row.question.expect
    if status is None:
        return "failed"
    if expect.status == "not_found":
        return "should have refused"
    if status == "not_found":
        return "refused wrongly"
    if expect.status == "conflicting":
        return "conflict missed"
    short = row.answer["short_answer"] if row.answer else ""
    return "stale" if metrics.stale(short, expect.must_not) else "wrong answer"


def _where(row: Row, evidence: Sequence[Any]) -> Where:
    """Say whether any passage that was retrieved has a gold wording: else the search lost it, not the reading."""
    wordings = [*row.question.expect.answers, *(w for side in row.question.expect.sides for w in side.wordings)]
    if not wordings or row.answer is None:
        return ""
    texts = [held["passage"]["text"] for held in evidence]
    found = any(metrics.holds(text, wording) for text in texts for wording in wordings)
    return "passages hold the gold, the answer does not" if found else "no passage holds the gold"


def _gold(row: Row) -> tuple[str, ...]:
    expect = row.question.expect
    if expect.status == "not_found":
        return ("not in the archive",)
    sides = tuple(f"{side.name}: {' / '.join(side.wordings)}" for side in expect.sides)
    values = tuple(f"{value.kind} {value.value} {value.unit}".strip() for value in expect.values)
    return (*expect.answers, *sides, *(values if not expect.answers else ()))


def _quoted(cited: Mapping[str, Any], evidence: Sequence[Any], label: str) -> Quoted:
    """Return a citation in the passage around it, its quote marked; by itself where no passage has it."""
    mark = Mark(cited["quote"], 0, len(cited["quote"]))
    for held in evidence:
        passage = held["passage"]
        start = cited["start"] - passage["start"]
        end = start + len(cited["quote"])
        if passage["article_id"] == cited["article"]["id"] and passage["text"][max(start, 0) : end] == cited["quote"]:
            mark = Mark(passage["text"], start, end)
            break
    return Quoted(label, heading=_heading(cited["article"]), url=cited["article"]["url"], mark=mark)


def _seen(held: Mapping[str, Any]) -> Quoted:
    label = f"passage {held['rank']}"
    return Quoted(
        label, heading=_heading(held["article"]), url=held["article"]["url"], mark=Mark(held["passage"]["text"], 0, 0)
    )


def _heading(article: Mapping[str, Any]) -> str:
    parts = (article["headline"], article["outlet"], article["published"] or article["updated"] or "undated")
    return " · ".join(part for part in parts if part)
