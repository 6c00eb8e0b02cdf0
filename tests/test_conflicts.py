from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from qa import values
from qa.conflicts import Claim, Kind, Slot, read, same_side, thing, values_of
from qa.quotes import speaker_of

DAY = date(2022, 3, 28)
NEXT = date(2022, 3, 29)


def claim(
    slot: Slot, text: str, *, said: date | None = DAY, outlet: str = "Herald", speaker: str | None = None,
    given: Sequence[str] = (), story: str = "",
) -> Claim:  # fmt: skip
    return Claim(
        text=text,
        article_id=f"{outlet}:{said}",
        values=tuple(given) or values_of(slot, text, said),
        story=story,
        outlet=outlet,
        said=said,
        speaker=speaker_of(text) if speaker is None else speaker,
    )


# (id, slot, [(text, day, outlet)], kind)
NUMBERS: list[tuple[str, Slot, list[tuple[str, date | None, str]], Kind]] = [
    ("goals and arrests are two things", "how_many",
     [("The side scored 5 goals.", DAY, "A"), ("Police made 6 arrests.", DAY, "B")], "agree"),
    ("two tolls on one day", "how_many",
     [("The blast left 12 dead.", DAY, "A"), ("The blast left 20 dead.", DAY, "B")], "conflict"),
    ("two tolls, undated", "how_many",
     [("The blast killed 12 people.", None, "A"), ("The blast killed 20 people.", None, "B")], "conflict"),
    ("a toll that rises the day after", "how_many",
     [("The blast killed 12 people.", DAY, "A"), ("The blast killed 20 people.", NEXT, "B")], "update"),
    ("a toll revised by its own outlet", "how_many",
     [("The blast killed 20 people.", DAY, "A"), ("The blast killed 18 people.", NEXT, "A")], "update"),
    ("a toll revised in so many words", "how_many",
     [("The blast killed 20 people.", DAY, "A"),
      ("Officials revised the toll down: the blast killed 18 people.", NEXT, "B")], "update"),
    ("the same in digits and in words", "how_many",
     [("The blast killed twelve people.", DAY, "A"), ("12 people were killed in the blast.", DAY, "B")], "agree"),
    ("a comparator that includes the other", "how_many",
     [("More than 12 people died.", DAY, "A"), ("15 people died.", DAY, "B")], "agree"),
    ("a comparator that excludes the other", "how_many",
     [("More than 20 people died.", DAY, "A"), ("15 people died.", DAY, "B")], "conflict"),
    ("dead and injured in one sentence", "how_many",
     [("12 people were killed and 30 injured.", DAY, "A"), ("30 people were injured.", DAY, "B")], "agree"),
    ("two amounts of money", "how_much",
     [("The firm paid $3 billion.", DAY, "A"), ("The firm paid $3 million.", DAY, "B")], "conflict"),
    ("one amount at two scales", "how_much",
     [("The firm paid $1.2 billion.", DAY, "A"), ("The firm paid $1,200 million.", DAY, "B")], "agree"),
    ("two shares", "how_much",
     [("Inflation is 8.6%.", DAY, "A"), ("Inflation is 9.1 percent.", DAY, "B")], "conflict"),
]  # fmt: skip


@pytest.mark.parametrize(("slot", "told", "kind"), [row[1:] for row in NUMBERS], ids=[row[0] for row in NUMBERS])
def test_numbers(slot: Slot, told: list[tuple[str, date | None, str]], kind: Kind) -> None:
    claims = [claim(slot, text, said=said, outlet=outlet) for text, said, outlet in told]
    assert read(slot, claims).kind == kind
    assert read(slot, claims[::-1]).kind == kind


ISTANBUL = (
    "Turkey's president Recep Tayyip Erdogan and Russian president Vladimir Putin said on Sunday that the next round"
    " will be held in Istanbul on March 28-30.",
    "Kremlin spokesperson Dmitry Peskov said on Monday that the talks are unlikely to begin on Monday but may begin on"
    " Tuesday.",
)


def test_the_istanbul_talks_are_an_update_in_one_article() -> None:
    found = read("when", [claim("when", text) for text in reversed(ISTANBUL)])
    assert found.kind == "update"
    assert [one.text for one in found.claims] == list(ISTANBUL)
    assert [one.text for one in found.current] == [ISTANBUL[1]]


def test_a_denied_date_is_no_value() -> None:
    assert [value.value for value in values_of("when", ISTANBUL[1], DAY)] == ["2022-03-29"]  # type: ignore[union-attr]


def test_two_sides_with_two_dates_conflict_on_one_day_only() -> None:
    one = claim("when", "Kyiv said the exchange will take place on Friday.", outlet="A")
    other = claim("when", "Moscow said the exchange will take place on Sunday.", outlet="B")
    assert read("when", [one, other]).kind == "conflict"
    later = claim("when", "Moscow said the exchange was postponed to 15 April 2022.", outlet="B", said=date(2022, 4, 4))
    assert read("when", [one, later]).kind == "update"


def test_a_month_and_a_day_of_it_agree() -> None:
    told = ["The vote is in April 2022.", "The vote is on 12 April 2022."]
    assert read("when", [claim("when", text, outlet=text[-6:]) for text in told]).kind == "agree"


def test_strings() -> None:
    def who(*names: str, days: Sequence[date | None]) -> Kind:
        given = [
            claim("who", f"{name} won.", given=(name,), outlet=f"Outlet {number}", said=said, speaker="")
            for number, (name, said) in enumerate(zip(names, days, strict=True))
        ]
        return read("who", given).kind

    assert who("Smith", "John Smith", days=(DAY, DAY)) == "agree"
    assert who("John Smith", "Jane Jones", days=(DAY, DAY)) == "conflict"
    assert who("John Smith", "Jane Jones", days=(None, None)) == "conflict"
    assert who("Johnson", "Truss", days=(date(2022, 7, 1), date(2022, 9, 7))) == "update"


def test_yes_and_no() -> None:
    told = [("yes", "A"), ("no", "B")]
    assert read("yes_no", [claim("yes_no", "x.", given=(v,), outlet=o, speaker="") for v, o in told]).kind == "conflict"


def test_copies_and_empty_claims() -> None:
    text = "The blast left 12 dead."
    assert read("how_many", []).kind == "agree"
    assert read("how_many", [claim("how_many", text, outlet=o, story="s") for o in "AB"]).kind == "agree"
    silent = claim("how_many", "The blast was heard for miles.")
    assert read("how_many", [silent, claim("how_many", text)]).claims == (claim("how_many", text),)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Russian President Vladimir Putin", "Kremlin spokesperson Dmitry Peskov", True),
        ("Zelensky", "Volodymyr Zelenskyy", True),
        ("the White House", "US Secretary of State Antony Blinken", True),
        ("Moscow", "Kyiv", False),
        ("police", "the police", True),
        ("police", "residents", False),
    ],
)
def test_sides(one: str, other: str, same: bool) -> None:
    claims = [Claim(text="It is so.", article_id="a", values=("x",), speaker=speaker) for speaker in (one, other)]
    assert same_side(*claims) is same


def test_what_is_counted_is_the_noun_and_not_the_counting() -> None:
    told = ("Divers recovered 17 crates of mail.", "The coast guard counted 23 crates of mail.")
    assert {thing(text, values.find(text)[0]) for text in told} == {"crat"}
