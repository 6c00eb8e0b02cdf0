"""The report as one HTML page: no script, no network, nothing from elsewhere. Every text of a set is escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from qa.evaluation import digest, peering, plots, proof
from qa.evaluation.digest import HEADLINE, NAMES, PEER_ROWS, short
from qa.evaluation.failures import Failure, Quoted
from qa.evaluation.intervals import Estimate
from qa.evaluation.peering import Measured
from qa.evaluation.plots import Bar, Frame, Series
from qa.evaluation.proof import Proof, Proven

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing but the style inside it."""
STAGES = {"first_passage": "passages found", "first_sentence": "first checked sentence", "whole": "whole answer"}


def html(held: Proof, *, made: str) -> str:
    """Return the page; ``made`` says when and with what it was written."""
    parts = [
        ("figures", "Figures", _headline(held.runs)),
        ("peers", "Beside other systems", _peers(held) if held.peers else ""),
        ("curves", "How sure, how fast, on what", _plots(held.runs)),
        ("failures", "Every failure", "".join(_failures(one, name) for one, name in _named(held.runs))),
        ("made", "How these were made", _provenance(held)),
    ]
    kept = [part for part in parts if part[2]]
    links = "".join(f'<li><a href="#{mark}">{title}</a></li>' for mark, title, _ in kept)
    body = "".join(
        f'<section aria-labelledby="{mark}"><h2 id="{mark}">{title}</h2>{inner}</section>'
        for mark, title, inner in kept
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Dateline: what it is worth</title>'
        f"<style>{Path(__file__).with_name('page.css').read_text(encoding='utf-8')}</style></head><body>"
        f"<header><h1>Dateline: what it is worth</h1><p>{escape(_in_short(held))}</p>"
        f'<nav aria-label="Sections"><ul>{links}</ul></nav></header><main>{body}</main>'
        f"<footer><p>{escape(made)}. Texts in this page belong to the publishers of the sets: it is for looking at, not"
        " for passing on.</p></footer></body></html>\n"
    )


def _named(runs: Sequence[Proven]) -> list[tuple[Proven, str]]:
    return list(zip(runs, proof.labels(runs), strict=True))


def _in_short(held: Proof) -> str:
    asked, wrong = sum(one.summary.n for one in held.runs), sum(len(one.failures) for one in held.runs)
    days = sorted({one.summary.header.started[:10] for one in held.runs})
    when = " to ".join(dict.fromkeys((days[0], days[-1])))
    return (
        f"{asked} questions in {len(held.runs)} runs, asked {when}; {wrong} answers are not right and are all shown"
        " below. Figures have 95 % bootstrap intervals."
    )


def _scroll(label: str, table: str) -> str:
    """Return a table that scrolls by itself where the screen is narrow, with the keyboard too."""
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">{table}</div>'


def _cell(held: Estimate | None) -> str:
    if held is None:
        return "<td>–</td>"
    return f"<td>{short(held.value)}<small>{short(held.low)}–{short(held.high)}, n {held.n}</small></td>"


def _grid(caption: str, names: Iterable[str], rows: Iterable[tuple[str, Iterable[str]]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "".join(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>' for name, cells in rows)
    table = f'<table><caption>{escape(caption)}</caption><thead><tr><th scope="col">measure</th>{head}</tr></thead>'
    return _scroll(caption, f"{table}<tbody>{body}</tbody></table>")


def _headline(runs: Sequence[Proven]) -> str:
    rows = [("questions", [f"<td>{one.summary.n}</td>" for one in runs])]
    rows.append(("errors ↓", [f"<td>{one.summary.errors}</td>" for one in runs]))
    for key, meaning in {"right": "right as a whole", **HEADLINE, "stale": "superseded values given ↓"}.items():
        if any(key in one.summary.figures for one in runs):
            rows.append((meaning, [_cell(one.summary.figures.get(key)) for one in runs]))
    for stage, meaning in STAGES.items():
        cells = []
        for one in runs:
            time = one.summary.latency.get(stage)
            cells.append(f"<td>{time.p50:.1f}<small>p95 {time.p95:.1f}</small></td>" if time else "<td>–</td>")
        rows.append((f"seconds: {meaning} ↓", cells))
    note = (
        '<p class="soft">↓: less is better. Whether citations support their sentences is judged by Dateline\'s own'
        " check, which also let the sentences pass: read it beside the check's agreement with people"
        " (<code>qa eval wice</code>).</p>"
    )
    return _grid("Value, 95 % interval, number of questions", proof.labels(runs), rows) + note


def _peers(held: Proof) -> str:
    """Return where Dateline is better and worse than each peer, by how much and how sure; then each row."""
    names = [name for name in digest.systems(held.peers) if not name.startswith("dateline")]
    rows: dict[str, list[str]] = {}
    for key, meaning in PEER_ROWS.items():
        cells = [_pair_cell(held.peers, name, key) for name in names]
        if any(cell != "<td>–</td>" for cell in cells):
            rows[meaning] = cells
    caption = "Dateline less the other, paired by question over all rows: difference, 95 % interval, n"
    inner = _grid(caption, [NAMES.get(name, name) for name in names], rows.items()) if names else ""
    for row in digest.rows_of(held.peers):
        inner += f"<h3>{escape(row)}</h3>" + _peer_row([one for one in held.peers if one.row == row], row)
    settings = {one.system: one.settings for one in held.peers}
    listed = "".join(f"<li>{escape(NAMES.get(name, name))}: {escape(text)}</li>" for name, text in settings.items())
    return f"{inner}<h3>Settings</h3><ul>{listed}</ul>"


def _pair_cell(measured: Sequence[Measured], name: str, metric: str) -> str:
    pair = {held.metric: held for held in peering.paired(measured, "dateline", name)}.get(metric)
    if pair is None:
        return "<td>–</td>"
    change = pair.change
    kind = f' class="{pair.verdict}"' if pair.verdict in ("better", "worse") else ""
    return (
        f"<td{kind}>{change.value:+.2f} {pair.verdict}"
        f"<small>{change.low:+.2f} to {change.high:+.2f}, n {change.n}</small></td>"
    )


def _peer_row(measured: Sequence[Measured], row: str) -> str:
    names = digest.systems(measured)
    by_name = {one.system: one for one in measured}
    figures = {name: by_name[name].figures for name in names}
    rows = [("questions asked", [f"<td>{by_name[name].asked} of {by_name[name].n}</td>" for name in names])]
    for key, meaning in PEER_ROWS.items():
        if any(key in held for held in figures.values()):
            rows.append((meaning, [_cell(figures[name].get(key)) for name in names]))
    for meaning, attribute in (("memory with the model, MiB", "memory"), ("packages, MiB", "install")):
        cells = [getattr(by_name[name], attribute) for name in names]
        rows.append((meaning, [f"<td>{cell:.0f}</td>" if cell else "<td>–</td>" for cell in cells]))
    return _grid(f"{row}: every system on the same questions", [NAMES.get(name, name) for name in names], rows)


def _plots(runs: Sequence[Proven]) -> str:
    drawn = [_risk(runs), _calibration(runs), _latency(runs), _kinds(runs), _ages(runs)]
    return f'<div class="plots">{"".join(plot for plot in drawn if plot)}</div>'


def _risk(runs: Sequence[Proven]) -> str:
    frame = Frame(
        "risk",
        title="Risk and coverage",
        about="The share of wrong answers among the surest, as more of the answers given are counted. Lower is better.",
        x="share of the answers given, surest first",
        y="share of these that are wrong",
    )
    series = [Series(name, tuple(proof.thinned(one.risk))) for one, name in _named(runs) if one.risk]
    return plots.curves(frame, series) if series else ""


def _calibration(runs: Sequence[Proven]) -> str:
    frame = Frame(
        "calibration",
        title="Calibration",
        about="How often answers of a stated probability are right; both agree on the dotted line. Large marks: many.",
        x="probability that Dateline gave its answer",
        y="share that is right",
    )
    series = [
        Series(name, tuple((b.said, b.right) for b in one.calibration), weights=tuple(b.share for b in one.calibration))
        for one, name in _named(runs)
        if one.calibration
    ]
    return plots.curves(frame, series, diagonal=True) if series else ""


def _latency(runs: Sequence[Proven]) -> str:
    bars = []
    for number, (one, name) in enumerate(_named(runs)):
        for stage, meaning in STAGES.items():
            if time := one.summary.latency.get(stage):
                label = (
                    f"{name}: {meaning}"
                    if len(runs) == 1
                    else f"{_last(name)}: {meaning.removeprefix('first checked ')}"
                )
                bar = Bar(
                    label, value=time.p50, low=time.p50, high=time.p95, note=f"(p95 {time.p95:.1f})", series=number
                )
                bars.append(bar)
    frame = Frame(
        "latency",
        title="Latency",
        about="Seconds until something is there: the median, and a line up to the 95th percentile.",
        x="seconds",
    )
    return plots.intervals(frame, bars, limit=_ceiling(bars)) if bars else ""


def _kinds(runs: Sequence[Proven]) -> str:
    bars = [
        _bar(f"{_last(name)}: {kind}", held["right"], number)
        for number, (one, name) in enumerate(_named(runs))
        for kind, held in one.summary.kinds.items()
        if "right" in held
    ]
    frame = Frame(
        "kinds", title="By kind of question", about="Share right as a whole, with its 95 % interval.", x="share right"
    )
    return plots.intervals(frame, bars) if bars else ""


def _ages(runs: Sequence[Proven]) -> str:
    bars = [
        _bar(f"{_last(name)}: {age}", held, number)
        for number, (one, name) in enumerate(_named(runs))
        for age, held in one.ages.items()
        if set(one.ages) != {proof.UNDATED}
    ]
    frame = Frame(
        "ages",
        title="By age of the evidence",
        about="Share of the answers given that are right, by the age of the first cited article when it was asked.",
        x="share right",
    )
    return plots.intervals(frame, bars) if bars else ""


def _bar(name: str, held: Estimate, series: int) -> Bar:
    return Bar(name, value=held.value, low=held.low, high=held.high, note=f"(n {held.n})", series=series)


def _last(name: str) -> str:
    """Return what tells a run's name apart on little room: ``2022gold`` of ``realtimeqa/2022gold/answer``."""
    first, *rest = name.removesuffix("/answer").split("/")
    return rest[-1] if rest else first


def _ceiling(bars: Sequence[Bar]) -> float:
    """Return a round number that no bar passes."""
    most = max(bar.high for bar in bars)
    return next((step for step in (1, 2, 4, 8, 12, 20, 40, 60, 100, 200, 400, 1000) if step >= most), most)


def _failures(one: Proven, name: str) -> str:
    counts = Counter(held.way for held in one.failures)
    told = ", ".join(f"{count} {way}" for way, count in counts.most_common()) or "none"
    lost = Counter(held.where for held in one.failures if held.where)
    where = (
        f" Of those with a gold wording: {', '.join(f'{count} {text}' for text, count in lost.items())}."
        if lost
        else ""
    )
    items = "".join(_failure(held) for held in one.failures)
    return f"<h3>{escape(name)}</h3><p>{len(one.failures)} of {one.summary.n} not right: {told}.{where}</p>{items}"


def _failure(held: Failure) -> str:
    sure = "" if held.probability is None else f", probability {held.probability:.2f}"
    facts = {
        "Answer": held.said,
        "Short answer": held.short,
        "Status": f"{held.status}{sure}",
        "Gold": "; ".join(held.gold),
        "As of": held.as_of,
        "Kind": held.kind,
        "Where": held.where,
    }
    listed = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    cited = "".join(_quote(one) for one in held.cited)
    seen = "".join(_quote(one) for one in held.seen)
    more = f"<details><summary>{len(held.seen)} passages that were retrieved</summary>{seen}</details>" if seen else ""
    return (
        f'<details><summary><span class="way">{held.way}</span> · {escape(held.question)}</summary>'
        f"<dl>{listed}</dl>{cited}{more}</details>"
    )


def _quote(held: Quoted) -> str:
    text, start, end = held.mark.text, held.mark.start, held.mark.end
    quoted = f"<mark>{escape(text[start:end])}</mark>" if end > start else ""
    source = escape(f"{held.label} · {held.heading}")
    if held.url.startswith(("https://", "http://")):
        source = f'<a href="{escape(held.url)}" rel="noreferrer">{source}</a>'
    return f"<blockquote>{escape(text[:start])}{quoted}{escape(text[end:])}<cite>{source}</cite></blockquote>"


def _provenance(held: Proof) -> str:
    rows = []
    for one, name in _named(held.runs):
        header = one.summary.header
        facts: Mapping[str, str] = {
            "asked": header.started,
            "model": one.model,
            "code": str(header.config.get("code", "")),
            **{key: str(value) for key, value in header.made.items()},
            "choice": ", ".join(f"{key} {value}" for key, value in header.choice.items() if value),
        }
        listed = "".join(f"<dt>{escape(key)}</dt><dd>{escape(value)}</dd>" for key, value in facts.items() if value)
        rows.append(f"<h3>{escape(name)}</h3><dl>{listed}</dl>")
    return "".join(rows)
