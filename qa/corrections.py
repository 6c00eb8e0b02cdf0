"""Notices inside an article that correct it: what they restate as the error, and the day of the correction.

"Correction (3 May): an earlier version of this article said that 14 people died" is in the body, where a reader sees
it, and says that 14 is wrong. What such a notice restates is no evidence for anything; the correct value beside it is.
Recognised by how notices are written, sentence by sentence, so that an archive needs no rebuilding. Where a clause
cannot be told apart from the error it goes with it: a right figure stands in the article too, a wrong one is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from qa import dates, sentences
from qa.types import Article, Carrier, Moment, earliest_instant

LONGEST = 300
"""Characters of a notice that are shown under a citation."""

_OURS = (
    r"(?:articles?|stor(?:y|ies)|reports?|pieces?|posts?|pages?|items?|columns?|headlines?|captions?|reviews?"
    r"|obituar(?:y|ies)|interviews?|graphics?|charts?|maps?|features?|dispatch(?:es)?|editorials?|blogs?|newsletters?"
    r"|texts?|versions?)"
)
"""What an outlet calls the texts that it corrects."""

_FALSELY = r"(?:wrongly|incorrectly|mistakenly|erroneously|inaccurately|in error|by mistake)"
_ADVERB = rf"(?:originally|previously|initially|first|earlier|{_FALSELY})"
_TELL = (
    r"(?:said|stated|reported|described|listed|named|identified|claimed|quoted|referred|suggested|implied|showed"
    r"|indicated|called|attributed|spelled|spelt|cited|placed|located)"
)
_SAID = rf"(?:{_TELL}|gave|wrote|put|had|read|noted|omitted|included|contained|used|carried|mentioned|was|were)"
_EARLIER = r"(?:earlier|previous|prior|original|initial|first|older)"
_AN_EARLIER = rf"(?:(?:in\s+)?(?:an?|the|our|its)\s+{_EARLIER})"
_MIS = (
    r"(?:mis(?:stat|identif|spel|attribut|quot|report|characteri[sz]|nam|describ|interpret|represent|translat|dat)\w*)"
)
_HINT = re.compile(
    rf"\b(?:(?:correct(?:s|ed|ions?)|clarifications?|errat(?:um|a)|retraction|note|amended|we\s+{_FALSELY})\b"
    rf"|{_EARLIER}\s+(?:\w+\s+)?(?:{_OURS}|edition)\b|(?:this|our|the)\s+(?:\w+\s+)?{_OURS}\b)"
)
"""A body that has none of these in lower case holds no notice, and is not read."""

_LABEL = re.compile(
    r"\W{0,4}(?P<label>(?i:corrections?(?:\s+(?:and|&)\s+clarifications?|\s+appended)?|clarifications?|corrected"
    r"|errat(?:um|a)|retraction|note to readers|(?:editor|publisher)(?:[’']?s|s[’'])?\s+note))"
    r"[ (\[,]{0,3}(?P<day>[^:\n!?]{0,40}?)(?P<sign>[ )\]]*[:|\u2013\u2014]|[ )\]]+-|[)\]]?\.\s(?!\d)|[ )\]]*(?=\n|\Z))"
)
"""What a notice opens with; its day may stand behind it: "Correction (3 May):", "Editor's note, June 4 -"."""

_CALENDAR = re.compile(
    r"\b(?:(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?:\s+\d{1,2}\b"
    r"(?:st|nd|rd|th)?)?(?:,?\s+\d{4})?|\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
_CHANGED = re.compile(
    r"\A\W{0,3}(?:refiles to |recasts to )?corrects?\s"
    r"|\bthis\s+(?:[\w ]{1,30}\s)?(?:story|article|version)\s+corrects\b"
    rf"|\b(?:(?:this|our)\s+(?:\w+\s+)?{_OURS}|the\s+(?:story|headline|caption|piece|post))\s+"
    r"(?:above\s+|of the story\s+)?(?:was|has been|had been|is|were|have been)\s+(?:\w+\s+)?(?:(?:amended|corrected)\b"
    r"|(?:updated|edited|changed|revised|modified)\b(?=[^.;]*\b(?:to correct|to fix|correct(?:s|ing)?|error|mistake"
    rf"|{_EARLIER} version|incorrect\w*|wrong\w*)\b))",
    re.IGNORECASE,
)
"""A sentence about the article itself that says it was put right; "updated with a comment" is no correction. An agency
writes "(Corrects the number of dead in paragraph 2)" before its text."""

_SELF = re.compile(
    rf"(?:\b{_AN_EARLIER}\s+(?:\w+\s+)?(?:{_OURS}|edition)\s+(?:of|on|to|for|in)\s+"
    rf"(?:this\s+\w+|(?:the|our)\s+(?:article|story))\b"
    rf"|\b(?:this|our)\s+{_OURS}(?:,[^,;.]{{0,80}},)?\s+(?:\w+\s+)?(?:{_ADVERB}\s+(?:\w+\s+)?{_SAID}|{_MIS})\b"
    rf"|\A\W*{_AN_EARLIER}\s+version\s+(?:{_FALSELY}\s+{_SAID}|{_MIS})"
    rf"|\b(?:as|than)\s+(?:was\s+)?{_ADVERB}\s+(?:stated|reported|said|published)\s+(?:here|in this {_OURS}))",
    re.IGNORECASE,
)
"""Words that speak of an error in the text they stand in, wherever they stand."""

_AT_START = re.compile(rf"\W*(?:{_AN_EARLIER}\s+version\s+(?:{_TELL}|gave)|we\s+{_FALSELY}\s+{_SAID})\b", re.IGNORECASE)
"""What speaks of an error where a paragraph opens with it."""

_ERROR = re.compile(
    rf"\b(?:{_MIS}|{_FALSELY}|{_AN_EARLIER}\s+(?:\w+\s+)?(?:{_OURS}|edition)\b|(?:the\s+)?wrong\s+\w+|incorrect\s+\w+"
    rf"|{_ADVERB}\s+(?:\w+\s+)?{_SAID}|(?:was|were)\s+(?:{_ADVERB}\s+)?(?:{_TELL}|given)"
    rf"|(?:we|it)\s+(?:had\s+)?(?:also\s+)?(?:{_TELL}|gave|wrote|published)"
    rf"|(?:this|the|our)\s+{_OURS}\s+(?:had\s+)?(?:also\s+)?{_SAID}(?!\s+(?:amended|corrected|updated|edited|changed)))\b",
    re.IGNORECASE,
)
"""Words that, inside a notice, introduce what was wrong."""

_REPORTED = re.compile(
    rf"\b(?:an?|the|our|that|this|two|several)\s+(?:[^\s.;:]+\s+){{0,3}}?{_OURS}\b[^;:]{{0,160}}?"
    rf"\b(?<!should have ){_SAID}\b",
    re.IGNORECASE,
)
"""In a notice that speaks of another text: "a report on Tuesday said …" is the one that it corrects."""

_EXPLAINS = re.compile(
    r"\b(?:error|mistaken?|mistakes|miscount\w*|twice|double[- ]count\w*|confus\w+|misread|misheard|misunderst\w+"
    r"|mix-?up|mixed up|regret|apologi[sz]\w+|sorry)\b",
    re.IGNORECASE,
)
"""How the error came about: "the police had counted three of them twice". Its figures are not the news."""

_RIGHT = (
    r"(?:in fact\b|in reality\b|actually\b|correctly\b|(?:the|its|his|her|their)\s+(?:correct|actual|right\s+(?:figure"
    r"|number|name|date|day|amount|age|title|spelling|word))\b|(?:it|they|he|she|that|this|the\s+\w+)\s+should\b"
    r"|(?:it|that|this|the\s+\w+)\s+(?:has|have)\s+(?:since\s+)?been\s+(?:amended|corrected|changed)\b)"
)
_TURN = re.compile(
    rf";\s+(?=[^;]*{_RIGHT}|(?:it|they|there|he|she)\s+(?:is|are|was|were)\b)|(?:[\u2013\u2014:]|\s-)\s*(?={_RIGHT})"
    rf"|,?\s+(?:but|whereas|while|when|although|though|and)\s+(?={_RIGHT})|,\s+(?={_RIGHT})|,\s+(?:which|who)\s+(?=should\b)",
    re.IGNORECASE,
)
"""Where a sentence turns from the error to what is right; any other clause behind an error may belong to it."""

_INSTEAD = re.compile(
    r",?\s+(?:and\s+)?(?:not|rather than|instead of|as opposed to)\b[^;:]{0,160}?(?=\b(?:as|which|than)\b[^;:]*\Z)",
    re.IGNORECASE,
)
"""The wrong value behind the right one: "11 people died, not 14 as an earlier version said"."""

_CONTRARY = re.compile(r"\W*(?:contrary to|unlike|despite)\b", re.IGNORECASE)
_CORRECTED_TO = re.compile(
    r"\bto\s+(?:say|show|reflect|state|make (?:it )?clear|clarify|note|indicate|read|correct|give|include|fix|use)\b"
    r"(?:\s+the fact)?(?:\s+that\b)?\s*",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:,\s+(?:and\s+)?not|,?\s+(?:rather than|instead of|as opposed to))\s+(?=[^,;.]+[.\s]*\Z)", re.IGNORECASE
)
"""What a right value is not, at the end of a sentence of a notice: "It was 11, not 14."."""

_WORD = re.compile(r"\w")
_YEAR = re.compile(r"\d{4}")
_ZONES = timedelta(days=1)
"""How long before an article's own day, in UTC, the day of a notice in it may be."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice in a body: ``body[start:end]``, what its label or its sentence calls its day, "" for none."""

    start: int
    end: int = field(kw_only=True)
    day: str = field(kw_only=True, default="")


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read off a body: its notices, and the characters that restate what was wrong."""

    notices: tuple[Notice, ...] = ()
    errors: tuple[tuple[int, int], ...] = ()


def errors(article: Article) -> tuple[tuple[int, int], ...]:
    """Return the spans of an article's body that restate an error or speak of its correction, in order."""
    return _read(article.body, whole=article.kind == "correction").errors


def within(article: Article, start: int, end: int) -> bool:
    """Whether any of ``article.body[start:end]`` restates an error."""
    return any(first < end and start < last for first, last in errors(article))


def evidence(article: Article, start: int = 0, end: int | None = None) -> str:
    """Return ``article.body[start:end]`` with blanks for what restates an error: as long, and safe to read."""
    end = len(article.body) if end is None else end
    return _blanked(article.body, whole=article.kind == "correction")[start:end]


def of(article: Article, notices: Iterable[Carrier] = ()) -> tuple[Carrier, ...]:
    """Return what corrects an article, the earliest first: notices that are articles, and those inside it.

    One inside it has the article's own id, its words for a headline, and for its day what it gives or, where it gives
    none, when the article was updated. A notice that is an article of its own corrects another.
    """
    inside = () if article.kind == "correction" else _read(article.body, whole=False).notices
    found = (
        Carrier(
            article.id,
            outlet=article.outlet,
            headline=_shown(article.body[notice.start : notice.end]),
            url=article.url,
            published=_day(notice.day, article) or article.updated,
        )
        for notice in inside
    )
    return tuple(sorted((*notices, *found), key=_by_day))


def _by_day(one: Carrier) -> tuple[bool, datetime]:
    """Undated ones first: the last one's day is what a citation shows."""
    day = one.published
    return (day is not None, earliest_instant(day) if day is not None else datetime.min.replace(tzinfo=UTC))


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[:LONGEST].rpartition(" ")[0] + " …"


def _day(text: str, article: Article) -> Moment | None:
    """Return the day that a notice names; one without a year or month is the first such day from the article's own."""
    written = article.published or article.updated
    found = next((one for one in dates.resolve(text, written) if one.earliest and one.latest), None)
    if found is None or found.earliest is None or found.latest is None:
        return None
    if found.latest - found.earliest > timedelta(days=1):
        return None
    day = found.earliest.date()
    if written is None or _YEAR.search(text):
        return day
    least = earliest_instant(written).date() - _ZONES
    if not any(sign.isdigit() for sign in text):  # a day of the week
        return day if day >= least else day + timedelta(days=7)
    return min((each for year in (least.year, least.year + 1) if (each := _in_year(day, year)) >= least), default=day)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day


@lru_cache(maxsize=256)
def _blanked(body: str, *, whole: bool) -> str:
    pieces, done = [], 0
    for start, end in _read(body, whole=whole).errors:
        pieces += [body[done:start], re.sub(r"[^\n]", " ", body[start:end])]
        done = end
    return "".join([*pieces, body[done:]])


@lru_cache(maxsize=512)
def _read(body: str, *, whole: bool) -> _Read:
    """Read a body sentence by sentence; ``whole`` says that all of it is a notice."""
    if not whole and not _HINT.search(body.lower()):
        return _Read()
    notices: list[Notice] = []
    wrong: list[tuple[int, int]] = []
    for paragraph in _paragraphs(body):
        notice, found = _paragraph(body, paragraph, whole=whole)
        notices += [notice] if notice else []
        wrong += found
    return _Read(tuple(notices), tuple(wrong))


def _paragraphs(body: str) -> Iterator[list[sentences.Span]]:
    """Yield the sentences of each paragraph; a label that stands alone belongs to the paragraph behind it."""
    held: list[sentences.Span] = []
    for span in sentences.split(body):
        gap = body[held[-1].end : span.start] if held else ""
        if held and "\n" in gap and not _is_bare_label(body, held):
            yield held
            held = []
        held.append(span)
    if held:
        yield held


def _is_bare_label(body: str, held: list[sentences.Span]) -> bool:
    text = body[held[0].start : held[-1].end]
    label = _LABEL.match(text)
    return bool(label) and not _WORD.search(text[label.end() :]) and len(text) <= 80  # type: ignore[union-attr]


def _paragraph(body: str, spans: list[sentences.Span], *, whole: bool) -> tuple[Notice | None, list[tuple[int, int]]]:
    """Return the notice that a paragraph holds and what restates an error in it."""
    first, last = spans[0].start, spans[-1].end
    label = _LABEL.match(body[first:last])
    inside = whole or label is not None
    opened = whole or (label is not None and _opens(label))
    began, day = first, _calendar(label["day"]) if label else ""
    wrong: list[tuple[int, int]] = []
    for span in spans:
        text = body[span.start : span.end]
        changed = _changed(text)
        if not opened and (changed or _speaks(text, inside=inside, leads=span.start == first)):
            opened, began = True, first if inside else span.start
        if not opened:
            continue
        day = day or (_calendar(text[changed.end() : changed.end() + 40]) if changed else "")
        head = label.end() if label and span.start == first else 0
        found = _wrong(text, head, after=bool(wrong), other=inside)
        wrong += [(span.start + low, span.start + high) for low, high in found]
    if not opened:
        return None, []
    if label and not _WORD.search(body[first + label.end() : spans[0].end]):
        wrong.insert(0, (first, spans[0].end))
    return Notice(began, end=last, day=day), wrong


def _opens(label: re.Match[str]) -> bool:
    """Whether a label alone makes a notice: a note may be about anything, and "Corrections" a heading about prisons."""
    named = "note" not in label["label"].lower()
    return named and bool(_calendar(label["day"]) or label["sign"].strip(" )]") not in ("", "."))


def _changed(text: str, head: int = 0) -> re.Match[str] | None:
    found = _CHANGED.search(text, head)
    return found if found and not _is_quoted(text, found.start()) else None


def _speaks(text: str, *, inside: bool, leads: bool) -> bool:
    """Whether a sentence speaks of an error in the text around it; ``leads`` where its paragraph opens with it."""
    found = (
        _SELF.search(text) or (_AT_START.match(text) if leads else None) or (_ERROR.search(text) if inside else None)
    )
    return found is not None and not _is_quoted(text, found.start())


def _is_quoted(text: str, place: int) -> bool:
    """Whether a place is inside somebody's direct speech, who may speak of an article of a law."""
    before = text[:place]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _calendar(text: str) -> str:
    found = _CALENDAR.search(text)
    return found.group() if found else ""


def _wrong(text: str, head: int, *, after: bool, other: bool) -> list[tuple[int, int]]:
    """Return the characters of one sentence of a notice that are no evidence.

    Args:
        text: the sentence.
        head: where its words begin, behind the label.
        after: whether a sentence before it restated the error, so that it may say how that came about.
        other: whether the notice may speak of another text than the one it stands in ("a report on Tuesday said").
    """
    changed = _changed(text, head)
    cue = _SELF.search(text, head) or _ERROR.search(text, head) or (_REPORTED.search(text, head) if other else None)
    if cue is None and changed is None:
        explains = after and _EXPLAINS.search(text) and not re.search(_RIGHT, text, re.IGNORECASE)
        return [(0, len(text))] if explains else _tail(text, head)
    if changed is not None and (stated := _CORRECTED_TO.search(text, changed.end(), cue.start() if cue else len(text))):
        return [(0, stated.end()), *_tail(text, stated.end())]
    if cue is None:
        return [(0, len(text))]
    if _CONTRARY.match(text, head):
        comma = text.find(", ", cue.end())
        return [(0, comma + 2), *_tail(text, comma + 2)] if comma >= 0 else [(0, len(text))]
    instead = _INSTEAD.search(text, head)
    if instead and instead.start() < cue.start() and len(text[head : instead.start()].split()) > 1:
        return [(0, head), (instead.start(), len(text))]
    turn = _TURN.search(text, cue.end())
    return [(0, turn.end()), *_tail(text, turn.end())] if turn else [(0, len(text))]


def _tail(text: str, head: int) -> list[tuple[int, int]]:
    """Return the end of a sentence that says what the right value is not."""
    found = _NOT.search(text, head)
    return [(found.start(), len(text))] if found and text[head : found.start()].strip() else []
