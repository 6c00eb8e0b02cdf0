"""The bad inputs and faults that Dateline is held to, by number: each has a test that names it.

A test names a number in its own name (``test_17_…``) or in an id (``case_17 …``, ``17: …``).
``python tests/test_cases.py`` lists which tests those are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

TESTS = Path(__file__).parent

CASES = {
    1: "an empty question: refused, and no model is called",
    2: "a question that is too long, a body that is too large: refused, the body before it is parsed",
    3: "NUL, lone surrogates, byte order marks, only emoji: answered or refused, never a fault",
    4: "characters in a question that nobody sees: the same answer as without them",
    5: "control tokens of chat models in a question: text",
    6: "a question that asks for the prompt: nothing of it leaks",
    7: "a question in another script: answered or refused as one",
    8: "a question that the archive does not answer: refused, without a citation",
    9: "operators and SQL in filters: refused, or a name that nobody has",
    10: "impossible and extreme dates: refused or empty, never a fault",
    11: "counts of nothing and of too much: refused; more than there are is all",
    12: "what is no JSON, too deep, of another type: refused",
    13: "unknown conversations and forged roles: refused or ignored",
    14: "a history of 500 turns: cut to what a model reads",
    15: "the same question twice at once: answered twice",
    16: "options of a model server: dropped",
    17: "other methods and paths that climb: refused",
    18: "a file without an article: said, and nothing changes",
    19: "an article that is too large: rejected by size",
    20: "a megabyte without a space: read in linear time",
    21: "the same text again, elsewhere, or changed: one, linked, or a new version",
    22: "no date, a date in the future, the zero of the clock: unknown",
    23: "wrong and mixed encodings: decoded or rejected, never guessed",
    24: "scripts and frames in a page: gone",
    25: "text in a page that nobody sees: gone",
    26: "an order in an article: not followed, the citation still right",
    27: "images and links of scripts in an article: never shown, never followed",
    28: "entities and document types in a feed: refused, nothing is read or fetched",
    29: "compressed bombs and archives: stopped at the limit",
    30: "addresses of this machine and network, however written: refused",
    31: "a name that resolves to another address later: the checked one is used",
    32: "redirects to the inside, in a circle, to a file: refused",
    33: "a server that is slow or never ends: left in time",
    34: "other schemes, passwords in addresses: refused",
    35: "paths that climb, links, wrong endings: refused",
    36: "more passages than one batch holds: all stored",
    37: "no text, no vector: skipped and counted",
    38: "an encoder that fails half way: nothing lost, the old version served",
    39: "an article that was removed: gone from everywhere",
    40: "a kill at any moment of taking in: nothing lost, nothing twice",
    41: "a signal while taking in: an end at an edge, to be gone on with",
    42: "a full disk: an error in words, the old index serves",
    43: "a folder that cannot be written or made: the reason is said",
    44: "damaged vectors: noticed and built anew",
    45: "a damaged archive or lexical index: named, or built anew",
    46: "a second writer: refused by name; a reader works",
    47: "an index of another encoder: refused; words still work",
    48: "a half-written pointer or manifest: the version before",
    49: "a model file that is cut short, wrong or missing: refused by name",
    50: "a model that is down, hangs or breaks off: the archive's own sentences, in time",
    51: "a model server that errs in any way: tried again or given up, and said",
    52: "drafts that are empty, endless, no text, cite nothing: the archive's own sentences",
    53: "a model's process that is killed: started again",
    54: "a client who leaves: what it held is free",
    55: "a clock that jumps, leap days, hours that are left out: nobody is locked out",
    56: "no home, another language, folders and proxies that are not there: it starts",
    57: "a slow disk: questions are answered between its writes",
    58: "few open files: enough",
    59: "articles that come in while questions are asked: no error, no mixed version",
    60: "control characters in titles and headers: no line and no header is forged",
    61: "secrets: in no answer of any kind",
    62: "a full line: refused with a time, and open again",
}


def found() -> dict[int, set[str]]:
    """Return the files and functions that name each number."""
    named: dict[int, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        if path.name == Path(__file__).name:
            continue
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"^(?:async )?def test_(\d{1,2})_(\w+)", text, re.MULTILINE):
            named[int(match[1])].add(f"{path.relative_to(TESTS.parent)}::test_{match[1]}_{match[2]}")
        for match in re.finditer(r"[\"'](?:case_(\d{1,2})\b|(\d{1,2}): [a-zA-Z{])", text):
            behind = re.search(r"^def (test_\w+)", text[match.end() :], re.MULTILINE)
            name = f"::{behind[1]}" if behind else ""
            named[int(match[1] or match[2])].add(f"{path.relative_to(TESTS.parent)}{name}")
    return named


@pytest.mark.parametrize("number", CASES)
def test_every_case_has_a_test(number: int) -> None:
    assert found()[number], f"no test names {number}: {CASES[number]}"


def test_the_numbers_are_complete_and_no_test_names_another() -> None:
    assert list(CASES) == list(range(1, 63))
    assert set(found()) <= set(CASES)


def test_the_table_of_the_documentation_is_this_one() -> None:
    shown = (TESTS.parent / "docs" / "hostile.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", shown, re.MULTILINE)
    assert {int(number): words for number, words in rows} == CASES


if __name__ == "__main__":
    for case, words in CASES.items():
        print(f"{case:2} {words}", *sorted(found()[case]), sep="\n     ")  # noqa: T201
