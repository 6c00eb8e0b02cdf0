from __future__ import annotations

import pytest

from qa.errors import ModelMissing
from qa.llm import ScriptedModel, standby
from qa.llm.standby import Standby
from qa.settings import Settings

LOCAL = Settings(llm="local")


def test_without_a_model_by_setting_answers_are_extractive_and_that_is_no_fault() -> None:
    lent = Standby(Settings(llm="none")).lend()
    assert (lent.model, lent.mode, lent.note) == (None, "extractive", "")


def test_a_model_that_is_on_its_way_is_waited_for_only_when_told() -> None:
    coming = ScriptedModel(ready=False)
    patient, hasty = Standby(LOCAL, model=coming), Standby(LOCAL, model=coming, wait=False)
    assert patient.lend().model is coming
    assert hasty.lend().mode == "extractive"
    assert "not ready yet" in hasty.lend().note


def test_the_state_tells_how_far_a_download_is(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def load(settings: Settings, *, progress: standby.Progress) -> ScriptedModel:
        model = ScriptedModel(ready=False)
        held._model = model
        for done in (0, 43, 100):
            progress(done, 100, "part 9 of 22")
            told.append(held.state)
        return model

    monkeypatch.setattr(standby, "load", load)
    held = Standby(LOCAL, wait=False)
    held.start()
    assert "part 9 of 22, 43 %" in told[1]
    assert told[2].endswith("(loading)")


def test_a_model_that_cannot_be_used_is_named_and_the_archive_still_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(settings: Settings, *, progress: standby.Progress) -> ScriptedModel:
        raise ModelMissing("there is no model at 'gone.gguf'")

    monkeypatch.setattr(standby, "load", load)
    held = Standby(LOCAL)
    lent = held.lend()
    assert (lent.model, lent.mode) == (None, "extractive")
    assert "'gone.gguf'" in lent.note
    assert "'gone.gguf'" in held.state


def test_closing_closes_the_model() -> None:
    model = ScriptedModel()
    Standby(LOCAL, model=model).close()
    assert model.closed
