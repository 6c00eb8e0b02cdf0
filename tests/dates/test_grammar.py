from __future__ import annotations

import pytest

from qa.dates import grammar
from qa.dates.grammar import load
from qa.dates.resolving import READERS
from qa.dates.tokens import tokenize


def test_every_rule_has_a_reader_and_every_reader_a_rule() -> None:
    assert {rule.reads for rule in load().rules} == set(READERS)


def test_every_word_has_a_symbol_of_its_own() -> None:
    words = load()
    symbols = [*words.symbols.values(), *words.capitals.values(), *words.shapes.values()]
    assert len(symbols) == len(set(symbols))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("on Sept. 5, 2021", ["on", "sept", "5", ",", "2021"]),
        ("in Sept. He", ["in", "sept", ".", "he"]),
        ("at 8 p.m. ET", ["at", "8", "p.m.", "et"]),
        ("1,183,000 and 3.5", ["1,183,000", "and", "3.5"]),
        ("the '90s, '82", ["the", "'90s", ",", "'82"]),
        ("mid-2006", ["mid", "-", "2006"]),
        ("St. Patrick's Day", ["st", "patrick", "'", "s", "day"]),
        ("in March\n2022", ["in", "march", "2022"]),
        ("in 2005\nMarch 28", ["in", "2005", "\n", "march", "28"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    found = tokenize(text, load())
    assert [found.word(index) for index in range(len(found.starts))] == tokens


def test_a_number_inside_a_name_is_no_number() -> None:
    shapes = load().shapes
    assert tokenize("A320", load()).symbols[-1] == grammar.OTHER
    assert tokenize("5G", load()).symbols[0] == grammar.OTHER
    assert tokenize("8pm", load()).symbols[0] == shapes["hour"]
