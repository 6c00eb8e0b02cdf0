"""OpenTelemetry spans, one for each stage of a question, where somebody listens; else nothing is imported or done."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_tracer: Any = None


def use(provider: Any) -> None:
    """Send spans to an OpenTelemetry tracer provider from now on; to nobody for None."""
    global _tracer
    _tracer = provider.get_tracer("dateline") if provider is not None else None


def export() -> Any:
    """Send spans by OTLP to where the standard ``OTEL_EXPORTER_OTLP_*`` variables say, and return the provider."""
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "dateline"}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use(provider)
    return provider


def end(provider: Any, *, within: float) -> bool:
    """Send what is left, and return whether that was done within so many seconds: a collector may be away."""
    use(None)
    ending = threading.Thread(target=provider.shutdown, name="dateline-spans", daemon=True)
    ending.start()
    ending.join(within)
    return not ending.is_alive()


@contextmanager
def span(name: str, attributes: Mapping[str, str | int | float | bool] | None = None) -> Iterator[Any]:
    """Record what is done inside as a span; it holds no text of questions or articles. Yields it, or None."""
    if _tracer is None:
        yield None
        return
    # An exception's message may hold text of a question, so that none is recorded.
    quiet = {"record_exception": False, "set_status_on_exception": False}
    with _tracer.start_as_current_span(name, attributes=dict(attributes or {}), **quiet) as one:
        yield one
