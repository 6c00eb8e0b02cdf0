"""How much memory the system under measurement holds: this process and its children, such as the model's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
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
    ours = _below(process, {pid: parent for pid, (parent, _) in held.items()})
    return sum(held[pid][1] for pid in ours) * os.sysconf("SC_PAGE_SIZE") / 2**20


@dataclass(frozen=True, slots=True)
class Peak:
    """The most resident memory that this process, and those below it (the model's), had lately, in MiB."""

    process: float
    below: float


def forget_peak() -> None:
    """Count peaks from now on, where the system lets a process do so."""
    with contextlib.suppress(OSError):
        (_PROC / "self" / "clear_refs").write_text("5", encoding="utf-8")


def peak() -> Peak | None:
    """Return the peaks, of which those of the processes below are added up; None where the system does not tell.

    Read from ``VmHWM`` of ``/proc/<pid>/status`` (proc(5)); a process that has ended is not counted.
    """
    parents: dict[int, int] = {}
    most: dict[int, float] = {}
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, KeyError):
            lines = (folder / "status").read_text(encoding="utf-8", errors="replace").splitlines()
            told = dict(line.split(":", 1) for line in lines if ":" in line)
            parents[int(folder.name)] = int(told["PPid"])
            most[int(folder.name)] = int(told["VmHWM"].split()[0]) / 1024
    me = os.getpid()
    if me not in most:
        return None
    return Peak(most[me], sum(most.get(pid, 0.0) for pid in _below(me, parents) - {me}))


def _below(process: int, parents: Mapping[int, int]) -> set[int]:
    """Return a process and all below it."""
    ours = {process}
    while more := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return ours
