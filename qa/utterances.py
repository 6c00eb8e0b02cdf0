"""Who says what inside one sentence: a verb of saying, "according to", marks and the name beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from qa import direct, speakers
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
DOUBLE = re.compile(r"[\"“”«»„]")
_ACCORDING = re.compile(r"\b[Aa]ccording to\b|\b[Ii]n the (?:words|view|opinion) of\b")
_COLON = re.compile(r":\s+((?:[A-Z][\w.’'-]+\s*){1,6})$")
_JOINED = re.compile(r",?\s+(?:while|whereas|but|although)\s+(?:the\s+)?$")
_DAY_OF_MONTH = r"(?:\d{1,2}\s+[A-Z]\w+|[A-Z]\w+\s+\d{1,2}|\d{1,2})"
_CLOCK = r"\d{1,2}(?:[.:]\d\d)?\s*(?:a\.?m\b\.?|p\.?m\b\.?)"
_WHEN_OR_WHERE = (
    rf"(?:(?:on|in|at|to)\s+(?:{_CLOCK}|{_DAY_OF_MONTH}|[A-Z][\w’']*(?:,?\s+{_DAY_OF_MONTH})?)(?:,?\s+\d{{4}}\b)?,?"
)
_BEFORE_CONTENT = re.compile(rf"\s*,?\s*{_WHEN_OR_WHERE}\s+){{0,3}}(?:earlier\s+)?(?:that\b|in which\b|:)?,?\s*")
"""Places, hours and days between a cue and what is said: "on Monday, 28 March 2022, that"."""
_NO_MORE = re.compile(rf"\s*{_WHEN_OR_WHERE}\s*){{0,3}}[.,]?\s*$")
"""Nothing behind a cue but where and when it was said."""
_QUOTING = re.compile(r",?\s+quoting\s+((?:(?:the|a|an|his|her|its|their)\s+)?[\w’'-]+(?:\s+[A-Z][\w’'-]+)*)")
_ADDRESSEE = re.compile(r"(?:[^,;:\"“]{1,60}?\bthat\b|(?:the\s+)?[\w’'.-]+(?:\s+[A-Z][\w’'.-]+)*)\s*[,:]?\s*")
_ADDRESSEE_ALONE = re.compile(r"(?:\s+(?:the\s+)?[\w’'-]+(?:\s+[A-Z][\w’'-]+)*)")
PASSED_ON = ", quoting "
"""Between who speaks and whose words they pass on, in a speaker."""
_ARTICLE_AT_END = re.compile(r"\s(?:the|a|an)\s*$", re.IGNORECASE)
_BE = frozenset("be been being is are was were".split())
_NOUN_MARKERS = frozenset("a an the this that these his her its their no any some of in".split())
"""Right before a cue form they make it a noun ("the report"), or an infinitive that reports nothing by itself."""


@lru_cache(maxsize=4_096)
def in_sentence(sentence: str) -> tuple[Quote, ...]:
    """Return the statements in one sentence by its own words; a speaker may be a pronoun."""
    tokens = terms(sentence)
    found = [*_according(sentence, tokens), *_by_verb(sentence, tokens)]
    if not found and (spoken := direct.found(sentence)):
        content = (spoken.start, spoken.end, True)
        found = [_quote(sentence, spoken.speaker, spoken.cue.text, spoken.cue.start, content)]
    if not found:
        found = list(_after_colon(sentence))
    return tuple(sorted(found, key=lambda quote: quote.cue_start))


def _by_verb(sentence: str, tokens: tuple[Term, ...]) -> Iterator[Quote]:
    marked = quoted(sentence)
    taken_until = -1
    for index, term in enumerate(tokens):
        if term.stem not in speakers.CUE_STEMS or term.start < taken_until or _inside(term.start, marked):
            continue
        if term.low in ("not", "quoting") or (index and not _may_be_cue(tokens, index)):
            continue
        if term.low in _NOT_CUES and index + 1 < len(tokens) and tokens[index + 1].low in _FINITE:
            continue
        before = speakers.before(sentence, tokens, index)
        speaker = before or speakers.after(sentence, tokens, index)
        if speaker is None or speaker.text.split()[0].lower() in _NOBODY:
            continue
        named = not speaker.text.islower() or speaker.text in speakers.PRONOUNS or speakers.is_office(speaker.text)
        if term.stem == _ADD and not (named and (speaker.text not in speakers.PRONOUNS or marked)):
            continue
        if term.low in _NOT_CUES and not speaker.text[:1].isupper() and (speaker.text.lower() not in speakers.PRONOUNS):
            continue
        inverted = before is None or _is_behind(sentence, term, before, marked)
        content = _content(sentence, term, speaker, inverted=inverted, marked=marked)
        if content is None or not (inverted or _is_clause(sentence, term, content)):
            continue
        content = _before_next_speaker(sentence, tokens, index, content)
        speaker = _passing_on(sentence, tokens, index, speaker, content)
        yield _quote(sentence, speaker, term.text, term.start, content)
        if not inverted:
            taken_until = content[1]


def _is_behind(sentence: str, cue: Term, speaker: speakers.Speaker, marked: list[tuple[int, int]]) -> bool:
    """Whether what is said stands before its speaker, whomever it was said to ("…," Rask told the council)."""
    if not _closes_quote(sentence, speaker.start):
        return False
    if _says_no_more(sentence, cue.end):
        return True
    if cue.stem not in _ADDRESSED:
        return False
    ahead = any(end <= speaker.start for _, end in marked)
    rest = sentence[cue.end :]
    if ahead and not (any(start > cue.end for start, _ in marked) or re.search(r"\bthat\b", rest)):
        return True
    told = _ADDRESSEE_ALONE.match(sentence, cue.end)
    return told is not None and bool(_NO_MORE.match(sentence, told.end()))


def _passing_on(
    sentence: str, tokens: tuple[Term, ...], cue: int, speaker: speakers.Speaker, content: tuple[int, int, bool]
) -> speakers.Speaker:
    """Say of a speaker who passes on another's words that it is so: they are not the speaker's own."""
    quoting = _QUOTING.match(sentence, speaker.end)
    if quoting:
        return replace(speaker, text=f"{speaker.text}{PASSED_ON}{quoting[1]}")
    between = [
        index
        for index in range(cue + 1, len(tokens))
        if tokens[index].end <= content[0] and tokens[index].stem in speakers.CUE_STEMS and _may_be_cue(tokens, index)
    ]
    if not (content[2] and between):
        return speaker
    other = speakers.before(sentence, tokens, between[-1])
    whom = other.text if other and other.text.lower() not in speakers.PRONOUNS else "somebody"
    return replace(speaker, text=f"{speaker.text}{PASSED_ON}{whom}")


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
            content = (_skip(sentence, tokens[last - 1].end), trimmed_end(sentence, len(sentence)))
        else:
            content = (0, trimmed_end(sentence, match.start()))
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
    marks = [match.start() for match in DOUBLE.finditer(sentence)]
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
    end = trimmed_end(sentence, len(sentence))
    if inverted:
        stop = len(_ARTICLE_AT_END.sub("", sentence[: min(cue.start, speaker.start)]))
        ahead = [span for span in marked if span[1] <= stop]
        behind = [span for span in marked if span[0] > stop]
        if ahead:
            return (ahead[0][0], trimmed_end(sentence, (behind or ahead)[-1][1]), True)
        start = 0
        stop = trimmed_end(sentence, stop)
        return (start, stop, False) if stop - start > 3 else None
    after = _skip(sentence, cue.end)
    if cue.stem in _ADDRESSED:
        after = _after_addressee(sentence, after)
    behind = [span for span in marked if span[0] > cue.end]
    if behind and behind[0][0] - cue.end < 25 and not re.search(r"\bthat\b", sentence[cue.end : behind[0][0]]):
        return (behind[0][0], trimmed_end(sentence, behind[-1][1]), True)
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


def trimmed_end(sentence: str, end: int) -> int:
    """Return where the words before a place end, marks and blanks aside."""
    return len(sentence[:end].rstrip(" .,;:\"”’'"))
