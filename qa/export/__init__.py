"""Answers and conversations as files: Markdown, a page, JSON, and the judged ones as evaluation cases."""

from __future__ import annotations

from qa.export.cases import cases
from qa.export.files import File, Shape, exported

__all__ = ["File", "Shape", "cases", "exported"]
