from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qa import questions, reading
from tests.making import article, extract

AS_OF = date(2022, 3, 28)
SUNDAY = "Erem and Polat stated on Sunday that the talks would be held in Karvel from 28 to 30 March."
MONDAY = (
    "Harbour spokesman Ilyas Dorn said on Monday that the talks in Karvel were unlikely to start that day and could "
    "begin on Tuesday."
)


def asked(question: str) -> questions.Query:
    return questions.analyse(question, as_of=AS_OF)


def test_a_later_statement_on_the_start_is_read_as_an_update_with_both_dates() -> None:
    before = extract(article(SUNDAY, id="a1", published=date(2022, 3, 27)), SUNDAY)
    after = extract(article(MONDAY, id="a2", published=date(2022, 3, 28)), MONDAY)
    read = reading.claims(asked("when do the Karvel talks start"), [after, before])
    assert read is not None
    assert read.kind == "update"
    assert [reading.spoken(claim.values[0]) for claim in read.claims] == ["28–30 March 2022", "29 March 2022"]
    assert [claim.speaker for claim in read.claims] == ["Erem and Polat", "Ilyas Dorn"]


def test_what_is_off_the_topic_claims_nothing() -> None:
    other = "The ferry to Tarn Island will sail again on Friday."
    read = reading.claims(asked("when do the Karvel talks start"), [extract(article(other, headline="Ferry"), other)])
    assert read is None


def test_the_injured_are_no_answer_to_how_many_died() -> None:
    body = "Seventeen people were injured in the fire at Lagra."
    found = extract(article(body, headline="Fire at Lagra"), body)
    assert reading.values_in(asked("how many people died in the Lagra fire"), found) == ()
    assert len(reading.values_in(asked("how many people were injured in the Lagra fire"), found)) == 1


def test_a_toll_that_grows_is_an_update_and_its_latest_value_leads() -> None:
    first = "At least four people died in the Tarrow flood, the governor's office said."
    later = "Eleven people died in the Tarrow flood, the governor's office said on Wednesday."
    before = extract(article(first, id="a1", published=date(2022, 3, 18), headline="Flood"), first)
    after = extract(article(later, id="a2", published=date(2022, 3, 24), headline="Flood"), later)
    read = reading.claims(asked("how many people died in the Tarrow flood"), [before, after])
    assert read is not None
    assert read.kind == "update"
    assert reading.latest(read) == after


def test_a_sentence_is_worded_with_absolute_dates_and_without_its_opening_conjunction() -> None:
    body = "But Dorn said on Tuesday that the bridge had closed."
    assert reading.worded(extract(article(body, published=date(2022, 3, 30)), body)) == (
        "Dorn said on Tuesday, 29 March 2022, that the bridge had closed."
    )


@pytest.mark.parametrize(
    ("phrase", "text", "share"),
    [
        ("28 March", "It began on 28 March.", 1.0),
        ("8 March", "It began on 28 March.", 0.0),
        ("12", "There were 120 boats.", 0.0),
        ("Ilyas Dorn", "dorn, ilyas", 1.0),
        ("", "anything", 0.0),
    ],
)
def test_a_phrase_stands_in_a_text_as_whole_words_and_whole_numbers(phrase: str, text: str, share: float) -> None:
    assert reading.share_of(phrase, text) == share


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        pytest.param(
            "has Erem refused to meet Polat",
            "Erem has never refused to meet Polat, the envoy Dorn said.",
            "No, says Dorn",
            id="double-negation-of-somebody",
        ),
        pytest.param("did the bridge close", "The bridge closed at noon.", "Yes", id="plain-yes"),
        pytest.param("will Dorn resign", "Dorn will not resign.", "No", id="plain-no"),
        pytest.param("will Dorn resign", "Dorn may resign.", "", id="only-possible"),
    ],
)
def test_yes_or_no_follows_polarity_and_keeps_the_speaker(question: str, sentence: str, short: str) -> None:
    assert reading.yes_or_no(asked(question), extract(article(sentence), sentence)) == short


def test_a_time_asked_about_is_touched_by_news_of_it_or_shortly_after() -> None:
    body = "The envoys met."
    mention = asked("who met in March 2022").times[0]
    assert reading.touches(mention, extract(article(body, published=date(2022, 4, 2)), body))
    assert not reading.touches(mention, extract(article(body, published=date(2023, 4, 2)), body))
    assert reading.touches(mention, extract(article(body, published=None), body))


def test_ages_use_the_calendar_of_utc() -> None:
    moment = datetime(2022, 3, 28, 1, 0, tzinfo=UTC)
    assert questions.parse_as_of(moment) == moment
