"""The page on a real archive: drop articles, ask, read the highlighted words, come back another day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from person import BOX, ask, conversation, expect, marked, reads, says, soon, view

from qa import NewsQA
from qa.llm import files
from qa.settings import Settings
from qa.ui import app
from qa.ui.desk import Desk

pytestmark = pytest.mark.browser
LOADING = 400
"""Seconds that the default model may take to be loaded or to answer on a machine that others use too."""

FIRST = {
    "url": "https://courier.example/bridge", "title": "Bridge over the Tarn to open on 4 May", "outlet": "Courier",
    "published": "2024-04-20", "language": "en",
    "text": "The bridge over the Tarn will open on 4 May, the operator Ina Holm said on Saturday.\n\n"
    "“We are proud of it,” Holm said.",
}  # fmt: skip
LATER = {
    **FIRST,
    "updated": "2024-04-30",
    "text": FIRST["text"].replace("4 May", "11 May").replace("Saturday", "Monday"),
}


def test_archive_is_filled_asked_corrected_and_the_old_answer_says_so(context: Any, tmp_path: Path) -> None:
    for name, record in (("first", FIRST), ("later", LATER)):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(record), encoding="utf-8")
    page = context.new_page()
    index = tmp_path / "index"
    with (
        NewsQA.open(index, create=True, extractive=True) as news,
        Desk.beside(news, index, read_only=False, say=lambda text: None) as desk,
    ):
        opened = app.open_page(news, port=0, desk=desk)
        page.goto(opened.url)
        page.wait_for_selector(".dl-welcome button:has-text('drop files')")
        page.click(".dl-welcome button:has-text('drop files')")
        page.set_input_files("#dl-files input[type='file']", [str(tmp_path / "first.jsonl")])
        page.wait_for_selector("#dl-shelf .dl-row:has-text('Bridge over the Tarn')")
        view(page, "ask")
        ask(page, "When will the bridge over the Tarn open?")
        says(page, ".dl-turn", "4 May 2024")
        page.click("#dl-turn .dl-chip >> nth=0")
        reads(page, "The bridge over the Tarn will open on 4 May, the operator Ina Holm said on Saturday.")
        conversation(page)
        view(page, "archive")
        page.set_input_files("#dl-files input[type='file']", [str(tmp_path / "later.jsonl")])
        page.wait_for_selector("#dl-intake :text('1 updated')")
        page.reload()
        page.wait_for_selector("#dl-turn [data-kind='changed']")
        says(page, "#dl-turn [data-kind='changed']", "there is a newer version. The cited words are gone.")
        page.click("#dl-turn .dl-chip >> nth=0")
        soon(lambda: "on 4 May" in marked(page), True)  # the words as they were cited are still there
        page.click(".dl-reading summary:has-text('Versions (2)')")
        expect(page.locator(".dl-reading ins")).to_have_text(["11", "Monday."])
        opened.close()
    page.close()


LEANING = {
    **FIRST,
    "text": "The bridge over the Tarn is ready.\n\nIt will open on 4 May, the operator Ina Holm said on Saturday.",
}
"""An article whose sentence on the opening cannot stand alone: a model words it."""


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NewsQA, str]]:
    """A page whose default language model is loaded."""
    if not files.status_of(files.DEFAULT, Settings().cache).usable:
        pytest.skip("the default language model is not in the cache: `qa models pull`")
    folder = tmp_path_factory.mktemp("modelled")
    (folder / "first.jsonl").write_text(json.dumps(LEANING), encoding="utf-8")
    with NewsQA.open(folder / "index", create=True) as news:
        news.ingest([folder / "first.jsonl"])
        news.warm()
        soon(news.state, f"model: {files.DEFAULT}", patience=LOADING)
        opened = app.open_page(news, port=0)
        yield news, opened.url
        opened.close()


@pytest.fixture
def tab(context: Any, modelled: tuple[NewsQA, str]) -> Iterator[Any]:
    page = context.new_page()
    page.set_default_timeout(1000 * LOADING)
    page.goto(modelled[1])
    page.wait_for_selector(".dl-example")
    yield page
    page.close()


@pytest.mark.model
@pytest.mark.timeout(4 * LOADING)
def test_default_model_words_an_answer_whose_citation_is_highlighted(tab: Any) -> None:
    says(tab, ".dl-status", "model: ")
    ask(tab, "When will the bridge over the Tarn open?")
    expect(tab.locator("#dl-turn .dl-mode")).to_have_text("model")
    says(tab, "#dl-turn", "4 May 2024")
    tab.click("#dl-turn .dl-chip >> nth=0")
    soon(lambda: bool(marked(tab)) and marked(tab) in LEANING["text"], True)
    tab.click("#dl-turn .dl-how summary")
    says(tab, "#dl-turn .dl-stages", "wording")  # reading one passage may take too little to be told


@pytest.mark.model
@pytest.mark.timeout(4 * LOADING)
def test_default_model_is_asked_on_and_what_the_archive_does_not_say_is_refused(tab: Any) -> None:
    ask(tab, "When will the bridge over the Tarn open?")
    ask(tab, "And who said so?", turn=2)
    says(tab, ".dl-turn[data-turn='2'] .dl-standalone", "Understood as:")
    ask(tab, "Who won the football match in Oslo?", turn=3)
    says(tab, "#dl-turn .dl-refusal", "The archive does not say", "Searched 1 article")


@pytest.mark.model
@pytest.mark.timeout(4 * LOADING)
def test_tab_that_is_closed_frees_the_default_model(tab: Any, modelled: tuple[NewsQA, str]) -> None:
    context = tab.context.browser.new_context()
    other = context.new_page()
    other.set_default_timeout(1000 * LOADING)
    other.goto(modelled[1])
    other.wait_for_selector(".dl-example")
    other.fill(BOX, "Who is Ina Holm?")
    other.press(BOX, "Enter")
    other.wait_for_selector(".dl-turn .dl-passage", state="attached")
    context.close()
    ask(tab, "When will the bridge over the Tarn open?")
    expect(tab.locator("#dl-turn .dl-mode")).to_have_text("model")
