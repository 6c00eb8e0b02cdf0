"""What stands in a near-copy in the place of an answer, and when two sentences are no near-copies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.twins import differ

MATCH = "Ilse Marn beat Dora Vek 6-2, 6-2 in the final to win the women's title at the 2019 Kelmar Open."


@pytest.mark.parametrize(
    ("sentence", "other", "phrase", "found"),
    [
        pytest.param(MATCH, MATCH.replace("Ilse Marn", "Anna Rost"), "Ilse Marn", "Anna Rost", id="another name"),
        pytest.param(
            "Veldt purchased Lumen in 2014 for a price that astonished the industry.",
            "Halden purchased Lumen in 2014 for a price that astonished the industry.",
            "Veldt",
            "Halden",
            id="a name of one word that begins the sentence",
        ),
        pytest.param(
            "Ilse Marn plays the young queen of Norvia in the film.",
            "Anna Rost added glamour as the young queen of Norvia in the film.",
            "Ilse Marn",
            "Anna Rost",
            id="a name without the verb behind it",
        ),
        pytest.param(
            "The game was published in Norvia by Halden on April 29, 2015.",
            "The game was published in Norvia by Halden on April 9, 2005.",
            "April 29, 2015",
            "April 9, 2005",
            id="another date",
        ),
        pytest.param(
            "That is 81 percent more than the $10.4 billion of the first quarter.",
            "That is 81 percent more than the $1.39 billion of the first quarter.",
            "$10.4 billion",
            "$1.39 billion",
            id="another sum",
        ),
        pytest.param(
            "The prize went to Ilse Marn of Kelmar on Friday.",
            "The prize went to Anna Rost on Friday, the jury of the town said.",
            "Ilse Marn of Kelmar",
            "Anna Rost",
            id="a shorter name, and more behind it",
        ),
        pytest.param(
            MATCH, MATCH.replace("Ilse Marn", "Anna Rost"), "Marn Ilse", "Anna Rost", id="a name the other way round"
        ),
        pytest.param(
            "The line was bought by Veldt in February 2014 for about 19 million crowns.",
            "The line was bought by Halden in February 2014 for about 19 million crowns.",
            "The line was bought by Veldt",
            "Halden",
            id="a phrase that says more than the name",
        ),
        pytest.param(
            "The firm was founded in December 2015 by Ilse Marn as a workshop for clocks.",
            "The firm was founded in December 2005 by Ilse Marn as a workshop for clocks.",
            "2015",
            "2005",
            id="a part of a date",
        ),
        pytest.param(
            "The game was released in Norvia on April 29 by the studio Halden.",
            "The game was released in Norvia on the Veldt console by the studio Halden.",
            "April 29",
            "",
            id="a name in the place of a day",
        ),
        pytest.param(MATCH, MATCH.replace("6-2, 6-2", "6-1, 6-3"), "Ilse Marn", "", id="a difference elsewhere"),
        pytest.param(MATCH, MATCH, "Ilse Marn", "", id="the same sentence"),
        pytest.param(
            MATCH, MATCH.replace("Ilse Marn", "the favourite"), "Ilse Marn", "", id="no name in the place of a name"
        ),
        pytest.param(
            "Ilse Marn won the women's title in Kelmar.",
            "Anna Rost lost her first match in Skerra to a qualifier.",
            "Ilse Marn",
            "",
            id="another report",
        ),
        pytest.param("Ilse Marn won.", "Anna Rost won.", "Ilse Marn", "", id="too short to be a copy"),
        pytest.param(MATCH, MATCH.replace("Ilse Marn", "Anna Rost"), "Kelmar", "", id="the phrase is the same in both"),
        pytest.param(MATCH, MATCH, "Nobody Else", "", id="a phrase that is not there"),
    ],
)
def test_what_stands_in_the_place_of_the_phrase(sentence: str, other: str, phrase: str, found: str) -> None:
    difference = differ(sentence, other, phrase)
    assert (difference.theirs if difference else "") == found


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_it_never_throws_and_what_it_returns_stands_in_the_other(sentence: str, other: str, phrase: str) -> None:
    difference = differ(sentence, other, phrase)
    if difference:
        assert difference.ours in sentence
        assert difference.theirs in other


def test_function_words_are_no_part_of_what_stands_there() -> None:
    found = differ(
        "Drought has hit the farms of Velm hard this year.",
        "Drought has hit the farms of the Tarn hard this year.",
        "Velm",
    )
    assert found is not None
    assert (found.ours, found.theirs) == ("Velm", "Tarn")
    assert differ("UPDATES:Velm has hit the farms hard.", "Norvia has hit the farms hard.", "Velm") is None
