"""The page on a real archive: drop articles, ask, read the highlighted words, come back another day."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from person import ask, conversation, expect, marked, reads, says, soon, view

from qa import NewsQA
from qa.llm import files
from qa.settings import Settings
from qa.ui import app
from qa.ui.desk import Desk

pytestmark = pytest.mark.browser
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
    page.set_default_timeout(30_000)
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


@pytest.mark.model
def test_default_model_words_an_answer_whose_citation_is_highlighted(context: Any, tmp_path: Path) -> None:
    if not files.status_of(files.DEFAULT, Settings().cache).usable:
        pytest.skip("the default language model is not in the cache: `qa models pull`")
    (tmp_path / "first.jsonl").write_text(json.dumps(FIRST), encoding="utf-8")
    page = context.new_page()
    page.set_default_timeout(120_000)
    with NewsQA.open(tmp_path / "index", create=True) as news:
        news.ingest([tmp_path / "first.jsonl"])
        news.ask("When will the bridge open?")  # waits until the model is there
        opened = app.open_page(news, port=0)
        page.goto(opened.url)
        page.wait_for_selector(".dl-example")
        says(page, ".dl-status", "model: ")
        ask(page, "When will the bridge over the Tarn open?")
        expect(page.locator("#dl-turn .dl-mode")).to_have_text("model")
        page.click("#dl-turn .dl-chip >> nth=0")
        soon(lambda: bool(marked(page)) and marked(page) in FIRST["text"], True)
        says(page, ".dl-turn", "4 May 2024")
        opened.close()
    page.close()
