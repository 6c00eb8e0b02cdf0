"""Scores of one row: every metric that its gold and its answer allow.

``score`` gives a number or nothing for each metric. An error is scored as neither an answer nor a refusal: it counts
against the figures over answers, as it does in the reference scorers, and never as a right refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from qa.evaluation import metrics
from qa.evaluation.calibration import Outcome
from qa.evaluation.gold import Told, dates_shown, numbers_shown, side_given
from qa.evaluation.metrics import Attributed, Judge, Place, Quoted
from qa.evaluation.rows import Row
from qa.types import Moment, earliest_instant, latest_instant

Scores = Mapping[str, float]
"""Metric name to number; a metric that says nothing about a row is absent."""

HIGHER_IS_WORSE = frozenset({"error", "stale", "leak", "false_conflict", "wrongly_refused", "aurc", "ece", "seconds"})
"""Metrics of which less is better."""


def score(row: Row, *, judge: Judge | None = None, normal: Callable[[str], str] = metrics.squad) -> Scores:
    """Return the scores of one row.

    Args:
        row: the question and what came back.
        judge: decides whether quotes support a sentence; without one the two citation metrics are left out.
        normal: the normalisation of exact match and F1.
    """
    held: dict[str, float | None] = {"error": float(row.error is not None)}
    held |= _refusal(row) | _wording(row, normal) | _conflict(row) | _time(row)
    if row.answer is not None and not row.refused:
        held |= _citations(row, judge)
    held["right"] = _right(row, held)
    return {name: value for name, value in held.items() if value is not None}


def outcome(row: Row, scores: Scores) -> Outcome | None:
    """Return how sure an answer was and whether it was right; None for a refusal, an error or an unscored row."""
    if row.answer is None or row.refused or "right" not in scores:
        return None
    return Outcome(confidence(row.answer), scores["right"] == 1.0)


def confidence(answer: Mapping[str, Any]) -> float:
    """Return how probably the answer is said to be right, or else the lowest sentence score, within 0 to 1.

    An older run has only the probability on which answering was decided.
    """
    signals = answer["trace"]["signals"]
    lowest = min((sentence["score"] for sentence in answer["sentences"]), default=0.0)
    return min(max(float(signals.get("confidence", signals.get("probability", lowest))), 0.0), 1.0)


def text_of(row: Row) -> str:
    """Return the text that counts as the answer: empty for a refusal and for an error."""
    return "" if row.answer is None or row.refused else str(row.answer["text"])


def short_of(row: Row) -> str:
    """Return the short answer, or the head of the text where there is none; empty for a refusal and an error."""
    return "" if not text_of(row) or row.answer is None else row.answer["short_answer"] or metrics.head(text_of(row))


def _refusal(row: Row) -> dict[str, float | None]:
    if excused(row):
        return {}
    reasons = row.question.expect.reason
    return {
        "refusal_precision": metrics.refusal_precision(refused=row.refused, unanswerable=row.unanswerable),
        "refusal_recall": metrics.refusal_recall(refused=row.refused, unanswerable=row.unanswerable),
        "wrongly_refused": None if row.unanswerable else float(row.refused),
        "reason": float(row.answer["reason"] in reasons) if row.answer and row.refused and reasons else None,
    }


def excused(row: Row) -> bool:
    """Whether the status is another one that the gold allows, and a gold quote is cited (or is the nearest find)."""
    if row.answer is None or row.answer["status"] not in row.question.expect.also:
        return False
    return bool(metrics.quote_hit(_cited(row, nearest=True), [Place(*place) for place in row.places]))


def _wording(row: Row, normal: Callable[[str], str]) -> dict[str, float | None]:
    """Score the words.

    ``must_not`` is about the short answer, since an answer may tell what a fact was before; in a hostile question it is
    about every word.
    """
    expect = row.question.expect
    held: dict[str, float | None] = {}
    if text_of(row):
        told_now = f"{short_of(row)}\n{text_of(row)}" if row.question.kind == "hostile" else short_of(row)
        held["stale"] = metrics.stale(told_now, expect.must_not)
    if row.unanswerable:
        return held
    if expect.answers:
        held["contained"] = metrics.contained(text_of(row), expect.answers)
        held["em"] = metrics.exact_match(short_of(row), expect.answers, normal=normal)
        held["f1"] = metrics.token_f1(short_of(row), expect.answers, normal=normal)
    words = told(row)
    return held | {"numbers": numbers_shown(words, expect.values), "dates": dates_shown(words, expect.values)}


def told(row: Row) -> list[Told]:
    """Return what an answer says: its short answer, and each sentence with the day of the first article it cites."""
    if row.answer is None or row.refused:
        return []
    days = {held["number"]: held["article"] for held in row.answer["citations"]}
    said = [Told(short_of(row))]
    for sentence in row.answer["sentences"]:
        article = next((days[number] for number in sentence["citations"] if number in days), None)
        written = _moment(article["published"] or article["updated"]) if article else None
        said.append(Told(sentence["text"], written))
    return said


def _conflict(row: Row) -> dict[str, float | None]:
    expect, answer = row.question.expect, row.answer
    status = answer["status"] if answer else None
    if expect.status == "answered" and not excused(row):
        return {"false_conflict": float(status == "conflicting")}
    if expect.status != "conflicting":
        return {}
    if answer is None or status != "conflicting":
        return {"conflict_shown": 0.0}
    shown = [Told(f"{side['value']}\n{side['text']}", _moment(side["said"])) for side in answer["sides"]]
    share = metrics.sides_shown([[side_given(words, side) for words in shown] for side in expect.sides])
    return {"conflict_shown": float(share == 1.0)}


def _time(row: Row) -> dict[str, float | None]:
    """Say whether anything that an answer rests on or shows was published after the moment asked about."""
    if row.answer is None or row.question.as_of is None:
        return {}
    limit = latest_instant(row.question.as_of)
    held = [item["article"] for item in (*row.answer["citations"], *row.answer["evidence"])]
    if row.answer["nearest"]:
        held.append(row.answer["nearest"]["article"])
    return {"leak": float(any(_later(article, limit) for article in held))}


def _later(article: Mapping[str, Any], limit: datetime) -> bool:
    known = [_moment(article[name]) for name in ("published", "updated") if article[name]]
    return any(moment is not None and earliest_instant(moment) > limit for moment in known)


def _moment(text: str | None) -> Moment | None:
    if not text:
        return None
    return date.fromisoformat(text) if len(text) == len("2022-03-28") else datetime.fromisoformat(text)


def _cited(row: Row, *, nearest: bool = False) -> list[Place]:
    assert row.answer is not None
    held = [*row.answer["citations"]]
    if nearest and row.answer["nearest"]:
        held.append(row.answer["nearest"])
    return [Place(cited["article"]["id"], cited["start"], cited["end"]) for cited in held]


def _citations(row: Row, judge: Judge | None) -> dict[str, float | None]:
    assert row.answer is not None
    gold = [Place(*place) for place in row.places]
    share = metrics.quote_hit(_cited(row), gold)
    held = {
        "spans": metrics.span_exactness(row.spans),
        "gold_quote": None if share is None else float(share > 0),
        "gold_quotes": share,
    }
    if judge is not None:
        sentences = attributed(row.answer)
        held["citation_recall"] = metrics.citation_recall(sentences, judge)
        held["citation_precision"] = metrics.citation_precision(sentences, judge)
    return held


def attributed(answer: Mapping[str, Any]) -> list[Attributed]:
    """Return the sentences of an answer, each with the quotes that its numbers name."""
    quotes = {
        cited["number"]: Quoted(cited["quote"], _moment(cited["article"]["published"] or cited["article"]["updated"]))
        for cited in answer["citations"]
    }
    return [
        Attributed(sentence["text"], tuple(quotes[number] for number in sentence["citations"] if number in quotes))
        for sentence in answer["sentences"]
    ]


def _right(row: Row, held: Mapping[str, float | None]) -> float | None:
    """Return whether the row is right as a whole: the status, then what is asked for, and nothing stale.

    Gold values decide where there are any, else a gold wording, else a gold quote; without either it is unscored.
    """
    expect = row.question.expect
    if row.answer is None:
        return 0.0
    if row.answer["status"] != expect.status:
        return float(excused(row))
    if expect.status != "answered":
        return held.get("conflict_shown", 1.0)
    by_value = [part for name in ("numbers", "dates") if (part := held.get(name)) is not None]
    known = by_value or [part for name in ("contained", "gold_quote") if (part := held.get(name)) is not None][:1]
    return float(all(part == 1.0 for part in known) and not held.get("stale")) if known else None
