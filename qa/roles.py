"""Who does what to whom: the order of roles around a verb, prepositions and opposites that turn a claim round.

Cheap rules over names and verbs, right where they speak and silent where they cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa import names, terms
from qa.alignment import Finding, Pairing, Parts
from qa.names import Name
from qa.terms import Term

_OPPOSED = (
    ("before", "after"), ("from", "to"), ("over", "under"), ("above", "below"), ("with", "without"), ("until", "since"),
    ("for", "against"), ("more", "less"), ("more", "fewer"), ("by", "to"), ("into", "from"), ("to", "against"),
)  # fmt: skip

_OPPOSED_PAIRS = frozenset(_OPPOSED) | frozenset((right, left) for left, right in _OPPOSED)

_PREPOSITIONS = frozenset("of in at from with by for to on near against between over under about".split())

_GOVERNED_WITHIN = 6
_BETWEEN = 2
"""Content words that may stand between a verb and the name it acts on."""
_BE = frozenset("is are was were be been being get gets got".split())

_VERBAL_MARKERS = frozenset(
    "will would has have had did does do to can could may might should must not be been".split()
)


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
    """One side says before, from or with where the other says after, to or without, behind the same word."""
    placed = {link.claim: link for link in pair.links}
    for link in pair.links:
        ours = _preposition(pair.claim, link.claim)
        theirs = _preposition(pair.carriers[link.sentence], link.term)
        if (ours, theirs) not in _OPPOSED_PAIRS:
            continue
        before = [index for index in range(link.claim) if pair.claim.terms[index].content][-1:]
        governor = placed.get(before[0]) if before else None
        if governor and governor.sentence == link.sentence and 0 < link.term - governor.term <= _GOVERNED_WITHIN:
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


def subjects(pair: Pairing) -> Iterator[Finding]:
    """The name right before a verb does it: another name there in the text is another claim."""
    for link in pair.links:
        if pair.claim.terms[link.claim].capital:
            continue
        carrier = pair.carriers[link.sentence]
        if _passive(pair.claim, link.claim) != _passive(carrier, link.term):
            continue
        ours, theirs = _subjects(pair.claim, link.claim), _subjects(carrier, link.term)
        if ours and theirs and not any(names.same(one.words, other.words) for one in ours for other in theirs):
            verb = pair.claim.terms[link.claim].text
            yield Finding("against", f"{ours[0].text} {verb!r} in the claim, {theirs[0].text} in the text")
            return


def _subjects(parts: Parts, verb: int) -> list[Name]:
    """Return the names joined by "and" or a comma that stand right before a verb, auxiliaries and adverbs between."""
    place = verb
    while place and _between_subject_and_verb(parts.terms[place - 1]):
        place -= 1
    edge = parts.terms[place].start
    found: list[Name] = []
    for name in reversed(parts.names):
        if name.end > edge:
            continue
        if parts.text[name.end : edge].strip(" ") not in (("",) if not found else (",", "and", ", and", "&")):
            break
        found.append(name)
        edge = name.start
    before = parts.terms[parts.term_at(found[-1].start) - 1].low if found and parts.term_at(found[-1].start) else ""
    return [] if before in _PREPOSITIONS else found


def _between_subject_and_verb(term: Term) -> bool:
    adverb = term.low.endswith("ly") and not term.capital
    return adverb or term.low in _VERBAL_MARKERS or term.low in _BE


def _roles(parts: Parts, verb: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the names (agent, patient) around a verb, a passive turned round; None unless both stand beside it."""
    left, place = _subjects(parts, verb), parts.terms[verb]
    right = next((name for name in parts.names if name.start >= place.end), None)
    if not left or right is None:
        return None
    between = [term for term in parts.terms[verb + 1 :] if term.start < right.start]
    if sum(term.content for term in between) > _BETWEEN or any(term.text in ",;:" for term in between):
        return None
    agent, patient = left[0].words, right.words
    turned = _passive(parts, verb) and any(term.low == "by" for term in between)
    return (patient, agent) if turned else (agent, patient)


def _passive(parts: Parts, verb: int) -> bool:
    return any(term.low in _BE for term in parts.terms[max(0, verb - 3) : verb])
