"""The list of kept conversations as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from qa.conversations import Listed
from qa.render import words
from qa.ui.thread import does, exports

_e = words.escaped

HEAD = f"""
<section class="dl-page" aria-labelledby="dl-kept-title">
  <h2 id="dl-kept-title" tabindex="-1">Conversations</h2>
  <p>Kept on this machine, beside the archive. A link opens a conversation as it was, and says which of its articles
  have changed since.</p>
  <form class="dl-search" role="search" {does("list")} data-live>
    <label for="dl-kept-words">Search conversations</label>
    <input id="dl-kept-words" name="words" type="search" maxlength="200" dir="auto">
  </form>
</section>
"""


def conversations(listed: Sequence[Listed], searched: str = "") -> str:
    """Return the conversations, each with what can be done with it."""
    if not listed:
        text = "No conversation has these words." if searched else "Nothing is kept yet: ask something."
        return f'<p class="dl-none" role="status">{text}</p>'
    rows = "".join(map(_row, listed))
    cases = (
        '<p class="dl-foot">Answers marked right or wrong can be saved as cases of an evaluation set: '
        f'<button type="button" class="dl-plain" {does("cases")}>save the judged answers</button></p>'
    )
    return f'<ul class="dl-list">{rows}</ul>{cases}'


def _row(one: Listed) -> str:
    count = f"{one.questions} question{'s' if one.questions != 1 else ''}"
    title, field = _e(one.title), f"dl-title-{_e(one.id)}"
    confirm = _e(f"Delete the conversation “{one.title}”? This cannot be undone.")
    rename = (
        f'<details class="dl-menu"><summary aria-label="Rename {title}">Rename</summary>'
        f"<form {does('rename', conversation=one.id)}>"
        f'<label for="{field}">New title</label><input id="{field}" name="title" value="{title}" maxlength="120" '
        'required dir="auto"><button type="submit">Save</button></form></details>'
    )
    delete = (
        f'<button type="button" {does("delete", conversation=one.id)} data-confirm="{confirm}" '
        f'aria-label="Delete {title}">Delete</button>'
    )
    return (
        f'<li><button type="button" class="dl-row" {does("open", conversation=one.id)} data-view="ask">'
        f'<b dir="auto">{title}</b><small>{_e(words.day(one.changed))} · {count}</small></button>'
        f'<span class="dl-actions">{rename}{exports(one.id)}{delete}</span></li>'
    )
