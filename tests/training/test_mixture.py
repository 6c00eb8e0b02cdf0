"""Rows are made as they say: no answer left where there is none, offsets true where there is one."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from qa.reader.layout import age_words, framed
from training import ages, features, negatives, wikinews
from training.rows import Row

PASSAGE = (
    "The ferry left Kelmar at dawn. It carried 120 people and forty cars, the harbour office said. "
    "The first boat of the season was late by two hours. Its captain, Ana Ruiz, blamed the fog over the northern bay."
)


def row(question: str, answer: str, passage: str = PASSAGE) -> Row:
    start = passage.index(answer)
    return Row(question, passage=passage, answers=((start, start + len(answer)),), relevant=True, source="test")


def test_the_answering_sentence_is_gone_and_the_rest_is_there() -> None:
    (made,) = negatives.without_answer([row("how many people did it carry", "120 people")], 1, random.Random(1))
    assert made.answers == ()
    assert "120" not in made.passage
    assert "Ana Ruiz" in made.passage


def test_an_answer_that_stands_twice_is_not_cut_out() -> None:
    twice = row(
        "when did it leave", "at dawn", PASSAGE + " A second boat also left at dawn, as every day of that week."
    )
    assert list(negatives.without_answer([twice], 1, random.Random(1))) == []


def test_the_opposite_is_not_answered_and_its_twin_keeps_the_answer_at_its_place() -> None:
    asked = row("who was captain of the first boat", "Ana Ruiz")
    turned, both = negatives.opposites([asked], 1, random.Random(1))
    assert (turned.question, turned.answers) == ("who was captain of the last boat", ())
    assert "The last boat" in both.passage
    ((start, end),) = both.answers
    assert both.passage[start:end] == "Ana Ruiz"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param(None, "undated", id="no date"),
        pytest.param(-2, "later", id="after the question"),
        pytest.param(0.3, "today", id="hours"),
        pytest.param(1, "1 day ago", id="a day"),
        pytest.param(20, "2 weeks ago", id="weeks"),
        pytest.param(45, "1 month ago", id="a month"),
        pytest.param(800, "2 years ago", id="years"),
    ],
)
def test_ages_in_words(days: float | None, words: str) -> None:
    assert age_words(days) == words


def test_the_passage_stands_behind_its_head() -> None:
    laid = framed("The ferry sank.", headline="Ferry sinks", days=3)
    assert laid.text == "3 days ago : Ferry sinks : The ferry sank."
    assert laid.text[laid.start :] == "The ferry sank."


def test_questions_of_now_have_an_old_passage_that_does_not_answer_and_a_young_one_that_does() -> None:
    made = list(ages.of_now([row("who is the captain", "Ana Ruiz")], 2, random.Random(3)))
    assert [bool(each.answers) for each in made] == [True, False]
    assert made[0].question == made[1].question != "who is the captain"
    assert made[0].days < made[1].days


def test_sentences_of_one_article_are_joined_and_the_answer_keeps_its_place() -> None:
    def record(sentence: int, text: str, answer: str) -> dict:
        return {
            "id": f"Wiki1k:wikinews:77:0:{sentence}|1|2|0", "question": "What sank ?", "context": text,
            "answers": [{"text": answer, "start": text.index(answer)}], "source": "qamr_wikinews",
        }  # fmt: skip

    records = [record(0, "A storm came.", "storm"), record(1, "The ferry sank.", "The ferry")]
    for made in wikinews.passages(records, random.Random(0)):
        ((start, end),) = made.answers
        assert made.passage[start:end] in {"storm", "The ferry"}
        assert made.question == "What sank?"


@pytest.mark.parametrize("length", [40, 80, 120])
def test_a_window_of_a_long_passage_holds_the_answer(length: int) -> None:
    asked = row("who is the captain", "Ana Ruiz", PASSAGE)
    for seed in range(20):
        text, answers = features.window(asked, length, random.Random(seed))
        ((start, end),) = answers
        assert text[start:end] == "Ana Ruiz"


def test_rows_become_tokens_that_say_the_answer(encoder_folder: str) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(encoder_folder)
    asked = replace(row("who is the captain", "Ana Ruiz"), headline="Ferry late", days=4.0)
    made = features.features(asked, tokenizer, longest=128, rng=random.Random(1))
    assert tokenizer.decode(made.ids[made.starts[0] : made.ends[0] + 1]) == "ana ruiz"
    silent = features.features(replace(asked, answers=()), tokenizer, longest=128, rng=random.Random(1))
    assert (silent.starts, silent.ends) == ((0,), (0,))
    claim = features.features(replace(asked, answers=None, verdict=1), tokenizer, longest=128, rng=random.Random(1))
    assert (claim.starts, claim.verdict) == ((), 1)
