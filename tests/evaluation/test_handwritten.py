"""The counter of hand-written English: what it counts, and that no module of rules is missing from its list."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def counter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("handwritten", ROOT / "eval" / "handwritten.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param('A = {"said", "told"}', {"said", "told"}, id="a set"),
        pytest.param('A = frozenset("said told".split())', {"said", "told"}, id="a split text"),
        pytest.param('A = {"said": 1, "told": 2}', {"said", "told"}, id="the keys of a table"),
        pytest.param('A = ("in front of",)', {"in", "front", "of"}, id="words in a row"),
        pytest.param('A = re.compile(r"\\b(?:said|told)\\s+that\\b")', {"said", "told", "that"}, id="an alternation"),
        pytest.param('A = re.compile(r"\\w+[a-z]{2}")', set(), id="a pattern without words"),
        pytest.param('A = f"{x} said"', set(), id="a message"),
        pytest.param('A = ["No article matches.", "Ü"]', set(), id="sentences in a list"),
        pytest.param('def f():\n    """Said, told or asked."""', set(), id="a docstring"),
    ],
)
def test_words_in_sets_tables_and_alternations_count(
    counter: ModuleType, tmp_path: Path, code: str, words: set[str]
) -> None:
    path = tmp_path / "module.py"
    path.write_text(f"import re\nx = 1\n{code}\n", encoding="utf-8")
    assert counter.words(path) == words


def test_no_module_of_many_words_is_missing_from_the_list(counter: ModuleType) -> None:
    assert counter.unlisted() == {}, "name it in eval/handwritten.toml, with a reason"


def test_the_list_names_what_there_is_with_a_reason(counter: ModuleType) -> None:
    held = counter.lists()
    assert set(held) == {"modules", "others", "data"}
    for names in held.values():
        assert [name for name in names if not (ROOT / name).exists()] == []
        assert all(len(reason.split()) > 1 for reason in names.values())
    assert not held["modules"].keys() & held["others"].keys()


def test_a_module_on_no_list_is_found(counter: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    held = counter.lists()
    held["modules"].pop("qa/polarity.py")
    monkeypatch.setattr(counter, "lists", lambda: held)
    assert set(counter.unlisted()) == {"qa/polarity.py"}


def test_the_totals_are_of_all_parts(counter: ModuleType) -> None:
    found = counter.counted()
    assert found["totals"]["modules"] == len(found["modules"])
    assert found["totals"]["lines"] == sum(one["lines"] for one in found["modules"].values()) > 1000
    assert found["totals"]["words in data files"] == sum(found["data"].values()) > 100
