"""The typed comparisons behind the check: numbers, dates, names, polarity, modality, order of roles, who says it.

Each function looks at a claim, the sentences that carry it and the alignment between them, and returns findings. A
finding is ``against`` (the text says otherwise), ``missing`` (the text does not say) or ``weaker`` (the text says less:
only planned, only possible, only somebody's word). ``open`` is a doubt that a model may settle.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qa import names, terms, values
from qa.alignment import Link, Parts, typed_terms
from qa.lexicon import IRREGULAR
from qa.polarity import FIRMER, NEGATIVE_VERBS, Mark
from qa.terms import Term
from qa.types import TimeMention, earliest_instant, latest_instant
from qa.values import Value

Effect = Literal["against", "missing", "weaker", "open"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps a claim from being supported, in words for the trace."""

    effect: Effect
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """A claim, its carrying sentences (best first), the links between them, and the names of the whole text."""

    claim: Parts
    carriers: tuple[Parts, ...]
    links: tuple[Link, ...]
    around: tuple[Parts, ...]


_UNIT_REACH = 4
_OPPOSED = (
    ("before", "after"), ("from", "to"), ("over", "under"), ("above", "below"), ("with", "without"), ("until", "since"),
    ("for", "against"), ("more", "less"), ("more", "fewer"), ("by", "to"), ("into", "from"), ("to", "against"),
)  # fmt: skip
_OPPOSED_PAIRS = frozenset(_OPPOSED) | frozenset((right, left) for left, right in _OPPOSED)
_HEDGES = frozenset(
    "not never no none nobody neither nor without nearly almost reportedly allegedly purportedly supposedly unlikely"
    " if unless false falsely fake hoax myth rumour rumor rumours rumors alleged suspected so-called potential proposed"
    " possible former hypothetical attempted failed would-be fictional draft unconfirmed disputed denied".split()
)
"""Unmatched in the carrying clause, one of these changes what the clause says."""
_CONDITIONS = frozenset(("if", "unless"))
_ADJECTIVAL = frozenset(
    "false fake hoax alleged suspected so-called potential proposed possible former hypothetical attempted failed"
    " would-be fictional draft unconfirmed disputed denied".split()
)
_VERBAL_MARKERS = frozenset(
    "will would has have had did does do to can could may might should must not be been".split()
)
_BE = frozenset("is are was were be been being get gets got".split())


def numbers(pair: Pairing) -> Iterator[Finding]:
    """Each number of the claim must be in a carrier, as a value, and count the same thing there."""
    theirs = [(number, value) for number, parts in enumerate(pair.carriers) for value in parts.values]
    for value in pair.claim.values:
        rivals = [other for number, other in theirs if _same_thing(pair, value, number, other)]
        equal = [other for _, other in theirs if values.compatible(value, other)]
        if rivals and not any(values.compatible(value, other) for other in rivals):
            yield Finding("against", f"{value.text!r} in the claim, {rivals[0].text!r} in the text")
        elif not equal and not _literally(pair, value.text):
            yield Finding("missing", f"{value.text!r} is not in the text")


def _same_thing(pair: Pairing, value: Value, sentence: int, other: Value) -> bool:
    """Whether two numbers count the same: same kind and unit, and the noun after one is aligned with that of the other."""
    if value.kind != other.kind or value.unit != other.unit:
        return False
    ours = _counted(pair.claim, value)
    reach = _counted(pair.carriers[sentence], other)
    return any(link.sentence == sentence and link.claim in ours and link.term in reach for link in pair.links)


def _counted(parts: Parts, value: Value) -> frozenset[int]:
    """Return the indices of the first content terms after a number, in its clause: what it counts."""
    first = next((index for index, term in enumerate(parts.terms) if term.start >= value.end), len(parts.terms))
    found = []
    for index in range(first, min(first + _UNIT_REACH, len(parts.terms))):
        term = parts.terms[index]
        if term.text in ",;:.()" or term.low in ("and", "or") or (term.low[0].isdigit()):
            break
        if term.content:
            found.append(index)
    return frozenset(found[:2])


def _literally(pair: Pairing, text: str) -> bool:
    return any(text in parts.text for parts in pair.carriers)


def days(pair: Pairing) -> Iterator[Finding]:
    """Each date of the claim must contain a date of a carrier; one that does not even touch any is against it."""
    theirs = [mention for parts in pair.carriers for mention in parts.times if mention.earliest and mention.latest]
    for mention in pair.claim.times:
        if mention.earliest is None or mention.latest is None:
            if mention.kind == "DURATION" and not any(
                mention.value == other.value for parts in pair.carriers for other in parts.times
            ):
                yield Finding("missing", f"{mention.text!r} is not in the text")
            continue
        if any(_within(other, mention) for other in theirs) or _published_within(pair, mention):
            continue
        touching = [other for other in theirs if _touch(other, mention)]
        if touching:
            yield Finding("weaker", f"{mention.text!r} is narrower than {touching[0].text!r}")
        elif theirs:
            yield Finding("against", f"{mention.text!r} in the claim, {theirs[0].text!r} in the text")
        else:
            yield Finding("missing", f"{mention.text!r} is not in the text")


def _within(inner: TimeMention, outer: TimeMention) -> bool:
    if not (inner.earliest and inner.latest and outer.earliest and outer.latest):
        return False
    return outer.earliest <= inner.earliest and inner.latest <= outer.latest


def _touch(one: TimeMention, other: TimeMention) -> bool:
    if not (one.earliest and one.latest and other.earliest and other.latest):
        return False
    return one.earliest <= other.latest and other.earliest <= one.latest


def _published_within(pair: Pairing, mention: TimeMention) -> bool:
    """An undated sentence is dated by its article, as far as a month or a year of the claim goes."""
    if mention.earliest is None or mention.latest is None or (mention.latest - mention.earliest).days < 27:
        return False
    if any(parts.times for parts in pair.carriers):
        return False
    return any(
        parts.written is not None
        and mention.earliest <= earliest_instant(parts.written)
        and latest_instant(parts.written) <= mention.latest
        for parts in pair.carriers
    )


def persons(pair: Pairing) -> Iterator[Finding]:
    """Each name of the claim must be in a carrier, or in the text around it."""
    near = [name.words for parts in pair.carriers for name in parts.names]
    around = [name.words for parts in pair.around for name in parts.names]
    spelled = {
        names.spelling(term.low) for parts in (*pair.carriers, *pair.around) for term in parts.terms if term.stem
    }
    stems = {term.stem for parts in (*pair.carriers, *pair.around) for term in parts.terms if term.stem}
    for name in pair.claim.names:
        if not name.sure or any(names.same(name.words, other) for other in near):
            continue
        if any(names.same(name.words, other) for other in around):
            continue
        if all(names.spelling(word) in spelled or terms.stem(word) in stems for word in name.words):
            continue
        yield Finding("missing", f"{name.text!r} is not in the text")


def polarity(pair: Pairing) -> Iterator[Finding]:
    """A word that is denied on one side only turns the claim; a name alone leaves it in doubt."""
    turned = [two for two in _marked(pair) if two.ours.negated != two.theirs.negated]
    if not turned:
        return
    firm = [two for two in turned if not two.name]
    worst = (firm or turned)[0]
    side = "text" if worst.theirs.negated else "claim"
    yield Finding("against" if firm else "weaker", f"{worst.text!r} is denied in the {side} only")


def modality(pair: Pairing) -> Iterator[Finding]:
    """A claim may not be firmer than its text: "will" from "may", "did" from "will"."""
    compared = [two for two in _marked(pair) if not two.name]
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


def _marked(pair: Pairing) -> Iterator[_Marked]:
    """Yield every aligned word and date with both marks; verbs of denying and reporting aside."""
    for link in pair.links:
        term = pair.claim.terms[link.claim]
        if term.stem in NEGATIVE_VERBS or term.stem in terms.REPORTING_STEMS:
            continue
        theirs = pair.carriers[link.sentence].marks[link.term]
        yield _Marked(term.text, term.capital and link.claim > 0, pair.claim.marks[link.claim], theirs)
    for mention in pair.claim.times:
        ours = pair.claim.marks[pair.claim.term_at(mention.start)]
        for parts in pair.carriers:
            for other in parts.times:
                if _within(other, mention):
                    yield _Marked(mention.text, False, ours, parts.marks[parts.term_at(other.start)])


def opposites(pair: Pairing) -> Iterator[Finding]:
    """An unmatched word of the claim whose opposite stands unmatched in a carrier."""
    linked = {link.claim for link in pair.links}
    taken = {(link.sentence, link.term) for link in pair.links}
    for index, term in enumerate(pair.claim.terms):
        if index in linked or not term.stem:
            continue
        for number, parts in enumerate(pair.carriers):
            for place, other in enumerate(parts.terms):
                if (number, place) not in taken and other.stem and terms.opposite(term.stem, other.stem):
                    yield Finding("against", f"{term.text!r} in the claim, {other.text!r} in the text")
                    return


def prepositions(pair: Pairing) -> Iterator[Finding]:
    """ "Before the vote" is not "after the vote", nor "from Paris" "to Paris"."""
    for link in pair.links:
        ours = _preposition(pair.claim, link.claim)
        theirs = _preposition(pair.carriers[link.sentence], link.term)
        if (ours, theirs) in _OPPOSED_PAIRS:
            word = pair.claim.terms[link.claim].text
            yield Finding("against", f"{ours!r} {word} in the claim, {theirs!r} in the text")
            return


def _preposition(parts: Parts, index: int) -> str:
    """Return the function word that governs the noun at ``index``: right before it, articles and adjectives aside."""
    for place in range(index - 1, max(index - 4, -1), -1):
        term = parts.terms[place]
        if any(term.low in pair for pair in _OPPOSED):
            return term.low
        if not term.stem or (term.content and not term.capital) or term.low in ("and", "or", "in", "of", "on", "at"):
            return ""
    return ""


def roles(pair: Pairing) -> Iterator[Finding]:
    """Who did it to whom: the same two names on the other sides of the same verb is another claim."""
    for link in pair.links:
        verb = pair.claim.terms[link.claim]
        if verb.capital or link.likeness < 0.75 or not verb.content:
            continue
        ours = _roles(pair.claim, link.claim)
        theirs = _roles(pair.carriers[link.sentence], link.term)
        if ours is None or theirs is None:
            continue
        if names.same(ours[0], theirs[1]) and names.same(ours[1], theirs[0]) and not names.same(ours[0], ours[1]):
            yield Finding("against", f"the roles around {verb.text!r} are the other way round")
            return


def _roles(parts: Parts, verb: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the names (agent, patient) around a verb in its clause, a passive turned round."""
    place = parts.terms[verb]
    before = [name for name in parts.names if name.end <= place.start]
    after = [name for name in parts.names if name.start >= place.end]
    if not before or not after:
        return None
    left, right = before[-1], after[0]
    if parts.text[left.end : place.start].count(",") == 1 or right.start - place.end > 60:
        return None
    between = parts.text[place.end : right.start].lower().split()
    passive = "by" in between and any(term.low in _BE for term in parts.terms[max(0, verb - 3) : verb])
    return (right.words, left.words) if passive else (left.words, right.words)


def hedges(pair: Pairing) -> Iterator[Finding]:
    """A "nearly", "alleged" or "if" over the matched words of a carrier that the claim does not have."""
    ours = {term.low for term in pair.claim.terms} | {term.stem for term in pair.claim.terms}
    denies = any(_is_hedge(term) for term in pair.claim.terms)
    for number, parts in enumerate(pair.carriers):
        places = {link.term for link in pair.links if link.sentence == number}
        for index, term in enumerate(parts.terms):
            if not _is_hedge(term) or denies or term.low in ours or term.stem in ours:
                continue
            if _governs(parts, index, places):
                yield Finding("weaker", f"{term.text!r} in the text is not in the claim")
                return


def _is_hedge(term: Term) -> bool:
    return term.low in _HEDGES or term.low.endswith("n't") or term.stem in NEGATIVE_VERBS


def _governs(parts: Parts, index: int, places: set[int]) -> bool:
    """Whether a hedge stands over a matched word: a condition over the sentence, others within the next few words."""
    term = parts.terms[index]
    if term.low in _CONDITIONS:
        return bool(places)
    if term.low in _ADJECTIVAL:
        following = [place for place in range(index + 1, len(parts.terms)) if parts.terms[place].content][:2]
        return any(place in places for place in following)
    clause = parts.marks[index].clause
    return any(
        place in places and parts.marks[place].clause == clause and not parts.terms[place].capital
        for place in range(index + 1, len(parts.terms))
    )


def unmatched_verbs(pair: Pairing) -> list[str]:
    """Return the verbs of the claim that no carrier has a word for."""
    linked = {link.claim for link in pair.links}
    typed = typed_terms(pair.claim)
    return [
        term.text
        for index, term in enumerate(pair.claim.terms)
        if index not in linked and index not in typed and _is_verb(pair.claim, index)
    ]


def _is_verb(parts: Parts, index: int) -> bool:
    """Whether a word is surely a verb: a past form, or one behind an auxiliary or "to"; reporting verbs aside."""
    term = parts.terms[index]
    if not term.content or term.capital or term.stem in terms.REPORTING_STEMS or term.low in ("including", "based"):
        return False
    if (term.low.endswith("ed") and len(term.low) > 4) or term.low in IRREGULAR:
        return True
    before = parts.terms[index - 1].low if index else ""
    return before in _VERBAL_MARKERS


def unmatched_content(pair: Pairing) -> list[str]:
    """Return the words of the claim that no carrier has, heaviest first."""
    linked = {link.claim for link in pair.links}
    typed = typed_terms(pair.claim)
    left = [
        term
        for index, term in enumerate(pair.claim.terms)
        if term.content and index not in linked and index not in typed
    ]
    return [term.text for term in sorted(left, key=lambda term: -term.weight)]
