"""Polarity and modality of every word of a sentence: what is denied, and what is only possible or planned.

A negator ("not", "refused to", "unlikely") turns the words in its scope, which runs to the end of its clause; two
negators turn twice ("never refused to meet"). Rules over tokens, no parser: symmetric on both sides of a comparison, so
a scope that is cut a little wrong is cut wrong in the same way twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.lexicon import PAST_FORMS
from qa.terms import REPORTING_STEMS, Term, stem

Modality = Literal["fact", "present", "planned", "possible"]
"""How firmly a word is asserted: it happened; it holds (no auxiliary); it is to happen; it may, should or might."""

FIRMER: frozenset[tuple[Modality, Modality]] = frozenset(
    {("fact", "planned"), ("fact", "possible"), ("present", "possible"), ("planned", "possible")}
)
"""Pairs (claim, text) in which the claim is firmer than its text. A present may be a plan ("opens on Tuesday")."""


@dataclass(frozen=True, slots=True)
class Mark:
    """``negated`` is the parity of the negators over the word; ``clause`` numbers its clause from 0."""

    negated: bool
    modality: Modality
    clause: int


_NEGATORS = frozenset(
    "not never no none nobody nothing neither nor without cannot hardly barely scarcely unlikely impossible nowhere"
    " ain't can't".split()
)
NEGATIVE_VERBS = frozenset(
    stem(verb)
    for verb in (
        "refuse deny decline reject avoid prevent oppose cancel scrap abandon forget withhold halt stop cease fail"
        " dismiss dispute refute rebuff prohibit ban block bar abort omit veto abstain refrain"
    ).split()
)
"""Stems of verbs whose complement ("refused to resign", "denied that he would") did not, or is not to, happen."""
_COMPLEMENT_WITHIN = 5
_ASKED_WITHIN = 9
_ASKING = frozenset("call calls request requests demand demands appeal appeals plea pleas bid bids".split())
NEGATIVE_PHRASES = (
    ("no", "longer"), ("rule", "out"), ("ruled", "out"), ("ruling", "out"), ("rules", "out"), ("turn", "down"),
    ("turned", "down"), ("turns", "down"), ("turning", "down"), ("yet", "to"), ("far", "from"), ("short", "of"),
    ("instead", "of"), ("rather", "than"), ("call", "off"), ("called", "off"), ("calls", "off"), ("free", "of"),
    ("shot", "down"), ("not", "only"), ("walked", "away"), ("pulled", "out"), ("pull", "out"), ("backed", "out"),
)  # fmt: skip
_POSSIBLE = frozenset(
    "may might could can possibly perhaps maybe probably likely unlikely potentially possible should must ought if"
    " whether unless reportedly allegedly purportedly supposedly apparently alleged would-be".split()
)
_POSSIBLE_STEMS = frozenset(
    stem(verb)
    for verb in (
        "hope urge demand want seek call ask allege consider mull threaten fear suspect expect speculate rumour rumor"
        " propose try attempt aim believe encourage request invite wish offer forecast"
    ).split()
)
_PLANNED = frozenset(("will", "shall", "would"))
_PLANNED_STEMS = frozenset(
    stem(verb) for verb in "plan intend schedule vow pledge promise agree prepare decide".split()
)
_PLANNED_PHRASES = (("going", "to"), ("set", "to"), ("due", "to"), ("is", "to"), ("are", "to"), ("about", "to"),
                    ("was", "to"), ("were", "to"), ("slated", "to"), ("poised", "to"))  # fmt: skip
_POSSIBLE_PHRASES = tuple((noun, "to") for noun in "talks bid effort efforts chance ready willing pressure".split())
_FACT = frozenset("was were had has have did been".split())
_AUXILIARIES = frozenset("may might could can will would shall should must is are was were has have had".split())
"""Right behind "and" or "or" one of these begins a clause of its own ("not on Monday and may begin on Tuesday")."""
_HELPING = frozenset("be been being is are was were has have had having get got to".split())
_HELPED_WITHIN = 8
_SAID_WITHIN = 10
_TIMES = frozenset("day week month year time evening night morning afternoon weekend date hour summer winter".split())
_BREAKS = frozenset(';:—–()"“”')
_SUBORDINATORS = frozenset(
    "but because although though while whereas that which who whom whose when where after before since until as if"
    " unless".split()
)


_ASIDE = 6
"""Words and marks of the longest bracket that only says again what stands before it."""


def marks(terms: Sequence[Term]) -> tuple[Mark, ...]:
    """Return one mark for each term of a sentence, in order."""
    clauses = _clauses(terms)
    negated = [False] * len(terms)
    for first, last in _scopes(terms, clauses):
        for index in range(first, last):
            negated[index] = not negated[index]
    for first, last in _asides(terms):
        negated[first:last] = [any(negated[first - 1 : last])] * (last - first)
    modalities = _modalities(terms, clauses)
    return tuple(
        Mark(negated=negated[index], modality=modalities[index], clause=clauses[index]) for index in range(len(terms))
    )


def _asides(terms: Sequence[Term]) -> Iterator[tuple[int, int]]:
    """Yield what short brackets hold: they say the word before them again ("in the summer (summer 2025)")."""
    for opened, term in enumerate(terms):
        if term.text == "(" and opened:
            closed = next((at for at in range(opened, min(opened + _ASIDE, len(terms))) if terms[at].text == ")"), 0)
            if closed:
                yield opened, closed


def _clauses(terms: Sequence[Term]) -> list[int]:
    """Number the clauses: a new one at strong punctuation, a subordinator, a comma before a clause or behind one."""
    number, found, subordinate = 0, [], False
    for index, term in enumerate(terms):
        after_comma = index > 0 and terms[index - 1].text == ","
        opens = term.low in _SUBORDINATORS and not _points_to_a_time(terms, index) and not _measures(terms, index)
        if (
            term.text in _BREAKS
            or (index and opens)
            or (after_comma and (subordinate or term.low in ("and", "so", "or", "with")))
            or (term.low in ("and", "or") and index + 1 < len(terms) and terms[index + 1].low in _AUXILIARIES)
        ):
            number += 1
            subordinate = False
        opens = opens or (index == 0 and is_past(term) and term.low not in _FACT)
        subordinate = subordinate or (opens and term.low != "that" and (index == 0 or after_comma))
        found.append(number)
    return found


def _points_to_a_time(terms: Sequence[Term], index: int) -> bool:
    """Whether a "that" is no subordinator but points: "that day", "that evening"."""
    following = terms[index + 1].low if index + 1 < len(terms) else ""
    return terms[index].low == "that" and following in _TIMES


def _measures(terms: Sequence[Term], index: int) -> bool:
    """Whether an "as" belongs to "as much as" and the like."""
    near = [terms[place].low for place in (index - 1, index + 1) if 0 <= place < len(terms)]
    return terms[index].low == "as" and any(low in ("much", "many", "few", "little", "well") for low in near)


def _scopes(terms: Sequence[Term], clauses: Sequence[int]) -> list[tuple[int, int]]:
    """Return the half-open token ranges that each negator turns."""
    found = []
    for index, term in enumerate(terms):
        width = _negator_at(terms, index)
        if not width:
            continue
        first = _complement(terms, index + width) if _takes_complement(terms, index) else index + width
        last = _end_of_scope(terms, clauses, first)
        if term.low in ("no", "none", "nobody", "nothing", "neither", "nowhere") and _post_verbal(terms, index):
            first = _clause_start(clauses, index)
        if first < last:
            found.append((first, last))
    return found


def _negator_at(terms: Sequence[Term], index: int) -> int:
    """Return how many tokens the negator at ``index`` spans, 0 when there is none."""
    term = terms[index]
    following = terms[index + 1].low if index + 1 < len(terms) else ""
    if (term.low, following) == ("not", "only"):
        return 0
    if (term.low, following) in NEGATIVE_PHRASES:
        return 2
    if term.low in _NEGATORS or term.low.endswith("n't"):
        before = terms[index - 1].low if index else ""
        # "no" inside "no longer" is counted once, and "not unlikely" twice.
        return 0 if (before, term.low) in NEGATIVE_PHRASES else 1
    return 1 if term.stem in NEGATIVE_VERBS else 0


def _takes_complement(terms: Sequence[Term], index: int) -> bool:
    following = terms[index + 1].low if index + 1 < len(terms) else ""
    return terms[index].stem in NEGATIVE_VERBS or following in ("out", "down", "off", "away")


def _complement(terms: Sequence[Term], index: int) -> int:
    """Return where the complement clause of the negative verb before ``index`` begins; the end when it has none.

    A plain object ("rejected the bill") is no complement: it is as real as before.
    """
    asked = any(term.low in _ASKING for term in terms[index : index + 3])
    for here in range(index, min(index + (_ASKED_WITHIN if asked else _COMPLEMENT_WITHIN), len(terms))):
        term = terms[here]
        if term.low in (
            "to",
            "that",
            "from",
            "having",
            "being",
            "would",
            "will",
            "had",
            "was",
            "were",
            "is",
            "are",
        ) or (term.low.endswith("ing") and len(term.low) > 5 and here == index + 1):
            return here
        if term.text in ".;,":
            break
    return len(terms)


def _post_verbal(terms: Sequence[Term], index: int) -> bool:
    """Whether "no", "none" … stand after the verb ("killed no one", "found none"), so that they deny the clause."""
    return (
        index > 1
        and terms[index - 1].low not in (",", "and", "is", "are", "was", "were", "but")
        and any(is_past(other) and other.low not in _FACT for other in terms[max(0, index - 2) : index])
    )


def _clause_start(clauses: Sequence[int], index: int) -> int:
    while index and clauses[index - 1] == clauses[index]:
        index -= 1
    return index


def _end_of_scope(terms: Sequence[Term], clauses: Sequence[int], first: int) -> int:
    """A scope ends with its clause, and "that" opens one that is still denied ("denied that he would resign")."""
    last = first
    while last < len(terms):
        if (
            clauses[last] != (clauses[last - 1] if last else 0)
            and not (terms[last].low in ("that", "whether", "which", "as") and last - first <= 2)
            and last > first
        ):
            break
        if (
            (last == first and terms[last].low in ("but",))
            or (last > first and _says_who(terms, last))
            or (last > first and new_predicate(terms, last))
        ):
            break
        last += 1
    return last


def _says_who(terms: Sequence[Term], index: int) -> bool:
    """Whether a comma here is followed by who says it (", the governor said"): that is not denied with the rest."""
    if terms[index].text != ",":
        return False
    ahead = terms[index + 1 : index + 1 + _SAID_WITHIN]
    stop = next((place for place, term in enumerate(ahead) if term.text in ",.;:" or term.low in ("and", "but")), None)
    ahead = ahead[:stop]
    if not ahead or ahead[0].low in _SUBORDINATORS:
        return False
    return any(term.stem in REPORTING_STEMS and is_past(term) for term in ahead[1:]) or ahead[0].low == "according"


def new_predicate(terms: Sequence[Term], index: int) -> bool:
    """Whether a new predicate begins here: ", has been put off" behind an aside, "and extended" behind a past verb.

    "Was not seen and heard" goes on: behind an auxiliary the second form is a participle too.
    """
    term, before = terms[index], terms[index - 1] if index else None
    if before is not None and before.text == ",":
        return term.low in _AUXILIARIES
    if term.low not in ("and", "but") or index + 1 >= len(terms):
        return False
    following = terms[index + 1 : index + 3]
    verb = next((other for other in following if not other.low.endswith("ly")), following[0])
    if not is_past(verb) or verb.low in _FACT:
        return False
    return not any(other.low in _HELPING for other in terms[max(0, index - _HELPED_WITHIN) : index])


def _modalities(terms: Sequence[Term], clauses: Sequence[int]) -> list[Modality]:
    found: list[Modality] = []
    current: Modality = "present"
    for index, term in enumerate(terms):
        if index and clauses[index] != clauses[index - 1] and term.low != "that":
            current = "present"
        if new_predicate(terms, index):
            current = "present"
        pair = (term.low, terms[index + 1].low if index + 1 < len(terms) else "")
        if pair in _POSSIBLE_PHRASES or term.low in _POSSIBLE or term.stem in _POSSIBLE_STEMS:
            current = "possible"
        elif term.low in _PLANNED or term.stem in _PLANNED_STEMS or pair in _PLANNED_PHRASES:
            current = current if current == "possible" else "planned"
        elif current == "present" and (term.low in _FACT or is_past(term)):
            current = "fact"
        elif term.low == "and" and current == "fact":
            current = "present"
        found.append(current)
    return found


def is_past(term: Term) -> bool:
    """Whether a word looks like a past form: "-ed", or an irregular one."""
    return (term.low.endswith("ed") and len(term.low) > 4) or term.low in PAST_FORMS
