"""Copies and variants of an article by known changes, as outlets make them: what a story is measured on."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa.stories import Likeness

Kind = Literal[
    "verbatim", "agency line", "trimmed tail", "new lead", "light rewrite", "punctuation", "paragraphs joined",
    "boilerplate added", "number changed", "date changed", "name changed", "negation added",
]  # fmt: skip
"""What was done to an article."""

LEAST_SENTENCES = 8
"""An article with fewer has nothing to trim, to rewrite and still to recognise."""

_SENTENCE = re.compile(r"(?<=[.!?][\"”]\s)(?=[A-Z])|(?<=[a-z]{3}[.!?]\s)(?=[A-Z“\"])")
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})*(?![\w.,]\d|\w)")
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b")
_NAME = re.compile(r"(?<=[a-z,] )([A-Z][a-z]{3,})(?= [a-z])")
_VERB = re.compile(r"\b(?:is|are|was|were|will|would|has|have|had|can|could|should)\b(?! not|n[’']t)")
_WORDS = {
    "about": "around", "also": "too", "because": "since", "began": "started", "big": "large", "but": "yet",
    "several": "a number of", "said": "told reporters", "many": "a lot of", "more than": "over",
    "including": "among them", "however": "still", "while": "as", "show": "display",
    "help": "assist", "according to": "as stated by", "people": "persons", "after": "following",
    "near": "close to", "next": "coming",
}  # fmt: skip
_REWRITE = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_ADDED = (
    "WATCH: What happened, in ninety seconds",
    "READ MORE: Everything there is to know about it",
    "Sign up for our newsletter and get the news every morning",
    "Share Tweet Email Print",
    "© 2024 The Example Company. All rights reserved.",
)
_LEAD = (
    "It was the talk of the day in many places, and readers of this paper wrote in to ask about it. Here is what is"
    " known so far, as it was reported by the agencies and by the people who were there. "
)


@dataclass(frozen=True, slots=True)
class Change:
    """One way to change a body, which may find nothing to change (""), and what the result is to the original."""

    expected: Likeness
    make: Callable[[str, random.Random], str] = field(kw_only=True)


def made(body: str, kind: Kind, seed: str) -> str:
    """Return a body changed in one way, or "" where it has nothing of that kind to change."""
    changed = CHANGES[kind].make(body, random.Random(f"{kind} {seed}"))
    return "" if changed == body and kind != "verbatim" else changed


def sentences(body: str) -> list[str]:
    """Return the sentences of a body with the space behind them, roughly."""
    return [part for part in _SENTENCE.split(body) if part.strip()]


def _trimmed(body: str, chance: random.Random) -> str:
    parts = sentences(body)
    return "".join(parts[: max(1, round(len(parts) * chance.uniform(0.55, 0.8)))])


def _new_lead(body: str, chance: random.Random) -> str:
    return _LEAD + "".join(sentences(body)[chance.choice((0, 1)) :])


def _rewritten(body: str, chance: random.Random) -> str:
    return _REWRITE.sub(lambda found: _WORDS[found.group()] if chance.random() < 0.7 else found.group(), body)


def _punctuated(body: str, chance: random.Random) -> str:
    del chance
    signs = {"“": '"', "”": '"', "’": "'", "—": "-", "–": "-", "…": "..."}
    plain = "".join(signs.get(sign, sign) for sign in body)
    if plain == body:
        plain = re.sub(r'"(\w)', r"“\1", body).replace('"', "”").replace("'", "’").replace(" - ", " – ")
    return re.sub(r"\bpercent\b", "per cent", plain).replace("U.S.", "US")


def _with_boilerplate(body: str, chance: random.Random) -> str:
    lines = body.split("\n\n")
    for text in _ADDED:
        lines.insert(chance.randrange(1, len(lines) + 1), text)
    return "\n\n".join(lines)


def _one(pattern: re.Pattern[str], other: Callable[[str, random.Random], str]) -> Callable[[str, random.Random], str]:
    def make(body: str, chance: random.Random) -> str:
        found = list(pattern.finditer(body))
        if not found:
            return ""
        one = chance.choice(found)
        return body[: one.start()] + other(one.group(), chance) + body[one.end() :]

    return make


def _other_number(number: str, chance: random.Random) -> str:
    value = int(number.replace(",", ""))
    return f"{value + chance.randint(1, max(2, value // 3)):,}" if "," in number else str(value + chance.randint(1, 9))


CHANGES: Mapping[Kind, Change] = {
    "verbatim": Change("copy", make=lambda body, _: body),
    "agency line": Change("copy", make=lambda body, _: f"LINDHOLM (Wire) — {body}"),
    "trimmed tail": Change("copy", make=_trimmed),
    "new lead": Change("copy", make=_new_lead),
    "light rewrite": Change("copy", make=_rewritten),
    "punctuation": Change("copy", make=_punctuated),
    "paragraphs joined": Change("copy", make=lambda body, _: re.sub(r"\s*\n\s*", " ", body)),
    "boilerplate added": Change("copy", make=_with_boilerplate),
    "number changed": Change("variant", make=_one(_NUMBER, _other_number)),
    "date changed": Change(
        "variant", make=_one(_DAY, lambda day, chance: chance.choice([other for other in _DAYS if other != day]))
    ),
    "name changed": Change("variant", make=_one(_NAME, lambda _, chance: chance.choice(["Amsel", "Dohle", "Velm"]))),
    "negation added": Change("variant", make=_one(_VERB, lambda verb, _: f"{verb} not")),
}
