"""What stands in whose place: what a name owns, what others did, what a preposition governs, what is compared."""

from __future__ import annotations

from collections.abc import Iterator

from qa import names
from qa.alignment import Finding, Pairing, Parts
from qa.names import Name
from qa.roles import next_content
from qa.terms import Term

_AROUND_VERB = 7
_OWNED_WITHIN = 3
_OTHERS = frozenset(("others", "rest", "remainder"))
_OTHERS_WITHIN = 4
_SLOT_WITHIN = 3
_SLOTTED = frozenset("to from in at into against with for of near on by".split())


def possessors(pair: Pairing) -> Iterator[Finding]:
    """What a name owns is not the name: "bought Nordline" is more than "bought Nordline's freight arm"."""
    for link in pair.links:
        term, parts = pair.claim.terms[link.claim], pair.carriers[link.sentence]
        if not term.capital or _owns(term) or not _owns(parts.terms[link.term]):
            continue
        if any(other.stem == parts.terms[link.term].stem and not _owns(other) for other in parts.terms):
            continue
        owned = next_content(parts, range(link.term + 1, len(parts.terms)))
        taken = {other.term for other in pair.links if other.sentence == link.sentence}
        if owned >= 0 and owned - link.term <= _OWNED_WITHIN and not taken & set(range(link.term + 1, owned + 2)):
            text = parts.text[parts.terms[link.term].start : parts.terms[owned].end]
            yield Finding("weaker", f"{term.text!r} in the claim, {text!r} in the text")
            return


def _owns(term: Term) -> bool:
    return term.text.endswith(("'s", "’s", "s'", "s’"))


def lent_by_a_name(pair: Pairing) -> Iterator[Finding]:
    """A word that describes another in the claim is not carried by a name that has it: a Tax Collector, tax charges."""
    for link in pair.links:
        term, parts = pair.claim.terms[link.claim], pair.carriers[link.sentence]
        other = parts.terms[link.term]
        following = pair.claim.terms[link.claim + 1 : link.claim + 2]
        if term.capital or not other.capital or not (following and following[0].content and not following[0].capital):
            continue
        if any(again.stem == other.stem and not again.capital for again in parts.terms):
            continue
        beside = [
            each for each in parts.terms[max(0, link.term - 1) : link.term + 2] if each.capital and each is not other
        ]
        around = {each.stem for each in pair.claim.terms[max(0, link.claim - 2) : link.claim + 3] if each is not term}
        if beside and not any(each.stem in around for each in beside):
            yield Finding("open", f"{other.text!r} is part of a name in the text, {term.text!r} is none in the claim")
            return


def others(pair: Pairing) -> Iterator[Finding]:
    """What "the others" or "the rest" did in the text is not what the first ones did."""
    if any(term.low in _OTHERS for term in pair.claim.terms):
        return
    for link in pair.links:
        parts = pair.carriers[link.sentence]
        if pair.claim.terms[link.claim].capital:
            continue
        before = parts.terms[max(0, link.term - _OTHERS_WITHIN) : link.term]
        clause = parts.marks[link.term].clause
        held = [term for index, term in enumerate(before, max(0, link.term - _OTHERS_WITHIN))
                if term.low in _OTHERS and parts.marks[index].clause == clause]  # fmt: skip
        if held and not any(term.content for term in before[before.index(held[-1]) + 1 :]):
            yield Finding("against", f"in the text it is {held[-1].text!r} that {parts.terms[link.term].text!r}")
            return


def slots(pair: Pairing) -> Iterator[Finding]:
    """Behind one word and one preposition stands one name: "diverted to Doral" is not "diverted to Kesh"."""
    placed = {link.claim: link for link in pair.links}
    for name in pair.claim.names:
        first = pair.claim.term_at(name.start)
        edge = first - 1 if first and pair.claim.terms[first - 1].low not in ("the", "a") else first - 2
        if not name.sure or edge < 1 or pair.claim.terms[edge].low not in _SLOTTED:
            continue
        governor = placed.get(edge - 1)
        if governor is None or pair.claim.terms[edge - 1].capital:
            continue
        parts = pair.carriers[governor.sentence]
        told = _names_behind(parts, governor.term, pair.claim.terms[edge].low)
        if told and not any(names.same(name.words, other.words) for other in told):
            yield Finding("against", f"{name.text!r} in the claim, {told[0].text!r} in the text")
            return


def _names_behind(parts: Parts, governor: int, preposition: str) -> list[Name]:
    """Return the names that a preposition right behind a word governs, to the end of its predicate."""
    place = governor + 1
    if place >= len(parts.terms) or parts.terms[place].low != preposition:
        return []
    last = next(
        (index for index in range(place, len(parts.terms)) if parts.segments[index] != parts.segments[governor]),
        len(parts.terms),
    )
    end = parts.terms[last - 1].end
    found = [name for name in parts.names if parts.terms[place].end <= name.start and name.end <= end]
    directly = found and parts.term_at(found[0].start) - place <= _SLOT_WITHIN
    return found if directly else []


def comparisons(pair: Pairing) -> Iterator[Finding]:
    """What stands before "than" in the claim may not stand behind it in the text, and the other way round."""
    split = _pivot(pair.claim)
    if split is None:
        return
    for number, parts in enumerate(pair.carriers):
        theirs = _pivot(parts)
        sides = [
            (link.claim < split, link.term < theirs)
            for link in pair.links
            if theirs is not None and link.sentence == number and abs(link.claim - split) <= _AROUND_VERB
        ]
        if any(ours is False and other for ours, other in sides) and any(ours and not other for ours, other in sides):
            yield Finding("against", "what is compared stands the other way round in the text")
            return


def compared(pair: Pairing) -> Iterator[Finding]:
    """What the text only compares with ("more than in Saltara") is not what it tells of."""
    if _pivot(pair.claim) is not None:
        return
    for name in pair.claim.names:
        if not name.sure:
            continue
        sides = [
            parts.term_at(other.start) > pivot
            for parts in pair.carriers
            if (pivot := _pivot(parts)) is not None
            for other in parts.names
            if names.same(name.words, other.words)
        ]
        if sides and all(sides):
            yield Finding("against", f"{name.text} is only compared with in the text")
            return


def _pivot(parts: Parts) -> int | None:
    """Return the word of a comparison behind which its other side stands: "than", or the second "as"."""
    lows = [term.low for term in parts.terms]
    for index, low in enumerate(lows):
        if low == "than" and index + 1 < len(lows) and not lows[index + 1][0].isdigit():
            return index
        if low == "as" and "as" in lows[max(0, index - _AROUND_VERB) : index - 1]:
            return index
    return None
