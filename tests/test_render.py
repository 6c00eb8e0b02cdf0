"""Answers as Markdown, HTML and terminal text: numbers after sentences, whole quotes, and nothing that is markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from html.parser import HTMLParser
from typing import Any

import pytest

from qa import render
from qa.citations import Citations
from qa.render import words
from qa.types import (
    Answer,
    Article,
    Citation,
    Claimed,
    Coverage,
    Evidence,
    Passage,
    Reason,
    Sentence,
    Trace,
    latest_instant,
)

PIECE = Article(
    "a1",
    body="The talks start on Monday, the minister said. A second round is planned.",
    headline="Talks to start",
    outlet="Daily Post",
    url="https://post.example/talks",
    published=date(2022, 3, 27),
)
EVIL = Article(
    "a2",
    body='He said: <script>alert(1)</script> ![x](https://evil.example/p.png) \x1b[2J\x07 **now** "quoted" `a` done.',
    headline="<img src=x onerror=alert(1)> [click](javascript:alert(1))",
    outlet="Evil\u202ePost",
    url="javascript:alert(1)",
)


def cite(number: int, article: Article, quote: str, **more: Any) -> Citation:
    start = article.body.index(quote)
    return Citation(number, article=article, start=start, end=start + len(quote), quote=quote, **more)


def answer(**more: Any) -> Answer:
    first = cite(1, PIECE, "The talks start on Monday, the minister said.", age_days=1, speaker="the minister")
    second = cite(2, PIECE, "A second round is planned.", age_days=1)
    fixed: dict[str, Any] = {
        "id": "x1",
        "question": "When do the talks start?",
        "standalone_question": "When do the talks start?",
        "as_of": date(2022, 3, 28),
        "status": "answered",
        "mode": "extractive",
        "text": "They start on Monday. A second round is planned.",
        "short_answer": "Monday, 28 March 2022",
        "sentences": (
            Sentence("They start on Monday.", start=0, end=21, citations=(1,)),
            Sentence("A second round is planned.", start=22, end=48, citations=(2, 1)),
        ),
        "citations": (first, second),
        "coverage": Coverage(3, outlets=2, earliest=date(2022, 3, 1), latest=date(2022, 3, 28)),
    }
    return Answer(**(fixed | more))


def refused(**more: Any) -> Answer:
    fixed: dict[str, Any] = {
        "status": "not_found",
        "reason": "silent",
        "text": "",
        "short_answer": "",
        "sentences": (),
        "citations": (),
        "nearest": cite(1, PIECE, "A second round is planned."),
    }
    return answer(**(fixed | more))


def evil() -> Answer:
    quote = EVIL.body[9:-6]
    return answer(
        question="<b>why</b> # *x*",
        text="<i>It</i> ![y](https://evil.example/q.png).",
        short_answer="\x1b]0;owned\x07<u>now</u>",
        sentences=(Sentence("<i>It</i> ![y](https://evil.example/q.png).", start=0, end=44, citations=(1,)),),
        citations=(cite(1, EVIL, quote),),
    )


class Tags(HTMLParser):
    """Collects the tags, links and ids of a fragment, and its text."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on")
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.add(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("render_one", [render.markdown, render.terminal], ids=["markdown", "terminal"])
def test_numbers_follow_each_sentence(render_one) -> None:
    text = render_one(answer()).replace("\\", "")
    assert "They start on Monday. [1] A second round is planned. [2] [1]" in text
    assert "Daily Post · 27 March 2022 · 1 day old" in text


def test_terminal_shows_exact_quote_speaker_and_what_was_searched() -> None:
    text = render.terminal(answer(trace=Trace(seconds={"retrieve": 0.5, "check": 0.7})), width=200)
    assert "“The talks start on Monday, the minister said.”" in text
    assert "said by the minister" in text
    assert "https://post.example/talks" in text
    assert "Searched 3 articles from 2 outlets, 1 March 2022 – 28 March 2022. As of 28 March 2022." in text
    assert "Answered by: extractive in 1.2 s." in text


def test_terminal_wraps_sentences_but_never_a_quote() -> None:
    text = render.terminal(answer(), width=30)
    assert "“The talks start on Monday, the minister said.”" in text
    assert all(len(line) <= 30 for line in text.splitlines() if "“" not in line and "http" not in line)


def test_html_markers_link_to_their_sources() -> None:
    parsed = Tags(render.html(answer()))
    inner = [link.removeprefix("#") for link in parsed.links if link.startswith("#")]
    assert inner == ["x1-1", "x1-2", "x1-1"]
    assert set(inner) <= parsed.ids
    assert any(link.startswith("https://post.example/talks#:~:text=") for link in parsed.links)


@pytest.mark.parametrize(
    "render_one", [render.markdown, render.html, render.terminal], ids=["markdown", "html", "terminal"]
)
def test_refusal_has_reason_nearest_and_coverage(render_one) -> None:
    text = render_one(refused()).replace("\\", "")
    for part in ("does not say", "none of them says this", "A second round is planned.", "Searched 3 articles"):
        assert part in re.sub(r"\s+", " ", text)


def test_refusal_says_its_own_words_first() -> None:
    assert "No result of the match is told." in render.terminal(refused(text="No result of the match is told."))


@pytest.mark.parametrize(
    "render_one", [render.markdown, render.html, render.terminal], ids=["markdown", "html", "terminal"]
)
def test_sides_and_timeline_are_told_with_speaker_day_and_number(render_one) -> None:
    sides = (
        Claimed("12", text="12 dead", citation=1, speaker="Mayor", said=date(2022, 3, 27)),
        Claimed("15", text="15 dead", citation=2, outlet="Daily Post", said=None),
    )
    timeline = (Claimed("2022-03-28/2022-03-30", text="", citation=1, said=date(2022, 3, 26)),)
    shown = render_one(answer(status="conflicting", sides=sides, timeline=timeline))
    text = re.sub(r"<[^>]*>|\\|\s+", " ", shown)
    text = re.sub(r" +", " ", text)
    for part in ("The articles disagree", "12 dead", "Mayor, 27 March 2022", "Daily Post, undated", "Over time"):
        assert part in text
    assert re.search(r"28 March 2022 ?– ?30 March 2022", text)


def test_hostile_html_stays_text() -> None:
    parsed = Tags(render.html(evil()))
    assert parsed.tags <= {
        "article",
        "h2",
        "p",
        "strong",
        "a",
        "ol",
        "li",
        "span",
        "cite",
        "blockquote",
        "footer",
        "small",
    }
    assert all(link.startswith("#") for link in parsed.links)
    assert "<script>alert(1)</script>" in parsed.text
    assert "<i>It</i>" in parsed.text


def test_hostile_markdown_stays_text() -> None:
    text = render.markdown(evil())
    assert not re.search(r"(?<!\\)[<>](?!https?://| )(?![ >])", re.sub(r"^  > ", "", text, flags=re.M))
    assert not re.search(r"(?<!\\)!\[|(?<!\\)\]\(", text)
    assert not re.search(r"^\s*#", text.replace("### ", ""), re.M)
    assert "\x1b" not in text


def test_hostile_terminal_text_moves_nothing() -> None:
    text = render.terminal(evil())
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "javascript:alert(1)" not in [line.strip() for line in text.splitlines()]


def test_quote_over_several_lines_stays_in_its_block() -> None:
    piece = Article("l", body="One line.\n# Two\n- three")
    text = render.markdown(answer(citations=(cite(1, piece, piece.body),), sentences=()))
    assert "> One line\\. \\# Two \\- three" in text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, ""), (0, "same day"), (1, "1 day old"), (59, "59 days old"), (60, "2 months old"),
        (729, "24 months old"), (730, "2 years old"), (-1, "1 day after"),
    ],
)  # fmt: skip
def test_age_is_said_in_the_fitting_unit(days: int | None, said: str) -> None:
    assert words.age(days) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (None, "undated"),
        (date(2022, 3, 9), "9 March 2022"),
        (datetime(2022, 3, 9, 23, 30, tzinfo=UTC), "9 March 2022, 23:30 UTC"),
        (datetime(2022, 3, 9, 23, 30, tzinfo=timezone(timedelta(hours=-3))), "10 March 2022, 02:30 UTC"),
        (datetime(2022, 3, 9, 23, 30), "9 March 2022, 23:30 UTC"),
    ],
    ids=["none", "day", "utc", "other zone", "naive is UTC"],
)
def test_day_is_said_in_utc(moment, said: str) -> None:
    assert words.day(moment) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2022-03-29", "29 March 2022"),
        ("2022-03", "March 2022"),
        ("2022-03-28/2022-03-30", "28 March 2022 – 30 March 2022"),
        ("2022-13", "2022-13"),
        ("2022-02-30", "2022-02-30"),
        ("12", "12"),
        ("", ""),
    ],
)
def test_values_are_spoken(value: str, said: str) -> None:
    assert words.spoken_value(value) == said


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://user:pass@evil.example/",
        "http://[",
        "ftp://a/b",
        "",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert words.web_address(url) == ""


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://a.example/ä b?q=1&r=2#s", "https://a.example/%C3%A4%20b?q=1&r=2#s"),
        ("https://a.example/x>'\"<y", "https://a.example/x%3E%27%22%3Cy"),
    ],
    ids=["letters and blanks", "quotes and brackets"],
)
def test_addresses_are_encoded(url: str, link: str) -> None:
    assert words.web_address(url) == link


def test_text_fragment_names_the_ends_of_a_long_quote_and_escapes_its_commas() -> None:
    long = Article("f", body="One, two - three four five six seven eight nine ten.", url="https://a.example/x#old")
    assert words.quoted_address(long, long.body) == (
        "https://a.example/x#:~:text=One%2C%20two%20%2D%20three,seven%20eight%20nine%20ten."
    )
    assert words.quoted_address(long, "One, two") == "https://a.example/x#:~:text=One%2C%20two"


def test_escaped_text_is_inert_in_templates_too() -> None:
    text = "${a} {{b}} `c` <d> \"e\" 'f' & \ud800"
    assert not set(words.escaped(text)) & set("<>{}$`\"'\ud800")


@pytest.mark.parametrize("face", [render.terminal, render.markdown, render.html], ids=["terminal", "Markdown", "HTML"])
@pytest.mark.parametrize(
    ("published", "as_of", "said"),
    [
        pytest.param(date(2022, 3, 25), date(2022, 3, 28), "25 March 2022 · 3 days old", id="days"),
        pytest.param(
            date(2022, 3, 28), datetime(2022, 3, 28, 1, tzinfo=UTC), "28 March 2022 · same day", id="same day"
        ),
        pytest.param(date(2020, 3, 27), date(2022, 3, 28), "27 March 2020 · 2 years old", id="years"),
        pytest.param(None, date(2022, 3, 28), "Daily Post · undated", id="undated"),
    ],
)
def test_every_face_shows_the_age_of_a_citation_against_the_as_of_date(
    face: Callable[[Answer], str], published: date | None, as_of: date, said: str
) -> None:
    article = replace(PIECE, published=published)
    passage = Passage("p", article_id="a1", start=0, end=10, text=article.body[:10])
    found = Evidence(passage, article=article, rank=1, score=1)
    citation, _ = Citations(latest_instant(as_of)).cite(found, 0, 10)
    shown = face(answer(citations=(citation,), as_of=as_of, sentences=())).replace("\\", "")
    assert said in shown
    assert "undated ·" not in shown


@pytest.mark.parametrize(
    ("reason", "headline"),
    [("silent", "The archive does not say"), ("false_premise", "The archive says otherwise")],
)
def test_a_denied_premise_is_no_silence(reason: Reason, headline: str) -> None:
    refused = answer(status="not_found", reason=reason, text="Because.", sentences=(), citations=())
    assert words.refusal(refused) == headline
    assert headline in render.terminal(refused)
