"""The noun phrase that speaks, before or after a cue such as "said": its name, its title, its span."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa import names
from qa.lexicon import REPORTING, STOPWORDS
from qa.terms import Term, stem, terms

CUE_STEMS = frozenset(stem(verb) for verb in REPORTING)
PRONOUNS = frozenset("he she they".split())
NOMINAL = frozenset(
    "police officials authorities government ministry minister president spokesman spokeswoman spokesperson court judge"
    " prosecutors prosecutor lawyers lawyer report reports witnesses residents scientists researchers experts company"
    " army military source sources officer mayor governor family investigators analysts critics union agency"
    " department"
    " council official statement study survey media newspaper report office team coach club doctors hospital senator"
    " chief"
    " director firefighters regulators lawmakers diplomats leaders activists opposition kremlin".split()
)
PERSONS = frozenset(
    "minister president spokesman spokeswoman spokesperson prosecutor lawyer mayor governor senator chief director"
    " chancellor premier leader head secretary ambassador chairman chairwoman chair coach captain manager judge"
    " economist commander commissioner king queen pope general envoy negotiator editor founder owner author"
    " widow husband wife".split()
)
"""Offices that one person holds."""
_CONJUNCTIONS = frozenset("but and while although however meanwhile as when after before so yet if still".split())
_FILLERS = frozenset(
    "has have had also then later further furthermore went on to is was has been who and would repeatedly often again"
    " publicly previously recently already once now reportedly".split()
)
_DETERMINERS = frozenset("the a an his her their our my its one another".split())
_PHRASE_WITHIN = 7
_TITLE_WORDS = 3
_LOCATING = frozenset(("in", "at", "near"))
BREAK = frozenset(',;:—–()"“”')


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker in a sentence: its span with the role, and the span of the bare name."""

    start: int
    end: int
    name_start: int
    text: str
    role: str


def before(sentence: str, tokens: tuple[Term, ...], cue: int) -> Speaker | None:
    """The noun phrase that ends right before the cue ("Kremlin spokesperson Dmitry Peskov", "he", "police")."""
    last = cue
    while last and (tokens[last - 1].low in _FILLERS or tokens[last - 1].low.endswith("ly")):
        last -= 1
    last = _before_apposition(tokens, last)
    if not last:
        return None
    if tokens[cue - 1].low == "and" and cue >= 2:
        return _first_subject(sentence, tokens, cue)
    head = tokens[last - 1]
    if head.low in PRONOUNS:
        return Speaker(head.start, head.end, head.start, head.text, "")
    if head.text in BREAK or not head.stem or (head.low in STOPWORDS and not head.text.isupper()):
        return None
    if not (head.capital or head.low in NOMINAL or head.low.endswith("s")):
        return _determined(sentence, tokens, last)
    first = last - 1
    while first and _belongs(tokens, first - 1):
        first -= 1
    first = _opens_title(tokens, first)
    while first >= 2 and tokens[first - 1].low in _LOCATING and tokens[first - 2].content:
        first -= 2
        while first and _belongs(tokens, first - 1):
            first -= 1
    phrase = described(sentence, tokens[first].start, head.end)
    if first < 2 or tokens[cue - 1].text != "," or tokens[first - 1].text != "," or not _titled(tokens, first - 1):
        return phrase
    role = first - 2
    while role and _belongs(tokens, role - 1):
        role -= 1
    title = sentence[tokens[role].start : tokens[first - 2].end]
    return Speaker(tokens[role].start, phrase.end, phrase.name_start, phrase.text, title)


def _opens_title(tokens: tuple[Term, ...], first: int) -> int:
    """Step back over the small words of a title behind a comma or a mark: ", harbour master Ida Kern"."""
    place = first
    while place and first - place < _TITLE_WORDS and tokens[place - 1].content and not tokens[place - 1].capital:
        place -= 1
    opens = place < first and place and tokens[place - 1].text in BREAK and not tokens[first].capital
    return place if opens else first


def _first_subject(sentence: str, tokens: tuple[Term, ...], cue: int) -> Speaker | None:
    """Who did something "and said": the pronoun or the name that the sentence begins with."""
    if tokens[0].low in PRONOUNS:
        return Speaker(tokens[0].start, tokens[0].end, tokens[0].start, tokens[0].text, "")
    first = next((name for name in names.find(sentence) if name.end <= tokens[cue - 1].start), None)
    if first is None:
        return None
    ahead = terms(sentence[: first.start])
    if any(not (term.capital or term.low in NOMINAL | _DETERMINERS | {"'s"} or not term.content) for term in ahead):
        return None
    if any(term.low in BREAK or term.low in ("in", "at", "on", "for", "after", "before") for term in ahead):
        return None
    return described(sentence, first.start, first.end)


def is_office(text: str) -> bool:
    """Whether a noun phrase names a person or a body that speaks ("police", "the ministry")."""
    return any(term.low in NOMINAL for term in terms(text))


def is_person(text: str) -> bool:
    """Whether a noun phrase ends in an office that one person holds ("the foreign minister", not "the ministry")."""
    words = [term.low for term in terms(re.split(r"\s(?:of|for|at|in)\s", text)[0]) if term.stem]
    return bool(words) and words[-1] in PERSONS


def _determined(sentence: str, tokens: tuple[Term, ...], last: int) -> Speaker | None:
    """A plain noun phrase that an article opens ("a neighbour", "the driver of the bus"), at most a few words long."""
    for first in range(last - 2, max(last - _PHRASE_WITHIN, 0) - 1, -1):
        term = tokens[first]
        if term.low in _DETERMINERS and (not first or tokens[first - 1].low not in ("of", "for")):
            return described(sentence, term.start, tokens[last - 1].end)
        if not (term.content or term.low in ("of", "for", *_DETERMINERS)) or term.stem in CUE_STEMS:
            return None
    return None


def _before_apposition(tokens: tuple[Term, ...], last: int) -> int:
    """Step over "…, the foreign minister," between a name and its cue; of "the minister, Lavrov," take the name."""
    if not last or tokens[last - 1].text != ",":
        return last
    for index in range(last - 2, max(last - 14, 0), -1):
        if tokens[index].text != ",":
            continue
        between = tokens[index + 1 : last - 1]
        if (
            between
            and all(term.capital for term in between)
            and (_titled(tokens, index) or not tokens[index - 1].capital)
        ):
            return last - 1
        if tokens[index - 1].capital:
            return index
    return last


def _titled(tokens: tuple[Term, ...], comma: int) -> bool:
    """Whether the noun phrase before a comma is a title ("the president of Ostrany", "Russia's foreign minister")."""
    first = comma - 1
    while first and _belongs(tokens, first - 1):
        first -= 1
    return any(term.low in NOMINAL for term in tokens[first:comma])


def _belongs(tokens: tuple[Term, ...], index: int) -> bool:
    term = tokens[index]
    if term.text in BREAK or not term.stem:
        return term.text == "." and len(tokens[index - 1].text) == 1 and tokens[index - 1].capital
    if term.low in ("of", "for", "and", "de", "van", "von", "bin", "al", "the", "a", "an", "'s"):
        return True
    return (
        term.capital
        or term.low in NOMINAL
        or (
            term.weight > 0
            and term.stem not in CUE_STEMS
            and (tokens[index + 1].capital or tokens[index + 1].low in NOMINAL)
        )
    )


def after(sentence: str, tokens: tuple[Term, ...], cue: int) -> Speaker | None:
    """The noun phrase right after the cue, when what is said stands before it ("…," said Lavrov)."""
    if not cue or tokens[cue - 1].text not in ",\"”’'—–" or cue + 1 >= len(tokens):
        return None
    first = last = cue + 1
    while (
        last < len(tokens)
        and tokens[last].text not in BREAK
        and tokens[last].text not in ".!?"
        and (
            tokens[last].low not in ("on", "in", "at", "during", "after", "who", "as", "when", "while", "before", "to")
        )
    ):
        last += 1
    if last == first:
        return None
    if last + 1 < len(tokens) and tokens[last].text == "," and any(term.low in NOMINAL for term in tokens[first:last]):
        name = last + 1
        while name < len(tokens) and tokens[name].capital:
            name += 1
        if name > last + 1 and (name == len(tokens) or tokens[name].text in BREAK or tokens[name].text in ".!?"):
            title = re.sub(r"^(?:the|a|an)\s+", "", sentence[tokens[first].start : tokens[last - 1].end])
            held = described(sentence, tokens[last + 1].start, tokens[name - 1].end)
            return Speaker(tokens[first].start, held.end, held.name_start, held.text, title)
    phrase = described(sentence, tokens[first].start, tokens[last - 1].end)
    likely = (
        phrase.text[:1].isupper()
        or phrase.text.lower() in PRONOUNS
        or any(term.low in NOMINAL for term in tokens[first:last])
    )
    return phrase if likely else None


def described(sentence: str, start: int, end: int) -> Speaker:
    """Split a noun phrase into role and bare name: the last names in it, joined when there are two."""
    phrase = sentence[start:end]
    if phrase.lower() in PRONOUNS:
        return Speaker(start, end, start, phrase, "")
    inside = [name for name in names.find(sentence) if name.start >= start and name.end <= end]
    persons = [name for name in inside if name.end == end or _follows_and(sentence, name.end, end)]
    if persons and (placed := _OF_PLACE.search(sentence[start : persons[0].start])):
        edge = start + placed.start()
        persons = [name for name in inside if name.end == edge]
        end = edge if persons else end
    if not persons:
        bare = re.sub(r"^(?:the|a|an|The|A|An)\s+", "", phrase)
        return Speaker(start, end, end - len(bare), bare, "")
    first = persons[0].start
    if plural := re.search(r"\b[A-Z]\w+s['’]\s+$", sentence[start:first]):
        bare = sentence[start + plural.start() : end]
        return Speaker(start, end, start + plural.start(), bare, "")
    role = role_before(sentence[start:first])
    return Speaker(first - len(role), end, first, " and ".join(name.text for name in persons), role.strip(" ,"))


_OF_PLACE = re.compile(r"\s+(?:in|of|at|from|for|near)\s+(?:the\s+)?(?:[A-Z]\w+s['’]\s+)?$")
_APPOSED = re.compile(
    r"\s*,\s+(?:(?:the|a|an|his|her|its|their|who is|who was)\s+)?((?:[\w’'.-]+\s+){0,5}?[\w’'-]+)"
    r"(?:\s+(?:of|for|at|in)\s[^,;.]{2,40})?[,.;]"
)


def role_behind(after: str) -> str:
    """The office in apposition behind a name (", the foreign minister,"), "" when there is none."""
    match = _APPOSED.match(after)
    words = {term.low for term in terms(match[1])} if match else set()
    return match[1] if match and words & NOMINAL else ""


def role_words(text: str) -> frozenset[str]:
    """Return the words of a text, folded, that belong to a title or an office."""
    return frozenset(term.low for term in terms(text) if term.low in names.TITLES | NOMINAL)


def role_before(before: str) -> str:
    """The title right before a name: capitalised words and nouns of office, back to the first other word."""
    words = re.findall(r"\S+\s*", before)
    first = len(words)
    while first and (words[first - 1][0].isupper() or not _endsrole_before(words[first - 1].strip(" ,").lower())):
        first -= 1
        if words[first].strip().lower() in _CONJUNCTIONS:
            first += 1
            break
    return "".join(words[first:])


def _endsrole_before(word: str) -> bool:
    return not word or word in STOPWORDS - {"of"} or word.endswith("ing") or word in _CONJUNCTIONS


def _follows_and(sentence: str, place: int, end: int) -> bool:
    rest = sentence[place:end]
    return bool(re.match(r",?\s+and\s", rest)) or bool(re.match(r"\s*,\s*[A-Z]", rest))
