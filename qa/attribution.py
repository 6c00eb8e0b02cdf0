"""Who says it: reported speech on both sides of a comparison, so that somebody's word does not pass as a fact."""

from __future__ import annotations

from collections.abc import Iterator

from qa import names
from qa.alignment import Finding, Pairing, Parts
from qa.quotes import Quote
from qa.terms import REPORTING_STEMS, fold, stem, terms


def attribution(pair: Pairing) -> Iterator[Finding]:
    """What the text only reports is not a fact, and what one person says another does not."""
    theirs = _reporting(pair)
    if not pair.claim.quotes:
        if theirs is not None:
            yield Finding("weaker", f"only reported: {theirs.speaker} ({theirs.cue})")
        return
    ours = pair.claim.quotes[0]
    if theirs is None:
        stated = any(_same_speaker(ours.speaker, parts.text) and _reports(parts) for parts in pair.carriers)
        if not stated:
            yield Finding("weaker", f"the text does not say it in the words of {ours.speaker}")
    elif not _one_speaker(ours.speaker, theirs.speaker):
        yield Finding("against", f"{theirs.speaker} says it in the text, not {ours.speaker}")


def _reporting(pair: Pairing) -> Quote | None:
    """Return the innermost statement of a carrier inside which most of the aligned words stand."""
    for number, parts in enumerate(pair.carriers):
        places = [parts.terms[link.term] for link in pair.links if link.sentence == number]
        places = [term for term in places if term.stem]
        for quote in sorted(parts.quotes, key=lambda quote: quote.content_end - quote.content_start):
            inside = sum(quote.content_start <= term.start < quote.content_end for term in places)
            if inside * 2 > len(places):
                return quote
    return None


def _one_speaker(one: str, other: str) -> bool:
    """Whether two speakers can be one: a shared name, or a shared noun for an unnamed one; a pronoun can be anybody."""
    if fold(other) in ("he", "she", "they") or fold(one) in ("he", "she", "they"):
        return True
    ours, theirs = names.find(f"So {one}"), names.find(f"So {other}")
    if ours and theirs:
        return any(names.same(left.words, right.words) for left in ours for right in theirs)
    left = {term.stem for term in terms(one) if term.content}
    right = {term.stem for term in terms(other) if term.content}
    return bool(left & right)


def _reports(parts: Parts) -> bool:
    return any(term.stem in REPORTING_STEMS or term.low == "according" for term in parts.terms)


def _same_speaker(speaker: str, text: str) -> bool:
    known = {term.stem for term in terms(text) if term.content}
    return any(stem(fold(word)) in known for word in speaker.split())


def speaker(pair: Pairing) -> str:
    """Return who says it in the text, "" when the text asserts it by itself."""
    quote = _reporting(pair)
    return quote.speaker if quote else ""
