"""The drill, reduced: a small archive, each act until it has shown what it is to show. `make drill` is the whole."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from service_fakes import ARTICLES, AS_OF, MAIL

sys.path.insert(0, str(Path(__file__).parents[2] / "eval"))

import drill
import served

from qa.encoders import HashEncoder
from qa.index import Index
from qa.settings import Settings

QUESTIONS = (MAIL, "where are the river talks held", "how many people were brought ashore")
SERVICE = (sys.executable, str(Path(__file__).with_name("service_drilled.py")))


@pytest.mark.timeout(1800)  # half a minute here; a machine ten times slower is no fault of the service
def test_model_server_vectors_and_disk_go_and_come_back_and_nothing_is_lost(archive: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(archive, index)
    acts: list[dict[str, Any]] = []
    small: dict[str, Any] = {"questions": QUESTIONS, "as_of": AS_OF, "command": SERVICE, "say": acts.append}
    ground = drill.Ground(index, seconds=0, deadline=8, slack=600, rate=400, **small)
    wrong = asyncio.run(drill.drill(ground, tmp_path))
    assert not wrong, json.dumps(acts, indent=1)
    assert [told["act"] for told in acts][:5] == [
        "all well", "Chroma hangs", "taking in without Chroma", "Chroma is gone", "Chroma is back"
    ]  # fmt: skip
    with served.chroma_server(tmp_path / "vectors") as chroma:
        settings = Settings(chroma_url=chroma.address)
        assert drill.lost(index, HashEncoder(), settings, articles=len(ARTICLES) + 2) == []


def test_what_is_lost_is_noticed(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    shutil.copytree(archive, index)
    assert drill.lost(index, HashEncoder(), Settings(), articles=len(ARTICLES)) == []
    told = drill.lost(index, HashEncoder(), Settings(), articles=len(ARTICLES) + 1)
    assert told == [f"{len(ARTICLES)} articles, not {len(ARTICLES) + 1}"]
    monkeypatch.setattr(Index, "lexical", lambda *_, **__: [])
    told = drill.lost(index, HashEncoder(), Settings(), articles=len(ARTICLES))
    assert told
    assert all(each.endswith("is not found by its words") for each in told)
