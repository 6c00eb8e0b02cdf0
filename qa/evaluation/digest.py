"""The report in a page of Markdown: figures only, never a text of a set. A README holds it between two marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from qa.errors import EvalError
from qa.evaluation import peering, proof
from qa.evaluation.intervals import Estimate
from qa.evaluation.peering import Measured, Pair
from qa.evaluation.proof import Proof, Proven

BEGIN, END = "<!-- quality: written by qa eval report --markdown -->", "<!-- /quality -->"

HEADLINE: Mapping[str, str] = {
    "contained": "right wording within forty words",
    "f1": "short answer F1",
    "refusal_recall": "unanswerable refused",
    "wrongly_refused": "answerable refused ↓",
    "conflict_shown": "conflicts shown with both sides",
    "citation_recall": "sentences that their citations support",
    "spans": "citations that are the article's own characters",
    "leak": "later articles shown ↓",
    "ece": "calibration error ↓",
}
"""The rows of the headline table, best known first; ↓: less is better."""

GOOD, BAD = 0.05, 0.25
"""Strong is within .05 of perfect; weak is .25 or more of what should not be, or half or less of what should."""

PEER_ROWS: Mapping[str, str] = {
    "contained": "right wording within forty words",
    "f1": "short answer F1",
    "refusal_recall": "unanswerable refused",
    "wrongly_refused": "answerable (or in dispute) refused ↓",
    "conflict_shown": "conflicts shown with both sides",
    "citations_exist": "citations that exist word for word",
    "supported": "sentences that their citations support in every value and name",
    "likely": "sentences that their citations rather support than not",
    "first": "seconds to first text ↓",
    "seconds": "seconds an answer ↓",
    "words": "words an answer ↓",
    "failed": "failed ↓",
}
NAMES: Mapping[str, str] = {
    "dateline": "Dateline",
    "dateline-small-model": "Dateline, 0.5B model",
    "dateline-no-model": "Dateline, no model",
    "llamaindex": "LlamaIndex",
    "chroma": "Chroma + prompt",
    "haystack": "Haystack",
    "paperqa": "paper-qa",
}


def figure(held: Estimate | None, *, n: bool = False) -> str:
    """Return a figure with its interval: ``.71 (.58–.82)``."""
    if held is None:
        return "–"
    shown = f"{short(held.value)} ({short(held.low)}–{short(held.high)})"
    return f"{shown}, n {held.n}" if n else shown


def short(value: float) -> str:
    """Return two digits without the leading zero, whole numbers as such."""
    if value in (0.0, 1.0):
        return f"{value:.0f}"
    return f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.1f}"


def markdown(held: Proof) -> str:
    """Return the whole summary."""
    parts = [f"### On questions that nothing was fitted on\n\n{_provenance(held.runs)}", _headline(held.runs)]
    parts.append(_strong_and_weak(held.runs))
    if held.peers:
        parts.append(f"### Beside others\n\n{_peers_about(held)}")
        parts.append(_peer_table(held.peers))
        parts.append(verdicts(held.peers))
    return "\n\n".join(part for part in parts if part)


def _provenance(runs: Sequence[Proven]) -> str:
    """Say when, at which commit, on what and by which commands the runs were made."""
    groups: dict[str, list[str]] = {}
    for one in runs:
        header = one.summary.header
        made = header.made
        commit = f"commit {made['commit']}" if made.get("commit") else f"code {header.config.get('code', '?')}"
        about = ", ".join(part for part in (header.started[:10], commit, made.get("machine", ""), one.model) if part)
        groups.setdefault(about, []).append(f"`{made['command']}`" if made.get("command") else header.name)
    return "\n".join(f"- {about}: {', '.join(commands)}" for about, commands in groups.items())


def _strong_and_weak(runs: Sequence[Proven]) -> str:
    """Name every headline figure that is as good as can be, or far from it, and how the wrong answers are wrong."""
    strong: list[str] = []
    weak: list[str] = []
    for key, meaning in HEADLINE.items():
        plain, less = meaning.removesuffix(" ↓"), meaning.endswith("↓")
        held = [(_short_name(one), one.summary.figures[key]) for one in runs if key in one.summary.figures]
        good = [(name, found) for name, found in held if (found.value <= GOOD if less else found.value >= 1 - GOOD)]
        bad = [(name, found) for name, found in held if (found.value >= BAD if less else found.value <= 1 - 2 * BAD)]
        for found, lines in ((good, strong), (bad, weak)):
            if found:
                lines.append(f"{plain} ({', '.join(f'{name} {short(one.value)}' for name, one in found)})")
    wrong = []
    for one in runs:
        counts = Counter(held.way for held in one.failures)
        told = ", ".join(f"{count} {way}" for way, count in counts.most_common())
        lost = sum(held.where.startswith("no passage") for held in one.failures)
        search = f"; for {lost} no passage that was found has the gold wording" if lost else ""
        wrong.append(f"- {_short_name(one)}: {len(one.failures)} of {one.summary.n} not right: {told}{search}.")
    return (
        f"**Strong:** {'; '.join(strong) or 'nothing'}.\n\n**Weak:** {'; '.join(weak) or 'nothing'}.\n\n"
        "How the wrong answers are wrong:\n\n" + "\n".join(wrong)
    )


def _short_name(one: Proven) -> str:
    """Return what tells a run on little room: ``2022gold`` of ``realtimeqa/2022gold/answer``."""
    name = one.name.removesuffix("/answer")
    return name.removeprefix("realtimeqa/")


def _headline(runs: Sequence[Proven]) -> str:
    names = [_short_name(one) for one in runs]
    if len(set(names)) < len(names):
        names = proof.labels(runs)
    rows = [["", *names], ["---", *(":-:" for _ in names)]]
    rows.append(["questions", *(str(one.summary.n) for one in runs)])
    for key, meaning in HEADLINE.items():
        if any(key in one.summary.figures for one in runs):
            rows.append([meaning, *(figure(one.summary.figures.get(key)) for one in runs)])
    rows.append(["seconds an answer, median / p95", *(_seconds(one) for one in runs)])
    return _table(rows) + "\n\n95 % bootstrap intervals in brackets."


def _seconds(one: Proven) -> str:
    held = one.summary.latency.get("whole")
    return f"{held.p50:.1f} / {held.p95:.1f}" if held else "–"


def _table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def systems(measured: Sequence[Measured]) -> list[str]:
    """Return the systems of a table in the order of ``NAMES``."""
    there = {one.system for one in measured}
    return [name for name in NAMES if name in there] + sorted(there - set(NAMES))


def rows_of(measured: Sequence[Measured]) -> list[str]:
    """Return the rows of a table of peers in order."""
    return list(dict.fromkeys(one.row for one in measured))


def _peers_about(held: Proof) -> str:
    made = held.peers_made
    counts = ", ".join(f"{row} {max(one.n for one in held.peers if one.row == row)}" for row in rows_of(held.peers))
    return (
        f"{made.get('day', '')}, {made.get('commit', '')}, {made.get('machine', '')}, `make peers`: the same questions"
        f" ({counts}; of the report halves, those of lowest hash), articles, encoder and model file in the same engine."
    )


def _peer_table(measured: Sequence[Measured]) -> str:
    """Return each metric over all rows that a system was asked, a column a system."""
    names = systems(measured)
    pooled = {name: peering.pooled([one for one in measured if one.system == name]) for name in names}
    rows = [["", *(NAMES.get(name, name) for name in names)], ["---", *(":-:" for _ in names)]]
    asked = {name: sum(one.asked for one in measured if one.system == name) for name in names}
    rows.append(["questions asked", *(str(asked[name]) for name in names)])
    for key, meaning in PEER_ROWS.items():
        if any(key in held for held in pooled.values()):
            rows.append([meaning, *(figure(pooled[name].get(key)) for name in names)])
    for meaning, attribute in (("memory with the model, MiB", "memory"), ("packages, MiB", "install")):
        cells = [max((getattr(o, attribute) or 0 for o in measured if o.system == name), default=0) for name in names]
        rows.append([meaning, *(f"{cell:.0f}" if cell else "–" for cell in cells)])
    return _table(rows)


def verdicts(measured: Sequence[Measured]) -> str:
    """Say in a line a peer where Dateline is better, where it is not, and where nothing can be told."""
    lines = []
    for name in systems(measured):
        if name.startswith("dateline") or not (pairs := judged(measured, name)):
            continue
        told = {verdict: [_told(pair) for pair in pairs if pair.verdict == verdict] for verdict in ("better", "worse")}
        open_ = [PEER_ROWS[pair.metric].removesuffix(" ↓") for pair in pairs if pair.verdict == "not told apart"]
        lines.append(
            f"- Beside {NAMES.get(name, name)}: better in {'; '.join(told['better']) or 'nothing that shows'}."
            f" Worse in {'; '.join(told['worse']) or 'nothing that shows'}."
            f" Not told apart: {', '.join(open_) or 'nothing'}."
        )
    return "\n".join(lines)


def judged(measured: Sequence[Measured], peer: str) -> list[Pair]:
    """Return the metrics of Dateline and a peer, paired by question, in the order of ``PEER_ROWS``."""
    found = {pair.metric: pair for pair in peering.paired(measured, "dateline", peer)}
    return [found[name] for name in PEER_ROWS if name in found]


def _told(pair: Pair) -> str:
    """Return a difference with its interval."""
    meaning = PEER_ROWS[pair.metric].removesuffix(" ↓")
    change = pair.change
    return f"{meaning} ({change.value:+.2f}, {change.low:+.2f} to {change.high:+.2f}, n {change.n})"


def into(path: Path, text: str) -> None:
    """Write the summary between the marks of a Markdown file.

    Raises:
        EvalError: the file cannot be read, or does not have both marks once.
    """
    try:
        held = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"cannot read {str(path)!r}: {error}; check the path with `ls`") from error
    if held.count(BEGIN) != 1 or held.count(END) != 1 or held.index(BEGIN) > held.index(END):
        raise EvalError(f"{str(path)!r} does not have the marks {BEGIN!r} and {END!r}: put each on a line of its own")
    before, _, rest = held.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
