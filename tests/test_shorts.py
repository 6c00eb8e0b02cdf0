from __future__ import annotations

from datetime import date

import pytest

from qa import claims, questions, shorts
from qa.citations import Citations
from qa.questions import Query
from tests.making import article, extract

AS_OF = date(2022, 3, 28)


def asked(question: str) -> Query:
    return questions.analyse(question, as_of=AS_OF)


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        pytest.param("did the bridge close", "closed", id="a question of yes or no"),
        pytest.param("what about the bridge, is it closed", "No", id="a model's bare no"),
        pytest.param("what about the bridge, is it closed", "Yes, since noon", id="a model's yes with more"),
    ],
)
def test_a_verdict_is_no_short_answer_of_a_phrase(question: str, phrase: str) -> None:
    sentence = "The bridge closed at noon, no detour is signed, yes."
    assert shorts.short(asked(question), phrase, extract(article(sentence), sentence)).text == ""


@pytest.mark.parametrize(
    ("question", "phrase", "sentence", "wanted"),
    [
        pytest.param(
            "how many customers had no power in Tarn",
            "More than 2.3 million customers had no power in Tarn",
            "More than 2.3 million customers had no power in Tarn on Thursday evening, the operator said.",
            ("2.3 million customers", "2.3 million customers"),
            id="a number in a long phrase",
        ),
        pytest.param(
            "when did the talks begin",
            "on Sunday",
            "The talks began on Sunday.",
            ("27 March 2022", "Sunday"),
            id="a day is absolute and stands there as it was written",
        ),
        pytest.param(
            "which storm cut the power",
            "Fiona",
            "Crews repair lines that Hurricane Fiona tore down.",
            ("Hurricane Fiona", "Hurricane Fiona"),
            id="a storm",
        ),
        pytest.param(
            "who is next in line",
            "Aldric",
            "Prince Aldric, the elder son, is next in line.",
            ("Prince Aldric", "Prince Aldric"),
            id="a prince",
        ),
        pytest.param(
            "who leads the mission",
            "Dorn",
            "Ilyas Dorn leads the mission.",
            ("Ilyas Dorn", "Ilyas Dorn"),
            id="a surname",
        ),
        pytest.param(
            "who leads the mission",
            "Dorn",
            "The mission is led by Dorn.",
            ("Dorn", "Dorn"),
            id="a surname of which no more is known",
        ),
        pytest.param(
            "where is the grain grown",
            "Norvia",
            "The grain is grown in Norvia, the head of United Norvia said.",
            ("Norvia", "Norvia"),
            id="a place is no party",
        ),
        pytest.param(
            "which city holds the talks",
            "Karvel",
            "The talks are in Karvel Province.",
            ("Karvel", "Karvel"),
            id="no name grows beyond its last word",
        ),
    ],
)
def test_the_short_answer_and_its_characters(
    question: str, phrase: str, sentence: str, wanted: tuple[str, str]
) -> None:
    body = f"It rained. {sentence}"
    found = extract(article(body, published=date(2022, 3, 28)), sentence)
    short = shorts.short(asked(question), phrase, found)
    assert (short.text, body[short.start : short.end]) == wanted


def test_a_full_name_may_stand_around_the_sentence() -> None:
    body = "It was Ilyas Dorn who arrived. The mission is led by Dorn."
    found = extract(article(body), "The mission is led by Dorn.")
    short = shorts.short(asked("who leads the mission"), "Dorn", found)
    assert (short.text, short.start, short.end) == ("Ilyas Dorn", body.rindex("Dorn"), body.rindex("Dorn") + 4)


def test_a_short_answer_is_placed_in_the_citation_that_holds_it() -> None:
    body = "It rained. Ilyas Dorn leads the mission."
    found = extract(article(body), "Ilyas Dorn leads the mission.")
    short = shorts.short(asked("who leads the mission"), "Dorn", found)
    citations = Citations(questions.analyse("x", as_of=AS_OF).before)
    assert shorts.place(short, found, citations.all) is None
    cited, _ = citations.cite(found.evidence, found.start, found.end, speaker="")
    placed = shorts.place(short, found, citations.all)
    assert placed is not None
    assert (placed.citation, body[placed.start : placed.end]) == (cited.number, "Ilyas Dorn")
    assert shorts.place(shorts.Short("Yes"), found, citations.all) is None


def test_who_says_yes_and_who_says_no() -> None:
    yes = "Halden will close its factory in Brenholt, the union said."
    no = "Halden has rejected a report that it will close its factory in Brenholt."
    found = [
        extract(article(yes, id="a1", outlet="The Harbour Post"), yes),
        extract(article(no, id="a2", outlet="The Tarn Star", headline="Halden in Brenholt"), no),
    ]
    read = claims.read(asked("will Halden close its factory in Brenholt"), found)
    assert read is not None
    assert read.kind == "conflict"
    assert [(claim.speaker or claim.outlet) for claim in read.current] == ["union", "The Tarn Star"]
    alone = claims.read(asked("will Halden close its factory in Brenholt"), found[:1])
    assert alone is not None
    assert alone.kind == "agree"
