"""What stands in quotation marks in a claim must stand so in the text, word for word, and with somebody who says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa import utterances
from qa.alignment import Finding, Pairing
from qa.terms import REPORTING_STEMS, fold, stem, terms

_NAMING = frozenset(
    stem(verb) for verb in "call describe dub label name term brand title entitle praise slam condemn hail".split()
)
_SPOKEN_FROM = 4
"""Words from which on a quotation is speech: shorter ones are titles, nicknames and single words held off."""


def quoted(pair: Pairing) -> Iterator[Finding]:
    """Each quotation of the claim must be in the text word for word; nobody's words are not a fact."""
    inside = utterances.quoted(pair.claim.text)
    if not inside:
        return
    texts = [parts.text for parts in (*pair.carriers, *pair.around)]
    whole = " ".join(_plain(text) for text in texts)
    marked = " ".join(_plain(text[start:end]) for text in texts for start, end in utterances.quoted(text))
    told = [term for term in pair.claim.terms if not any(start <= term.start < end for start, end in inside)]
    said = any(term.stem in REPORTING_STEMS or term.stem in _NAMING or term.low == "according" for term in told)
    for start, end in inside:
        words = pair.claim.text[start:end]
        plain = _plain(words)
        if not plain:
            continue
        if f" {plain} " not in f" {whole} ":
            yield Finding("against", f"the text does not have the words {words.strip()!r}")
        elif f" {plain} " in f" {marked} ":
            if not said and not _is_title(words):
                yield Finding("weaker", f"{words.strip()!r} are somebody's words in the text")
        elif len(plain.split()) >= _SPOKEN_FROM and not _is_title(words) and _no_marks(texts):
            yield Finding("weaker", f"{words.strip()!r} is no quotation in the text")


def _plain(text: str) -> str:
    """Return the words of a text with one space between them, without case, accents and marks."""
    return " ".join(re.findall(r"[\w%$€£]+(?:['’][\w]+)*", fold(text).replace("’", "'")))


def _is_title(words: str) -> bool:
    """Whether quoted words look like a name: every word that tells something has a capital."""
    return all(term.capital or not term.content for term in terms(words))


def _no_marks(texts: list[str]) -> bool:
    return not any(mark in text for text in texts for mark in '"“”«»„')
