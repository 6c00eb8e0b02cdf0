"""One question, from its passages to a checked answer or a reasoned refusal. Everything is yielded as it is known."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from qa import (
    apart,
    checking,
    claims,
    extracts,
    pooling,
    premises,
    reading,
    refusal,
    relevance,
    said,
    shorts,
    spans,
    verdicts,
)
from qa.budget import UNBOUNDED, Budget
from qa.compose import Carrying, Composer
from qa.deciding import Basis, decide, resting_on, why
from qa.drafting import Drafting
from qa.encoders import Encoder
from qa.extracts import Extract
from qa.generate import plain, sentences_of
from qa.llm.standby import Lent
from qa.prompts import Prompt
from qa.questions import Query
from qa.reader import Reader
from qa.retrieve import Retriever
from qa.settings import Settings
from qa.types import (
    Answer,
    Citation,
    Claimed,
    Coverage,
    Event,
    Evidence,
    Reason,
    Sentence,
    Status,
    Trace,
)

EVIDENCE_TOKENS = 420
"""Tokens of sentences that may carry an answer, or that a language model reads."""

MOST_RELATED = 3
"""Further claims of the same thing that are shown behind the main answer."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What answering stands on; the same for every question of one open archive."""

    retriever: Retriever
    encoder: Encoder
    reader: Reader
    prompts: Mapping[str, Prompt]
    settings: Settings
    index_id: str
    version: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that belongs to it: as typed, as analysed, what was visible, and who lends a model.

    ``lend`` is called where a model's words are needed: waiting for one must hold back nothing else.
    """

    question: str
    query: Query = field(kw_only=True)
    told: Query = field(kw_only=True)
    """The question as it can be understood alone: what is shown, and what a model reads."""
    searched: tuple[Query, ...] = field(kw_only=True)
    """The wordings with which passages are looked for, at least one."""
    also: str = field(kw_only=True, default="")
    """Another wording of ``query``; a sentence may be near to either."""
    coverage: Coverage = field(kw_only=True)
    lend: Callable[[], Lent] = field(kw_only=True)
    budget: Budget = field(kw_only=True, default=UNBOUNDED)
    """The time of the whole question. Where only its reserve is left, what an answer can be without is left out."""


class Answering:
    """The answering of one question."""

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self._parts = parts
        self._asked = asked
        self._query = asked.query
        self._drafting = Drafting(asked.lend, parts.prompts, asked.told)
        self._composer = Composer(asked.query.before)
        self._seconds: dict[str, float] = {}
        self._began = time.perf_counter()
        self._evidence: tuple[Evidence, ...] = ()

    def stream(self) -> Iterator[Event]:
        """Yield the evidence, then checked sentences with their citations, then the answer. Closing it cancels.

        Raises:
            OutOfTime: the question's time was over before there was anything to say.
        """
        spend = self._asked.budget.spend
        spend("the archive was searched")
        with self._timed("retrieve"):
            self._evidence = self._search()
            if outage := self._parts.retriever.outage:
                self._drafting.notes.append(outage)
        self._reached("first_passage")
        yield from self._evidence
        spend("the passages found were read")
        with self._timed("select"):
            wanted = said.asked(self._query.text)
            spoken = said.statements(wanted, self._query, self._evidence, self._parts.encoder) if wanted else []
        if spoken:
            yield from self._quoted(spoken)
            return
        with self._timed("select"):
            asked, encoder = self._asked, self._parts.encoder
            found = extracts.candidates(self._query, self._evidence, encoder, also=asked.also, told=asked.told.text)
            spend("their sentences were ranked")
            found = relevance.ranked(self._query, found, encoder, told=asked.told)
            chosen = extracts.choose(self._query, found, budget=EVIDENCE_TOKENS, alone=True)
        if not chosen:
            yield self._refuse("nothing_matched", None, {})
            return
        with self._timed("read"):
            answers = [] if wanted else self._read(found)  # words are quoted from who said them, or not at all
        best = answers[0] if answers else None
        spend("it was decided whether they answer it")
        read = claims.read(self._query, found)
        basis = decide(self._query, best, chosen, read, evidence=self._evidence, told=self._asked.told)
        denial = premises.denied(self._query, chosen)
        if denial is not None:
            yield self._refuse("false_premise", denial, basis.signals.to_dict())
            return
        if not refusal.shows(basis.signals, self._parts.settings.answer_from):
            yield self._refuse(why(self._query, basis), basis.extract, basis.signals.to_dict())
            return
        if read is None or read.kind == "agree":
            read = claims.disputed(self._query, basis.phrase, basis.extract, found)
        if (read is None or read.kind == "agree") and basis.answer is not None:
            read = apart.disputed(self._query, basis.answer, answers) or read
            basis = resting_on(basis, read)
        for event in self._sentences(basis, chosen, found):
            if isinstance(event, Sentence):
                self._reached("first_sentence")
            yield event
        yield from self._related(read)
        yield self._answer(basis, read)

    def _read(self, found: Sequence[Extract]) -> list[pooling.Found]:
        """Return the reader's answers in the sentences, the best first; none for a yes or no."""
        reader, query = self._parts.reader, self._query
        if query.slot == "yes_no":
            return []
        told, budget = self._asked.told.text, self._asked.budget
        return pooling.answers(query, self._evidence, found, reader, told=told, stopped=lambda: budget.short)

    def _search(self) -> tuple[Evidence, ...]:
        """Return the evidence for every wording that is searched for, the best first."""
        retriever, k = self._parts.retriever, self._parts.settings.passages
        first, *others = self._asked.searched
        found = retriever.search(first, k=k)
        if not others or self._asked.budget.short:
            return tuple(found)
        best = {one.passage.id: one for query in others for one in retriever.search(query, k=k)}
        best |= {one.passage.id: one for one in found}
        ordered = sorted(best.values(), key=lambda one: -one.score)[:k]
        return tuple(replace(one, rank=rank) for rank, one in enumerate(ordered, start=1))

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            with spans.span(stage):
                yield
        finally:
            self._seconds[stage] = self._seconds.get(stage, 0.0) + time.perf_counter() - began

    def _reached(self, mark: str) -> None:
        """Note how long after the beginning the reader has something for the first time."""
        self._seconds.setdefault(mark, time.perf_counter() - self._began)

    # Composing

    def _sentences(
        self, basis: Basis, chosen: Sequence[Extract], found: Sequence[Extract]
    ) -> Iterator[Citation | Sentence]:
        """Yield the carrying sentence when it speaks for itself, else what the model drafts and the check supports.

        The article's own words are the best prose there is, and they come seconds earlier: the model's sentences are
        asked for where the article's are too long or lean on what stands before them.
        """
        before = len(self._composer.sentences)
        if not reading.speaks_for_itself(basis.extract) and not self._asked.budget.short:
            yield from self._drafted(self._laid_out(basis, found))
        if len(self._composer.sentences) == before:
            yield from self._verbatim(basis.extract, chosen)

    def _laid_out(self, basis: Basis, found: Sequence[Extract]) -> Sequence[Extract]:
        """Return the sentences that a model reads: the carrying one among the nearest."""
        chosen = extracts.choose(self._query, found, budget=EVIDENCE_TOKENS)
        return chosen if basis.extract in chosen else [basis.extract, *chosen]

    def _drafted(self, chosen: Sequence[Extract]) -> Iterator[Citation | Sentence]:
        drafted = sentences_of(self._drafting.prose(chosen))
        while True:
            with self._timed("draft"):
                sentence = next(drafted, None)
            if sentence is None or self._asked.budget.short:
                return
            text = plain(sentence)
            with self._timed("check"):
                text, carriers, best = checking.checked(text, chosen)
            if carriers and not self._composer.says(text):
                yield from self._composer.add(text, carriers, score=best.score)
            elif not carriers:
                self._composer.drop(text, verdict=best.verdict, why=best.why)

    def _verbatim(self, extract: Extract, chosen: Sequence[Extract] = ()) -> Iterator[Citation | Sentence]:
        text = reading.worded(extract)
        if self._composer.says(text):
            return
        with self._timed("check"):
            others = [] if self._asked.budget.short else checking.elsewhere(text, extract, chosen)
        carriers = [self._carrying(extract)]
        named = reading.naming(extract, carriers[0].speaker)
        if named and text.startswith(carriers[0].speaker):
            carriers.append(Carrying(extract.evidence, start=named[0], end=named[1], speaker=carriers[0].speaker))
        yield from self._composer.add(text, [*carriers, *others])

    def _carrying(self, extract: Extract) -> Carrying:
        return Carrying(extract.evidence, start=extract.start, end=extract.end, speaker=reading.speaker(extract))

    def _related(self, read: claims.Claims | None) -> Iterator[Citation | Sentence]:
        """Yield the claims of the same thing that an update or a conflict needs and that are not said yet."""
        if read is None or read.kind == "agree":
            return
        cited = {(c.article.id, c.start, c.end) for c in self._composer.citations.all}
        added = 0
        for extract in read.extracts:
            if (extract.article.id, extract.start, extract.end) in cited or added == MOST_RELATED:
                continue
            added += 1
            yield from self._verbatim(extract)

    def _quoted(self, spoken: Sequence[said.Said]) -> Iterator[Event]:
        """Yield what somebody says, in their words as the articles have them: there is nothing for a model to add."""
        for one in spoken:
            spans = [(one.extract.start, one.extract.end), *filter(None, [reading.naming(one.extract, one.speaker)])]
            held = [Carrying(one.extract.evidence, start=a, end=b, speaker=one.speaker) for a, b in spans]
            for event in self._composer.add(said.worded(one), held):
                if isinstance(event, Sentence):
                    self._reached("first_sentence")
                yield event
        best = spoken[0]
        short = shorts.Short(best.words, start=best.start, end=best.end)
        brief = len(best.words.split()) <= shorts.SHORT_WORDS
        yield self._result(
            status="answered",
            text=self._composer.text,
            short_answer=best.words if brief else "",
            short_place=shorts.place(short, best.extract, self._composer.citations.all) if brief else None,
            signals={"statement": round(best.score, 4)},
        )

    # Results

    def _answer(self, basis: Basis, read: claims.Claims | None) -> Answer:
        short, held = self._short(basis, read)
        claimed = self._claimed(read)
        conflict = read is not None and read.kind == "conflict" and len(claimed) > 1
        return self._result(
            status="conflicting" if conflict else "answered",
            text=self._composer.text,
            short_answer=short.text,
            short_place=shorts.place(short, held, self._composer.citations.all),
            timeline=claimed if read is not None and read.kind == "update" else (),
            sides=claimed if conflict else (),
            signals={
                **basis.signals.to_dict(),
                "probability": round(basis.probability, 4),
                "confidence": round(refusal.confidence(basis.signals), 4),
            },
        )

    def _claimed(self, read: claims.Claims | None) -> tuple[Claimed, ...]:
        if read is None or read.kind == "agree":
            return ()
        numbers = {(c.article.id, c.start, c.end): c.number for c in self._composer.citations.all}
        found = []
        for extract, claim in zip(read.extracts, read.claims, strict=True):
            number = numbers.get((extract.article.id, extract.start, extract.end))
            if number is not None:
                found.append(
                    Claimed(
                        "" if self._query.slot == "yes_no" else reading.spoken(claim.values[0]),
                        text=reading.worded(extract),
                        citation=number,
                        speaker=claim.speaker,
                        outlet=claim.outlet,
                        said=claim.said,
                    )
                )
        return tuple(found)

    def _short(self, basis: Basis, read: claims.Claims | None) -> tuple[shorts.Short, Extract]:
        """Return the short answer and its extract: the latest of a thing that was updated, of a conflict all."""
        if self._query.slot == "yes_no":
            return self._verdict(basis, read), basis.extract
        if read is None or read.kind == "agree":
            return shorts.short(self._query, basis.phrase, basis.extract), basis.extract
        if read.kind == "update":
            return shorts.valued(read.claims[-1].values[0], read.extracts[-1]), read.extracts[-1]
        sides = dict.fromkeys(reading.spoken(claim.values[0]) for claim in read.current)
        return shorts.Short(" or ".join(sides)), basis.extract

    def _verdict(self, basis: Basis, read: claims.Claims | None) -> shorts.Short:
        """Return "Yes" or "No" where the cited sentence says just that, and nothing found says otherwise or more."""
        if read is not None and read.kind != "agree":
            return shorts.Short("")
        return shorts.Short(verdicts.verdict(self._query, basis.extract, self._evidence))

    def _refuse(self, reason: Reason, nearest: Extract | None, signals: Mapping[str, float]) -> Answer:
        cited = None
        if nearest is not None and reason != "nothing_matched":
            cited, _ = Composer(self._query.before).citations.cite(
                nearest.evidence, nearest.start, nearest.end, speaker=reading.speaker(nearest)
            )
        words = refusal.in_words(reason, self._asked.coverage, self._query.as_of)
        return self._result(status="not_found", text=words, reason=reason, nearest=cited, signals=signals)

    def _result(
        self,
        *,
        status: Status,
        text: str,
        signals: Mapping[str, float],
        reason: Reason | None = None,
        **found: Any,
    ) -> Answer:
        self._seconds["total"] = time.perf_counter() - self._began
        asked, parts = self._asked, self._parts
        answered = status != "not_found"
        trace = Trace(
            model=self._drafting.name,
            reader=parts.reader.about if "read" in self._seconds and self._query.slot != "yes_no" else None,
            prompts={name: prompt.digest for name, prompt in parts.prompts.items()},
            index_id=parts.index_id,
            version=parts.version,
            seconds={stage: round(seconds, 4) for stage, seconds in self._seconds.items()},
            tokens=self._drafting.tokens,
            signals=signals,
            dropped=tuple(self._composer.dropped),
            notes=tuple(self._drafting.notes),
        )
        key = "\n".join([parts.index_id, asked.question, self._query.text, self._query.as_of.isoformat(), text])
        return Answer(
            hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16],
            question=asked.question,
            standalone_question=asked.told.asked or asked.told.text,
            as_of=self._query.as_of,
            status=status,
            mode=self._drafting.mode,
            text=text,
            reason=reason,
            sentences=tuple(self._composer.sentences) if answered else (),
            citations=self._composer.citations.all if answered else (),
            evidence=self._evidence,
            coverage=asked.coverage,
            trace=trace,
            **found,
        )
