"""A conversation as one file with full citations. A file stands alone: no script, no style from elsewhere."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Literal

from qa.conversations import Conversation, Kept
from qa.render import html, markdown, markdown_timeline, words
from qa.types import SCHEMA, Timeline

Shape = Literal["markdown", "html", "json"]
"""What a conversation is exported as."""

_STYLE = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 Georgia,serif;color:#1c1e22}"
    "blockquote{margin:.4rem 0;padding-left:.9rem;border-left:3px solid #ccc}small,footer{color:#565b63}"
    "article{margin:0 0 2.5rem;padding-bottom:1.5rem;border-bottom:1px solid #ddd}li{margin-bottom:.8rem}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class File:
    """A file to save: its name, its media type and its text."""

    name: str
    mime: str = field(kw_only=True)
    text: str = field(kw_only=True)


def exported(conversation: Conversation, shape: Shape) -> File:
    """Return a conversation, or the part of it that it holds, as a file."""
    stem = re.sub(r"[^\w-]+", "-", conversation.title.casefold())[:50].strip("-") or "conversation"
    if shape == "json":
        return File(f"{stem}.json", mime="application/json", text=_json(conversation))
    if shape == "html":
        return File(f"{stem}.html", mime="text/html", text=_page(conversation))
    return File(f"{stem}.md", mime="text/markdown", text=_markdown(conversation))


def _markdown(conversation: Conversation) -> str:
    head = f"# {words.markdown_escaped(conversation.title)}\n"
    parts = [
        markdown_timeline(kept.said) if isinstance(kept.said, Timeline) else markdown(kept.said, full=True)
        for kept in conversation.kept
    ]
    return "\n---\n\n".join((head, *parts))


def _page(conversation: Conversation) -> str:
    title = words.escaped(conversation.title)
    body = "".join(_fragment(kept) for kept in conversation.kept)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style></head>'
        f'<body><h1 dir="auto">{title}</h1>{body}</body></html>\n'
    )


def _fragment(kept: Kept) -> str:
    if not isinstance(kept.said, Timeline):
        return html(kept.said, full=True)
    said = kept.said
    rows = "".join(
        f'<li dir="auto"><strong>{words.escaped(words.when(entry))}</strong> {words.escaped(entry.text)}'
        f"<blockquote>{words.escaped(entry.citation.quote)}</blockquote>"
        f"<small>{words.escaped(words.source(entry.citation))}</small></li>"
        for entry in (*said.events, *said.undated)
    )
    searched = words.escaped(words.coverage(said.coverage))
    return (
        f'<article><h2 dir="auto">{words.escaped(said.query)}</h2><ul>{rows}</ul><footer>{searched}</footer></article>'
    )


def _json(conversation: Conversation) -> str:
    held = {
        "schema": SCHEMA,
        "conversation": {
            "id": conversation.id,
            "title": conversation.title,
            "begun": conversation.begun.isoformat(),
            "changed": conversation.changed.isoformat(),
        },
        "said": [
            {
                "question": kept.question,
                "timeline" if isinstance(kept.said, Timeline) else "answer": kept.said.to_dict(),
                **({"thought": {"thumb": kept.thought.thumb, "why": kept.thought.why}} if kept.thought else {}),
            }
            for kept in conversation.kept
        ],
    }
    return json.dumps(held, ensure_ascii=False, indent=2) + "\n"
