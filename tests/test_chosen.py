"""The chosen model: kept for its owner only, its key never sent elsewhere."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from qa import chosen
from qa.chosen import Choice
from qa.errors import InputError
from qa.settings import Settings

ENDPOINT = Choice("openai", model="m", url="http://127.0.0.1:9/v1", key=SecretStr("k-1"))


def test_choice_comes_back_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "model.json"
    chosen.save(ENDPOINT, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read = chosen.applied(Settings(), file)
    assert chosen.of(read) == ENDPOINT


def test_environment_goes_before_the_choice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "model.json"
    chosen.save(ENDPOINT, file)
    monkeypatch.setenv("DATELINE_LLM", "none")
    assert chosen.applied(Settings(), file).llm == "none"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"llm": "other", "model": "", "url": "", "key": ""}'])
def test_unreadable_choice_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "model.json"
    file.write_text(text, encoding="utf-8")
    assert chosen.applied(Settings(), file) == Settings()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (Choice("openai", model="other", url="http://127.0.0.1:9/v2"), "k-1"),
        (Choice("openai", url="http://127.0.0.1:9/v1", key=SecretStr("k-2")), "k-2"),
        (Choice("openai", url="http://elsewhere.example/v1"), ""),
        (Choice("anthropic"), ""),
    ],
    ids=["same endpoint", "typed anew", "another host", "another provider"],
)
def test_key_stays_with_its_endpoint(typed: Choice, key: str) -> None:
    assert typed.keeping_key_of(ENDPOINT).key.get_secret_value() == key


@pytest.mark.parametrize(("llm", "url"), [("nobody", ""), ("openai", ""), ("openai", "file:///etc/passwd")])
def test_impossible_choice_is_refused(llm, url: str) -> None:
    with pytest.raises(InputError):
        Choice(llm, url=url)


def test_key_is_in_no_text_of_a_choice() -> None:
    assert "k-1" not in repr(ENDPOINT)
