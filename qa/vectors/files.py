"""Small files and folders that are on the disk when they are said to be."""

from __future__ import annotations

import os
from pathlib import Path

from qa.failpoints import crash_point


def point(path: Path, text: str) -> None:
    """Write a small file so that it is either the old or the new one, whole, even after a power cut."""
    aside = path.with_name(f"{path.name}.tmp")
    with aside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    crash_point("mid_swap")
    os.replace(aside, path)
    _sync(path.parent)


def flush(folder: Path) -> None:
    """Have the disk hold a folder and all files below it."""
    for path in (*folder.rglob("*"), folder):
        _sync(path)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
