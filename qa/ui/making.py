"""How an answer was made: who worded it, how long each stage took, what the check found, and what its marks mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa.render import words
from qa.types import Answer
from qa.ui.chips import MEANS, SIGNS

_e = words.escaped
_STAGES = {
    "retrieve": "searching",
    "select": "choosing sentences",
    "read": "reading",
    "draft": "wording",
    "check": "checking",
}
"""What the stages of a trace are called for a reader; one that is not here goes by its own name."""

_MOMENTS = {"first_passage": "passages shown after", "first_sentence": "first sentence after", "total": "all after"}
"""What in a trace is no stage but a moment: seconds since the question."""


def made(answer: Answer) -> str:
    """Return the foot of an answer, closed: mode and time; open: what was checked, withheld and spent."""
    trace = answer.trace
    spent = trace.seconds.get("total") or sum(trace.seconds.values())
    notes = [words.MODES_EXPLAINED[answer.mode], *trace.notes]
    if trace.dropped:
        notes.append(f"{len(trace.dropped)} drafted sentence(s) withheld because no article carries them.")
    if trace.model:
        notes.append(f"Model: {trace.model}.")
    lines = "".join(f'<p dir="auto">{_e(note)}</p>' for note in notes if note)
    took = f"<span>{words.seconds(spent)}</span>" if spent else ""
    return (
        f'<details class="dl-how"><summary><span class="dl-mode" data-mode="{answer.mode}">'
        f"{_e(words.MODES[answer.mode])}</span>{took}<span>as of {_e(words.short_day(answer.as_of))}</span></summary>"
        f"{lines}{_verdicts(answer)}{_stages(answer)}</details>"
    )


def _verdicts(answer: Answer) -> str:
    """Return the marks that the citations bear, each with what it means and how many bear it."""
    found = Counter(citation.verdict for citation in answer.citations)
    rows = "".join(
        f'<li><i class="dl-verdict" aria-hidden="true">{SIGNS[verdict]}</i> {number} '
        f"{words.VERDICTS[verdict]}: {MEANS[verdict]}.</li>"
        for verdict, number in found.items()
    )
    return f'<ul class="dl-marks" aria-label="What the marks mean">{rows}</ul>' if rows else ""


def _stages(answer: Answer) -> str:
    """Return the seconds of each stage that took any, and after how many what was shown."""
    spent = {name: value for name, value in answer.trace.seconds.items() if value >= 0.005}
    stages = [(_STAGES.get(name, name), value) for name, value in spent.items() if name not in _MOMENTS]
    moments = [(said, spent[name]) for name, said in _MOMENTS.items() if name in spent]
    return _seconds("Seconds of each stage", stages) + _seconds("Seconds since the question", moments)


def _seconds(label: str, told: Sequence[tuple[str, float]]) -> str:
    rows = "".join(f"<li><span>{_e(name)}</span> {words.seconds(value)}</li>" for name, value in told)
    return f'<ul class="dl-stages" aria-label="{label}">{rows}</ul>' if rows else ""
