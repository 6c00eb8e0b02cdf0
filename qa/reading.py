"""What the extracts say for one question, read by code: where a phrase stands, what each claims, in which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from qa import conflicts, corrections, dates, frames, happening, orders, quotes, sentences
from qa.alignment import Parts
from qa.extracts import UNTIMELY_COST, Extract, timely
from qa.lexicon import STOPWORDS
from qa.questions import Query, Slot
from qa.support import Support
from qa.terms import fold, likeness, stem, terms
from qa.types import Evidence, Moment, TimeMention, earliest_instant, latest_instant
from qa.values import Value

GROUNDED_FROM = 0.7
"""The share of a phrase's content that a sentence must have to be taken as where the phrase comes from."""

STEMS_COUNT = 0.9
"""What the words of a phrase count where they stand apart or in another form."""

NEWS_LAG = 7
"""Days after an event in which news still tells of it."""

_NOT: dict[str, frozenset[str]] = {
    "": frozenset(),
    "percent": frozenset(("count", "money", "measure", "points", "score")),
    "money": frozenset(("percent", "points", "measure", "score")),
    "measure": frozenset(("percent", "points", "money", "score")),
}
"""Kinds of number that are no answer to a question after one sort; an unknown currency counts as a count."""

_TOLLS = {stem(word): "dead" for word in ("die", "dead", "kill", "death", "victim", "toll")} | {
    stem(word): "injured" for word in ("injure", "hurt", "wound")
}

ASSERTED_BONUS = 0.6
"""What a sentence with the very words that a yes-or-no question puts adds to its fit."""

UNTIMELY = 0.3
"""What a sentence loses that is of another time than the question names."""

TYPED_BONUS = 0.25
"""What a value of the kind asked for adds to a sentence's fit."""

ASKED_BONUS = 1.0
"""What a time or number of the very happening asked about adds to a sentence's relevance, a logit."""

COUNTED_BEFORE = 30
COUNTED_BEHIND = 40
"""Characters before and behind a number in which the thing it counts is named."""

PLAIN_WORDS = 45
"""The longest sentence of an article that is given as it is; a longer one is for the model to put plainly."""

_LEANING = re.compile(
    r"(?:he|she|it|they|his|her|its|their|this|that|these|those|there|here|such|both|neither|the (?:former|latter))\b",
    re.I,
)
_BRACKETED_DATE = re.compile(r"\s*\((?:the week of |from )?\d{1,2}[^()]{0,40}\b\d{4}\)")
DATELINE = re.compile(
    r"^(?:[A-Z][A-Z .'’-]{2,40}(?:,[^—–()]{1,40}?)?\s*(?:\([^()]{2,30}\)\s*)?[-–—]+\s+"
    r"|\((?:[A-Z]{2,8}|Reuters|Bloomberg)\)\s*[-–—]*\s*)"
    r"(?=[A-Z\"“‘'0-9])"
)
"""Where and by which agency a report was filed, before its first sentence."""

_OPENING = re.compile(
    r"^(?:but|and(?! so\b)|so(?! (?:far|long|many|much|little|few|called)\b|-)|however|meanwhile|also|still|yet|then)\b"
    r",?\s+",
    re.I,
)
VALUED: dict[Slot, conflicts.Slot] = {"when": "when", "how_many": "how_many", "how_much": "how_much"}
"""The slots whose answers are typed values, which can be compared."""


def context(extract: Extract) -> str:
    """Return the headline and passage around an extract, which say what its sentence is about."""
    return f"{extract.article.headline}\n{passage(extract.evidence)}"


def passage(found: Evidence) -> str:
    """Return the text of a passage with blanks for what a notice in it restates as an error; offsets stay."""
    return corrections.evidence(found.article, found.passage.start, found.passage.end)


def fit(query: Query, extract: Extract) -> float:
    """Return how near a sentence is to the question: by meaning, by words, by the value it gives; about 0…2."""
    near = extract.similarity + 0.6 * query.covered_by(extract.text) + 0.4 * query.covered_by(context(extract))
    near -= 0.0 if timely(query, extract) else UNTIMELY
    if query.slot == "yes_no":
        return near + ASSERTED_BONUS * query.asserted_by(extract.text)
    return near + (TYPED_BONUS if query.slot in VALUED and value_in(query, extract) else 0.0)


def share_of(phrase: str, text: str) -> float:
    """Return the share, by weight, of a phrase's content that stands in a text; 1 only when it stands there whole.

    Stems count for less than the words: "Brazilian" is near to Brazil, and not it.
    """
    if not phrase:
        return 0.0
    plain = " ".join(fold(text).split())
    if re.search(rf"(?<!\w){re.escape(' '.join(fold(phrase).split()))}(?!\w)", plain):
        return 1.0
    wanted = [term for term in terms(phrase) if term.content]
    have = {term.stem for term in terms(text) if term.stem}
    whole = sum(term.weight for term in wanted)
    if not whole or any(term.stem not in have for term in wanted if term.stem[:1].isdigit()):
        return 0.0
    return STEMS_COUNT * sum(term.weight for term in wanted if term.stem in have) / whole


def best_by_question(query: Query, chosen: Sequence[Extract]) -> list[Extract]:
    """Return the extracts, the most relevant first; for a yes or no those that assert or deny what is asked."""
    if query.slot == "yes_no":
        return sorted(chosen, key=lambda extract: -fit(query, extract))
    late = {extract: 0.0 if timely(query, extract) else UNTIMELY_COST for extract in chosen}
    told = {extract: ASKED_BONUS if of_what_is_asked(query, extract) else 0.0 for extract in chosen}
    return sorted(chosen, key=lambda extract: late[extract] - told[extract] - extract.relevance)


def speaker(extract: Extract) -> str:
    """Return who says what the sentence reports, a pronoun resolved within the passage; "" for the outlet itself."""
    first = extract.evidence.passage.start
    start, end = extract.start - first, extract.end - first
    return next((quote.speaker for quote in quotes.find(passage(extract.evidence)) if start <= quote.start < end), "")


def naming(extract: Extract, said_by: str) -> tuple[int, int] | None:
    """Return the sentence before one that names its speaker, where its own does not: who names them cites it."""
    last = said_by.split()[-1] if said_by else ""
    if not last or last in extract.text:
        return None
    body = corrections.evidence(extract.article)
    named = re.compile(rf"(?<!\w){re.escape(last)}(?!\w)")
    before = [span for span in sentences.split(body) if span.end <= extract.start]
    found = [span for span in before if named.search(body, span.start, span.end)]
    found = [span for span in found if not orders.within(body, span.start, span.end)]
    return (found[-1].start, found[-1].end) if found else None


def worded(extract: Extract) -> str:
    """Return the sentence as an answer says it: absolute dates, no dateline, no opening conjunction, else verbatim."""
    text = dates.absolute(extract.text, dates.resolve(extract.text, extract.article.dated))
    text = _OPENING.sub("", DATELINE.sub("", " ".join(text.split())))
    text = _closed(text[:1].upper() + text[1:])
    text = text if text[-1:] in ".!?”\"'’" else text + "."
    said_by = speaker(extract)
    if said_by and text[:1] in '“"' and said_by.split()[-1].casefold() not in text.casefold():
        return f"{said_by}: {text}"
    return text


def _closed(text: str) -> str:
    """Return a sentence out of a longer quotation with the mark that its neighbours have."""
    opening, closing = text.count("“"), text.count("”")
    straight = text.count('"') % 2
    if opening > closing or (straight and text.startswith('"')):
        return text + ("”" if opening > closing else '"')
    if closing > opening or (straight and text.endswith('"')):
        return ("“" if closing > opening else '"') + text
    return text


def value_in(query: Query, extract: Extract) -> str:
    """Return the first value of the kind asked for that a sentence gives, in absolute dates; "" without one."""
    given = values_in(query, extract)
    return spoken(given[0]) if given else ""


def values_in(query: Query, extract: Extract) -> tuple[TimeMention | Value | str, ...]:
    """Return the values of the kind asked for that a sentence gives: those of what is asked about, else all."""
    return of_what_is_asked(query, extract) or of_kind(query, extract)


def of_what_is_asked(query: Query, extract: Extract) -> tuple[TimeMention | Value | str, ...]:
    """Return the times and numbers in a sentence that are those of what a question asks about, by their clause."""
    return tuple(value for value in of_kind(query, extract) if _belongs(query, extract, value) == "asked")


def of_something_else(query: Query, extract: Extract) -> bool:
    """Tell whether a sentence has numbers of the kind asked for, and each is plainly of another thing."""
    given = of_kind(query, extract)
    return query.slot != "when" and bool(given) and all(_belongs(query, extract, one) == "other" for one in given)


def _belongs(query: Query, extract: Extract, value: TimeMention | Value | str) -> happening.Belongs:
    around = passage(extract.evidence)
    if isinstance(value, TimeMention):
        return happening.belongs(query, extract.text, value, context=around)
    return happening.counts(query, extract.text, value, context=around) if isinstance(value, Value) else "unknown"


def of_kind(query: Query, extract: Extract) -> tuple[TimeMention | Value | str, ...]:
    """Return the values of the kind asked for that a sentence gives; of numbers, those that count what is asked."""
    slot = VALUED.get(query.slot)
    if slot is None:
        return ()
    given = conflicts.values_of(slot, extract.text, extract.article.dated)
    given = tuple(value for value in given if not isinstance(value, Value) or value.kind not in _NOT[query.amount])
    parts = Parts(extract.text, extract.article.dated)
    left = tuple(value for value in given if isinstance(value, Value) and frames.frame(parts, value) == "start")
    if len(left) < len(given):
        given = tuple(value for value in given if value not in left)  # "lowered from 4.5% to 4.25%": it is 4.25%
    if not query.counted:
        return given
    return tuple(
        value
        for value in given
        if isinstance(value, Value) and _same_toll(query, value) and _counts(query, extract.text, value)
    )


def _same_toll(query: Query, value: Value) -> bool:
    """Tell whether a number of dead or injured is of those that the question asks for."""
    asked = {toll for term in query.terms if (toll := _TOLLS.get(term.stem))}
    return not asked or value.unit not in _TOLLS.values() or value.unit in asked


def _counts(query: Query, text: str, value: Value) -> bool:
    """Tell whether what stands around a number, in its clause, is what the question counts."""
    around = terms(text[max(0, value.start - COUNTED_BEFORE) : value.end + COUNTED_BEHIND])
    stems = {term.stem for term in around if term.stem}
    return any(likeness(counted, stem) for counted in query.counted for stem in stems)


def spoken(value: TimeMention | Value | str) -> str:
    """Return a claimed value in words: a date in full, a number as the text has it."""
    if isinstance(value, TimeMention):
        return dates.spoken(value.value)
    return value if isinstance(value, str) else value.text


def speaks_for_itself(extract: Extract) -> bool:
    """Tell whether a sentence can stand alone in an answer: not too long, and not leaning on the one before it."""
    words = extract.text.split()
    return len(words) <= PLAIN_WORDS and not _LEANING.match(_OPENING.sub("", extract.text))


def dated(text: str, written: Moment | None) -> str:
    """Return a drafted sentence in absolute dates, read as of the day of the article that carries it.

    A day in brackets that the draft copied from the extract it read gives way to the wording of the answer.
    """
    bare = _BRACKETED_DATE.sub("", text)
    return " ".join(dates.absolute(bare, dates.resolve(bare, written)).split())


def attributed(text: str, found: Support) -> str:
    """Return a sentence with the speaker to whom the text ascribes it; "" when that is not what it lacks.

    A draft that states as fact what an article only reports is not thrown away: it is told as the speaker's word, and
    checked again.
    """
    if found.verdict != "partly" or not found.speaker or found.speaker.casefold() in text.casefold():
        return ""
    first, _, rest = text.partition(" ")
    lowered = first.lower() if first.lower() in STOPWORDS else first
    return f"According to {found.speaker}, {lowered} {rest}".rstrip()


def touches(mention: TimeMention, extract: Extract) -> bool:
    """Tell whether a sentence or its article is about the time of ``mention``; an undated one may be."""
    if mention.earliest is None or mention.latest is None or extract.article.dated is None:
        return True
    if mention.earliest <= latest_instant(extract.article.dated) and earliest_instant(
        extract.article.dated
    ) <= mention.latest + timedelta(days=NEWS_LAG):
        return True
    return any(
        found.earliest <= mention.latest and mention.earliest <= found.latest
        for found in extract.evidence.passage.times
        if found.earliest and found.latest
    )
