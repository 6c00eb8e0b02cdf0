"""Options that belong together: a command gets them as one object, a person gives them one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from qa.evaluation.options import grouped


@dataclass(frozen=True)
class Bounds:
    low: Annotated[int, typer.Option("--low", min=0)] = 1
    names: Annotated[list[str] | None, typer.Option("--name")] = None


app = typer.Typer()
got: list[object] = []


@app.command()
@grouped
def look(where: str, bounds: Bounds = Bounds(), loud: Annotated[bool, typer.Option("--loud")] = False) -> None:
    """Look somewhere."""
    got[:] = [where, bounds, loud]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        pytest.param(["here"], ["here", Bounds(), False], id="the defaults of its fields"),
        pytest.param(
            ["here", "--low", "3", "--loud", "--name", "a", "--name", "b"],
            ["here", Bounds(3, ["a", "b"]), True],
            id="each field is an option",
        ),
    ],
)
def test_a_group_is_read_from_its_options(words: list[str], wanted: list[object]) -> None:
    assert CliRunner().invoke(app, words).exit_code == 0
    assert got == wanted


def test_what_a_field_asks_for_is_held_to() -> None:
    assert CliRunner().invoke(app, ["here", "--low", "-1"]).exit_code == 2


def test_the_command_keeps_its_name_and_words() -> None:
    told = CliRunner().invoke(app, ["--help"]).output
    assert "Look somewhere." in told
    assert "--low" in told
