"""The end of the service, and states under way: what runs is answered in words, nothing new begins."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from service_fakes import AS_OF, ASK, MAIL, Scripted
from service_making import client, made, serving_at

from qa.encoders import HashEncoder, Vectors
from qa.errors import OutOfTime
from qa.llm.breaker import FAILURES
from qa.server.problems import Busy
from qa.server.service import Asked, queued
from qa.server.serving import Serving
from qa.types import Answer


def test_a_running_question_is_answered_without_the_model_when_the_service_stops(archive: Path) -> None:
    model, got = Scripted(), []
    model.free.clear()
    with made(archive, model, grace=0) as service, serving_at(service) as base, client(base) as http:
        asking = threading.Thread(target=lambda: got.append(http.post("/api/v1/ask", json=ASK).json()), daemon=True)
        asking.start()
        assert model.begun.acquire(timeout=120)
        service.stop()
        with client(base) as other:
            refused = other.post("/api/v1/ask", json=ASK)
            assert (refused.status_code, refused.json()["detail"]) == (503, "the service is stopping")
            ready = other.get("/ready")
            assert (ready.status_code, ready.json()["stopping"]) == (503, True)
            assert other.get("/health").status_code == 200
        asking.join(120)
        model.free.set()
    assert (got[0]["mode"], got[0]["status"]) == ("extractive", "answered")


def test_a_model_that_hangs_is_left_in_time_for_what_follows_it(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Scripted()
    model.free.clear()
    monkeypatch.setattr(Serving, "reserve", 599.5)  # of 600 s
    with made(archive, model) as service, serving_at(service) as base, client(base) as http:
        answer = http.post("/api/v1/ask", json=ASK).json()
        model.free.set()
    assert (answer["mode"], answer["status"]) == ("extractive", "answered")
    assert any("time of this question" in note for note in answer["trace"]["notes"])


class Held(HashEncoder):
    """The encoder of the tests, as slow as it is told to be."""

    def __init__(self) -> None:
        super().__init__()
        self.free = threading.Event()
        self.free.set()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        assert self.free.wait(600)
        return super().encode_passages(texts)


@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions"])
def test_a_search_that_does_not_end_is_refused_in_words_at_the_deadline(archive: Path, path: str) -> None:
    encoder = Held()
    body = ASK if path == "/api/v1/ask" else {"messages": [{"role": "user", "content": MAIL}]}
    with made(archive, encoder=encoder, deadline=1) as service, serving_at(service) as base, client(base) as http:
        encoder.free.clear()
        late = http.post(path, json=body)  # comes while the search still hangs
        assert (late.status_code, late.headers["retry-after"]) == (504, "5")
        assert late.json()["title"] == "Too late"
        encoder.free.set()
        assert service.questions.idle(120), "its place is free once the search ends"


def test_what_waits_for_its_turn_takes_from_the_same_time(archive: Path) -> None:
    model = Scripted()
    model.free.clear()
    with made(archive, model, at_once=1, deadline=1, patience=600) as service:
        asked = Asked(MAIL, as_of=AS_OF)

        def ask() -> None:
            with contextlib.suppress(OutOfTime):
                list(service.stream(asked))

        first = threading.Thread(target=ask, daemon=True)
        with service.questions.admitted(), pytest.raises(Busy, match="within 1 s"):
            list(service.stream(asked))
        first.start()
        first.join(120)
        model.free.set()
    assert not first.is_alive(), "a model that hangs holds nobody beyond the deadline"


def test_a_model_that_keeps_failing_is_left_alone_and_the_state_says_so(archive: Path) -> None:
    model = Scripted()
    model.gone = True
    with made(archive, model) as service, serving_at(service) as base, client(base) as http:
        for _ in range(FAILURES):
            assert http.post("/api/v1/ask", json=ASK).json()["mode"] == "extractive"
        ready = http.get("/ready").json()
        assert (ready["ready"], ready["mode"]) == (True, "extractive")
        assert "failed several times" in ready["model"]
        assert "dateline_model_ready 0.0" in http.get("/metrics").text


def test_the_page_and_the_api_share_one_queue(archive: Path) -> None:
    model = Scripted()
    model.free.clear()
    with made(archive, model, at_once=1, queue=0) as service:
        page = queued(service).stream(MAIL)
        next(page)
        with pytest.raises(Busy):
            next(service.stream(Asked(MAIL, as_of=AS_OF)))
        model.free.set()
        assert isinstance(list(page)[-1], Answer)


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")  # Gradio's
def test_the_page_stands_behind_the_same_gate_and_is_the_callers_own(archive: Path) -> None:
    write, read = "w" * 24, "r" * 24
    with (
        made(archive, Scripted(), read_only=False, token=write, read_token=read) as service,
        serving_at(service, page=True) as base,
        client(base) as http,
    ):
        assert http.get("/").status_code == 401
        assert http.get("/config").status_code == 401
        writer = http.get("/config", headers={"Authorization": f"Bearer {write}"}).text
        reader = httpx.get(f"{base}/config", auth=("anyone", read), timeout=120, trust_env=False).text
        assert '"elem_id":"dl-files"' in writer, "who may write can drop files"
        assert '"elem_id":"dl-files"' not in reader
        assert http.get("/", headers={"Authorization": f"Bearer {read}"}).status_code == 200
        for path in ("/gradio_api/file=/etc/passwd", "/docs", "/nothing"):
            assert http.get(path, headers={"Authorization": f"Bearer {read}"}).status_code in (403, 404), path
        http.headers["Authorization"] = f"Bearer {read}"
        for path in ("/api/v1/nothing", "/v1/nothing", "/api/"):
            missing = http.get(path)
            assert (missing.status_code, missing.json()["next"]) == (404, "/openapi.json lists the paths."), path
        wrong = http.get("/api/v1/ask")
        assert (wrong.status_code, wrong.json()["title"], wrong.headers["allow"]) == (405, "Not allowed", "POST")
