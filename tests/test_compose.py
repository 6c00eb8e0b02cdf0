from __future__ import annotations

from datetime import UTC, datetime

import pytest

from qa.citations import Citations
from qa.compose import Carrying, Composer
from qa.types import Citation, Sentence, SpanError
from tests.making import article, evidence

AS_OF = datetime(2022, 3, 30, tzinfo=UTC)
BODY = "İstanbul waited.  The envoys arrived on Monday. Nobody spoke.\n"


def carrying(start: int, end: int) -> Carrying:
    return Carrying(evidence(article(BODY)), start=start, end=end)


def test_a_citation_slices_to_its_quote_even_behind_letters_that_change_length_when_lowered() -> None:
    citation, new = Citations(AS_OF).cite(evidence(article(BODY)), 16, 47)
    assert new
    assert citation.quote == "The envoys arrived on Monday."
    assert citation.article.body[citation.start : citation.end] == citation.quote
    assert citation.age_days == 2


def test_the_same_characters_keep_one_number() -> None:
    citations = Citations(AS_OF)
    first, _ = citations.cite(evidence(article(BODY)), 18, 47)
    again, new = citations.cite(evidence(article(BODY)), 17, 48)
    other, _ = citations.cite(evidence(article(BODY)), 48, 61)
    assert (again, new) == (first, False)
    assert [citation.number for citation in citations.all] == [1, 2] == [first.number, other.number]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (16, 18), (900, 950)], ids=["empty", "only-space", "outside"])
def test_a_span_that_holds_nothing_is_no_citation(start: int, end: int) -> None:
    with pytest.raises(SpanError):
        Citations(AS_OF).cite(evidence(article(BODY)), start, end)


def test_an_undated_article_has_no_age() -> None:
    citation, _ = Citations(AS_OF).cite(evidence(article(BODY, published=None)), 0, 16)
    assert citation.age_days is None


def test_sentences_know_where_they_stand_in_the_answer() -> None:
    composer = Composer(AS_OF)
    events = [*composer.add("İstanbul waited.", [carrying(0, 16)]), *composer.add("Nobody  spoke.", [carrying(48, 61)])]
    assert [type(event) for event in events] == [Citation, Sentence, Citation, Sentence]
    assert composer.text == "İstanbul waited. Nobody spoke."
    assert [composer.text[s.start : s.end] for s in composer.sentences] == [s.text for s in composer.sentences]


def test_a_citation_is_yielded_only_at_its_first_use() -> None:
    composer = Composer(AS_OF)
    list(composer.add("One.", [carrying(0, 16)]))
    assert [type(event) for event in composer.add("Two.", [carrying(0, 16)])] == [Sentence]


def test_a_sentence_that_nothing_carries_cannot_get_in() -> None:
    composer = Composer(AS_OF)
    with pytest.raises(ValueError, match="no citation carries"):
        list(composer.add("The mayor resigned.", []))
    assert composer.text == ""
