from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

BENCH = os.environ.get("DATELINE_BENCH", "")


@pytest.mark.skipif(not (BENCH and Path(BENCH).is_dir()), reason="DATELINE_BENCH names no folder with MEANTIME in it")
@pytest.mark.parametrize(("half", "value_f1", "relaxed_f1"), [("tune", 0.88, 0.94), ("report", 0.80, 0.90)])
def test_the_floors_on_meantime(half: str, value_f1: float, relaxed_f1: float) -> None:
    spec = importlib.util.spec_from_file_location("meantime", Path(__file__).with_name("meantime.py"))
    assert spec is not None
    assert spec.loader is not None
    meantime = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(meantime)
    score = meantime.scores(Path(BENCH), half)["calendar"]
    assert score["value_f1"] >= value_f1
    assert score["relaxed_f1"] >= relaxed_f1
