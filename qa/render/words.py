"""What an answer's parts are called in words, and the escaping that each surface needs. Pure functions."""

from __future__ import annotations

import html as _html
import re
from datetime import UTC, date, datetime
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from qa.types import Answer, Article, Carrier, Citation, Coverage, Entry, Moment, Timeline

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

REASONS = MappingProxyType(
    {
        "nothing_matched": "No article matches the question.",
        "silent": "Articles match the question, but none of them says this.",
        "outside_time": "The archive says it only outside the time asked about.",
        "unsupported_draft": "No sentence drafted for this was carried by the articles.",
        "false_premise": "The question takes for granted what an article denies.",
    }
)
MODES = MappingProxyType({"model": "model", "fallback": "fallback model", "extractive": "extractive"})
MODES_EXPLAINED = MappingProxyType(
    {
        "model": "Worded by the language model; every sentence was then checked against the articles.",
        "fallback": "The usual model did not answer; another one worded this, and every sentence was checked.",
        "extractive": "No language model worded this: these are sentences of the articles themselves.",
    }
)
VERDICTS = MappingProxyType(
    {
        "supported": "supported by these words",
        "partly": "only partly supported by these words",
        "unsupported": "not supported by these words",
        "contradicted": "contradicted by these words",
    }
)
DATE_SOURCES = MappingProxyType(
    {
        "json-ld": "found in the page's JSON-LD",
        "meta": "found in the page's meta tags",
        "feed": "found in the feed",
        "url": "found in the address",
        "dateline": "found in the dateline",
        "leading": "found in the first line",
        "field": "found in the date field",
        "unknown": "",
    }
)

# C0 and C1 controls, zero-width and bidirectional controls: in a terminal or a copied text they would let an article
# move the cursor, hide words or show them in another order.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&$:@])")
# Gradio evaluates `${…}` and `{{…}}` in the template that a fragment lands in: as entities they stay text.
_TEMPLATE = str.maketrans({"$": "&#36;", "{": "&#123;", "}": "&#125;", "`": "&#96;"})


def escaped(text: str) -> str:
    """Return ``text`` for HTML text or a quoted attribute; inert in JavaScript and Handlebars templates too."""
    return _html.escape(_UNPAIRED.sub("\ufffd", text), quote=True).translate(_TEMPLATE)


_UNPAIRED = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """Return ``text`` without control characters; a line break or tab becomes a space."""
    return _CONTROLS.sub("", re.sub(r"[\t\r\n]+", " ", text))


def markdown_escaped(text: str) -> str:
    """Return ``text`` on one line with every character that Markdown reads as markup escaped."""
    return _MARKDOWN.sub(r"\\\1", printable(text))


def web_address(url: str) -> str:
    """Return ``url`` when it is a plain http or https address, percent-encoded for a link; else an empty string."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return ""
    return quote(printable(url.strip()), safe="%/:=&?~#+!,;[]@-._")


def quoted_address(article: Article, text: str) -> str:
    """Return the article's address with a text fragment that opens it at ``text``; empty without an address."""
    address = web_address(article.url)
    if not address:
        return ""
    words = printable(text).split()

    def part(some: list[str]) -> str:
        return quote(" ".join(some), safe="").replace("-", "%2D")

    ends = part(words) if len(words) <= 8 else f"{part(words[:4])},{part(words[-4:])}"
    return f"{address.split('#')[0]}#:~:text={ends}"


def day(moment: Moment | None) -> str:
    """Return ``29 March 2022``, with the time in UTC for an instant, or ``undated``."""
    if moment is None:
        return "undated"
    if isinstance(moment, datetime):
        instant = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        return f"{day(instant.date())}, {instant:%H:%M} UTC"
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def short_day(moment: Moment | None) -> str:
    """Return ``29 Mar 2022`` or ``undated``."""
    if moment is None:
        return "undated"
    if isinstance(moment, datetime):
        moment = (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)).date()
    return f"{moment.day} {_MONTHS[moment.month - 1][:3]} {moment.year}"


def spoken_value(value: str) -> str:
    """Return an ISO 8601 day, month or range of days in words; anything else as it is."""
    start, _, end = value.partition("/")
    words = [_spoken_one(part) for part in (start, end) if part]
    return " – ".join(words) if words else value


def _spoken_one(value: str) -> str:
    if re.fullmatch(r"\d{4}-\d{2}", value) and 1 <= int(value[5:]) <= 12:
        return f"{_MONTHS[int(value[5:]) - 1]} {value[:4]}"
    try:
        return day(date.fromisoformat(value)) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) else value
    except ValueError:
        return value


def age(days: int | None) -> str:
    """Return an article's age: ``same day``, ``3 days old``, ``2 months old``, ``4 years old``; empty if unknown."""
    if days is None:
        return ""
    if days < 0:
        return f"{_count(-days, 'day')} after"
    if days == 0:
        return "same day"
    if days < 60:
        return f"{_count(days, 'day')} old"
    if days < 730:
        return f"{_count(days // 30, 'month')} old"
    return f"{_count(days // 365, 'year')} old"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def coverage(searched: Coverage) -> str:
    """Return what was searched, in one sentence."""
    if not searched.articles:
        return "The archive holds no article for this time."
    words = f"Searched {_count(searched.articles, 'article')}"
    if searched.outlets:
        words += f" from {_count(searched.outlets, 'outlet')}"
    if searched.earliest and searched.latest:
        words += f", {day(searched.earliest)} – {day(searched.latest)}"
    if searched.undated:
        words += f"; {searched.undated:,} of them undated"
    return words + "."


def refusal(answer: Answer) -> str:
    """Return the headline of a refusal: that the archive is silent or, of a false premise, that it says otherwise."""
    return "The archive says otherwise" if answer.reason == "false_premise" else "The archive does not say"


def reason(answer: Answer) -> str:
    """Return why there is no answer: its own words, or the sentence for its reason."""
    return answer.text or REASONS.get(answer.reason or "silent", REASONS["silent"])


NO_TIMELINE = MappingProxyType(
    {
        "nothing_matched": "No article is about this.",
        "outside_time": "The archive reports on this, but on nothing from the days asked for.",
        "only_undated": "Only articles without a date are about this.",
    }
)


def when(entry: Entry) -> str:
    """Return the time of a timeline's entry: "11 February 2023", "March 2023", "14 – 20 November 2022", "undated"."""
    if entry.day is None or entry.last_day is None:
        return "undated"
    if re.fullmatch(r"\d{4}(?:-\d{2})?", entry.value):
        return spoken_value(entry.value)
    return day(entry.day) if entry.day == entry.last_day else f"{day(entry.day)} – {day(entry.last_day)}"


def dated_by(entry: Entry) -> str:
    """Return what placed an entry: nothing to say where the sentence did, else that only the report has the day."""
    return "reported this day" if entry.dated_by == "article" else ""


def changed(entry: Entry) -> str:
    """Return ``26 instead of 27 [4]`` with the earlier entry's number, or ``disputed: 17 here, 11 in [1]``."""
    change = entry.changed
    if change is None:
        return ""
    if change.kind == "update":
        return f"{change.now} instead of {change.was} [{change.earlier}]"
    return f"disputed: {change.now} here, {change.was} in [{change.earlier}]"


def told_by(entry: Entry) -> str:
    """Return who tells an entry: its speaker, its outlet and how many other articles carry it."""
    others = len(entry.also_in)
    more = f"and {_count(others, 'other report')}" if others else ""
    article = entry.citation.article
    return ", ".join(part for part in (entry.speaker, outlet(article), more, deleted(article)) if part)


def no_events(found: Timeline) -> str:
    """Return why a timeline has no event."""
    return NO_TIMELINE[found.reason or "nothing_matched"]


def notes(found: Timeline) -> tuple[str, ...]:
    """Return what a reader of a timeline should know: its own notes, and what the limit left out."""
    more = (f"{_count(found.left_out, 'less important event')} left out: raise the limit.",) if found.left_out else ()
    return (*found.notes, *more)


def outlet(article: Article) -> str:
    """Return the outlet, the host of the address, or ``unknown outlet``."""
    if article.outlet:
        return article.outlet
    address = web_address(article.url)
    return (urlsplit(address).hostname or "") if address else "unknown outlet"


def known_as(article: Article) -> str:
    """Return a short name for an article beside its date: the outlet or, where none is known, the headline."""
    return (
        article.headline
        if not article.outlet and not web_address(article.url) and article.headline
        else outlet(article)
    )


def source(citation: Citation) -> str:
    """Return ``outlet · 29 March 2022 · 3 days old · corrected on 30 March 2022`` for a citation.

    What the archive no longer has says so first: the words are a copy of what was cited then.
    """
    article = citation.article
    parts = (deleted(article), outlet(article), day(article.dated), age(citation.age_days), corrected(citation))
    return " · ".join(part for part in parts if part)


def deleted(article: Article) -> str:
    """Return ``deleted from the archive`` of an article that the archive no longer has, or ""."""
    return "deleted from the archive" if article.deleted else ""


def corrected(citation: Citation) -> str:
    """Return ``corrected on 30 March 2022`` where a notice corrects what is cited, by the latest one, or ""."""
    return corrected_on(citation.corrected[-1].published) if citation.corrected else ""


def corrected_on(moment: Moment | None) -> str:
    """Return ``corrected on 30 March 2022``, or ``corrected`` where nobody knows when."""
    return f"corrected on {day(moment)}" if moment else "corrected"


def correction(notice: Carrier, article: Article) -> str:
    """Return who corrects an article and in what words: a notice of the outlet's, or one in the article itself."""
    by = "in the article" if notice.article_id == article.id else f"by {notice.outlet or notice.url}"
    return f"corrected {by}: {notice.headline}"


def particulars(citation: Citation) -> tuple[str, ...]:
    """Return what else identifies a citation: byline, dates and where found, verdict, characters, the text's id."""
    article = citation.article
    found = DATE_SOURCES.get(article.date_source, "")
    published = f"published {day(article.published)}" if article.published else "no date of publication found"
    facts = (
        article.byline,
        f"{published} ({found})" if article.published and found else published,
        f"updated {day(article.updated)}" if article.updated else "",
        f"version {article.version}" if article.version > 1 else "",
        VERDICTS[citation.verdict],
        f"characters {citation.start:,}–{citation.end:,} of the text {article.id}",
        "also in " + ", ".join(carrier.outlet or carrier.url for carrier in citation.also_in)
        if citation.also_in
        else "",
        *(correction(each, article) for each in citation.corrected),
        "a fictional sample" if article.fictional else "",
    )
    return tuple(fact for fact in facts if fact)


def seconds(value: float) -> str:
    """Return a duration as ``0.04 s`` or ``2.1 s``."""
    return f"{value:.2f} s" if value < 0.1 else f"{value:.1f} s"
