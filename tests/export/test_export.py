"""Files of a conversation: whole citations, nothing from outside as markup, judged answers as cases."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "ui"))

from fake_news import conflict, ferry, history, hostile, refusal

from qa.conversations import Conversation, Kept, Store, Thought
from qa.evaluation import sets
from qa.export import cases, exported

NOW = datetime(2026, 5, 3, tzinfo=UTC)


def conversation(*makes, thought: Thought | None = None, title: str = "The ferry") -> Conversation:
    kept = []
    for number, make in enumerate(makes, start=1):
        made = make("q")
        said = made[-1] if isinstance(made, tuple) else made
        kept.append(Kept(number, question=f"question {number}", said=said, thought=thought))
    return Conversation("c1", title=title, begun=NOW, changed=NOW, kept=tuple(kept))


@pytest.mark.parametrize("shape", ["markdown", "html"])
def test_text_holds_every_part_of_a_citation(shape) -> None:
    file = exported(conversation(ferry, history, refusal), shape)
    told = file.text.replace("\\", "").replace("&#x27;", "'")
    for part in (
        "named 11 May as the new date", "Bay Wire", "Bay Wire staff", "30 April 2026", "updated 1 May 2026",
        "meta tags", "characters ", "ferry-2", "supported by these words", "#:~:text=named%2011%20May",
        "4 May 2026", "The archive does not say", "also in Evening Post",
    ):  # fmt: skip
        assert part in told, part


def test_json_is_the_one_schema_for_every_answer() -> None:
    held = json.loads(exported(conversation(ferry, history), "json").text)
    assert held["said"][0]["answer"] == ferry("q")[-1].to_dict()
    assert held["said"][1]["timeline"] == history("q").to_dict()


def test_hostile_text_is_no_markup_in_any_file() -> None:
    hostile_title = "<script>1</script> ![x](https://evil.example/t.png)"
    page = exported(conversation(hostile, title=hostile_title), "html")
    assert "<img" not in page.text
    assert "<script" not in page.text
    assert "javascript:" not in page.text.replace("](javascript:", "")
    text = exported(conversation(hostile, title=hostile_title), "markdown").text
    assert "![" not in text.replace("\\!\\[", "")
    assert "<img" not in text.replace("\\<img", "")


@pytest.mark.parametrize("title", ["../../etc/passwd", "a/b\\c", "…", "", "صحيفة"])
def test_name_of_a_file_is_a_name(title: str) -> None:
    name = exported(conversation(ferry, title=title), "json").name
    assert "/" not in name
    assert "\\" not in name
    assert name.endswith(".json")
    assert len(name) > len(".json")


def test_liked_answers_are_whole_cases(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text(cases([conversation(ferry, conflict, refusal, thought=Thought("up"))]).text, encoding="utf-8")
    read = sets.load(path)
    assert [one.expect.status for one in read] == ["answered", "conflicting", "not_found"]
    articles = [citation.article for make in (ferry, conflict) for citation in make("q")[-1].citations]
    assert sets.validate(read, articles) == []


def test_disliked_answer_is_a_case_to_be_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    judged = conversation(ferry, thought=Thought("down", why="the old day"))
    path.write_text(cases([judged]).text, encoding="utf-8")
    (case,) = sets.load(path)
    assert case.note == "to be filled in: the old day"
    assert case.expect.must_not == ("The ferry sails again on 11 May 2026",)
    assert any("without quotes" in problem for problem in sets.validate([case], []))


def test_unjudged_answers_are_no_cases() -> None:
    assert cases([conversation(ferry)]).text == ""


@pytest.mark.parametrize("make", [ferry, history], ids=["answer", "timeline"])
@pytest.mark.parametrize("shape", ["markdown", "html", "json"])
def test_a_quote_of_a_deleted_article_says_so_in_every_file(shape, make) -> None:
    store = Store()
    name = store.begin("The ferry")
    store.add(name, conversation(make).kept[0])
    for gone in (False, True):
        text = exported(store.conversation(name, has=lambda named: not gone), shape).text  # noqa: B023
        assert (('"deleted": true' if shape == "json" else "deleted from the archive") in text) is gone
    store.close()


def test_an_answer_that_cites_a_deleted_article_is_a_case_to_be_filled_in() -> None:
    store = Store()
    name = store.begin("The ferry")
    store.add(name, conversation(ferry).kept[0])
    store.think(name, 1, Thought("up"))
    [case] = [json.loads(line) for line in cases(store.thoughts(has=lambda named: False)).text.splitlines()]
    assert case["note"] == "to be filled in: it cites a deleted article"
    assert "quotes" not in case["expect"]
    store.close()
