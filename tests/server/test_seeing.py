"""What is seen from outside: numbers, spans and log lines, without questions and secrets, and none forged."""

from __future__ import annotations

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from service_fakes import ASK, MAIL

from qa import spans
from qa.server.gate import ACCESS
from qa.server.logs import HIDDEN, JsonLines


def lines(message: str, *args: Any, secrets: tuple[str, ...] = (), **options: Any) -> list[dict[str, Any]]:
    """What is written for one record."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines(secrets))
    log = logging.Logger("test")
    log.addHandler(handler)
    log.error(message, *args, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    "title",
    ['x\n{"level": "INFO", "event": "request"}', "x\r\nforged", "\x1b[2J", "%n%s", "\u2028forged", "\x00", '"}'],
    ids=["a line", "carriage return", "escape sequence", "percent", "line separator", "NUL", "quotes"],
)
def test_no_text_forges_a_line(title: str) -> None:
    (line,) = lines("rejected %s", title)
    assert line["message"] == f"rejected {title}"
    assert line["level"] == "ERROR"


def test_secrets_never_stand_in_a_line() -> None:
    canary = 'canary-"quoted"-éß-key'
    try:
        raise ValueError(canary)
    except ValueError:
        written = lines("sent %s and %r", canary, canary, secrets=(canary,), exc_info=True)
    text = json.dumps(written, ensure_ascii=False)
    assert "canary" not in text.replace(HIDDEN, "")
    assert written[0]["error"] == "ValueError"
    assert "test_seeing.py" in written[0]["places"][0]


def test_a_question_leaves_no_word_in_log_and_numbers(http: httpx.Client) -> None:
    seen: list[Any] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    handler, before = Keep(), ACCESS.level
    root = logging.getLogger()
    root.addHandler(handler)
    ACCESS.setLevel(logging.INFO)
    try:
        http.post("/api/v1/ask", json=ASK)
        http.get("/api/v1/search", params={"q": MAIL})
        numbers = http.get("/metrics").text
    finally:
        root.removeHandler(handler)
        ACCESS.setLevel(before)
    access = [record.fields for record in seen if hasattr(record, "fields")]
    assert {line["route"] for line in access} >= {"/api/v1/ask", "/api/v1/search"}
    for text in (numbers, *(JsonLines().format(record) for record in seen)):
        assert "Petrel" not in text
        assert "crates" not in text


def test_the_numbers_count_answers_by_mode_and_stages(http: httpx.Client) -> None:
    def count(text: str) -> float:
        name = 'dateline_answers_total{face="rest",mode="model",status="answered"} '
        return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(name)), 0.0)

    before = count(http.get("/metrics").text)
    http.post("/api/v1/ask", json=ASK)
    http.get("/no/such/path-1")
    after = http.get("/metrics").text
    assert count(after) == before + 1
    assert 'dateline_stage_seconds_count{stage="retrieve"}' in after
    assert "dateline_questions_running 0.0" in after
    assert "path-1" not in after, "a label is one of a closed set"


@pytest.fixture
def recorded() -> Iterator[Any]:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    spans.use(provider)
    yield kept
    spans.use(None)


def test_a_collector_that_is_away_does_not_hold_the_end() -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter

    free = threading.Event()

    class Away(SpanExporter):
        def shutdown(self) -> None:
            assert free.wait(600)

    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(Away()))
    spans.use(provider)
    assert not spans.end(provider, within=0.1), "it was told that not all was sent"
    free.set()
    assert spans.end(TracerProvider(shutdown_on_exit=False), within=120)


def test_a_question_is_a_trace_with_a_span_for_each_stage(http: httpx.Client, recorded: Any) -> None:
    assert http.post("/api/v1/ask", json=ASK).status_code == 200
    found = {span.name: span for span in recorded.get_finished_spans()}
    assert {"ask", "queue", "retrieve", "select", "read", "draft", "check"} <= set(found)
    whole = found["ask"]
    assert dict(whole.attributes) == {"face": "rest", "mode": "model", "status": "answered"}
    for name in ("queue", "retrieve", "read", "draft"):
        assert found[name].parent.span_id == whole.context.span_id
    assert "Petrel" not in str([span.to_json() for span in found.values()])
