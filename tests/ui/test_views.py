"""Conversations, archive and settings as a person uses them, in a real browser, on a scripted archive."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_news import DELAY, FERRY, HOSTILE, FakeNews
from person import AS_OF, BOX, ask, conversation, count, expect, holds, reads, saved, says, soon, view

pytestmark = pytest.mark.browser


# Conversations


def test_conversation_is_kept_under_a_link_that_shows_it_again(page: Any, served: Any, news: FakeNews) -> None:
    ask(page, "ferry kept")
    ask(page, "price kept", turn=2)
    name = conversation(page)
    other = page.context.new_page()
    other.goto(f"{served[1]}?c={name}")
    other.wait_for_selector(".dl-turn[data-turn='2'][data-phase='done']")
    count(other, ".dl-turn", 2)
    other.click(".dl-turn[data-turn='1'] .dl-chip[data-citation='1:1'] >> nth=0")
    reads(other, "named 11 May as the new date")
    assert len(news.asked) == 2, "a link shows what was said and asks nobody"
    ask(other, "football and then", turn=3)
    assert [answer.question for answer in news.asked[-1][2]] == ["ferry kept", "price kept"]
    other.close()


def test_unknown_link_says_so_and_the_page_works(page: Any, served: Any) -> None:
    page.goto(f"{served[1]}?c=nothing-of-the-kind")
    page.wait_for_selector("#dl-notice [role='alert']")
    says(page, "#dl-notice", "no conversation 'nothing-of-the-kind'")
    ask(page, "ferry")


def test_conversations_are_searched_renamed_and_deleted(page: Any) -> None:
    ask(page, "ferry to be renamed")
    name = conversation(page)
    view(page, "kept")
    page.fill("#dl-kept-words", "to be renamed")
    row = f"#dl-kept li:has([data-do*='{name}'])"
    count(page, "#dl-kept li", 1)
    page.click(f"{row} summary:has-text('Rename')")
    page.fill(f"{row} input[name='title']", "The <b>boat</b>")
    page.press(f"{row} input[name='title']", "Enter")
    page.wait_for_selector("#dl-kept .dl-row:has-text('The <b>boat</b>')")
    page.click(f"{row} button:has-text('Delete')")
    says(page, "dialog", "The <b>boat</b>")
    expect(page.locator("dialog button:has-text('Keep it')")).to_be_focused()  # Enter deletes nothing
    page.press("dialog button:has-text('Keep it')", "Escape")
    count(page, "dialog", 0)
    page.click(f"{row} button:has-text('Delete')")
    page.click("dialog button:has-text('Delete')")
    page.wait_for_selector(row, state="detached")
    view(page, "ask")
    page.wait_for_selector(".dl-welcome")
    holds(page, "!location.search.includes('c=')")


def test_conversation_is_opened_from_the_list_and_left_for_a_new_one(page: Any) -> None:
    ask(page, "ferry from the list")
    page.click("#dl-thread button:has-text('New conversation')")
    page.wait_for_selector(".dl-welcome")
    count(page, ".dl-turn", 0)
    view(page, "kept")
    page.click("#dl-kept .dl-row:has-text('ferry from the list')")
    page.wait_for_selector("#dl-turn .dl-turn")
    expect(page.locator(BOX)).to_be_visible()
    expect(page.locator("#dl-thread h2")).to_have_text("ferry from the list", use_inner_text=True)


@pytest.mark.parametrize(("shape", "ending", "part"), [
    ("Markdown", ".md", "characters "), ("HTML", ".html", "<!doctype html>"), ("JSON", ".json", '"schema": 1'),
])  # fmt: skip
def test_conversation_and_answer_are_exported(page: Any, shape: str, ending: str, part: str) -> None:
    ask(page, "ferry exported")
    ask(page, "price exported", turn=2)
    page.click("#dl-thread .dl-menu summary")
    name, text = saved(page, f"#dl-thread .dl-menu button:has-text('{shape}')")
    assert name == f"ferry-exported{ending}"
    assert part in text
    assert "named 11 May as the new date" in text
    page.click("#dl-turn .dl-menu summary")
    name, text = saved(page, f"#dl-turn .dl-menu button:has-text('{shape}')")
    assert name == f"price-exported{ending}"
    assert "named 11 May as the new date" not in text


def test_answer_is_judged_with_a_reason_and_saved_as_a_case(page: Any) -> None:
    ask(page, "ferry judged")
    page.click("#dl-turn .dl-thumbs button:has-text('Wrong')")
    page.fill("#dl-turn .dl-thumbs input", "the old day <i>")
    page.press("#dl-turn .dl-thumbs input", "Enter")
    page.wait_for_selector("#dl-turn .dl-thumbs :text('Saved.')")
    page.reload()
    page.wait_for_selector("#dl-turn .dl-thumbs button[aria-pressed='true']:has-text('Wrong')")
    expect(page.locator("#dl-turn .dl-thumbs input")).to_have_value("the old day <i>")
    view(page, "kept")
    _, text = saved(page, "#dl-kept button:has-text('save the judged answers')")
    cases = [json.loads(line) for line in text.splitlines()]
    assert [case["note"] for case in cases if case["question"] == "ferry judged"] == [
        "to be filled in: the old day <i>"
    ]


def test_changed_and_gone_articles_are_marked_in_an_old_answer(page: Any, news: FakeNews) -> None:
    ask(page, "ferry marked")
    news.holdings.later[DELAY.id] = replace(
        DELAY, id="ferry-2b", version=2, body=DELAY.body.replace("11 May", "18 May")
    )
    del news.holdings.articles[FERRY.id]
    conversation(page)
    page.reload()
    page.wait_for_selector("#dl-turn [data-kind='changed']")
    says(
        page,
        "#dl-turn [data-kind='changed']",
        "[1] Bay Wire, 30 Apr 2026: there is a newer version. The cited words are gone.",
        "[2] Northport Courier, 20 Apr 2026: it was deleted from the archive.",
    )
    assert set(page.locator("#dl-turn .dl-chip[data-citation='1:2'] .dl-deleted").all_inner_texts()) == {"deleted"}
    assert page.locator("#dl-turn .dl-chip[data-citation='1:1'] .dl-deleted").count() == 0
    page.click(".dl-chip[data-citation='1:2'] >> nth=0")
    says(page, ".dl-reading [data-kind='changed']", "Deleted from the archive.")
    page.click(".dl-chip[data-citation='1:1'] >> nth=0")
    says(page, ".dl-reading [data-kind='changed']", "There is a newer version")
    page.click(".dl-reading summary:has-text('Versions (2)')")
    expect(page.locator(".dl-reading del")).to_have_text(["11"])
    expect(page.locator(".dl-reading ins")).to_have_text(["18"])


def test_filters_reach_the_archive_and_stand_with_the_question(page: Any, news: FakeNews) -> None:
    page.click(".dl-part summary")
    page.check(".dl-part input[value='Bay Wire']")
    page.fill("#dl-part-since", "2026-04-01")
    page.keyboard.press("Escape")
    expect(page.locator(".dl-part-said")).to_have_text("(2 set)", use_inner_text=True)
    ask(page, "ferry")
    assert news.within is not None
    assert (news.within.outlets, str(news.within.since)) == ({"Bay Wire"}, "2026-04-01")
    says(page, ".dl-question", "only Bay Wire; from 1 Apr 2026")
    page.click(".dl-part summary")
    page.click(".dl-part button[type='reset']")
    page.keyboard.press("Escape")
    ask(page, "ferry", turn=2)
    assert not news.within


def test_question_asked_again_from_its_link_has_its_day_and_its_filters(page: Any, news: FakeNews) -> None:
    page.fill(AS_OF, "2026-05-01")
    page.click(".dl-part summary")
    page.check(".dl-part input[value='Bay Wire']")
    ask(page, "ferry of a day")
    conversation(page)
    page.reload()
    page.wait_for_selector("#dl-turn .dl-turn[data-phase='done']")
    says(page, ".dl-question", "as of 1 May 2026", "only Bay Wire")
    expect(page.locator(AS_OF)).to_have_value("2026-05-01")
    says(page, ".dl-part-said", "(1 set)")
    page.fill(AS_OF, "")
    page.click("#dl-turn [data-ask]:has-text('Ask again')")
    page.wait_for_selector(".dl-turn[data-turn='2'][data-phase='done']")
    assert (str(news.asked[-1][1]), news.within and news.within.outlets) == ("2026-05-01", {"Bay Wire"})


# The article


def test_quotes_of_an_article_are_listed_by_speaker_and_open_their_words(page: Any) -> None:
    ask(page, "ferry")
    page.click(".dl-chip[data-citation='1:2'] >> nth=0")
    page.click(".dl-reading summary:has-text('Quotes')")
    expect(page.locator(".dl-reading .dl-around h3:has-text('Jonas Reik')")).to_be_visible()
    page.click(".dl-reading .dl-around button:has-text('We expect the first boat')")
    reads(page, "We expect the first boat at 6.30 in the morning")
    expect(page.locator(".dl-reading .dl-around[open]")).to_be_visible()


# The archive


def test_article_is_found_read_and_deleted(page: Any, news: FakeNews) -> None:
    view(page, "archive")
    page.wait_for_selector("#dl-shelf li >> nth=3")
    page.fill("#dl-words", "inspection")
    count(page, "#dl-shelf li", 1)
    page.click("#dl-shelf .dl-row")
    page.wait_for_selector(f".dl-reading h2:has-text('{DELAY.headline}')")
    expect(page.locator(".dl-place")).to_have_text("Article", use_inner_text=True)
    page.click("#dl-shelf button:has-text('Delete')")
    page.click("dialog button:has-text('Delete')")
    count(page, "#dl-shelf li", 3)
    assert DELAY.id not in news.holdings.articles


def test_archive_is_filtered_by_outlet_and_says_when_nothing_fits(page: Any) -> None:
    view(page, "archive")
    page.select_option("#dl-outlet", "Northport Courier")
    count(page, "#dl-shelf li", 1)
    page.fill("#dl-words", "no such words")
    page.wait_for_selector("#dl-shelf .dl-none")
    expect(page.locator("#dl-shelf .dl-none")).to_have_text("No article fits these filters.", use_inner_text=True)


def test_files_are_taken_in_and_rejects_named_with_their_reasons(page: Any, news: FakeNews, tmp_path: Path) -> None:
    good, bad = tmp_path / "Harbour.txt", tmp_path / "broken.json"
    good.write_text("The harbour is open.", encoding="utf-8")
    bad.write_text("{", encoding="utf-8")
    view(page, "archive")
    page.set_input_files("#dl-files input[type='file']", [str(good), str(bad)])
    page.wait_for_selector("#dl-intake [data-kind='report']")
    told = ("1 added, 0 updated, 0 unchanged, 1 rejected", "broken.json: <b>no JSON</b>: a brace is missing")
    says(page, "#dl-intake", *told)
    assert str(Path(news.taken[1]).parent) not in page.inner_text("#dl-intake"), "the server's own paths stay its own"
    page.wait_for_selector("#dl-shelf .dl-row:has-text('Harbour')")


def test_address_goes_the_same_way_and_its_refusal_is_shown(page: Any, news: FakeNews) -> None:
    view(page, "archive")
    page.fill("#dl-address", "https://courier.example/feed.xml")
    page.press("#dl-address", "Enter")
    page.wait_for_selector("#dl-intake [role='alert']")
    assert news.taken == ["https://courier.example/feed.xml"]
    says(page, "#dl-intake", "is an address")


def test_coverage_is_a_picture_and_a_table(page: Any) -> None:
    view(page, "archive")
    page.wait_for_selector("#dl-coverage svg[role='img']")
    page.wait_for_selector("#dl-coverage svg[role='img'] rect >> nth=3", state="attached")
    page.click("#dl-coverage summary:has-text('table')")
    says(page, ".dl-table", "Bay Wire 1")
    page.click("#dl-coverage summary:has-text('Health')")
    says(page, "#dl-coverage .dl-facts-list", "37, of which 1 without a date")


def test_hostile_articles_stay_text_in_every_view(page: Any, news: FakeNews) -> None:
    news.holdings.articles[HOSTILE.id] = replace(HOSTILE, outlet="<img src=x onerror=\"document.title='owned'\">")
    page.reload()
    page.wait_for_selector(".dl-example")
    ask(page, "hostile <img src=x onerror=\"document.title='owned'\"> ${1+1} {{1}}")
    page.click(".dl-part summary")
    page.keyboard.press("Escape")
    view(page, "kept")
    page.wait_for_selector("#dl-kept .dl-row")
    view(page, "archive")
    page.click("#dl-shelf .dl-row:has-text('<img src=x')")
    page.wait_for_selector(".dl-reading .dl-article")
    assert page.title() == "Dateline"
    everywhere = ":is(#dl-main, dialog) :is(img, script, iframe, b b, i i, a[href^='javascript'], a[href^='data'])"
    count(page, everywhere, 0)
    soon(lambda: page.evaluate("document.querySelector('.dl-reading .dl-body')?.textContent"), HOSTILE.body)


# Settings


def test_model_is_tried_and_used_and_its_key_never_comes_back(
    page: Any, news: FakeNews, monkeypatch: Any, tmp_path: Path
) -> None:
    from qa import chosen

    monkeypatch.setattr(chosen, "path", lambda: tmp_path / "model.json")
    view(page, "settings")
    expect(page.locator("#dl-llm-key")).to_be_hidden()
    page.select_option("#dl-llm", "openai")
    page.fill("#dl-llm-model", "big-1")
    page.fill("#dl-llm-url", "http://broken.example/v1")
    page.fill("#dl-llm-key", "canary-key-1")
    page.click("#dl-model button:has-text('Test')")
    page.wait_for_selector("#dl-model [data-kind='bad']")
    says(page, "#dl-model [data-kind='bad']", "did not answer within 15 s")
    page.fill("#dl-llm-url", "http://127.0.0.1:9/v1")
    page.fill("#dl-llm-key", "canary-key-2")
    page.click("#dl-model button:has-text('Use this model')")
    page.wait_for_selector("#dl-model [data-kind='good']")
    assert news.choice.key.get_secret_value() == "canary-key-2"
    expect(page.locator("#dl-llm-key")).to_have_value("")
    says(page, "#dl-model", "A key is stored")
    page.reload()
    page.wait_for_selector("#dl-model form", state="attached")
    assert "canary" not in page.content()
    view(page, "settings")
    expect(page.locator("#dl-llm-model")).to_have_value("big-1")


def test_settings_list_the_model_files_and_the_index(page: Any) -> None:
    view(page, "settings")
    says(page, ".dl-models", "scripted-1", "on this machine", "fetched in part")
    says(page, "#dl-held .dl-facts-list", "37, of which 1 without a date")


def test_look_is_chosen_and_remembered(page: Any) -> None:
    view(page, "settings")
    page.check("input[value='dark']")
    holds(page, "document.body.classList.contains('dark')")
    page.reload()
    page.wait_for_selector(".dl-example")
    holds(page, "document.body.classList.contains('dark')")
    view(page, "settings")
    page.check("input[value='system']")
    holds(page, "!document.body.classList.contains('dark')")


def test_first_run_tells_what_is_fetched_and_what_can_be_done_meanwhile(page: Any, news: FakeNews) -> None:
    news.says = "extractive mode: the model is being downloaded, 43 %"
    page.reload()
    page.wait_for_selector(".dl-welcome .dl-notice")
    says(page, ".dl-welcome", "is being fetched")
    count(page, ".dl-example", 3)
    view(page, "settings")
    page.wait_for_selector("#dl-model progress[value='43']")
