"""The writer's lock: held for life, and it names its holder. The kernel lets it go when the process ends, however."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

FILE = "writer.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes an index: process id, host, and since when."""

    pid: int
    host: str = field(kw_only=True, default="")
    since: str = field(kw_only=True, default="")

    def __str__(self) -> str:
        """Name the holder in a message."""
        return f"process {self.pid} on {self.host or 'this host'} since {self.since or 'an unknown time'}"


class Lock:
    """An exclusive lock on a folder's ``writer.lock``, by flock(2)."""

    def __init__(self, descriptor: int) -> None:
        """Take over a locked file; use ``acquire``."""
        self._descriptor = descriptor

    def release(self) -> None:
        """Let another process write."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = -1


def acquire(folder: Path) -> Lock | None:
    """Return the lock of a folder, or None where somebody else holds it.

    Raises:
        OSError: the folder cannot be written.
    """
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    since = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)
    return Lock(descriptor)


def holder(folder: Path) -> Holder | None:
    """Return who holds the lock of a folder, as they wrote it, or None where nobody is named."""
    try:
        named = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Holder(int(named["pid"]), host=str(named["host"]), since=str(named["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
