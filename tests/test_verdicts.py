"""Where a "Yes" or "No" is shown, and the many ways in which one would be false."""

from __future__ import annotations

from datetime import date

import pytest

from qa import questions, verdicts
from qa.types import Evidence
from tests.making import article, evidence, extract

AS_OF = date(2022, 4, 30)


def judged(question: str, sentence: str, *, body: str = "", also: tuple[Evidence, ...] = ()) -> str:
    source = article(body or sentence)
    query = questions.analyse(question, as_of=AS_OF)
    return verdicts.verdict(query, extract(source, sentence), [evidence(source), *also])


@pytest.mark.parametrize(
    ("question", "sentence", "wanted"),
    [
        pytest.param("did the bridge close", "The bridge closed on Monday.", "Yes", id="what was done"),
        pytest.param(
            "did the council of Ferrow approve the ferry plan",
            "The council of Ferrow approved the ferry plan by 40 votes to 12.",
            "Yes",
            id="with the votes",
        ),
        pytest.param("was Ines Tarl elected", "Ines Tarl was elected in Ferrow.", "Yes", id="what was done to her"),
        pytest.param("has Ines Tarl been elected", "Ines Tarl was elected.", "Yes", id="has been, was"),
        pytest.param("has Polat met the buyers", "Polat met the buyers.", "Yes", id="has met, met"),
        pytest.param("did Polat sell the mill", "Polat has sold the mill.", "Yes", id="did sell, has sold"),
        pytest.param("did Ines Tarl resign", "Trade minister Ines Tarl resigned.", "Yes", id="with the title"),
        pytest.param("did Polat sell the mill", "On Monday, Polat sold the mill.", "Yes", id="the day before it"),
        pytest.param("did polat sell the mill?", "Polat sold the mill.", "Yes", id="small letters"),
        pytest.param("did Polat sell the mill", "KELMAR (AP) — Polat sold the mill.", "Yes", id="behind a dateline"),
        pytest.param("did Polat sell the mill", "Polat did not sell the mill.", "No", id="did not"),
        pytest.param("has Polat sold the mill", "Polat hasn’t sold the mill.", "No", id="has not, short"),
        pytest.param("was Ines Tarl elected", "Ines Tarl was never elected.", "No", id="never"),
        pytest.param("did Polat sell the mill", "Polat never sold the mill.", "No", id="never, and a past form"),
        pytest.param("did Polat quit in March 2022", "Polat quit in March 2022.", "", id="a form that tells no time"),
    ],
)
def test_a_sentence_that_is_the_question_as_a_statement(question: str, sentence: str, wanted: str) -> None:
    assert judged(question, sentence) == wanted


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("did the council approve the plan", "The council threw out the plan.", id="another verb"),
        pytest.param("did the council approve the plan", "The council failed to approve the plan.", id="failed to"),
        pytest.param("did the council approve the plan", "The council refused to approve the plan.", id="refused to"),
        pytest.param("was Polat convicted of fraud", "Polat was cleared of fraud.", id="cleared"),
        pytest.param("did Tarl lose the vote", "Tarl survived the vote.", id="survived"),
        pytest.param("did Ferrow win the cup", "Kelmar won the cup.", id="another won"),
        pytest.param("did Ferrow win the cup", "Kelmar beat Ferrow and won the cup.", id="the beaten one"),
        pytest.param("did Ferrow beat Kelmar", "Kelmar beat Ferrow.", id="the other way round"),
        pytest.param("did Ferrow buy Kelmar", "Ferrow was bought by Kelmar.", id="bought by"),
        pytest.param("did Ferrow buy Kelmar Mills", "Kelmar Mills bought Ferrow.", id="buyer and bought"),
        pytest.param("was Ferrow sold", "Ferrow sold the mill.", id="sold and was sold"),
        pytest.param("did Ferrow sell", "Ferrow was sold.", id="was sold and sold"),
        pytest.param("was Ines Tarl hurt", "The sister of Ines Tarl was hurt.", id="the sister of"),
        pytest.param("was Ines Tarl hurt", "Ines Tarl's sister was hurt.", id="whose sister"),
        pytest.param("was Ines Tarl hurt", "Ana Tarl, sister of Ines Tarl, was hurt.", id="a sister in between"),
        pytest.param("did Tarl resign", "Tarl’s spokesman resigned.", id="a spokesman"),
        pytest.param("did Tarl resign", "A spokesman for Tarl resigned.", id="a spokesman for"),
        pytest.param("was Ivo Polat jailed", "Ivo Polat Jr. was jailed.", id="the son"),
        pytest.param("was Ivo Polat Sr. jailed", "Ivo Polat Jr. was jailed.", id="the father, the son"),
        pytest.param("did Tarl resign", "Ines Tarl resigned.", id="a surname can be another's"),
        pytest.param("did Ferrow win the cup", "East Ferrow won the cup.", id="a longer name"),
        pytest.param("did Ferrow win the cup", "Ferrow Rovers won the cup.", id="a name that goes on"),
        pytest.param("did Ferrow shell a school", "Kelmar accused Ferrow of shelling a school.", id="accused of"),
        pytest.param("did Polat take bribes", "Prosecutors said Polat took bribes.", id="somebody says"),
        pytest.param("did Polat take bribes", "Polat took bribes, the police said.", id="somebody says, behind"),
        pytest.param("did Polat take bribes", "Polat allegedly took bribes.", id="allegedly"),
        pytest.param("did Polat take bribes", "Polat took bribes, it is thought.", id="it is thought"),
        pytest.param("did Polat take bribes", "Had Polat taken bribes?", id="a question"),
        pytest.param("did Polat build a mill", "Polat planned to build a mill.", id="a plan"),
        pytest.param("did Polat build a mill", "Polat will build a mill.", id="to come"),
        pytest.param("did Polat build a mill", "Polat would have built a mill.", id="would have"),
        pytest.param("did Polat build a mill", "If Polat built a mill, Ferrow would pay.", id="a condition"),
        pytest.param("did Polat build a mill", "Polat nearly built a mill.", id="nearly"),
        pytest.param("did Polat build a mill", "Polat built a mill model.", id="a noun that goes on"),
        pytest.param("did Polat build a mill", "Polat built a mill's gate.", id="a part of it"),
        pytest.param("did the school close", "The school closed its kitchen.", id="an object of its own"),
        pytest.param("did the council approve the plan", "The council approved the plan in principle.", id="half"),
        pytest.param(
            "did the council approve the plan", "The council approved the plan in a first reading.", id="half-way"
        ),
        pytest.param(
            "did the council approve the plan", "The council approved the plan, but a court stopped it.", id="but"
        ),
        pytest.param("did the council approve the plan", "The council approved a draft of the plan.", id="a draft"),
        pytest.param("did the council approve the plan", "The council did not only approve the plan.", id="not only"),
        pytest.param("did the council approve the plan", "The council has not never approved the plan.", id="twice no"),
        pytest.param("did Polat not sell the mill", "Polat did not sell the mill.", id="asked with a not"),
        pytest.param("didn't Polat sell the mill", "Polat sold the mill.", id="asked with a short not"),
        pytest.param("did 12 people die", "More than 12 people died.", id="more than"),
        pytest.param("did Polat quit in March 2021", "Polat left the board in March 2021.", id="another word for it"),
        pytest.param("did Polat sell the mill in 2020", "Polat sold the mill in 2022.", id="another year"),
        pytest.param("will Polat sell the mill", "Polat will sell the mill.", id="what is to come may change"),
        pytest.param("is the bridge closed", "The bridge is closed.", id="what is may change"),
        pytest.param("can the bridge close", "The bridge closed.", id="what can be"),
        pytest.param("who closed the bridge", "Polat closed the bridge.", id="no question of yes or no"),
        pytest.param("did it?", "It did.", id="nothing asked"),
    ],
)
def test_everything_else_has_no_verdict(question: str, sentence: str) -> None:
    assert judged(question, sentence) == ""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("“We are done. Polat sold the mill. It is gone,” Ines Tarl said.", id="a known speaker"),
        pytest.param("A note was found.\n\n“We are done. Polat sold the mill. It is gone.”", id="nobody is named"),
        pytest.param('A note was found: "We are done. Polat sold the mill. It is gone."', id="straight marks"),
    ],
)
def test_direct_speech_is_somebodys(body: str) -> None:
    assert judged("did Polat sell the mill", "Polat sold the mill.", body=body) == ""


@pytest.mark.parametrize(
    ("later", "wanted"),
    [
        pytest.param("Polat sold the mill to a brewer in the end.", "", id="of the same"),
        pytest.param("Rain fell in Ferrow.", "No", id="of something else"),
    ],
)
def test_what_had_not_happened_may_have_later(later: str, wanted: str) -> None:
    other = evidence(article(later, id="a2", published=date(2022, 4, 20)))
    assert judged("did Polat sell the mill", "Polat did not sell the mill.", also=(other,)) == wanted


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [("Yes", True), ("no.", True), ("No, says the union", True), ("Nobody", False), ("No injuries", False)],
)
def test_a_verdict_as_a_word_of_its_own(phrase: str, wanted: bool) -> None:
    assert verdicts.is_word(phrase) is wanted
