"""How near a sentence is to the question, by what stands around it too."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from qa import extracts, questions, relevance
from qa.encoders import HashEncoder
from qa.extracts import Extract
from qa.types import Evidence, Passage
from tests.making import article

BODY = (
    "The committee met on Monday. Estimates had been due in May. It now costs 310,605 crowns. "
    "Reports by Ada Venn and Bo Lind differ."
)


def found(question: str, *, headline: str = "The price of raising a child", rank: int = 1) -> list[Extract]:
    source = article(BODY, headline=headline)
    passage = Passage("p1", article_id=source.id, start=0, end=len(BODY), text=BODY)
    evidence = [Evidence(passage, article=source, rank=rank, score=1.0, story=source.id)]
    query = analysed(question)
    return relevance.ranked(query, extracts.candidates(query, evidence, HashEncoder()), HashEncoder())


def analysed(question: str) -> questions.Query:
    return questions.analyse(question, as_of=date(2022, 3, 28))


def best(question: str) -> str:
    return max(found(question), key=lambda extract: extract.relevance).text


def test_a_sentence_with_a_value_of_the_kind_asked_for_goes_before_others() -> None:
    assert best("how much does raising a child cost?") == "It now costs 310,605 crowns."


def test_names_that_the_question_has_not_count_where_a_name_may_be_asked_for() -> None:
    who = relevance.features(analysed("who wrote about it?"), found("who wrote about it?"), HashEncoder())
    assert max(range(4), key=lambda place: who[place].named) == 3, "the sentence with two persons"
    when = relevance.features(analysed("when did they write?"), found("when did they write?"), HashEncoder())
    assert {known.named for known in when} == {0.0}


def test_the_neighbours_of_a_sentence_are_those_of_its_passage() -> None:
    held = found("what did the committee do on Monday?")
    known = relevance.features(analysed("what did the committee do on Monday?"), held, HashEncoder())
    assert known[1].neighbour == pytest.approx(max(held[0].alone, held[2].alone))
    assert known[0].neighbour == pytest.approx(held[1].alone)


def test_a_later_rank_is_less_relevant() -> None:
    question = "how much does raising a child cost?"
    near, far = found(question), found(question, rank=8)
    assert all(one.relevance > other.relevance for one, other in zip(near, far, strict=True))


def test_what_was_talked_of_counts_for_the_passage_not_for_the_sentence() -> None:
    query, told = analysed("how much is it?"), analysed("how much is it (raising a child)?")
    source = found("how much is it?")
    bare = relevance.features(query, source, HashEncoder())
    whole = relevance.features(query, source, HashEncoder(), told=told)
    assert [known.covered for known in bare] == [known.covered for known in whole]
    assert np.mean([known.headline for known in whole]) > np.mean([known.headline for known in bare])


def test_nothing_found_has_no_features() -> None:
    assert relevance.features(analysed("who?"), [], HashEncoder()) == []
