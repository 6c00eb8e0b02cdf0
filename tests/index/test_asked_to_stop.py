"""A run that is asked to stop, in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa.encoders import HashEncoder
from qa.index import Index

CHILD = """
import os, signal, sys
import qa.encoders, qa.news
from qa.encoders import HashEncoder

wanted, source, index = sys.argv[1:]

class Signals(HashEncoder):
    calls = 0

    def encode_in_bulk(self, texts):
        self.calls += 1
        if self.calls == 2 and wanted:
            os.kill(os.getpid(), getattr(signal, wanted))
        return super().encode_in_bulk(texts)

qa.news.load_encoder = lambda settings: Signals(64)
from qa.cli import main
sys.argv = ["qa", "ingest", source, "--index", index]
main()
"""


def ingest(number: str, source: Path, index: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, number, str(source), str(index)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"], ids=lambda number: f"41: {number}")
def test_41_a_run_that_is_asked_to_stop_keeps_what_it_has_and_goes_on(tmp_path: Path, number: str) -> None:
    source, index = tmp_path / "articles.jsonl", tmp_path / "index"
    source.write_text("".join(json.dumps({"text": f"Ferry {n} left Lindholm."}) + "\n" for n in range(200)))
    ran = ingest(number, source, index)
    assert ran.returncode == 128 + getattr(signal, number), ran.stderr
    assert "run the same command again" in ran.stderr
    with Index.open(index, encoder=HashEncoder(64)) as opened:
        kept = opened.info().articles + opened.info().pending
    assert 0 < kept < 200, "it stops at the edge of a batch, long before the end"
    ran = ingest("", source, index)
    assert (ran.returncode, ran.stdout.split(",")[0]) == (0, f"{200 - kept} added"), ran.stderr
    with Index.open(index, encoder=HashEncoder(64)) as opened:
        assert (opened.info().articles, opened.info().pending) == (200, 0)
