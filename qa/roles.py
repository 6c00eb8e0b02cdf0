"""Who does what to whom: the order of roles around a verb, prepositions and opposites that turn a claim round.

Cheap rules over names and verbs, right where they speak and silent where they cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa import names, terms
from qa.alignment import Finding, Pairing, Parts
from qa.lexicon import PAST_FORMS
from qa.names import Name
from qa.terms import Term

_OPPOSED = (
    ("before", "after"), ("from", "to"), ("over", "under"), ("above", "below"), ("with", "without"), ("until", "since"),
    ("for", "against"), ("more", "less"), ("more", "fewer"), ("by", "to"),
    ("into", "from"), ("to", "against"),
    ("because", "despite"), ("despite", "thanks"),
)  # fmt: skip

_OPPOSED_PAIRS = frozenset(_OPPOSED) | frozenset((right, left) for left, right in _OPPOSED)

_PREPOSITIONS = frozenset("of in at from with by for to on near against between over under about".split())

_GOVERNED_WITHIN = 6
_AROUND_VERB = 7
_SHORTEST_VERB = 3
_MARKS = frozenset(',;:—–()"“”')
_JOINING = frozenset(("and", "or", "but", "while", "than"))
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
        edge = max(index for index in range(link.claim) if pair.claim.terms[index].low == ours)
        before = [index for index in range(edge) if pair.claim.terms[index].content][-1:]
        governor = placed.get(before[0]) if before else None
        if governor and governor.sentence == link.sentence and 0 < link.term - governor.term <= _GOVERNED_WITHIN:
            word = pair.claim.terms[link.claim].text
            yield Finding("against", f"{ours!r} {word} in the claim, {theirs!r} in the text")
            return


def _preposition(parts: Parts, index: int) -> str:
    """Return the function word that governs the noun at ``index``: right before it, articles and adjectives aside."""
    for place in range(index - 1, max(index - 4, -1), -1):
        term = parts.terms[place]
        if term.low in ("of", "to") and place and parts.terms[place - 1].low in ("because", "thanks"):
            return parts.terms[place - 1].low
        if any(term.low in pair for pair in _OPPOSED):
            return term.low
        if not term.stem or (term.content and not term.capital) or term.low in ("and", "or", "in", "of", "on", "at"):
            return ""
    return ""


def roles(pair: Pairing) -> Iterator[Finding]:
    """Who did it to whom: the same two on the other sides of the same verb is another claim."""
    placed = {link.claim: link for link in pair.links}
    for link in pair.links:
        verb = pair.claim.terms[link.claim]
        if verb.capital or len(verb.low) < _SHORTEST_VERB:
            continue
        carrier = pair.carriers[link.sentence]
        left, right = _beside(pair.claim, link.claim)
        between_names = pair.claim.terms[left].capital and pair.claim.terms[right].capital
        if min(left, right) < 0 or not (between_names or _is_past(verb)):
            continue
        agent, patient = placed.get(left), placed.get(right)
        if agent is None or patient is None or not agent.sentence == patient.sentence == link.sentence:
            continue
        if max(abs(agent.term - link.term), abs(patient.term - link.term)) > _AROUND_VERB:
            continue
        crossed = patient.term < link.term < agent.term
        straight = agent.term < link.term < patient.term
        ours, theirs = _passive(pair.claim, link.claim), _passive(carrier, link.term)
        if (crossed and ours == theirs and _acts(pair.claim, link.claim)) or (straight and ours != theirs):
            yield Finding("against", f"the roles around {verb.text!r} are the other way round")
            return


def _is_past(term: Term) -> bool:
    return (term.low.endswith("ed") and len(term.low) > 4) or term.low in PAST_FORMS


def _beside(parts: Parts, verb: int) -> tuple[int, int]:
    """Return the content terms right before and behind a verb; -1 where a comma or another clause is in between."""
    return _next_content(parts, range(verb - 1, -1, -1)), _next_content(parts, range(verb + 1, len(parts.terms)))


def _next_content(parts: Parts, places: range) -> int:
    for place in places:
        term = parts.terms[place]
        if term.text in _MARKS or term.low in _JOINING:
            return -1
        if term.content:
            return place
    return -1


def _acts(parts: Parts, verb: int) -> bool:
    """Whether a word is a verb in use: nothing but a subject, auxiliaries and adverbs right before it."""
    before = parts.terms[verb - 1] if verb else None
    if before is None or not before.stem:
        return False
    return before.low not in ("the", "a", "an", "of", "in", "his", "her", "its", "their", "this") and (
        before.content or before.low in _VERBAL_MARKERS or before.low in _BE or before.low.endswith("ly")
    )


def comparisons(pair: Pairing) -> Iterator[Finding]:
    """What stands before "than" in the claim may not stand behind it in the text, and the other way round."""
    split = next((index for index, term in enumerate(pair.claim.terms) if term.low == "than"), None)
    if split is None:
        return
    for number, parts in enumerate(pair.carriers):
        theirs = next((index for index, term in enumerate(parts.terms) if term.low == "than"), None)
        sides = [
            (link.claim < split, link.term < theirs)
            for link in pair.links
            if theirs is not None and link.sentence == number and abs(link.claim - split) <= _AROUND_VERB
        ]
        if any(ours is False and other for ours, other in sides) and any(ours and not other for ours, other in sides):
            yield Finding("against", "what is compared stands the other way round in the text")
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
        wanted = _behind(pair.claim, link.claim)
        if wanted and not wanted & _behind(carrier, link.term):
            continue
        if ours and theirs and not any(names.same(one.words, other.words) for one in ours for other in theirs):
            verb = pair.claim.terms[link.claim].text
            yield Finding("against", f"{ours[0].text} {verb!r} in the claim, {theirs[0].text} in the text")
            return


def objects(pair: Pairing) -> Iterator[Finding]:
    """Of two doers of one verb, each with an object, the claim's doer must be the one with the claim's object."""
    for link in pair.links:
        if pair.claim.terms[link.claim].capital:
            continue
        ours = _subjects(pair.claim, link.claim)
        if not ours:
            continue
        parts = pair.carriers[link.sentence]
        wanted = _behind(pair.claim, link.claim)
        verb = parts.terms[link.term].stem
        own = other = 0
        voice = _passive(pair.claim, link.claim)
        for place in (index for index, term in enumerate(parts.terms) if term.stem == verb):
            if _passive(parts, place) != voice:
                continue
            theirs = _subjects(parts, place)
            matched = len(wanted & _behind(parts, place))
            if any(names.same(one.words, two.words) for one in ours for two in theirs):
                own = max(own, matched)
            elif theirs:
                other = max(other, matched)
        if other > own and own < len(wanted):
            yield Finding("against", f"in the text somebody else {pair.claim.terms[link.claim].text!r} it")
            return


def _behind(parts: Parts, verb: int) -> frozenset[str]:
    """Return the stems of the content words behind a verb, up to the next mark or joined clause."""
    found = set()
    for term in parts.terms[verb + 1 :]:
        if term.text in _MARKS or term.low in ("and", "but", "while"):
            break
        if term.content:
            found.add(term.stem)
    return frozenset(found)


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


def _passive(parts: Parts, verb: int) -> bool:
    return any(term.low in _BE for term in parts.terms[max(0, verb - 3) : verb])
