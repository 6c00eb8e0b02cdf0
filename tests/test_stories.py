from __future__ import annotations

from datetime import date, timedelta

import pytest

from qa import stories
from qa.types import Article

WIRE = (
    "Two delegations will meet in the old customs house of Lindholm on Friday to discuss the ferry dispute, the "
    "port authority said. The line has carried no passengers since the harbour workers walked out nine days ago. Some "
    "1,200 people are affected, according to the authority, and freight has been moved to the railway. The union said "
    "that it would bring a new proposal. A spokesman, Karl Amsel, said that both sides were tired. The authority has "
    "not commented on the figures. Residents of the island have asked the county for a bus."
)
OTHER = (
    "The county council voted on Monday to widen the coastal road between Lindholm and Berg after years of debate. "
    "Work is to begin in the autumn and to last two years. Opponents of the plan want the money to be spent on schools."
)


def piece(name: str, body: str, day: int = 1, outlet: str = "Daily") -> Article:
    return Article(name, body=body, outlet=outlet, published=date(2024, 5, 1) + timedelta(days=day))


def groups(*articles: Article) -> list[tuple[str, ...]]:
    return [story.members for story in stories.cluster(articles)]


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(WIRE, id="exact copy"),
        pytest.param("LINDHOLM (Wire) — " + WIRE, id="agency line added"),
        pytest.param(WIRE + " Additional reporting by our staff in Berg.", id="credit added"),
        pytest.param(WIRE.rsplit(". ", 2)[0] + ".", id="last sentences dropped"),
        pytest.param(WIRE.replace("were tired", "were weary"), id="a word changed"),
        pytest.param(WIRE.replace("said that it would", "said it would"), id="a small word dropped"),
        pytest.param(WIRE.upper(), id="capitals"),
    ],
)
def test_copies_are_one_story(copy: str) -> None:
    assert groups(piece("a", WIRE), piece("b", copy, 2), piece("c", OTHER, 3)) == [("a", "b"), ("c",)]


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param(WIRE.replace("1,200", "1,400"), id="number"),
        pytest.param(WIRE.replace("nine days", "eleven days"), id="number in words"),
        pytest.param(WIRE.replace("on Friday", "on Thursday"), id="date"),
        pytest.param(WIRE.replace("Karl Amsel", "Karl Dohle"), id="name"),
        pytest.param(WIRE.replace("would bring", "would not bring"), id="negation added"),
        pytest.param(WIRE.replace("has not commented", "has commented"), id="negation dropped"),
        pytest.param(WIRE.replace("would bring", "wouldn't bring"), id="negation contracted"),
    ],
)
def test_a_copy_that_says_something_else_keeps_its_own_slot(variant: str) -> None:
    found = stories.cluster([piece("a", WIRE), piece("b", variant, 2)])
    assert [story.members for story in found] == [("a",), ("b",)]
    assert found[1].variant_of == "a"


def test_the_original_is_the_earliest_and_the_agency_on_the_same_day() -> None:
    assert groups(piece("b", WIRE, 2), piece("a", WIRE, 1))[0] == ("a", "b")
    assert groups(piece("a", WIRE, 1, "Daily"), piece("z", WIRE, 1, "Reuters"))[0] == ("z", "a")


def test_a_name_that_begins_a_sentence_is_a_name() -> None:
    one, other = f"Halden bought the line for a crown. {WIRE}", f"Veldt bought the line for a crown. {WIRE}"
    assert groups(piece("a", one), piece("b", other, 2)) == [("a",), ("b",)]
    plain = f"{WIRE} Officials were told, and other officials were not."
    assert groups(piece("a", plain), piece("b", plain.replace("Officials", "Some"), 2)) == [("a", "b")]


def test_copies_of_a_variant_join_the_variant() -> None:
    changed = WIRE.replace("1,200", "1,400")
    assert groups(piece("a", WIRE), piece("b", changed, 2), piece("c", changed, 3)) == [("a",), ("b", "c")]


def test_undated_articles_come_last() -> None:
    undated = Article("0", body=WIRE)
    assert groups(undated, piece("a", WIRE)) == [("a", "0")]


@pytest.mark.parametrize(
    ("outlet", "agency"),
    [("Reuters", True), ("AP News", True), ("The Associated Press", True), ("Agence France-Presse", True),
     ("Snap", False),
     ("The Daily Map", False), ("", False)],
)  # fmt: skip
def test_agencies(outlet: str, agency: bool) -> None:
    assert stories.is_agency(outlet) is agency


def test_empty() -> None:
    assert stories.cluster([]) == ()
