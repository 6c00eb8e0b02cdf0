"""Answers as Markdown, as an HTML fragment and as terminal text; timelines as Markdown and as terminal text;
quotes and versions as terminal text.

Numbered citations follow each sentence, a refusal shows its reason, its nearest find and what was searched, and
everything that comes from an article or a model is escaped for its surface.
"""

from __future__ import annotations

from qa.render.finds import explained, why
from qa.render.fragment import html
from qa.render.marked import markdown
from qa.render.statements import terminal_statements
from qa.render.terminal import terminal
from qa.render.timelines import markdown_timeline, terminal_timeline
from qa.render.versions import terminal_versions

__all__ = [
    "explained",
    "html",
    "markdown",
    "markdown_timeline",
    "terminal",
    "terminal_statements",
    "terminal_timeline",
    "terminal_versions",
    "why",
]
