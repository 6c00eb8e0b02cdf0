from __future__ import annotations

from datetime import date

import pytest

from qa import questions, reading, said
from qa.encoders import HashEncoder
from qa.extracts import Extract
from tests.making import article, evidence

AS_OF = date(2022, 3, 28)
BODY = (
    "Talks begin in Karvel on Monday. The foreign minister, Ilyas Dorn, said that the delegations were ready. "
    "He added that nobody should expect a treaty. Oda Marek, the harbour master, said that the quay was closed."
)


@pytest.mark.parametrize(
    ("question", "person", "topic"),
    [
        pytest.param("what did Dorn say about a treaty?", ("dorn",), "a treaty", id="said about"),
        pytest.param("What has Ilyas Dorn said", ("ilyas", "dorn"), "", id="no topic"),
        pytest.param("how did Marek react to the storm", ("marek",), "the storm", id="reaction"),
        pytest.param("what is Dorn's position on the treaty", ("dorn",), "the treaty", id="position"),
        pytest.param("what did Dorn tell journalists about the quay", ("dorn",), "the quay", id="whom"),
    ],
)
def test_whose_words_are_asked_for(question: str, person: tuple[str, ...], topic: str) -> None:
    wanted = said.asked(question)
    assert wanted is not None
    assert (wanted.person.name, wanted.topic) == (person, topic)


@pytest.mark.parametrize("question", ["when do the talks start", "what did the storm destroy", "who said that"])
def test_other_questions_ask_for_no_words(question: str) -> None:
    assert said.asked(question) is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param("what did Dorn say about a treaty", ["nobody should expect a treaty"], id="a pronoun resolved"),
        pytest.param(
            "what did the foreign minister say about the delegations", ["the delegations were ready"], id="role"
        ),
        pytest.param("what did Marek say about the quay", ["the quay was closed"], id="another person"),
        pytest.param("what did Marek say about a treaty", [], id="nothing on it"),
        pytest.param("what did Merkel say about a treaty", [], id="nobody of that name"),
    ],
)
def test_statements_of_the_person_on_the_topic(question: str, words: list[str]) -> None:
    wanted = said.asked(question)
    assert wanted is not None
    query = questions.analyse(question, as_of=AS_OF)
    found = said.statements(wanted, query, [evidence(article(BODY, headline="Karvel"))], HashEncoder(384))
    assert [one.words for one in found] == words
    assert all(BODY[one.start : one.end] == one.words for one in found)


def test_a_pronoun_becomes_the_name_in_the_answer() -> None:
    wanted = said.asked("what did Dorn say about a treaty")
    assert wanted is not None
    query = questions.analyse("what did Dorn say about a treaty", as_of=AS_OF)
    (one,) = said.statements(wanted, query, [evidence(article(BODY, headline="Karvel"))], HashEncoder(384))
    assert said.worded(one) == "Ilyas Dorn added that nobody should expect a treaty."


def test_a_sentence_that_names_its_speaker_by_a_pronoun_is_cited_with_the_one_that_has_the_name() -> None:
    extract = Extract(evidence(article(BODY)), start=BODY.index("He added"), end=BODY.index(" Oda"), similarity=0.5)
    named = reading.naming(extract, "Ilyas Dorn")
    assert named is not None
    assert BODY[slice(*named)].startswith("The foreign minister, Ilyas Dorn")
    assert reading.naming(extract, "Oda Marek") is None
