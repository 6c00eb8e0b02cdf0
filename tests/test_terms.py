from __future__ import annotations

import pytest

from qa.terms import likeness, opposite, stem, terms


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("resigned", "resignation", True), ("announcement", "announced", True), ("invaded", "invasion", True),
        ("killed", "deaths", True), ("talks", "negotiations", True), ("russian", "russia", True),
        ("governor", "government", False), ("rise", "fall", False), ("2016", "2015", False),
    ],
)  # fmt: skip
def test_words_that_are_alike(one: str, other: str, expected: bool) -> None:
    assert (likeness(stem(one), stem(other)) > 0) is expected
    assert likeness(stem(one), stem(other)) == likeness(stem(other), stem(one))


def test_opposites_are_never_alike() -> None:
    assert opposite(stem("rose"), stem("fell"))
    assert likeness(stem("rose"), stem("fell")) == 0


def test_offsets_are_those_of_the_text() -> None:
    text = "İstanbul'da U.S. talks cost $1,200.50 – “re-election” costs it's 2,161,000."
    found = terms(text)
    assert all(text[term.start : term.end] == term.text for term in found)
    assert "1,200.50" in [term.text for term in found]
    assert "2,161,000" in [term.text for term in found]
