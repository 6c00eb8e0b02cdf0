from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from qa.llm import child


def test_the_end_of_a_child_that_was_killed_in_the_middle_of_a_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def half_a_line(_: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return real([sys.executable, "-c", "print('{\"type\": \"te', end='')"], **options)

    monkeypatch.setattr(child.subprocess, "Popen", half_a_line)
    ended = child.Child(Path("model"))
    assert ended.settled.wait(20)
    assert ended.ended
    _, replies = ended.open("stream", prompt="x")
    assert replies.get(timeout=5) == {"type": "gone"}
    ended.stop()


_LEAVES_ITS_PIPE = """
import json, subprocess, sys
print(json.dumps({"type": "ready", "load": 0.1, "warm": 0.1}), flush=True)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"], stdin=subprocess.DEVNULL)
"""


def test_the_end_of_a_child_is_told_where_its_pipe_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real, lost = subprocess.Popen, threading.Event()

    def heir(_: list[str], **options: Any) -> subprocess.Popen[bytes]:
        return real([sys.executable, "-c", _LEAVES_ITS_PIPE], **options)

    monkeypatch.setattr(child.subprocess, "Popen", heir)
    ended = child.Child(Path("model"), lost.set)
    assert lost.wait(10)
    assert ended.ended
    assert not ended.ready
    ended.stop()
