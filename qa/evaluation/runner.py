"""Asking fixed questions and keeping every answer: resumable, and never the same work twice.

A run is one JSONL file: a header with the configuration, then a row a question. Before a question is asked, earlier
runs of the same configuration are searched for its row; an interrupted run is thus gone on with by starting it again.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

from qa import prompts
from qa.errors import DatelineError, EvalError
from qa.evaluation import made, memory
from qa.evaluation.rows import Header, Row, header_line, read_header, read_rows, row_line
from qa.evaluation.sets import Question
from qa.types import Answer, Article, Moment, plain

Half = Literal["tune", "report"]
"""Constants, prompts and thresholds are fitted on ``tune`` alone; ``report`` is looked at afterwards."""

QUICK = 40
"""How many questions a quick row has: those of the lowest sha256(id)."""

_UNMEASURED = {"evaluation", "ui", "server", "render", "export", "cli.py", "terminal.py", "__main__.py"}


class Asked(Protocol):
    """What answers questions: ``NewsQA``, or another system behind the same face."""

    def ask(self, question: str, *, as_of: str | Moment | None = None, history: Sequence[Answer] = ()) -> Answer:
        """Answer one question."""

    def article(self, article_id: str) -> Article:
        """Return an article as it is stored."""

    def info(self) -> Mapping[str, Any]:
        """Say which index and which model this is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which questions of a set are asked."""

    kinds: tuple[str, ...] = ()
    half: Half | None = field(kw_only=True, default=None)
    sample: int | None = field(kw_only=True, default=None)
    quick: bool = field(kw_only=True, default=False)
    whole: bool = field(kw_only=True, default=False)
    """Every item of a public set, where its full size is a part of them."""
    seed: int = field(kw_only=True, default=1)


def digest(identifier: str) -> int:
    """Return sha256 of an id as a number: it decides halves and quick sizes."""
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16)


def half_of(identifier: str) -> Half:
    """Return the half of an item: even digests are for tuning."""
    return "tune" if digest(identifier) % 2 == 0 else "report"


def choose(questions: Iterable[Question], choice: Choice) -> tuple[Question, ...]:
    """Return the chosen questions in the order of the set.

    Raises:
        EvalError: none is left, or a kind is not in the set.
    """
    held = list(questions)
    known = {question.kind for question in held}
    for kind in choice.kinds:
        if kind not in known:
            raise EvalError(f"no question is of kind {kind!r}: the set has {', '.join(sorted(known))}")
    if choice.kinds:
        held = [question for question in held if question.kind in choice.kinds]
    if choice.quick:
        lowest = {question.id for question in sorted(held, key=lambda question: digest(question.id))[:QUICK]}
        held = [question for question in held if question.id in lowest]
    if choice.half:
        held = [question for question in held if half_of(question.id) == choice.half]
    if choice.sample is not None and choice.sample < len(held):
        drawn = set(random.Random(choice.seed).sample(range(len(held)), choice.sample))
        held = [question for place, question in enumerate(held) if place in drawn]
    if not held:
        raise EvalError(f"no question is left by {plain(choice)!r}: choose less narrowly")
    return tuple(held)


@cache
def code_version() -> str:
    """Return a hash of the source files that decide an answer: a changed line makes old answers unusable."""
    package = Path(__file__).parent.parent
    files = [path for path in sorted(package.rglob("*.py")) if path.relative_to(package).parts[0] not in _UNMEASURED]
    held = hashlib.sha256()
    for path in files:
        held.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes() + b"\0")
    return held.hexdigest()[:12]


def configuration(news: Asked, setup: Mapping[str, Any]) -> dict[str, Any]:
    """Return what, when it changes, makes old answers unusable: the index, ``setup``, prompts, code."""
    facts = news.info()
    return {
        "index": {name: plain(facts.get(name)) for name in ("id", "articles", "passages", "encoder")},
        **plain(setup),
        "reranker": str(facts.get("reranker") or ""),
        "prompts": {name: prompt.digest for name, prompt in prompts.default().items()},
        "code": code_version(),
    }


def key_of(question: Question, config: Mapping[str, Any], *, today: Moment) -> str:
    """Return the name of one piece of work: the question as asked, under a configuration."""
    as_of = plain(question.as_of or today)
    asked = [question.question, as_of, list(question.history), config]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:20]


def earlier_rows(folder: Path, config: Mapping[str, Any]) -> dict[str, Row]:
    """Return the usable rows of every run in ``folder`` with this configuration, by key.

    Left out are errors, and answers with a note on how they were made: a model that was missing may be back.
    """
    found: dict[str, Row] = {}
    for path in sorted(folder.glob("*.jsonl")):
        try:
            if read_header(path).config != config:
                continue
            found |= {row.key: row for row in read_rows(path) if row.answer and not row.answer["trace"]["notes"]}
        except EvalError:
            # A run of another format, or a foreign file, is no cache; reading it on its own says what is wrong.
            continue
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """A run to be made: its name, the chosen questions, where it is written, and whether old rows may be used.

    ``setup`` names the model and the settings in use. ``today`` is the as-of date of questions that have none.
    """

    name: str
    questions: tuple[Question, ...] = field(kw_only=True)
    folder: Path = field(kw_only=True)
    choice: Choice = field(kw_only=True, default_factory=Choice)
    fresh: bool = field(kw_only=True, default=False)
    normal: Literal["squad", "words"] = field(kw_only=True, default="squad")
    setup: Mapping[str, Any] = field(kw_only=True, default_factory=dict)
    today: Moment = field(kw_only=True, default_factory=lambda: datetime.now(UTC).date())


def run(plan: Plan, news: Asked, *, report: Callable[[Row, bool], None] | None = None) -> Path:
    """Ask every question and return the file of the run.

    Args:
        plan: what to ask and where to write.
        news: who answers.
        report: called after each row with the row and whether it came from an earlier run.
    """
    config = configuration(news, plan.setup)
    known = {} if plan.fresh else earlier_rows(plan.folder, config)
    header = Header(
        plan.name,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        config=config,
        choice=plain(plan.choice),
        normal=plan.normal,
        made={**made.about(), "machine": made.machine()},
    )
    path = new_path(plan.folder, plan.name)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(header_line(header) + "\n")
        for question in plan.questions:
            key = key_of(question, config, today=plan.today)
            old = known.get(key)
            # The gold may have changed since: only the answer and what was measured with it are taken over.
            row = _again(old, question, news) if old else asked(question, news, key=key, today=plan.today)
            stream.write(row_line(row) + "\n")
            stream.flush()
            if report:
                report(row, old is not None)
    return path


def new_path(folder: Path, name: str) -> Path:
    """Return a file of the runs folder that is not there yet, named after what is run and when."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in name)
    stem = f"{stem}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    tried = (folder / f"{stem}{f'-{number}' if number else ''}.jsonl" for number in itertools.count())
    return next(path for path in tried if not path.exists())


def _again(old: Row, question: Question, news: Asked) -> Row:
    assert old.answer is not None
    places = old.places if question == old.question else _places(question, old.answer, news)
    return replace(old, question=question, places=places)


def asked(question: Question, news: Asked, *, key: str = "", today: Moment | None = None) -> Row:
    """Ask one question, its history first, and measure what needs the stored articles.

    A failure of any kind becomes the row's error: it is reported there, and does not end the run.
    """
    begun = time.perf_counter()
    try:
        as_of = question.as_of or today
        history = _history(question, news, as_of)
        begun = time.perf_counter()
        answer = news.ask(question.question, as_of=as_of, history=history)
        seconds = time.perf_counter() - begun
        held = answer.to_dict()
        spans = tuple(
            news.article(cited.article.id).body[cited.start : cited.end] == cited.quote for cited in answer.citations
        )
        places = _places(question, held, news)
    except DatelineError as error:
        return _failed(question, key, error, time.perf_counter() - begun)
    except Exception as error:  # noqa: BLE001 - the edge of the run: a defect costs its question, and is reported
        return _failed(question, key, error, time.perf_counter() - begun)
    return Row(
        key, question=question, answer=held, seconds=seconds, memory=memory.resident(), spans=spans, places=places
    )


def _failed(question: Question, key: str, error: Exception, seconds: float) -> Row:
    said = f"{type(error).__name__}: {error}"
    return Row(key, question=question, answer=None, error=said, seconds=seconds)


def _history(question: Question, news: Asked, as_of: Moment | None) -> tuple[Answer, ...]:
    held: tuple[Answer, ...] = ()
    for turn in question.history:
        held = (*held, news.ask(turn, as_of=as_of, history=held))
    return held


def _places(question: Question, answer: Mapping[str, Any], news: Asked) -> tuple[tuple[str, int, int], ...]:
    """Find each gold quote in the cited articles, preferring where a citation overlaps it.

    A wire copy under another address holds the same words, so a citation of it is a hit too.
    """
    wanted = [*question.expect.quotes, *(side.quote for side in question.expect.sides)]
    cited = [*answer["citations"], *([answer["nearest"]] if answer["nearest"] else [])]
    quoted = any(gold.quote for gold in wanted)
    bodies = {held["article"]["id"]: news.article(held["article"]["id"]).body for held in cited if quoted}
    found = []
    for gold in wanted:
        if not gold.quote:
            continue
        size = len(gold.quote)
        starts = [(name, body.find(gold.quote)) for name, body in bodies.items()]
        places = [(name, start, start + size) for name, start in starts if start >= 0]
        hit = [place for place in places if any(_overlaps(place, held) for held in cited)]
        found.append(next(iter([*hit, *places]), ("", 0, 0)))
    return tuple(found)


def _overlaps(place: tuple[str, int, int], cited: Mapping[str, Any]) -> bool:
    same = cited["article"]["id"] == place[0]
    return bool(same and max(cited["start"], place[1]) < min(cited["end"], place[2]))
