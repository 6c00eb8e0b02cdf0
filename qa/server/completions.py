"""The OpenAI-compatible face: ``/v1/chat/completions`` and ``/v1/models``, with the whole answer as an extension.

The last message is the question, earlier ones are the conversation; ``system`` messages and sampling options are not
followed. The reply's text has markers ([1]) that ``annotations`` and the extension ``dateline`` resolve.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from qa.errors import InputError
from qa.server.problems import Problem
from qa.server.relay import Relay
from qa.server.schemas import AskRequest, AsOf, Short, Text, problems
from qa.server.service import Asked, Service
from qa.server.streams import BEAT, STILL, leaving, streamed
from qa.types import Answer, Sentence

MODEL = "dateline"
MOST_TURNS = 12
"""Earlier turns that are looked at; a longer conversation is cut at its beginning."""


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")
    type: Short = "text"
    text: Text = ""


class Message(BaseModel):
    """One message of the conversation."""

    model_config = ConfigDict(extra="ignore")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[Part] | None = None

    @property
    def words(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What else a stream has."""

    model_config = ConfigDict(extra="ignore")
    include_usage: bool = False


class Extension(BaseModel):
    """Dateline's own options, as for POST /api/v1/ask."""

    model_config = ConfigDict(extra="forbid")
    as_of: AsOf | None = None
    outlets: list[Short] = Field(default_factory=list, max_length=100)
    language: Short = ""
    since: Short | None = None
    until: Short | None = None


class ChatRequest(BaseModel):
    """A chat completion request. Options that are not listed here are dropped and go nowhere."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "model": MODEL,
                    "messages": [{"role": "user", "content": "when do the Istanbul talks start"}],
                    "dateline": {"as_of": "2022-03-28"},
                }
            ]
        },
    )

    model: Short = MODEL
    messages: Annotated[list[Message], Field(min_length=1, max_length=2000)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    dateline: Extension | None = None


def router(service: Service) -> APIRouter:
    """Return the paths."""
    paths = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

    @paths.get("/models", responses=problems())
    def models() -> dict[str, Any]:
        """List the one model: the archive."""
        return {"object": "list", "data": [_MODEL]}

    @paths.get("/models/{name}", responses=problems())
    def model(name: str) -> dict[str, Any]:
        """Return it."""
        return _MODEL

    @paths.post("/chat/completions", responses=problems(504))
    async def complete(request: Request, wanted: ChatRequest) -> Response:
        """Answer the last message; see the module for what is read and what is not.

        Beside what OpenAI describes the response has `dateline`, the whole `Answer`; in a stream its last chunk has it.
        """
        asked = _asked(wanted)
        if wanted.stream:
            usage = wanted.stream_options is not None and wanted.stream_options.include_usage
            return await streamed(service, asked, partial(_chunks, usage=usage), _failed)
        async with Relay(service, asked) as relay, leaving(request, relay):
            answer = await relay.answer()
        return JSONResponse(completion(answer))

    return paths


_DONE = b"data: [DONE]\n\n"
_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": "dateline"}


def _asked(wanted: ChatRequest) -> Asked:
    """Return the question and its history.

    Raises:
        InputError: the last message is not a user's, or a day is none.
    """
    spoken = [one for one in wanted.messages if one.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user" or wanted.messages[-1].role != "user":
        raise InputError("the last message has to be the user's: it is the question")
    own = wanted.dateline or Extension()
    part = AskRequest.model_validate({"question": "?", **own.model_dump(exclude={"as_of"})}).within()
    history = _history(spoken[:-1], own.as_of)
    return Asked(spoken[-1].words, as_of=own.as_of, history=history, within=part, face="openai")


def _history(earlier: Sequence[Message], as_of: str | None) -> tuple[Answer, ...]:
    """Return earlier turns as answers. They are only leant on for what a follow-up means: nothing of them is cited."""
    from qa.questions import parse_as_of

    fixed: dict[str, Any] = {"as_of": parse_as_of(as_of), "status": "answered", "mode": "extractive"}
    turns, question = [], ""
    for one in earlier:
        if one.role == "user":
            question = one.words[:2000]
        elif question:
            turns.append((question, one.words[:2000]))
            question = ""
    return tuple(
        Answer("", question=asked, standalone_question=asked, text=said, **fixed) for asked, said in turns[-MOST_TURNS:]
    )


def marked(sentence: Sentence) -> str:
    """Return a sentence with the markers of its citations."""
    return sentence.text + "".join(f" [{number}]" for number in sentence.citations)


def content(answer: Answer) -> str:
    """Return an answer's text with markers; a refusal's is its reason."""
    return " ".join(map(marked, answer.sentences)) if answer.sentences else answer.text


def cited(answer: Answer) -> list[dict[str, Any]]:
    """Return the citations that have an address as OpenAI's ``url_citation``; the span is that of the sentence."""
    by_number = {citation.number: citation for citation in answer.citations}
    found, start = [], 0
    for sentence in answer.sentences:
        for number in sentence.citations:
            article = by_number[number].article
            if article.url:
                span = {"start_index": start, "end_index": start + len(sentence.text)}
                named = {"url": article.url, "title": article.headline or article.outlet or article.url}
                found.append({"type": "url_citation", "url_citation": {**span, **named}})
        start += len(marked(sentence)) + 1
    return found


def completion(answer: Answer) -> dict[str, Any]:
    """Return an answer as a chat completion."""
    message = {"role": "assistant", "content": content(answer), "refusal": None, "annotations": cited(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    head = _head(f"chatcmpl-{answer.id}", "chat.completion")
    return {**head, "choices": [choice], "usage": usage_of(answer), "dateline": answer.to_dict()}


def usage_of(answer: Answer) -> dict[str, int]:
    """Return the tokens that models read and wrote for an answer; 0 where none was used."""
    read, wrote = answer.trace.tokens.get("prompt", 0), answer.trace.tokens.get("reply", 0)
    return {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}


def _head(name: str, kind: str) -> dict[str, Any]:
    return {"id": name, "object": kind, "created": int(time.time()), "model": MODEL}


def _failed(problem: Problem) -> bytes:
    said = f"{problem.detail} {problem.next}".strip()
    error = {"message": said, "type": problem.title, "param": None, "code": problem.status}
    return _line({"error": error}) + _DONE


async def _chunks(relay: Relay, *, usage: bool) -> AsyncIterator[bytes]:
    head, told_any = _head(f"chatcmpl-{time.monotonic_ns():x}", "chat.completion.chunk"), False

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _line({**head, "choices": [choice], **more})

    yield chunk({"role": "assistant", "content": ""})
    async for event in relay.events(BEAT):
        if event is None:
            yield STILL
        elif isinstance(event, Sentence):
            yield chunk({"content": (" " if told_any else "") + marked(event)})
            told_any = True
        elif isinstance(event, Answer):
            if not told_any:
                yield chunk({"content": content(event)})
            yield chunk({"annotations": cited(event)}, "stop", dateline=event.to_dict())
            if usage:
                yield _line({**head, "choices": [], "usage": usage_of(event)})
    yield _DONE


def _line(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode("ascii")
