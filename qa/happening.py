"""Which happening a time or a number in a sentence belongs to: what rose on Sunday is not what capsized.

No parser: a time goes with the nearest verb before it in its clause, one that opens its clause with the first verb
behind it; a number goes with the words of its clause. Where no verb is recognised nothing is said, so that a rule that
fails leaves things as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from qa import terms
from qa.lexicon import PAST_FORMS
from qa.questions import Query
from qa.terms import Term, likeness
from qa.types import TimeMention
from qa.values import Value

Belongs = Literal["asked", "other", "unknown"]
"""Whether a value is that of what the question asks about, of another happening, or not to be told."""

_MARKS = frozenset(',;:—–()"“”')
_BOUNDARIES = frozenset(
    "after before as while when whenever because which who that where and but though although if".split()
)
_MODALS = frozenset("will would may might can could shall should must to".split())
_AUXILIARIES = frozenset(
    (
        "is are was were be been being am has have had having do does did get gets got will would may might can could "
        "shall should must to not never also only still now then"
    ).split()
)
_DETERMINERS = frozenset("the a an this that these those its his her their our my of each every".split())
_BE = frozenset("is are was were be".split())
_ARRANGED = frozenset(
    terms.stem(word)
    for word in (
        "set plan schedule expect due fix slate postpone delay move advance reschedule slip begin start happen take "
        "occur hold agree go come"
    ).split()
)
"""Verbs that only place something in time: the talks *are set for* Monday, the opening *was moved* to April."""

_ASKING = frozenset(terms.stem(word) for word in "day date time year month week hour next".split())

_SHORTEST_PAST = 5
"""Letters of the shortest word whose "-ed" marks a past form."""

NAMED_FROM = 0.5
"""The share of what is asked about that a clause needs to name; before an arranging verb the whole sentence may."""


def belongs(query: Query, text: str, mention: TimeMention, *, context: str = "") -> Belongs:
    """Return whether a time in a sentence is that of what a question asks about.

    Args:
        query: the question; its content words that are no names say what it asks about.
        text: the sentence.
        mention: a time with offsets into ``text``.
        context: what stands around it, which tells that "norvia" is a name though it was typed in small letters.
    """
    asked = set(_asked(query, context))
    things = asked - _ARRANGED
    if not asked:
        return "unknown"
    found = [term for term in terms.terms(text) if not mention.start <= term.start < mention.end]
    clause = _clause([term for term in found if term.end <= mention.start][::-1])[::-1]
    verbs = _verbs(clause, nearest_last=True)
    if not verbs:
        behind = [term for term in found if term.start >= mention.end]
        following = _clause(behind[1:] if behind[:1] and behind[0].text == "," else behind)
        clause += following
        verbs = _verbs(following, nearest_last=False)
    if not verbs:
        return "unknown"
    if any(likeness(stem, verb.stem) for stem in things or asked for verb in verbs):
        return "asked"
    arranged = all(verb.stem in _ARRANGED or verb.low in _AUXILIARIES for verb in verbs)
    if not arranged and things == asked:
        return "other"
    around = [*clause, *(term for term in found if term.end <= mention.start)] if arranged else clause
    named = sum(any(likeness(stem, term.stem) for term in around if term.stem) for stem in things)
    if named > NAMED_FROM * len(things) or (arranged and named >= NAMED_FROM * len(things)):
        return "asked"
    return "unknown" if arranged else "other"


def counts(query: Query, text: str, value: Value, *, context: str = "") -> Belongs:
    """Return whether a number in a sentence is that of what a question asks about: of who died, not of who was aboard.

    It is told from the words of its clause; those that are counted themselves do not tell ("people"). What "how many"
    asks of them comes first: "how many people died in the fire" is no question about the fire.
    """
    things = [stem for stem in _asked(query, context) if stem not in query.counted]
    things = things[:1] if query.slot == "how_many" else things
    if not things:
        return "unknown"
    found = terms.terms(text)
    clause = _clause([term for term in found if term.start < value.end][::-1])
    clause += _clause([term for term in found if term.start >= value.end])
    named = sum(any(likeness(stem, term.stem) for term in clause if term.stem) for stem in things)
    return "asked" if named > NAMED_FROM * len(things) else "unknown" if named else "other"


def _asked(query: Query, context: str) -> list[str]:
    """Return the stems of what a question asks about, in order: content words, no names, times or numbers."""
    unsaid = _ASKING | _names(context)
    content = (term.stem for term in query.timeless if not term.capital and not term.stem[:1].isdigit())
    return [stem for stem in dict.fromkeys(content) if stem not in unsaid]


@lru_cache(maxsize=256)
def _names(text: str) -> frozenset[str]:
    """Return the stems that a text writes with a capital letter inside a sentence, and never without."""
    found = terms.terms(text)
    inside = {term.stem for before, term in pairwise(found) if term.capital and before.stem and not before.capital}
    return frozenset(inside - {term.stem for term in found if not term.capital})


def _clause(found: Sequence[Term]) -> list[Term]:
    """Return the terms up to the end of the clause, in the order given."""
    for place, term in enumerate(found):
        clock = term.text == ":" and all(other.low[:1].isdigit() for other in found[max(0, place - 1) : place + 2 : 2])
        if place and (term.low in _BOUNDARIES or (term.text in _MARKS and not clock)):
            return list(found[:place])
    return list(found)


def _verbs(clause: Sequence[Term], *, nearest_last: bool) -> list[Term]:
    """Return the verb nearest to the end or the beginning of a clause, with the one that it hangs on ("plans to open").

    A verb is known by its form or by what stands before it; a bare auxiliary counts where there is no other. What only
    stands behind "to" may be a noun ("open to traffic"), so the verb before it counts as well.
    """
    places = [place for place in range(len(clause)) if _verbal(clause, place)]
    if not places:
        return [term for term in clause if term.low in _BE][:1]
    if not nearest_last:
        return [clause[places[0]]]
    unsure = clause[places[-1]].low not in PAST_FORMS and clause[places[-1] - 1].low == "to"
    return [clause[place] for place in places[-2 if unsure else -1 :]]


def _verbal(clause: Sequence[Term], place: int) -> bool:
    """Tell whether a word is a verb: a past form, or a word behind a modal or "to"."""
    term, previous = clause[place], clause[place - 1] if place else None
    if not term.content or term.capital or term.low in _AUXILIARIES or term.low[:1].isdigit():
        return False
    if previous is not None and previous.low in _DETERMINERS:
        return False
    past = (term.low.endswith("ed") and len(term.low) >= _SHORTEST_PAST) or term.low in PAST_FORMS
    return past or (previous is not None and previous.low in _MODALS)
