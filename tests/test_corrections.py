"""What a notice restates as the error is no evidence, the right value beside it is, and the article is marked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from qa import NewsQA, corrections
from qa.citations import Citations
from qa.encoders import HashEncoder
from qa.render import words
from qa.retrieve import carrier
from qa.settings import Settings
from qa.types import Article, ArticleKind, Moment
from qa.ui import reader
from tests.making import article, evidence

LEAD = "A fire at the Brenn mill killed 21 people, the police said."


def written(
    body: str, *, kind: ArticleKind = "news", published: Moment | None = date(2024, 5, 2), **more: Any
) -> Article:
    return Article("a1", body=body, kind=kind, published=published, outlet="Orlo Post", **more)


def left(one: Article) -> str:
    return " ".join(corrections.evidence(one).split())


@pytest.mark.parametrize(
    ("notice", "kept"),
    [
        pytest.param(
            "Correction (3 May): An earlier version of this article said that 26 people had died."
            " Police had counted five of them twice.",
            "",
            id="a label with its day, and how the error came about",
        ),
        pytest.param(
            "This article was amended on 4 June 2024. It originally stated that 26 people had died; the correct figure"
            " is 21.",
            "the correct figure is 21.",
            id="amended, the right figure behind a semicolon",
        ),
        pytest.param(
            "CORRECTION: A previous version of this story misstated the number of dead as 26. It is 21, not 26.",
            "It is 21",
            id="misstated, and what the right value is not",
        ),
        pytest.param(
            "An earlier version misidentified the owner as Paul Dahl. The owner is Ida Kern.",
            "The owner is Ida Kern.",
            id="a wrong name without a label",
        ),
        pytest.param(
            "Editor’s note, June 4: The headline on this story initially said 26 people had died. In fact, 21 did.",
            "In fact, 21 did.",
            id="a note by the editor on a headline",
        ),
        pytest.param(
            "Correction: Twenty-one people died, not 26 as an earlier version of this article said.",
            "Twenty-one people died",
            id="the right value goes before",
        ),
        pytest.param(
            "Correction\n\nAn earlier version of this report said the vote was on 6 June. It is on 9 June.",
            "It is on 9 June.",
            id="a label on a line of its own",
        ),
        pytest.param(
            "Correction, May 5, 2024: Because of an editing error, this article originally gave the wrong age for"
            " Mr Dahl. He is 43, not 41.",
            "He is 43",
            id="a wrong age",
        ),
        pytest.param(
            "This article was amended on 4 June 2024 to say that 21 people died, not 26.",
            "21 people died",
            id="amended to say",
        ),
        pytest.param(
            "This story has been corrected to reflect that the mill shut on Tuesday, rather than on Monday.",
            "the mill shut on Tuesday",
            id="corrected to reflect",
        ),
        pytest.param(
            "This article was amended on 4 June 2024 because an earlier version said 26 people had died, when the"
            " correct figure was 21.",
            "the correct figure was 21.",
            id="amended because, in one sentence",
        ),
        pytest.param(
            "An earlier version of this article said 26 people died, but in fact 21 did.",
            "in fact 21 did.",
            id="but in fact",
        ),
        pytest.param(
            "Contrary to what an earlier version of this article said, 21 people died.",
            "21 people died.",
            id="contrary to an earlier version",
        ),
        pytest.param(
            "An earlier version of this article quoted Mr Dahl as saying: “We will leave.” He said: “We may leave.”",
            "He said: “We may leave.”",
            id="a wrong quotation",
        ),
        pytest.param(
            "This report, published on 2 May, wrongly said 26 people had died. Twenty-one people did.",
            "Twenty-one people did.",
            id="an aside before the adverb",
        ),
        pytest.param(
            "Correction: In the story about the fire, the number of dead was given as 26. It is 21.",
            "It is 21.",
            id="in the passive",
        ),
        pytest.param(
            "(Corrects number of dead to 21 from 26 in paragraph 2)", "", id="an agency's line before its text"
        ),
        pytest.param(
            "Corrections and clarifications: A report on Tuesday said 26 people died. It should have said 21.",
            "It should have said 21.",
            id="of another text",
        ),
        pytest.param(
            "An earlier version of this article said that 26 people had died and it was the worst fire in years.",
            "",
            id="a second clause of the error",
        ),
        pytest.param(
            "An earlier version of this article said that 26 people had died; 30 were hurt.",
            "",
            id="a second clause of the error behind a semicolon",
        ),
    ],
)
def test_a_notice_keeps_the_right_value_and_not_the_error(notice: str, kept: str) -> None:
    one = written(f"{LEAD}\n\n{notice}")
    assert left(one) == f"{LEAD} {kept}".strip()
    shown = corrections.evidence(one)
    assert len(shown) == len(one.body)
    assert all(mine == theirs or (mine == " " and theirs != "\n") for mine, theirs in zip(shown, one.body, strict=True))
    assert [each.article_id for each in corrections.of(one)] == ["a1"]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (
            "A report on 2 May said that 26 people died in the fire. The correct figure is 21.",
            "The correct figure is 21.",
        ),
        ("The ferry carried 14 people, not 12.", "The ferry carried 14 people"),
        ("An article on Tuesday misstated the number of dead. It was 21, not 26.", "It was 21"),
        ("In our story about the mill we said 26 people died. Twenty-one died.", "Twenty-one died."),
    ],
    ids=["a report said", "the right value, not the wrong one", "misstated", "we said"],
)
def test_a_notice_that_is_an_article_keeps_the_right_value(body: str, kept: str) -> None:
    one = written(body, kind="correction")
    assert left(one) == kept
    assert corrections.of(one) == (), "it corrects another article, not itself"


@pytest.mark.parametrize(
    "body",
    [
        "Editor's note: This article contains descriptions of violence.",
        "Editor's note: This story has been updated to include a comment by the mayor.",
        "An earlier version of the bill said that 14 districts would get money.",
        "An earlier report said 14 people died, the police said.",
        "Correction officers said 14 inmates died.",
        "Corrections\n\nThe ministry of prisons runs 14 houses.",
        "The ministry previously said that 14 people had died.",
        "The dead were 21, not 26 as previously reported, the police said.",
        "UPDATE: 21 people died, the police said, up from 19.",
        'He said: "This article was amended in 1998 to ban 14 parties."',
        "Ida Kern, who corrects maps, misidentified the river.",
        "The team wrote the app. An earlier version said hello.",
    ],
)
def test_what_is_no_notice_is_left_alone(body: str) -> None:
    one = written(f"{LEAD}\n\n{body}")
    assert corrections.evidence(one) == one.body
    assert corrections.of(one) == ()


@pytest.mark.parametrize(
    ("notice", "updated", "day"),
    [
        ("Correction (3 May): An earlier version of this article said 26.", None, date(2024, 5, 3)),
        ("Editor's Note (Nov. 3): An earlier version of this piece said 26.", None, date(2024, 11, 3)),
        ("This article was amended on 4 and 6 June 2024. It originally said 26.", None, date(2024, 6, 6)),
        ("This article was corrected on Tuesday. It originally said 26.", None, date(2024, 5, 7)),
        ("This article was amended on 1 January. It originally said 26.", None, date(2025, 1, 1)),
        ("Correction: An earlier version of this article said the vote was on 6 June.", None, None),
        ("Correction: An earlier version of this article said 26.", date(2024, 5, 9), date(2024, 5, 9)),
    ],
    ids=[
        "behind the label", "a short month", "the later of two", "a day of the week", "of the next year",
        "no day, and one in the error", "when the article was updated",
    ],
)  # fmt: skip
def test_the_day_of_a_correction(notice: str, updated: Moment | None, day: Moment | None) -> None:
    assert [each.published for each in corrections.of(written(f"{LEAD}\n\n{notice}", updated=updated))] == [day]


def test_notices_of_both_kinds_stand_in_the_order_of_their_days() -> None:
    one = written(f"{LEAD}\n\nCorrection (8 May): An earlier version of this article said 26.")
    other = carrier(written("It was 21.", kind="correction", published=date(2024, 5, 6), headline="Correction"))
    assert [each.published for each in corrections.of(one, [other])] == [date(2024, 5, 6), date(2024, 5, 8)]


def test_reading_is_linear_in_the_length_of_a_body() -> None:
    body = "An earlier version of the story, our report, was not as we said; this article had " * 2_000
    began = time.perf_counter()
    corrections.evidence(written(body))
    assert time.perf_counter() - began < 5


# Answers, timelines and quotes of an archive with such notices, without a language model

FIRE = {
    "url": "https://post.example/fire", "title": "Mill fire in Orlo: toll lowered", "outlet": "Orlo Post",
    "published": "2024-05-03", "text": f"{LEAD} Mayor Lena Stroh visited Orlo.\n\nCorrection (4 May): An earlier"
    " version of this article said that 26 people had died in the fire at the Brenn mill. Five were counted twice.",
}  # fmt: skip
TUNNEL = {
    "url": "https://wire.example/tunnel", "title": "Tunnel under the Velm opens", "outlet": "Bay Wire",
    "published": "2024-06-02", "text": "The tunnel under the Velm opened on Sunday. Engineer Ida Kern said: “The tunnel"
    " will last a hundred years.”\n\nThis article was amended on 4 June 2024. It originally stated that the Velm tunnel"
    " cost 430 million crowns and that Paul Dahl had said: “The tunnel will leak.” In fact, the Velm tunnel cost 340"
    " million crowns.",
}  # fmt: skip
NOTICE = {
    "url": "https://wire.example/notice", "title": "Correction: Ferry to Hask", "outlet": "Bay Wire",
    "published": "2024-07-05", "kind": "correction", "text": "A report on 3 July said that the ferry to Hask carried 17"
    " horses. The ferry to Hask carried 12 horses.",
}  # fmt: skip


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsQA]:
    folder: Path = tmp_path_factory.mktemp("corrected")
    (folder / "all.jsonl").write_text("\n".join(map(json.dumps, (FIRE, TUNNEL, NOTICE))), encoding="utf-8")
    settings = Settings(llm="none")
    with NewsQA.open(folder / "index", create=True, encoder=HashEncoder(), settings=settings, extractive=True) as held:
        assert not held.ingest(folder / "all.jsonl").rejected
        yield held


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How many people died in the fire at the Brenn mill?", "21", "26"),
        ("Did 26 people die in the fire at the Brenn mill?", "21", "An earlier version"),
        ("How much did the Velm tunnel cost?", "340", "430"),
        ("Did the Velm tunnel cost 430 million crowns?", "340", "430"),
        ("What did Paul Dahl say about the tunnel?", "", "leak"),
        ("How many horses did the ferry to Hask carry?", "12", "17"),
        ("Did the ferry to Hask carry 17 horses?", "12", "17"),
    ],
)
def test_no_answer_rests_on_the_error(news: NewsQA, question: str, right: str, wrong: str) -> None:
    answer = news.ask(question, as_of="2024-08-01")
    cited = [*answer.citations, *([answer.nearest] if answer.nearest else [])]
    told = " ".join([answer.short_answer, answer.text, *(one.quote for one in cited)])
    assert right in told
    assert wrong not in told
    assert all(wrong not in side.text for side in (*answer.sides, *answer.timeline))
    for one in cited:
        assert not corrections.within(one.article, one.start, one.end)


def test_no_event_and_no_quote_is_of_the_error(news: NewsQA) -> None:
    for about in ("Brenn mill fire", "Velm tunnel", "ferry to Hask"):
        found = news.timeline(about, as_of="2024-08-01")
        assert found.events
        for event in (*found.events, *found.undated):
            assert not corrections.within(event.citation.article, event.citation.start, event.citation.end)
    assert not news.quotes("Paul Dahl", as_of="2024-08-01").found
    assert [one.text for one in news.quotes("Ida Kern", as_of="2024-08-01").found] == [
        "The tunnel will last a hundred years"
    ]


def test_a_citation_of_a_corrected_article_says_so_in_every_form(news: NewsQA) -> None:
    answer = news.ask("How many people died in the fire at the Brenn mill?", as_of="2024-08-01")
    cited = answer.citations[0]
    assert words.source(cited).endswith("corrected on 4 May 2024")
    assert any(fact.startswith("corrected in the article: Correction (4 May):") for fact in words.particulars(cited))
    kept = answer.to_dict()["citations"][0]["corrected"]
    assert [(one["article_id"], one["published"]) for one in kept] == [(cited.article.id, "2024-05-04")]
    event = news.timeline("Velm tunnel", as_of="2024-08-01").events[0]
    assert words.source(event.citation).endswith("corrected on 4 June 2024")


def test_the_reading_pane_says_what_was_corrected(news: NewsQA) -> None:
    one = news.search("Brenn mill fire", as_of="2024-08-01")[0].article
    for about in (None, news.holdings.about(one)):
        fragment = reader.article(one, [], reader.Setting(about=about))
        assert fragment.count('data-kind="corrected"') == 1
        assert "Corrected on 4 May 2024; corrected in the article: Correction (4 May)" in fragment
    assert 'data-kind="corrected"' not in reader.article(written(LEAD), [])


def test_nobody_holds_a_role_that_only_the_error_gives() -> None:
    from qa.holders import Holders

    body = "Mayor Ida Kern spoke.\n\nAn earlier version of this article said the mayor, Paul Dahl, had resigned."
    assert [held.name.text for held in Holders.of(written(body)).held] == ["Ida Kern"]


def test_an_undated_correction_is_told_without_a_day() -> None:
    one = article(f"{LEAD}\n\nCorrection: An earlier version of this article said 26.")
    found = evidence(one)
    cited, _ = Citations(datetime(2024, 5, 7, tzinfo=UTC)).cite(found, 0, len(LEAD))
    assert words.corrected(cited) == "", "evidence names what corrects it; a citation only passes it on"
    assert words.corrected_on(corrections.of(one)[0].published) == "corrected"
