"""Articles read alone: what counts as saying otherwise, and what is never asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from qa import NewsQA, apart, questions
from qa.apart import Standing
from qa.encoders import HashEncoder
from qa.errors import ModelUnavailable
from qa.extracts import Extract
from qa.generate import Draft
from qa.llm import ScriptedModel
from qa.settings import Settings
from qa.types import Answer
from tests.making import article, extract

QUESTION = "How many crates of mail were recovered from the ferry Petrel?"
POST = "Divers recovered 17 crates of mail from the ferry Petrel."
ECHO = "The coast guard counted 23 crates of mail that were recovered from the ferry Petrel."
STAR = "In all 31 crates of mail were recovered from the ferry Petrel, the owner said."
DAY = date(2022, 3, 28)


def held(id: str, text: str, *, published: date | None = DAY) -> Extract:
    return extract(article(text, id=id, outlet=f"Outlet {id}", published=published), text)


def sure(phrase: str, *, least: float | None = 0.9, answerable: float | None = 0.9) -> Draft:
    return Draft(phrase, answerable=answerable, least=least)


class Asked:
    """Answers for each article what it was told to, and remembers which were asked."""

    def __init__(self, drafts: Mapping[str, Draft | None]) -> None:
        self.drafts = drafts
        self.asked: list[str] = []

    def __call__(self, group: Sequence[Extract]) -> Draft | None:
        self.asked.append(group[0].article.id)
        return self.drafts[group[0].article.id]


def disputed(
    drafts: Mapping[str, Draft | None],
    *others: Extract,
    phrase: str = "17",
    least: float = 0.9,
    question: str = QUESTION,
    first: str = POST,
) -> tuple[list[str], str, Asked]:
    """Return the values that stand against each other, of which kind that is, and what was asked."""
    query = questions.analyse(question, as_of=date(2022, 4, 30))
    own = held("post", first)
    asked = Asked(drafts)
    found = apart.disputed(query, Standing(own, phrase=phrase, least=least), [own, *others], asked)
    if found is None:
        return [], "", asked
    return [getattr(one.values[0], "text", one.values[0]) for one in found.claims], found.kind, asked


def test_an_article_that_answers_otherwise_by_itself_is_a_side() -> None:
    values, kind, _ = disputed({"echo": sure("23 crates")}, held("echo", ECHO))
    assert kind == "conflict"
    assert [value.split()[0] for value in values] == ["17", "23"]


@pytest.mark.parametrize(
    "draft",
    [
        pytest.param(sure("23 crates", least=0.6), id="a token is unsure"),
        pytest.param(sure("23 crates", least=None), id="how sure is not known"),
        pytest.param(sure("23 crates", answerable=0.5), id="not stated"),
        pytest.param(sure("23 crates", answerable=None), id="whether it is stated is not known"),
        pytest.param(sure("29 crates"), id="not in its sentences"),
        pytest.param(sure("the coast guard"), id="of another kind"),
        pytest.param(sure("The coast guard counted 23 crates of mail"), id="too long to compare"),
        pytest.param(sure("17 crates"), id="the same"),
        pytest.param(None, id="no time left"),
    ],
)
def test_what_does_not_count(draft: Draft | None) -> None:
    assert disputed({"echo": draft}, held("echo", ECHO))[0] == []


def test_what_holds_the_answer_or_is_of_its_story_or_far_is_not_asked() -> None:
    same = held("same", "The 17 crates of mail that were recovered from the ferry Petrel are dry.")
    far = held("far", "Karvel's mayor opened 23 gardens.")
    assert disputed({}, same, far)[2].asked == []


def test_no_more_than_so_many_articles_are_asked_and_none_without_time() -> None:
    drafts: dict[str, Draft | None] = {f"a{n}": sure("nothing") for n in range(9)}
    others = [held(f"a{n}", STAR) for n in range(9)]
    assert len(disputed(drafts, *others)[2].asked) == apart.MOST
    assert len(disputed(dict.fromkeys(drafts), *others)[2].asked) == 1


def test_an_unsure_answer_is_no_side() -> None:
    drafts = {"echo": sure("23 crates"), "star": sure("31 crates")}
    values, kind, _ = disputed(drafts, held("echo", ECHO), held("star", STAR), least=0.3)
    assert kind == "conflict"
    assert {value.split()[0] for value in values} == {"23", "31"}
    assert disputed(drafts, held("echo", ECHO), least=0.3)[0] == []


def test_what_is_said_a_week_later_is_an_update() -> None:
    question = "When does the Karvel bridge open?"
    first, later = "The Karvel bridge opens on 5 May.", "The Karvel bridge opens on 9 May, the mayor said."
    other = held("echo", later, published=date(2022, 4, 9))
    values, kind, _ = disputed({"echo": sure("9 May")}, other, phrase="5 May", question=question, first=first)
    assert (values, kind) == (["5 May", "9 May"], "update")


def test_names_are_held_against_each_other_and_another_form_is_none() -> None:
    question = "Who won the Karvel regatta?"
    first, other = "Mira Dorn won the Karvel regatta.", "The Karvel regatta was won by Ada Polat on Sunday."
    found = disputed(
        {"echo": sure("Ada Polat")}, held("echo", other), phrase="Mira Dorn", question=question, first=first
    )
    assert found[:2] == (["Mira Dorn", "Ada Polat"], "conflict")
    other = "The Karvel regatta was won by Ms Dorn on Sunday."
    assert disputed(
        {"echo": sure("Ms Dorn")}, held("echo", other), phrase="Mira Dorn", question=question, first=first
    )[0] == []  # fmt: skip


def test_why_and_what_are_not_compared() -> None:
    question = "Why were crates of mail recovered from the ferry Petrel?"
    assert disputed({}, held("echo", ECHO), question=question)[2].asked == []


WON = "Who won the Karvel regatta?"
DORN = "Mira Dorn won the Karvel regatta, the harbour office said."
POLAT = "The Karvel regatta was won by Ada Polat, whose boat is new."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("apart")
    lines = [
        {"url": f"https://{name}.example/regatta", "title": "Karvel regatta", "published": "2022-03-20",
         "outlet": name.title(), "text": text}
        for name, text in {"post": DORN, "echo": POLAT}.items()
    ]  # fmt: skip
    (root / "articles.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(root / "articles.jsonl").added == 2
    return root / "index"


def asked(folder: Path, model: ScriptedModel) -> Answer:
    with NewsQA.open(folder, encoder=HashEncoder(), model=model, settings=Settings(llm="none")) as news:
        return news.ask(WON, as_of="2022-03-28")


def test_both_sides_are_shown_where_the_archive_has_two(folder: Path) -> None:
    answer = asked(folder, ScriptedModel(["Mira Dorn", "Ada Polat"], yes=[0.9], least=0.9))
    assert answer.status == "conflicting"
    assert {side.value for side in answer.sides} == {"Mira Dorn", "Ada Polat"}
    assert DORN[:-1] in answer.text
    assert POLAT[:-1] in answer.text
    assert answer.trace.notes == ()


def test_a_model_that_is_sure_of_nothing_starts_no_conflict(folder: Path) -> None:
    answer = asked(folder, ScriptedModel(["Mira Dorn", "Ada Polat"], yes=[0.9], least=0.6))
    assert (answer.status, answer.short_answer) == ("answered", "Mira Dorn")


def test_a_model_that_fails_at_the_second_article_loses_nothing(folder: Path) -> None:
    model = ScriptedModel(["Mira Dorn", ModelUnavailable("gone")], yes=[0.9], least=0.9)
    answer = asked(folder, model)
    assert (answer.status, answer.short_answer, answer.mode) == ("answered", "Mira Dorn", "extractive")
    assert any("gone" in note for note in answer.trace.notes)


def test_a_back_end_that_does_not_tell_is_asked_once(folder: Path) -> None:
    model = ScriptedModel(["Mira Dorn"], yes=[0.9])
    assert asked(folder, model).status == "answered"
    assert [call.kind for call in model.history] == ["stream", "yes"]
