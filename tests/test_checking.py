from __future__ import annotations

from datetime import date

import pytest

from qa import checking
from tests.making import article, extract

MAIN = "The ferry Marit capsized off Skerra with 152 people aboard."


@pytest.mark.parametrize(
    ("other", "story", "cited"),
    [
        pytest.param(
            "Norvia mourns: the ferry Marit capsized off Skerra with 152 people aboard.", "a2", True, id="same"
        ),
        pytest.param("The ferry Marit capsized off Skerra with 157 people aboard.", "a2", False, id="another number"),
        pytest.param("The ferry Marit did not capsize off Skerra with 152 people aboard.", "a2", False, id="denied"),
        pytest.param("The ferry Marit is back in service.", "a2", False, id="says something else"),
    ],
)
def test_what_another_story_says_too_is_cited_as_well(other: str, story: str, cited: bool) -> None:
    one = extract(article(MAIN, id="a1", published=date(2022, 3, 27)), MAIN)
    two = extract(article(other, id=story, published=date(2022, 3, 28), outlet="The Tarn Star"), other)
    found = checking.elsewhere(MAIN, one, [one, two])
    assert [other[held.start : held.end] for held in found] == ([other] if cited else [])
