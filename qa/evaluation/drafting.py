"""Questions proposed from an archive for a person to accept one by one: from sentences with a value or a quote.

A proposal has its gold from the start: the sentence is the quote, the value or speaker in it the answer. Code picks and
asks plainly ("How much: “The fine was … on appeal”?"); a model, where there is one, words the question, and what it
writes is only taken where it is a question and does not give the answer away.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from qa import boilerplate, dates, names, prompts, quotes, sentences, values
from qa.evaluation import metrics, sets
from qa.evaluation.sets import Expect, GoldQuote, GoldValue, Question
from qa.llm import Message, Model
from qa.types import Article
from qa.values import Value

FEWEST_WORDS, MOST_WORDS = 8, 45
"""A shorter sentence says too little to ask about, a longer one too much."""
REPLY_TOKENS = 60
_LEANS = re.compile(
    r"^\W*(?:he|she|it|they|his|her|its|their|this|that|these|those|but|and|so|there|here)\b", re.IGNORECASE
)
"""Openings of sentences that lean on the one before: nobody could answer a question made of them alone."""
_SAYING = re.compile(r"\b(?:said|says|told|added|announced|wrote)\b[^.;]{0,25}$", re.IGNORECASE)
"""What stands before a day on which something was said: few readers ask for that day."""
_GAP = "…"

Kind = Literal["money", "percent", "quantity", "number", "date", "speaker"]
_ASKS: dict[Kind, str] = {
    "money": "How much",
    "percent": "What share",
    "quantity": "How much",
    "number": "How many",
    "date": "When",
    "speaker": "Who said",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question that could be asked: its sentence in an article, the characters that answer, and their value."""

    article: Article
    sentence: str = field(kw_only=True)
    answer: str = field(kw_only=True)
    kind: Kind = field(kw_only=True)
    value: GoldValue | None = field(kw_only=True, default=None)
    question: str = field(kw_only=True)

    @property
    def id(self) -> str:
        """A name from what is asked about: the same proposal has the same one in every run."""
        return hashlib.sha256(f"{self.article.url}\0{self.sentence}\0{self.answer}".encode()).hexdigest()[:10]

    def to_question(self, *, question: str = "", answers: Sequence[str] = ()) -> Question:
        """Return it in the format of the sets; a person's ``question`` and ``answers`` go before its own."""
        known = self.article.known_from
        given = tuple(answers) or (self.answer,)
        return Question(
            self.id,
            "attribution" if self.kind == "speaker" else "factual",
            question or self.question,
            Expect(
                "answered",
                answers=given,
                values=(self.value,) if self.value is not None and not answers else (),
                quotes=(GoldQuote(self.article.url, self.sentence),),
            ),
            as_of=known.date() if known else None,
            note="drafted, accepted by a person",
        )


def proposals(articles: Iterable[Article], count: int, *, seed: int = 1) -> list[Proposal]:
    """Return up to ``count`` proposals, at most one of an article, in an order that ``seed`` fixes.

    Kinds take turns, so that a draft does not ask for numbers alone.
    """
    chance = random.Random(seed)
    kinds: dict[Kind, list[Proposal]] = {}
    for article in sorted(articles, key=lambda held: held.id):
        if article.kind == "opinion" or article.known_from is None:
            continue
        for found in _of_article(article):
            kinds.setdefault(found.kind, []).append(found)
    for held in kinds.values():
        chance.shuffle(held)
    chosen: dict[str, Proposal] = {}
    while len(chosen) < count and any(kinds.values()):
        for held in kinds.values():
            while held and held[-1].article.id in chosen:
                held.pop()
            if held and len(chosen) < count:
                proposal = held.pop()
                chosen[proposal.article.id] = proposal
    return list(chosen.values())


def _of_article(article: Article) -> Iterator[Proposal]:
    """Yield what each sentence of an article could be asked for."""
    body = article.body
    for span in sentences.split(body):
        sentence = body[span.start : span.end]
        length = len(sentence.split())
        if not FEWEST_WORDS <= length <= MOST_WORDS or _LEANS.match(sentence):
            continue
        if boilerplate.within(body, span.start, span.end) or not any(name.sure for name in names.find(sentence)):
            continue
        yield from _of_sentence(article, sentence)


def _of_sentence(article: Article, sentence: str) -> Iterator[Proposal]:
    said = [quote for quote in quotes.find(sentence) if quote.verbatim and names.find(quote.speaker)]
    if said:
        held = said[0]
        asked = f"Who said “{held.text.strip(' ,.')}”?"
        yield Proposal(article, sentence=sentence, answer=held.speaker, kind="speaker", question=asked)
        return
    for value in values.find(sentence):
        if (gold := _gold(value)) is not None and sentence.count(value.text) == 1:
            yield _gapped(article, sentence, value.text, gold)
    for mention in dates.resolve(sentence, article.published):
        exact = mention.kind == "DATE" and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", mention.value)
        if exact and sentence.count(mention.text) == 1 and not _SAYING.search(sentence[: mention.start]):
            yield _gapped(article, sentence, mention.text, GoldValue("date", mention.value))


def _gold(value: Value) -> GoldValue | None:
    """Return a number as a gold value; None for one that is hedged, an ordinal, a score, or of nothing plain."""
    if value.comparator != "exact":
        return None
    amount = f"{value.amount.normalize():f}"
    if value.kind == "money" and value.unit:
        return GoldValue("money", amount, value.unit)
    if value.kind == "percent":
        return GoldValue("percent", amount)
    if value.kind == "measure" and value.unit:
        return GoldValue("quantity", amount, value.unit)
    return GoldValue("number", amount) if value.kind == "count" and value.unit else None


def _gapped(article: Article, sentence: str, answer: str, gold: GoldValue) -> Proposal:
    kind: Kind = gold.kind
    asked = f"{_ASKS[kind]}: “{sentence.replace(answer, _GAP).strip()}”?"
    return Proposal(article, sentence=sentence, answer=answer, kind=kind, value=gold, question=asked)


@cache
def _prompt() -> prompts.Prompt:
    return prompts.load(prompts.folder() / "drafting")["question"]


def phrased(proposal: Proposal, model: Model | None) -> Proposal:
    """Return a proposal with the question as the model words it, where that is usable.

    Raises:
        ModelError: the model cannot be used.
    """
    if model is None:
        return proposal
    text = _prompt().render(headline=proposal.article.headline, sentence=proposal.sentence, answer=proposal.answer)
    reply = "".join(model.stream([Message("user", text)], max_tokens=REPLY_TOKENS, stop=["\n"])).strip().strip('"“”')
    usable = reply.endswith("?") and len(reply.split()) > 3 and not metrics.holds(reply, proposal.answer)
    return replace(proposal, question=reply) if usable else proposal


Ask = Callable[[Proposal], "Decision"]
"""Shows a proposal to a person and returns what they decide."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: ``accept`` with their wording, ``skip`` for good, or ``stop`` for now."""

    what: Literal["accept", "skip", "stop"]
    question: str = field(kw_only=True, default="")
    answers: tuple[str, ...] = field(kw_only=True, default=())


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was decided so far: accepted questions in the file of the set, skipped proposals beside it."""

    path: Path

    @property
    def _skipped(self) -> Path:
        return self.path.with_name(f"{self.path.name}.skipped")

    def decided(self) -> set[str]:
        """Return the ids of proposals that need not be shown again."""
        accepted = (
            {held.id for held in sets.load(self.path)} if self.path.exists() and self.path.stat().st_size else set()
        )
        skipped = self._skipped.read_text(encoding="utf-8").split() if self._skipped.exists() else []
        return accepted | set(skipped)

    def accept(self, question: Question) -> None:
        """Append a question to the set."""
        _append(self.path, json.dumps({"schema": 1, **question.to_dict()}, ensure_ascii=False))

    def skip(self, proposal: Proposal) -> None:
        """Remember that a proposal is not wanted."""
        _append(self._skipped, proposal.id)


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def review(held: Sequence[Proposal], ledger: Ledger, ask: Ask, *, model: Model | None = None) -> tuple[int, int]:
    """Show what is not decided yet, one by one; return how many were accepted and skipped.

    Every decision is kept at once: an interrupted review goes on where it stopped.

    Raises:
        ModelError: the model cannot be used.
        EvalError: the file of the set is not one.
    """
    known = ledger.decided()
    accepted = skipped = 0
    for proposal in held:
        if proposal.id in known:
            continue
        shown = phrased(proposal, model)
        decision = ask(shown)
        if decision.what == "stop":
            break
        if decision.what == "skip":
            ledger.skip(proposal)
            skipped += 1
        else:
            ledger.accept(shown.to_question(question=decision.question, answers=decision.answers))
            accepted += 1
    return accepted, skipped
