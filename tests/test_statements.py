"""Every quote by somebody: the sample archive's speakers, and small archives for what it does not hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import Any

import pytest

from qa import NewsQA
from qa.encoders import HashEncoder
from qa.errors import InputError, QuestionError
from qa.render import terminal_statements
from qa.settings import Settings
from qa.statements import Statements
from qa.types import latest_instant

SAMPLE = Path(__file__).parent.parent / "eval" / "sample"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsQA]:
    folder = tmp_path_factory.mktemp("statements") / "index"
    settings = Settings(llm="none")
    with NewsQA.open(folder, create=True, encoder=HashEncoder(), settings=settings, extractive=True) as news:
        news.ingest(SAMPLE)
        yield news


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Any]:
    """Make an archive of a few articles."""
    opened: list[NewsQA] = []

    def make(*articles: dict[str, Any]) -> NewsQA:
        file = tmp_path / "articles.jsonl"
        file.write_text("\n".join(json.dumps(one) for one in articles), encoding="utf-8")
        settings = Settings(llm="none")
        news = NewsQA.open(tmp_path / "index", create=True, encoder=HashEncoder(), settings=settings, extractive=True)
        opened.append(news)
        assert not news.ingest(file).rejected
        return news

    yield make
    for news in opened:
        news.close()


def assert_sound(found: Statements) -> None:
    """What holds for every list of statements."""
    moments = [one.article.known_from for one in found.found if one.article.known_from]
    assert moments == sorted(moments)
    assert [one.number for one in found.found] == list(range(1, len(found.found) + 1))
    assert (found.reason is None) == bool(found.found)
    for one in found.found:
        assert one.article.body[one.start : one.end] == one.text
        assert one.sentence[0] <= one.start < one.end <= one.sentence[1]
        assert one.article.known_from is None or one.article.known_from <= latest_instant(found.as_of)


def text(body: str, **more: Any) -> dict[str, Any]:
    more = {"published": "2026-03-02", "outlet": "The Harbour Post", "headline": "News of the day", **more}
    return {"text": body, "url": f"https://post.example/{abs(hash(body + str(more))) % 10**9}", **more}


TALKS = (
    "Talks on the grain deal went on in Kelmar. Saltara's foreign minister, Edda Rohn, said the deal would be renewed"
    " in May. The foreign minister said that no ship had been turned back."
)


@pytest.mark.parametrize(
    ("person", "topic", "texts"),
    [
        pytest.param(
            "Rohn",
            None,
            ["the deal would be renewed in May", "no ship had been turned back"],
            id="surname, and the role where the article names its holder",
        ),
        pytest.param("edda rohn", None, ["the deal would be renewed in May", "no ship had been turned back"],
                     id="small letters"),
        pytest.param("Foreign Minister Rohn", "renewal of the deal", ["the deal would be renewed in May"], id="title"),
        pytest.param("the foreign minister", None,
                     ["the deal would be renewed in May", "no ship had been turned back"], id="by the role"),
        pytest.param("Rohn", "ships", ["no ship had been turned back"], id="topic in the other number"),
    ],
)  # fmt: skip
def test_quotes_are_found_by_name_title_and_role(small: Any, person: str, topic: str | None, texts: list[str]) -> None:
    found = small(text(TALKS)).quotes(person, topic)
    assert_sound(found)
    assert [one.text for one in found.found] == texts
    assert {one.speaker for one in found.found} == {"Edda Rohn"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("The foreign minister said that no ship had been turned back.", id="nobody is named"),
        pytest.param(
            "Saltara's foreign minister, Edda Rohn, met Norvia's foreign minister, Jon Falk. The foreign minister said"
            " that no ship had been turned back.",
            id="two hold it",
        ),
        pytest.param(
            "The former foreign minister Edda Rohn was there. The foreign minister said that no ship had been turned"
            " back.",
            id="a former one does not hold it",
        ),
    ],
)
def test_a_role_that_nobody_surely_holds_stays_a_role(small: Any, body: str) -> None:
    news = small(text(body))
    assert news.quotes("Rohn").reason == "unknown_speaker"
    (one,) = news.quotes("the foreign minister").found
    assert one.speaker == "foreign minister"


def test_direct_speech_goes_on_in_the_next_sentences_and_before_its_speaker(small: Any) -> None:
    body = (
        '"We counted the boats. Nobody is missing," Tor Aasen said. "We are glad. The harbour is open."'
        " Lise Berg said that it was closed."
    )
    found = small(text(body)).quotes("Tor Aasen")
    assert_sound(found)
    said = [(one.text, one.verbatim) for one in found.found]
    assert said == [
        ("We counted the boats", True),
        ("Nobody is missing", True),
        ("We are glad", True),
        ("The harbour is open", True),
    ]


def test_another_person_of_the_same_surname_is_not_quoted(small: Any) -> None:
    news = small(
        text("Igor Velm said that rain would come. Velm said that it would last."),
        text("Anna Velm said that snow would come.", published="2026-03-03"),
    )
    assert [one.speaker for one in news.quotes("Igor Velm").found] == ["Igor Velm", "Igor Velm"]
    assert [one.speaker for one in news.quotes("Velm").found] == ["Igor Velm", "Igor Velm", "Anna Velm"]


def test_a_name_in_another_romanisation_is_found(small: Any) -> None:
    found = small(text("President Pavlo Orelenskyy said that the bridge would stay.")).quotes("Orelensky")
    assert [one.text for one in found.found] == ["the bridge would stay"]


def test_nothing_later_than_the_as_of_day_shows(small: Any) -> None:
    news = small(
        text("Edda Rohn said that talks would begin.", published="2026-03-02"),
        text("Edda Rohn said that talks had failed.", published="2026-03-09"),
    )
    early = news.quotes("Rohn", as_of="2026-03-05")
    assert_sound(early)
    assert [one.text for one in early.found] == ["talks would begin"]
    assert (early.coverage.articles, early.coverage.latest) == (1, date(2026, 3, 2))
    assert len(news.quotes("Rohn", as_of="2026-03-09").found) == 2


def test_a_wire_copy_is_listed_once_with_its_carriers_known_by_then(small: Any) -> None:
    wire = TALKS + " The ministry gave no further details of the talks, which are held behind closed doors."
    news = small(
        text(wire, outlet="Reuters", url="https://wire.example/1"),
        text(wire, outlet="The Lake Courier", url="https://lake.example/1", published="2026-03-03"),
        text(wire + " Rain fell.", outlet="Evening Mail", url="https://mail.example/1", published="2026-03-04"),
    )
    found = news.quotes("Rohn", "deal to be renewed")
    assert_sound(found)
    (one,) = found.found
    assert one.article.outlet == "Reuters"
    assert {carrier.outlet for carrier in one.also_in} == {"The Lake Courier", "Evening Mail"}
    (early,) = news.quotes("Rohn", "deal to be renewed", as_of="2026-03-03").found
    assert {carrier.outlet for carrier in early.also_in} == {"The Lake Courier"}


def test_an_utterance_that_two_desks_report_is_listed_once(small: Any) -> None:
    words = '"The bridge will stay shut until every bolt has been looked at," Edda Rohn said'
    news = small(
        text(f"{words} on Monday.", outlet="Mail", url="https://mail.example/1", published="2026-03-02"),
        text(f"In Velm, officials met. {words}.", outlet="Post", url="https://post.example/1", published="2026-03-03"),
        text('"No comment," Edda Rohn said in Velm.', outlet="Mail", url="https://mail.example/2"),
        text('"No comment," Edda Rohn said in Karvel.', outlet="Post", url="https://post.example/2"),
    )
    found = news.quotes("Rohn", "bridge").found
    assert [(one.article.outlet, [other.outlet for other in one.also_in]) for one in found] == [("Mail", ["Post"])]
    assert len(news.quotes("Rohn", "comment").found) == 2


def test_a_pull_quote_is_not_a_second_statement(small: Any) -> None:
    pulled = "The bridge will stay shut until every bolt has been looked at"
    body = (
        f'"{pulled}," Edda Rohn said in Velm on Monday, after a day of talks with the county.\n\n'
        f"\u201c{pulled}\u201d: Edda Rohn\n\nThe county has asked for a ferry in the meantime."
    )
    (one,) = small(text(body)).quotes("Rohn").found
    assert one.start < body.index("\n")


def test_the_limit_keeps_the_latest_and_says_what_it_left_out(small: Any) -> None:
    days = [text(f"Edda Rohn said that day {day} was good.", published=f"2026-03-0{day}") for day in (3, 1, 2)]
    found = small(*days).quotes("Rohn", limit=2)
    assert [one.text for one in found.found] == ["day 2 was good", "day 3 was good"]
    assert found.left_out == 1
    assert "1 older left out" in terminal_statements(found)


def test_an_undated_article_comes_last_and_says_so(small: Any) -> None:
    news = small(text("Edda Rohn said that it rained.", published=None), text("Edda Rohn said that it snowed."))
    found = news.quotes("Rohn")
    assert [one.text for one in found.found] == ["it snowed", "it rained"]
    assert "undated" in terminal_statements(found)


@pytest.mark.parametrize(
    ("person", "topic", "reason", "says"),
    [
        pytest.param("Zorblax", None, "unknown_speaker", "No article quotes Zorblax.", id="nobody of this name"),
        pytest.param("Rohn", "space telescope", "off_topic", "but not on space telescope", id="not on this"),
        pytest.param("Kelmar", None, "unknown_speaker", "No article quotes Kelmar.", id="named but not quoted"),
    ],
)
def test_nothing_found_is_a_result_with_its_reason_and_coverage(
    small: Any, person: str, topic: str | None, reason: str, says: str
) -> None:
    found = small(text(TALKS)).quotes(person, topic)
    assert (found.found, found.reason) == ((), reason)
    shown = terminal_statements(found)
    assert says in shown
    assert "Searched 1 article" in shown


@pytest.mark.parametrize(
    ("arguments", "named", "error"),
    [
        pytest.param({"person": "  "}, "empty", QuestionError, id="nobody"),
        pytest.param({"person": "42"}, "'42'", InputError, id="a number"),
        pytest.param({"person": "Rohn", "topic": " "}, "empty", QuestionError, id="empty topic"),
        pytest.param({"person": "Rohn", "as_of": "May"}, "'May'", InputError, id="no date"),
        pytest.param({"person": "Rohn", "limit": 0}, "0", InputError, id="limit of nothing"),
    ],
)
def test_what_cannot_be_asked_is_named(
    sample: NewsQA, arguments: dict[str, Any], named: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match=named):
        sample.quotes(**arguments)


def test_the_sample_archive_quotes_its_people(sample: NewsQA) -> None:
    found = sample.quotes("Lavrov", as_of="2022-03-29")
    assert_sound(found)
    assert any(one.text.startswith("Vladimir Putin") for one in found.found)
    assert {(one.speaker, one.verbatim) for one in found.found} == {("Sergei Lavrov", False)}
    asia = sample.quotes("Sergei Lavrov", "partners in Asia")
    assert ["Asia" in one.text for one in asia.found] == [True]
    assert asia.off_topic == len(found.found) - 1
    assert not sample.quotes("Lavrov", as_of="2022-03-01").found


def test_every_speaker_of_the_sample_archive_is_found_by_name(sample: NewsQA) -> None:
    for person in ("Lena Marek", "Marta Velling", "Noor Abendroth", "Peskov"):
        found = sample.quotes(person)
        assert_sound(found)
        assert len(found.found) >= 3
        assert found.to_dict()["schema"] == 1
        assert json.dumps(found.to_dict(), allow_nan=False)


def test_hostile_words_do_not_reach_the_terminal(small: Any) -> None:
    found = small(text('Edda Rohn said: "We \u001b[2J will\u202e stay here."')).quotes("Rohn")
    shown = terminal_statements(found)
    assert "stay here" in shown
    assert not {"\u001b", "\u202e"} & set(shown)


def test_an_instant_as_of_is_taken_as_it_is(small: Any) -> None:
    from datetime import datetime

    news = small(text("Edda Rohn said that it rained.", published="2026-03-02T12:00:00Z"))
    assert not news.quotes("Rohn", as_of=datetime(2026, 3, 2, 11, tzinfo=UTC)).found
    assert news.quotes("Rohn", as_of=datetime(2026, 3, 2, 13, tzinfo=UTC)).found


def test_what_somebody_passes_on_is_listed_as_that_and_is_no_word_of_the_other(small: Any) -> None:
    news = small(text("Jon Falk, quoting Edda Rohn, said: “No ship will sail this year or next.” Rain fell in Kelmar."))
    (one,) = news.quotes("Falk").found
    assert one.speaker == "Jon Falk, quoting Edda Rohn"
    assert news.quotes("Rohn").reason == "unknown_speaker"
    assert "No ship" not in news.ask("what did Rohn say").short_answer
