"""Sealed sets: gold that was written before the code that it judges, half of it never looked at.

A set is a folder with ``articles.jsonl`` and ``questions.jsonl``, or with ``pairs.jsonl`` of sentences and claims. The
half of a row is decided by its id: the open half is for reading errors, of the sealed half nobody is shown more than
totals. ``digests.json`` pins every file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from qa import ingest
from qa.errors import EvalError
from qa.evaluation.cases.rows import Row
from qa.evaluation.sets import moment
from qa.ingest import Read
from qa.types import Moment, earliest_instant, latest_instant

Half = Literal["open", "sealed"]
"""``open``: for reading errors. ``sealed``: for totals alone."""

HALVES: tuple[Half, ...] = ("open", "sealed")
DIGESTS = "digests.json"

_STRICT = ConfigDict(extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of an article and a claim: a fair paraphrase, or a near-miss that ``change`` names."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    id: str
    evidence: str
    published: Annotated[Moment | None, BeforeValidator(moment)]
    claim: str
    label: Literal["paraphrase", "near-miss"]
    change: str | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """One set: its name, its articles, and its questions or its pairs."""

    name: str
    folder: Path = field(kw_only=True)
    questions: tuple[Row, ...] = field(kw_only=True, default=())
    pairs: tuple[Pair, ...] = field(kw_only=True, default=())

    @property
    def articles(self) -> Path:
        """The file with its articles."""
        return self.folder / "articles.jsonl"


_ROW: TypeAdapter[Row] = TypeAdapter(Row)
_PAIR: TypeAdapter[Pair] = TypeAdapter(Pair)
_T = TypeVar("_T")


def half_of(identifier: str) -> Half:
    """Return the half of a row: open where the first byte of its id's sha256 is even."""
    return "open" if hashlib.sha256(identifier.encode()).digest()[0] % 2 == 0 else "sealed"


def load(root: Path, names: Sequence[str] = ()) -> tuple[Sealed, ...]:
    """Return the sets below a folder, or those of these names.

    Raises:
        EvalError: there is none, or a line does not follow the schema; the message shows nothing of the line.
    """
    homes = [path for path in sorted(root.glob("*")) if any((path / name).is_file() for name in _FILES)]
    if not homes:
        raise EvalError(f"no sealed set in {str(root)!r}: they are in a checkout's eval/sealed")
    known = ", ".join(home.name for home in homes)
    for name in names:
        if name not in {home.name for home in homes}:
            raise EvalError(f"there is no sealed set {name!r}: there are {known}")
    return tuple(_set(home) for home in homes if not names or home.name in names)


_FILES = ("questions.jsonl", "pairs.jsonl")


def _set(home: Path) -> Sealed:
    questions, pairs = (home / name for name in _FILES)
    return Sealed(
        home.name,
        folder=home,
        questions=_lines(questions, _ROW) if questions.is_file() else (),
        pairs=_lines(pairs, _PAIR) if pairs.is_file() else (),
    )


def _lines(path: Path, schema: TypeAdapter[_T]) -> tuple[_T, ...]:
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                found.append(schema.validate_json(line))
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                place = ".".join(str(part) for part in first["loc"]) or "the line"
                # Without its cause: that one shows the line.
                raise EvalError(f"{_where(path, number)}: {place}: {first['msg']}") from None
    return tuple(found)


def _where(path: Path, number: int) -> str:
    return f"{path.parent.name}/{path.name}:{number}"


def problems(sets: Sequence[Sealed]) -> list[str]:
    """Return what makes the gold unusable, by file and line and without a word of it; an empty list means nothing."""
    found: list[str] = []
    seen: dict[str, str] = {}
    for one in sets:
        named = [("questions.jsonl", row.id) for row in one.questions] + [("pairs.jsonl", row.id) for row in one.pairs]
        counts = {"questions.jsonl": 0, "pairs.jsonl": 0}
        for file, identifier in named:
            counts[file] += 1
            where = f"{one.name}/{file}:{counts[file]}"
            if not identifier or identifier in seen:
                found.append(f"{where}: {f'the id of {seen[identifier]}' if identifier else 'no id'}")
            seen.setdefault(identifier, where)
        found += _questions(one) if one.questions else []
        found += [
            f"{one.name}/pairs.jsonl:{number}: the claim or the evidence is empty, or they are the same"
            for number, pair in enumerate(one.pairs, start=1)
            if not pair.claim.strip() or not pair.evidence.strip() or pair.claim == pair.evidence
        ]
    return found


def _questions(one: Sealed) -> Iterator[str]:
    if not one.articles.is_file():
        yield f"{one.name}: there is no articles.jsonl"
        return
    articles: dict[str, Read] = {}
    for number, item in enumerate(ingest.read([one.articles]), start=1):
        if not isinstance(item, Read):
            yield f"{one.name}/articles.jsonl:{number}: it is not taken in"
        elif item.url in articles or not item.url:
            yield f"{one.name}/articles.jsonl:{number}: no address, or that of another article"
        else:
            articles[item.url] = item
    asked: set[tuple[object, ...]] = set()
    for number, row in enumerate(one.questions, start=1):
        where = f"{one.name}/questions.jsonl:{number}"
        key = (row.question, row.as_of, row.after)
        if key in asked:
            yield f"{where}: asked before, with the same day and history"
        asked.add(key)
        yield from (f"{where}: {problem}" for problem in _row(row, articles))


def _row(row: Row, articles: dict[str, Read]) -> Iterator[str]:
    if not row.question.strip():
        yield "no question"
    if not row.status and row.asked:
        yield "no status is allowed"
    if any(not words.strip() for group in row.must for words in group) or not all(row.must):
        yield "a wording that must stand is empty"
    if any(not entry.strip("^= ") for entry in (*row.must_not, *row.must_not_text)):
        yield "a wording that must not stand is empty"
    try:
        day = moment(row.as_of) if row.as_of else None
    except ValueError:
        yield "as_of is no ISO day"
        day = None
    for quote in row.quotes:
        article = articles.get(quote.url)
        if article is None or not quote.quote or quote.quote not in article.body:
            yield "a quote does not stand in its article"
        elif isinstance(day, date) and article.published and _later(article.published, day):
            yield "a quote is later than as_of"


def _later(published: Moment, day: Moment) -> bool:
    return earliest_instant(published) > latest_instant(day)


def digests(root: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of the sets, by its path below the folder."""
    files = sorted(path for path in root.glob("*/*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def pinned(root: Path) -> dict[str, str]:
    """Return the pinned digests; none where nothing is pinned.

    Raises:
        EvalError: the file of digests cannot be read.
    """
    path = root / DIGESTS
    if not path.is_file():
        return {}
    try:
        held: Any = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(value) for name, value in held.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise EvalError(f"{str(path)!r} holds no digests: {error}; write them with `qa eval sealed --pin`") from error


def pin(root: Path) -> Path:
    """Write the digests of what is there."""
    path = root / DIGESTS
    path.write_text(json.dumps(digests(root), indent=1) + "\n", encoding="utf-8")
    return path


def changed(root: Path) -> list[str]:
    """Return the files that are not as they were pinned, missing and new ones among them."""
    now, then = digests(root), pinned(root)
    return sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
