"""With what a figure was made: commit, command, machine in general words, and the size of the installation."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def about() -> dict[str, str]:
    """Return the version, the commit (with a ``+`` where files of the package differ from it) and the command."""
    return {"version": metadata.version("dateline"), "commit": commit(), "command": command(sys.argv)}


def commit() -> str:
    """Return the checkout's commit; "" where the package is not in one, or git is not there."""
    named = os.environ.get("DATELINE_COMMIT", "")
    with contextlib.suppress(OSError):
        head = _git("rev-parse", "--short=7", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", str(_PACKAGE), "prompts")
        return f"{head}{'+' if changed else ''}" if head else named
    return named


def _git(*words: str) -> str:
    run = subprocess.run(["git", *words], cwd=_PACKAGE.parent, capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else ""


def command(words: list[str]) -> str:
    """Return a command line without folders that only this machine has: ``qa eval …`` instead of where ``qa`` is."""
    shown = [Path(words[0]).name if words else "", *words[1:]]
    return " ".join(Path(word).name if word.startswith(("/", "~")) else word for word in shown)


def machine() -> str:
    """Return the machine in general words: cores, architecture, memory, system."""
    gib = ""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        gib = f", {round(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30)} GiB"
    return f"{os.cpu_count()} cores ({platform.machine()}){gib}, {platform.system()}"


def install_size(name: str = "dateline") -> float:
    """Return the MiB of an installed distribution and all that it needs, compiled bytecode aside.

    Extras are not counted; a package that is found in the checkout counts with its own folder.
    """
    seen: set[str] = set()
    waiting, total = [name], 0
    while waiting:
        held = _normal(waiting.pop())
        if held in seen:
            continue
        seen.add(held)
        try:
            found = metadata.distribution(held)
        except metadata.PackageNotFoundError:
            continue
        files = [Path(str(found.locate_file(file))) for file in found.files or () if not str(file).endswith(".pyc")]
        if held == _normal(name):
            files += [path for path in _PACKAGE.rglob("*") if path.suffix != ".pyc"]
        total += sum(path.stat().st_size for path in set(files) if path.is_file())
        waiting += [
            match[0] for need in found.requires or () if "extra ==" not in need and (match := _NAME.match(need))
        ]
    return total / 2**20


_NAME = re.compile(r"[A-Za-z0-9._-]+")


def _normal(name: str) -> str:
    """Return a distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
