from __future__ import annotations

import pytest

from qa.names import find, same


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kremlin spokesperson Dmitry Peskov said so.", ["Kremlin", "Dmitry Peskov"]),
        ("Turkish President Recep Tayyip Erdogan and Vladimir Putin met.", ["Recep Tayyip Erdogan", "Vladimir Putin"]),
        ("The World Health Organization (WHO) met.", ["World Health Organization", "WHO"]),
        ("He studied at the University of Michigan on Monday, May 5.", ["University of Michigan"]),
        ("İstanbul'da, Recep Tayyip Erdoğan spoke.", ["İstanbul'da", "Recep Tayyip Erdoğan"]),
        ("nothing with a capital", []),
    ],
    ids=["role before", "two persons", "body and acronym", "no calendar words", "letters that change length", "none"],
)
def test_names_of_a_sentence(text: str, expected: list[str]) -> None:
    found = find(text)
    assert [name.text for name in found] == expected
    assert all(text[name.start : name.end] == name.text for name in found)


def test_a_common_noun_that_opens_a_sentence_is_no_sure_name() -> None:
    assert [name.sure for name in find("Negotiations failed.")] == [False]
    assert [name.sure for name in find("Lavrov spoke.")] == [True]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("dmitry peskov", "peskov", True),
        ("volodymyr zelenskyy", "zelensky", True),
        ("vladimir zelenskiy", "volodymyr zelenskyy", True),
        ("who", "world health organization", True),
        ("us", "united states", True),
        ("kyiv", "kiev", True),
        ("j smith", "john smith", True),
        ("vladimir putin", "igor putin", False),
        ("iran", "iraq", False),
        ("austria", "australia", False),
        ("niger", "nigeria", False),
        ("north korea", "south korea", False),
    ],
)
def test_same_name(one: str, other: str, expected: bool) -> None:
    assert same(tuple(one.split()), tuple(other.split())) is expected
    assert same(tuple(other.split()), tuple(one.split())) is expected
