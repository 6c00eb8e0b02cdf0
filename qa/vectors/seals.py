"""Whether Chroma's files are as they were written, and whether a folder can be opened, before this process opens it.

Chroma maps its index files without checking them: zeroed or cut short they end the whole process, or find nothing. So
their digests are kept beside them and compared first. Where that says too little (a folder of an earlier version, or
another version of Chroma) a process of its own opens the folder and asks for stored vectors; only that one can end.
"""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

FILE = "seal.json"

_WRITTEN = "index_metadata.pickle"
"""Until Chroma has written this file it makes the others anew at each opening, from its database."""

_SECONDS = 120.0
_PROGRAM = ("-m", "qa.vectors.trial")


def seal(folder: Path) -> None:
    """Keep the digests of a folder's index files. Chroma's database is not among them: opening changes it.

    Raises:
        OSError: a file cannot be read, or the digests not be written.
    """
    held = {"chroma": version("chromadb"), "files": _digests(folder)}
    (folder / FILE).write_text(json.dumps(held), encoding="utf-8")


def problem(folder: Path) -> str:
    """Return, in words, why a folder is not to be opened in this process, or an empty string where it may be.

    One that had to be tried, and is well, is sealed for the next time.
    """
    made_by, files = _kept(folder)
    try:
        if files is not None:
            found = _digests(folder)
            for name in sorted(files.keys() | found.keys()):
                if name not in found:
                    return f"its file {name!r} is gone"
                if files.get(name) != found[name]:
                    return f"its file {name!r} is not as it was written"
        if files is None or made_by != version("chromadb"):
            if said := _tried(folder):
                return said
            seal(folder)
    except OSError as error:
        return f"its files cannot be read: {error}"
    return ""


def unchanged(folder: Path) -> bool:
    """Whether the index files of a folder are those that were sealed."""
    return _kept(folder)[1] == _digests(folder)


def _kept(folder: Path) -> tuple[str, dict[str, str] | None]:
    try:
        held = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return str(held["chroma"]), {str(name): str(digest) for name, digest in held["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", None


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for written in sorted(folder.glob(f"*/{_WRITTEN}")):
        for path in sorted(written.parent.iterdir()):
            with path.open("rb") as stream:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def _tried(folder: Path) -> str:
    """Have another process open a folder; return what became of it, or an empty string where all is well."""
    command = [sys.executable, *_PROGRAM, str(folder)]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"a process that tried it gave no answer within {_SECONDS:g} s"
    if ran.returncode < 0:
        return f"a process that tried it was ended by {signal.Signals(-ran.returncode).name}"
    if ran.returncode:
        last = ran.stderr.strip().splitlines()[-1:] or [f"ended with {ran.returncode}"]
        return f"a process that tried it failed: {last[0][:300]}"
    return ""
