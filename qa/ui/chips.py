"""The button of a citation, which opens the article at its characters."""

from __future__ import annotations

from qa.render import words
from qa.types import Citation

_e = words.escaped
NEAREST = "nearest"
"""The mark of a refusal's nearest find."""

SIGNS = {"supported": "✓", "partly": "≈", "unsupported": "?", "contradicted": "≠"}
"""What the check found, for the eye; in words it is in the chip's name, its tooltip and the bar above the article."""

MEANS = {
    "supported": "numbers, dates, names, denials and speakers of the sentence are those of the quoted words",
    "partly": "the quoted words carry only a part of the sentence",
    "unsupported": "the quoted words do not say it",
    "contradicted": "the quoted words say otherwise",
}
"""What each verdict means, for the tooltip and for the foot of an answer."""


def chip(turn_number: int, citation: Citation, *, brief: bool = False, key: str = "") -> str:
    """Return the button of a citation: number, outlet, date and age, or the number alone where it was shown before.

    Either says on which day a notice corrected the article.

    ``key`` is the mark that it opens where that is no answer's citation: the nearest find, or "t3" of a timeline.
    """
    mark = key or str(citation.number)
    nearest = key == NEAREST
    said = f"{citation.speaker}: " if citation.speaker else ""
    # The nearest find of a refusal carries no sentence, so it is given no verdict.
    verdict = "" if key else words.VERDICTS[citation.verdict]
    called = "Nearest find" if nearest else f"Event {citation.number}" if key else f"Citation {mark}"
    name = ", ".join(part for part in (called, verdict) if part)
    label = f"{name}, {words.source(citation)}. Open the article at these words."
    facts = (words.known_as(citation.article), words.short_day(citation.article.dated), words.age(citation.age_days))
    shown = "" if brief else "".join(f"<span>{_e(fact)}</span>" for fact in facts if fact)
    # Said on a brief chip as well: an answer may lean on a corrected article in each of its sentences.
    put_right = words.corrected(citation)
    shown += f'<span class="dl-corrected">{_e(put_right)}</span>' if put_right else ""
    shown += '<span class="dl-deleted">deleted</span>' if citation.article.deleted else ""
    sign = f'<i class="dl-verdict" aria-hidden="true">{SIGNS[citation.verdict]}</i>' if verdict and not brief else ""
    number = "" if nearest else f"<b>{citation.number}</b>"
    carried = {
        "citation": f"{turn_number}:{mark}",
        "verdict": citation.verdict,
        "quote": citation.quote,
        "source": said + words.source(citation),
        "original": words.quoted_address(citation.article, citation.quote),
        "says": verdict,
        "means": MEANS[citation.verdict] if verdict else "",
    }
    data = " ".join(f'data-{name}="{_e(value)}"' for name, value in carried.items())
    inner = number + sign + shown
    return f'<button type="button" class="dl-chip" dir="ltr" {data} aria-label="{_e(label)}">{inner}</button>'
