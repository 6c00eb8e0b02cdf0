"""The report: what it shows of a run, what it never holds, and where it may be written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qa.errors import EvalError
from qa.evaluation import commands, digest, failures, peering, reporting
from qa.evaluation.peering import Measured
from qa.evaluation.runner import Plan, run
from qa.evaluation.sets import Expect, Question
from tests.evaluation.fakes import TALKS, UPDATE, Scripted, answered, cite, evidence, refused
from tests.evaluation.test_runner import START

HOSTILE = '<script>alert("1")</script><img src=x onerror=alert(2)>'
PEOPLE = "Twelve people take part."
ASKED = date(2022, 3, 30)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def _question(name: str, text: str, expect: Expect, kind: str = "answerable") -> Question:
    return Question(name, kind, text, expect, as_of=ASKED)


QUESTIONS = (
    _question("right", "when do the talks start?", Expect("answered", answers=("29 March 2022",))),
    _question("wrong", f"how many take part? {HOSTILE}", Expect("answered", answers=("Twenty",))),
    _question("lost", "who leads the talks?", Expect("answered", answers=("Anna Berg",))),
    _question("shy", "where are they?", Expect("answered", answers=("Istanbul",))),
    _question("bold", "what did they cost?", Expect("not_found"), kind="unanswerable"),
    _question("broken", "is it out?", Expect("answered", answers=("yes",))),
)


def _news() -> Scripted:
    people = answered(PEOPLE, [cite(1, TALKS, PEOPLE)], evidence=(evidence(TALKS), evidence(UPDATE, rank=2)))
    return Scripted(
        {
            QUESTIONS[0].question: answered(START, [cite(1, TALKS, START)]),
            QUESTIONS[1].question: people,
            QUESTIONS[2].question: answered(PEOPLE, [cite(1, TALKS, PEOPLE)]),
            QUESTIONS[3].question: refused(evidence=(evidence(TALKS),), nearest=cite(1, TALKS, START)),
            QUESTIONS[4].question: answered(PEOPLE, [cite(1, TALKS, PEOPLE)]),
            QUESTIONS[5].question: EvalError("it is out"),
        }
    )


@pytest.fixture
def held(tmp_path: Path) -> Path:
    return run(Plan("squad2/answer", questions=QUESTIONS, folder=tmp_path / "runs"), _news())


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return run(Plan("mine", questions=QUESTIONS, folder=tmp_path / "runs"), _news())


def _measured(system: str, contained: float, seconds: float) -> Measured:
    names = [str(number) for number in range(10)]
    values = {"contained": dict.fromkeys(names, contained), "seconds": dict.fromkeys(names, seconds)}
    return Measured("squad2/answer", system=system, settings=f"{system} <1.0>", n=10, asked=10, values=values)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "peers.json"
    peering.write(
        path,
        [_measured("dateline", 1.0, 4.0), _measured("llamaindex", 0.0, 2.0)],
        made={"day": "2026-11-23", "commit": "abc1234", "machine": "2 cores"},
    )
    return path


class _Reader(HTMLParser):
    """Remembers every tag with its attributes, and the text inside ``mark``."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag == "mark"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.marked.append(data)
        self._inside = False


def _read(path: Path) -> _Reader:
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_every_failure_is_there_with_the_quote_marked_in_its_passage(held: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    reporting.write_page(out, reporting.gathered([held]))
    text = out.read_text(encoding="utf-8")
    for shown in ("who leads the talks?", "where are they?", "what did they cost?", "is it out?", "Anna Berg"):
        assert shown in text
    assert "when do the talks start?" not in text
    assert _read(out).marked == [PEOPLE, PEOPLE, START, PEOPLE]


def test_the_page_loads_nothing_and_runs_nothing(held: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    reporting.write_page(out, reporting.gathered([held]))
    for tag, attributes in _read(out).tags:
        assert tag not in {"script", "link", "img", "iframe", "object", "base", "image", "use"}
        assert not any(name.startswith("on") or name in {"src", "srcset"} for name in attributes)
        assert str(attributes.get("href", "#")).startswith(("#", "https://paper.example/"))
    assert "url(" not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "way", "where"),
    [
        pytest.param("wrong", "wrong answer", "passages hold the gold, the answer does not", id="read wrongly"),
        pytest.param("lost", "wrong answer", "no passage holds the gold", id="not found"),
        pytest.param("shy", "refused wrongly", "passages hold the gold, the answer does not", id="found, refused"),
        pytest.param("bold", "should have refused", "", id="answered what it should have refused"),
        pytest.param("broken", "failed", "", id="failed"),
    ],
)
def test_a_failure_says_in_which_way_and_where(held: Path, name: str, way: str, where: str) -> None:
    found = {one.id: one for one in reporting.gathered([held]).runs[0].failures}
    assert set(found) == {"wrong", "lost", "shy", "bold", "broken"}
    assert (found[name].way, found[name].where) == (way, where)


def test_a_citation_outside_the_passages_is_shown_by_itself() -> None:
    cited = cite(1, TALKS, PEOPLE)
    answer = answered(PEOPLE, [cited], evidence=(evidence(UPDATE),)).to_dict()
    quoted = failures._quoted(answer["citations"][0], answer["evidence"], "[1]")
    assert quoted.mark.text[quoted.mark.start : quoted.mark.end] == quoted.mark.text == PEOPLE


def test_answers_are_grouped_by_the_age_of_what_they_cite(held: Path) -> None:
    ages = reporting.gathered([held]).runs[0].ages
    assert {name: figure.n for name, figure in ages.items()} == {"undated": 4}  # the fake has no ages


def test_a_page_with_texts_of_others_is_not_written_into_a_repository(held: Path, own: Path, tmp_path: Path) -> None:
    (tmp_path / "here" / ".git").mkdir(parents=True)
    inside = tmp_path / "here" / "report.html"
    with pytest.raises(EvalError, match="belong"):
        reporting.write_page(inside, reporting.gathered([held]))
    assert not inside.exists()
    reporting.write_page(inside, reporting.gathered([own]))
    assert inside.exists()


def test_the_summary_holds_figures_and_no_text(held: Path, table: Path) -> None:
    said = reporting.summary(reporting.gathered([held], peers=table))
    assert "right wording within forty words" in said
    assert "squad2/answer" in said
    for question in QUESTIONS:
        assert question.question not in said
    assert PEOPLE not in said


def test_the_summary_says_where_it_is_better_and_where_worse(held: Path, table: Path) -> None:
    said = reporting.summary(reporting.gathered([held], peers=table))
    assert (
        "- Beside LlamaIndex: better in right wording within forty words (+1.00, +1.00 to +1.00, n 10)."
        " Worse in seconds an answer (+2.00, +2.00 to +2.00, n 10). Not told apart: nothing."
    ) in said


def test_the_summary_goes_between_the_marks(held: Path, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{digest.BEGIN}\nformer figures\n{digest.END}\nafter\n", encoding="utf-8")
    found = CliRunner().invoke(commands.app, ["report", str(held), "--markdown", str(readme)])
    assert found.exit_code == 0, found.output
    text = readme.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{digest.BEGIN}\n")
    assert text.endswith(f"{digest.END}\nafter\n")
    assert "former figures" not in text
    assert "short answer F1" in text
    reporting.write_summary(readme, reporting.gathered([held]))
    assert readme.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "text",
    ["no marks", digest.BEGIN, f"{digest.END}{digest.BEGIN}", f"{digest.BEGIN}{digest.END}{digest.END}"],
    ids=["none", "one", "the wrong way round", "three"],
)
def test_a_file_without_the_marks_is_left_alone(held: Path, tmp_path: Path, text: str) -> None:
    path = tmp_path / "README.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvalError, match="marks"):
        reporting.write_summary(path, reporting.gathered([held]))
    assert path.read_text(encoding="utf-8") == text


def test_the_readme_has_the_marks_and_no_text_of_a_set_between_them() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert text.count(digest.BEGIN) == text.count(digest.END) == 1
    between = text.partition(digest.BEGIN)[2].partition(digest.END)[0]
    assert "95 % bootstrap intervals" in between
    assert "?" not in between  # a question of a set would have one


def test_a_file_that_is_no_table_of_peers_is_named(held: Path) -> None:
    with pytest.raises(EvalError, match="make peers"):
        reporting.gathered([held], peers=held)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"], timeout=240_000)
        yield chromium
        chromium.close()


@pytest.mark.browser
@pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="Chromium is not at /usr/bin/chromium")
@pytest.mark.parametrize(("width", "look"), [(1280, "light"), (390, "dark")], ids=["desktop, light", "phone, dark"])
def test_axe_finds_no_fault_and_nothing_overflows(
    browser: Any, held: Path, own: Path, table: Path, tmp_path: Path, width: int, look: str
) -> None:
    out = tmp_path / "report.html"
    reporting.write_page(out, reporting.gathered([held, own], peers=table))
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=look)
    context.set_default_timeout(240_000)
    try:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(out.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(held => { held.open = true })")
        page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
        found = page.evaluate("levels => axe.run(document, {runOnly: {type: 'tag', values: levels}})", LEVELS)
        assert found["passes"], "axe looked at nothing"
        assert [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert asked == [out.as_uri()]
    finally:
        context.close()
