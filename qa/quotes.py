"""Who said what: reported speech in a text, verbatim or in paraphrase, with spans into that text.

Handles "X said (that) …", "… said X", "according to X, …", "…," X said, "…" (a split quotation is one quote), and colon
headlines ("…: Lavrov"). A pronoun is given the last named person of the sentences before, where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from qa import names, sentences, speakers
from qa.lexicon import IRREGULAR
from qa.terms import Term, stem, terms


@dataclass(frozen=True, slots=True)
class Quote:
    """One statement: ``start`` and ``end`` span its sentence, the other pairs its content, speaker and cue.

    ``text`` is the content without quotation marks; of a split quotation the first part to the last. ``speaker`` is the
    bare name ("Dmitry Peskov") or the description used ("police"), ``role`` the title before it ("Kremlin
    spokesperson"). ``verbatim`` is true when the content stands in quotation marks. ``speaker_start`` is -1 when the
    speaker is not named in this sentence.
    """

    start: int
    end: int
    text: str
    speaker: str
    cue: str
    verbatim: bool
    content_start: int
    content_end: int
    cue_start: int
    speaker_start: int = -1
    speaker_end: int = -1
    role: str = ""


_ADDRESSED = frozenset(stem(verb) for verb in ("tell", "inform", "warn", "assure", "remind"))
_ADD = stem("add")
_NOBODY = frozenset(("no", "neither", "nobody", "none", "nothing"))
_SAYING = frozenset(stem(verb) for verb in ("say", "tell", "add", "insist", "think", "believe", "argue", "tweet"))
_FINITE = frozenset(
    "is are was were will would has have had can could may might must should shall does did do isn't aren't wasn't"
    " weren't won't wouldn't hasn't haven't hadn't can't cannot couldn't doesn't didn't don't".split()
)
_NOT_CUES = frozenset("report reports note notes state states post posts comment comments claim claims estimate"
                      " estimates statement concern states' promise pledge remark remarks".split())  # fmt: skip
"""Forms that are more often a noun; they are a cue only after a name or a pronoun."""
_NOUN_ENDINGS = ("ion", "ions", "ment", "ments", "ance", "ant", "al")
"""A form with one of these is no finite verb: a station states nothing."""
_DOUBLE = re.compile(r"[\"“”«»„]")
_LOCATING = re.compile(r"\b(?:in|at|from|near|to|of|for|outside|around|across)\s+(?:the\s+)?$|\b[Tt]he\s+$")
_PARAGRAPH = re.compile(r"\n\s*\n")
_ACCORDING = re.compile(r"\b[Aa]ccording to\b|\b[Ii]n the (?:words|view|opinion) of\b")
_COLON = re.compile(r":\s+((?:[A-Z][\w.’'-]+\s*){1,6})$")
_JOINED = re.compile(r",?\s+(?:while|whereas|but|although)\s+(?:the\s+)?$")
_DAY_OF_MONTH = r"(?:\d{1,2}\s+[A-Z]\w+|[A-Z]\w+\s+\d{1,2}|\d{1,2})"
_BEFORE_CONTENT = re.compile(
    rf"\s*,?\s*(?:(?:on|in|at|to)\s+(?:{_DAY_OF_MONTH}|[A-Z][\w’']*(?:,?\s+{_DAY_OF_MONTH})?)(?:,?\s+\d{{4}}\b)?,?\s+)?"
    r"(?:earlier\s+)?(?:that\b|in which\b|:)?,?\s*"
)
"""Place or day between a cue and what is said: "on Monday, 28 March 2022, that"."""
_ADDRESSEE = re.compile(r"(?:[^,;:\"“]{1,60}?\bthat\b|(?:the\s+)?[\w’'.-]+(?:\s+[A-Z][\w’'.-]+)*)\s*[,:]?\s*")
_ARTICLE_AT_END = re.compile(r"\s(?:the|a|an)\s*$", re.IGNORECASE)
_BE = frozenset("be been being is are was were".split())
_NOUN_MARKERS = frozenset("a an the this that these his her its their no any some of in".split())
"""Right before a cue form they make it a noun ("the report"), or an infinitive that reports nothing by itself."""


@lru_cache(maxsize=512)
def find(text: str) -> tuple[Quote, ...]:
    """Return the statements in ``text``, in order; at most one for a sentence and cue.

    A sentence that goes on with somebody's direct speech is a statement of its own, with "" for its cue.
    """
    found: list[Quote] = []
    heard = _Heard()
    last_person, end = "", 0
    for span in sentences.split(text):
        sentence = text[span.start : span.end]
        if _PARAGRAPH.search(text[end : span.start]):
            heard.new_paragraph()
        end = span.end
        lead = 1 if heard.open else 0
        here = [_moved(quote, span.start - lead) for quote in _in_sentence('"' * lead + sentence)]
        here = [replace(quote, start=span.start, end=span.end) for quote in here]
        here = [
            replace(quote, speaker=last_person) if last_person and quote.speaker.lower() in speakers.PRONOUNS else quote
            for quote in here
        ]
        found += heard.takes(sentence, span.start, here)
        persons = [name.text for name in names.find(sentence) if name.sure and not _placed(sentence[: name.start])]
        subjects = [quote.speaker for quote in here if quote.speaker[:1].isupper()]
        last_person = (subjects or ([] if not here and heard.speaking else persons) or [last_person])[0]
    return tuple(found)


def _placed(before: str) -> bool:
    """Whether a name is that of a place or a body: "in Brenholt", "of the Federation"."""
    return bool(_LOCATING.search(before))


class _Heard:
    """Follows direct speech from sentence to sentence: whether it is still open, and who is speaking."""

    def __init__(self) -> None:
        self.open = False
        self.speaking: Quote | None = None
        self._waiting: list[Quote] = []

    def new_paragraph(self) -> None:
        """A paragraph opens its speech anew, by the same speaker."""
        self.open = False
        self._waiting = []

    def takes(self, sentence: str, place: int, here: list[Quote]) -> list[Quote]:
        """Return the statements of a sentence, those before it that waited for its speaker among them."""
        lead, self.open = self.open, is_open_behind(sentence, is_open=self.open)
        verbatim = [quote for quote in here if quote.verbatim]
        if here:
            waited = [_by(quote, verbatim[0]) for quote in self._waiting] if verbatim and lead else []
            self._waiting, self.speaking = [], verbatim[-1] if verbatim else None
            return [*waited, *here]
        content = _speech_alone(sentence, open_before=lead)
        if content is None:
            self._waiting, self.speaking = [], None
            return []
        going_on = Quote(
            start=place, end=place + len(sentence), text=sentence[slice(*content)], speaker="", cue="", verbatim=True,
            content_start=place + content[0], content_end=place + content[1], cue_start=-1,
        )  # fmt: skip
        if self.speaking is not None:
            return [_by(going_on, self.speaking)]
        self._waiting = [*self._waiting, going_on] if self.open else []
        return []


def _by(quote: Quote, speaking: Quote) -> Quote:
    return replace(quote, speaker=speaking.speaker, role=speaking.role)


def is_open_behind(sentence: str, *, is_open: bool = False) -> bool:
    """Whether direct speech is open behind a sentence; ``is_open`` says whether it was before it."""
    for mark in _DOUBLE.findall(sentence):
        is_open = mark in "“„«" or (mark == '"' and not is_open)
    return is_open


def _speech_alone(sentence: str, *, open_before: bool) -> tuple[int, int] | None:
    """Return what a sentence that is nothing but direct speech holds inside its marks."""
    marks = [match.start() for match in _DOUBLE.finditer(sentence)]
    if not open_before:
        if not marks or marks[0] != 0:
            return None
        marks = marks[1:]
    start = 0 if open_before else 1
    stop = marks[0] if marks else len(sentence)
    if len(marks) > 1 or sentence[stop:].strip(" .,;:!?\"”’'»"):
        return None
    end = _trimmed_end(sentence, stop)
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


@lru_cache(maxsize=4_096)
def _in_sentence(sentence: str) -> tuple[Quote, ...]:
    tokens = terms(sentence)
    found = [*_according(sentence, tokens), *_by_verb(sentence, tokens)]
    if not found:
        found = list(_after_colon(sentence))
    return tuple(sorted(found, key=lambda quote: quote.cue_start))


def _by_verb(sentence: str, tokens: tuple[Term, ...]) -> Iterator[Quote]:
    marked = quoted(sentence)
    taken_until = -1
    for index, term in enumerate(tokens):
        if term.stem not in speakers.CUE_STEMS or term.start < taken_until or _inside(term.start, marked):
            continue
        if term.low == "not" or (index and not _may_be_cue(tokens, index)):
            continue
        if term.low in _NOT_CUES and index + 1 < len(tokens) and tokens[index + 1].low in _FINITE:
            continue
        before = speakers.before(sentence, tokens, index)
        speaker = before or speakers.after(sentence, tokens, index)
        if speaker is None or speaker.text.split()[0].lower() in _NOBODY:
            continue
        if term.stem == _ADD and speaker.text.islower() and not speakers.is_office(speaker.text):
            continue
        if term.low in _NOT_CUES and not speaker.text[:1].isupper() and (speaker.text.lower() not in speakers.PRONOUNS):
            continue
        inverted = before is None or (_closes_quote(sentence, before.start) and _says_no_more(sentence, term.end))
        content = _content(sentence, term, speaker, inverted=inverted, marked=marked)
        if content is None or not (inverted or _is_clause(sentence, term, content)):
            continue
        content = _before_next_speaker(sentence, tokens, index, content)
        yield _quote(sentence, speaker, term.text, term.start, content)
        if not inverted:
            taken_until = content[1]


def _may_be_cue(tokens: tuple[Term, ...], index: int) -> bool:
    """Whether a form can be the verb that reports: no noun behind an article, no passive ("had been observed")."""
    term, before = tokens[index], tokens[index - 1].low
    if before in _NOUN_MARKERS or term.capital or term.low.endswith(_NOUN_ENDINGS):
        return False
    return not (before in _BE and term.low.endswith("ed"))


def _before_next_speaker(
    sentence: str, tokens: tuple[Term, ...], cue: int, content: tuple[int, int, bool]
) -> tuple[int, int, bool]:
    """End a statement where a clause begins in which somebody else speaks (", while Scholz said …")."""
    start, end, verbatim = content
    for index in range(cue + 1, len(tokens)):
        term = tokens[index]
        if term.stem not in speakers.CUE_STEMS or not start < term.start < end or verbatim:
            continue
        other = speakers.before(sentence, tokens, index)
        joined = _JOINED.search(sentence[: other.start]) if other else None
        if joined and joined.start() > start:
            return start, joined.start(), verbatim
    return content


def _according(sentence: str, tokens: tuple[Term, ...]) -> Iterator[Quote]:
    for match in _ACCORDING.finditer(sentence):
        first = next((index for index, term in enumerate(tokens) if term.start >= match.end()), None)
        if first is None:
            continue
        last = first
        while last < len(tokens) and tokens[last].text not in speakers.BREAK and tokens[last].text not in ".!?":
            last += 1
        if last == first:
            continue  # nobody is named behind it
        speaker = speakers.described(sentence, tokens[first].start, tokens[last - 1].end)
        if match.start() <= 2:
            content = (_skip(sentence, tokens[last - 1].end), _trimmed_end(sentence, len(sentence)))
        else:
            content = (0, _trimmed_end(sentence, match.start()))
        if content[0] < content[1]:
            yield _quote(sentence, speaker, match.group(), match.start(), (*content, False))


def _after_colon(sentence: str) -> Iterator[Quote]:
    """A headline that names its speaker after a colon."""
    match = _COLON.search(sentence.rstrip())
    if match and match.start() > 15:
        speaker = speakers.described(sentence, match.start(1), match.end(1))
        yield _quote(sentence, speaker, ":", match.start(), (0, match.start(), False))


def _quote(sentence: str, speaker: speakers.Speaker, cue: str, cue_start: int, content: tuple[int, int, bool]) -> Quote:
    start, end, verbatim = content
    pronoun = speaker.text.lower() in speakers.PRONOUNS
    return Quote(
        start=0,
        end=len(sentence),
        text=sentence[start:end],
        speaker=speaker.text,
        cue=cue,
        verbatim=verbatim,
        content_start=start,
        content_end=end,
        cue_start=cue_start,
        speaker_start=-1 if pronoun else speaker.name_start,
        speaker_end=-1 if pronoun else speaker.end,
        role=speaker.role,
    )


def quoted(sentence: str) -> list[tuple[int, int]]:
    """Return the spans inside double quotation marks, without the marks; an unclosed one runs to the end."""
    marks = [match.start() for match in _DOUBLE.finditer(sentence)]
    spans = [(first + 1, second) for first, second in zip(marks[::2], marks[1::2], strict=False)]
    return [*spans, (marks[-1] + 1, len(sentence))] if len(marks) % 2 else spans


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)


def _closes_quote(sentence: str, place: int) -> bool:
    """Whether what stands before the speaker is the content ("…," X said)."""
    return bool(re.search(r"(?:,\s*[\"”’']|[\"”’'],?|[^\s],)\s*(?:the |a |an )?$", sentence[:place])) and place > 4


def _says_no_more(sentence: str, place: int) -> bool:
    """Whether a cue ends its clause, or only a day, a place or a second part of the quotation follows it."""
    return bool(re.match(r"\s*(?:[.,:;\"”’)]|$|(?:on|in|at|during|after|as|when|while|last|this)\s)", sentence[place:]))


def _content(
    sentence: str, cue: Term, speaker: speakers.Speaker, *, inverted: bool, marked: list[tuple[int, int]]
) -> tuple[int, int, bool] | None:
    """Return the span of what is said and whether it is verbatim, or None when nothing is."""
    end = _trimmed_end(sentence, len(sentence))
    if inverted:
        stop = len(_ARTICLE_AT_END.sub("", sentence[: min(cue.start, speaker.start)]))
        ahead = [span for span in marked if span[1] <= stop]
        behind = [span for span in marked if span[0] > stop]
        if ahead:
            return (ahead[0][0], _trimmed_end(sentence, (behind or ahead)[-1][1]), True)
        start = 0
        stop = _trimmed_end(sentence, stop)
        return (start, stop, False) if stop - start > 3 else None
    after = _skip(sentence, cue.end)
    if cue.stem in _ADDRESSED:
        after = _after_addressee(sentence, after)
    behind = [span for span in marked if span[0] > cue.end]
    if behind and behind[0][0] - cue.end < 25 and not re.search(r"\bthat\b", sentence[cue.end : behind[0][0]]):
        return (behind[0][0], _trimmed_end(sentence, behind[-1][1]), True)
    return (after, end, False) if end - after > 3 else None


def _after_addressee(sentence: str, place: int) -> int:
    """Step over whom somebody told ("told reporters that …"): up to "that", else up to a comma or one noun phrase."""
    match = _ADDRESSEE.match(sentence, place)
    return match.end() if match else place


def _is_clause(sentence: str, cue: Term, content: tuple[int, int, bool]) -> bool:
    """Whether what follows a cue is a statement: always after "said", else it needs "that", marks or a verb.

    "Announced his resignation" and "denied the charge" report an act, not words.
    """
    start, end, verbatim = content
    if verbatim or cue.stem in _SAYING or re.search(r"\bthat\b|[\"“]", sentence[cue.end : start + 1]):
        return True
    inside = terms(sentence[start:end])
    if inside and inside[0].low in ("having", "being", "to", "it", "he", "she", "they", "there"):
        return True
    return any(
        term.low in _FINITE
        or (term.low.endswith("ed") and len(term.low) > 4 and index)
        or (stem(term.low) != term.low and term.low in IRREGULAR and index and not term.low.endswith("s"))
        for index, term in enumerate(inside)
    )


def _skip(sentence: str, place: int) -> int:
    """Step over the addressee, the day and "that" between the cue and what is said."""
    match = _BEFORE_CONTENT.match(sentence, place)
    return match.end() if match else place


def _trimmed_end(sentence: str, end: int) -> int:
    return len(sentence[:end].rstrip(" .,;:\"”’'"))
