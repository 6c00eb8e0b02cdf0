"""Direct speech whose speaker stands beside it without a verb of saying: "…," sighed Dell; Voll disagreed: "…"; — Feld.

Only what the shape of the sentence makes certain. Everything else belongs to nobody, which is better than to another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa import names, polarity, speakers
from qa.names import Name
from qa.speakers import Speaker
from qa.terms import Term, terms

_MARKED = re.compile(r"\s*[\"“„«]([^\"“”„«»]+[,!?])[\"”»]\s+")
_INTRODUCED = re.compile(r":\s*[\"“„«]")
_SIGNED = re.compile(r"[—–-]+\s*(?=\w)")
_WRITTEN = re.compile(r"\b(?:letter|statement|message|post|speech|diary|e-?mail|note)\s+(?:of|by|from)\s+", re.I)
_LEAD = 4
"""Words at most between the beginning and a speaker's name: "her rival", "the former mayor"."""
_TURNING = frozenset("of for by from to in on at with after before as and but against about behind when while".split())
"""Before a name these make it another's than the doer's."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Direct speech with its speaker: the verb beside it, and the span of what is said."""

    speaker: Speaker
    cue: Term
    start: int
    end: int


def found(sentence: str) -> Spoken | None:
    """Return the speech in a sentence that a verb of any meaning gives to the one beside it; None where none does."""
    marked = _MARKED.match(sentence)
    if marked:
        tokens = [term for term in terms(sentence) if term.start >= marked.end()]
        return _behind(sentence, tokens, marked.start(1), marked.end(1))
    opens = _INTRODUCED.search(sentence)
    if opens is None:
        return None
    tokens = [term for term in terms(sentence) if term.end <= opens.start()]
    if len(tokens) < 2 or not polarity.is_past(tokens[-1]):
        return None
    name = _only_name(sentence[: opens.start()])
    if name is None or name.end != tokens[-2].end:
        return None
    end = len(sentence.rstrip(" .,;:\"”’'»"))
    return Spoken(speakers.described(sentence, name.start, name.end), tokens[-1], opens.end(), end)


def _behind(sentence: str, tokens: list[Term], start: int, end: int) -> Spoken | None:
    """Return speech that its speaker follows: verb and name, or name or pronoun and verb."""
    if len(tokens) < 2:
        return None
    end = len(sentence[:end].rstrip(" ,"))
    first, second = tokens[:2]
    held = {name.start: name for name in names.find(sentence)}
    if polarity.is_past(first) and second.start in held:
        name = held[second.start]
        return Spoken(speakers.described(sentence, name.start, name.end), first, start, end)
    if first.low in speakers.PRONOUNS and polarity.is_past(second):
        return Spoken(Speaker(first.start, first.end, first.start, first.text, ""), second, start, end)
    if first.start in held:
        name = held[first.start]
        verb = next((term for term in tokens if term.start >= name.end), None)
        if verb is not None and polarity.is_past(verb):
            return Spoken(speakers.described(sentence, name.start, name.end), verb, start, end)
    return None


def _only_name(text: str) -> Name | None:
    """Return the one name of a text that begins with it, or with a few plain words before it."""
    sure = [name for name in names.find(text) if name.sure]
    if len(sure) != 1:
        return None
    ahead = terms(text[: sure[0].start])
    plain = all(term.stem and not term.low.endswith("'s") for term in ahead) and len(ahead) <= _LEAD
    return sure[0] if plain and not any(term.low in _TURNING for term in ahead) else None


def signed(sentence: str) -> Speaker | None:
    """Return who signs the speech before a sentence: "— Councillor Mona Feld"."""
    mark = _SIGNED.match(sentence)
    name = _only_name(sentence[mark.end() :]) if mark else None
    if mark is None or name is None or sentence[mark.end() + name.end :].strip(" ."):
        return None
    return speakers.described(sentence, mark.end() + name.start, mark.end() + name.end)


def announced(sentence: str) -> Speaker | None:
    """Return whose written words a sentence announces: "From the letter of Judge Ilya Brand:"."""
    written = _WRITTEN.search(sentence)
    bare = sentence.rstrip()
    if written is None or not bare.endswith(":"):
        return None
    inside = [name for name in names.find(bare) if name.start >= written.end()]
    ends = len(inside) == 1 and inside[0].end == len(bare) - 1
    return speakers.described(sentence, inside[0].start, inside[0].end) if ends else None
