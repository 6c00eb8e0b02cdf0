"""A follow-up in its conversation: what it is about, what passages are looked for with, what a sentence must answer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qa import prompts
from qa.chat import talked_of, understood
from qa.llm import Model
from qa.llm.scripted import ScriptedModel
from qa.types import Answer, Coverage, Trace

FERRY = [("when did the Marisol capsize?", ""), ("how many people died?", "Twenty-six")]
GLASS = [("Where was The Glass Orchard found?", "")]
MAYOR = [("Who is the mayor of Brenholm?", "Anna Kestrel"), ("when was she first elected", "")]


def turns(told: list[tuple[str, str]], *, as_of: date = date(2024, 1, 1)) -> list[Answer]:
    return [
        Answer(
            f"t{number}",
            question=question,
            standalone_question=question,
            as_of=as_of,
            status="answered",
            mode="extractive",
            text="The ferry went down off Skerra.",
            short_answer=short,
            coverage=Coverage(1),
            trace=Trace(),
        )
        for number, (question, short) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("history", "question", "about"),
    [
        pytest.param(FERRY, "was the captain convicted?", "Marisol", id="a whole question lacks the name alone"),
        pytest.param(GLASS, "has it been sold?", "Glass Orchard", id="a name with an article"),
        pytest.param(
            MAYOR[:1], "when was she first elected", "Brenholm, Anna Kestrel", id="the name that was the answer"
        ),
        pytest.param(
            MAYOR,
            "with what percentage?",
            "when was she first elected; Brenholm",
            id="no verb: the question before too",
        ),
        pytest.param(
            [("how high was inflation in January?", "2.9%")],
            "and in March?",
            "how high was inflation in January",
            id="another time of the same",
        ),
        pytest.param(
            [("what is a lake fever?", "")], "does it kill?", "what is a lake fever", id="no name: the question itself"
        ),
    ],
)
def test_what_was_talked_of_is_put_beside_a_follow_up(
    history: list[tuple[str, str]], question: str, about: str
) -> None:
    assert talked_of(question, turns(history)) == about


def test_the_conversation_finds_the_passages_and_the_follow_up_the_sentence() -> None:
    meant = read("was the captain convicted?", FERRY)
    assert meant.read == "was the captain convicted?", "not the number of the dead once more"
    assert meant.told == "was the captain convicted (Marisol)?"
    assert meant.searched[-1] == meant.told


def test_a_follow_up_without_a_verb_is_read_with_the_question_before() -> None:
    meant = read("with what percentage?", MAYOR)
    assert meant.read == meant.told == "with what percentage (when was she first elected; Brenholm)?"


def test_a_question_that_names_its_own_thing_needs_no_conversation() -> None:
    meant = read("Who painted the bridge over the Ansel Reach in Port Ansel?", FERRY)
    assert (meant.told,) == meant.searched == ("Who painted the bridge over the Ansel Reach in Port Ansel?",)


def test_a_faithful_rewriting_by_the_model_is_taken() -> None:
    meant = read(
        "was the captain convicted?", FERRY, ScriptedModel(default="Was the captain of the Marisol convicted?")
    )
    assert meant.read == meant.told == "Was the captain of the Marisol convicted?"


def test_a_rewriting_that_asks_something_else_is_not() -> None:
    meant = read("was the captain convicted?", FERRY, ScriptedModel(default="Was the mayor of Karvel convicted?"))
    assert meant.told == "was the captain convicted (Marisol)?"


def test_a_rewriting_that_asks_for_another_kind_of_answer_is_not() -> None:
    history = [*FERRY, ("who was the captain", "Sten Varga")]
    model = ScriptedModel(default="Who was convicted, was it the captain Sten Varga?")
    assert read("was he convicted?", history, model).told != "Who was convicted, was it the captain Sten Varga?"


def test_a_rewriting_with_a_day_out_of_an_answer_is_not_taken() -> None:
    history = [("when did the Marisol capsize?", "14 February 2023")]
    model = ScriptedModel(default="Was the captain of the Marisol that capsized on 14 February 2023 convicted?")
    assert read("was the captain convicted?", history, model).told == "was the captain convicted (Marisol)?"


def test_what_an_answer_said_later_than_the_moment_asked_about_is_not_used() -> None:
    later = turns(MAYOR[:1], as_of=date(2026, 1, 1))
    assert talked_of("when was she first elected", later, before=datetime(2024, 1, 1, tzinfo=UTC)) == "Brenholm"


def read(question: str, history: list[tuple[str, str]], model: Model | None = None):  # type: ignore[no-untyped-def]
    return understood(question, turns(history), lend=lambda: model, prompts=prompts.default())
