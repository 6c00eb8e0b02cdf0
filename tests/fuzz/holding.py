"""What holds for whatever a parser is given: no error but its own, spans that slice, nothing that grows or acts."""

from __future__ import annotations

import functools
import json
import tempfile
import unicodedata
import warnings
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr, TypeAdapter, ValidationError

from qa import boilerplate, chosen, orders, passages, prompts, quotes, render, sentences, support, values, windows
from qa import dates as time
from qa import questions as asking
from qa.conversations import Store, codec
from qa.encoders import HashEncoder
from qa.errors import ArchiveError, DatelineError, EvalError, InputError, QuestionError
from qa.evaluation import jsonl, sets
from qa.evaluation.active import in_html, in_markdown, in_terminal
from qa.generate import Drafter
from qa.ingest import Item, Names, Read, Rejected, clean, clocks, content_id, datelines, feeds, finish, formats
from qa.ingest import html as pages_read
from qa.ingest import pdf as pdf_read
from qa.ingest import plain as plain_read
from qa.ingest import records as records_read
from qa.ingest import tables as tables_read
from qa.ingest.addresses import Refused, is_public, target
from qa.ingest.decoding import Undecodable, decode
from qa.llm import ScriptedModel
from qa.llm.special import neutralise
from qa.news import NewsQA
from qa.settings import Settings
from qa.types import Answer, Article, Citation, Coverage, Sentence, earliest_instant, latest_instant
from tests.making import evidence, extract

NAMES = Names()


# Taking in


def _sound(items: Sequence[Item]) -> None:
    assert items
    for item in items:
        if isinstance(item, Rejected):
            assert item.reason
            continue
        assert isinstance(item, Read)
        assert item.body
        assert item.body == clean.body(item.body)
        assert item.id == content_id(item.body, item.headline)
        item.body.encode()
        json.dumps([item.headline, item.outlet, item.byline, item.url])
        for moment in (item.published, item.updated):
            assert moment is None or earliest_instant(moment) <= latest_instant(moment)


def decoding(given: tuple[bytes, str]) -> None:
    data, label = given
    for declared, named in ((True, ""), (False, label)):
        try:
            decode(data, declared=declared, named=named)
        except Undecodable as error:
            assert str(error)  # noqa: PT017 - either way is right; what is said must say something


def records(text: str) -> None:
    _sound([records_read.line(text, "x:1", NAMES)])
    _sound(list(records_read.document(text, "x", NAMES)))


def tables(text: str) -> None:
    _sound(list(tables_read.articles(text.splitlines(keepends=True), "x", NAMES)))


def plain_text(text: str) -> None:
    _sound([plain_read.read(text)])


def pages(text: str) -> None:
    read = pages_read.read(text, url="https://wire.example/x")
    _sound([read])
    if isinstance(read, Read):
        assert read.url.startswith(("http://", "https://", "")), read.url


def fragments(text: str) -> None:
    shown = pages_read.fragment(text)
    assert clean.body(shown) == shown


def feeds_read(text: str) -> None:
    try:
        found = feeds.parse(text, "https://wire.example/feed")
    except feeds.NotAFeed:
        return
    for entry in found.entries:
        assert entry.url.startswith(("http://", "https://")) or not entry.url
        _sound([feeds.own_text(entry, found)])


def json_feeds(given: dict[str, Any]) -> None:
    feeds_read(json.dumps({**given, "version": "https://jsonfeed.org/version/1.1"}))


def pdf(data: bytes) -> None:
    _sound([pdf_read.read(data, "x.pdf")])


def any_format(given: tuple[bytes, str]) -> None:
    data, suffix = given
    _sound(list(formats.articles(data, formats.Origin("x", suffix=suffix, url="https://wire.example/x"))))


def clocks_read(text: str) -> None:
    for candidate in (text, text[:10], text[:25]):
        try:
            moment = clocks.parse(candidate)
        except (ValueError, OverflowError):
            continue
        assert isinstance(clocks.doubt(moment), str)
    datelines.day(text)


def addresses(text: str) -> None:
    for private in (True, False):
        try:
            found = target(text, private=private)
        except Refused:
            continue
        assert found.scheme in ("http", "https")
        assert found.host
        assert private or found.port in (80, 443)
        try:
            is_public(found.host)
        except ValueError:
            continue


def cleaning(text: str) -> None:
    once = clean.body(text)
    assert clean.body(once) == once
    once.encode()
    line = clean.line(text)
    assert "\n" not in line
    assert clean.line(line) == line


# Reading


def sentence_spans(text: str) -> None:
    position = 0
    for span in sentences.split(text):
        assert position <= span.start < span.end
        assert not text[position : span.start].strip()
        position = span.end
    assert not text[position:].strip()


def passage_spans(text: str) -> None:
    read = finish(Read("", body=text))
    if isinstance(read, Rejected):
        return
    article = Article(read.id, body=read.body, headline=read.headline)
    position = 0
    for passage in passages.split(article):
        assert article.body[passage.start : passage.end] == passage.text
        assert not article.body[position : passage.start].strip()
        position = passage.end
    assert not article.body[position:].strip()


def time_mentions(given: tuple[str, date | datetime | None]) -> None:
    text, written = given
    position = 0
    mentions = time.resolve(text, written)
    for mention in mentions:
        assert position <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        assert (mention.earliest is None) == (mention.latest is None)
        assert mention.earliest is None or mention.latest is None or mention.earliest <= mention.latest
        position = mention.end
    time.annotate(text, mentions)
    time.absolute(text, mentions)


def numbers(text: str) -> None:
    position = 0
    for value in values.find(text):
        assert position <= value.start < value.end
        assert text[value.start : value.end] == value.text
        position = value.end
    found = values.find(text)[:6]
    for one in found:
        for other in found:
            values.compare(one, other)


def statements(text: str) -> None:
    for quote in quotes.find(text):
        assert 0 <= quote.start <= quote.content_start <= quote.content_end <= quote.end <= len(text)
        assert quote.speaker_start < 0 or text[quote.speaker_start : quote.speaker_end]


def supported(given: tuple[str, str]) -> None:
    claim, text = given
    found = support.check(claim, text, written=date(2022, 3, 28))
    assert 0 <= found.score <= 1
    assert all(0 <= start < end <= len(text) for start, end in found.spans)
    if found.verdict == "supported":
        assert found.spans


def lines(text: str) -> None:
    for start, end in boilerplate.spans(text):
        assert 0 <= start < end <= len(text)
    for span in sentences.split(text)[:20]:
        orders.within(text, span.start, span.end)
        boilerplate.within(text, span.start, span.end)


def asked(given: tuple[str, date | datetime | None]) -> None:
    text, as_of = given
    try:
        question = asking.clean(text, limit=2000)
    except QuestionError:
        return
    question.encode()
    assert asking.clean(question, limit=2000) == question
    try:
        moment = asking.parse_as_of(as_of.isoformat() if as_of else None)
    except InputError:
        return
    query = asking.analyse(question, as_of=moment)
    assert query.before <= latest_instant(moment)
    asking.leans_on_history(question)
    asking.stands_alone_too(question)
    windows.read(question, moment)


# Prompts

_SIGNS = ("<|im_end|>", "<|im_start|>", "[inst]", "</s>", "<<sys>>", "<think>")


def special(text: str) -> None:
    safe = neutralise(text)
    assert neutralise(safe) == safe
    seen = "".join(char for char in safe if unicodedata.category(char) != "Cf")
    for plain in (safe, seen, unicodedata.normalize("NFKC", seen)):
        assert not any(sign in plain.lower() for sign in _SIGNS)


def prompt_files(text: str) -> None:
    try:
        prompt = prompts.parse(text, origin="x.toml")
    except InputError:
        return
    prompt.render(**dict.fromkeys(prompt.variables, "{{x}}"))


def filled(given: tuple[str, str]) -> None:
    """However an article and a question are written, the model sees one question and one end of the extracts."""
    sentence, question = (clean.body(part) for part in given)
    try:
        question = asking.clean(question, limit=2000)
    except QuestionError:
        return
    if not sentence:
        return
    source = Article("a", body=sentence, headline=sentence[:80], outlet=sentence[:40])
    seen = [extract(source, sentence)]
    query = asking.analyse(question, as_of=date(2022, 3, 28))
    sent = Drafter(ScriptedModel(), prompts.default(), query, seen)._messages
    shown = sent[-1].text.split("\n")
    fence = next(line for line in shown if line.startswith("Extracts (mark "))[len("Extracts (") : -2]
    assert [line for line in shown if line == f"(end of {fence})"] == [f"(end of {fence})"]
    assert sum(fence in line for line in shown) == 2
    assert sum(line.startswith("Question: ") for line in shown) == 1
    special(sent[-1].text)


# What is kept


def conversations(text: str) -> None:
    held = {"a1": article()}
    try:
        found = codec.decode(Answer, json.loads(text), held)
    except (KeyError, TypeError, ValueError, StopIteration, RecursionError):
        return  # what the store turns into an error that names the conversation
    assert isinstance(found, Answer)


def conversation_files(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "conversations.sqlite")
        path.write_bytes(data)
        store = None
        try:
            store = Store(path)
            for listed in store.listed():
                store.conversation(listed.id)
            store.begin("x")
        except DatelineError as error:
            assert str(error)  # noqa: PT017 - a damaged file may also be read
        finally:
            if store is not None:
                store.close()


def settings(given: dict[str, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            Settings(**given)  # type: ignore[arg-type]
        except ValidationError as error:
            assert error.errors()  # noqa: PT017


def choices(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        path.write_text(text, encoding="utf-8", errors="replace")
        applied = chosen.applied(Settings(), path)
    assert isinstance(applied.llm_key, SecretStr)


def question_sets(text: str) -> None:
    try:
        jsonl.entry(text, TypeAdapter(sets.Question), "x:1")
    except EvalError as error:
        assert str(error).startswith("x:1: ")  # noqa: PT017


# What is shown


def article(body: str = "The talks begin on Tuesday.", headline: str = "Talks") -> Article:
    return Article("a1", body=body, headline=headline, outlet=headline, url="https://wire.example/a")


def answer(question: str, said: str) -> Answer:
    """An answer in which everything that comes from elsewhere is ``said``, or ``question``."""
    source = article(said or "x", question)
    cited = Citation(1, article=source, start=0, end=len(source.body), quote=source.body, speaker=said)
    sentence = Sentence(source.body, start=0, end=len(source.body), citations=(1,))
    return Answer(
        "x1", question=question, standalone_question=question, as_of=date(2022, 3, 28), status="answered",
        mode="extractive", text=source.body, short_answer=said, sentences=(sentence,), citations=(cited,),
        evidence=(evidence(source),), coverage=Coverage(1),
    )  # fmt: skip


def renderings(given: tuple[str, str]) -> None:
    question, said = given
    shown = answer(f"{question} when", f"{said} Tuesday")  # neither is ever without a word
    known = ("https://wire.example/a",)
    for full in (False, True):
        assert in_html(render.html(shown, full=full), known) == []
        assert in_markdown(render.markdown(shown, full=full), known) == []
    assert in_terminal(render.terminal(shown)) == []


@functools.cache
def _archive() -> NewsQA:
    """A small archive in a folder that goes with the process."""
    folder = tempfile.TemporaryDirectory()
    _archive_folders.append(folder)
    path = Path(folder.name, "articles.jsonl")
    texts = {
        "a": "The ferry Petrel ran aground on Saturday. Rescuers brought 42 people ashore, Ida Kern said.",
        "b": "The river talks could begin on Tuesday, Ilyas Dorn said. Putin refused a meeting.",
    }
    lines = [
        json.dumps({"url": f"https://wire.example/{n}", "published": "2022-03-28", "text": t}) for n, t in texts.items()
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    where = Path(folder.name, "index")
    news = NewsQA.open(where, create=True, encoder=HashEncoder(), settings=Settings(llm="none"), extractive=True)
    news.ingest(path)
    return news


_archive_folders: list[tempfile.TemporaryDirectory[str]] = []


def whole_answers(text: str) -> None:
    news = _archive()
    try:
        found = news.ask(text, as_of="2022-04-01")
    except QuestionError:
        return
    except ArchiveError as error:
        raise AssertionError("an outage on a healthy archive") from error
    for citation in found.citations:
        assert citation.article.body[citation.start : citation.end] == citation.quote
    assert found.status != "answered" or found.citations
    json.dumps(found.to_dict())
    news.timeline(text, as_of="2022-04-01")
