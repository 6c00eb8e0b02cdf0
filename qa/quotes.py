"""Who said what: reported speech in a text, verbatim or in paraphrase, with spans into that text.

Handles "X said (that) …", "… said X", "according to X, …", "…," X said, "…" (a split quotation is one quote), and colon
headlines ("…: Lavrov"). A pronoun is given the last named person of the sentences before, where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from qa import direct, names, sentences, speakers
from qa.terms import fold, stem
from qa.utterances import DOUBLE, PASSED_ON, Quote, in_sentence, trimmed_end

__all__ = ["PASSED_ON", "Quote", "find", "is_open_behind", "speaker_of"]

_LOCATING = re.compile(r"\b(?:in|at|from|near|to|of|for|outside|around|across)\s+(?:the\s+)?$|\b[Tt]he\s+$")
_PARAGRAPH = re.compile(r"\n\s*\n")
_REPLYING = frozenset(stem(verb) for verb in ("reply", "respond", "answer", "counter", "retort"))
_GOING_ON = frozenset(stem(verb) for verb in ("add", "continue"))


@lru_cache(maxsize=512)
def find(text: str) -> tuple[Quote, ...]:
    """Return the statements in ``text``, in order; at most one for a sentence and cue.

    A sentence that goes on with somebody's direct speech is a statement of its own, with "" for its cue.
    """
    found: list[Quote] = []
    heard, known, end = _Heard(), _Known(), 0
    spans = sentences.split(text)
    for number, span in enumerate(spans):
        sentence = text[span.start : span.end]
        if _PARAGRAPH.search(text[end : span.start]):
            heard.new_paragraph()
            known.new_paragraph()
        end = span.end
        lead = 1 if heard.open else 0
        here = [_moved(quote, span.start - lead) for quote in in_sentence('"' * lead + sentence)]
        here = [known.named(replace(quote, start=span.start, end=span.end), heard.speaking) for quote in here]
        follows = spans[number + 1] if number + 1 < len(spans) else None
        by = direct.signed(text[follows.start : follows.end]) if follows else None
        silent = not here and heard.speaking is not None
        found += heard.takes(sentence, span.start, here, signed=by)
        known.reads(sentence, here, silent=silent and heard.speaking is not None)
    return tuple(found)


class _Known:
    """Follows who is named: whom a pronoun stands for, where that is certain."""

    def __init__(self) -> None:
        self._last = ""
        self._paragraphs: list[list[str]] = [[]]
        self._called: dict[str, str] = {}

    def new_paragraph(self) -> None:
        """Keep whom this paragraph and the one before it name."""
        self._paragraphs = [self._paragraphs[-1], []]

    def named(self, quote: Quote, speaking: Quote | None) -> Quote:
        """Return a statement with the person behind its pronoun; as it is where that is not certain."""
        pronoun = quote.speaker.lower()
        if pronoun not in speakers.PRONOUNS:
            return quote
        person = self._last
        if speaking is not None and quote.verbatim:
            person = self._in_turn(stem(quote.cue.lower()), speaking.speaker, person)
        if not person or self._called.get(person, pronoun) != pronoun:
            return quote
        self._called[person] = pronoun
        return replace(quote, speaker=person)

    def _in_turn(self, cue: str, speaking: str, person: str) -> str:
        """Return who speaks after somebody: who goes on, or the only other one there to reply; "" where unsure."""
        if cue in _GOING_ON and _same(speaking, person):
            return person
        there = dict.fromkeys(name for paragraph in self._paragraphs for name in paragraph)
        others = [name for name in there if not _same(name, speaking)]
        if cue in _REPLYING:
            return others[0] if others and all(_same(others[0], name) for name in others) else ""
        return person

    def reads(self, sentence: str, here: Sequence[Quote], *, silent: bool) -> None:
        """Take in whom a sentence names; ``silent``: it is all in the speech of somebody who is known already."""
        persons = [name.text for name in names.find(sentence) if name.sure and not _placed(sentence[: name.start])]
        subjects = [quote.speaker for quote in here if quote.speaker[:1].isupper()]
        self._last = (subjects or ([] if silent else persons) or [self._last])[0]
        self._paragraphs[-1] += [] if silent else [*persons, *subjects]


def _same(one: str, other: str) -> bool:
    """Whether two speakers can be one person."""
    return fold(one) == fold(other) or any(
        names.same(left.words, right.words) for left in names.find(f"So {one}") for right in names.find(f"So {other}")
    )


def _placed(before: str) -> bool:
    """Whether a name is that of a place or a body: "in Brenholt", "of the Federation"."""
    return bool(_LOCATING.search(before))


class _Heard:
    """Follows direct speech from sentence to sentence: whether it is still open, and who is speaking."""

    def __init__(self) -> None:
        self.open = False
        self.speaking: Quote | None = None
        self._announced = False
        self._waiting: list[Quote] = []

    def new_paragraph(self) -> None:
        """A paragraph opens anew what the one before left open, by the same speaker; closed speech may be another's."""
        if not (self.open or self._announced):
            self.speaking = None
        self.open = self._announced = False
        self._waiting = []

    def takes(
        self, sentence: str, place: int, here: list[Quote], *, signed: speakers.Speaker | None = None
    ) -> list[Quote]:
        """Return the statements of a sentence, those before it that waited for its speaker among them.

        ``signed`` is who signs it in the next sentence, if it is nothing but direct speech.
        """
        lead, self.open = self.open, is_open_behind(sentence, is_open=self.open)
        verbatim = [quote for quote in here if quote.verbatim]
        if here:
            waited = [_by(quote, verbatim[0]) for quote in self._waiting] if verbatim and lead else []
            self._waiting, self.speaking = [], verbatim[-1] if verbatim else None
            return [*waited, *here]
        content = _speech_alone(sentence, open_before=lead)
        if content is None:
            self._waiting, self.speaking = [], None
            written = direct.announced(sentence)
            if written is not None:
                self._announced, self.speaking = True, _silent(written)
            return []
        going_on = Quote(
            start=place, end=place + len(sentence), text=sentence[slice(*content)], speaker="", cue="", verbatim=True,
            content_start=place + content[0], content_end=place + content[1], cue_start=-1,
        )  # fmt: skip
        if signed is not None:
            self._waiting, self.speaking = [], None
            return [_by(going_on, _silent(signed))]
        if self.speaking is not None:
            return [_by(going_on, self.speaking)]
        self._waiting = [*self._waiting, going_on] if self.open else []
        return []


def _silent(speaker: speakers.Speaker) -> Quote:
    """Return a statement of no words by somebody, for what follows to be theirs."""
    return Quote(
        0, 0, text="", speaker=speaker.text, cue="", verbatim=True, content_start=0, content_end=0, cue_start=-1,
        role=speaker.role,
    )  # fmt: skip


def _by(quote: Quote, speaking: Quote) -> Quote:
    return replace(quote, speaker=speaking.speaker, role=speaking.role)


def is_open_behind(sentence: str, *, is_open: bool = False) -> bool:
    """Whether direct speech is open behind a sentence; ``is_open`` says whether it was before it."""
    for mark in DOUBLE.findall(sentence):
        is_open = mark in "“„«" or (mark == '"' and not is_open)
    return is_open


def _speech_alone(sentence: str, *, open_before: bool) -> tuple[int, int] | None:
    """Return what a sentence that is nothing but direct speech holds inside its marks."""
    marks = [match.start() for match in DOUBLE.finditer(sentence)]
    if not open_before:
        if not marks or marks[0] != 0:
            return None
        marks = marks[1:]
    start = 0 if open_before else 1
    stop = marks[0] if marks else len(sentence)
    if len(marks) > 1 or sentence[stop:].strip(" .,;:!?\"”’'»"):
        return None
    end = trimmed_end(sentence, stop)
    return (start, end) if end > start else None


def speaker_of(sentence: str) -> str:
    """Return who says what a sentence reports, or "" when the sentence asserts it by itself."""
    return next((quote.speaker for quote in find(sentence)), "")


def _moved(quote: Quote, by: int) -> Quote:
    named = quote.speaker_start >= 0
    return replace(
        quote,
        content_start=quote.content_start + by,
        content_end=quote.content_end + by,
        cue_start=quote.cue_start + by,
        speaker_start=quote.speaker_start + by if named else -1,
        speaker_end=quote.speaker_end + by if named else -1,
    )
