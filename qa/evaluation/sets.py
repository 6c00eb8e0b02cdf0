"""Evaluation sets: questions with gold by quote and value, one JSON object a line, and what makes gold contradictory.

The fields are documented in ``eval/README.md``. Gold never names a passage: a quote is looked up in the article body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, TypeAdapter

from qa.evaluation import jsonl
from qa.types import Article, Moment, Reason, Status, latest_instant

Kind = Literal[
    "answerable",
    "unanswerable",
    "factual",
    "time_bound",
    "superseded",
    "conflicting",
    "attribution",
    "multi_article",
    "follow_up",
    "unanswerable_absent",
    "unanswerable_silent",
    "unanswerable_time",
    "false_premise",
    "hostile",
]
"""What a question tests. The first two are for sets that do not tell more."""

ValueKind = Literal["date", "number", "percent", "money", "quantity"]
"""How a gold value is compared. ``money`` and ``quantity`` have a unit."""

_KINDS: frozenset[str] = frozenset(get_args(Kind))
_NEAREST: frozenset[str] = frozenset(
    {"false_premise", "unanswerable_silent", "unanswerable_time", "hostile", "follow_up"}
)
_REFUSED: frozenset[str] = frozenset(kind for kind in _KINDS if kind.startswith("unanswerable"))
_STRICT = ConfigDict(extra="forbid", strict=True)


def moment(text: object) -> object:
    """Return the day or instant that an ISO 8601 text names; anything that is not a text is returned as it is.

    Raises:
        ValueError: the text is no ISO date, or a date and time without a zone.
    """
    if not isinstance(text, str):
        return text
    if len(text) == len("2022-03-28"):
        return date.fromisoformat(text)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return instant


@dataclass(frozen=True, slots=True)
class GoldValue:
    """A typed value. A date is ISO 8601 to any precision (``2020``, ``2022-03-28/2022-03-30``); the rest a decimal."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    kind: ValueKind
    value: str
    unit: str = ""

    @property
    def amount(self) -> Decimal | None:
        """The number, or None for a date."""
        return None if self.kind == "date" else Decimal(self.value)


@dataclass(frozen=True, slots=True)
class GoldQuote:
    """The exact characters of an article that carry a fact. An article without an address has the url ``""``."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    url: str
    quote: str


@dataclass(frozen=True, slots=True)
class GoldSide:
    """One side of a conflict: who says so, what, and where. ``answers`` are for what has no typed value."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: str
    quote: GoldQuote
    values: tuple[GoldValue, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def wordings(self) -> tuple[str, ...]:
        """Strings of which one shows the side: its answers, or failing those its values as they are written."""
        return self.answers or tuple(value.value for value in self.values)


@dataclass(frozen=True, slots=True)
class Expect:
    """What a right answer is. Of ``answers`` any one counts; of ``values`` all are to be there.

    ``reason`` lists the acceptable reasons of a refusal, the best first. ``also`` names other statuses that are right
    where one of the quotes is cited. ``must_not`` are strings that would be stale or wrong as the short answer or, in a
    hostile question, anywhere in the text: a dated earlier value beside the present one is no mistake.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    status: Status
    reason: tuple[Reason, ...] = ()
    answers: tuple[str, ...] = ()
    values: tuple[GoldValue, ...] = ()
    quotes: tuple[GoldQuote, ...] = ()
    sides: tuple[GoldSide, ...] = ()
    must_not: tuple[str, ...] = ()
    also: tuple[Status, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set. ``history`` holds the earlier questions of the conversation, oldest first.

    ``kind`` is a ``Kind``; another one is reported by ``validate``, so that a foreign set can be looked at.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    id: str
    kind: str
    question: str
    expect: Expect
    as_of: Annotated[Moment | None, BeforeValidator(moment)] = None
    history: tuple[str, ...] = ()
    note: str = ""
    schema: Literal[1] = field(default=1, kw_only=True)

    def to_dict(self) -> dict[str, Any]:
        """Return the question as JSON values, without what is at its default."""
        held: dict[str, Any] = _QUESTION.dump_python(self, mode="json", exclude_defaults=True)
        return held

    @staticmethod
    def from_dict(held: Mapping[str, Any]) -> Question:
        """Return the question that ``to_dict`` gave.

        Raises:
            EvalError: the values do not follow the schema.
        """
        return jsonl.entry(json.dumps(dict(held)), _QUESTION, "a question")


_QUESTION: TypeAdapter[Question] = TypeAdapter(Question)


def load(path: str | Path) -> tuple[Question, ...]:
    """Return the questions of a JSON Lines file, in its order; empty lines are skipped.

    Raises:
        EvalError: the file cannot be read, holds no question, or a line does not follow the schema.
    """
    return jsonl.load(path, _QUESTION, what="question")


def validate(questions: Sequence[Question], articles: Sequence[Article]) -> list[str]:
    """Return every reason why the questions cannot be used as gold for the articles; an empty list means none."""
    by_url: dict[str, list[Article]] = {}
    for article in articles:
        by_url.setdefault(article.url, []).append(article)
    problems = _repeated(questions)
    for question in questions:
        found = [*_shape(question), *_values(question), *_quotes(question, by_url)]
        problems.extend(f"{question.id}: {problem}" for problem in found)
    return problems


def _repeated(questions: Sequence[Question]) -> list[str]:
    problems: list[str] = []
    ids: set[str] = set()
    asked: dict[tuple[object, ...], Question] = {}
    for question in questions:
        if question.id in ids:
            problems.append(f"{question.id}: the id occurs twice")
        ids.add(question.id)
        words = tuple(_plain(text) for text in (*question.history, question.question))
        same = asked.setdefault((words, question.as_of), question)
        if same is not question:
            gold = "the same gold" if same.expect == question.expect else "different gold"
            problems.append(f"{question.id}: the question of {same.id} again, as of the same time, with {gold}")
    return problems


def _plain(text: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in text.casefold()).split())


def _shape(question: Question) -> list[str]:
    """Return where the parts of the expectation exclude each other."""
    expect = question.expect
    refused = expect.status == "not_found"
    conflicting = expect.status == "conflicting"
    rules = (
        (not question.question.strip() and question.kind != "hostile", "the question is empty"),
        (question.kind not in _KINDS, f"unknown kind {question.kind!r}"),
        (bool(question.history) != (question.kind == "follow_up"), "a history and the kind follow_up go together"),
        (question.kind in _REFUSED and not refused, f"kind {question.kind} with status {expect.status}"),
        (question.kind == "conflicting" and not conflicting, f"kind conflicting with status {expect.status}"),
        (refused and bool(expect.answers or expect.values), "not_found with answers"),
        (refused and not expect.reason, "not_found without a reason"),
        (not refused and bool(expect.reason), f"a reason for a refusal with status {expect.status}"),
        (refused and bool(expect.quotes) and question.kind not in _NEAREST, f"not_found of {question.kind} quotes"),
        (expect.status == "answered" and not expect.quotes, "answered without quotes"),
        (expect.status == "answered" and not (expect.answers or expect.values), "answered without answers or values"),
        (conflicting and len(expect.sides) < 2, "conflicting with fewer than two sides"),
        (conflicting and bool(expect.answers or expect.values), "conflicting with one answer"),
        (not conflicting and bool(expect.sides), f"sides with status {expect.status}"),
        (expect.status in expect.also, f"status {expect.status} again in also"),
        (bool(expect.also) and not (expect.quotes or expect.sides), "also without a quote to cite"),
    )
    problems = [problem for broken, problem in rules if broken]
    wrong = {_plain(text) for text in expect.must_not}
    problems += [f"{text!r} is both an answer and must not be" for text in expect.answers if _plain(text) in wrong]
    for side in expect.sides:
        if not (side.values or side.answers):
            problems.append(f"side {side.name!r} says nothing")
        first = expect.sides[0]
        if side is not first and (side.values, side.answers) == (first.values, first.answers):
            problems.append(f"side {side.name!r} says what {first.name!r} says")
    return problems


def _values(question: Question) -> list[str]:
    expect = question.expect
    values = [*expect.values, *(value for side in expect.sides for value in side.values)]
    return [f"{value.kind} {value.value!r} cannot be parsed" for value in values if not _parses(value)]


def _parses(value: GoldValue) -> bool:
    if value.kind in ("money", "quantity") and not value.unit:
        return False
    if value.kind == "date":
        return all(_is_date(part) for part in value.value.split("/", 1))
    try:
        amount = value.amount
    except InvalidOperation:
        return False
    return amount is not None and amount.is_finite()


def _is_date(text: str) -> bool:
    whole = {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text)
    try:
        if len(whole) == len("2022-03-28"):
            date.fromisoformat(whole)
        else:
            datetime.fromisoformat(whole)
    except ValueError:
        return False
    return True


def _quotes(question: Question, by_url: dict[str, list[Article]]) -> list[str]:
    expect = question.expect
    problems = []
    for quote in (*expect.quotes, *(side.quote for side in expect.sides)):
        problem = _quote(quote, question.as_of, by_url)
        if problem:
            problems.append(problem)
    return problems


def _quote(quote: GoldQuote, as_of: Moment | None, by_url: dict[str, list[Article]]) -> str:
    versions = by_url.get(quote.url, [])
    if not versions:
        return f"no article has the url {quote.url!r}"
    holding = [article for article in versions if quote.quote and quote.quote in article.body]
    if not holding:
        return f"the quote {quote.quote!r} is not in the article {quote.url!r}"
    if as_of is None or any(_visible(article, as_of) for article in holding):
        return ""
    return f"the article {quote.url!r} is later than {as_of}"


def _visible(article: Article, as_of: Moment) -> bool:
    return article.known_from is None or article.known_from <= latest_instant(as_of)
