"""Answers as Markdown, as an HTML fragment and as terminal text.

Numbered citations follow each sentence, a refusal shows its reason, its nearest find and what was searched, and
everything that comes from an article or a model is escaped for its surface.
"""

from __future__ import annotations

from qa.render.fragment import html
from qa.render.marked import markdown
from qa.render.terminal import terminal

__all__ = ["html", "markdown", "terminal"]
