"""Who words an answer while the model cannot: the fallback model, else nobody; the reader is told which."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import NewsQA
from qa.budget import Budget
from qa.encoders import HashEncoder
from qa.errors import ModelUnavailable
from qa.llm import ScriptedModel, standby
from qa.settings import Settings
from qa.types import Answer

ARTICLE = {
    "url": "https://post.example/ferry", "title": "Ferry runs aground off Tarn Island", "published": "2022-03-20",
    "outlet": "The Harbour Post",
    "text": "The ferry Petrel ran aground off Tarn Island on Saturday. Rescuers brought 42 people ashore. "
    "They recovered 17 crates of mail from the Petrel. Nobody was hurt, the coast guard said.",
}  # fmt: skip
WORDED = "Rescuers recovered 17 crates of mail from the Petrel."
"""What a model makes of the sentence that answers, which leans on the one before it and so is put into its words."""
MAIL = "how many crates of mail were recovered from the Petrel"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fallback")
    (root / "articles.jsonl").write_text(json.dumps(ARTICLE), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(root / "articles.jsonl").added == 1
    return root / "index"


def answered(folder: Path, model: ScriptedModel, spare: ScriptedModel, patch: pytest.MonkeyPatch) -> Answer:
    patch.setattr(standby, "load", lambda settings, *, progress: spare)
    settings = Settings(llm="none", fallback_llm="local")
    with NewsQA.open(folder, encoder=HashEncoder(), model=model, settings=settings) as news:
        return news.ask(MAIL, as_of="2022-03-28")


def test_a_model_that_fails_is_followed_by_the_fallback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spare = ScriptedModel(default=WORDED)
    answer = answered(folder, ScriptedModel(default=ModelUnavailable("gone")), spare, monkeypatch)
    assert (answer.mode, answer.status, answer.short_answer) == ("fallback", "answered", "17")
    assert any("gone" in note and "fallback" in note for note in answer.trace.notes)
    assert spare.history


def test_with_both_failing_the_archives_own_sentences_remain(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = ScriptedModel(default=ModelUnavailable("gone too"))
    answer = answered(folder, ScriptedModel(default=ModelUnavailable("gone")), broken, monkeypatch)
    assert (answer.mode, answer.status) == ("extractive", "answered")
    assert any("gone too" in note for note in answer.trace.notes)


def test_the_fallback_is_not_asked_while_the_model_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spare = ScriptedModel(default=WORDED)
    answer = answered(folder, ScriptedModel(default=WORDED), spare, monkeypatch)
    assert answer.mode == "model"
    assert not spare.history


class Breaking(ScriptedModel):
    """A model that fails after its first words."""

    def stream(self, *args: object, **options: object) -> Iterator[str]:  # type: ignore[override]
        yield "Rescuers recovered 17 crates "
        raise ModelUnavailable("broke off")


def test_a_model_that_fails_behind_its_first_word_gives_way_to_the_archives_own_sentences(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spare = ScriptedModel(default=WORDED)
    answer = answered(folder, Breaking(), spare, monkeypatch)
    assert (answer.mode, answer.trace.model, answer.status) == ("extractive", "", "answered")
    assert answer.citations[0].quote in ARTICLE["text"]
    assert "17 crates of mail" in answer.text
    assert any("broke off" in note for note in answer.trace.notes)
    assert not spare.history


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(MAIL, ["not ready yet"], id="a sentence that leans on another"),
        pytest.param("how many people did rescuers bring ashore", [], id="a sentence that speaks for itself"),
        pytest.param("who won the football match", [], id="a refusal"),
    ],
)
def test_a_model_that_is_not_there_is_told_of_only_where_its_words_are_wanted(
    folder: Path, question: str, said: list[str]
) -> None:
    away = ScriptedModel(ready=False)
    with NewsQA.open(
        folder, encoder=HashEncoder(), model=away, settings=Settings(llm="none"), wait_for_model=False
    ) as news:
        answer = news.ask(question, as_of="2022-03-28")
    assert (answer.mode, answer.trace.model) == ("extractive", "")
    assert len(answer.trace.notes) == len(said)
    assert all(words in note for words, note in zip(said, answer.trace.notes, strict=True))


class Hanging(ScriptedModel):
    """A model that writes nothing until it is let go."""

    go = threading.Event()

    def stream(self, *args: object, **options: object) -> Iterator[str]:  # type: ignore[override]
        assert self.go.wait(60)
        yield "late"


def test_a_model_that_hangs_costs_its_budget_and_not_the_answer(folder: Path) -> None:
    with NewsQA.open(folder, encoder=HashEncoder(), model=Hanging(), settings=Settings(llm="none")) as news:
        events = list(news.stream(MAIL, as_of="2022-03-28", budget=Budget.of(3600, reserve=3599.7)))
    Hanging.go.set()
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert (answer.mode, answer.status) == ("extractive", "answered")
    assert any("the time of this question was over" in note for note in answer.trace.notes)
