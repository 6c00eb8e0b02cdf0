"""The short answer, and which characters of the article hold it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa import dates, names, reading, verdicts
from qa.extracts import Extract
from qa.questions import Query
from qa.types import Citation, Place, TimeMention
from qa.values import Value

VALUE_WORDS = 3
"""A longer phrase for a number gives way to the one value in it."""

SHORT_WORDS = 15
"""The longest short answer, in words; what is longer is a sentence."""

FULL_NAME = 2
"""Words of a name that a single name in a short answer grows to, besides what a storm or a prince is called."""

_STYLES = r"(?:(?:Prince|Princess|King|Queen|Pope|Hurricane|Typhoon|Cyclone|Saint|Mount|Lake)\s+)"


@dataclass(frozen=True, slots=True)
class Short:
    """A short answer in absolute dates, "" for none, and where it stands in the extract's article, if it does.

    ``start`` and ``end`` are offsets into the body; both 0 where it is not there in these words ("Yes").
    """

    text: str
    start: int = field(kw_only=True, default=0)
    end: int = field(kw_only=True, default=0)


def short(query: Query, phrase: str, extract: Extract) -> Short:
    """Return the short answer; an empty one when the phrase is a sentence rather than a short answer."""
    if query.slot == "yes_no" or verdicts.is_word(phrase):
        return Short("")  # whether a verdict is shown is decided in one place: qa.verdicts
    if query.slot == "when":
        mentions = dates.resolve(extract.text, extract.article.dated)
        said = [mention for mention in mentions if mention.earliest and mention.text.casefold() in phrase.casefold()]
        if said:
            longest = max(said, key=lambda mention: len(mention.text))
            held = extract.start + longest.start, extract.start + longest.end
            return Short(dates.spoken(longest.value), start=held[0], end=held[1])
    if query.slot in ("how_many", "how_much") and len(phrase.split()) > VALUE_WORDS:
        given = [value for value in reading.values_in(query, extract) if isinstance(value, Value)]
        given = [value for value in given if value.text in phrase]
        if len(given) == 1:
            return valued(given[0], extract)
    if not 0 < len(phrase.split()) <= SHORT_WORDS:
        first = reading.values_in(query, extract)[:1]
        return valued(first[0], extract) if first else Short("")
    full = phrase if query.slot in reading.VALUED else full_name(query, phrase, extract)
    return located(full, extract, part=phrase)


def full_name(query: Query, phrase: str, extract: Extract) -> str:
    """Return the full name for a single one: "Lavrov" is Sergei Lavrov where the sentence says so, else the phrase.

    Of persons what stands around the sentence tells it too. A place is left alone, for "United Norvia" may be a party,
    and no name grows beyond its last word.
    """
    if not re.fullmatch(r"[A-Z][\w'’-]+", phrase):
        return phrase
    styled = re.search(rf"\b{_STYLES}{re.escape(phrase)}(?![\w-])", extract.text)
    if styled or query.slot == "where":
        return styled.group() if styled else phrase
    around = (extract.article.headline, reading.passage(extract.evidence)) if query.slot == "who" else ()
    for text in (extract.text, *around):
        for name in names.find(text):
            words = name.text.split()
            if len(words) == FULL_NAME and words[-1] == phrase and words[0][:1].isupper():
                return name.text
    return phrase


def located(text: str, extract: Extract, *, part: str = "") -> Short:
    """Return a short answer with the characters of the extract that hold it, or at least the ``part`` of it there."""
    for wanted in (text, part):
        found = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", extract.text, re.I) if wanted else None
        if found:
            return Short(text, start=extract.start + found.start(), end=extract.start + found.end())
    return Short(text)


def valued(value: TimeMention | Value | str, extract: Extract) -> Short:
    """Return a value that was read in the extract's sentence, in words, with its characters."""
    said = reading.spoken(value)
    if isinstance(value, str):
        return located(said, extract)
    return Short(said, start=extract.start + value.start, end=extract.start + value.end)


def place(found: Short, extract: Extract, citations: Sequence[Citation]) -> Place | None:
    """Return which characters of which citation's article hold a short answer; None where none does."""
    if found.start == found.end:
        return None
    for cited in citations:
        if cited.article.id == extract.article.id and cited.start <= found.start and found.end <= cited.end:
            return Place(cited.number, start=found.start, end=found.end)
    return None
