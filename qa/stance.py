"""How a claim and a text take what they say: denied or not, fact or plan, over whose word, under which hedge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa import facts, terms
from qa.alignment import Finding, Pairing, Parts, within
from qa.lexicon import PAST_FORMS
from qa.polarity import FIRMER, NEGATIVE_PHRASES, NEGATIVE_VERBS, Mark, new_predicate
from qa.types import TimeMention

HEDGES = frozenset(
    "not never no none nobody neither nor without nearly almost reportedly allegedly purportedly supposedly unlikely"
    " if unless false falsely fake hoax myth rumour rumor rumours rumors alleged suspected so-called potential proposed"
    " possible former hypothetical attempted failed would-be fictional draft unconfirmed disputed denied"
    " vice deputy acting interim ex assistant few little".split()
)
"""Unmatched in the carrying clause, one of these changes what the clause says."""

_TURNED_SHARE = 0.2
"""A lone word that is denied among many that are not leaves a doubt only: it may belong to another clause."""
_ACCUSING = frozenset(terms.stem(verb) for verb in ("accuse", "charge", "suspect", "allege", "blame"))
_BE = frozenset("is are was were be been being get gets got".split())
_REFUSALS = frozenset(terms.stem(verb) for verb in ("refuse", "decline"))
_CONDITIONS = frozenset(("if", "unless", "except", "excluding"))

_ADJECTIVAL = frozenset(
    "false fake hoax alleged suspected so-called potential proposed possible former hypothetical attempted failed"
    " would-be fictional draft unconfirmed disputed denied"
    " vice deputy acting interim ex assistant few little".split()
)


def polarity(pair: Pairing) -> Iterator[Finding]:
    """A word that is denied on one side only turns the claim; a name alone leaves it in doubt."""
    compared = list(_marked(pair))
    turned = [two for two in compared if two.ours.negated != two.theirs.negated]
    if not turned:
        return
    firm = [two for two in turned if not two.name] if len(turned) >= _TURNED_SHARE * len(compared) else []
    worst = (firm or turned)[0]
    side = "text" if worst.theirs.negated else "claim"
    yield Finding("against" if firm else "weaker", f"{worst.text!r} is denied in the {side} only")


def modality(pair: Pairing) -> Iterator[Finding]:
    """A claim may not be firmer than its text: "will" from "may", "did" from "will"."""
    compared = [two for two in _marked(pair) if not two.name and not (two.theirs.negated and two.refused)]
    firmer = [two for two in compared if (two.ours.modality, two.theirs.modality) in FIRMER]
    if firmer and len(firmer) * 2 >= len(compared):
        worst = firmer[0]
        yield Finding(
            "weaker", f"{worst.text!r}: {worst.ours.modality} in the claim, {worst.theirs.modality} in the text"
        )


@dataclass(frozen=True, slots=True)
class _Marked:
    """A word or date of the claim with its mark and that of the word or date of the text it is laid against."""

    text: str
    name: bool
    ours: Mark
    theirs: Mark
    refused: bool = False
    """Whether the claim says that somebody refused to: that was only asked for, however firm the text's words."""


def _marked(pair: Pairing) -> Iterator[_Marked]:
    """Yield every aligned word and date with both marks; verbs of denying and reporting aside."""
    asserting = facts.asserting(pair)
    for link in pair.links:
        term = pair.claim.terms[link.claim]
        if link.sentence not in asserting:
            continue
        if term.stem in NEGATIVE_VERBS or term.stem in terms.REPORTING_STEMS:
            continue
        theirs = pair.carriers[link.sentence].marks[link.term]
        yield _Marked(
            term.text,
            term.capital and link.claim > 0,
            pair.claim.marks[link.claim],
            theirs,
            _refused(pair.claim, link.claim),
        )
    for mention in pair.claim.times:
        ours = pair.claim.marks[pair.claim.term_at(mention.start)]
        dated = [(parts, other) for parts in pair.carriers for other in parts.times if within(other, mention)]
        alike = [two for two in dated if _of_statement(*two) == _of_statement(pair.claim, mention)]
        for parts, other in alike or dated:
            yield _Marked(mention.text, False, ours, parts.marks[parts.term_at(other.start)])


def _refused(parts: Parts, index: int) -> bool:
    """Whether a word stands in what somebody refused to do."""
    if not parts.marks[index].negated:
        return False
    return any(one.stem in _REFUSALS and other.low == "to" for one, other in pairwise(parts.terms[:index]))


def _of_statement(parts: Parts, mention: TimeMention) -> bool:
    """Whether a date is that of the saying ("said on Monday that …"), not of what is said."""
    return bool(parts.quotes) and all(
        not quote.content_start <= mention.start < quote.content_end for quote in parts.quotes
    )


_ALL = frozenset("all every everyone everybody each both always entire whole".split())
_FEW = frozenset("few little fewer no".split())
_MANY = frozenset("many much most all numerous".split())


def quantifiers(pair: Pairing) -> Iterator[Finding]:
    """All is not some: a quantifier before an aligned word that the text does not share."""
    if _ALL & {term.low for term in pair.claim.terms} and not any(
        _ALL & {term.low for term in parts.terms} for parts in pair.carriers
    ):
        yield Finding("weaker", "the claim says all, the text does not")
    for link in pair.links:
        ours = _quantifier(pair.claim, link.claim)
        theirs = _quantifier(pair.carriers[link.sentence], link.term)
        if (ours in _FEW and theirs in _MANY) or (ours in _MANY and theirs in _FEW):
            yield Finding("against", f"{ours!r} in the claim, {theirs!r} in the text")
            return


def _quantifier(parts: Parts, index: int) -> str:
    return parts.terms[index - 1].low if index else ""


def hedges(pair: Pairing) -> Iterator[Finding]:
    """A "nearly", "alleged", "if" or "called off" about the matched words of a carrier that the claim does not have."""
    ours = {term.low for term in pair.claim.terms} | {term.stem for term in pair.claim.terms}
    excused = {_hedge(pair.claim, index) for index in range(len(pair.claim.terms))}
    asserting = facts.asserting(pair)
    for number, parts in enumerate(pair.carriers):
        if number not in asserting:
            continue
        places = {link.term for link in pair.links if link.sentence == number}
        for index, term in enumerate(parts.terms):
            sort = _hedge(parts, index)
            if not sort or sort in excused or term.low in ours or (term.stem and term.stem in ours):
                continue
            if _governs(parts, index, places):
                yield Finding("weaker", f"{term.text!r} in the text is not in the claim")
                return


def _hedge(parts: Parts, index: int) -> str:
    """Return the sort of hedge that a term is, "" when it is none."""
    term = parts.terms[index]
    before = parts.terms[index - 1].low if index else ""
    following = parts.terms[index + 1].low if index + 1 < len(parts.terms) else ""
    if term.low in _CONDITIONS:
        return "condition"
    if (term.low == "until" and (not before or before == ";")) or (term.low, following) == ("used", "to"):
        return "past"
    if term.low in _ADJECTIVAL:
        return "" if before in ("a", "quite", "how") and term.low in ("few", "little") else "adjective"
    if term.stem in _ACCUSING and _is_undoing(parts, index):
        return "accusation"
    if term.low in HEDGES or term.low.endswith("n't") or _is_undoing(parts, index):
        return "denial"
    return ""


def _is_undoing(parts: Parts, index: int) -> bool:
    """Whether a verb undoes its object or puts it in doubt: cancelled, ruled out, accused of."""
    term = parts.terms[index]
    following = parts.terms[index + 1].low if index + 1 < len(parts.terms) else ""
    if (term.low, following) in NEGATIVE_PHRASES:
        return True
    before = parts.terms[index - 1].low if index else ""
    verb = (
        term.low.endswith(("ed", "ing")) or term.low in PAST_FORMS or before in ("will", "would", "to", "may", "might")
    )
    return verb and (term.stem in NEGATIVE_VERBS or term.stem in _ACCUSING)


def _governs(parts: Parts, index: int, places: set[int]) -> bool:
    """Whether a hedge is about a matched word: a condition about any, an adjective the next two, a verb its clause."""
    term = parts.terms[index]
    if term.low in _CONDITIONS:
        return bool(places)
    if term.low in _ADJECTIVAL:
        stop = next((place for place in range(index, len(parts.terms)) if parts.terms[place].text in ",;:"), None)
        following = [place for place in range(index + 1, len(parts.terms)) if parts.terms[place].content][:2]
        following = [place for place in following if stop is None or place < stop]
        return any(place in places for place in following)
    first = 0 if _is_undoing(parts, index) else index + 1
    clause = parts.marks[index].clause
    last = next((place for place in range(index + 1, len(parts.terms)) if new_predicate(parts.terms, place)), None)
    if last is not None and not any(other.low in _BE for other in parts.terms[max(0, index - 3) : index]):
        first = index + 1  # the doer goes on to do something else, which is not undone
    return any(
        place in places and parts.marks[place].clause == clause and not (parts.terms[place].capital and place)
        for place in range(first, last or len(parts.terms))
    )
