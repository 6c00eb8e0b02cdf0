"""What the system under measurement holds in memory counts its children too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qa.evaluation import memory

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc on this system")


def test_a_childs_memory_counts() -> None:
    before = memory.resident()
    code = "held = bytearray(64 << 20); held[::4096] = b'x' * len(held[::4096]); print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        within = memory.resident()
        child.communicate(b"\n")
    assert before is not None
    assert within is not None
    assert 64 <= within - before < 256


def test_a_system_that_does_not_tell_gives_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_PROC", tmp_path)
    assert memory.resident() is None
