"""Recorded drafts: what a model said is said again, by question and in order."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa.errors import EvalError, ModelUnavailable
from qa.evaluation import recorded
from qa.evaluation.recorded import Announced, Drafts, Recording, Replayed, Reply, name_of
from qa.llm import Usage
from qa.llm.scripted import ScriptedModel
from tests.evaluation.fakes import Scripted, refused


def test_a_recording_passes_on_and_keeps() -> None:
    model = Recording(ScriptedModel(["Tuesday, 29 March", "The talks start."], yes=[0.75]))
    model.begin("q")
    assert "".join(model.stream([], max_tokens=9)) == "Tuesday, 29 March"
    assert model.yes([]) == 0.75
    stream = model.stream([], max_tokens=9)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert model.kept == {"q": [Reply("stream", "Tuesday, 29 March"), Reply("yes", 0.75), Reply("stream", "The")]}
    assert model.name == "scripted"


def test_how_sure_a_reply_was_is_kept_and_given_again() -> None:
    model = Recording(ScriptedModel(["29 March"], least=0.75))
    model.begin("q")
    "".join(model.stream([], max_tokens=9, usage=Usage()))
    again, used = Replayed(Drafts("m", model.kept)), Usage()
    again.begin("q")
    assert "".join(again.stream([], max_tokens=9, usage=used)) == "29 March"
    assert used.least == 0.75


def test_a_replay_says_the_same_by_question_and_in_order() -> None:
    replies = {
        "q": [Reply("stream", "one"), Reply("yes", 0.75), Reply("stream", "two")],
        "r": [Reply("stream", "three")],
    }
    model = Replayed(Drafts("m", replies))
    for _ in range(2):
        model.begin("q")
        assert "".join(model.stream([], max_tokens=9)) == "one"
        assert "".join(model.stream([], max_tokens=9)) == "two"
        assert model.yes([]) == 0.75
    model.begin("r")
    assert model.yes([]) is None
    assert model.name == "m (recorded)"


@pytest.mark.parametrize("question", ["r", "never recorded"], ids=["exhausted", "unknown"])
def test_what_is_not_recorded_is_an_outage_and_no_empty_draft(question: str) -> None:
    model = Replayed(Drafts("m", {"r": []}))
    model.begin(question)
    with pytest.raises(ModelUnavailable, match="qa eval record"):
        next(model.stream([], max_tokens=9))


def test_drafts_are_written_and_read(tmp_path: Path) -> None:
    said = [Reply("stream", "“x”\ny"), Reply("stream", "z", 0.25), Reply("yes", 0.5), Reply("yes", None)]
    drafts = Drafts("m", {"q": said, "r": []})
    recorded.write(tmp_path / "d.jsonl", drafts)
    assert recorded.read(tmp_path / "d.jsonl") == drafts


@pytest.mark.parametrize("text", [None, "", "[]", '{"model": "m"}\n{"question": "q", "replies": [["odd", 1]]}'])
def test_what_holds_no_drafts_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "d.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalError, match=r"d\.jsonl' holds no recorded drafts"):
        recorded.read(path)


def test_the_model_is_told_which_question_comes() -> None:
    model = Replayed(Drafts("m", {name_of("who?", date(2022, 3, 28), ["when?"]): [Reply("yes", 0.5)]}))
    news = Announced(Scripted({"who?": refused()}), model)
    news.ask("who?", as_of=date(2022, 3, 28), history=[refused(question="when?")])
    assert model.yes([]) == 0.5
    news.ask("who?", as_of=date(2022, 3, 28))
    assert model.yes([]) is None
