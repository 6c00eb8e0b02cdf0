"""The rules by which an answer to a case is right; and that the reference scorer of a folder says the same."""

from __future__ import annotations

import importlib.util
import itertools
import os
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from qa.evaluation.cases.rows import Row, Said, Shown, line, load
from qa.evaluation.cases.scoring import false_yes, faults, has

ROOT = Path(os.environ.get("DATELINE_CASES", ""))


def row(**given: object) -> Row:
    held: dict = {"kind": "ask", "question": "how many?", "as_of": None, "after": (), "status": ("answered",)}
    held |= {"verdict": None, "must": (), "must_not": (), "must_not_text": (), "want": "", "why": ""}
    return Row(**{**held, **given})


@pytest.mark.parametrize(
    ("text", "words", "stands"),
    [
        pytest.param("the 11 crew", "11", True, id="a number alone"),
        pytest.param("the 111 crew", "11", False, id="a number in a longer one"),
        pytest.param("1,011 crew", "011", False, id="behind a comma of thousands"),
        pytest.param("11.5 metres", "11", False, id="before its decimals"),
        pytest.param("It was 11.", "11", True, id="before the full stop"),
        pytest.param("Łukasz Søder", "lukasz soder", True, id="letters with strokes"),
        pytest.param("“we  go”", '"we go"', True, id="kinds of quotation mark and blank"),
        pytest.param("co\u00adope\u200brate", "cooperate", True, id="signs that nobody sees"),
        pytest.param("twenty\u2011two", "twenty-two", True, id="kinds of dash"),
        pytest.param("unpaid", "paid", False, id="a part of a word"),
    ],
)
def test_words_stand_as_whole_words(text: str, words: str, stands: bool) -> None:
    assert has(text, words) is stands


@pytest.mark.parametrize(
    ("gold", "shown", "found"),
    [
        pytest.param({"must": (("11", "eleven"),)}, Shown("answered", "", "Eleven did."), (), id="one of a group"),
        pytest.param({"must": (("11",),)}, Shown("answered", "", "Some.", ("It was 11.",)), (), id="in a quote"),
        pytest.param({"must": (("11",),)}, Shown("answered", "12", "12"), ("lacks ['11']",), id="in none"),
        pytest.param({"must": (("11",),)}, Shown("not_found"), ("status not_found",), id="refused against the gold"),
        pytest.param(
            {"status": ("answered", "not_found"), "must": (("11",),), "verdict": "yes"},
            Shown("not_found", "", "The archive does not say."),
            (),
            id="a refusal that is allowed needs nothing",
        ),
        pytest.param(
            {"must_not": ("^14",)}, Shown("answered", "14, later 11"), ("short answer has '^14'",), id="begins"
        ),
        pytest.param({"must_not": ("^14",)}, Shown("answered", "140 of them"), (), id="begins with a longer number"),
        pytest.param(
            {"must_not": ("^mayor",)}, Shown("answered", "The mayor"), ("short answer has '^mayor'",), id="article"
        ),
        pytest.param({"must_not": ("=Voll",)}, Shown("answered", "Voll."), ("short answer has '=Voll'",), id="alone"),
        pytest.param({"must_not": ("=Voll",)}, Shown("answered", "Voll and Rask"), (), id="not alone"),
        pytest.param(
            {"must_not": ("14",)}, Shown("answered", "11", "first 14, then 11"), (), id="only the short answer"
        ),
        pytest.param({"must_not_text": ("14",)}, Shown("answered", "11", "first 14"), ("shows '14'",), id="the text"),
        pytest.param({"verdict": "no"}, Shown("answered", "Yes, it did"), ("verdict yes",), id="the wrong verdict"),
        pytest.param({"verdict": "no"}, Shown("answered", "It did not"), ("no verdict",), id="no verdict"),
        pytest.param({"verdict": "not_said"}, Shown("answered", "It was planned"), (), id="not said, and none given"),
        pytest.param({"verdict": "not_said"}, Shown("answered", "No."), ("verdict no",), id="not said, and no given"),
        pytest.param(
            {"verdict": "disputed"}, Shown("answered", "Yes."), ("verdict yes, one side only",), id="one side"
        ),
        pytest.param({"verdict": "disputed"}, Shown("answered", "Yes, says one"), (), id="a side with its speaker"),
    ],
)
def test_an_answer_is_right_or_it_is_said_why_not(gold: dict, shown: Shown, found: tuple[str, ...]) -> None:
    assert faults(row(**gold), shown) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param((Said("“We will not sell,” he said.", "Ole Dahl"),), (), id="in quotation marks"),
        pytest.param((Said("We will not sell. Never.", "Ole Dahl"),), (), id="a sentence of it"),
        pytest.param((Said("We will not sell today.", "Ole Dahl"),), ("not found: 'We will not sell'",), id="longer"),
        pytest.param((Said("We will not sell.", "Ida Moe"),), ("not found: 'We will not sell'",), id="another's"),
        pytest.param(
            (Said("We will not sell.", "Ole Dahl"), Said("It is dead", "Dahl")),
            ("wrongly given: 'is dead'",),
            id="what is not theirs",
        ),
        pytest.param(
            (Said("We will not sell.", "Ole Dahl"), Said("It is dead", "Ole Dahl", through="Ida Moe")),
            (),
            id="what another passes on is not their own",
        ),
        pytest.param(
            (Said("We will not sell.", "Ole Dahl"), Said("It is dead", "Dahl, quoting Moe")), (), id="what they pass on"
        ),
    ],
)
def test_who_said_what(said: tuple[Said, ...], found: tuple[str, ...]) -> None:
    gold = row(kind="quotes", status=(), speaker=("Dahl",), verbatim=("We will not sell",), not_verbatim=("is dead",))
    assert faults(gold, Shown(said=said)) == found


@pytest.mark.parametrize(
    ("verdict", "short", "false"),
    [
        ("no", "Yes, 14", True),
        ("not_said", "Yes", True),
        ("disputed", "Yes.", True),
        ("disputed", "Yes, says one", False),
        ("yes", "Yes", False),
        ("no", "Yesterday", False),
        (None, "Yes", False),
    ],
)
def test_a_false_yes(verdict: str | None, short: str, false: bool) -> None:
    assert false_yes(row(verdict=verdict), Shown("answered", short)) is false


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cases_score", ROOT / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module, written = importlib.util.module_from_spec(spec), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = written
    return module


def invented(gold: Row, every: list[str], chance: random.Random) -> Shown:
    """An answer made of gold words, right and wrong, so that every rule is met and broken."""
    own = [words for group in gold.must for words in group] + list(gold.must_not_text)
    own += [entry.lstrip("^=") for entry in gold.must_not] + [gold.want, *gold.verbatim, *gold.not_verbatim]
    words = [*own, *own, *chance.sample(every, 3), "Yes", "No", "The", ""]

    def some(count: int) -> str:
        return chance.choice((" ", ", ", ". ", " “")).join(chance.choices(words, k=count))

    said = [
        Said(some(2), chance.choice([*gold.speaker, "Somebody", "X, quoting Y"]), chance.choice(["", "", "Z"]))
        for _ in range(2 * (gold.kind == "quotes"))
    ]
    return Shown(
        chance.choice(["answered", "conflicting", "not_found", ""]),
        some(chance.choice([0, 1, 1, 2])),
        some(3),
        (some(1), some(2)),
        said=tuple(said),
    )


@pytest.mark.skipif(
    not (os.environ.get("DATELINE_CASES") and (ROOT / "score.py").is_file()),
    reason="DATELINE_CASES names no folder of cases with a reference scorer",
)
def test_the_reference_scorer_says_the_same() -> None:
    reference, chance = scorer(), random.Random(5)
    golds = [one for path in sorted(ROOT.glob("*/questions.jsonl")) for one in load(path)]
    raw = [held for path in sorted(ROOT.glob("*/questions.jsonl")) for held in reference.lines(path)]
    every = [words for one in golds for group in one.must for words in group]
    seen = set()
    for (gold, held), _ in itertools.product(zip(golds, raw, strict=True), range(20)):
        shown = invented(gold, every, chance)
        answer = line("case", gold, shown)
        mine, theirs = list(faults(gold, shown)), list(reference.faults(held, answer))
        assert sorted(mine) == sorted(theirs), (gold.question, answer)
        assert false_yes(gold, shown) == reference.is_false_yes(held, answer)
        seen |= {fault.split()[0] for fault in mine}
    assert {"status", "verdict", "lacks", "short", "shows", "not", "wrongly", "no"} <= seen
