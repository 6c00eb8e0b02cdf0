"""Who does what to whom: the order of roles around a verb, prepositions and opposites that turn a claim round.

Cheap rules over names and verbs, right where they speak and silent where they cannot tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa import names, terms
from qa.alignment import Finding, Link, Pairing, Parts
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
_ASIDE_WITHIN = 16
_LISTED_WITHIN = 6
_GOVERNING = frozenset("against behind with from to for of near in at over under after before on".split())
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
        displaced = min(agent.term, patient.term) > link.term and _other_doer(pair, link) and not (ours or theirs)
        if displaced or (crossed and ours == theirs and _acts(pair.claim, link.claim)) or (straight and ours != theirs):
            yield Finding("against", f"the roles around {verb.text!r} are the other way round")
            return


def _other_doer(pair: Pairing, link: Link) -> bool:
    """Whether another word than any of the claim's stands right before the verb in the text ("the bank rejected")."""
    carrier = pair.carriers[link.sentence]
    left = next_content(carrier, range(link.term - 1, -1, -1))
    taken = {other.term for other in pair.links if other.sentence == link.sentence}
    return left >= 0 and left not in taken and _acts(pair.claim, link.claim) and _acts(carrier, link.term)


def _is_past(term: Term) -> bool:
    return (term.low.endswith("ed") and len(term.low) > 4) or term.low in PAST_FORMS


def _beside(parts: Parts, verb: int) -> tuple[int, int]:
    """Return the content terms right before and behind a verb; -1 where a comma or another clause is in between."""
    return next_content(parts, range(verb - 1, -1, -1)), next_content(parts, range(verb + 1, len(parts.terms)))


def next_content(parts: Parts, places: range) -> int:
    """Return the first content term at ``places``, -1 behind a mark or a joining word."""
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
        if not ours or (wanted and not wanted & _behind(carrier, link.term)):
            continue
        verb = pair.claim.terms[link.claim].text
        if theirs and not any(names.same(one.words, other.words) for one in ours for other in theirs):
            yield Finding("against", f"{ours[0].text} {verb!r} in the claim, {theirs[0].text} in the text")
            return
        if not theirs and (_only_behind(ours, carrier, link.term) or _only_later(ours, carrier, link.term)):
            yield Finding("against", f"{ours[0].text} does not {verb!r} in the text but stands behind it")
            return


def _only_behind(ours: list[Name], parts: Parts, verb: int) -> bool:
    """Whether a doer of the claim stands in the text only behind the verb, and behind a preposition there."""
    found = [name for name in parts.names if any(names.same(name.words, one.words) for one in ours)]
    if not found or not _is_past(parts.terms[verb]) or parts.terms[verb].stem in terms.REPORTING_STEMS:
        return False
    places = [parts.term_at(name.start) for name in found]
    return all(place > verb and _follows_preposition(parts, place) for place in places)


def _only_later(ours: list[Name], parts: Parts, verb: int) -> bool:
    """Whether a doer of the claim stands in the text only in later predicates than the verb."""
    if parts.terms[verb].stem in terms.REPORTING_STEMS or parts.quotes:
        return False
    places = [
        parts.term_at(name.start) for name in parts.names if any(names.same(name.words, one.words) for one in ours)
    ]
    return bool(places) and all(parts.segments[place] > parts.segments[verb] for place in places)


def stand_ins(pair: Pairing) -> Iterator[Finding]:
    """A noun that does one thing in the text does not do what a name does in another predicate there."""
    placed = {link.claim: link for link in pair.links}
    for link in pair.links:
        left = _beside(pair.claim, link.claim)[0]
        subject = placed.get(left)
        if subject is None or subject.sentence != link.sentence or not _is_past(pair.claim.terms[link.claim]):
            continue
        parts = pair.carriers[link.sentence]
        if pair.claim.terms[left].capital or parts.segments[subject.term] == parts.segments[link.term]:
            continue
        if _passive(pair.claim, link.claim) or _passive(parts, link.term) or not _acts(pair.claim, link.claim):
            continue
        doers = _subjects(parts, link.term)
        if doers and not any(name.start <= parts.terms[subject.term].start < name.end for name in doers):
            yield Finding("against", f"{doers[0].text} {parts.terms[link.term].text!r} in the text")
            return


def _follows_preposition(parts: Parts, place: int) -> bool:
    """Whether a preposition governs the name at ``place``, other names of a list between them."""
    for before in reversed(parts.terms[max(0, place - _LISTED_WITHIN) : place]):
        if before.low in _GOVERNING:
            return True
        if not (before.capital or before.low in ("and", "the") or before.text == ","):
            return False
    return False


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
    edge = parts.terms[_before_aside(parts, place)].start
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


def _before_aside(parts: Parts, place: int) -> int:
    """Step over an aside between a name and its verb (", 34,", ", who won in 2023,"); a name alone is no aside."""
    if place < 2 or parts.terms[place - 1].text != ",":
        return place
    for comma in range(place - 3, max(place - _ASIDE_WITHIN, 0), -1):
        if parts.terms[comma].text != ",":
            continue
        within = parts.terms[comma + 1 : place - 1]
        if not parts.terms[comma - 1].capital and all(term.capital for term in within):
            return place - 1
        return comma if parts.terms[comma - 1].capital else place
    return place


def _between_subject_and_verb(term: Term) -> bool:
    adverb = term.low.endswith("ly") and not term.capital
    return adverb or term.low in _VERBAL_MARKERS or term.low in _BE


def _passive(parts: Parts, verb: int) -> bool:
    return any(term.low in _BE for term in parts.terms[max(0, verb - 3) : verb])
