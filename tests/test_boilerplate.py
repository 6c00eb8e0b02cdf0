from __future__ import annotations

import time
from datetime import date

import pytest

from qa import boilerplate, extracts, passages, questions
from qa.encoders import HashEncoder
from qa.types import Article, Evidence
from tests.real import ARTICLE, needs_article

PROSE = (
    "The ferry will not sail on Friday, harbour master Ida Kern told reporters in Velm, because of the storm.",
    "Nobody was hurt, she said, and the mayor thanked everybody who had helped during the night.",
)


@pytest.mark.parametrize(
    "line",
    [
        "WATCH: The ferry will not sail on Friday, says harbour master",
        "Watch - https://t.co/KVJvtfzjSV pic.twitter.com/IVt9pyzyIk — The Wire (@thewire) March 28, 2022",
        "READ MORE: Who pays for the ferry",
        "READ | Who pays for the ferry",
        "Also Read: Who pays for the ferry",
        "More: Who pays for the ferry",
        "Related: Who pays for the ferry",
        "Read more about the ferry here.",
        "Image: AP",
        "Photo by Ida Kern",
        "Photograph: Ida Kern/The Wire",
        "File photo of the ferry in Velm",
        "The ferry in the harbour of Velm on Monday, March 28, 2022. (AP Photo/Ida Kern)",
        "The ferry in the harbour of Velm. Ida Kern/Getty Images",
        "A ferry at sea [File: Ida Kern/Reuters]",
        "Share on Facebook Tweet WhatsApp Email",
        "Facebook",
        "Share this article",
        "Sign up for our newsletter",
        "Advertisement",
        "The ferry is late again! — Velm Ferries (@velmferries) March 28, 2022",
        "https://wire.example/ferry",
        "View this post on Instagram",
    ],
)
def test_a_line_is_recognised_by_how_it_is_written(line: str) -> None:
    assert boilerplate.is_boilerplate(line)
    body = "\n\n".join((PROSE[0], line, PROSE[1]))
    assert [body[start:end] for start, end in boilerplate.spans(body)] == [line]


@pytest.mark.parametrize(
    "line",
    [
        *PROSE,
        "Officials will watch: the ferry is old.",
        "Read the letter, he said.",
        "The mayor shared the video on Twitter.",
        "Image problems have followed the company for years, analysts said.",
        "She told Reuters (the agency) that the ferry would sail.",
        "“We will not sail,” Kern said in a post on Facebook.",
        "More is wanted, and the islanders will get it, Kern said.",
        "Photographers waited at the quay on Friday.",
        "The source: a broken pump, the report says.",
        "Print sales fell by 3 percent.",
        "X",
    ],
)
def test_prose_is_not(line: str) -> None:
    assert not boilerplate.is_boilerplate(line)


@pytest.mark.parametrize(
    ("line", "repeated"),
    [
        pytest.param("“The ferry will not sail on Friday”", True, id="pull quote"),
        pytest.param("The ferry will not sail on Friday: Kern", True, id="pull quote with its speaker"),
        pytest.param(PROSE[0], True, id="paragraph that stands twice"),
        pytest.param("The ferry will sail on Friday", False, id="says otherwise"),
        pytest.param("The ferry will not sail on Saturday: Kern", False, id="another day"),
        pytest.param("on Friday", False, id="too short to be a quote"),
    ],
)
@pytest.mark.parametrize("first", [True, False], ids=["ahead", "behind"])
def test_a_pull_quote_repeats_the_text(line: str, repeated: bool, first: bool) -> None:
    body = "\n\n".join((line, *PROSE) if first else (*PROSE, line))
    found = [body[start:end] for start, end in boilerplate.spans(body)]
    assert found == ([line] if repeated else [])


def test_an_article_of_nothing_else_keeps_its_text() -> None:
    assert boilerplate.spans("WATCH: The ferry sails") == ()
    assert not boilerplate.within("WATCH: The ferry sails", 0, 22)


def test_boilerplate_stays_in_the_body_and_is_never_evidence() -> None:
    lines = (PROSE[0], "WATCH: The ferry will not sail on Friday, Kern says", "Image: AP", PROSE[1])
    article = Article("a", body="\n\n".join(lines), published=date(2022, 3, 28))
    (passage,) = passages.split(article)
    assert "WATCH" in passage.text
    query = questions.analyse("when does the ferry sail", as_of=date(2022, 3, 30))
    found = extracts.candidates(query, [Evidence(passage, article=article, rank=1, score=1.0)], HashEncoder())
    assert [extract.text for extract in found] == list(PROSE)


@needs_article
def test_the_sample_article() -> None:
    body = ARTICLE.read_text(encoding="utf-8")
    found = [body[start:end].strip()[:12] for start, end in boilerplate.spans(body)]
    assert found == ["Now a meetin", "WATCH: Putin", "Watch - http", "Image: AP"]


@pytest.mark.parametrize(
    "body",
    [
        "x" * 1_000_000,
        "a b c d e\n" * 100_000,
        "the same words again and again\n" * 30_000,
        "(" * 200_000,
        "\n" * 500_000,
    ],
    ids=["20: one run", "short lines", "one line again", "brackets", "blank"],
)
def test_20_its_cost_is_linear(body: str) -> None:
    began = time.process_time()
    boilerplate.spans(body)
    assert time.process_time() - began < 5
