from __future__ import annotations

import pytest

from qa.errors import ModelMissing, ModelUnavailable
from qa.llm import Message, ScriptedModel, standby
from qa.llm.breaker import FAILURES
from qa.llm.standby import Lent, Standby
from qa.settings import Settings

LOCAL = Settings(llm="local")


def test_without_a_model_by_setting_answers_are_extractive_and_that_is_no_fault() -> None:
    lent = Standby(Settings(llm="none")).lend()
    assert (lent.model, lent.mode, lent.note) == (None, "extractive", "")


def test_a_model_that_is_on_its_way_is_waited_for_only_when_told() -> None:
    coming = ScriptedModel(ready=False)
    patient, hasty = Standby(LOCAL, model=coming), Standby(LOCAL, model=coming, wait=False)
    assert patient.lend().mode == "model"
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


def failing(settings: Settings = LOCAL) -> tuple[Standby, ScriptedModel, ScriptedModel]:
    """A model that always fails, before a spare that answers."""
    main, spare = ScriptedModel(default=ModelUnavailable("gone")), ScriptedModel(default="from the spare")
    return Standby(settings, model=main, spare=Standby(LOCAL, model=spare)), main, spare


def said(lent: Lent) -> str:
    assert lent.model is not None
    return "".join(lent.model.stream([Message("user", "when?")], max_tokens=9))


def test_the_fallback_model_answers_while_the_model_is_not_there() -> None:
    coming, spare = ScriptedModel(ready=False), ScriptedModel(default="from the spare")
    held = Standby(LOCAL, model=coming, wait=False, spare=Standby(LOCAL, model=spare))
    lent = held.lend()
    assert (lent.mode, said(lent), held.mode) == ("fallback", "from the spare", "fallback")
    assert "fallback" in lent.note
    assert held.state.startswith("fallback model: scripted")


def test_a_model_that_fails_at_one_question_has_its_spare_for_it() -> None:
    held, _, _ = failing()
    lent = held.lend()
    assert lent.mode == "model"
    with pytest.raises(ModelUnavailable):
        said(lent)
    assert lent.spare is not None
    assert (lent.spare().mode, said(lent.spare())) == ("fallback", "from the spare")


def test_a_model_that_fails_again_and_again_is_left_alone_and_that_is_said() -> None:
    alone = Standby(LOCAL, model=ScriptedModel(default=ModelUnavailable("gone")))
    for standby_ in (failing()[0], alone):
        for _ in range(FAILURES):
            with pytest.raises(ModelUnavailable):
                said(standby_.lend())
    lent = alone.lend()
    assert (lent.model, lent.mode, alone.mode) == (None, "extractive", "extractive")
    assert "failed several times (gone)" in lent.note
    assert "failed several times" in alone.state


def test_with_both_gone_answers_are_extractive() -> None:
    away = Standby(LOCAL, model=ScriptedModel(ready=False), wait=False)
    lent = Standby(LOCAL, model=ScriptedModel(ready=False), wait=False, spare=away).lend()
    assert (lent.model, lent.mode) == (None, "extractive")


def test_the_settings_name_the_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[tuple[str, str, str]] = []

    def load(settings: Settings, *, progress: standby.Progress) -> ScriptedModel:
        named.append((settings.llm, settings.llm_model, settings.llm_url))
        return ScriptedModel(ready=settings.llm == "local", default="from the spare")

    monkeypatch.setattr(standby, "load", load)
    main = Settings(llm="openai", llm_url="http://model.example/v1", llm_model="big", fallback_llm="local")
    held = Standby(main, wait=False)
    assert (held.lend().mode, said(held.lend())) == ("fallback", "from the spare")
    assert sorted(named) == [("local", "", ""), ("openai", "big", "http://model.example/v1")]
    held.close()
