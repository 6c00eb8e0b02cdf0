"""How much memory the system under measurement holds: this process and its children, such as the model's."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_PROC = Path("/proc")


def resident() -> float | None:
    """Return the resident memory of this process and of all below it, in MiB; None where the system does not tell."""
    return resident_of(os.getpid())


def resident_of(process: int) -> float | None:
    """Return the resident memory of a process and of all below it, in MiB; None where the system does not tell.

    Read from ``/proc/<pid>/stat`` (proc(5)): field 4 is the parent, field 24 the resident pages. Pages that processes
    share are counted in each.
    """
    held: dict[int, tuple[int, int]] = {}
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The second field is a name in brackets that may hold spaces: the fields are counted from behind it.
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            held[int(folder.name)] = (int(fields[1]), int(fields[21]))
    if process not in held:
        return None
    ours = {process}
    while more := {pid for pid, (parent, _) in held.items() if parent in ours} - ours:
        ours |= more
    return sum(held[pid][1] for pid in ours) * os.sysconf("SC_PAGE_SIZE") / 2**20
