"""Numbers for Prometheus: counts and times, never a text. Label values come from closed sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa.types import Answer

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """The counters of one service, in a registry of their own."""

    def __init__(self) -> None:
        """Begin at zero."""
        from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        here: dict[str, Any] = {"registry": self.registry}
        self._requests = Counter("dateline_requests", "Requests.", ["route", "method", "status"], **here)
        self._took = Histogram(
            "dateline_request_seconds", "Seconds to the end of the response.", ["route"], buckets=_SECONDS, **here
        )
        self._answers = Counter("dateline_answers", "Answers.", ["face", "mode", "status"], **here)
        self._failed = Counter("dateline_questions_failed", "Questions without an answer.", ["face", "why"], **here)
        self._stages = Histogram(
            "dateline_stage_seconds", "Seconds of a stage of answering.", ["stage"], buckets=_SECONDS, **here
        )

    def watch(self, name: str, about: str, read: Callable[[], float]) -> None:
        """Show a number that is read when it is asked for."""
        from prometheus_client import Gauge

        Gauge(name, about, registry=self.registry).set_function(read)

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route, method, str(status)).inc()
        self._took.labels(route).observe(seconds)

    def answer(self, answer: Answer, face: str) -> None:
        """Count one answer with the time of its stages."""
        self._answers.labels(face, answer.mode, answer.status).inc()
        for stage, seconds in answer.trace.seconds.items():
            self._stages.labels(stage).observe(seconds)

    def failed(self, face: str, error: BaseException) -> None:
        """Count one question that had no answer; ``GeneratorExit`` is a client that left."""
        why = "left" if isinstance(error, GeneratorExit) else type(error).__name__
        self._failed.labels(face, why).inc()

    def text(self) -> bytes:
        """Return all numbers in the Prometheus text format."""
        from prometheus_client import generate_latest

        return bytes(generate_latest(self.registry))
