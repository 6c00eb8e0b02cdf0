"""The public sets, by their protocols: RealTime QA, SQuAD 2, RGB, WiCE, MEANTIME.

Each function gives one row of a table: what is indexed, what is asked, and how words are normalised when scored. The
data are found through ``DATELINE_BENCH`` and are never part of Dateline.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal

from qa import dates
from qa.evaluation import bench, metrics
from qa.evaluation.bench import Document, lowest
from qa.evaluation.retrieval import Query
from qa.evaluation.runner import QUICK, Half, digest, half_of
from qa.evaluation.sets import Expect, GoldQuote, GoldSide, Kind, Question

Size = Literal["quick", "full", "whole"]
"""*quick*: the 40 items of lowest sha256(id) of each row. *full*: what the sets' own description demands.
*whole*: every item that there is."""

SPLITS = ("2022gold", "2023s")
NOISES = (0.0, 0.2, 0.4, 0.6, 0.8)
SNIPPETS = 5
LATER = timedelta(days=180)
"""How much later a question without a time word is asked again: a time prior must not turn into a filter."""

_SQUAD_FULL = 100
_RGB_FULL = 50


@dataclass(frozen=True, slots=True)
class AskRow:
    """Questions over one index."""

    name: str
    documents: Sequence[Document] = field(kw_only=True)
    questions: tuple[Question, ...] = field(kw_only=True)
    normal: Literal["squad", "words"] = field(kw_only=True, default="words")


@dataclass(frozen=True, slots=True)
class SearchRow:
    """Searches over one index, without a language model."""

    name: str
    documents: Sequence[Document] = field(kw_only=True)
    queries: tuple[Query, ...] = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Questions each over documents of its own, by question id: the reader without the search."""

    name: str
    documents: Mapping[str, Sequence[Document]] = field(kw_only=True)
    questions: tuple[Question, ...] = field(kw_only=True)
    normal: Literal["squad", "words"] = field(kw_only=True, default="words")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the text that may support it, and the gold label."""

    id: str
    claim: str
    text: str
    supported: bool


@dataclass(frozen=True, slots=True)
class TimedText:
    """A text with its date and its gold time expressions: (start, end, value)."""

    id: str
    half: Half
    text: str
    written: date
    gold: tuple[tuple[int, int, str], ...]
    dateline: tuple[int, int] | None


def _size(identifiers: Sequence[str], size: Size, full: int | None = None) -> set[str]:
    count = {"quick": QUICK, "full": full, "whole": None}[size]
    return set(identifiers if count is None else lowest(identifiers, count))


def _day(text: str) -> date:
    """Return a day written year first or, as one text of MEANTIME has it, day first."""
    parts = text.replace("/", "-").split("-")
    return date.fromisoformat("-".join(parts if len(parts[0]) == len("2009") else reversed(parts)))


# RealTime QA ----------------------------------------------------------------------------------------------------------


def _realtimeqa(split: str) -> tuple[list[Document], list[dict[str, Any]], Mapping[str, Any]]:
    prefix = f"realtimeqa/public_{split}"
    documents = [
        Document(
            held["id"],
            {
                "url": held["url"],
                "title": held["title"] or "",
                "published": held["published"].replace("/", "-"),
                "text": held["text"],
            },
        )
        for held in bench.lines(f"{prefix}.docs.jsonl.gz")
    ]
    abstain = json.loads((bench.root() / f"{prefix}.abstain.json").read_text(encoding="utf-8"))
    return documents, bench.lines(f"{prefix}.queries.jsonl.gz"), abstain


def has_time_word(question: str, asked: date) -> bool:
    """Whether a question names a time: those that do not are also asked later."""
    return bool(dates.resolve(question, asked))


def realtimeqa_retrieval(split: str, size: Size, *, later: bool = False) -> SearchRow:
    """Return the retrieval row: gold article (where the split has one), articles with the answer, answer hits.

    ``later`` keeps the questions without a time word and asks them 180 days later.
    """
    documents, queries, _ = _realtimeqa(split)
    chosen = _size([held["id"] for held in queries], size)
    made = []
    for held in queries:
        asked = _day(held["date"])
        timed = has_time_word(held["question"], asked)
        if held["id"] in chosen and not (later and timed):
            relevant = held["gold_doc_ids"] or held["answer_doc_ids"]
            query = Query(
                held["id"],
                question=held["question"],
                kind=("time word" if timed else "no time word") if not later else "no time word, later",
                as_of=asked + LATER if later else asked,
                relevant=frozenset(relevant),
                answers=tuple(held["answers"]) if held["answerable_lexical"] else (),
            )
            made.append(query)
    name = f"realtimeqa/{split}/{'later' if later else 'retrieval'}"
    return SearchRow(name, documents=documents, queries=tuple(made))


def realtimeqa_answer(split: str, size: Size) -> AskRow:
    """Return the answer and refusal row: the removed documents are out of the index for all of its questions."""
    documents, queries, abstain = _realtimeqa(split)
    removed = set(abstain["removed_doc_ids"])
    answerable = _size(abstain["answerable_ids"], size)
    silent = _size(abstain["unanswerable_by_removal"], size)
    made = []
    for held in queries:
        if held["id"] in answerable:
            expect = Expect(status="answered", answers=tuple(held["answers"]))
        elif held["id"] in silent:
            expect = Expect(status="not_found")
        else:
            continue
        kind: Kind = "answerable" if held["id"] in answerable else "unanswerable"
        asked = _day(held["date"])
        made.append(Question(held["id"], kind, held["question"], expect, as_of=asked))
    kept = [one for one in documents if one.id not in removed]
    return AskRow(f"realtimeqa/{split}/answer", documents=kept, questions=tuple(made))


# SQuAD 2 --------------------------------------------------------------------------------------------------------------


def _squad(size: Size) -> tuple[list[Document], list[dict[str, Any]]]:
    documents = [
        bench.document(held["id"], held["text"], name="squad2", title=held["title"].replace("_", " "))
        for held in bench.lines("squad2/docs.jsonl.gz")
    ]
    queries = bench.lines("squad2/queries.jsonl.gz")
    chosen: set[str] = set()
    for side in (True, False):
        chosen |= _size([held["id"] for held in queries if held["unanswerable"] is side], size, _SQUAD_FULL)
    return documents, [held for held in queries if held["id"] in chosen]


def squad2_answer(size: Size) -> AskRow:
    """Return the answer row: one index of all paragraphs; EM and F1 of the short answer, "" when refused."""
    documents, queries = _squad(size)
    made = [
        Question(
            held["id"],
            "unanswerable" if held["unanswerable"] else "answerable",
            held["question"],
            Expect("not_found") if held["unanswerable"] else Expect("answered", answers=tuple(held["answers"])),
        )
        for held in queries
    ]
    return AskRow("squad2/answer", documents=documents, questions=tuple(made), normal="squad")


def squad2_retrieval(size: Size) -> SearchRow:
    """Return the retrieval row: hit@k of the paragraph that a question was written on."""
    documents, queries = _squad(size)
    made = [
        Query(
            held["id"],
            question=held["question"],
            kind="unanswerable" if held["unanswerable"] else "answerable",
            relevant=frozenset({held["paragraph"]}),
            answers=tuple(held["answers"]),
        )
        for held in queries
    ]
    return SearchRow("squad2/retrieval", documents=documents, queries=tuple(made))


# RGB ------------------------------------------------------------------------------------------------------------------


def _wordings(answer: Any) -> tuple[str, ...]:
    """Return the gold wordings of an RGB answer: a text, or (nested) lists of alternatives."""
    return (answer,) if isinstance(answer, str) else tuple(text for item in answer for text in _wordings(item))


def _rgb(size: Size) -> list[dict[str, Any]]:
    held = bench.lines("rgb/en_fact.jsonl.gz")
    chosen = _size([str(item["id"]) for item in held], size, _RGB_FULL)
    return [item for item in held if str(item["id"]) in chosen]


def _snippets(item: Mapping[str, Any], texts: Sequence[str], label: str) -> list[Document]:
    """Return snippets as documents, in an order that does not tell which is which."""
    made = [bench.document(f"{item['id']}-{label}-{n}", text, name="rgb") for n, text in enumerate(texts)]
    return sorted(made, key=lambda one: digest(one.id))


def rgb_noise(noise: float, size: Size) -> ReadRow:
    """Return the reader row at a share of irrelevant snippets among five; missing right ones are filled with them."""
    wrong = math.ceil(SNIPPETS * noise)
    documents, made = {}, []
    for item in _rgb(size):
        right = item["positive"][: SNIPPETS - wrong]
        texts = [*right, *item["negative"][: SNIPPETS - len(right)]]
        documents[str(item["id"])] = _snippets(item, texts, f"noise{wrong}")
        made.append(_rgb_question(item, Expect(status="answered", answers=_wordings(item["answer"]))))
    return ReadRow(f"rgb/noise{noise:g}", documents=documents, questions=tuple(made))


def rgb_refusal(size: Size) -> ReadRow:
    """Return the reader row with irrelevant snippets only: all must be refused."""
    held = _rgb(size)
    documents = {str(i["id"]): _snippets(i, i["negative"][:SNIPPETS], "refusal") for i in held}
    made = tuple(_rgb_question(item, Expect(status="not_found")) for item in held)
    return ReadRow("rgb/refusal", documents=documents, questions=made)


def rgb_counterfactual(size: Size) -> ReadRow:
    """Return the reader row whose snippets are wrong: the gold is what they say, the true answer must not appear.

    The true answer can then only come from the model's memory.
    """
    documents, made = {}, []
    for item in _rgb(size):
        documents[str(item["id"])] = _snippets(item, item["positive_wrong"][:SNIPPETS], "wrong")
        expect = Expect(status="answered", answers=_wordings(item["fakeanswer"]), must_not=_wordings(item["answer"]))
        made.append(_rgb_question(item, expect))
    return ReadRow("rgb/counterfactual", documents=documents, questions=tuple(made))


def rgb_system(size: Size) -> AskRow:
    """Return the system row: one index of every snippet; right and wrong answer must be shown as sides apart."""
    documents: dict[str, Document] = {}
    for item in bench.lines("rgb/en_fact.jsonl.gz"):
        for label in ("positive", "positive_wrong", "negative"):
            for one in _snippets(item, item[label], label):
                documents[one.id] = one
    made = tuple(
        _rgb_question(item, Expect("conflicting", sides=(_side(item, "answer"), _side(item, "fakeanswer"))))
        for item in _rgb(size)
    )
    return AskRow("rgb/system", documents=list(documents.values()), questions=made)


def _side(item: Mapping[str, Any], name: str) -> GoldSide:
    return GoldSide(name, GoldQuote("", ""), answers=_wordings(item[name]))


def _rgb_question(item: Mapping[str, Any], expect: Expect) -> Question:
    kinds: Mapping[str, Kind] = {"answered": "answerable", "not_found": "unanswerable"}
    return Question(str(item["id"]), kinds.get(expect.status, "conflicting"), item["query"], expect)


# WiCE and MEANTIME ----------------------------------------------------------------------------------------------------


def wice_claims() -> list[Claim]:
    """Return WiCE's claims with evidence text: its first set of supporting sentences, else the eight most alike."""
    made = []
    for number, held in enumerate(bench.lines("wice/dev.jsonl.gz")):
        sets = [chosen for chosen in held["supporting_sentences"] if chosen]
        chosen = sorted(sets[0]) if sets else _most_alike(held["evidence"], held["claim"])
        text = " ".join(held["evidence"][place] for place in chosen).strip()
        if text:
            made.append(Claim(str(number), held["claim"], text, held["label"] == "supported"))
    return made


def _most_alike(sentences: Sequence[str], claim: str) -> list[int]:
    wanted = set(metrics.words(claim).split())
    shared = [len(set(metrics.words(sentence).split()) & wanted) for sentence in sentences]
    return sorted(sorted(range(len(sentences)), key=lambda place: -shared[place])[:8])


def meantime_texts() -> list[TimedText]:
    """Return MEANTIME's articles with their gold time expressions."""
    return [
        TimedText(
            held["doc"],
            half=held["half"],
            text=held["text"],
            written=_day(held["dct"]),
            gold=tuple((mention["start"], mention["end"], mention["value"] or "") for mention in held["timex"]),
            dateline=(held["dateline"][0], held["dateline"][1]) if held.get("dateline") else None,
        )
        for held in bench.lines("meantime/meantime.jsonl.gz")
    ]


Row = AskRow | SearchRow | ReadRow

ROWS: Mapping[str, Callable[[Size], Row]] = {
    **{f"realtimeqa/{split}/retrieval": partial(realtimeqa_retrieval, split) for split in SPLITS},
    **{f"realtimeqa/{split}/later": partial(realtimeqa_retrieval, split, later=True) for split in SPLITS},
    **{f"realtimeqa/{split}/answer": partial(realtimeqa_answer, split) for split in SPLITS},
    "squad2/retrieval": squad2_retrieval,
    "squad2/answer": squad2_answer,
    **{f"rgb/noise{noise:g}": partial(rgb_noise, noise) for noise in NOISES},
    "rgb/refusal": rgb_refusal,
    "rgb/counterfactual": rgb_counterfactual,
    "rgb/system": rgb_system,
}
"""Every row that is searched, asked or read, by name. ``wice`` and ``meantime`` measure one module each."""


def narrowed(row: Row, half: Half | None) -> Row:
    """Return a row with the items of one half only; no half keeps all."""
    if half is None:
        return row
    if isinstance(row, SearchRow):
        return replace(row, queries=tuple(query for query in row.queries if half_of(query.id) == half))
    return replace(row, questions=tuple(question for question in row.questions if half_of(question.id) == half))
