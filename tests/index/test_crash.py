"""Kills of a writer, the reduced form: every named place once. `make crash-drill` does it two hundred times."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from qa import failpoints

ROOT = Path(__file__).parents[2]


def drill(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the drill in a process of its own: it forks, which a process with threads must not."""
    command = [sys.executable, str(ROOT / "eval" / "crash_drill.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


@pytest.mark.timeout(3000)  # half a minute here; a machine ten times slower is no fault of the archive
def test_40_a_kill_at_any_named_place_loses_nothing_and_doubles_nothing() -> None:
    count = len(failpoints.POINTS)
    ran = drill("--kills", str(count))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert f"{count} kills: {count} at named places" in ran.stdout, "every place is passed, and kills"
    assert "; 0 left something lost" in ran.stdout


@pytest.mark.timeout(3000)
def test_40_the_drill_can_fail() -> None:
    """A negative control: articles are marked as done before anything is derived from them."""
    ran = drill("--broken")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "WRONG" in ran.stdout


def test_a_place_is_passed_a_number_of_times_before_it_kills(monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    monkeypatch.setattr("os.kill", lambda process, how: killed.append(how))
    monkeypatch.setattr(failpoints, "_passed", type(failpoints._passed)())
    monkeypatch.setenv(failpoints.VARIABLE, "after_done:3")
    for name in ("after_done", "mid_batch", "after_done"):
        failpoints.crash_point(name)
    assert killed == []
    failpoints.crash_point("after_done")
    assert killed == [9]
