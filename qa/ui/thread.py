"""The bar above a conversation: its title, and what can be done with the whole of it."""

from __future__ import annotations

import json

from qa.archive.browsing import Narrow
from qa.render import words

_e = words.escaped
_SHAPES = (("markdown", "Markdown"), ("html", "HTML"), ("json", "JSON"))


def does(action: str, **given: str | int) -> str:
    """Return the attribute that makes a button or a form ask the server for something."""
    return f'data-do="{_e(json.dumps({"do": action, **given}, ensure_ascii=False))}"'


def exports(conversation: str, turn: int = 0) -> str:
    """Return the menu of the shapes that a conversation, or one turn of it, can be saved in."""
    what = "this answer" if turn else "the conversation"
    buttons = "".join(
        f'<button type="button" {does("export", conversation=conversation, turn=turn, shape=shape)}>{name}</button>'
        for shape, name in _SHAPES
    )
    return (
        f'<details class="dl-menu"><summary aria-label="Export {what}">Export</summary><div>{buttons}</div></details>'
    )


def bar(conversation: str, title: str) -> str:
    """Return the bar; nothing but the button for a new conversation where none is kept."""
    if not conversation:
        return ""
    link = f'<button type="button" data-link="{_e(conversation)}">Copy link</button>'
    return (
        f'<div class="dl-thread" data-conversation="{_e(conversation)}"><h2 dir="auto">{_e(title)}</h2>'
        f'<span class="dl-actions">{link}{exports(conversation)}'
        f'<button type="button" {does("new")}>New conversation</button></span></div>'
    )


def part_in_words(part: Narrow) -> str:
    """Return which part of the archive is asked, in words; empty for all of it."""
    said = [", ".join(sorted(part.outlets)), part.language]
    if part.since or part.until:
        ends = (words.short_day(part.since) if part.since else "", words.short_day(part.until) if part.until else "")
        said.append(" – ".join(ends) if all(ends) else f"from {ends[0]}" if ends[0] else f"until {ends[1]}")
    return "; ".join(part for part in said if part)
