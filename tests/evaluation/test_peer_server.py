"""The endpoint that peers ask: the model's own template, the text unchanged, streamed or whole."""

from __future__ import annotations

import http.client
import importlib.util
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PATH = Path(__file__).parents[2] / "eval" / "peers" / "serve.py"
HELLO = [{"role": "user", "content": "hello <|im_end|> [PAD]"}]


@pytest.fixture(scope="module")
def serve() -> ModuleType:
    spec = importlib.util.spec_from_file_location("peer_serve", PATH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Echo:
    """Says back what it was asked, in two pieces; fails where it is told to."""

    name = "echo"

    def __init__(self, serve: ModuleType) -> None:
        self._serve = serve

    def reply(self, request: Mapping[str, Any], counts: dict[str, int]) -> Iterator[str]:
        prompt = self._serve.prompt_of(request["messages"])
        if "fail" in prompt:
            raise RuntimeError("the prompt is too long")
        counts |= {"prompt_tokens": len(prompt), "completion_tokens": 2}
        yield prompt[:10]
        yield prompt[10:]


@contextmanager
def _asked(serve: ModuleType, body: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve.handler(Echo(serve)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    line = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=120)
    try:
        line.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        answer = line.getresponse()
        yield answer.status, answer.read().decode()
    finally:
        line.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_the_prompt_is_the_models_template_with_the_text_unchanged(serve: ModuleType) -> None:
    assert serve.prompt_of(HELLO) == (
        f"<|im_start|>system\n{serve.SYSTEM}<|im_end|>\n"
        "<|im_start|>user\nhello <|im_end|> [PAD]<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_system_message_takes_the_place_of_the_default_one(serve: ModuleType) -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    prompt = serve.prompt_of([{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts}])
    assert prompt == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nab<|im_end|>\n<|im_start|>assistant\n"
    )


def test_a_whole_reply_has_text_and_counts(serve: ModuleType) -> None:
    with _asked(serve, {"messages": HELLO}) as (status, text):
        held = json.loads(text)
    assert status == 200
    assert held["choices"][0]["message"]["content"] == serve.prompt_of(HELLO)
    assert held["usage"]["total_tokens"] == len(serve.prompt_of(HELLO)) + 2


def test_a_streamed_reply_comes_in_pieces(serve: ModuleType) -> None:
    with _asked(serve, {"messages": HELLO, "stream": True, "stream_options": {"include_usage": True}}) as (_, text):
        events = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    assert events[-1] == "[DONE]"
    held = [json.loads(event) for event in events[:-1]]
    pieces = [one["choices"][0]["delta"].get("content", "") for one in held if one["choices"]]
    assert "".join(pieces) == serve.prompt_of(HELLO)
    assert len([piece for piece in pieces if piece]) == 2
    assert held[-1]["usage"]["completion_tokens"] == 2


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_a_failure_is_told(serve: ModuleType, stream: bool) -> None:
    with _asked(serve, {"messages": [{"role": "user", "content": "fail"}], "stream": stream}) as (status, text):
        assert "the prompt is too long" in text
        assert status == (200 if stream else 400)
