"""Claims and yes/no questions made from free sentences: true ones, and near misses of them.

A near miss keeps the sentence's words but for one thing: another number, another name, somebody else of the passage as
the one who did it, the two parties exchanged, a denial put in or taken out. What the sentence itself says is the claim
that follows.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from training.rows import Row

_AUXILIARY = frozenset("is are was were has have had will would can could may might must should".split())
_SUPPORTED, _CONTRADICTED, _NOT_SAID = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence's main clause: where its subject is, its verb, and where its object is, by token number."""

    doc: Any
    verb: Any = field(kw_only=True)
    subject: tuple[int, int] = field(kw_only=True)
    object: tuple[int, int] | None = field(kw_only=True)


def clause(doc: Any) -> Clause | None:
    """Return the main clause of a parsed sentence, or None where it has no plain one."""
    root = next((token for token in doc if token.dep_ == "ROOT"), None)
    if root is None or root.pos_ not in {"VERB", "AUX"} or doc[-1].text != ".":
        return None
    subject = next(
        (token for token in root.children if token.dep_ in {"nsubj", "nsubjpass"} and token.i < root.i), None
    )
    if subject is None or (subject.pos_ == "PRON" and subject.lower_ in {"who", "which", "that", "it", "there"}):
        return None
    target = next((token for token in root.children if token.dep_ == "dobj" and token.i > root.i), None)
    return Clause(
        doc,
        verb=root,
        subject=(subject.left_edge.i, subject.right_edge.i + 1),
        object=(target.left_edge.i, target.right_edge.i + 1) if target is not None else None,
    )


def _text(doc: Any, start: int, end: int) -> str:
    return str(doc[start:end].text_with_ws) if start < end else ""


def exchanged(one: Clause) -> str | None:
    """Return the sentence with subject and object exchanged, where both are names."""
    if one.object is None or one.verb.pos_ != "VERB":
        return None
    doc, (a, b), (c, d) = one.doc, one.subject, one.object
    if doc[b - 1].pos_ != "PROPN" or doc[d - 1].pos_ not in {"PROPN", "NOUN"} or d - c > 8 or b - a > 8:
        return None
    behind = _text(doc, d - 1, d)[len(doc[d - 1].text) :]
    return f"{_text(doc, 0, a)}{doc[c:d].text} {_text(doc, b, c)}{doc[a:b].text}{behind}{doc[d:].text}"


_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)+")


def somebody_else(one: Clause, passage: str, rng: random.Random) -> str | None:
    """Return the sentence with another name of its passage in the place of its subject, where that is a name."""
    doc, (a, b) = one.doc, one.subject
    if b - a > 6 or doc[b - 1].pos_ != "PROPN":
        return None
    words = set(doc[a:b].text.split())
    others = sorted(name for name in set(_NAME.findall(passage)) if not words & set(name.split()))
    if not others:
        return None
    return f"{_text(doc, 0, a)}{rng.choice(others)}{doc[b - 1].whitespace_}{doc[b:].text}"


def negated(one: Clause) -> str | None:
    """Return the sentence with a denial put in, or taken out where it has one."""
    doc, verb = one.doc, one.verb
    denial = next((token for token in verb.children if token.dep_ == "neg"), None)
    if denial is not None:
        if denial.lower_ != "not":
            return None
        return f"{_text(doc, 0, denial.i)}{doc[denial.i + 1 :].text}"
    helper = next((token for token in verb.children if token.dep_ in {"aux", "auxpass"} and token.i < verb.i), None)
    to_be = verb if verb.lower_ in {"is", "are", "was", "were"} else None
    place = helper if helper is not None else to_be
    if place is not None:
        return f"{_text(doc, 0, place.i + 1)}not {doc[place.i + 1 :].text}"
    helper_word = {"VBD": "did", "VBZ": "does", "VBP": "do"}.get(verb.tag_)
    if helper_word is None or verb.lemma_ in {"be", "have"}:
        return None
    return f"{_text(doc, 0, verb.i)}{helper_word} not {verb.lemma_} {doc[verb.i + 1 :].text}"


def question_of(one: Clause) -> str | None:
    """Return the yes/no question of a sentence's main clause, or None where it has no plain form."""
    doc, verb, (a, b) = one.doc, one.verb, one.subject
    if a != 0 or any(token.dep_ == "neg" for token in verb.children):
        return None
    subject = doc[a:b].text
    if doc[0].ent_type_ == "" and doc[0].pos_ != "PROPN":
        subject = subject[0].lower() + subject[1:]
    tail = doc[verb.i + 1 : len(doc) - 1].text
    helper = next((t for t in verb.children if t.dep_ in {"aux", "auxpass"} and b <= t.i < verb.i), None)
    if helper is not None and helper.lower_ in _AUXILIARY | {"did", "does", "do"}:
        return f"{helper.text.capitalize()} {subject} {doc[helper.i + 1 : len(doc) - 1].text}?"
    if verb.lower_ in {"is", "are", "was", "were"}:
        return f"{verb.text.capitalize()} {subject} {tail}?"
    helper_word = {"VBD": "Did", "VBZ": "Does", "VBP": "Do"}.get(verb.tag_)
    if helper_word is None or b != verb.i or verb.lemma_ in {"be", "have", "say"}:
        return None
    return f"{helper_word} {subject} {verb.lemma_} {tail}?"


def other_value(text: str, stock: Sequence[str], rng: random.Random) -> tuple[str, int] | None:
    """Return the text with another number, which its source contradicts, or another name, of which it says nothing."""
    numbers = list(re.finditer(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)", text))
    if numbers and rng.random() < 0.6:
        at = rng.choice(numbers)
        value = at.group().replace(",", "")
        whole = int(float(value))
        near = (whole + 1, whole - 1, whole * 2, whole + 10, whole * 10, max(2, whole // 2))
        new = str(rng.choice([value for value in near if value != whole and value > 0]))
        return text[: at.start()] + new + text[at.end() :], _CONTRADICTED
    named = list(re.finditer(r"(?<=[a-z,] )(?:[A-Z][a-z]+)(?: [A-Z][a-z]+)*", text))
    others = [name for name in stock if name not in text]
    if named and others:
        at = rng.choice(named)
        return text[: at.start()] + rng.choice(others) + text[at.end() :], _NOT_SAID
    return None


def made(passages: Sequence[Row], count: int, rng: random.Random, parser: Any) -> Iterator[Row]:
    """Yield about ``count`` claims and yes/no questions over free news passages, with their verdicts."""
    sentences = [row for row in {row.passage: row for row in passages}.values() if 60 < len(row.passage) < 1200]
    rng.shuffle(sentences)
    whole = [_one_of(row, rng) for row in sentences]
    stock = [name for text in whole for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+ [A-Z][a-z]+", text)]
    parsed = parser.pipe(whole, batch_size=128)
    for row, text, doc in zip(sentences, whole, parsed, strict=True):
        if count <= 0:
            return
        one = clause(doc)
        if one is None:
            continue
        for new in _claims_of(row, text, one, stock, rng):
            count -= 1
            yield new


def _one_of(row: Row, rng: random.Random) -> str:
    """Return one sentence of a passage: one that an answer stands in, else any."""
    bounds = [0, *(match.end() for match in re.finditer(r"(?<=[.])\s+(?=[A-Z])", row.passage)), len(row.passage)]
    spans = [(a, b) for a, b in itertools.pairwise(bounds) if 30 < b - a < 180]
    if not spans:
        return row.passage[:300]
    a, b = rng.choice(spans)
    return row.passage[a:b].strip()


def _claims_of(row: Row, text: str, one: Clause, stock: Sequence[str], rng: random.Random) -> Iterator[Row]:
    """Yield the claims of one sentence, true ones and near misses, as sentences and as questions."""
    base = replace(row, answers=None, relevant=None, source="made")
    asked = question_of(one)
    turned = exchanged(one)
    other = other_value(text, stock, rng)
    if rng.random() < 0.5:
        yield replace(base, question=text, verdict=_SUPPORTED, how="claim, as it stands")
    if asked is not None:
        yield replace(base, question=asked, verdict=_SUPPORTED, how="yes/no, as it stands")
        value = other_value(asked, stock, rng)
        if value is not None:
            yield replace(base, question=value[0], verdict=value[1], how="yes/no, other value")
        rest = row.passage.replace(text, " ").strip()
        if len(rest) > 100 and rng.random() < 0.5:
            yield replace(base, question=asked, passage=rest, verdict=_NOT_SAID, how="yes/no, sentence gone")
        denied = negated(one)
        if denied is not None and text in row.passage:
            passage = row.passage.replace(text, denied)
            yield replace(base, question=asked, passage=passage, verdict=_CONTRADICTED, how="yes/no, denied there")
    if turned is not None:
        yield replace(base, question=turned, verdict=_NOT_SAID, how="claim, exchanged")
    other_doer = somebody_else(one, row.passage, rng)
    if other_doer is not None:
        yield replace(base, question=other_doer, verdict=_NOT_SAID, how="claim, somebody else")
        if asked is not None:
            name, (a, b) = other_doer[len(_text(one.doc, 0, one.subject[0])) :], one.subject
            new = name[: len(name) - len(one.doc[b:].text)].strip()
            question = asked.replace(one.doc[a:b].text, new, 1)
            if question != asked:
                yield replace(base, question=question, verdict=_NOT_SAID, how="yes/no, somebody else")
    if other is not None:
        yield replace(base, question=other[0], verdict=other[1], how="claim, other value")
    if rng.random() < 0.5 and (denied := negated(one)) is not None:
        yield replace(base, question=denied, verdict=_CONTRADICTED, how="claim, denied")
