"""What a question asks for, read without a model: its kind of answer, its terms, its time, whether it stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from qa import terms, windows
from qa.errors import InputError, QuestionError
from qa.terms import Term, likeness
from qa.types import Moment, TimeMention, latest_instant
from qa.windows import Order, Window

Amount = Literal["", "percent", "money", "measure"]
"""The sort of number that would answer a question."""

Slot = Literal["when", "where", "who", "how_many", "how_much", "yes_no", "why", "other"]
"""The kind of thing that would answer a question."""

_MEASURES = (
    r"(?:price|cost|rate|fine|fee|cap)\b"
    r"(?=\s*(?:$|[?,]|(?:of|for|in|on|at|now|last|today|this|as|does|did|is|was|set by)\b))"
)
_ABOUT = (
    r"(?:of|for|about|behind|after|before|with|on|in|to|from|by|say|says|said|do|does|did|will|would|reason|caused?)\b"
)
_SLOTS: tuple[tuple[Slot, str], ...] = (
    ("when", r"\b(?:when|what (?:date|day|time|year|month)|which (?:date|day|year|month)|how (?:soon|long ago))\b"),
    (
        "how_many",
        r"\bhow many\b|\bwhat (?:number|share|percentage|proportion)\b|\b(?:what (?:is|was) the )?death toll\b",
    ),
    (
        "how_much",
        r"\bhow (?:much|high|low|big|large|far|long|old|tall|fast)\b"
        rf"|\bwhat (?:is |was |are |were )?(?:(?!{_ABOUT})[\w’'-]+ ){{0,5}}?{_MEASURES}",
    ),
    ("where", r"\bwhere\b|\b(?:what|which) (?:city|country|town|place|state|region|village|venue)\b"),
    ("who", r"\bwho\b|\bwhom\b|\bwhose\b|\bwhich (?:person|politician|player|actor|actress|singer|minister|leader)\b"),
    ("why", r"\bwhy\b|\bwhat (?:caused|led to)\b"),
)
_AMOUNTS: tuple[tuple[Amount, str], ...] = (
    (
        "percent",
        r"\bpercent(?:age)?\b|\bper cent\b|\bwhat share\b|\b(?:key|interest|jobless|unemployment) rate\b|\binflation\b",
    ),
    (
        "money",
        r"\bhow (?:much|high)\b.*\b(?:pay|paid|worth|spent|spend|earn)\b|\b(?:price|cost|fine|fee)\b",
    ),
    ("measure", r"\bhow (?:long|far|old|tall|fast)\b"),
)
_OPEN: tuple[Slot, str] = ("other", r"\b(?:what|which|how)\b")
_YES_NO = re.compile(
    r"^(?:and |but |so )?(?:is|are|was|were|has|have|had|do|does|did|will|would|can|could|should|may|might|ca|wo)"
    r"(?:n['’]t)?\b",
    re.I,
)
_VERBS = frozenset("are is was were did do does have has had will would can could died killed went fought live".split())
_ASKING = frozenset(
    (
        "latest now currently say says said according name called happen happened please many much percentage percent"
    ).split()
)
_ELLIPTIC = re.compile(
    r"^(?:and|but|so|what about|how about|then|also)\b|"
    r"\b(?:he|she|they|him|her|them|his|hers|their|theirs|it|its|this|that|these|those|there|the same|one)\b",
    re.I,
)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]|[\U000e0000-\U000e007f]"
)

_ANY_DAY = date(2000, 1, 1)
"""Which words are an as-of does not depend on the day."""


@dataclass(frozen=True, slots=True)
class Query:
    """An analysed question, ``text`` without the words of an as-of of its own, so that it is searched as one without.

    ``terms`` are its content words with their weights, each stem once.
    ``as_of`` is the moment to look from: the one given or, where the question says "as of 28 March" itself, the
    earlier of both.
    """

    text: str
    as_of: Moment = field(kw_only=True)
    slot: Slot = field(kw_only=True)
    terms: tuple[Term, ...] = field(kw_only=True)
    times: tuple[TimeMention, ...] = field(kw_only=True, default=())
    amount: Amount = field(kw_only=True, default="")
    """The sort of number asked for, "" where any would do."""
    counted: tuple[str, ...] = field(kw_only=True, default=())
    """Stems of what "how many" counts: the content words up to the verb."""
    asked: str = field(kw_only=True, default="")
    """The question with the words of its as-of, where it has one."""
    window: Window | None = field(kw_only=True, default=None)
    """The time that the question names; it narrows what is looked at, and never reaches beyond ``as_of``."""
    order: Order | None = field(kw_only=True, default=None)
    """Whether the latest or the first of several values is asked for."""

    @property
    def before(self) -> datetime:
        """The last instant (UTC) from which an article may be read."""
        return latest_instant(self.as_of)

    def covered_by(self, text: str) -> float:
        """Return the share, by weight, of the question's content words that a text has; 0…1, 1 for a question of none.

        Words of one stem, one group of synonyms or one family count as the same, the less alike the less.
        """
        return _share(self.terms, text)

    @property
    def timeless(self) -> tuple[Term, ...]:
        """The content words that are no part of a time."""
        days = {term.stem for mention in self.times for term in terms.terms(mention.text)}
        return tuple(term for term in self.terms if term.stem not in days)

    def told_by(self, text: str) -> float:
        """Return the share as :meth:`covered_by`, of the words that are no part of a time."""
        return _share(self.timeless, text)

    def asserted_by(self, text: str) -> float:
        """Return the same share for the words that are no names: of "has Putin refused to meet", refused and meet."""
        return _share([term for term in self.terms if not term.capital], text)


def _share(wanted: Sequence[Term], text: str) -> float:
    stems = {term.stem for term in terms.terms(text) if term.stem}
    whole = sum(term.weight for term in wanted)
    found = sum(term.weight * max((likeness(term.stem, stem) for stem in stems), default=0) for term in wanted)
    return found / whole if whole else 1.0


def clean(question: str, *, limit: int) -> str:
    """Return the question without control, zero-width and bidirectional characters, in single spaces.

    Raises:
        QuestionError: nothing readable is left, or it is longer than ``limit`` characters.
    """
    text = " ".join(_CONTROL.sub(lambda found: " " if found.group() < " " else "", question).split())
    if not any(sign.isalnum() for sign in text):
        raise QuestionError(f"the question {question[:60]!r} is empty: ask something such as 'when do the talks start'")
    if len(text) > limit:
        raise QuestionError(
            f"the question has {len(text):,} characters, beginning {text[:40]!r}: shorten it to {limit:,}"
        )
    return text


def parse_as_of(value: str | Moment | None) -> Moment:
    """Return an as-of moment: now for None, a whole day for a bare ISO date, an instant for an ISO date and time.

    Raises:
        InputError: the text is no ISO 8601 date, or one outside the years 1000 to 9998.
    """
    if value is None:
        return datetime.now(UTC)
    if isinstance(value, date):
        return value
    text = value.strip().replace("/", "-")
    try:
        moment: Moment = date.fromisoformat(text) if len(text) == len("2022-03-28") else datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"as-of date {value!r} is not a date: write it like 2022-03-28 or 2022-03-28T18:00") from error
    if not 1000 <= moment.year <= 9998:
        raise InputError(f"as-of date {value!r} is outside the years 1000 to 9998: write it like 2022-03-28")
    return moment


def slot_of(question: str) -> Slot:
    """Return the kind of thing that would answer ``question``, from its first question word.

    "What did she say when it closed" asks for words, not for a time; of two readings of one word the narrower counts.
    """
    lowered = question.lower()
    if _YES_NO.search(lowered):
        return "yes_no"
    found = [
        (match.start(), order, slot)
        for order, (slot, pattern) in enumerate((*_SLOTS, _OPEN))
        if (match := re.search(pattern, lowered))
    ]
    return min(found)[2] if found else "other"


def content(text: str, times: Sequence[TimeMention] = ()) -> tuple[Term, ...]:
    """Return the content words of a text, each stem once, in order.

    The words of relative times ("this week") are left out: an article of that week does not say so.
    """
    relative = [(mention.start, mention.end) for mention in times if not any(sign.isdigit() for sign in mention.text)]
    found: dict[str, Term] = {}
    for term in terms.terms(text):
        inside = any(start <= term.start < end for start, end in relative)
        if term.content and term.low not in _ASKING and not inside:
            found.setdefault(term.stem, term)
    return tuple(found.values())


def analyse(question: str, *, as_of: Moment) -> Query:
    """Read a cleaned question against its as-of date, which an as-of in the question's words can only narrow."""
    named = windows.read(question, as_of)
    return Query(
        named.topic,
        as_of=named.as_of,
        slot=slot_of(named.topic),
        terms=content(named.topic, named.times if named.topic == question else ()),
        times=named.times,
        counted=_counted(named.topic),
        amount=next((amount for amount, pattern in _AMOUNTS if re.search(pattern, named.topic, re.I)), ""),
        asked=question if named.topic != question else "",
        window=named.window if named.times else None,  # an as-of bounds what is read, not what is asked about
        order=named.order,
    )


def _counted(question: str) -> tuple[str, ...]:
    """Return the stems of what is counted: in "how many rescue boats went out", of rescue and boats."""
    found = re.search(r"\bhow many\s+(?:more\s+|other\s+)?((?:[\w’'-]+\s*){1,4})", question, re.I)
    if found is None:
        return ()
    stems = []
    for term in terms.terms(found.group(1)):
        if not term.content or term.low in _VERBS:
            break
        stems.append(term.stem)
    return tuple(stems[:2])


MOST_NAMELESS = 3
"""Content words of the longest question without a name that may still be about what was talked of before."""


def leans_on_history(question: str) -> bool:
    """Tell whether a question may need the conversation before it to be understood.

    It does when it begins like a continuation or points back with a pronoun and names little, or names next to nothing;
    and it may when it is short and has no name ("how many people died?"): see :func:`stands_alone_too`.
    """
    topic = windows.read(question, _ANY_DAY).topic
    named = content(topic)
    if (_ELLIPTIC.search(topic) and len(named) <= 6) or len(named) <= 1:
        return True
    return len(named) <= MOST_NAMELESS and not any(term.capital for term in named)


def stands_alone_too(question: str) -> bool:
    """Tell whether a question that may lean on others points back to none of them: it is searched for as it is, too."""
    topic = windows.read(question, _ANY_DAY).topic
    return not _ELLIPTIC.search(topic) and len(content(topic)) > 1
