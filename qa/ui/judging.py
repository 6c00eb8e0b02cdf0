"""A reader's thumb below an answer, with the reason."""

from __future__ import annotations

from qa.render.words import escaped
from qa.ui.thread import does
from qa.ui.turn import Turn

_THUMBS = (("up", "Right"), ("down", "Wrong"))


def thumbs(item: Turn) -> str:
    """Return the two buttons and, once one is pressed, the box for the reason."""
    if item.answer is None or not item.conversation:
        return ""
    given = item.thought.thumb if item.thought else ""
    buttons = "".join(
        f'<button type="button" aria-pressed="{"true" if given == thumb else "false"}" '
        f"{does('think', turn=item.number, thumb='' if given == thumb else thumb)}>{name}</button>"
        for thumb, name in _THUMBS
    )
    return f'<div class="dl-thumbs" role="group" aria-label="Is this answer right?">{buttons}{_reason(item)}</div>'


def _reason(item: Turn) -> str:
    if item.thought is None:
        return ""
    asked = "What is right about it?" if item.thought.thumb == "up" else "What is wrong about it?"
    name = f"dl-why-{item.number}"
    kept = '<small class="dl-who" role="status">Saved.</small>' if item.thought.why else ""
    return (
        f"<form {does('think', turn=item.number, thumb=item.thought.thumb)}>"
        f'<label for="{name}">{asked}</label>'
        f'<input id="{name}" name="why" maxlength="1000" dir="auto" value="{escaped(item.thought.why)}">'
        f'<button type="submit">Save</button>{kept}</form>'
    )
