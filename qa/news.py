"""``NewsQA``: one archive that takes in articles and answers questions about them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TextIO, cast

from qa import VERSION, chosen, extracts, pooling, prompts, questions, relevance, statements, timeline
from qa.answer import Answering, Asked, Parts
from qa.budget import UNBOUNDED, Budget
from qa.chat import understood
from qa.collecting import Collecting, collect
from qa.encoders import Encoder
from qa.encoders import load as load_encoder
from qa.encoders.reranking import Reranker, load_reranker
from qa.holdings import Holdings
from qa.index import Index, IngestReport
from qa.index.narrowed import Narrow, Narrowed
from qa.judging import judge_by
from qa.llm import Model
from qa.llm.standby import Lent, Progress, Standby
from qa.llm.trial import try_out
from qa.pooling import Found
from qa.reader import Reader
from qa.reader.fetched import Readers
from qa.retrieve import Retriever
from qa.settings import Settings
from qa.statements import Statements
from qa.support import Support, check
from qa.timeline.window import Window
from qa.types import Answer, Article, Event, Evidence, Mode, Moment, Timeline

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.base_retriever import BaseRetriever

    from qa.llm.store import FileStatus

DEFAULT_INDEX = Path("indexes/default")


class NewsQA:
    """An open archive. Use it as a context manager, or call :meth:`close`."""

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        settings: Settings,
        standby: Standby,
        *,
        readers: Readers,
        reranker: Reranker | None = None,
    ) -> None:
        """Take over the open parts; use :meth:`open`."""
        self._index = index
        self._encoder = encoder
        self._settings = settings
        self._standby = standby
        self._reranker = reranker
        self._readers = readers
        self._shown: tuple[object, list[str]] = (None, [])

    @classmethod
    def open(
        cls,
        path: str | Path = DEFAULT_INDEX,
        *,
        create: bool = False,
        settings: Settings | None = None,
        model: Model | None = None,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        **options: bool,
    ) -> NewsQA:
        """Open the archive in a folder.

        Args:
            path: the index folder.
            create: make it where there is none.
            settings: what to use instead of the environment's settings.
            model: a language model for words, instead of the one that the settings name.
            encoder: an encoder to use instead of the one that the settings name.
            reader: a trained reader to use; for None the large one where it is on this machine, else the small one.
            options: ``extractive=True`` never uses a model; ``wait_for_model=False`` answers with the archive's own
                sentences until the model is there, instead of waiting for it; ``read_only=True`` leaves the writer's
                lock to others and opens in a fraction of the time.

        Raises:
            IndexMissing: there is no index, and ``create`` is false; the message names ``qa ingest``.
            IndexMismatch, IndexDamaged, IndexLocked: see :class:`qa.index.Index`.
        """
        settings = settings or Settings()
        encoder, reranker = encoder or load_encoder(settings), load_reranker(settings)
        index = Index.open(
            path, settings=settings, encoder=encoder, create=create, read_only=options.get("read_only") or None
        )
        standby = Standby(
            settings.model_copy(update={"llm": "none"}) if options.get("extractive") else settings,
            model=model,
            wait=options.get("wait_for_model", True),
        )
        readers = Readers(settings.cache, fetch=settings.llm != "none" and not options.get("extractive"), always=reader)
        return cls(index, encoder, settings, standby, readers=readers, reranker=reranker)

    # Taking in

    def ingest(
        self,
        sources: Sequence[str | Path] | str | Path,
        *,
        mapping: str = "",
        progress: Progress | None = None,
        stdin: TextIO | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> IngestReport:
        """Read files, folders, addresses of pages and feeds, or ``-`` (standard input) and add their articles.

        Args:
            sources: what to read.
            mapping: which column or key is which field, such as ``title=headline,body=text``; what is not named is
                found by its usual names.
            progress: called with how many articles are done.
            stdin: what ``-`` stands for.
            stopped: asked between articles whether to end early.

        Returns:
            what was added, updated, unchanged and rejected with the reason.

        Raises:
            InputError: a source does not exist, or the mapping is none.
            IndexLocked: another process writes this index.
        """
        listed = [sources] if isinstance(sources, str | Path) else list(sources)
        how = Collecting(stdin or sys.stdin, mapping=mapping, progress=progress, stopped=stopped)
        return collect(self._index, listed, self._settings, how)

    # Asking

    def stream(
        self,
        question: str,
        *,
        as_of: str | Moment | None = None,
        history: Sequence[Answer] = (),
        within: Narrow | None = None,
        progress: Progress | None = None,
        budget: Budget = UNBOUNDED,
    ) -> Iterator[Event]:
        """Yield the passages found, then citations and checked sentences, last the answer. Closing it cancels.

        Args:
            question: at most ``question_limit`` characters.
            as_of: the day or instant from which to look; later articles stay hidden. Now for None.
            history: the answers so far, for a follow-up.
            within: ask only the articles of these outlets, this language and period; all of them for None.
            progress: called while the model is fetched or loaded.
            budget: the time that this question has, and how much of it models leave to the check; where they are not
                done, the archive's own sentences remain.

        Raises:
            QuestionError: the question is empty or too long.
            InputError: ``as_of`` is no date.
            OutOfTime: the budget was spent before there was anything to say; raised while it is read.
        """
        asked = questions.clean(question, limit=self._settings.question_limit)
        moment = questions.parse_as_of(as_of)
        part = Narrowed(self._index, within) if within else None
        return self._stream(asked, moment, history, part, partial(self._standby.lend, budget.models, progress), budget)

    def _stream(
        self,
        question: str,
        as_of: Moment,
        history: Sequence[Answer],
        part: Narrowed | None,
        lend: Callable[[], Lent],
        budget: Budget,
    ) -> Iterator[Event]:
        # Once a question: a model that is tried after failures is tried by one call, and both its uses are that one.
        lend = cache(lend)
        loaded = prompts.default()
        read = partial(questions.analyse, as_of=as_of)
        meant = understood(question, history, lend=lambda: lend().model, prompts=loaded, before=read(question).before)
        query = read(meant.read)
        searched = (part or self._index).coverage(query.before)
        asked = Asked(
            question,
            query=query,
            told=read(meant.told),
            searched=tuple(map(read, meant.searched)),
            also=meant.also,
            coverage=searched,
            lend=lend,
            budget=budget,
        )
        parts = Parts(
            self._searching(part),
            self._encoder,
            reader=self._readers.best(),
            prompts=loaded,
            settings=self._settings,
            index_id=self._index.id,
            version=VERSION,
        )
        yield from Answering(parts, asked).stream()

    def ask(
        self,
        question: str,
        *,
        as_of: str | Moment | None = None,
        history: Sequence[Answer] = (),
        progress: Progress | None = None,
    ) -> Answer:
        """Return the answer to a question; arguments and errors as :meth:`stream`."""
        answer: Answer | None = None
        for event in self.stream(question, as_of=as_of, history=history, progress=progress):
            if isinstance(event, Answer):
                answer = event
        assert answer is not None, "a stream ends with its answer"
        return answer

    def search(self, question: str, *, k: int = 10, as_of: str | Moment | None = None) -> list[Evidence]:
        """Return at most ``k`` passages, best first, without a language model; errors as :meth:`stream`."""
        asked = questions.clean(question, limit=self._settings.question_limit)
        return self._searching(None).search(questions.analyse(asked, as_of=questions.parse_as_of(as_of)), k=k)

    def read(self, question: str, *, k: int = 10, as_of: str | Moment | None = None) -> list[Found]:
        """Return what the trained reader finds in the ``k`` best passages, best first, unchecked; errors as ``stream``.

        Each has its words and place (``span``: offsets into the body of its article) and the sentence that they stand
        in (``extract``). Whether one is an answer at all is decided by :meth:`ask`.
        """
        asked = questions.clean(question, limit=self._settings.question_limit)
        query = questions.analyse(asked, as_of=questions.parse_as_of(as_of))
        evidence = self._searching(None).search(query, k=k)
        sentences = relevance.ranked(query, extracts.candidates(query, evidence, self._encoder), self._encoder)
        return pooling.answers(query, evidence, sentences, self._readers.best())

    def timeline(
        self,
        question_or_name: str,
        *,
        as_of: str | Moment | None = None,
        since: str | date | None = None,
        until: str | date | None = None,
        limit: int = timeline.LIMIT,
        within: Narrow | None = None,
    ) -> Timeline:
        """Return what the archive reports about a question or a name as dated events, without a language model.

        Args:
            question_or_name: such as "ferry Marisol" or "what happened with the Marisol".
            as_of: as for :meth:`stream`; nothing published later shows.
            since: the first day that events are wanted from; open for None.
            until: the last such day.
            limit: how many events at most, the most important ones; at least 1.
            within: what these articles report, by outlet, language and their own days; all articles for None.

        Raises:
            QuestionError: the question is empty or too long.
            InputError: a day is no date, the first is after the last, or the limit is below 1.
        """
        asked = questions.clean(question_or_name, limit=self._settings.question_limit)
        query = questions.analyse(asked, as_of=questions.parse_as_of(as_of))
        part = Narrowed(self._index, within) if within else None
        coverage = (part or self._index).coverage(query.before)
        wanted = timeline.Wanted(query, window=Window.parse(since, until), limit=limit, coverage=coverage)
        return timeline.build(wanted, self._searching(part), self._index, self._encoder)

    def _searching(self, part: Narrowed | None) -> Retriever:
        """Return what searches a part of the archive, or all of it."""
        settings, searched = self._settings, cast(Index, part or self._index)
        return Retriever(searched, preference=settings.recency, reranker=self._reranker, depth=settings.rerank)

    def quotes(
        self,
        person: str,
        topic: str | None = None,
        *,
        as_of: str | Moment | None = None,
        limit: int = statements.LIMIT,
    ) -> Statements:
        """Return every statement by somebody, on a topic if one is given, in the order of time, without a model.

        Args:
            person: a name ("Lavrov", "Sergei Lavrov") or a role ("the foreign minister").
            topic: such as "grain deal"; anything for None.
            as_of: as for :meth:`stream`; nothing published later shows.
            limit: how many at most, the latest ones; at least 1.

        Raises:
            QuestionError: the person or the topic is empty or too long.
            InputError: the person has no name, ``as_of`` is no date, or the limit is below 1.
        """
        whom = questions.clean(person, limit=self._settings.question_limit)
        on = questions.clean(topic, limit=self._settings.question_limit) if topic is not None else ""
        wanted = statements.Wanted(whom, topic=on, as_of=questions.parse_as_of(as_of), limit=limit)
        return statements.build(wanted, self._index)

    def check(self, claim: str, text: str, *, written: Moment | None = None) -> Support:
        """Return whether a text supports a claim; see :func:`qa.support.check`.

        Code decides; where there is a language model, its yes or no may settle a small gap in the words.
        """
        model = self._standby.lend().model
        return check(claim, text, written=written, judge=judge_by(model) if model else None)

    # Looking

    def article(self, article_id: str) -> Article:
        """Return one article of the archive.

        Raises:
            InputError: there is none with this id.
        """
        return self._index.article(article_id)

    def info(self) -> dict[str, Any]:
        """Return what the archive holds and the state of its parts, as plain values."""
        from dataclasses import asdict

        facts = {**asdict(self._index.info()), "model": self.state(), "reader": self._readers.state}
        return {**facts, "examples": self._examples(), "reranker": self.reranker}

    @property
    def reranker(self) -> str:
        """The fingerprint of the re-ranker in use, or an empty string."""
        return self._reranker.fingerprint if self._reranker else ""

    def _examples(self) -> list[str]:
        """Return the archive's example questions; found anew only when something was written, for pages ask often."""
        now = self._index.archive.generation()
        if self._shown[0] != now:
            self._shown = (now, self.holdings.examples())
        return self._shown[1]

    @property
    def holdings(self) -> Holdings:
        """The articles as a list: to look through, to compare versions, to delete."""
        return Holdings(self._index)

    @property
    def model(self) -> chosen.Choice:
        """The language model that is set."""
        return chosen.of(self._settings)

    def model_files(self) -> tuple[FileStatus, ...]:
        """Return the model files that there are, and what this machine has of each, without reading them."""
        from qa.llm import files

        return files.status(self._settings.cache)

    def use_model(self, choice: chosen.Choice) -> None:
        """Answer with another language model from now on; it begins to load. An answer under way is extractive.

        Raises:
            InputError, ModelError: there is no such model; the one in use stays.
        """
        settings = choice.applied(self._settings)
        standby = Standby(settings, wait=False)
        standby.start(lambda done, total, what: None)
        before, self._standby, self._settings = self._standby, standby, settings
        before.close()

    def try_model(self, choice: chosen.Choice) -> str:
        """Send one small request to a model and return in words how it went.

        Raises:
            InputError, ModelError: it cannot be used; the message says why.
        """
        tried = try_out(choice.applied(self._settings))
        return f"{tried.name} answered in {tried.seconds:.1f} s: {tried.said}" if tried else "no model is used"

    def state(self) -> str:
        """Return in words which model answers, or what is missing for it."""
        return self._standby.state

    @property
    def mode(self) -> Mode:
        """Who would word an answer now: the model, the fallback model, or nobody."""
        return self._standby.mode

    def warm(self) -> None:
        """Begin to load the model, the encoder and the reader, so that the first question is as quick as the next."""
        self._standby.start(None)
        self._readers.start()
        self._encoder.encode_queries(["warm"])
        self._readers.best().warm()
        if self._reranker is not None:
            self._reranker.score("warm", ["warm"])

    # Faces to LlamaIndex

    def as_retriever(self, *, k: int = 10, as_of: str | Moment | None = None) -> BaseRetriever:
        """Return a LlamaIndex retriever over this archive; each node's metadata holds outlet, date and span."""
        from qa.faces import retriever

        return retriever(self, k=k, as_of=as_of)

    def as_query_engine(self, *, as_of: str | Moment | None = None) -> BaseQueryEngine:
        """Return a LlamaIndex query engine whose source nodes are the cited characters."""
        from qa.faces import query_engine

        return query_engine(self, as_of=as_of)

    def close(self) -> None:
        """End the model's process and close the index."""
        self._standby.close()
        self._index.close()

    def __enter__(self) -> NewsQA:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
