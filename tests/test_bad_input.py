"""Faults around a question, by their numbers in ``tests/test_cases.py``: drafts gone wrong, a narrow machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qa import NewsQA
from qa.encoders import HashEncoder
from qa.index import Index
from qa.ingest import Read, finish
from qa.llm import ScriptedModel
from qa.settings import Settings

FERRY = {
    "url": "https://post.example/ferry",
    "published": "2022-03-20",
    "outlet": "The Harbour Post",
    "text": "The ferry Petrel ran aground off Tarn Island on Saturday. Rescuers brought 42 people ashore. "
    "They recovered 17 crates of mail from the Petrel. Nobody was hurt, the coast guard said.",
}
MAIL = "how many crates of mail were recovered from the Petrel"
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bad")
    (root / "a.jsonl").write_text(json.dumps(FERRY), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(root / "a.jsonl").added == 1
    return root / "index"


@pytest.mark.parametrize(
    "draft",
    [
        pytest.param("", id="case_52 nothing"),
        pytest.param('{"answer": 17', id="case_52 half of some JSON"),
        pytest.param("17 crates [99]. See [4].", id="case_52 a citation of nothing"),
        pytest.param("17 crates " * 5_000, id="case_52 the same for ever"),
        pytest.param("\ufffd\x00\x1b[2J", id="case_52 no text"),
        pytest.param("<think>" + "hm " * 400, id="case_52 thoughts without end"),
        pytest.param("I cannot help with that request.", id="case_52 a refusal of its own"),
    ],
)
def test_a_draft_gone_wrong_leaves_the_archives_words(folder: Path, draft: str) -> None:
    model = ScriptedModel(default=draft)
    with NewsQA.open(folder, encoder=HashEncoder(), model=model, settings=Settings(llm="none")) as news:
        answer = news.ask(MAIL, as_of="2022-03-28")
    assert model.history, "the sentence leans on the one before it: its words are wanted"
    assert answer.status == "answered"
    assert "17 crates of mail" in answer.text
    assert not [part for part in ("[99]", "[4]", "\x1b", "<think>", "cannot help") if part in answer.text]
    assert {number for one in answer.sentences for number in one.citations} == {one.number for one in answer.citations}
    assert len(answer.text) < 1_000


def run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run some code beside an index in a process with no environment but this."""
    script = f"import sys; folder = sys.argv[1]\n{code}"
    return subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, text=True, timeout=280, check=False, encoding="utf-8", errors="replace",
    )  # fmt: skip


ASK = f"""
from qa import NewsQA
from qa.encoders import HashEncoder
from qa.settings import Settings
with NewsQA.open(folder, encoder=HashEncoder(), settings=Settings(llm="none"), read_only=True) as news:
    print(news.ask({MAIL!r}, as_of="2022-03-28").text)
"""


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}, id="case_56 no home, LANG=C"),
        pytest.param(
            {
                "NLTK_DATA": "/nowhere",
                "HF_HOME": "/nowhere",
                "HTTP_PROXY": "http://127.0.0.1:9",
                "HTTPS_PROXY": "http://127.0.0.1:9",
                "ALL_PROXY": "socks5://127.0.0.1:9",
                "HOME": "/nowhere",
                "TZ": "Pacific/Kiritimati",
            },
            id="case_56 folders and proxies that are not there",
        ),
    ],
)
def test_a_bare_environment_is_enough(folder: Path, environment: dict[str, str]) -> None:
    done = run(ASK, folder, **environment)
    assert done.returncode == 0, done.stderr
    assert "17 crates" in done.stdout


NARROW = """
import resource
from pathlib import Path
resource.setrlimit(resource.{limit}, ({value}, {value}))
from qa import NewsQA
from qa.encoders import HashEncoder
from qa.errors import DatelineError
from qa.settings import Settings
try:
    with NewsQA.open(Path(folder), create=True, encoder=HashEncoder(), settings=Settings(llm="none")) as news:
        report = news.ingest([Path(folder).parent / "many.jsonl"])
        for n in range(30):
            news.ask(f"which bridge was opened by person {{n}}")
        print("answered", report.added)
except (DatelineError, MemoryError, OSError) as error:
    print("refused", type(error).__name__, str(error)[:80])
"""


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        pytest.param("RLIMIT_NOFILE", 256, "answered 40", id="case_58 256 open files"),
        pytest.param("RLIMIT_FSIZE", 2_000_000_000, "answered 40", id="case_58 files of 2 GB"),
    ],
)
def test_a_narrow_machine_is_enough(tmp_path: Path, limit: str, value: int, said: str) -> None:
    lines = [
        json.dumps({"text": f"The bridge {n} of Velm was opened by person {n}, Ida Kern said."}) for n in range(40)
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run(NARROW.format(limit=limit, value=value), tmp_path / "index", HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == said


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path / "index", encoder=HashEncoder(), create=True) as opened:
        yield opened


def test_57_questions_are_answered_between_the_writes_of_a_slow_disk(index: Index) -> None:
    read = finish(Read("", body="The bridge of Velm is open, Ida Kern said.", published=date(2022, 3, 1)))
    assert isinstance(read, Read)
    index.add([read])
    found: list[int] = []
    faults: list[Exception] = []

    def search() -> None:
        try:
            while len(found) < 6:
                found.append(len(index.lexical("bridge", 5, before=None)))
                found.append(len(index.dense(index.encoder.encode_queries(["bridge"]), 5, before=None)))
        except Exception as error:  # noqa: BLE001 - told below
            faults.append(error)

    reader = threading.Thread(target=search)
    reader.start()
    written = 0
    while reader.is_alive() and written < 2_000:  # until the questions are answered, however slow the machine
        with index._archive.transaction() as connection:
            time.sleep(0.1)  # a disk that takes so long for each write
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('slow', 'disk')")
        written += 1
    reader.join(120)
    assert not faults
    assert found == [1] * 6, "questions come in between the writes"


@pytest.mark.parametrize(
    ("as_of", "articles"),
    [
        pytest.param("2024-02-29", 1, id="case_55 a leap day"),
        pytest.param("2022-03-27T01:30:00+01:00", 1, id="case_55 an hour that a clock leaves out"),
        pytest.param("2022-03-19", 0, id="case_55 a clock that stands before the archive"),
    ],
)
def test_odd_clocks_narrow_as_they_say(folder: Path, as_of: str, articles: int) -> None:
    with NewsQA.open(folder, encoder=HashEncoder(), extractive=True) as news:
        answer = news.ask(MAIL, as_of=as_of)
    assert answer.coverage.articles == articles
    assert (answer.status == "answered") == bool(articles)
