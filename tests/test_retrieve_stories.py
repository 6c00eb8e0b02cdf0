"""One slot for what several carriers say: what is shown of a story, and what is listed with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.index import Index
from qa.questions import analyse
from qa.retrieve import Retriever
from qa.types import Article, Evidence

WIRE = (
    "Two delegations will meet in the old customs house of Lindholm on Friday to discuss the ferry dispute, the "
    "port authority said. The line has carried no passengers since the harbour workers walked out nine days ago. Some "
    "1,200 people are affected, according to the authority, and freight has been moved to the railway."
)
MORE = (
    "In Berg, across the water, an orchard keeper named Tilda Moen has sold her cider from a rowing boat since the "
    "dispute began. She crosses the strait each morning with forty bottles, and comes back with letters and bread for "
    "the village, whose shop has been closed for a week because nobody brings it any flour."
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    bodies = {
        "wire": ("Reuters", WIRE, 2),
        "copy": ("Daily", f"LINDHOLM — {WIRE}\n\n{MORE}", 3),
        "late": ("Evening", WIRE + " It rained.", 8),
        "variant": ("Post", WIRE.replace("1,200", "1,400"), 4),
    }
    with Index.open(tmp_path / "index", encoder=HashEncoder(), create=True) as made:
        made.add(
            [
                Article(name, body=body, outlet=outlet, headline=f"The {name}", published=date(2024, 5, day),
                        url=f"https://{name}.example/1")
                for name, (outlet, body, day) in bodies.items()
            ]
        )  # fmt: skip
        yield made


def search(index: Index, question: str, day: int = 20) -> dict[str, list[Evidence]]:
    found = Retriever(index).search(analyse(question, as_of=date(2024, 5, day)), k=8)
    return {name: [one for one in found if one.article.id == name] for name in ("wire", "copy", "late", "variant")}


def test_a_story_has_one_slot_and_its_variant_another(index: Index) -> None:
    found = search(index, "how many people does the ferry dispute of Lindholm affect")
    assert {name: len(each) for name, each in found.items()} == {"wire": 1, "copy": 1, "late": 0, "variant": 1}
    (wire,), (variant,) = found["wire"], found["variant"]
    assert [one.outlet for one in wire.also_in] == ["Daily", "Evening"]
    assert variant.also_in == ()
    assert variant.story != wire.story


def test_what_only_a_copy_has_is_found_in_it_and_counts_as_the_same_story(index: Index) -> None:
    found = search(index, "who sells cider from a rowing boat")
    (copy,) = found["copy"]
    assert "Tilda Moen" in copy.passage.text
    assert copy.story == "wire"


def test_a_carrier_of_later_is_not_listed(index: Index) -> None:
    early = search(index, "how many people does the ferry dispute of Lindholm affect", day=3)
    assert [one.outlet for one in early["wire"][0].also_in] == ["Daily"]
    assert not early["variant"]
    first = search(index, "how many people does the ferry dispute of Lindholm affect", day=2)
    assert first["wire"][0].also_in == ()
    assert not first["copy"]
