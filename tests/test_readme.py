"""The commands that the README and the docs print can be typed as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from qa import cli
from qa.evaluation.commands import app as evaluation
from qa.upkeep.commands import mount

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "eval" / "MEASURING.md"]
TYPED = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S* )*(qa [^\n]*?)(?:\s+#.*| {3,}.*)?$", re.M)


def commands() -> list[tuple[str, str]]:
    """Every line of a fenced block that calls ``qa``, without its comment, and where it stands."""
    found = []
    for page in PAGES:
        for block in re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S):
            found += [(page.name, match.group(1).strip()) for match in TYPED.finditer(block)]
    return found


def parsed(line: str) -> None:
    """Let the program parse a line up to where it would begin to work; it exits or raises on what it does not know."""
    words = [word.strip("[]") for word in shlex.split(line)[1:]]
    whole = typer.Typer()
    whole.registered_commands += cli.app.registered_commands
    whole.registered_groups += cli.app.registered_groups
    mount(whole)
    whole.add_typer(evaluation, name="eval")
    root = typer.main.get_command(whole)
    command, path = root, ["qa"]
    while isinstance(command, TyperGroup) and words and words[0] in command.commands:
        path.append(words[0])
        command, words = command.commands[words[0]], words[1:]
    assert command is not root, f"no such command: {line!r}"
    command.make_context(" ".join(path), words).close()


@pytest.mark.parametrize(("page", "line"), commands(), ids=lambda value: value)
def test_a_printed_command_is_one_that_the_program_knows(page: str, line: str) -> None:
    parsed(line)


def test_there_are_commands_to_look_at() -> None:
    assert len([line for page, line in commands() if page == "README.md"]) > 20


@pytest.mark.parametrize("line", ['qa asks "who"', 'qa ask "who" --indecks x'])
def test_a_command_that_is_not_there_is_seen(line: str) -> None:
    with pytest.raises(Exception, match=r"no such command|No such option"):
        parsed(line)
