"""Prompt files: strict data, one file a prompt, with a hash that goes into every answer's trace.

A file holds ``name``, ``version``, ``purpose``, ``variables`` and ``text``, in TOML. In a checkout the files are read
from ``prompts/``, in an installed wheel from the package, so that an edit in a checkout is what runs.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from qa.errors import InputError

_KEYS = {"name", "version", "purpose", "variables", "text"}
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt: its text with ``{{variable}}`` places, and the hash (SHA-256, 12 hex digits) of its file."""

    name: str
    version: int = field(kw_only=True)
    text: str = field(kw_only=True)
    variables: frozenset[str] = field(kw_only=True)
    digest: str = field(kw_only=True)

    def render(self, **values: str) -> str:
        """Return the text with every variable filled in; a value is never searched for variables itself.

        Raises:
            InputError: a variable is missing, or one is given that the prompt does not have.
        """
        if set(values) != self.variables:
            missing, unknown = sorted(self.variables - set(values)), sorted(set(values) - self.variables)
            raise InputError(f"prompt {self.name!r}: missing variables {missing}, unknown variables {unknown}")
        return _VARIABLE.sub(lambda place: values[place.group(1)], self.text)


def parse(source: str, *, origin: str) -> Prompt:
    """Read one prompt file's text.

    Raises:
        InputError: not TOML, a key is missing or unknown, or ``variables`` are not just those in ``text``.
    """
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"prompt file {origin!r} is not valid TOML: {error}") from error
    if set(data) != _KEYS:
        raise InputError(f"prompt file {origin!r} must have exactly the keys {sorted(_KEYS)}, has {sorted(data)}")
    used = set(_VARIABLE.findall(data["text"]))
    if used != set(data["variables"]):
        raise InputError(f"prompt file {origin!r} lists variables {data['variables']} but uses {sorted(used)}")
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    return Prompt(
        data["name"], version=data["version"], text=data["text"].strip("\n"), variables=frozenset(used), digest=digest
    )


def folder() -> Path:
    """Return where the prompt files are: the checkout's ``prompts/``, else the copy inside the package."""
    package = Path(__file__).parent
    checkout = package.parent / "prompts"
    return checkout if (package.parent / "pyproject.toml").is_file() and checkout.is_dir() else package / "_prompts"


def load(where: Path | None = None) -> Mapping[str, Prompt]:
    """Read every prompt file of a folder, by name."""
    found = {}
    for path in sorted((where or folder()).glob("*.toml")):
        prompt = parse(path.read_text(encoding="utf-8"), origin=path.name)
        if prompt.name != path.stem:
            raise InputError(f"prompt file {path.name!r} holds the prompt {prompt.name!r}; name and file must agree")
        found[prompt.name] = prompt
    return found


@cache
def default() -> Mapping[str, Prompt]:
    """Return the prompts of :func:`folder`, read once a process."""
    return load()
