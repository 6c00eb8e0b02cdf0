"""The typed comparisons behind the check: numbers, dates and names of a claim against those of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from qa import frames, names, terms, values
from qa.alignment import Finding, Link, Pairing, Parts, within
from qa.lexicon import PAST_FORMS
from qa.types import TimeMention, earliest_instant, latest_instant
from qa.values import Value

_UNIT_REACH = 4

_NEAR = 5
_DATED = re.compile(r"\s+(?:in|on|at|for|during|by|early|late|\s)*")
_SIDE_BY_SIDE = 2
_LONE_WORDS = 2

PRONOUNS = frozenset("he she it they his her hers its their theirs him them who".split())
_LIGHT_VERBS = frozenset("took taken happened occurred located held made done set based named called known".split())
"""Verbs that say little more than that there is something."""
_BE = frozenset("is are was were be been being".split())
_VERBAL_MARKERS = frozenset(
    "will would has have had did does do to can could may might should must not be been".split()
)


def numbers(pair: Pairing) -> Iterator[Finding]:
    """Each number of the claim must be in a carrier, as a value no less precise, and count the same thing there."""
    theirs = [(number, value) for number, parts in enumerate(pair.carriers) for value in parts.values]
    for value in pair.claim.values:
        near = _Nearness(pair, value.start, value.end)
        ours = frames.frame(pair.claim, value)
        told = [(number, other) for number, other in theirs if _says(other, value)]
        told = [each for each in told if each[1].amount == value.amount] or told
        fitting = [
            (number, other)
            for number, other in told
            if not frames.clash(ours, frames.frame(pair.carriers[number], other), claim=pair.claim, value=value)
        ]
        if told and not fitting:
            yield Finding("against", f"{value.text!r} stands for another thing in the text", "number")
            continue
        equal = [near.of(number, other.start, other.end) for number, other in fitting]
        rivals = [
            (near.of(number, other.start, other.end), other.text)
            for number, other in theirs
            if not _says(other, value)
            and _same_thing(pair, value, number, other)
            and not (fitting and _framed_apart(pair, ours, number, other))
            and (equal or not any(_says(other, another) for another in pair.claim.values))
        ]
        nearest, shown = max(rivals, default=(0, ""))
        if rivals and (
            not equal or nearest > max(equal) + 1 or (value.kind != "ordinal" and _belongs_elsewhere(pair, value))
        ):
            yield Finding("against", f"{value.text!r} in the claim, {shown!r} in the text", "number")
        elif not equal and not _literally(pair, value.text):
            yield Finding("missing", f"{value.text!r} is not in the text", "number")


def _framed_apart(pair: Pairing, ours: frames.Frame, number: int, other: Value) -> bool:
    """Whether another number of the text plainly does another thing than the claim's: the whole, the other end."""
    theirs = frames.frame(pair.carriers[number], other)
    return bool(theirs) and theirs != ours and (theirs == "whole" or bool(ours))


def _says(theirs: Value, ours: Value) -> bool:
    """Whether a number of the text bears out one of the claim: the same, and the claim no more precise."""
    if not values.compatible(ours, theirs):
        return False
    if ours.kind == "score" or ours.amount == theirs.amount:
        return {ours.comparator, theirs.comparator} != {"over", "under"}
    return ours.quantum >= theirs.quantum or ours.approximate or ours.unit != theirs.unit


def _same_thing(pair: Pairing, value: Value, sentence: int, other: Value) -> bool:
    """Whether two numbers count the same: one unit, or nouns behind them that are aligned."""
    if values.compare(value, other) == "different" and (value.unit or value.kind == "score"):
        return True
    if value.kind != other.kind or (value.unit != other.unit and value.kind == "count"):
        return False
    if values.compatible(value, other):
        return value.unit == other.unit
    ours = _counted(pair.claim, value)
    reach = _counted(pair.carriers[sentence], other)
    return any(link.sentence == sentence and link.claim in ours and link.term in reach for link in pair.links)


def _belongs_elsewhere(pair: Pairing, value: Value) -> bool:
    """Whether what stands behind a number of the claim ("in Lyon") stands behind another number in the text."""
    first = pair.claim.term_at(value.end)
    clause = pair.claim.marks[first].clause
    for link in pair.links:
        if not first <= link.claim <= first + _NEAR or pair.claim.marks[link.claim].clause != clause:
            continue
        parts = pair.carriers[link.sentence]
        ahead = [other for other in parts.values if other.end <= parts.terms[link.term].start]
        told = [other for other in ahead if values.compare(value, other) != "unrelated"]
        if told and not _says(told[-1], value) and link.term - parts.term_at(told[-1].end) <= _NEAR:
            return True
    return False


class _Nearness:
    """How many aligned words stand close to a place of the claim and to a place of a carrier as well."""

    def __init__(self, pair: Pairing, start: int, end: int) -> None:
        self._pair = pair
        self._near = {link.claim for link in pair.links if _close(pair.claim, link.claim, start, end)}

    def of(self, sentence: int, start: int, end: int) -> int:
        return sum(
            1
            for link in self._pair.links
            if link.sentence == sentence
            and link.claim in self._near
            and _close(self._pair.carriers[sentence], link.term, start, end)
        )


def _close(parts: Parts, index: int, start: int, end: int) -> bool:
    """Whether a term stands within reach of a span and in its clause."""
    first, last = parts.term_at(start), parts.term_at(end - 1)
    if parts.marks[index].clause != parts.marks[first].clause:
        return False
    between = parts.terms[min(index, last) + 1 : max(index, first)]
    return first - _NEAR <= index <= last + _NEAR and all(term.text not in ",;" for term in between)


@lru_cache(maxsize=4_096)
def _counted(parts: Parts, value: Value) -> frozenset[int]:
    """Return the indices of the first content terms after a number, in its clause: what it counts."""
    first = next((index for index, term in enumerate(parts.terms) if term.start >= value.end), len(parts.terms))
    found = []
    for index in range(first, min(first + _UNIT_REACH, len(parts.terms))):
        term = parts.terms[index]
        if term.text in ",;:.()" or term.low in ("and", "or") or (term.low[:1].isdigit()):
            break
        if term.content:
            found.append(index)
    return frozenset(found[:2])


def _literally(pair: Pairing, text: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(text)}(?!\w)", parts.text) for parts in pair.carriers)


def days(pair: Pairing) -> Iterator[Finding]:
    """Each date of the claim must contain a date of a carrier, and one that belongs to the same words."""
    theirs = [(number, mention) for number, parts in enumerate(pair.carriers) for mention in parts.times]
    for mention in pair.claim.times:
        if mention.earliest is None or mention.latest is None:
            if mention.kind == "DURATION" and all(mention.value != other.value for _, other in theirs):
                yield Finding("missing", f"{mention.text!r} is not in the text", "day")
            continue
        near = _Nearness(pair, mention.start, mention.end)
        dated = [(number, other) for number, other in theirs if other.earliest and other.latest]
        if not frames.was_once(pair.claim):
            gone = [other for number, other in dated if frames.superseded(pair.carriers[number], other)]
            dated = [(number, other) for number, other in dated if other not in gone]
            if any(within(other, mention) for other in gone) and not any(within(each, mention) for _, each in dated):
                yield Finding("against", f"{mention.text!r} is the old date in the text", "day")
                continue
        equal = [near.of(number, other.start, other.end) for number, other in dated if within(other, mention)]
        rivals = [
            (near.of(number, other.start, other.end), other.text)
            for number, other in dated
            if not _touch(other, mention)
        ]
        if equal:
            nearest, shown = max(rivals, default=(0, ""))
            if nearest > max(equal) + 1:
                yield Finding("against", f"{mention.text!r} in the claim, {shown!r} in the text", "day")
        elif not _published_within(pair, mention):
            told = [other for _, other in dated if not any(within(other, another) for another in pair.claim.times)]
            yield _undated(mention, told, beside=any(near.of(number, each.start, each.end) for number, each in dated))


def crossed(pair: Pairing) -> Iterator[Finding]:
    """A number or a date belongs to a verb: that verb may not have another one in the text, and this one elsewhere."""
    claim = pair.claim
    for value in claim.values:
        anchor = _anchor(pair, claim.term_at(value.start))
        if anchor is None or value.kind == "ordinal":
            continue
        beside = [other for other in _within_segment(pair, anchor) if values.compare(other, value) != "unrelated"]
        if beside and not any(_says(other, value) for other in beside):
            yield Finding("against", f"{value.text!r} in the claim, {beside[0].text!r} in the text", "number")
            return
    for mention in claim.times:
        if mention.earliest is None:
            continue
        place = claim.term_at(mention.start)
        anchor = _anchor(pair, place)
        told = [(anchor.sentence, anchor.term)] if anchor else _counted_with(pair, claim.segments[place])
        rivals = [_rival_date(pair.carriers[number], term, mention) for number, term in told]
        if rivals and all(rivals):
            yield Finding("against", f"{mention.text!r} in the claim, {rivals[0]!r} in the text", "day")
            return


def paired(pair: Pairing) -> Iterator[Finding]:
    """A date right behind a number is that number's: "2.9% in February from 3.4% in January" has no 2.9% in January."""
    for value in pair.claim.values:
        ours = _date_behind(pair.claim, value)
        told = [(parts, other) for parts in pair.carriers for other in parts.values if _says(other, value)]
        told = [each for each in told if each[1].amount == value.amount] or told
        if ours is None or not told:
            continue
        theirs = [_date_behind(parts, other) for parts, other in told]
        if all(other is not None and not _touch(other, ours) for other in theirs):
            yield Finding("against", f"{ours.text!r} is not when it was {value.text!r} in the text", "day")
            return


def _date_behind(parts: Parts, value: Value) -> TimeMention | None:
    """Return the date that follows a number with nothing but a preposition between."""
    for mention in parts.times:
        if mention.earliest and mention.latest and _DATED.fullmatch(parts.text[value.end : mention.start]):
            return mention
    return None


def _counted_with(pair: Pairing, segment: int) -> list[tuple[int, int]]:
    """Return where the text has the numbers that stand in one predicate of the claim: (sentence, term)."""
    ours = [value for value in pair.claim.values if pair.claim.segments[pair.claim.term_at(value.start)] == segment]
    return [(number, parts.term_at(other.start)) for number, parts in enumerate(pair.carriers) for other in parts.values
            if any(_says(other, value) for value in ours)]  # fmt: skip


def _rival_date(parts: Parts, place: int, mention: TimeMention) -> str:
    """Return the date in the predicate of a word when it is another than the claim's, "" when it is not."""
    dated = [other for other in parts.times if other.earliest and other.latest
             and parts.segments[parts.term_at(other.start)] == parts.segments[place]]  # fmt: skip
    return dated[0].text if dated and not any(_touch(other, mention) for other in dated) else ""


def _anchor(pair: Pairing, place: int) -> Link | None:
    """Return the link of the verb that a place of the claim belongs to: the last one before it, else the next one."""
    claim = pair.claim
    verbs = [link for link in pair.links if claim.segments[link.claim] == claim.segments[place]
             and _is_verb(claim, link.claim) and _is_verb(pair.carriers[link.sentence], link.term)]  # fmt: skip
    before = [link for link in verbs if link.claim < place]
    return before[-1] if before else next(iter(verbs), None)


def _within_segment(pair: Pairing, anchor: Link) -> list[Value]:
    parts = pair.carriers[anchor.sentence]
    segment = parts.segments[anchor.term]
    first = parts.segments.index(segment)
    if first and parts.terms[first].low in ("that", "which"):
        ahead = [value for value in parts.values if value.end == parts.terms[first - 1].end]
        if ahead:  # "the 3.1% that analysts had expected"
            return ahead
    return [value for value in parts.values if parts.segments[parts.term_at(value.start)] == segment]


def asserting(pair: Pairing) -> frozenset[int]:
    """Return the carriers that assert something of the claim: the best one, and those with a verb or several words.

    Another sentence may only give the noun that a pronoun stands for; what it says of that noun is not the claim's.
    """
    found = {0}
    for number in range(1, len(pair.carriers)):
        held = [link.claim for link in pair.links if link.sentence == number]
        if len(held) > _LONE_WORDS or any(_is_verb(pair.claim, index) for index in held):
            found.add(number)
    return frozenset(found)


def _undated(mention: TimeMention, theirs: Sequence[TimeMention], *, beside: bool) -> Finding:
    """Return what a date of the claim lacks when no date of the carriers lies within it."""
    touching = [other for other in theirs if _touch(other, mention)]
    if touching:
        return Finding("weaker", f"{mention.text!r} is narrower than {touching[0].text!r}")
    if theirs and beside:
        return Finding("against", f"{mention.text!r} in the claim, {theirs[0].text!r} in the text", "day")
    return Finding("missing", f"{mention.text!r} is not in the text", "day")


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
    around = [name.words for parts in pair.around for name in parts.names] if refers_back(pair) else []
    spelled = {names.spelling(term.low) for parts in pair.carriers for term in parts.terms if term.stem}
    stems = {term.stem for parts in pair.carriers for term in parts.terms if term.stem}
    for name in pair.claim.names:
        if not name.sure or any(names.same(name.words, other) for other in near):
            continue
        if any(names.same(name.words, other) for other in around):
            continue
        if all(names.spelling(word) in spelled or terms.stem(word) in stems for word in name.words):
            continue
        yield Finding("missing", f"{name.text!r} is not in the text", "name")


def scattered(pair: Pairing) -> Iterator[Finding]:
    """Two words side by side in the claim, found in two sentences, and another word beside the first one there."""
    placed = {link.claim: link for link in pair.links}
    content = [index for index, term in enumerate(pair.claim.terms) if term.content and index not in pair.claim.typed]
    for first, second in pairwise(content):
        one, other = placed.get(first), placed.get(second)
        place = pair.claim.terms[first].start
        named = any(name.sure and name.start <= place < name.end for name in pair.claim.names)
        if named or second - first > _SIDE_BY_SIDE:
            continue
        if one is None or other is None or one.sentence == other.sentence:
            continue
        parts = pair.carriers[one.sentence]
        taken = {link.term for link in pair.links if link.sentence == one.sentence}
        beside = [place for place in range(one.term + 1, len(parts.terms)) if parts.terms[place].content][:1]
        if beside and beside[0] - one.term <= _SIDE_BY_SIDE and beside[0] not in taken:
            ours, theirs = pair.claim.terms[second].text, parts.terms[beside[0]].text
            yield Finding(
                "weaker", f"beside {pair.claim.terms[first].text!r}: {ours!r} in the claim, {theirs!r} in the text"
            )
            return


def refers_back(pair: Pairing) -> bool:
    """Return whether the best carrier leans on the text around it: by a pronoun, or a definite noun that opens it."""
    found = pair.carriers[0].terms
    return any(term.low in PRONOUNS for term in found) or (bool(found) and found[0].low in ("the", "this", "these"))


def unmatched_verbs(pair: Pairing) -> list[str]:
    """Return the verbs of the claim that no carrier has a word for."""
    linked = {link.claim for link in pair.links}
    typed = pair.claim.typed
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
    before = parts.terms[index - 1].low if index else ""
    # "was held" says that there was something, "it held" that it lasted
    if (term.low in _LIGHT_VERBS and (term.low != "held" or before in _BE)) or term.low.endswith("ly"):
        return False
    if (term.low.endswith("ed") and len(term.low) > 4) or term.low in PAST_FORMS:
        return True
    return before in _VERBAL_MARKERS


def unmatched_content(pair: Pairing, *, least: float = 0.0, beside: bool = False) -> list[str]:
    """Return the words of the claim of at least a weight that no carrier has, heaviest first; not reporting verbs.

    With ``beside``, words in the text around the carriers count as found: there a headline names what a sentence only
    calls "the talks".
    """
    linked = {link.claim for link in pair.links}
    typed = pair.claim.typed
    near = {term.stem for parts in pair.around for term in parts.terms} if beside and refers_back(pair) else set()
    left = [
        term
        for index, term in enumerate(pair.claim.terms)
        if term.content
        and term.weight >= least
        and index not in linked
        and index not in typed
        and term.stem not in near
        and term.stem not in terms.REPORTING_STEMS
    ]
    return [term.text for term in sorted(left, key=lambda term: -term.weight)]
