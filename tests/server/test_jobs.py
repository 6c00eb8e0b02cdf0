"""Taking in over REST: progress, cancelling, and a report; deleting; and what a reader may not."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from service_making import client, made, serving_at

from qa import NewsQA
from qa.encoders import HashEncoder
from qa.server.jobs import Jobs
from qa.server.schemas import JobRequest
from qa.server.service import Service

WRITE, READ = "w" * 24, "r" * 24


def ended(http: httpx.Client, job: str) -> dict[str, Any]:
    """The job once it has ended."""
    until = time.monotonic() + 200
    while not (found := http.get(f"/api/v1/jobs/{job}").json())["ended"]:
        assert time.monotonic() < until
        time.sleep(0.02)
    return dict(found)


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, str]]:
    """A service of an archive of its own, that asks who one is."""
    index = tmp_path_factory.mktemp("jobs") / "index"
    NewsQA.open(index, create=True, encoder=HashEncoder(), extractive=True).close()
    options = {"open_as": False, "token": WRITE, "read_token": READ}
    with made(index, read_only=False, **options) as service, serving_at(service) as base:
        yield service, base


@pytest.fixture(scope="module")
def http(writing: tuple[Service, str]) -> Iterator[httpx.Client]:
    with client(writing[1], Authorization=f"Bearer {WRITE}") as one:
        yield one


def test_articles_are_taken_in_asked_and_deleted(http: httpx.Client) -> None:
    article = {
        "title": "Bridge over the Tarn to open", "published": "2024-04-20", "outlet": "Courier",
        "url": "https://courier.example/bridge",
        "text": "The bridge over the Tarn will open on 4 May 2024, Ina Holm said.",
    }  # fmt: skip
    begun = http.post("/api/v1/jobs", json={"articles": [article, {"text": "   "}]})
    assert begun.status_code == 202
    job = ended(http, begun.json()["id"])
    assert (job["state"], job["report"]["added"], len(job["report"]["rejected"])) == ("done", 1, 1)
    assert "/tmp" not in str(job["report"])
    assert (job["report"]["undated"], job["report"]["left_out"]) == (0, [])
    asked = http.post("/api/v1/ask", json={"question": "When will the bridge over the Tarn open?", "keep": True})
    answer, conversation = asked.json(), asked.headers["X-Dateline-Conversation"]
    assert (answer["status"], answer["mode"]) == ("answered", "extractive")
    name = answer["citations"][0]["article"]["id"]
    listed = http.get("/api/v1/articles", params={"outlet": "Courier"}).json()
    assert [one["id"] for one in listed["articles"]] == [name]
    assert http.delete(f"/api/v1/articles/{name}").status_code == 204
    assert http.delete(f"/api/v1/articles/{name}").status_code == 404
    assert http.get("/api/v1/articles").json()["total"] == 0
    found = http.get("/api/v1/search", params={"q": "bridge over the Tarn"}).json()
    assert found == []
    [kept] = http.get(f"/api/v1/conversations/{conversation}").json()["kept"]
    assert answer["citations"][0]["article"]["deleted"] is False
    assert {one["article"]["deleted"] for one in kept["said"]["citations"]} == {True}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422), ({"sources": ["/etc/passwd"]}, 422), ({"sources": ["file:///etc/passwd"]}, 422),
        ({"articles": [{"title": "no text"}]}, 422), ({"articles": [{"text": "x", "path": "y"}]}, 422),
    ],
    ids=["nothing", "a path", "a file", "no text", "unknown field"],
)  # fmt: skip
def test_a_bad_job_is_refused(http: httpx.Client, body: dict[str, Any], status: int) -> None:
    assert http.post("/api/v1/jobs", json=body).status_code == status


def test_an_address_of_this_machine_is_not_fetched(http: httpx.Client) -> None:
    job = ended(http, http.post("/api/v1/jobs", json={"sources": ["http://127.0.0.1/feed.xml"]}).json()["id"])
    assert job["state"] == "done"
    assert "DATELINE_FETCH_PRIVATE" in job["report"]["rejected"][0]["reason"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/jobs"), ("GET", "/api/v1/jobs"), ("DELETE", "/api/v1/jobs/x"),
        ("DELETE", "/api/v1/articles/x"),
        ("GET", "/api/v1/conversations"), ("DELETE", "/api/v1/conversations/x"),
    ],
)  # fmt: skip
def test_a_reader_may_not_write(writing: tuple[Service, str], method: str, path: str) -> None:
    with client(writing[1], Authorization=f"Bearer {READ}") as reader:
        refused = reader.request(method, path, json={"sources": ["https://example.org"]} if method == "POST" else None)
        assert (refused.status_code, refused.json()["title"]) == (403, "Forbidden")
        assert reader.get("/api/v1/articles").status_code == 200


class Slow:
    """An archive whose reading waits, and can be told to stop."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def ingest(self, sources: Any, *, progress: Any, stopped: Any) -> Any:
        from qa.index import IngestReport

        self.begun.set()
        progress(1, 2, "reading")
        assert self.go.wait(120)
        return IngestReport(1 if stopped() else 2)


def test_a_job_in_work_and_one_in_line_are_cancelled() -> None:
    news = Slow()
    jobs = Jobs(news)  # type: ignore[arg-type]
    first = jobs.add(JobRequest(sources=["https://example.org/a"]))
    second = jobs.add(JobRequest(sources=["https://example.org/b"]))
    assert news.begun.wait(120)
    assert jobs.cancel(second.id).state == "cancelled"
    assert (jobs.cancel(first.id).state, jobs.job(first.id).done) == ("running", 1)
    news.go.set()
    jobs.close(120)
    assert (first.state, first.report["added"]) == ("cancelled", 1), "what was read stays"  # type: ignore[index]
    assert second.report is None
    assert [job.id for job in jobs.listed()] == [second.id, first.id]


def test_a_fault_ends_a_job_in_words(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def ingest(self, *args: Any, **options: Any) -> Any:
            raise RuntimeError("the canary sings")

    jobs = Jobs(Broken())  # type: ignore[arg-type]
    job = jobs.add(JobRequest(sources=["https://example.org/a"]))
    until = time.monotonic() + 120
    while not job.ended:
        assert time.monotonic() < until
        time.sleep(0.005)
    jobs.close(120)
    assert job.state == "failed"
    assert "RuntimeError" in job.error
    assert "canary" not in job.error


def test_no_job_outlives_its_archive(tmp_path: Path) -> None:
    jobs = Jobs(Slow())  # type: ignore[arg-type]
    jobs.close(1)
    from qa.server.problems import Busy

    with pytest.raises(Busy):
        jobs.add(JobRequest(sources=["https://example.org/a"]))
