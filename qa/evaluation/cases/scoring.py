"""Whether an answer is right by a row's rules, and what is wrong with it in words. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qa.evaluation.cases.rows import Row, Said, Shown

_ALIKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‑": "-"}
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKED = re.compile(r'"([^"]+)"')
_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"']?\s+|…")
_EDGES = " \"'.,;:!?"


def fold(text: str) -> str:
    """Return a text without what makes no difference: case, accents, kinds of quotation mark, dash and blank."""
    plain = _INVISIBLE.sub("", text).casefold().translate(_ALIKE)
    letters = (letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    return " ".join("".join(letters).split())


def bare(text: str) -> str:
    """Return a folded text without the signs at its ends."""
    return fold(text).strip(_EDGES)


def has(text: str, words: str) -> bool:
    """Whether words stand in a text as whole words; "11" does not stand in "111", "1,011" or "11.5"."""
    words = fold(words)
    before = r"(?<!\w)(?<!\d[.,])" if words[0].isalnum() else ""
    after = r"(?!\w)(?![.,]\d)" if words[-1].isalnum() else ""
    return re.search(before + re.escape(words) + after, fold(text)) is not None


def first_word(shown: Shown) -> str:
    """Return the first word of the short answer: it is the verdict where there is one."""
    found = re.search(r"\w+", fold(shown.short_answer))
    return found[0] if found else ""


def false_yes(row: Row, shown: Shown) -> bool:
    """Whether "Yes" is said where it is not so, or bare where it is disputed: the worst of errors."""
    if row.verdict == "disputed":
        return bare(shown.short_answer) == "yes"
    return row.verdict in ("no", "not_said") and first_word(shown) == "yes"


def may_be_false(row: Row) -> bool:
    """Whether a "Yes" to a row could be false."""
    return row.verdict in ("no", "not_said", "disputed")


def faults(row: Row, shown: Shown) -> tuple[str, ...]:
    """Return what is wrong with an answer, a phrase each; nothing where it is right."""
    found = [*_status(row, shown), *_verdict(row, shown), *_wording(row, shown)]
    return (*found, *_speech(row, shown)) if row.kind == "quotes" else tuple(found)


def _status(row: Row, shown: Shown) -> Iterator[str]:
    if row.status and shown.status not in row.status:
        yield f"status {shown.status}"


def _verdict(row: Row, shown: Shown) -> Iterator[str]:
    first, verdict = first_word(shown), row.verdict
    told = first in ("yes", "no")
    if verdict in ("yes", "no", "not_said") and told and first != verdict:
        yield f"verdict {first}"
    if verdict in ("yes", "no") and not told and not shown.refused:
        yield "no verdict"
    if verdict == "disputed" and bare(shown.short_answer) in ("yes", "no"):
        yield f"verdict {first}, one side only"


def _wording(row: Row, shown: Shown) -> Iterator[str]:
    everything = " \n ".join([shown.short_answer, shown.text, *shown.contents])
    if not (row.asked and shown.refused):
        for group in row.must:
            if not any(has(everything, words) for words in group):
                yield f"lacks {list(group)}"
    for entry in row.must_not:
        if shown.short_answer and _forbidden(shown.short_answer, entry):
            yield f"short answer has {entry!r}"
    for words in row.must_not_text:
        if has(shown.short_answer, words) or has(shown.text, words):
            yield f"shows {words!r}"


def _forbidden(short: str, entry: str) -> bool:
    start = re.sub(r"^(the|an?) ", "", bare(short))
    if entry.startswith("^"):
        words = fold(entry[1:])
        # Two letters behind the words tell whether they end there: "14" does not begin "140" or "14.5".
        return start.startswith(words) and has(start[: len(words) + 2], words)
    return start == bare(entry[1:]) if entry.startswith("=") else has(short, entry)


def _speech(row: Row, shown: Shown) -> Iterator[str]:
    given = [*shown.quotes, *(one.content for one in shown.said if _own(row, one))]
    pieces = {piece for words in given for piece in _pieces(words)}
    yield from (f"not found: {words!r}" for words in row.verbatim if bare(words) not in pieces)
    for words in row.not_verbatim:
        if any(has(one, words) for one in given):
            yield f"wrongly given: {words!r}"


def _own(row: Row, said: Said) -> bool:
    """Whether words are given to the speaker as their own; what they or another pass on is not."""
    passed_on = bool(said.through) or has(said.speaker, "quoting")
    return not passed_on and any(has(said.speaker, name) for name in row.speaker)


def _pieces(words: str) -> set[str]:
    """Return a statement as a whole, what stands in quotation marks in it, and each of its sentences."""
    folded = fold(words)
    return {bare(piece) for piece in (folded, *_MARKED.findall(folded), *_SENTENCE_END.split(folded))}
