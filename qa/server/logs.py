"""The log: one JSON object a line, without questions and secrets; no text of others can begin a line of its own."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TextIO

ACCESS = logging.getLogger("qa.server.access")
HIDDEN = "[secret]"


class JsonLines(logging.Formatter):
    """Formats a record as one line of ASCII JSON: a line break, an escape sequence or a ``%n`` in it stays inside.

    Of an exception its type and its places in the code are written, not its message, which may quote a question;
    ``detail`` writes that too.
    """

    def __init__(self, secrets: Iterable[str] = (), *, detail: bool = False) -> None:
        """Hide ``secrets`` wherever they stand."""
        super().__init__()
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        self._detail = detail

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": when, "level": record.levelname, "logger": record.name}
        fields = getattr(record, "fields", None)
        if isinstance(fields, dict):
            line |= fields
        else:
            line["message"] = record.getMessage()[:2000]
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)[-12:]
            line["error"] = type(error).__name__
            line["places"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            if self._detail:
                line["error_message"] = str(error)[:2000]
        text = json.dumps(line, default=str)
        for secret in self._secrets:
            text = text.replace(json.dumps(secret)[1:-1], HIDDEN)
        return text


def install(secrets: Iterable[str], *, detail: bool = False, out: TextIO | None = None) -> None:
    """Write every log of this process as JSON lines to standard error."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(JsonLines(secrets, detail=detail))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in ("httpx", "httpcore", "mcp", "uvicorn.access", "chromadb"):
        # They write addresses, arguments or a line a request; our own line is written instead.
        logging.getLogger(name).setLevel(logging.WARNING)
