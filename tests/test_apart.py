"""Articles held against each other: what counts as saying otherwise, and what is left alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from qa import NewsQA, apart, questions
from qa.encoders import HashEncoder
from qa.extracts import Extract
from qa.pooling import Found, Weighed
from qa.reader import SpanPrediction
from qa.types import Answer
from tests.making import article, extract

QUESTION = "How many crates of mail were recovered from the ferry Petrel?"
POST = "Divers recovered 17 crates of mail from the ferry Petrel."
ECHO = "The coast guard counted 23 crates of mail that were recovered from the ferry Petrel."
STAR = "In all 31 crates of mail were recovered from the ferry Petrel, the owner said."
DAY = date(2022, 3, 28)


def held(id: str, text: str, *, published: date | None = DAY) -> Extract:
    return extract(article(text, id=id, outlet=f"Outlet {id}", published=published), text)


def found(words: str, sentence: Extract, *, margin: float = 3.0) -> Found:
    """Return the reader's answer of these words in a sentence."""
    start = sentence.start + sentence.text.index(words)
    span = SpanPrediction(0, start=start, end=start + len(words), text=words, margin=margin)
    known = Weighed(margin, relevance=1.0, sentence=0.0, age=0.0, agreed=0.0, typed=1.0, asked=1.0)
    return Found(span, extract=sentence, known=known)


def disputed(*others: Found, standing: Found | None = None, question: str = QUESTION) -> tuple[list[str], str]:
    """Return the values that stand against each other, and of which kind that is."""
    query = questions.analyse(question, as_of=date(2022, 4, 30))
    own = standing or found("17 crates", held("post", POST))
    read = apart.disputed(query, own, [own, *others])
    return ([getattr(one.values[0], "text", one.values[0]) for one in read.claims], read.kind) if read else ([], "")


def test_an_article_that_answers_otherwise_is_a_side() -> None:
    values, kind = disputed(found("23 crates", held("echo", ECHO)))
    assert kind == "conflict"
    assert [value.split()[0] for value in values] == ["17", "23"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(found("23 crates", held("echo", ECHO), margin=-1.0), id="not in there rather"),
        pytest.param(found("23 crates", held("echo", ECHO), margin=0.5), id="much less sure"),
        pytest.param(found("The coast guard", held("echo", ECHO)), id="of another kind"),
        pytest.param(found("The coast guard counted 23 crates of mail that", held("echo", ECHO)), id="too long"),
        pytest.param(found("17 crates", held("echo", "The owner spoke of 17 crates of mail.")), id="the same"),
        pytest.param(found("23 crates", held("post", ECHO)), id="of the same article"),
        pytest.param(found("23 crates", held("echo", "The new ship takes 23 crates.")), id="about something else"),
    ],
)
def test_what_does_not_count(other: Found) -> None:
    assert disputed(other)[0] == []


def test_an_article_that_gives_the_same_answer_too_is_no_side() -> None:
    again = held("echo", "Divers counted 23 crates of mail, 17 crates of them from the ferry Petrel.")
    assert disputed(found("23 crates", again))[0] == []


def test_no_more_than_so_many_articles_are_held_against_an_answer() -> None:
    own = found("17 crates", held("post", POST))
    others = [found("31 crates", held(f"a{number}", STAR)) for number in range(9)]
    assert len(apart.others(own, others)) == apart.MOST


def test_what_is_said_a_week_later_is_an_update() -> None:
    question = "When does the Karvel bridge open?"
    first = found("5 May", held("post", "The Karvel bridge opens on 5 May."))
    later = held("echo", "The Karvel bridge opens on 9 May, the mayor said.", published=date(2022, 4, 9))
    assert disputed(found("9 May", later), standing=first, question=question) == (["5 May", "9 May"], "update")


def test_names_are_held_against_each_other_and_another_form_is_none() -> None:
    question = "Who won the Karvel regatta?"
    first = found("Mira Dorn", held("post", "Mira Dorn won the Karvel regatta."))
    other = held("echo", "The Karvel regatta was won by Ada Polat on Sunday.")
    values, kind = disputed(found("Ada Polat", other), standing=first, question=question)
    assert (values, kind) == (["Mira Dorn", "Ada Polat"], "conflict")
    form = held("echo", "The Karvel regatta was won by Ms Dorn on Sunday.")
    assert disputed(found("Ms Dorn", form), standing=first, question=question)[0] == []


def test_why_and_what_are_not_compared() -> None:
    question = "Why were crates of mail recovered from the ferry Petrel?"
    assert disputed(found("23 crates", held("echo", ECHO)), question=question)[0] == []


DORN = "Mira Dorn won the Karvel regatta, the harbour office said."
POLAT = "The Karvel regatta was won by Ada Polat, whose boat is new."


@pytest.fixture
def asked(tmp_path: Path) -> Answer:
    lines = [
        {"url": f"https://{name}.example/regatta", "title": "Karvel regatta", "published": "2022-03-20",
         "outlet": name.title(), "text": text}
        for name, text in {"post": DORN, "echo": POLAT}.items()
    ]  # fmt: skip
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with NewsQA.open(tmp_path / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(tmp_path / "articles.jsonl").added == 2
        return news.ask("Who won the Karvel regatta?", as_of="2022-03-28")


def test_both_sides_are_shown_where_the_archive_has_two(asked: Answer) -> None:
    assert asked.status == "conflicting"
    assert {side.value for side in asked.sides} == {"Mira Dorn", "Ada Polat"}
    assert DORN[:-1] in asked.text
    assert POLAT[:-1] in asked.text
    assert asked.trace.notes == ()
