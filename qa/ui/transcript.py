"""The left side of the page as HTML: a turn, the welcome, notices and the status bar. Everything is escaped here."""

from __future__ import annotations

from qa.conversations.codec import encode_asked
from qa.render import markdown, markdown_timeline, why, words
from qa.types import Answer, Claimed, Evidence, Sentence
from qa.ui import chart, judging, making, suggestions, thread
from qa.ui.chips import NEAREST, chip
from qa.ui.events import timeline
from qa.ui.face import Standing
from qa.ui.turn import Turn

_e = words.escaped
_SNIPPET = 180


def turn(item: Turn) -> str:
    """Return one turn: question, progress, answer or refusal with its chips, passages, and how it was made."""
    parts = [_question(item), _progress(item)]
    if item.answer is not None and item.answer.status == "not_found":
        parts.append(_refusal(item, item.answer))
    parts.append(_said(item))
    if item.timeline is not None:
        parts.append(timeline(item.timeline, item.number))
    if item.answer is not None:
        parts.append(_sides(item, item.answer))
        parts.append(_timeline(item, item.answer))
    if item.phase == "stopped":
        parts.append('<p class="dl-notice" data-kind="stopped">Stopped. What is shown above was already checked.</p>')
    if item.notice:
        parts.append(f'<p class="dl-notice" data-kind="error" role="alert" dir="auto">{_e(item.notice)}</p>')
    parts.append(_changes(item))
    parts += [_evidence(item), _footer(item)]
    asked = _e(encode_asked(item.as_of, item.part))
    return (
        f'<section class="dl-turn" data-turn="{item.number}" data-phase="{item.phase}" '
        f'data-announce="{_e(_announcement(item))}" data-asked="{asked}">{"".join(parts)}</section>'
    )


def _changes(item: Turn) -> str:
    """Return the warning that cited articles are no longer as they were."""
    said = []
    cited = item.kept.citations if item.kept else ()
    for citation in {one.article.id: one for one in reversed(cited)}.values():
        newer = item.changes.newer.get(citation.article.id)
        name = f"{words.known_as(citation.article)}, {words.short_day(citation.article.dated)}"
        if newer is not None:
            kept = " The cited words are still in it." if citation.quote in newer.body else " The cited words are gone."
            there = "there is a newer version" if newer.version > citation.article.version else "another version stands"
            said.append(f"[{citation.number}] {name}: {there}.{kept}")
        elif citation.article.id in item.changes.gone:
            said.append(f"[{citation.number}] {name}: it was deleted from the archive.")
    if not said:
        return ""
    rows = "".join(f'<li dir="auto">{_e(one)}</li>' for one in reversed(said))
    return f'<div class="dl-notice" data-kind="changed">Changed since this was answered:<ul>{rows}</ul></div>'


def _announcement(item: Turn) -> str:
    """Return what a screen reader is told when the turn's phase changes."""
    if item.phase == "reading":
        return f"{len(item.evidence)} passages found, reading." if item.evidence else "Searching."
    if item.phase == "checking":
        return "The first checked sentence is here."
    if item.phase == "stopped":
        return "Stopped."
    if item.timeline is not None:
        return f"Timeline ready, {len(item.timeline.events)} events."
    if item.phase == "failed" or item.answer is None:
        return "The question could not be answered because of a fault."
    if item.answer.status == "not_found":
        return f"{words.refusal(item.answer)}."
    return f"Answer ready, {len(item.citations)} citations."


def _question(item: Turn) -> str:
    as_of = f'<span class="dl-asof">as of {_e(words.spoken_value(item.as_of))}</span>' if item.as_of else ""
    part = thread.part_in_words(item.part)
    as_of += f'<span class="dl-asof" dir="auto">only {_e(part)}</span>' if part else ""
    kind = '<span class="dl-tag">timeline</span>' if item.wants_timeline else ""
    head = f'<h2 class="dl-question"><span dir="auto">{_e(item.question)}</span>{kind}{as_of}</h2>'
    answer = item.answer
    if answer is not None and answer.standalone_question not in ("", item.question):
        head += f'<p class="dl-standalone" dir="auto">Understood as: {_e(answer.standalone_question)}</p>'
    return head


def _progress(item: Turn) -> str:
    if item.phase not in ("reading", "checking"):
        return ""
    if item.phase == "checking":
        text = "Checking each sentence against the articles…"
    elif item.evidence:
        text = f"Reading {len(item.evidence)} passages…" if len(item.evidence) > 1 else "Reading 1 passage…"
    else:
        text = "Searching the archive…"
    return f'<p class="dl-progress"><span class="dl-pulse" aria-hidden="true"></span>{text}</p>'


def _said(item: Turn) -> str:
    """Return the headline and the checked sentences; the headline is the first sentence where the two are alike."""
    short = item.answer.short_answer if item.answer is not None and item.answer.status != "not_found" else ""
    sentences, head = item.sentences, ""
    seen: set[int] = set()
    if short and sentences and _alike(short, sentences[0].text):
        head = f'<div class="dl-short" dir="auto">{_sentence(item, sentences[0], seen)}</div>'
        sentences = sentences[1:]
    elif short:
        head = f'<p class="dl-short" dir="auto">{_e(short)}</p>'
    body = "".join(f'<p class="dl-sentence" dir="auto">{_sentence(item, one, seen)}</p>' for one in sentences)
    return head + (f'<div class="dl-sentences">{body}</div>' if body else "")


def _alike(one: str, other: str) -> bool:
    return one.strip(" .").casefold() == other.strip(" .").casefold()


def _sentence(item: Turn, sentence: Sentence, seen: set[int]) -> str:
    doubt = ""
    if sentence.verdict != "supported":
        doubt = f' <span class="dl-doubt">{_e(words.VERDICTS[sentence.verdict])}</span>'
    chips = [chip(item.number, item.citations[n], brief=n in seen) for n in sentence.citations if n in item.citations]
    seen.update(sentence.citations)
    return f'<span class="dl-text">{_e(sentence.text)}</span>{doubt} {"".join(chips)}'


def _refusal(item: Turn, answer: Answer) -> str:
    nearest = ""
    if answer.nearest is not None:
        found = answer.nearest
        nearest = (
            f'<div class="dl-nearest"><h3>Nearest find</h3><blockquote dir="auto">{_e(found.quote)}</blockquote>'
            f"{chip(item.number, found, key=NEAREST)}</div>"
        )
    return (
        f'<div class="dl-refusal"><p class="dl-short">{words.refusal(answer)}</p>'
        f'<p class="dl-reason" dir="auto">{_e(words.reason(answer))}</p>{nearest}'
        f'<p class="dl-coverage">{_e(words.coverage(answer.coverage))}</p></div>'
    )


def _sides(item: Turn, answer: Answer) -> str:
    if not answer.sides:
        return ""
    by_value: dict[tuple[str, int], list[Claimed]] = {}
    for side in answer.sides:
        # Sides of a yes-or-no question have no value: each is a column of its own.
        by_value.setdefault((side.value, 0 if side.value else side.citation), []).append(side)
    columns = "".join(
        f'<div class="dl-side"><p class="dl-value" dir="auto">{_e(words.spoken_value(value))}</p>'
        f"{''.join(_claim(item, claim) for claim in claims)}</div>"
        for (value, _), claims in by_value.items()
    )
    return f'<div class="dl-conflict"><h3>The articles disagree</h3><div class="dl-sides">{columns}</div></div>'


def _timeline(item: Turn, answer: Answer) -> str:
    if not answer.timeline:
        return ""
    last = len(answer.timeline) - 1
    cited = {number for sentence in answer.sentences for number in sentence.citations}
    rows = "".join(
        f"<li{' data-latest=true' if place == last else ''}><time>{_e(words.short_day(claim.said))}</time>"
        f"<div>{_claim(item, claim, brief=claim.citation in cited)}</div></li>"
        for place, claim in enumerate(answer.timeline)
    )
    picture = chart.history(answer.timeline, item.number)
    return f'<div class="dl-history"><h3>Over time</h3>{picture}<ol class="dl-timeline">{rows}</ol></div>'


def _claim(item: Turn, claim: Claimed, *, brief: bool = False) -> str:
    citation = item.citations.get(claim.citation)
    # A whole chip names the outlet itself.
    outlet = claim.outlet if citation is None else words.known_as(citation.article) if brief else ""
    names = ", ".join(name for name in (claim.speaker, outlet) if name)
    who = f'<span class="dl-who" dir="auto">{_e(names)}</span>' if names else ""
    # A sentence that already stands above is not said again: its value is enough.
    said = claim.text in {sentence.text for sentence in item.sentences}
    value = words.spoken_value(claim.value)
    text = _e(value if said and value else claim.text or value)
    number = chip(item.number, citation, brief=brief) if citation else ""
    return f'<div class="dl-claim"><p dir="auto">{text}</p>{who}{number}</div>'


def _evidence(item: Turn) -> str:
    if not item.evidence:
        return ""
    running = item.phase in ("reading", "checking")
    count = f"{len(item.evidence)} passage{'s' if len(item.evidence) != 1 else ''}"
    rows = "".join(_passage(item.number, place, found) for place, found in enumerate(item.evidence, start=1))
    state = "found, reading…" if running else "read for this" if item.answer is not None else "found"
    return (
        f'<details class="dl-evidence"{" open" if running or not item.sentences else ""}>'
        f"<summary>{count} {state}</summary><ol>{rows}</ol></details>"
    )


def _passage(turn_number: int, place: int, found: Evidence) -> str:
    article = found.article
    snippet = " ".join(found.passage.text.split())
    if len(snippet) > _SNIPPET:
        snippet = snippet[:_SNIPPET].rpartition(" ")[0].rstrip(" .,;:") + " …"
    head = f"<span>{_e(words.outlet(article))}</span> · {_e(words.short_day(article.dated))}"
    head += '<span class="dl-deleted">deleted from the archive</span>' if article.deleted else ""
    return (
        f'<li><button type="button" class="dl-passage" data-citation="{turn_number}:p{place}" '
        f'data-original="{_e(words.quoted_address(article, found.passage.text))}">'
        f'<span class="dl-passage-head"><b dir="auto">{_e(article.headline or "Without a headline")}</b>'
        f'<i>{head}</i></span><span class="dl-snippet" dir="auto">{_e(snippet)}</span>'
        f'<small class="dl-why" dir="auto">{_e(why(found))}</small></button></li>'
    )


def _footer(item: Turn) -> str:
    if item.phase in ("reading", "checking"):
        return ""
    question = _e(item.question)
    copied, more = "", ""
    if item.answer is not None:
        copied = markdown(item.answer)
        alone = _e(item.answer.standalone_question or item.question)
        more = f'<button type="button" data-timeline="{alone}">Timeline</button>'
    elif item.timeline is not None:
        copied = markdown_timeline(item.timeline)
    copy = f'<button type="button" data-copy="{_e(copied)}">Copy</button>' if copied else ""
    again = "Ask" if item.wants_timeline else "Ask again"
    kept = thread.exports(item.conversation, item.place) if item.conversation and item.kept else ""
    actions = (
        f'<span class="dl-actions">{copy}{more}<button type="button" data-ask="{question}">{again}</button>'
        f'<button type="button" data-edit="{question}">Edit question</button>{kept}</span>'
    )
    made = making.made(item.answer) if item.answer is not None else ""
    return f'<footer class="dl-made">{made}{actions}</footer>{judging.thumbs(item)}{suggestions.following(item)}'


def notice(text: str) -> str:
    """Return a notice beside the question box, or nothing."""
    return f'<p class="dl-notice" data-kind="error" role="alert" dir="auto">{_e(text)}</p>' if text else ""


def welcome(now: Standing, *, read_only: bool = False) -> str:
    """Return the first screen: what this is, and questions that the archive can answer or how to fill it."""
    buttons = "".join(
        f'<li><button type="button" class="dl-example" dir="auto" data-ask="{_e(example)}">{_e(example)}</button></li>'
        for example in now.examples
    )
    more = f'<h3>Try one of these</h3><ul class="dl-examples">{buttons}</ul>' if buttons else ""
    if not now.articles:
        here = "" if read_only else ' or <button type="button" class="dl-plain" data-view="archive">drop files</button>'
        more = f"<p>The archive is empty. Fill it with <code>qa ingest FOLDER</code>{here}, then ask.</p>"
    return (
        '<section class="dl-welcome"><h2>Ask the archive</h2>'
        "<p>Every sentence of an answer is tied to the exact words of a dated article. When the archive does not say, "
        f"you are told so.</p>{_download(now)}{more}</section>"
    )


def _download(now: Standing) -> str:
    """Return what a first run is doing in the background, and what can be done meanwhile."""
    if now.per_cent is None or now.per_cent >= 100:
        return ""
    return (
        '<p class="dl-notice" data-kind="report">The language model is being fetched, once: the bar above says '
        "how far. Ask meanwhile: answers are then made of the articles’ own sentences, and say so.</p>"
    )


def status(now: Standing, *, boot: str = "") -> str:
    """Return the status bar: the model's state with its progress, and what the archive holds."""
    span = f"{words.short_day(now.earliest)} – {words.short_day(now.latest)}" if now.earliest and now.latest else ""
    counts = [f"{now.articles:,} article{'s' if now.articles != 1 else ''}"]
    if now.outlets:
        counts.append(f"{now.outlets:,} outlet{'s' if now.outlets != 1 else ''}")
    facts = "".join(f"<span>{_e(fact)}</span>" for fact in (*counts, span) if fact)
    bar = ""
    if now.per_cent is not None and now.per_cent < 100:
        bar = f' <progress max="100" value="{now.per_cent}" aria-label="Download of the model"></progress>'
    model = f'<span class="dl-model" dir="auto">{_e(now.model)}{bar}</span>' if now.model else ""
    # The boot tells the page's script that the server was started anew.
    counted = f'<span class="dl-counts">{facts}</span>'
    return f'<div class="dl-status" role="status" data-boot="{_e(boot)}">{model}{counted}</div>'


def outage(text: str) -> str:
    """Return the status bar of an archive that does not answer."""
    return f'<div class="dl-status" data-kind="error" role="status"><span class="dl-model">{_e(text)}</span></div>'
