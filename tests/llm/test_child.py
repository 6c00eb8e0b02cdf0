from __future__ import annotations

import subprocess
import sys
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
