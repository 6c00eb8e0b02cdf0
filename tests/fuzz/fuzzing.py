"""What the parsers of Dateline are fed at random: for each the input it may get, and what holds whatever it gets.

``test_fuzz.py`` runs each a little in CI, ``eval/fuzz.py`` for as long as it is told. An input that once broke one is
kept in ``corpus.jsonl`` and tried again for ever.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tests.fuzz import holding as hold
from tests.fuzz import seeds

CORPUS = Path(__file__).with_name("corpus.jsonl")

MOST = 4000
"""Characters or bytes of an input, about; what costs too much time is looked for at this size too."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser: what it is given and what must hold. ``holds`` raises where something does not."""

    name: str
    given: st.SearchStrategy[Any]
    holds: Callable[[Any], None]


def texts(words: Sequence[str]) -> st.SearchStrategy[str]:
    """Texts of words that mean something to the parser, of any characters between them, and of both repeated."""
    piece = st.one_of(
        st.sampled_from([*words, *seeds.WORDS]),
        st.sampled_from([" ", " ", " ", "\n", "\n\n", ". "]),
        st.text(max_size=6),
        st.builds(lambda word, count: word * count, st.sampled_from([*words, *seeds.WORDS]), st.integers(2, 300)),
    )
    return st.lists(piece, max_size=40).map(lambda pieces: "".join(pieces)[:MOST])


@st.composite
def mutated(draw: st.DrawFn, documents: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Whole documents with a few parts cut out, doubled, moved or written over."""
    data = draw(st.sampled_from(list(documents)))
    for _ in range(draw(st.integers(0, 6))):
        at, length = draw(st.integers(0, len(data))), draw(st.sampled_from([0, 1, 2, 5, 20, 200]))
        piece = draw(
            st.one_of(
                st.sampled_from([*words, b"", b"\0", b"\xff", b"\xed\xa0\x80", b"<", b"&", b"9" * 30, b"-1", b"1e999"]),
                st.binary(max_size=8),
                st.just(data[at : at + length] * draw(st.sampled_from([1, 2, 30]))),
            )
        )
        data = (data[:at] + piece + data[at + length :])[: 8 * MOST]
    return data


def as_text(documents: Sequence[str], words: Sequence[str]) -> st.SearchStrategy[str]:
    """The same for texts."""
    given = mutated([one.encode() for one in documents], [one.encode() for one in words])
    return given.map(lambda data: data.decode("utf-8", "replace"))


def _json() -> st.SearchStrategy[Any]:
    leaf = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(seeds.JSON_WORDS)
    )
    keys = st.one_of(st.sampled_from(seeds.JSON_KEYS), st.text(max_size=5))
    return st.recursive(
        leaf, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5))
    )


def _json_texts() -> st.SearchStrategy[str]:
    return st.one_of(_json().map(json.dumps), as_text(seeds.JSON_DOCUMENTS, seeds.JSON_WORDS))


_DATES = st.one_of(st.none(), st.dates(), st.datetimes(), st.datetimes(timezones=st.timezones()))
_PAIRS = st.tuples(texts(seeds.PROSE), texts(seeds.PROSE))

TARGETS: tuple[Target, ...] = (
    Target("decoding", st.tuples(mutated(seeds.ENCODED, seeds.CHARSETS), st.sampled_from(seeds.LABELS)), hold.decoding),
    Target("records", _json_texts(), hold.records),
    Target("tables", as_text(seeds.TABLES, seeds.TABLE_WORDS), hold.tables),
    Target("plain text", texts(seeds.FRONT), hold.plain_text),
    Target("pages", as_text(seeds.PAGES, seeds.HTML_WORDS), hold.pages),
    Target("fragments", texts(seeds.HTML_WORDS), hold.fragments),
    Target("feeds", as_text(seeds.FEEDS, seeds.FEED_WORDS), hold.feeds_read),
    Target("JSON feeds", st.dictionaries(st.sampled_from(seeds.JSON_KEYS), _json()), hold.json_feeds),
    Target("PDF", mutated(seeds.PDFS, seeds.PDF_WORDS), hold.pdf),
    Target(
        "any format",
        st.tuples(mutated(seeds.ALL, [b"<html>", b"%PDF-", b"{", b"[", b"<rss"]), st.sampled_from(seeds.SUFFIXES)),
        hold.any_format,
    ),
    Target("clocks", texts(seeds.CLOCKS), hold.clocks_read),
    Target("addresses", texts(seeds.ADDRESSES), hold.addresses),
    Target("cleaning", texts(seeds.UNSEEN), hold.cleaning),
    Target("sentences", texts(seeds.PROSE), hold.sentence_spans),
    Target("passages", texts(seeds.PROSE), hold.passage_spans),
    Target("dates", st.tuples(texts(seeds.TIMES), _DATES), hold.time_mentions),
    Target("values", texts(seeds.NUMBERS), hold.numbers),
    Target("quotes", texts(seeds.SAYING), hold.statements),
    Target("support", _PAIRS, hold.supported),
    Target("orders and boilerplate", texts(seeds.ORDERS), hold.lines),
    Target("questions", st.tuples(texts(seeds.ASKING), _DATES), hold.asked),
    Target("special tokens", texts(seeds.TOKENS), hold.special),
    Target("prompt files", as_text(seeds.PROMPTS, seeds.TOML_WORDS), hold.prompt_files),
    Target("filled-in prompts", st.tuples(texts(seeds.TOKENS), texts(seeds.TOKENS)), hold.filled),
    Target("conversations", as_text(seeds.CONVERSATIONS, seeds.JSON_WORDS), hold.conversations),
    Target("conversation files", mutated(seeds.DATABASES, [b"turns", b"\0" * 100]), hold.conversation_files),
    Target("settings", st.dictionaries(st.sampled_from(seeds.VARIABLES), texts(seeds.JSON_WORDS)), hold.settings),
    Target("chosen model", as_text(seeds.CHOICES, seeds.JSON_WORDS), hold.choices),
    Target("question sets", as_text(seeds.SETS, seeds.JSON_WORDS), hold.question_sets),
    Target("renderings", st.tuples(texts(seeds.MARKUP), texts(seeds.MARKUP)), hold.renderings),
    Target("whole answers", texts([*seeds.ASKING, *seeds.TOKENS]), hold.whole_answers),
)


def kept() -> Iterator[tuple[Target, Any, str]]:
    """Yield each kept input with its target and what it once broke."""
    known = {target.name: target for target in TARGETS}
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        yield known[entry["target"]], _read(entry["input"]), entry["broke"]


def keep(target: Target, value: Any, broke: str, where: Path) -> None:
    """Append an input to a file like the corpus."""
    entry = {"target": target.name, "broke": broke, "input": _written(value)}
    with where.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + os.linesep)


def _written(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, tuple):
        return {"tuple": [_written(part) for part in value]}
    if isinstance(value, dict):
        return {"object": value}
    if hasattr(value, "isoformat"):
        return {"moment": value.isoformat()}
    return value


def _read(value: Any) -> Any:
    from datetime import date, datetime

    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "base64":
        return base64.b64decode(inner)
    if kind == "tuple":
        return tuple(_read(part) for part in inner)
    if kind == "moment":
        return datetime.fromisoformat(inner) if len(inner) > len("2022-03-28") else date.fromisoformat(inner)
    return inner
