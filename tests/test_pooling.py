"""The reader's answers over several passages, weighed together. The reader is the shipped one where words decide."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from qa import extracts, pooling, questions
from qa.encoders import HashEncoder
from qa.pooling import Found
from qa.reader import DatedPassage, PassagePrediction, SpanPrediction, shipped
from qa.types import Article, Evidence
from tests.making import article, evidence

NEW, OLD = date(2022, 3, 25), date(2020, 3, 25)
FERRY = "The ferry Marisol capsized off Tarrow. Twelve people died, the coastguard said."
OTHER = "The coastguard of Tarrow counted fifteen dead after the ferry capsized."


def analysed(question: str) -> questions.Query:
    return questions.analyse(question, as_of=date(2022, 3, 28))


def told(number: int, source: Article, words: str, margin: float) -> PassagePrediction:
    start = source.body.index(words)
    span = SpanPrediction(number, start=start, end=start + len(words), text=words, margin=margin)
    return PassagePrediction((span,), relevance=1.0, verdict=(0.2, 0.2, 0.6))


def pooled(articles: Sequence[Article], read: Sequence[PassagePrediction]) -> list[Found]:
    query = analysed("How many people died?")
    found: list[Evidence] = [evidence(one, rank=rank) for rank, one in enumerate(articles, start=1)]
    sentences = extracts.candidates(query, found, HashEncoder())
    passages = [DatedPassage(one.passage.text, days=pooling.days_old(one, query)) for one in found]
    return pooling.pooled(query, found, sentences, passages, read)


def test_the_surer_answer_comes_first_and_has_its_sentence() -> None:
    one, other = article(FERRY, id="a"), article(OTHER, id="b")
    found = pooled([one, other], [told(0, one, "Twelve", -1.0), told(1, other, "fifteen", 3.0)])
    assert [each.span.text for each in found] == ["fifteen", "Twelve"]
    assert found[1].extract.text == "Twelve people died, the coastguard said."
    assert found[0].weight > found[1].weight


def test_what_two_stories_say_goes_before_what_one_says() -> None:
    one, two, three = article(FERRY, id="a"), article(OTHER, id="b"), article(FERRY + " It sank.", id="c")
    read = [told(0, one, "Twelve", 1.0), told(1, two, "fifteen", 1.0), told(2, three, "Twelve", 1.0)]
    first, *_ = pooled([one, two, three], read)
    assert (first.span.text, first.known.agreed) == ("Twelve", pytest.approx(math.log(2)))


def test_copies_of_one_story_are_one_voice() -> None:
    one, copy = article(FERRY, id="a"), article(FERRY + " It sank.", id="c")
    query = analysed("How many people died?")
    held = [evidence(one), replace(evidence(copy, rank=2), story="a")]
    sentences = extracts.candidates(query, held, HashEncoder())
    passages = [DatedPassage(each.passage.text) for each in held]
    read = [told(0, one, "Twelve", 1.0), told(1, copy, "Twelve", 1.0)]
    assert {each.known.agreed for each in pooling.pooled(query, held, sentences, passages, read)} == {0.0}


def test_of_two_alike_the_newer_article_goes_first_and_no_date_counts_as_a_year() -> None:
    changed = FERRY.replace("Twelve", "Fifteen")
    old, new = article(FERRY, id="a", published=OLD), article(changed, id="b", published=NEW)
    found = pooled([old, new], [told(0, old, "Twelve", 1.0), told(1, new, "Fifteen", 1.0)])
    assert [each.span.text for each in found] == ["Fifteen", "Twelve"]
    none = article(FERRY, id="c", published=None)
    (undated,) = pooled([none], [told(0, none, "Twelve", 1.0)])
    assert undated.known.age == pytest.approx(math.log1p(52))


def test_an_answer_in_no_sentence_that_may_carry_one_is_left_out() -> None:
    asked = article("How many people died? The coastguard does not say.", id="a")
    assert pooled([asked], [told(0, asked, "people", 5.0)]) == []


def test_the_age_is_counted_from_the_end_of_the_day_asked_about() -> None:
    query = analysed("How many people died?")
    assert pooling.days_old(evidence(article(FERRY, published=query.as_of)), query) == pytest.approx(1, abs=0.01)
    later = article(FERRY, published=date(2022, 3, 28) + timedelta(days=3))
    age = pooling.days_old(evidence(later), query)
    assert age is not None
    assert age < 0


def test_the_reader_itself_reads_the_passages_of_the_evidence() -> None:
    query = analysed("How many people died on the ferry?")
    held = [evidence(article(FERRY, id="a"))]
    best = pooling.answers(query, held, extracts.candidates(query, held, HashEncoder()), shipped())[0]
    assert FERRY[best.span.start : best.span.end] == best.span.text
    assert "Twelve" in best.span.text
