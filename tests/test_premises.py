from __future__ import annotations

from datetime import date

import pytest

from qa import premises, questions
from tests.making import article, extract

AS_OF = date(2022, 3, 28)


@pytest.mark.parametrize(
    ("question", "sentence", "denied"),
    [
        pytest.param("why did Dorn resign over the flood", "Dorn will not resign over the flood.", True, id="will not"),
        pytest.param("why did Dorn resign over the flood", "Dorn resigned over the flood.", False, id="he did"),
        pytest.param("why did Dorn not resign", "Dorn did not resign, he said.", False, id="denied by both"),
        pytest.param("did Dorn resign over the flood", "Dorn will not resign over the flood.", False, id="yes or no"),
        pytest.param(
            "how many ministers did Dorn dismiss", "Dorn did not dismiss the three ministers.", False, id="a number"
        ),
        pytest.param(
            "when did the door of the Marit fail", "The Marit has no door that could fail.", True, id="there is none"
        ),
        pytest.param(
            "why did the bank of Norvia cut rates in March 2022",
            "The bank of Norvia raised its key rates on Thursday.",
            True,
            id="the opposite at the time asked",
        ),
        pytest.param(
            "why did the bank of Norvia cut rates in March 2021",
            "The bank of Norvia raised its key rates on Thursday.",
            False,
            id="the opposite at another time",
        ),
        pytest.param(
            "why did Dorn resign over the flood", "Marek will not resign over the flood.", False, id="another"
        ),
    ],
)
def test_what_a_question_takes_for_granted_may_be_denied(question: str, sentence: str, denied: bool) -> None:
    found = [extract(article(sentence, published=date(2022, 3, 18), headline=""), sentence)]
    asked = questions.analyse(question, as_of=AS_OF)
    assert premises.denied(asked, found) == (found[0] if denied else None)


@pytest.mark.parametrize(
    ("later", "denied"), [(date(2022, 3, 20), False), (date(2022, 3, 10), True)], ids=["done since", "denied since"]
)
def test_what_a_later_article_asserts_is_no_false_premise(later: date, denied: bool) -> None:
    no, yes = "Dorn will not resign over the flood.", "Dorn resigned over the flood."
    asked = questions.analyse("why did Dorn resign over the flood", as_of=AS_OF)
    denial = extract(article(no, id="a1", published=date(2022, 3, 15)), no)
    found = [denial, extract(article(yes, id="a2", published=later), yes)]
    assert premises.denied(asked, found) == (denial if denied else None)
