from __future__ import annotations

import pytest

from qa.polarity import marks
from qa.terms import terms


def mark_of(text: str, word: str) -> tuple[bool, str]:
    found = terms(text)
    index = next(index for index, term in enumerate(found) if term.text == word)
    mark = marks(found)[index]
    return mark.negated, mark.modality


@pytest.mark.parametrize(
    ("text", "word", "negated"),
    [
        ("He would resign.", "resign", False),
        ("He would not resign.", "resign", True),
        ("He won't resign.", "resign", True),
        ("He refused to resign.", "resign", True),
        ("He never refused to resign.", "resign", False),
        ("He denied that he would resign.", "resign", True),
        ("The Senate rejected the bill.", "bill", False),
        ("Talks are unlikely to start on Monday but could happen on Tuesday.", "Monday", True),
        ("Talks are unlikely to start on Monday but could happen on Tuesday.", "Tuesday", False),
        ("Not only did he resign, he apologised.", "resign", False),
        ("The plant is no longer open.", "open", True),
        ("It does not meet in the autumn (autumn 2025).", "2025", True),
        ("It meets in the autumn (autumn 2025).", "2025", False),
        ("Twenty-six died (not 27).", "27", True),
    ],
)
def test_negation(text: str, word: str, negated: bool) -> None:
    assert mark_of(text, word)[0] is negated


@pytest.mark.parametrize(
    ("text", "word", "modality"),
    [
        ("The bank raised rates.", "rates", "fact"),
        ("The bank will raise rates.", "raise", "planned"),
        ("The bank may raise rates.", "raise", "possible"),
        ("The bank plans to raise rates.", "raise", "planned"),
        ("The bank is going to raise rates.", "raise", "planned"),
        ("They urged the bank to raise rates.", "raise", "possible"),
        ("The thieves tried to steal it.", "steal", "possible"),
        ("Asked about rates, the bank raised them.", "raised", "fact"),
        ("When asked about rates, the bank raised them.", "raised", "fact"),
    ],
)
def test_modality(text: str, word: str, modality: str) -> None:
    assert mark_of(text, word)[1] == modality
