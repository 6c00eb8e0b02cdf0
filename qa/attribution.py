"""Who says it: reported speech on both sides of a comparison, so that somebody's word does not pass as a fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qa import facts, names
from qa.alignment import Finding, Pairing, Parts
from qa.quotes import PASSED_ON, Quote, find
from qa.terms import REPORTING_STEMS, fold, stem, terms


def attribution(pair: Pairing) -> Iterator[Finding]:
    """What the text only reports is not a fact, and what one person says another does not."""
    if not pair.claim.quotes:
        theirs = _reporting(pair)
        if theirs is not None and not _names_the_act(pair.claim, theirs):
            yield Finding("weaker", f"only reported: {theirs.speaker} ({theirs.cue})")
        return
    ours = min(_statements(pair.claim), key=lambda quote: quote.content_end - quote.content_start)
    theirs = _reporting(pair, ours) or _reporting(pair)
    if theirs is None:
        stated = any(_same_speaker(ours.speaker, parts.text) and _reports(parts) for parts in pair.carriers)
        if not stated:
            yield Finding("weaker", f"the text does not say it in the words of {ours.speaker}")
    elif not _one_speaker(ours, theirs):
        yield Finding("against", f"{theirs.speaker} says it in the text, not {ours.speaker}")


def _names_the_act(claim: Parts, theirs: Quote) -> bool:
    """Whether a claim tells that the speaker said it, though not in a clause ("denied responsibility")."""
    known = {term.stem for term in claim.terms}
    acts = theirs.cue.isalpha() and stem(theirs.cue.lower()) in known
    return acts and any(
        names.same(one.words, other.words) for one in claim.names for other in names.find(f"So {theirs.speaker}")
    )


def _reporting(pair: Pairing, ours: Quote | None = None) -> Quote | None:
    """Return the innermost statement of a carrier inside which most of the aligned words (of ``ours``) stand."""
    linked = [
        link
        for link in pair.links
        if ours is None or ours.content_start <= pair.claim.terms[link.claim].start < ours.content_end
    ]
    asserting = facts.asserting(pair)
    for number, parts in enumerate(pair.carriers):
        if number not in asserting:
            continue
        places = [parts.terms[link.term] for link in linked if link.sentence == number]
        places = [term for term in places if term.stem]
        for quote in sorted(_statements(parts), key=lambda quote: quote.content_end - quote.content_start):
            told = [term for term in places if not quote.speaker_start <= term.start < quote.speaker_end]
            inside = sum(quote.content_start <= term.start < quote.content_end for term in told)
            if inside * 2 > len(told):
                return quote
    return None


def _statements(parts: Parts) -> list[Quote]:
    """Return the statements of a sentence and those inside them ("Vesk said: the driver told us that …")."""
    found = list(parts.quotes)
    for quote in parts.quotes:
        inner = parts.text[quote.content_start : quote.content_end]
        found += [
            replace(
                held,
                content_start=quote.content_start + held.content_start,
                content_end=quote.content_start + held.content_end,
            )
            for held in find(inner)
        ]
    return found


def _one_speaker(one: Quote, other: Quote) -> bool:
    """Whether two speakers can be one: a shared name, or an unnamed one's nouns; a pronoun can be anybody.

    Whoever passes on another's words is who speaks: see :data:`qa.quotes.PASSED_ON`.
    """
    other = replace(other, speaker=other.speaker.partition(PASSED_ON)[0])
    if fold(other.speaker) in ("he", "she", "they") or fold(one.speaker) in ("he", "she", "they"):
        return True
    ours, theirs = names.find(f"So {one.speaker}"), names.find(f"So {other.speaker}")
    if ours and theirs:
        return any(names.same(left.words, right.words) for left in ours for right in theirs)
    left = {term.stem for term in terms(f"{one.role} {one.speaker}") if term.content}
    right = {term.stem for term in terms(f"{other.role} {other.speaker}") if term.content}
    return bool(left & right) and (left <= right or right <= left)


def _reports(parts: Parts) -> bool:
    return any(term.stem in REPORTING_STEMS or term.low == "according" for term in parts.terms)


def _same_speaker(speaker: str, text: str) -> bool:
    known = {term.stem for term in terms(text) if term.content}
    return any(stem(fold(word)) in known for word in speaker.split())


def speaker(pair: Pairing) -> str:
    """Return who says it in the text, "" when the text asserts it by itself."""
    quote = _reporting(pair)
    return quote.speaker if quote else ""
