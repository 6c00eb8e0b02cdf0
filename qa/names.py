"""Proper names in a sentence, and whether two of them can be the same person, body or place.

Found by capitals, not by a model: good enough to see that a name of the claim is nowhere in the text, which is what the
check needs. Transliterations and accents are folded; a surname stands for the full name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.lexicon import COMMON, DEMONYMS, STOPWORDS
from qa.spelling import spelling as spelling
from qa.terms import Term, fold, stem, terms


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name: its span, its folded words, and whether its capital is surely that of a name.

    ``sure`` is false for a lone capitalised word that opens the sentence and looks like a common noun ("Talks").
    """

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    sure: bool


_PARTICLES = frozenset("of de del della der den van von bin ibn al el la le da dos du di & for the and ul y st".split())
_INNER = frozenset("of de del della der den van von bin ibn al el la le da dos du di & ul y".split())
TITLES = frozenset(
    "president prime minister chancellor senator sen governor gov secretary king queen prince princess pope general gen"
    " colonel col captain lieutenant lt sergeant judge justice professor prof doctor dr mr mrs ms sir lord lady dame"
    " chairman chairwoman chief ceo director spokesman spokeswoman spokesperson coach mayor ambassador representative"
    " rep attorney sheriff officer detective foreign defense defence vice deputy former ex acting minister's kremlin's"
    " coach captain manager singer actor actress author fm pm".split()
)
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december mon tue tues wed thu thurs fri sat sun jan feb mar apr jun jul aug sep sept"
    " oct nov dec christmas easter am pm gmt est bst utc".split()
)
_COMMON_ENDINGS = (
    "ing",
    "ed",
    "ly",
    "tion",
    "sion",
    "ment",
    "ers",
    "ors",
    "ness",
    "ists",
    "ions",
    "ies",
    "als",
    "ance",
    "ence",
)
_OPENING_NOUNS = frozenset(
    "police government parliament congress talks officials protesters people experts scientists workers voters troops"
    " forces soldiers rescuers prosecutors residents lawmakers students doctors authorities fire firefighters court"
    " stocks shares oil gold prices inflation interest rates sales profits russian ukrainian"
    " today yesterday tomorrow earlier later meanwhile however thousands hundreds dozens millions one two three four"
    " five six seven eight nine ten eleven twelve twenty thirty forty fifty instead nobody somebody"
    " everyone".split()
)
_ALIASES = (
    "us-country|us|usa|america|united states|united states of america",
    "uk|britain|great britain|united kingdom",
    "un|united nations", "eu|european union", "uae|united arab emirates", "kyiv|kiev", "odesa|odessa",
    "kharkiv|kharkov", "lviv|lvov", "turkey|turkiye", "myanmar|burma", "czechia|czech republic",
    "ivory coast|cote d'ivoire", "beijing|peking", "mumbai|bombay", "kolkata|calcutta",
    "nato|north atlantic treaty organization",
    "who|world health organization|world health organisation", "fbi|federal bureau of investigation",
    "cia|central intelligence agency", "imf|international monetary fund",
    "nasa|national aeronautics and space administration",
    "cdc|centers for disease control and prevention", "fda|food and drug administration",
    "gop|republican party|republicans",
    "fed|federal reserve", "doj|justice department|department of justice", "dprk|north korea", "prc|china",
    "nyc|new york city", "la|los angeles", "dc|washington|washington dc", "bbc|british broadcasting corporation",
    "nhs|national health service", "covid|covid-19|coronavirus", "daesh|isis|isil|islamic state",
    "opec|organization of the petroleum exporting countries", "ioc|international olympic committee",
    "man united|manchester united|man utd", "man city|manchester city", "x|twitter",
)  # fmt: skip
_ALIAS_OF = {fold(name): number for number, group in enumerate(_ALIASES) for name in group.split("|")}


@lru_cache(maxsize=4_096)
def find(text: str) -> tuple[Name, ...]:
    """Return the names of a sentence in order, titles ("President") left out of them, demonyms left to the words."""
    tokens = terms(text)
    headline = _title_case(tokens)
    found: list[Name] = []
    index = 0
    while index < len(tokens):
        if not _starts_name(tokens, index):
            index += 1
            continue
        last = _end_of_name(tokens, index)
        name = _named(text, tokens[index:last], sure=not headline and _is_sure(tokens, index, last))
        if name:
            found.append(name)
        index = last
    return tuple(found)


def _starts_name(tokens: Sequence[Term], index: int) -> bool:
    term = tokens[index]
    if not term.capital or not term.text[0].isalpha() or term.low in _CALENDAR:
        return False
    if term.low in STOPWORDS or (len(term.text) == 1 and term.low in ("i", "a")):
        acronym = term.text.isupper() and len(term.text) > 1
        return acronym and index != 0
    return True


def _end_of_name(tokens: Sequence[Term], index: int) -> int:
    last = index + 1
    while last < len(tokens):
        term = tokens[last]
        if tokens[last - 1].text.lower().endswith(("'s", "’s")):
            break
        if term.text == "." and len(tokens[last - 1].text) == 1 and last + 1 < len(tokens) and tokens[last + 1].capital:
            last += 1
            continue
        if (
            term.capital
            and term.text[0].isalpha()
            and term.low not in _CALENDAR
            and (term.low not in STOPWORDS or term.text.isupper())
        ):
            last += 1
        elif (
            term.low in _INNER
            and last + 1 < len(tokens)
            and tokens[last + 1].capital
            and (tokens[last + 1].low not in STOPWORDS and tokens[last + 1].low not in _CALENDAR)
        ):
            last += 2
        else:
            break
    return last


def _is_sure(tokens: Sequence[Term], index: int, last: int) -> bool:
    opens = not any(term.stem for term in tokens[:index])
    words = [term for term in tokens[index:last] if term.stem]
    if not opens or (len(words) > 1 and not _looks_common(words[0])):
        return True
    return not _looks_common(words[0]) or len(words) > 2


def _looks_common(term: Term) -> bool:
    low = term.low
    return (
        low in COMMON or low in STOPWORDS or low in TITLES or stem(low) in COMMON or low.endswith(_COMMON_ENDINGS)
        or low in _OPENING_NOUNS
    ) and low not in DEMONYMS  # fmt: skip


def _title_case(tokens: Sequence[Term]) -> bool:
    """Whether the sentence is a headline in which every word has a capital, so that capitals tell nothing."""
    long = [term for term in tokens if term.stem and len(term.low) > 3 and term.text[0].isalpha()]
    return len(long) >= 5 and tokens[-1].text != "." and all(term.capital for term in long)


def _named(text: str, tokens: Sequence[Term], *, sure: bool) -> Name | None:
    """Return the name without its leading titles and demonyms, or None when nothing else is left."""
    kept = [term for term in tokens if term.stem]
    while kept and (kept[0].low in TITLES or (kept[0].low in DEMONYMS and len(kept) > 1)):
        kept = kept[1:]
    words = tuple(word for term in kept for word in words_of(term))
    if not words or (len(kept) == 1 and kept[0].low in DEMONYMS and kept[0].low not in DEMONYMS.values()):
        return None
    start, end = kept[0].start, kept[-1].end
    shown = text[start:end]
    for possessive in ("'s", "’s", "'", "’"):
        shown = shown.removesuffix(possessive)
    return Name(start=start, end=start + len(shown), text=shown, words=words, sure=sure)


def words_of(term: Term) -> list[str]:
    """Return the folded words that a term adds to a name: none for a particle, both of "Jean-Marie"."""
    if term.low in _PARTICLES:
        return []
    low = fold(re.sub(r"['’]s?$", "", term.text)).replace(".", "")
    return [low] if term.text.count("-") == 0 else [part for part in re.split(r"[-‑]", low) if part not in _PARTICLES]


def folded_words(text: str) -> frozenset[str]:
    """Return the words of a text as names are compared: folded, without a possessive ending."""
    words = re.findall(r"[^\W\d_]+", fold(re.sub(r"['’]s?\b", " ", text)))
    return frozenset(words)


@lru_cache(maxsize=20_000)
def same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names (their folded words) can name the same thing: equal, surname for full name, initials, alias.

    "Vladimir Putin" and "Putin" are, "Vladimir Putin" and "Igor Putin" are not, "WHO" and "World Health Organization"
    are, "Zelensky" and "Zelenskyy" are.
    """
    if one == other:
        return True
    alias = _ALIAS_OF.get(" ".join(one))
    if alias is not None and alias == _ALIAS_OF.get(" ".join(other)):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) == 1 and len(long) > 2 and short[0] == "".join(word[0] for word in long if word not in _PARTICLES):
        return True
    return _covers(short, long)


def _covers(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether each word of the shorter name is one of the longer, in order; an initial stands for its word."""
    place = 0
    for word in short:
        while place < len(long) and not _same_word(word, long[place]):
            place += 1
        if place == len(long):
            return False
        place += 1
    return True


def _same_word(one: str, other: str) -> bool:
    if one == other or (min(len(one), len(other)) == 1 and one[0] == other[0]):
        return True
    return spelling(one) == spelling(other)
