from __future__ import annotations

import pytest

from qa import stories

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
def test_copies_say_the_same(copy: str) -> None:
    assert stories.likeness(WIRE, copy) == stories.likeness(copy, WIRE) == "copy"


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
def test_a_changed_fact_is_a_variant(variant: str) -> None:
    assert stories.likeness(WIRE, variant) == stories.likeness(variant, WIRE) == "variant"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(f"Post.\n\n{WIRE}", f"Post Strike in the harbour 02:57.\n\n{WIRE}", id="a video's length"),
        pytest.param(
            f"{WIRE} What caused the walkout is not yet known.", f"{WIRE} The cause of the dispute is under review.",
            id="a denial in a sentence that was rewritten",
        ),
        pytest.param(
            f"Fares in the region rose by 12 percent. {WIRE}", f"{WIRE} Stay informed: subscribe to the Post today.",
            id="an appeal of today",
        ),
    ],
)  # fmt: skip
def test_what_only_one_adds_is_no_other_fact(one: str, other: str) -> None:
    assert stories.likeness(one, other) == stories.likeness(other, one) == "copy"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(f"Dead: 5.\n\n{WIRE}", f"Dead: 6.\n\n{WIRE}", id="a table's cell"),
        pytest.param(f"{WIRE} At least 12 were hurt.", f"{WIRE} Hospitals treated 14 people.", id="another count"),
        pytest.param(f"{WIRE} Talks failed on Sunday.", f"{WIRE} They agreed on Monday evening.", id="another day"),
    ],
)
def test_what_each_says_otherwise_is_another_fact(one: str, other: str) -> None:
    assert stories.likeness(one, other) == stories.likeness(other, one) == "variant"


def test_a_name_that_begins_a_sentence_is_a_name() -> None:
    one, other = f"Halden bought the line for a crown. {WIRE}", f"Veldt bought the line for a crown. {WIRE}"
    assert stories.likeness(one, other) == "variant"
    plain = f"{WIRE} Officials were told, and other officials were not."
    assert stories.likeness(plain, plain.replace("Officials", "Some")) == "copy"


@pytest.mark.parametrize(
    ("outlet", "agency"),
    [("Reuters", True), ("AP News", True), ("The Associated Press", True), ("Agence France-Presse", True),
     ("Snap", False),
     ("The Daily Map", False), ("", False)],
)  # fmt: skip
def test_agencies(outlet: str, agency: bool) -> None:
    assert stories.is_agency(outlet) is agency


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(WIRE, OTHER, id="another story"),
        pytest.param("", "", id="nothing"),
        pytest.param("Rain.", "Snow.", id="a word"),
        pytest.param("", WIRE, id="nothing and a text"),
    ],
)
def test_other_texts(one: str, other: str) -> None:
    assert stories.likeness(one, other) == "other"


def test_the_sketches_of_near_copies_meet() -> None:
    longer = "\n\n".join([OTHER, WIRE, *(f"{OTHER} It was meeting number {place}." for place in range(3))])
    assert set(stories.sketch(WIRE)) & set(stories.sketch(WIRE.rsplit(". ", 2)[0]))
    assert set(stories.sketch(WIRE)) & set(stories.sketch(longer))
    assert not set(stories.sketch(WIRE)) & set(stories.sketch(OTHER))
    assert stories.sketch("") == ()


def test_the_sketch_of_a_text_does_not_change_between_processes() -> None:
    assert stories.sketch("The harbour of Velm closed on Monday.")[0] == 5179789970034903037
