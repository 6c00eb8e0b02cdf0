"""The command as a person runs it: answers on standard output, everything else on standard error, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from qa import cli
from qa.encoders import HashEncoder
from qa.news import NewsQA

BODY = "The harbour of Velm closed on Monday after a storm, harbour master Ida Kern said. It reopens on Friday."


@dataclass(frozen=True)
class Ran:
    """What a run of the command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("DATELINE_LLM", "none")
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["qa", *words])
        code = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return call


@pytest.fixture
def archive(run: Run, tmp_path: Path) -> Path:
    (tmp_path / "storm.txt").write_text(f"date 2022-03-29 {BODY}", encoding="utf-8")
    assert run("ingest", "storm.txt", "--index", "index").code == 0
    return tmp_path / "index"


def test_help_is_quick_because_it_loads_nothing_heavy() -> None:
    heavy = "torch sentence_transformers llama_index chromadb gradio openvino_genai trafilatura pydantic numpy".split()
    code = (
        "import sys\nsys.argv = ['qa', '--help']\nfrom qa import cli\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "ingest" in done.stdout
    assert done.stderr.strip() == "[]"


def test_a_file_is_taken_in_and_answers_with_its_quote(run: Run, archive: Path) -> None:
    done = run("ask", "when did the harbour of Velm close", "--as-of", "2022-03-30", "-i", str(archive))
    assert done.code == 0
    assert "28 March 2022" in done.out
    assert "closed on Monday after a storm" in done.out
    assert "1 day old" in done.out


def test_json_is_the_one_schema_and_its_citations_slice(run: Run, archive: Path) -> None:
    done = run("ask", "when did the harbour of Velm close", "--as-of", "2022-03-30", "-i", str(archive), "--json")
    answer = json.loads(done.out)
    assert answer["schema"] == 1
    for citation in answer["citations"]:
        assert BODY[citation["start"] : citation["end"]] == citation["quote"]


def test_a_refusal_is_an_answer(run: Run, archive: Path) -> None:
    done = run("ask", "who won the football match", "-i", str(archive))
    assert done.code == 0
    assert "The archive does not say" in done.out
    assert "Searched 1 article" in done.out


def test_search_and_info_say_what_is_there(run: Run, archive: Path) -> None:
    found = run("search", "storm harbour", "-i", str(archive))
    assert found.code == 0
    assert "words 1 (" in found.out
    assert "articles  1" in run("info", "-i", str(archive)).out


def test_a_timeline_is_told_in_order_with_its_quotes_in_each_format(run: Run, archive: Path) -> None:
    done = run("timeline", "harbour of Velm", "--as-of", "2022-03-30", "-i", str(archive))
    assert done.code == 0
    assert done.out.startswith(
        "28 March 2022  [1]\n  The harbour of Velm closed on Monday, 28 March 2022, after a storm"
    )
    assert "Searched 1 article" in done.out
    marked = run("timeline", "harbour of Velm", "-i", str(archive), "--format", "markdown")
    assert "**28 March 2022**" in marked.out
    told = json.loads(run("timeline", "harbour of Velm", "-i", str(archive), "--json").out)
    assert (told["schema"], told["events"][0]["day"], told["reason"]) == (1, "2022-03-28", None)
    for entry in told["events"]:
        citation = entry["citation"]
        assert BODY[citation["start"] : citation["end"]] == citation["quote"]


def test_quotes_are_listed_with_their_exact_characters(run: Run, archive: Path) -> None:
    nobody = run("quotes", "Zorblax", "-i", str(archive))
    assert (nobody.code, nobody.err) == (0, "")
    assert "No article quotes Zorblax." in nobody.out
    assert "Searched 1 article" in nobody.out
    assert "Ida Kern, said" in run("quotes", "Kern", "-i", str(archive)).out
    told = json.loads(run("quotes", "Kern", "-i", str(archive), "--json").out)
    assert (told["schema"], told["person"]) == (1, "Kern")
    (one,) = told["found"]
    assert BODY[one["start"] : one["end"]] == one["text"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["Zorblax"], "No article is about this", id="unknown-name"),
        pytest.param(["harbour of Velm", "--as-of", "2022-03-28"], "No article is about this", id="before-it"),
        pytest.param(["harbour of Velm", "--until", "2022-01-01"], "from the days asked for", id="window"),
    ],
)
def test_an_empty_timeline_is_an_answer_with_its_reason(run: Run, archive: Path, words: list[str], says: str) -> None:
    done = run("timeline", *words, "-i", str(archive))
    assert (done.code, done.err) == (0, "")
    assert says in done.out


@pytest.mark.parametrize(
    ("words", "named"),
    [
        pytest.param(["ask", "  "], "empty", id="empty-question"),
        pytest.param(["ask", "x" * 5000], "5,000 characters", id="question-of-5000"),
        pytest.param(["ask", "why?", "--as-of", "28.3.2022"], "'28.3.2022'", id="wrong-date"),
        pytest.param(["search", "?!"], "'?!'", id="nothing-to-search"),
        pytest.param(["timeline", "?!"], "'?!'", id="timeline-of-nothing"),
        pytest.param(["quotes", "?!"], "'?!'", id="quotes-of-nobody"),
        pytest.param(["quotes", "42"], "'42'", id="quotes-of-a-number"),
        pytest.param(["timeline", "Velm", "--since", "May"], "since 'May'", id="timeline-since-no-date"),
        pytest.param(["timeline", "Velm", "--since", "2024-02-01", "--until", "2024-01-01"], "swap", id="swapped"),
    ],
)
def test_a_bad_question_is_named_with_the_next_step(run: Run, archive: Path, words: list[str], named: str) -> None:
    done = run(*words, "-i", str(archive))
    assert done.code == 1
    assert done.out == ""
    assert named in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", ["ask", "search", "timeline", "quotes"])
def test_a_missing_index_names_the_command_that_makes_one(run: Run, tmp_path: Path, command: str) -> None:
    done = run(command, "why", "--index", "nowhere")
    assert done.code == 1
    assert "qa ingest" in done.err
    assert "nowhere" in done.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        pytest.param("empty.txt", b"", "empty", id="empty-file"),
        pytest.param(
            "picture.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\xff\xfe" * 20, "picture.txt", id="binary-file"
        ),
    ],
)
def test_a_file_without_an_article_is_rejected_with_the_reason(
    run: Run, archive: Path, name: str, content: bytes, named: str
) -> None:
    Path(name).write_bytes(content)
    done = run("ingest", name, "-i", str(archive))
    assert done.code == 1
    assert "rejected" in done.err
    assert named in done.err
    assert "articles  1" in run("info", "-i", str(archive)).out


def test_a_missing_file_is_named_and_nothing_is_lost(run: Run, archive: Path) -> None:
    done = run("ingest", "gone.txt", "-i", str(archive))
    assert done.code == 1
    assert "'gone.txt'" in done.err
    assert "articles  1" in run("info", "-i", str(archive)).out


def test_a_broken_line_is_rejected_by_number_and_the_rest_is_taken_in(run: Run, archive: Path) -> None:
    lines = ['{"text": "A gull landed on the pier of Velm."}', '{"text": ', '{"text": "Two gulls left the pier."}']
    Path("feed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run("ingest", "feed.jsonl", "-i", str(archive))
    assert done.code == 0
    assert "2 added" in done.out
    assert "1 rejected" in done.out
    assert "2" in done.err.split("rejected", 1)[1]


def test_what_is_left_out_and_what_has_no_date_is_told(run: Run, archive: Path) -> None:
    lines = [
        '{"title": "Gull", "text": "A gull landed on the pier of Velm."}',
        '{"text": "It sank.", "status": "draft"}',
    ]
    Path("feed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run("ingest", "feed.jsonl", "-i", str(archive), "--json")
    assert "1 left out, not published: its status is 'draft' (the first in feed.jsonl:2)" in done.err
    assert "1 without a date: Gull" in done.err
    told = json.loads(done.out)
    assert (told["undated"], told["undated_first"], told["left_out"][0]["articles"]) == (1, ["Gull"], 1)


def test_drafts_alone_are_no_article(run: Run, archive: Path) -> None:
    Path("feed.jsonl").write_text('{"text": "It sank.", "status": "draft"}', encoding="utf-8")
    done = run("ingest", "feed.jsonl", "-i", str(archive))
    assert done.code == 1
    assert "no article was taken in" in done.err


def test_an_index_of_another_encoder_is_refused_with_the_command_that_builds_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "storm.txt").write_text(BODY, encoding="utf-8")
    with NewsQA.open("other", create=True, encoder=HashEncoder(dim=384), extractive=True) as news:
        news.ingest("storm.txt")
    done = run("ask", "when did the harbour close", "-i", "other")
    assert done.code == 1
    assert "qa ingest" in done.err
    assert done.out == ""
