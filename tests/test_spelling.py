from __future__ import annotations

import pytest

from qa.spelling import Vocabulary, distance, romanised, slips, spelling


@pytest.mark.parametrize(
    "group",
    [
        pytest.param(("zelensky", "zelenskiy", "zelenskyy", "zelenskij"), id="Zelensky"),
        pytest.param(("mohamed", "muhammad", "mohammed"), id="Muhammad"),
        pytest.param(("kharkiv", "karkiv"), id="Kharkiv"),
    ],
)
def test_romanisations_of_one_name_come_out_alike(group: tuple[str, ...]) -> None:
    assert len({spelling(word) for word in group}) == 1


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param("ferry", "ferry", 0, id="the same"),
        pytest.param("ferry", "fery", 1, id="one too few"),
        pytest.param("ferry", "ferrry", 1, id="one too many"),
        pytest.param("ferry", "fetry", 1, id="another"),
        pytest.param("ferry", "frery", 1, id="two that changed places"),
        pytest.param("istanbul", "istambull", 2, id="two"),
        pytest.param("ferry", "bridge", 3, id="more than are believed"),
    ],
)
def test_slips_are_counted(one: str, other: str, apart: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == apart


VOCABULARY = [("marisol", 30), ("marisal", 1), ("march", 90), ("zelenskyy", 8), ("zelenski", 3), ("marsh", 2)]


@pytest.mark.parametrize(
    ("term", "found"),
    [
        pytest.param("marisoll", ["marisol", "marisal"], id="fewest first"),
        pytest.param("marh", [], id="too short to be a slip"),
        pytest.param("marisol7", [], id="figures are no slips"),
        pytest.param("norvia", [], id="nothing is near"),
    ],
)
def test_slips_are_looked_for_among_known_words(term: str, found: list[str]) -> None:
    assert slips(term, VOCABULARY) == found


def test_other_romanisations_are_found_the_commonest_first() -> None:
    assert romanised("zelensky", VOCABULARY) == ["zelenskyy", "zelenski"]
    assert romanised("zelenskyy", VOCABULARY) == ["zelenski"]


@pytest.mark.parametrize("term", ["zelensky", "zelenskyy", "marisol", "marh", "unheard"])
def test_a_grouped_vocabulary_finds_what_a_walk_through_it_finds(term: str) -> None:
    assert Vocabulary(VOCABULARY).romanised(term) == romanised(term, VOCABULARY)
