"""A turn, its articles and its HTML, without a browser."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest
from fake_news import FERRY, HOSTILE, arabic, conflict, ferry, hostile, refusal

from qa.errors import InputError
from qa.types import Article, Citation
from qa.ui import making, reader, transcript
from qa.ui.face import as_of_day, standing
from qa.ui.turn import Turn

TAG = re.compile(r"<[^>]*>")


def body_text(fragment: str) -> str:
    inside = fragment[fragment.index('<div class="dl-body"') :]
    inside = inside[inside.index(">") + 1 : inside.index("</div>")]
    return html.unescape(TAG.sub("", inside))


def taken(events: tuple) -> Turn:
    turn = Turn(1, "a question")
    for event in events:
        turn.take(event)
    return turn


@pytest.mark.parametrize("article", [FERRY, HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize(
    "spans",
    [(), ((0, 9),), ((0, 30), (10, 20)), ((5, 40), (20, 60), (60, 70)), ((0, 5), (0, 5))],
    ids=["none", "one", "nested", "overlapping and touching", "the same twice"],
)
def test_body_is_kept_character_by_character_and_marks_slice_to_it(
    article: Article, spans: tuple[tuple[int, int], ...]
) -> None:
    marks = [reader.Mark(str(number), start, end) for number, (start, end) in enumerate(spans, start=1)]
    fragment = reader.article(article, marks)
    assert body_text(fragment) == article.body
    for mark in marks:
        pieces = re.findall(rf'<mark data-marks="(?:[^"]* )?{mark.key}(?: [^"]*)?">(.*?)</mark>', fragment, re.DOTALL)
        assert html.unescape("".join(pieces)) == article.body[mark.start : mark.end]


def test_passage_that_is_only_read_is_no_mark() -> None:
    fragment = reader.article(FERRY, [reader.Mark("p1", 0, 10), reader.Mark("1", 4, 8)])
    assert fragment.count("<mark") == 1
    assert fragment.count('<span data-marks="p1"') == 2


def test_endless_body_is_cut_around_the_citation_and_says_so() -> None:
    long = Article("long", body="x" * 300_000 + "HERE" + "y" * 300_000)
    fragment = reader.article(long, [reader.Mark("1", 300_000, 300_004)])
    assert len(fragment) < 2 * reader.LONGEST_BODY
    assert '<mark data-marks="1">HERE</mark>' in fragment
    assert "begins earlier" in fragment
    assert "goes on" in fragment


def test_undated_article_says_that_it_has_no_date() -> None:
    assert "No date of publication found" in reader.article(Article("u", body="Text."), [])


@pytest.mark.parametrize("make", [ferry, conflict, refusal, hostile, arabic], ids=lambda make: make.__name__)
def test_every_chip_finds_its_article(make) -> None:
    turn = taken(make("q"))
    held = set(" ".join(re.findall(r'data-holds="([^"]*)"', turn.sources())).split())
    chips = set(re.findall(r'data-citation="([^"]*)"', transcript.turn(turn)))
    assert chips
    assert chips <= held


def test_nothing_hostile_becomes_a_tag() -> None:
    shown = transcript.turn(taken(hostile("q"))) + taken(hostile("q")).sources()
    tags = {tag.split()[0].strip("<>/").lower() for tag in TAG.findall(shown)}
    assert tags <= {
        "section", "small", "h2", "h3", "span", "p", "div", "button", "b", "i", "details", "summary", "ol", "ul", "li",
        "footer", "article", "header", "mark",
    }  # fmt: skip
    assert "${" not in shown
    assert "{{" not in shown


def test_streamed_sentences_stay_when_the_answer_lacks_them() -> None:
    turn = taken((*ferry("q")[:-1], refusal("q")[-1]))
    assert [sentence.text for sentence in turn.sentences] == [one.text for one in ferry("q")[-1].sentences]
    assert "ended otherwise" in turn.notice


def test_headline_is_not_said_twice() -> None:
    events = arabic("q")
    shown = transcript.turn(taken(events))
    assert shown.count(events[-1].sentences[0].text) == 1 or "dl-short" not in shown


@pytest.mark.parametrize(
    ("written", "day"),
    [("", None), ("  ", None), ("2022-03-28", date(2022, 3, 28)), (" 2024-02-29 ", date(2024, 2, 29))],
    ids=["empty", "blank", "day", "leap day with blanks"],
)
def test_as_of_reads_a_day(written: str, day: date | None) -> None:
    assert as_of_day(written) == day


@pytest.mark.parametrize("written", ["2023-02-29", "20220328", "2022-W13-1", "now", "2022-3-8"])
def test_as_of_refuses_what_is_no_day(written: str) -> None:
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        as_of_day(written)


def test_standing_reads_counts_given_as_numbers_lists_or_text() -> None:
    class Told:
        def info(self):
            return {"articles": 3, "outlets": ["A", "B"], "earliest": "2022-03-01T10:00:00+00:00", "latest": None}

        def state(self):
            return "downloading 43.7 %"

    now = standing(Told())
    assert (now.articles, now.outlets, now.earliest, now.latest) == (3, 2, date(2022, 3, 1), None)
    assert now.per_cent == 43


def test_timeline_does_not_repeat_a_sentence_that_stands_above() -> None:
    events = ferry("q")
    answer = events[-1]
    told = replace(answer.timeline[0], text=answer.sentences[1].text)
    shown = transcript.turn(taken((*events[:-1], replace(answer, timeline=(told, answer.timeline[1])))))
    assert shown.count(answer.sentences[1].text) == 1
    assert "4 May 2026" in shown[shown.index("dl-timeline") :]


def test_article_without_outlet_goes_by_its_headline() -> None:
    named = Article("n", body="Some text.", headline="Notes of a day")
    citation = Citation(1, article=named, start=0, end=4, quote="Some")
    assert "<span>Notes of a day</span><span>undated</span>" in transcript.chip(1, citation)


def test_answer_says_what_each_mark_means_and_what_each_stage_took() -> None:
    events = ferry("q")
    answer = events[-1]
    weak = replace(answer.citations[0], verdict="partly")
    trace = replace(answer.trace, seconds={**answer.trace.seconds, "first_passage": 0.1})
    shown = making.made(replace(answer, citations=(weak, *answer.citations[1:]), trace=trace))
    assert "2 supported by these words: numbers, dates" in shown
    assert "1 only partly supported by these words: the quoted words carry only a part" in shown
    assert "<span>searching</span> 0.04 s" in shown
    assert "<span>reading</span> 0.06 s" in shown
    assert "<span>wording</span> 1.9 s" in shown
    assert "<span>passages shown after</span> 0.1 s" in shown
    assert "<span>all after</span> 2.6 s" in shown
    assert "first_" not in shown


def test_both_dates_say_where_they_were_found() -> None:
    item = replace(FERRY, updated=date(2026, 4, 22), updated_source="meta")
    head = reader.article(item, [])
    assert re.search(r"Published 20 April 2026 <span[^>]*>found in the page&#x27;s JSON-LD<", head)
    assert re.search(r"Updated 22 April 2026 <span[^>]*>found in the page&#x27;s meta tags<", head)
