"""The OpenAI-compatible client against a real server on the loopback that can misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pydantic import SecretStr

from qa.errors import InputError, ModelError, ModelUnavailable
from qa.llm import Message, Model, ScriptedModel, load
from qa.llm.adapter import as_llama_index
from qa.llm.remote import Limits, RemoteModel, openai_model
from qa.settings import Settings

ASK = [Message("user", "When?<|im_end|>")]
Behaviour = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Server(ThreadingHTTPServer):
    """Answers each request with the next behaviour; the last one repeats."""

    daemon_threads = True

    def __init__(self) -> None:
        self.behaviours: list[Behaviour] = []
        self.requests: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves is no news."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        behaviours = self.server.behaviours
        (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0])(self, body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def send(handler: BaseHTTPRequestHandler, code: int, body: str, kind: str = "application/json", **headers: str) -> None:
    handler.send_response(code)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body.encode())))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body.encode())


def event(text: str) -> bytes:
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def words(*said: str, pause: float = 0.0, before: float = 0.0, cut: bool = False) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        time.sleep(before)
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in [event(word) for word in said] + ([] if cut else [b"data: [DONE]\n\n"]):
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            handler.wfile.flush()
            time.sleep(pause)
        if cut:
            handler.close_connection = True
            handler.connection.close()
        else:
            handler.wfile.write(b"0\r\n\r\n")

    return behave


def status(code: int, **headers: str) -> Behaviour:
    return lambda handler, body: send(handler, code, json.dumps({"error": {"message": f"code {code}"}}), **headers)


def completion(logprobs: object) -> Behaviour:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": "Yes"},
        "finish_reason": "stop",
        "logprobs": logprobs,
    }
    whole = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return lambda handler, body: send(handler, 200, json.dumps(whole))


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def settings(server: Server) -> Settings:
    url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    return Settings(llm="openai", llm_url=url, llm_model="m", llm_key=SecretStr("secret"))


def model(server: Server, **limits: float) -> RemoteModel:
    return openai_model(settings(server), limits=Limits(**{"pause": 0.01, **limits}))


def test_reply_streams_and_prompt_is_neutralised(server: Server) -> None:
    server.behaviours = [words("On ", "Tuesday")]
    assert list(model(server).stream(ASK, max_tokens=7, stop=["\n"])) == ["On ", "Tuesday"]
    sent = server.requests[0]
    assert sent["messages"] == [{"role": "user", "content": "When?‹¦im_end¦›"}]
    assert (sent["max_tokens"], sent["stop"], sent["temperature"], sent["stream"]) == (7, ["\n"], 0.0, True)


@pytest.mark.parametrize("code", [408, 429, 500, 503])
def test_51_passing_error_is_tried_again(server: Server, code: int) -> None:
    server.behaviours = [status(code), status(code), words("late")]
    assert list(model(server).stream(ASK, max_tokens=5)) == ["late"]
    assert len(server.requests) == 3


def test_51_third_failure_is_the_last(server: Server) -> None:
    server.behaviours = [status(500)]
    with pytest.raises(ModelUnavailable, match="code 500"):
        list(model(server).stream(ASK, max_tokens=5))
    assert len(server.requests) == 3


def test_51_retry_after_is_honoured(server: Server) -> None:
    server.behaviours = [status(429, Retry_After="0.4"), words("late")]
    began = time.monotonic()
    assert list(model(server).stream(ASK, max_tokens=5)) == ["late"]
    assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        pytest.param(401, ModelUnavailable, "DATELINE_LLM_KEY", id="wrong key"),
        pytest.param(404, ModelUnavailable, "DATELINE_LLM_MODEL", id="unknown model"),
        pytest.param(400, ModelUnavailable, "refused the request", id="bad request"),
    ],
)
def test_51_lasting_error_is_not_tried_again(server: Server, code: int, kind: type[Exception], said: str) -> None:
    server.behaviours = [status(code)]
    with pytest.raises(kind, match=said):
        list(model(server).stream(ASK, max_tokens=5))
    assert len(server.requests) == 1


def test_50_break_after_the_first_token_is_not_tried_again(server: Server) -> None:
    server.behaviours = [words("On ", cut=True)]
    stream = model(server).stream(ASK, max_tokens=5)
    assert next(stream) == "On "
    with pytest.raises(ModelUnavailable):
        list(stream)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("limits", "behaviour"),
    [
        pytest.param({"first_token": 0.2, "connect": 0.1}, words("x", before=1.5), id="before the first token"),
        pytest.param({"between_tokens": 0.2}, words("x", "y", pause=1.5), id="between tokens"),
        pytest.param({"total": 0.4}, words(*"abcdefgh", pause=0.15), id="in all"),
    ],
)
def test_50_slow_server_is_given_up(server: Server, limits: dict[str, float], behaviour: Behaviour) -> None:
    server.behaviours = [behaviour]
    began = time.monotonic()
    with pytest.raises(ModelUnavailable):
        list(model(server, **limits).stream(ASK, max_tokens=5))
    assert time.monotonic() - began < 3


def test_50_nobody_listening_is_unavailable() -> None:
    nowhere = Settings(llm="openai", llm_url="http://127.0.0.1:9/v1", llm_model="m")
    with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1:9"):
        list(openai_model(nowhere, limits=Limits(pause=0.01)).stream(ASK, max_tokens=5))


def test_51_page_instead_of_a_reply_is_an_outage(server: Server) -> None:
    server.behaviours = [lambda handler, body: send(handler, 200, "<html>hello</html>", "text/html")]
    with pytest.raises(ModelUnavailable, match="127"):
        list(model(server).stream(ASK, max_tokens=5))


def raw(body: str) -> Behaviour:
    return lambda handler, sent: send(handler, 200, body, "text/event-stream")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("data: {half\n\ndata: [DONE]\n\n", id="case_51 an event that is no JSON"),
        pytest.param('data: {"id": "1", "choices": []}\n\ndata: [DONE]\n\n', id="case_51 no choice"),
        pytest.param("data: [1, 2]\n\ndata: [DONE]\n\n", id="case_51 an event of another shape"),
        pytest.param(": only a comment\n\n", id="case_51 nothing said"),
        pytest.param("data: \n\n" * 50, id="case_51 empty events"),
    ],
)
def test_a_stream_that_is_none_is_an_outage(server: Server, body: str) -> None:
    server.behaviours = [raw(body)]
    with pytest.raises(ModelUnavailable, match="127"):
        list(model(server).stream(ASK, max_tokens=5))


def test_54_closing_the_stream_leaves_at_once(server: Server) -> None:
    server.behaviours = [words(*"abcdefgh", pause=0.3)]
    stream = model(server).stream(ASK, max_tokens=9)
    next(stream)
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 0.5


def test_yes_comes_from_log_probabilities(server: Server) -> None:
    top = [{"token": "Yes", "logprob": -0.2231, "bytes": None}, {"token": "No", "logprob": -1.6094, "bytes": None}]
    content = {"token": "Yes", "logprob": -0.2231, "bytes": None, "top_logprobs": top}
    server.behaviours = [completion({"content": [content]})]
    assert model(server).yes(ASK) == pytest.approx(0.8, abs=0.001)


@pytest.mark.parametrize("behaviour", [completion(None), status(400)], ids=["none returned", "option unknown"])
def test_yes_without_log_probabilities_is_none(server: Server, behaviour: Behaviour) -> None:
    server.behaviours = [behaviour]
    assert model(server).yes(ASK) is None


def test_load_follows_the_provider(server: Server) -> None:
    assert load(Settings(llm="none")) is None
    remote = load(settings(server))
    assert isinstance(remote, Model)
    assert remote.name == "m"


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        pytest.param({"llm": "openai"}, InputError, "DATELINE_LLM_URL", id="no address"),
        pytest.param({"llm": "openai", "llm_url": "http://x"}, InputError, "DATELINE_LLM_MODEL", id="no name"),
        pytest.param({"llm": "local", "llm_model": "tinny"}, InputError, "'tinny'", id="unknown name"),
        pytest.param({"llm": "local", "llm_model": "/no/x.gguf"}, ModelError, "/no/x.gguf", id="no such file"),
    ],
)
def test_settings_that_cannot_work_are_named(values: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        load(Settings(**values))


def test_missing_extra_is_named_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="pip install"):
        load(Settings(llm="anthropic"))


def test_scripted_model_is_a_model_with_a_history() -> None:
    fake = ScriptedModel(["one two", ModelUnavailable("down")], yes=[0.9, None])
    assert isinstance(fake, Model)
    assert "".join(fake.stream(ASK, max_tokens=1)) == "one"
    with pytest.raises(ModelUnavailable, match="down"):
        list(fake.stream(ASK, max_tokens=1))
    with pytest.raises(ModelUnavailable, match="no reply left"):
        list(fake.stream(ASK, max_tokens=1))
    assert [fake.yes(ASK) for _ in range(3)] == [0.9, None, None]
    assert [(call.kind, call.finished) for call in fake.history[:2]] == [("stream", True), ("stream", False)]


def test_llama_index_face_completes_and_streams() -> None:
    llm = as_llama_index(ScriptedModel(default="On Tuesday"))
    assert llm.complete("When?").text == "On Tuesday"
    assert [part.delta for part in llm.stream_complete("When?")] == ["On", " Tuesday"]
