"""Near-duplicates: which articles carry one story, and which near-copies differ in a fact and so stay apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from qa.lexicon import STOPWORDS
from qa.types import Article

_SHINGLE = 4
# A wire copy with a changed first line, an added byline or a dropped last paragraph keeps more than half of its
# four-word shingles; two reports of one event by two desks share under a tenth.
_SAME = 0.5
_CONTAINED = 0.75
_FEWEST = 12
# Shingles in very many articles are boilerplate: they would pair everything with everything.
_COMMON = 50

_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*(?:['’][^\W\d_]+)?%?")
_NEGATIONS = frozenset(
    "not no never none nobody nothing neither nor without cannot deny denies denied denying refuse refuses refused"
    " unlikely false untrue fails failed".split()
)
_COUNTS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen"
    " half twice third quarter first second".split()
)
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december today yesterday tomorrow".split()
)
_AGENCIES = frozenset(
    "reuters ap afp dpa efe ansa tass pti ani upi bloomberg xinhua kyodo yonhap anadolu interfax ukrinform apa"
    " lusa belga tt ntb ritzau swissinfo cp aap".split()
)
_AGENCY_WORDS = ("associated press", "agence france", "news agency", "newswire", "press trust", "press association")


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that carry one text. ``id`` is the original's; every variant of it has a story of its own."""

    id: str
    original: str = field(kw_only=True)
    members: tuple[str, ...] = field(kw_only=True)
    """Ids, the original first, then by date."""
    variant_of: str = field(kw_only=True, default="")
    """The id of the story whose text this one repeats but for a number, a date, a name or a negation."""


def is_agency(outlet: str) -> bool:
    """Whether an outlet is a news agency, whose text is likelier the original than a copy."""
    words = outlet.lower()
    return any(name in words for name in _AGENCY_WORDS) or not _AGENCIES.isdisjoint(re.findall(r"[a-z]+", words))


def cluster(articles: Sequence[Article]) -> tuple[Story, ...]:
    """Return the stories of some articles, in the order in which their originals were published.

    Two articles are near-duplicates when half of their four-word shingles are shared, or three quarters of the shorter
    one's. A near-duplicate that says another number, date, name or negation than the original is a variant: a story of
    its own that names the other. Undated articles come last.
    """
    ordered = sorted(articles, key=_precedence)
    shingles = {article.id: _shingles(article.body) for article in ordered}
    near = _near(shingles)
    by_id = {article.id: article for article in ordered}
    members: dict[str, list[str]] = {}
    variants: dict[str, str] = {}
    for article in ordered:
        originals = [original for original in members if original in near[article.id]]
        same = next((one for one in originals if not differs(by_id[one].body, article.body)), None)
        if same is not None:
            members[same].append(article.id)
            continue
        members[article.id] = [article.id]
        if originals:
            variants[article.id] = variants.get(originals[0], originals[0])
    return tuple(
        Story(first, original=first, members=tuple(group), variant_of=variants.get(first, ""))
        for first, group in members.items()
    )


def differs(one: str, other: str) -> bool:
    """Whether two near-copies state different facts: a changed number, date, name or negation.

    What only one of them adds (a paragraph, an agency line) is no difference. What stands in place of something else
    is, and so is a negation that only one has.
    """
    left, right = _words(one), _words(other)
    matcher = SequenceMatcher(None, [word.low for word in left], [word.low for word in right], autojunk=False)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        mine, theirs = left[start:end], right[other_start:other_end]
        if kind == "replace" and _facts(mine) != _facts(theirs):
            return True
        if kind != "replace" and len(mine) + len(theirs) <= 3 and any(_negates(word.low) for word in [*mine, *theirs]):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Word:
    low: str
    name: bool
    """Whether it begins with a capital, and probably not only because a sentence does."""


def _words(text: str) -> list[_Word]:
    plain = {word for word in _WORD.findall(text) if word.islower()}
    found = []
    for match in _WORD.finditer(text):
        # A few characters back are enough to see how the sentence before it ended.
        before = text[max(0, match.start() - 8) : match.start()].rstrip("\"'“”‘’( \n")[-1:]
        word = match.group()
        # At the beginning of a sentence every word has a capital; a name is one that the text never writes without.
        begins = before in ("", ".", "!", "?", ":")
        name = word[0].isupper() and not (begins and (word.lower() in STOPWORDS or word.lower() in plain))
        found.append(_Word(word.lower(), name=name))
    return found


def _facts(words: Sequence[_Word]) -> frozenset[str]:
    """Return the words that carry a fact: numbers, days, negations, names."""
    return frozenset(
        "not" if _negates(word.low) else word.low
        for word in words
        if word.name
        or word.low in _COUNTS
        or word.low in _DAYS
        or _negates(word.low)
        or any(letter.isdigit() for letter in word.low)
    )


def _negates(low: str) -> bool:
    return low in _NEGATIONS or low.endswith(("n't", "n’t"))


def _precedence(article: Article) -> tuple[bool, float, bool, str]:
    known = article.known_from
    return (known is None, known.timestamp() if known else 0.0, not is_agency(article.outlet), article.id)


def _shingles(body: str) -> frozenset[str]:
    words = [word.lower() for word in _WORD.findall(body)]
    if len(words) < _SHINGLE:
        return frozenset([" ".join(words)]) if words else frozenset()
    return frozenset(" ".join(words[index : index + _SHINGLE]) for index in range(len(words) - _SHINGLE + 1))


def _near(shingles: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return for each id the ids whose shingles it shares, by an inverted list of the shingles that are not common."""
    lists: dict[str, list[str]] = defaultdict(list)
    for name, own in shingles.items():
        for shingle in own:
            lists[shingle].append(name)
    found: dict[str, frozenset[str]] = {}
    for name, own in shingles.items():
        shared: dict[str, int] = defaultdict(int)
        for shingle in own:
            if len(lists[shingle]) <= _COMMON:
                for other in lists[shingle]:
                    shared[other] += 1
        found[name] = frozenset(
            other for other, count in shared.items() if other != name and count and _alike(own, shingles[other])
        )
    return found


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    both = len(one & other)
    if not both:
        return False
    shorter = min(len(one), len(other))
    return both / (len(one) + len(other) - both) >= _SAME or (shorter >= _FEWEST and both / shorter >= _CONTAINED)
