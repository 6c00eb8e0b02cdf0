"""Reads data from the network in a process of its own, with bounded memory and time: a page that is made to be slow, or
a PDF that never ends, costs that process its life, and the reader one rejection.

Run as ``python -m qa.ingest.confined`` it is that process: for each request it reads a line of JSON and the data behind
it from standard input, and answers with a line of JSON. It ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import date, datetime
from typing import Any, BinaryIO

from qa.ingest import formats
from qa.ingest.articles import LeftOut, Read, Rejected
from qa.ingest.fields import Names

MEMORY = 1_500_000_000
"""Bytes of address space; the libraries take a third of it."""

CPU = 10
"""Seconds of processor time for one piece of data."""

_DATES = ("published", "updated")


class Confined:
    """The parent's end. The process is started with the first request, and anew when it has ended."""

    def __init__(self, *, seconds: float = 60.0, memory: int = MEMORY, cpu: int = CPU) -> None:
        """Keep the limits of one request: by the clock, in address space and in processor time."""
        self._seconds = seconds
        self._limits = (str(memory), str(cpu))
        self._child: subprocess.Popen[bytes] | None = None

    def articles(self, data: bytes, origin: formats.Origin) -> list[Read | Rejected]:
        """Return what ``formats.articles`` reads from some data, or one rejection: it went beyond the limits."""
        child = self._started()
        asked = {**asdict(origin), "size": len(data)}
        try:
            assert child.stdin is not None
            child.stdin.write(json.dumps(asked).encode() + b"\n" + data)
            child.stdin.flush()
            answer = self._line(child)
        except (OSError, EOFError, TimeoutError) as error:
            self.close()
            why = str(error) if isinstance(error, TimeoutError) else "it needs more memory or time than it is given"
            return [Rejected(origin.name, f"reading it was ended: {why}")]
        return [_item(each) for each in json.loads(answer)]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "qa.ingest.confined", *self._limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the parent, which lets this request end
            )
        return self._child

    def _line(self, child: subprocess.Popen[bytes]) -> bytes:
        assert child.stdout is not None
        end, parts = time.monotonic() + self._seconds, [b""]
        while not parts[-1].endswith(b"\n"):
            ready, _, _ = select.select([child.stdout], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise TimeoutError(f"it takes longer than {self._seconds:g} seconds")
            parts.append(os.read(child.stdout.fileno(), 1 << 16))
            if not parts[-1]:
                raise EOFError
        return b"".join(parts)

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _plain(item: Read | Rejected) -> dict[str, Any]:
    """Return an item as JSON types; a date keeps whether it is a day or an instant."""
    known = {each.name: getattr(item, each.name) for each in fields(item)}
    for name in _DATES:
        if known.get(name) is not None:
            known[name] = known[name].isoformat()
    return known


def _item(plain: Mapping[str, Any]) -> Read | Rejected:
    if "articles" in plain:
        return LeftOut(**plain)
    if "reason" in plain:
        return Rejected(plain["source"], plain["reason"])
    read = Read(**{**plain, "flags": tuple(plain["flags"])})
    return replace(read, published=_moment(plain["published"]), updated=_moment(plain["updated"]))


def _moment(text: str | None) -> date | datetime | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def serve(asked: BinaryIO, answers: BinaryIO, cpu: int) -> None:
    """Answer requests until there are no more."""
    while line := asked.readline():
        request = json.loads(line)
        data = asked.read(request.pop("size"))
        _allow(cpu)
        origin = formats.Origin(**{**request, "names": Names(request["names"]["given"])})
        found = [_plain(item) for item in formats.articles(data, origin)]
        answers.write(json.dumps(found).encode() + b"\n")
        answers.flush()


def _allow(cpu: int) -> None:
    """Let the process use so many more seconds of processor time; beyond them the system ends it."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + cpu + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _confine(memory: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, sys.stdout.buffer, int(sys.argv[2]))
