"""REST: asking, searching, timelines, quotes, conversations and feedback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import JSONResponse, Response

from qa.conversations import Kept, Thought
from qa.errors import DatelineError, InputError
from qa.server.problems import missing
from qa.server.relay import Relay
from qa.server.schemas import AskRequest, AsOf, Day, Feedback, Short, Text, given, problems
from qa.server.service import Asked, Service
from qa.server.streams import BEAT, STILL, leaving, streamed
from qa.server.writing import writes
from qa.types import Answer, Citation, Evidence, Sentence, Timeline, plain

CONVERSATION = "X-Dateline-Conversation"
_STREAM = {"text/event-stream": {"schema": {"type": "string"}}}
_KINDS = {Evidence: "evidence", Citation: "citation", Sentence: "sentence"}

About = Annotated[Text, Query(max_length=20_000)]
Named = Annotated[Text, Path(max_length=200)]


def router(service: Service) -> APIRouter:
    """Return the paths."""
    paths = APIRouter(prefix="/api/v1")
    _questions(paths, service)
    _lists(paths, service)
    _conversations(paths, service)
    return paths


def _questions(paths: APIRouter, service: Service) -> None:
    described = given("Answer", "The answer; a refusal is one too. With `Accept: text/event-stream`, the events.")
    described[200]["content"] |= _STREAM

    @paths.post("/ask", responses={**described, **problems(404, 504)}, tags=["questions"])
    async def ask(request: Request, asked: AskRequest) -> Response:
        """Ask a question.

        With `Accept: text/event-stream` the events come as they are known: `evidence` (passages found), `citation`,
        `sentence` (checked), last `answer`; `problem` where it ends otherwise. Closing the connection cancels.
        """
        conversation = asked.conversation or ""
        history = await asyncio.to_thread(_history, service, conversation) if conversation else ()
        wanted = Asked(asked.question, as_of=asked.as_of, history=history, within=asked.within())
        keeps = bool(conversation) or asked.keep
        if "text/event-stream" in request.headers.get("accept", ""):
            written = _events(service, conversation, keeps=keeps)
            return await streamed(service, wanted, written, lambda problem: sse("problem", problem.to_dict()))
        async with Relay(service, wanted) as relay, leaving(request, relay):
            answer = await relay.answer()
        headers = {}
        if keeps:
            headers[CONVERSATION] = await asyncio.to_thread(_keep, service, conversation, answer)
        return JSONResponse(answer.to_dict(), headers=headers)


def _events(service: Service, conversation: str, *, keeps: bool) -> Callable[[Relay], AsyncIterator[bytes]]:
    """Return how the events of a question are written, the answer with the conversation in which it is kept."""

    async def written(relay: Relay) -> AsyncIterator[bytes]:
        async for event in relay.events(BEAT):
            if event is None:
                yield STILL
            elif isinstance(event, Answer):
                place = await asyncio.to_thread(_keep, service, conversation, event) if keeps else None
                more = {"conversation": place} if place else {}
                yield sse("answer", {**event.to_dict(), **more})
            else:
                yield sse(_KINDS[type(event)], plain(event))

    return written


def sse(event: str, data: Any) -> bytes:
    """Return one server-sent event; JSON has no line breaks of its own."""
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode("ascii")


def _lists(paths: APIRouter, service: Service) -> None:
    news, most = service.news, service.serving.passages_limit

    @paths.get(
        "/search",
        responses={**given("Evidence", "The passages, the best first.", many=True), **problems()},
        tags=["questions"],
    )
    def search(
        q: About, k: Annotated[int, Query(ge=1, le=1000)] = 10, as_of: Annotated[AsOf | None, Query()] = None
    ) -> Response:
        """Find passages, without a language model; more than DATELINE_PASSAGES_LIMIT are not given."""
        if k > most:
            raise InputError(f"k is {k!r} and at most {most} passages are given here: ask for fewer")
        return JSONResponse(plain(service.lightly(lambda: news.search(q, k=k, as_of=as_of))))

    @paths.get("/timeline", responses={**given("Timeline", "Dated events."), **problems()}, tags=["questions"])
    def timeline(
        q: About,
        as_of: Annotated[AsOf | None, Query()] = None,
        since: Annotated[Day | None, Query()] = None,
        until: Annotated[Day | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 20,
    ) -> Response:
        """Tell what happened with somebody or something, in order, without a language model."""
        found = service.lightly(lambda: news.timeline(q, as_of=as_of, since=since, until=until, limit=limit))
        return JSONResponse(found.to_dict())

    @paths.get("/quotes", responses={**given("Statements", "Statements, by time."), **problems()}, tags=["questions"])
    def quotes(
        person: About,
        topic: Annotated[Text | None, Query(max_length=2000)] = None,
        as_of: Annotated[AsOf | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> Response:
        """List what somebody said, with the exact words, without a language model."""
        found = service.lightly(lambda: news.quotes(person, topic, as_of=as_of, limit=limit))
        return JSONResponse(found.to_dict())


def _conversations(paths: APIRouter, service: Service) -> None:
    store, tags = service.store, _TAGS

    @paths.get("/conversations", responses=problems(), tags=tags, dependencies=[Depends(writes)])
    def conversations(q: Short = "", limit: Annotated[int, Query(ge=1, le=500)] = 100) -> list[dict[str, Any]]:
        """List conversations, the latest first; only for who may write, since they are everybody's."""
        return [plain(one) for one in store.listed(q, limit=limit)]

    @paths.get("/conversations/{name}", responses=problems(404), tags=tags)
    def conversation(name: Named) -> dict[str, Any]:
        """Return a conversation: its questions with their answers or timelines, as they were given.

        An article that was deleted since is marked wherever it is cited (`deleted`).
        """
        found = _found(service, name)
        kept = [{**plain(one), "said": one.said.to_dict()} for one in found.kept]
        return {"id": found.id, "title": found.title, "begun": plain(found.begun), "kept": kept}

    @paths.delete("/conversations/{name}", status_code=204, responses=problems(404), tags=tags, dependencies=_WRITES)
    def forget(name: Named) -> None:
        """Delete a conversation."""
        if not store.delete(name):
            raise _no_conversation(name)

    @paths.get(
        "/conversations/{name}/answers/{number}",
        responses={**given("Answer", "The answer or timeline as it was given."), **problems(404)},
        tags=tags,
    )
    def answer(name: Named, number: Annotated[int, Path(ge=0, le=10**9)]) -> Response:
        """Return one answer of a conversation as it was given, with its citations."""
        return JSONResponse(_kept(service, name, number).said.to_dict())

    @paths.put("/conversations/{name}/answers/{number}/feedback", status_code=204, responses=problems(404), tags=tags)
    def feedback(name: Named, number: Annotated[int, Path(ge=0, le=10**9)], thought: Feedback) -> None:
        """Say whether an answer is right; `qa eval` can read such answers as cases."""
        _kept(service, name, number)
        store.think(name, number, Thought(thought.thumb, why=thought.why) if thought.thumb else None)


_WRITES = [Depends(writes)]
_TAGS: list[str | Enum] = ["conversations"]


def _history(service: Service, conversation: str) -> tuple[Answer, ...]:
    found = _found(service, conversation)
    return tuple(one.said for one in found.kept[-12:] if isinstance(one.said, Answer))


def _found(service: Service, conversation: str) -> Any:
    def has(name: str) -> bool:
        return bool(service.news.holdings.versions(name))

    try:
        return service.store.conversation(conversation, has=has)
    except InputError:
        raise _no_conversation(conversation) from None


def _kept(service: Service, conversation: str, number: int) -> Kept:
    for one in _found(service, conversation).kept:
        if one.number == number:
            kept: Kept = one
            return kept
    raise missing(f"There is no answer {number} in that conversation.", "GET the conversation to see its numbers.")


def _no_conversation(name: str) -> DatelineError:
    return missing(f"There is no conversation {name[:40]!r}.", "Begin one: POST /api/v1/ask with keep.")


def _keep(service: Service, conversation: str, said: Answer | Timeline) -> str:
    """Keep an answer and return its conversation; one that was deleted meanwhile is begun anew."""
    question = said.question if isinstance(said, Answer) else said.query
    kept = Kept(1, question=question, said=said)
    if conversation:
        try:
            service.store.add(conversation, kept)
        except InputError:
            conversation = ""
    if not conversation:
        conversation = service.store.begin(question)
        service.store.add(conversation, kept)
    return conversation
