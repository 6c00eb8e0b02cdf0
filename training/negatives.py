"""Questions that their passage does not answer, made from questions that it does.

People wrote few such rows, and a reader that has seen only passages of other topics takes every passage of the right
topic for an answer. So four kinds are made: the best other passages that a search finds; the passage without its
answering sentence; the question about another name or number; the question turned into its opposite. Each change of a
question has a twin where question and passage are changed alike and the answer stays, lest the change itself be the
sign.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from training.rows import Row

_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’]?\s+(?=[\"'“‘(]?[A-Z0-9])|\n+")

OPPOSITES = (
    ("first", "last"), ("largest", "smallest"), ("highest", "lowest"), ("most", "least"), ("more", "fewer"),
    ("before", "after"), ("north", "south"), ("east", "west"), ("northern", "southern"), ("eastern", "western"),
    ("increase", "decrease"), ("won", "lost"), ("oldest", "youngest"), ("longest", "shortest"), ("early", "late"),
    ("opened", "closed"), ("began", "ended"), ("start", "end"), ("started", "stopped"), ("male", "female"),
    ("bought", "sold"), ("joined", "left"), ("rise", "fall"), ("rose", "fell"), ("above", "below"),
    ("arrived", "departed"), ("accepted", "rejected"), ("best", "worst"), ("father", "mother"), ("son", "daughter"),
    ("husband", "wife"), ("brother", "sister"), ("import", "export"), ("positive", "negative"), ("minimum", "maximum"),
)  # fmt: skip

_OPPOSITE = {a: b for pair in OPPOSITES for a, b in (pair, pair[::-1])}


def without_answer(rows: Sequence[Row], count: int, rng: random.Random) -> Iterator[Row]:
    """Yield up to ``count`` rows whose answering sentence is taken out of the passage."""
    for row in rng.sample(list(rows), len(rows)):
        if count <= 0:
            return
        cut = _cut(row)
        if cut is not None:
            count -= 1
            yield replace(row, passage=cut, answers=(), relevant=False, how="removed")


def _cut(row: Row) -> str | None:
    """Return the passage without the sentences that hold an answer; None where too little is left, or an answer is."""
    bounds = [0, *(match.end() for match in _SENTENCE.finditer(row.passage)), len(row.passage)]
    spans = list(itertools.pairwise(bounds))
    kept = [row.passage[a:b] for a, b in spans if not any(a < end and start < b for start, end in row.answers or ())]
    text = "".join(kept).strip()
    if len(kept) == len(spans) or len(text) < 120:
        return None
    folded = text.casefold()
    return None if any(row.passage[a:b].casefold() in folded for a, b in row.answers or ()) else text


def opposites(rows: Sequence[Row], count: int, rng: random.Random) -> Iterator[Row]:
    """Yield up to ``count`` rows whose question asks for the opposite, and as many where the passage is turned too."""
    for row in rng.sample(list(rows), len(rows)):
        if count <= 0:
            return
        words = [word for word in re.findall(r"[a-z]+", row.question) if word in _OPPOSITE]
        if not words or not row.answered:
            continue
        word = rng.choice(words)
        turned = _swap(row.question, word, _OPPOSITE[word])
        if re.search(rf"\b{_OPPOSITE[word]}\b", row.passage, re.I):
            continue  # the passage may answer the opposite as well
        count -= 1
        yield replace(row, question=turned, answers=(), relevant=True, how="opposite")
        both = _swap_beside_answers(row, word, _OPPOSITE[word])
        if both is not None:
            yield replace(both, question=turned, how="opposite, both")


def _swap(text: str, old: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(old)}\b", lambda _: new, text)


def _swap_beside_answers(row: Row, old: str, new: str) -> Row | None:
    """Return the row with ``old`` replaced in its passage and offsets kept true; None where that cannot be."""
    pattern = re.compile(rf"\b{re.escape(old)}\b")
    finds = [match.span() for match in pattern.finditer(row.passage)]
    if not finds or any(a < end and start < b for a, b in finds for start, end in row.answers or ()):
        return None
    grown = len(new) - len(old)

    def moved(place: int) -> int:
        return place + grown * sum(b <= place for _, b in finds)

    answers = tuple((moved(start), moved(end)) for start, end in row.answers or ())
    return replace(row, passage=pattern.sub(lambda _: new, row.passage), answers=answers)


@dataclass(frozen=True, slots=True)
class Named:
    """A name or number of a text and its type, as the parser has it."""

    text: str
    label: str = field(kw_only=True)


_TYPES = {"PERSON", "ORG", "GPE", "LOC", "NORP", "DATE", "CARDINAL", "MONEY", "PERCENT", "EVENT", "FAC", "QUANTITY"}
_KIN = {"GPE": "place", "LOC": "place", "FAC": "place", "CARDINAL": "number", "QUANTITY": "number"}


def names(texts: Sequence[str], parser: Any) -> list[tuple[Named, ...]]:
    """Return the names and numbers of each text that a spaCy pipeline finds."""
    with parser.select_pipes(enable=["tok2vec", "ner"]):
        return [
            tuple(Named(ent.text, label=_KIN.get(ent.label_, ent.label_)) for ent in doc.ents if ent.label_ in _TYPES)
            for doc in parser.pipe(texts, batch_size=256)
        ]


def swapped(rows: Sequence[Row], count: int, rng: random.Random, parser: Any) -> Iterator[Row]:
    """Yield up to ``count`` rows that ask about another name or number of the same type, half of them of the passage.

    For every other one a twin where the passage has the other name too, and the answer stays.
    """
    chosen = rng.sample(list(rows), min(len(rows), count + count // 2))
    asked = names([row.question for row in chosen], parser)
    stock: dict[str, list[str]] = {}
    for each in asked:
        for name in each:
            stock.setdefault(name.label, []).append(name.text)
    # The parser reads 4,000 words a second: only every third passage is read for names of its own.
    read = [number for number in range(0, len(chosen), 3) if asked[number]]
    there = dict(zip(read, names([chosen[number].passage[:1200] for number in read], parser), strict=True))
    for number, row in enumerate(chosen):
        if count <= 0:
            return
        pair = _pair(row, asked[number], there.get(number, ()), stock, rng)
        if pair is None:
            continue
        old, new = pair
        count -= 1
        question = row.question.replace(old, new)
        yield replace(row, question=question, answers=(), relevant=True, how="another name")
        if number % 2 == 0 and (both := _swap_beside_answers(row, old, new)) is not None:
            yield replace(both, question=question, how="another name, both")


def _pair(
    row: Row, asked: Sequence[Named], there: Sequence[Named], stock: dict[str, list[str]], rng: random.Random
) -> tuple[str, str] | None:
    """Return a name of the question that its passage has too, and another of the same type to put in its place."""
    folded = row.passage.casefold()
    known = [name for name in asked if name.text.casefold() in folded and len(name.text) > 1]
    if not known:
        return None
    old = rng.choice(known)
    answers = {row.passage[start:end].casefold() for start, end in row.answers or ()}

    def other(text: str) -> bool:
        a, b = text.casefold(), old.text.casefold()
        return a not in b and b not in a and not any(a in answer or answer in a for answer in answers)

    beside = [name.text for name in there if name.label == old.label and other(name.text)]
    afar = [text for text in stock.get(old.label, []) if other(text) and text.casefold() not in folded]
    pools = [pool for pool in ((beside, afar) if rng.random() < 0.9 else (afar, beside)) if pool]
    return (old.text, rng.choice(pools[0])) if pools else None


def retrieved(rows: Sequence[Row], count: int, rng: random.Random) -> Iterator[Row]:
    """Yield up to ``count`` rows with the nearest other passages by TF-IDF that lack every wording of the answer."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    passages = sorted({row.passage for row in rows})
    number_of = {passage: number for number, passage in enumerate(passages)}
    weights = TfidfVectorizer(sublinear_tf=True, max_df=0.2, min_df=2, ngram_range=(1, 1), dtype=np.float32)
    table = weights.fit_transform(passages)
    golds: dict[str, set[str]] = {}
    for row in rows:
        answers = {row.passage[start:end].casefold() for start, end in row.answers or ()}
        golds.setdefault(row.question.casefold(), set()).update(answers)
    chosen = rng.sample([row for row in rows if row.answered and len(row.question) > 25], count)
    for start in range(0, len(chosen), 500):
        batch = chosen[start : start + 500]
        near = (weights.transform([row.question for row in batch]) @ table.T).tocsr()
        for number, row in enumerate(batch):
            line = slice(near.indptr[number], near.indptr[number + 1])
            order = near.indices[line][near.data[line].argsort()[::-1][:12]]
            lacking = [
                passages[place]
                for place in order
                if place != number_of[row.passage]
                and not any(gold in passages[place].casefold() for gold in golds[row.question.casefold()])
            ]
            if lacking:
                passage = lacking[min(int(rng.expovariate(0.6)), len(lacking) - 1)]
                yield replace(row, passage=passage, headline="", answers=(), relevant=False, how="retrieved")
