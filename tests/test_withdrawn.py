"""What a notice takes back is no evidence in older copies of a text, nor in the article that it is linked to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from qa import extracts, questions
from qa.encoders import HashEncoder
from qa.retrieve import carrier
from qa.types import Article, Evidence
from tests.making import article, evidence

REST = (
    " The captain, Ola Brekke, was saved. A storm was blowing when the boat left, and its owner had asked to wait"
    " in port. It was built in 1984 and was repaired last year in a yard at Dorn. Divers will search the wreck."
)
OLD = "A ferry sank off Velm on Sunday and 17 people drowned." + REST
NEW = "A ferry sank off Velm on Sunday and 13 people drowned." + REST
NOTE = "\n\nCorrection: An earlier version of this article said that 17 people had drowned."
NOTICE = "A report on Sunday said that 17 people drowned off Velm. Thirteen people drowned."


def made(body: str, name: str, day: int, **more: str) -> Article:
    return replace(article(body, id=name, published=date(2024, 6, day)), **more)  # type: ignore[arg-type]


def read(*found: Evidence) -> list[str]:
    query = questions.analyse("how many people drowned off Velm", as_of=datetime(2024, 7, 1, tzinfo=UTC))
    return [f"{each.article.id}: {each.text}" for each in extracts.candidates(query, found, HashEncoder())]


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (made(OLD, "old", 2), made(NEW + NOTE, "new", 3), False),
        (made(OLD, "old", 4), made(NEW + NOTE, "new", 3), True),
        (made(OLD, "old", 2), made(NEW, "new", 3), True),
        (made("In May 17 people drowned off Dorn, the harbour says.", "old", 2), made(NEW + NOTE, "new", 3), True),
        (made(OLD, "old", 2), made(NEW + " In all 17 people were saved." + NOTE, "new", 3), True),
    ],
    ids=[
        "an older copy", "a copy of a later day", "no notice", "another text", "a figure that stands there as well",
    ],
)  # fmt: skip
def test_a_figure_taken_back_goes_from_older_copies(old: Article, new: Article, kept: bool) -> None:
    found = read(evidence(old), evidence(new, rank=2))
    assert any(text.startswith("old:") and "17 people" in text for text in found) == kept
    assert any(text.startswith("new:") and "13 people drowned" in text for text in found)
    assert any("Ola Brekke" in text for text in found if text.startswith("old:")) == ("Brekke" in old.body)


@pytest.mark.parametrize("linked", [True, False])
def test_a_figure_taken_back_goes_from_the_article_that_a_notice_is_linked_to(linked: bool) -> None:
    old, notice = made(OLD, "old", 2), made(NOTICE, "notice", 4, kind="correction")
    first = replace(evidence(old), corrected=(carrier(notice),) if linked else ())
    found = read(first, evidence(notice, rank=2))
    assert any("17 people" in text for text in found) == (not linked)
    assert "notice: Thirteen people drowned." in found
