"""What is said of how a figure was made."""

from __future__ import annotations

import re

import pytest

from qa.evaluation import made


def test_it_says_version_commit_and_command() -> None:
    about = made.about()
    assert set(about) == {"version", "commit", "command"}
    assert re.fullmatch(r"([0-9a-f]{7,}\+?)?", about["commit"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["/home/ana/.venv/bin/qa", "eval", "--quick"], "qa eval --quick", id="where qa is"),
        pytest.param(["qa", "eval", "/home/ana/mine.jsonl"], "qa eval mine.jsonl", id="where a file is"),
        pytest.param([], "", id="none"),
    ],
)
def test_a_command_names_no_folder_of_this_machine(words: list[str], said: str) -> None:
    assert made.command(words) == said


def test_the_machine_is_told_in_general_words() -> None:
    assert re.fullmatch(r"\d+ cores \(\w+\)(, \d+ GiB)?, \w+", made.machine())


def test_a_distribution_is_as_large_as_itself_and_what_it_needs() -> None:
    alone, whole = made.install_size("click"), made.install_size("typer")
    assert 0 < alone < whole < made.install_size()
    assert made.install_size("no-such-distribution") == 0
