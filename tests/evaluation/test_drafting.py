"""Questions proposed from an archive: what is proposed, and what a person's decisions leave behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qa import ingest
from qa.errors import IndexMissing
from qa.evaluation import commands, drafting, own, sets
from qa.evaluation.drafting import Decision, Ledger, Proposal
from qa.llm import ScriptedModel
from qa.types import Article

FINE = "The court in Velm fined Lagra Chemicals 1.1 million crowns on appeal last year."
SAID = "“We will open the bridge before the winter,” the minister Ana Ruiz said in Velm yesterday."


def _article(name: str, body: str, **options: object) -> Article:
    about = {"url": f"https://paper.example/{name}", "published": date(2024, 3, 1), "headline": "Court fines Lagra"}
    return Article(name, body=body, **{**about, **options})  # type: ignore[arg-type]


def _one(body: str, **options: object) -> Proposal:
    (found,) = drafting.proposals([_article("a", body, **options)], 5)
    return found


@pytest.mark.parametrize(
    ("body", "kind", "answer"),
    [
        pytest.param(FINE, "money", "1.1 million crowns", id="an amount"),
        pytest.param(SAID, "speaker", "Ana Ruiz", id="a speaker"),
        pytest.param(
            "Ana Ruiz will leave the ministry in Velm on 12 April 2024 for good.", "date", "12 April 2024", id="a day"
        ),
        pytest.param("The ministry in Velm says that 34% of the town has no water.", "percent", "34%", id="a share"),
    ],
)
def test_a_sentence_with_a_value_is_a_proposal_with_its_gold(body: str, kind: str, answer: str) -> None:
    found = _one(body)
    assert (found.kind.replace("number", "money"), found.answer) == (kind, answer)
    question = found.to_question()
    assert question.expect.quotes[0].quote == body
    assert sets.validate([question], [found.article]) == []
    assert question.as_of == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("body", "options"),
    [
        pytest.param(
            "He was fined 1.1 million crowns by the court in Velm last year.", {}, id="leans on another sentence"
        ),
        pytest.param("Lagra paid 1 million crowns.", {}, id="too short"),
        pytest.param("The court in Velm fined Lagra about 1.1 million crowns on appeal last year.", {}, id="hedged"),
        pytest.param(FINE, {"kind": "opinion"}, id="an opinion"),
        pytest.param(FINE, {"published": None}, id="undated"),
        pytest.param("The court in Velm was full of people who had come from afar.", {}, id="nothing to ask for"),
    ],
)
def test_nothing_is_proposed(body: str, options: dict[str, object]) -> None:
    assert drafting.proposals([_article("a", body, **options)], 5) == []


def test_the_sample_archive_gives_varied_proposals_whose_gold_holds() -> None:
    articles = [held for held in ingest.read([own.folder() / "sample"]) if isinstance(held, ingest.Read)]
    plain = [held.article if hasattr(held, "article") else held for held in articles]
    found = drafting.proposals(plain, 20)  # type: ignore[arg-type]
    assert len(found) == 20
    assert len({one.article.id for one in found}) == 20
    assert len({one.kind for one in found}) >= 4
    assert sets.validate([one.to_question() for one in found], plain) == []  # type: ignore[arg-type]
    assert found == drafting.proposals(reversed(plain), 20)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        pytest.param("How much was Lagra Chemicals fined?", "How much was Lagra Chemicals fined?", id="a question"),
        pytest.param("Was Lagra fined 1.1 million crowns in Velm?", None, id="gives the answer away"),
        pytest.param("Lagra Chemicals was fined in Velm.", None, id="no question"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_what_the_model_writes_is_taken_only_where_it_is_usable(reply: str, asked: str | None) -> None:
    plain = _one(FINE)
    assert drafting.phrased(plain, ScriptedModel([reply])).question == (asked or plain.question)


def _answers(*decisions: Decision) -> Iterator[Decision]:
    yield from decisions
    pytest.fail("a proposal was shown again")


def test_a_review_goes_on_where_it_stopped(tmp_path: Path) -> None:
    bodies = [
        f"The court in Velm fined {name} Chemicals {n} million crowns on appeal last year."
        for n, name in enumerate(("Lagra", "Halden", "Tarrow", "Quist"), start=2)
    ]
    held = drafting.proposals([_article(str(place), body) for place, body in enumerate(bodies)], 9)
    ledger = Ledger(tmp_path / "mine.jsonl")
    first = _answers(
        Decision("accept", question="How much?", answers=("2m", "two million")), Decision("skip"), Decision("stop")
    )
    assert drafting.review(held, ledger, lambda _: next(first)) == (1, 1)
    (kept,) = sets.load(ledger.path)
    assert (kept.id, kept.question, kept.expect.answers, kept.expect.values) == (
        held[0].id,
        "How much?",
        ("2m", "two million"),
        (),
    )
    shown: list[Proposal] = []

    def accept(proposal: Proposal) -> Decision:
        shown.append(proposal)
        return Decision("accept")

    assert drafting.review(held, ledger, accept) == (2, 0)
    assert shown == held[2:]
    assert [one.id for one in sets.load(ledger.path)] == [held[0].id, held[2].id, held[3].id]
    assert drafting.review(held, ledger, accept) == (0, 0)


def test_an_index_that_is_not_there_is_named(tmp_path: Path) -> None:
    words: Sequence[str] = ["draft", str(tmp_path / "mine.jsonl"), "--index", str(tmp_path / "none"), "--no-model"]
    found = CliRunner().invoke(commands.app, list(words))
    assert isinstance(found.exception, IndexMissing)


def test_the_terminal_edits_accepts_and_stops_at_the_end_of_the_input(tmp_path: Path) -> None:
    import typer

    from qa.evaluation.asking import ask_person

    decisions: list[Decision] = []
    app = typer.Typer()

    @app.command()
    def show() -> None:
        decisions.extend([ask_person(_one(FINE)), ask_person(_one(SAID))])

    typed = "e\nHow much was Lagra fined?\nw\n1.1 million | 1,100,000 crowns\nx\na\n"
    found = CliRunner().invoke(app, [], input=typed)
    assert found.exit_code == 0, found.output
    assert FINE in found.output
    assert decisions == [
        Decision("accept", question="How much was Lagra fined?", answers=("1.1 million", "1,100,000 crowns")),
        Decision("stop"),
    ]
