"""Asking over REST: one answer, a stream of events, and every refusal in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from service_fakes import AS_OF, ASK, MAIL, Scripted
from service_making import client, made, serving_at

from qa.server.service import Service
from qa.types import SCHEMA


def events(response: httpx.Response) -> list[tuple[str, Any]]:
    """The server-sent events of a response, read as a client would."""
    found, kind = [], ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            found.append((kind, json.loads(line.removeprefix("data: "))))
    return found


def test_an_answer_is_the_one_schema_and_its_quotes_are_the_articles_characters(http: httpx.Client) -> None:
    response = http.post("/api/v1/ask", json=ASK)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert (answer["schema"], answer["status"], answer["mode"]) == (SCHEMA, "answered", "model")
    assert answer["short_answer"] == "17"
    citation = answer["citations"][0]
    whole = http.get(f"/api/v1/articles/{citation['article']['id']}").json()
    assert whole["body"][citation["start"] : citation["end"]] == citation["quote"]


def test_a_refusal_is_an_answer(http: httpx.Client) -> None:
    response = http.post("/api/v1/ask", json={"question": "who won the football match", "as_of": AS_OF})
    assert (response.status_code, response.json()["status"]) == (200, "not_found")


def test_a_stream_has_evidence_then_checked_sentences_then_the_answer(http: httpx.Client) -> None:
    with http.stream("POST", "/api/v1/ask", json=ASK, headers={"Accept": "text/event-stream"}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        found = events(response)
    kinds = [kind for kind, _ in found]
    assert kinds == sorted(kinds, key=["evidence", "citation", "sentence", "answer"].index)
    assert {"evidence", "citation", "sentence", "answer"} == set(kinds)
    answer = found[-1][1]
    assert [data for kind, data in found if kind == "sentence"] == answer["sentences"]
    assert answer["question"] == MAIL


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"question": "   "}, 422, "is empty"),
        ({"question": "\ud800\x00"}, 422, "is empty"),
        ({"question": "x" * 2001}, 422, "shorten it to 2,000"),
        ({"question": MAIL, "as_of": "soon"}, 422, "is not a date"),
        ({"question": MAIL, "since": "2022-03-02", "until": "2022-03-01"}, 422, "exchange the two days"),
        ({"question": MAIL, "grammar": "x"}, 422, "grammar"),
        ({"question": {"$gt": ""}}, 422, "question"),
        ({}, 422, "question"),
        ({"question": MAIL, "conversation": "none"}, 404, "no conversation"),
    ],
    ids=["spaces", "nothing readable", "too long", "no day", "period", "unknown field", "no text", "nothing", "nobody"],
)
def test_a_bad_question_is_refused_in_words(
    http: httpx.Client, body: dict[str, Any], status: int, said: str, accept: str
) -> None:
    response = http.post(
        "/api/v1/ask", content=json.dumps(body), headers={"Accept": accept, "Content-Type": "application/json"}
    )
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert said in problem["detail"]
    assert problem["next"]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"{", 400), (b"[" * 10_000, 400), (b"\xff\xfe", 400), (b'"text"', 422), (b"[]", 422), (b"", 422)],
    ids=["half", "deep", "no utf-8", "a string", "a list", "empty"],
)
def test_what_is_no_question_at_all_is_refused(http: httpx.Client, content: bytes, status: int) -> None:
    response = http.post("/api/v1/ask", content=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["status"]) == (status, status)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/api/v1/nothing", 404), ("//", 404), ("/%2e%2e/etc/passwd", 404), ("/api/v1/ask", 405)],
)
def test_other_paths_are_problems_too(http: httpx.Client, path: str, status: int) -> None:
    response = http.get(path)
    assert (response.status_code, response.json()["status"]) == (status, status)


def test_a_conversation_is_kept_continued_and_judged(http: httpx.Client) -> None:
    first = http.post("/api/v1/ask", json={**ASK, "keep": True})
    name = first.headers["X-Dateline-Conversation"]
    follow = http.post(
        "/api/v1/ask",
        json={"question": "and how many people were brought ashore?", "as_of": AS_OF, "conversation": name},
    )
    assert "Petrel" in follow.json()["standalone_question"]
    kept = http.get(f"/api/v1/conversations/{name}").json()["kept"]
    assert [one["said"]["question"] for one in kept] == [MAIL, "and how many people were brought ashore?"]
    number = kept[0]["number"]
    again = http.get(f"/api/v1/conversations/{name}/answers/{number}").json()
    assert again == first.json()
    place = f"/api/v1/conversations/{name}/answers/{number}/feedback"
    assert http.put(place, json={"thumb": "down", "why": "wrong day"}).status_code == 204
    judged = http.get(f"/api/v1/conversations/{name}").json()["kept"][0]["thought"]
    assert judged == {"thumb": "down", "why": "wrong day"}
    assert http.put(place.replace(f"/{number}/", "/99/"), json={"thumb": "up"}).status_code == 404


def test_lists_need_no_model(http: httpx.Client, model: Scripted) -> None:
    asked = len(model.history)
    found = http.get("/api/v1/search", params={"q": "ferry Tarn Island", "k": 2, "as_of": AS_OF}).json()
    assert [one["rank"] for one in found] == [1, 2]
    told = http.get("/api/v1/timeline", params={"q": "ferry Petrel", "as_of": AS_OF}).json()
    assert told["events"][0]["citation"]["article"]["outlet"] == "The Harbour Post"
    said = http.get("/api/v1/quotes", params={"person": "Dorn", "as_of": AS_OF}).json()
    assert "unlikely to start" in json.dumps(said["found"])
    assert len(model.history) == asked


@pytest.mark.parametrize("k", ["0", "-1", "1000000", "NaN", "5x", "101"])
def test_a_count_out_of_range_is_refused(http: httpx.Client, k: str) -> None:
    assert http.get("/api/v1/search", params={"q": "ferry", "k": k}).status_code == 422


def test_leaving_a_stream_ends_the_models_work_and_frees_its_place(archive: Path) -> None:
    model = Scripted()
    model.free.clear()
    with made(archive, model, at_once=1, queue=0) as service, serving_at(service) as base, client(base) as http:
        with http.stream("POST", "/api/v1/ask", json=ASK, headers={"Accept": "text/event-stream"}) as response:
            assert next(response.iter_lines()).startswith("event: evidence")
            assert model.begun.acquire(timeout=120)
        assert service.questions.idle(120), "the place is free though the model still hangs"
        model.free.set()
        assert http.post("/api/v1/ask", json=ASK).json()["status"] == "answered"


def test_a_model_that_goes_is_said_and_the_archive_still_answers(http: httpx.Client, model: Scripted) -> None:
    model.gone = True
    try:
        answer = http.post("/api/v1/ask", json=ASK).json()
    finally:
        model.gone = False
    assert (answer["mode"], answer["status"]) == ("extractive", "answered")
    assert any("gone" in note for note in answer["trace"]["notes"])


def test_the_state_is_told(http: httpx.Client, service: Service) -> None:
    assert http.get("/health").json() == {"status": "live"}
    ready = http.get("/ready").json()
    assert (ready["ready"], ready["mode"], ready["archive"]) == (True, "model", "ok")
    assert http.get("/api/v1/info").json()["articles"] == 3
