"""Our metrics and the reference scorers give the same figures on the public sets' own data."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from qa.evaluation import adapters, calibration, intervals, metrics, timex

ROOT = Path(os.environ.get("DATELINE_BENCH", ""))
pytestmark = pytest.mark.skipif(
    not (os.environ.get("DATELINE_BENCH") and (ROOT / "score").is_dir()),
    reason="DATELINE_BENCH names no folder with the public sets and their reference scorers",
)


def reference(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"reference_{name}", ROOT / "score" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    written = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module


def rows(path: Path) -> list[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


@pytest.fixture(scope="module")
def drafts() -> list[tuple[str, list[str]]]:
    """Texts to score: real article openings and the gold string cut, moved and decorated, each beside its gold."""
    chance = random.Random(7)
    made = []
    queries = rows(ROOT / "realtimeqa" / "public_2023s.queries.jsonl.gz")
    for query in queries:
        gold = query["answers"][0]
        filler = query["evidence"].split() if query["evidence"] else ["nothing"]
        before = " ".join(filler[: chance.randrange(60)])
        made.append((f"{before} {gold} [1].", query["answers"]))
        made.append((gold.split()[0], query["answers"]))
        made.append((f"【{chance.randrange(9)}】 the {gold.upper()}!", query["answers"]))
        made.append((" ".join(filler), query["answers"]))
    return made


def test_contained_and_f1_agree(drafts: list[tuple[str, list[str]]]) -> None:
    theirs = reference("realtimeqa")
    for text, answers in drafts:
        assert metrics.contained(text, answers) == float(theirs.contained(text, answers)), text
        ours = metrics.token_f1(text, answers, normal=metrics.words)
        assert ours == pytest.approx(max(theirs.f1(text, answer) for answer in answers)), text
        assert metrics.head(text) == theirs.head(text)


def test_the_interval_agrees(drafts: list[tuple[str, list[str]]]) -> None:
    theirs = reference("realtimeqa")
    values = [metrics.contained(text, answers) for text, answers in drafts]
    ours = intervals.bootstrap(values, 1)
    assert (round(ours.low, 3), round(ours.high, 3)) == theirs.interval(values)
    assert (intervals.bootstrap([]).low, intervals.bootstrap([]).high) == theirs.interval([])


@pytest.mark.parametrize("calendar", [False, True], ids=["all values", "calendar values"])
def test_time_expressions_agree(calendar: bool) -> None:
    theirs = reference("timex")
    chance = random.Random(7)
    documents = rows(ROOT / "meantime" / "meantime.jsonl.gz")
    out: dict[str, list[dict]] = {}
    for document in documents:
        held = [dict(mention) for mention in document["timex"] if chance.random() < 0.8]
        for mention in held:
            mention["start"] = max(0, mention["start"] - chance.randrange(4))
            if chance.random() < 0.3:
                mention["value"] = "2008-01-01"
        if document.get("dateline"):
            held.append({"start": document["dateline"][0], "end": document["dateline"][1], "value": document["dct"]})
        out[document["doc"]] = held
    made = [
        timex.TimexDocument(
            gold=tuple(timex.Timex(m["start"], m["end"], m["value"] or "") for m in document["timex"]),
            found=tuple(timex.Timex(m["start"], m["end"], m["value"] or "") for m in out[document["doc"]]),
            dateline=tuple(document["dateline"]) if document.get("dateline") else None,
        )
        for document in documents
    ]
    ours = timex.score(made, calendar=calendar)
    wanted = theirs.score(documents, out, calendar)
    found = {name: round(getattr(ours, name), 3) for name in wanted}
    assert found == wanted


def test_agreement_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    theirs = reference("wice")
    path = ROOT / "wice" / "dev.jsonl.gz"
    chance = random.Random(7)
    items = list(theirs.items(str(path)))
    ours_made = [(claim.id, claim.claim, claim.text, claim.supported) for claim in adapters.wice_claims()]
    assert ours_made == [(str(i["id"]), i["claim"], i["text"], i["supported"]) for i in items]
    out = [
        {"id": item["id"], "score": (score := round(chance.random(), 1)), "supported": score > 0.5} for item in items
    ]
    written = tmp_path / "out.jsonl"
    written.write_text("\n".join(json.dumps(row) for row in out), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["wice.py", "score", str(path), str(written)])
    theirs.main()
    wanted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for want in wanted:
        held = [
            calibration.Verdicted(item["supported"], row["supported"], row["score"])
            for item, row in zip(items, out, strict=True)
            if item["half"] == want["half"]
        ]
        ours = calibration.agreement(held)
        assert {name: round(getattr(ours, name), 3) for name in want if name != "half"} == {
            name: value for name, value in want.items() if name != "half"
        }
