"""The time of one question: every stage takes from it, and where it is over the reader is told so in words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa import NewsQA
from qa.budget import UNBOUNDED, Budget
from qa.encoders import HashEncoder, Vectors
from qa.errors import OutOfTime
from qa.llm import ScriptedModel
from qa.settings import Settings
from qa.types import Answer

TEXT = "Crews are on Tarn Island. They {verb} 17 crates of mail from the Petrel on Sunday, the coast guard said. {more}"
ARTICLES = [
    {
        "url": f"https://{outlet}.example/ferry", "title": f"{outlet}: mail of the ferry Petrel", "outlet": outlet,
        "published": "2022-03-20", "text": TEXT.format(verb="recovered", more=more),
    }
    for outlet, more in (
        ("wire", "The harbour master spoke of a long night. Schools will open as usual, and so will the town hall."),
        ("post", "Divers from the mainland are to look at the hull. The owner has a second ship, built in 1998."),
    )
]  # fmt: skip
WORDED = "Crews recovered 17 crates of mail from the Petrel on Sunday."
MAIL = "how many crates of mail were recovered from the Petrel"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("budget")
    (root / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        assert news.ingest(root / "articles.jsonl").added == 2
    return root / "index"


class Clock:
    """The clock of budgets: it goes on when a component says how long it took."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    monkeypatch.setattr("qa.budget.time", one)
    return one


class Slow(HashEncoder):
    """The encoder of the tests; its ``slow``-th call takes a minute."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock, self.slow = clock, 0

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.slow -= 1
        self.clock.now += 60 if self.slow == 0 else 0
        return super().encode_passages(texts)


class Hanging(ScriptedModel):
    """A model that writes nothing for a minute, and then nothing either."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(default="late")
        self.clock, self.go = clock, threading.Event()

    def stream(self, *args: Any, **options: Any) -> Iterator[str]:
        self.clock.now += 60
        assert self.go.wait(600)
        yield "late"


def asked(news: NewsQA, budget: Budget) -> Answer:
    *_, last = news.stream(MAIL, as_of="2022-03-28", budget=budget)
    assert isinstance(last, Answer)
    return last


@pytest.mark.parametrize(
    ("slow", "before"),
    [(1, "the passages found were read"), (2, "their sentences were ranked")],
    ids=["the search", "the choice of sentences"],
)
def test_a_stage_that_takes_all_the_time_ends_the_question_in_words(
    folder: Path, clock: Clock, slow: int, before: str
) -> None:
    encoder = Slow(clock)
    with NewsQA.open(folder, encoder=encoder, settings=Settings(llm="none"), read_only=True) as news:
        assert asked(news, Budget.of(50)).status == "answered"
        encoder.slow = slow
        with pytest.raises(OutOfTime, match=before):
            asked(news, Budget.of(50))


def test_where_only_the_reserve_is_left_an_answer_goes_without_what_it_can_do_without(
    folder: Path, clock: Clock
) -> None:
    cited, hanging = {}, Hanging(clock)
    for name, model in {
        "quick": ScriptedModel(default=WORDED),
        "slow": hanging,
    }.items():
        with NewsQA.open(folder, encoder=HashEncoder(), model=model, settings=Settings(llm="none")) as news:
            answer = asked(news, Budget.of(1e6, reserve=1e6 - 30))
        assert (answer.status, answer.mode) == ("answered", "model" if name == "quick" else "extractive")
        cited[name] = {citation.article.outlet for citation in answer.citations}
    hanging.go.set()
    assert cited["quick"] == {"wire", "post"}
    assert len(cited["slow"]) == 1


def test_no_budget_is_no_limit() -> None:
    UNBOUNDED.spend("anything")
    assert (UNBOUNDED.bounded, UNBOUNDED.short, UNBOUNDED.models.bounded) == (False, False, False)
