"""The quiet filters beside the question: outlets, language and period."""

from __future__ import annotations

from qa.archive.browsing import Counts
from qa.render.words import escaped as _e


def form(counts: Counts) -> str:
    """Return the filters, closed; the page's script puts their values with the question."""
    outlets = "".join(
        f'<label><input type="checkbox" name="outlets" value="{_e(name)}"> <span dir="auto">{_e(name)}</span> '
        f"<small>{number:,}</small></label>"
        for name, number in sorted(counts.outlets.items())
        if name
    )
    named = sorted(name for name in counts.languages if name)
    languages = "".join(f'<option value="{_e(name)}">{_e(name)}</option>' for name in named)
    only = f'<fieldset class="dl-outlets"><legend>Outlets</legend>{outlets}</fieldset>' if outlets else ""
    return (
        '<details class="dl-part"><summary>Filters <span class="dl-part-said"></span></summary>'
        '<form class="dl-search" data-part><p><label for="dl-part-since">From</label>'
        '<input id="dl-part-since" name="since" type="date"></p>'
        '<p><label for="dl-part-until">To</label><input id="dl-part-until" name="until" type="date"></p>'
        '<p><label for="dl-part-language">Language</label><select id="dl-part-language" name="language">'
        f'<option value="">every language</option>{languages}</select></p>{only}'
        '<p><button type="reset">Clear the filters</button></p></form></details>'
    )
