"""``qa eval``: run a set, compare two runs, hold the pinned floors, list what there is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer
from typer.core import TyperGroup

from qa.evaluation import yardsticks
from qa.evaluation.given import ASKED, RUNS, AsJson, How, Runs, Seed, benched, say
from qa.evaluation.options import grouped

if TYPE_CHECKING:
    from qa.evaluation.gated import Part
    from qa.evaluation.outcomes import Outcome
    from qa.evaluation.runner import Choice

FLOORS = Path("eval/floors.json")
DEFAULT_INDEX = Path("indexes/default")


class _RunByDefault(TyperGroup):
    """A group whose first word may be left out: what is no command is given to ``run``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in {"-h", "--help"}):
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RunByDefault,
    help="Measure Dateline on its own sets, on public ones, or on your questions: `qa eval my.jsonl --index PATH`.",
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.registered_commands += yardsticks.app.registered_commands


@dataclass(frozen=True, slots=True)
class Which:
    """Which questions are asked."""

    split: Annotated[str, typer.Option("--split", help="Rows of a public set to measure, by part of name.")] = ""
    half: Annotated[str | None, typer.Option("--half", help="Only the tune or the report half.")] = None
    quick: Annotated[bool, typer.Option("--quick/--full", help="The 40 of lowest sha256 of each row, or all.")] = False
    whole: Annotated[bool, typer.Option("--whole", help="Every item of a public set, past its full size.")] = False
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Only questions of this kind.")] = None
    sample: Annotated[int | None, typer.Option("--sample", min=1, help="Only so many, drawn by seed.")] = None
    seed: Seed = 1

    @property
    def choice(self) -> Choice:
        """The same as the runner has it.

        Raises:
            InputError: there is no such half.
        """
        from qa.evaluation.runner import Choice

        half = _half(self.half)
        return Choice(
            tuple(self.kind or ()), half=half, sample=self.sample, quick=self.quick, whole=self.whole, seed=self.seed
        )


@app.command()
@grouped
def run(
    what: Annotated[str, typer.Argument(help="A file of questions, or a public set; nothing: the sample set.")] = "",
    index: Annotated[Path | None, typer.Option("--index", "-i", help="Folder of the index.")] = None,
    which: Which = Which(),
    how: How = ASKED,
    as_json: AsJson = False,
) -> None:
    """Ask every question, keep every answer, print one table. An interrupted run goes on when started again."""
    from qa.evaluation import outcomes
    from qa.evaluation.bench import PUBLIC

    with benched(how, which.choice) as bench:
        if what in PUBLIC:
            found = outcomes.public(what, bench, split=which.split)
        else:
            found = [outcomes.own_set(Path(what) if what else None, bench, index=_index(what, index))]
    for outcome in found:
        _show(outcome, as_json=as_json)


def _half(text: str | None) -> Literal["tune", "report"] | None:
    from qa.errors import InputError

    if text is None:
        return None
    if text == "tune":
        return "tune"
    if text == "report":
        return "report"
    raise InputError(f"half {text!r} is neither 'tune' nor 'report'")


def _index(what: str, index: Path | None) -> Path | None:
    """Return the index to ask: the one named, the default for a file of questions, none for the sample set."""
    return index if index or not what else DEFAULT_INDEX


def _show(outcome: Outcome, *, as_json: bool) -> None:
    from rich.console import Console

    if as_json:
        typer.echo(json.dumps(outcome.figures, ensure_ascii=False))
    else:
        Console().print(outcome.table)
    for note in outcome.notes:
        say(note)


@app.command()
def report(
    files: Annotated[list[Path], typer.Argument(metavar="RUN…", help="Runs, as `qa eval list` shows them.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write the page here: one self-contained HTML.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the summary between the marks of this Markdown file.")
    ] = None,
    peers: Annotated[Path | None, typer.Option("--peers", help="A table that `make peers` wrote.")] = None,
    seed: Seed = 1,
) -> None:
    """Show what runs are worth: figures with intervals, plots, every failure; without -o, a summary in Markdown."""
    from qa.evaluation import reporting

    held = reporting.gathered(files, peers=peers, seed=seed)
    if out is not None:
        reporting.write_page(out, held)
        say(f"the page is {out}: open it in a browser; it needs no network")
    if markdown is not None:
        reporting.write_summary(markdown, held)
        say(f"the summary is between the marks of {markdown}")
    if out is None and markdown is None:
        typer.echo(reporting.summary(held))


@app.command()
def draft(
    out: Annotated[Path, typer.Argument(help="The set to write to; what is in it stays.")],
    index: Annotated[Path, typer.Option("--index", "-i", help="Folder of the index.")] = DEFAULT_INDEX,
    count: Annotated[int, typer.Option("--count", min=1, help="How many questions to propose.")] = 20,
    seed: Seed = 1,
    no_model: Annotated[bool, typer.Option("--no-model", help="Word the questions by code alone.")] = False,
) -> None:
    """Propose questions with gold quotes from an archive; you accept, edit or skip each. Goes on where it stopped."""
    from qa.archive import open_archive
    from qa.evaluation import drafting
    from qa.evaluation.asking import ask_person
    from qa.index.opening import is_new
    from qa.llm import load
    from qa.settings import Settings

    is_new(index, create=False)
    archive = open_archive(index, write=False)
    try:
        held = drafting.proposals(archive.all_articles(), count, seed=seed)
    finally:
        archive.close()
    model = None if no_model else load(Settings())
    try:
        accepted, skipped = drafting.review(held, drafting.Ledger(out), ask_person, model=model)
    finally:
        if model is not None:
            model.close()
    say(f"{len(held)} proposed; now {accepted} accepted, {skipped} skipped; the set is {out}: `qa eval {out}`")


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="The run to compare with.")],
    after: Annotated[Path, typer.Argument(help="The run to look at.")],
    by: Annotated[str, typer.Option("--by", help="List the questions on which this metric changed.")] = "right",
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Compare two runs question by question: changes, their significance, and which questions changed."""
    from rich.console import Console

    from qa.evaluation import compare as comparing
    from qa.evaluation.outcomes import scores_of

    found = comparing.compare(scores_of(before), scores_of(after), by=by, seed=seed)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False))
        return
    Console().print(comparing.table(found))
    for name, (old, new) in found.changed.items():
        typer.echo(f"{by} {old:g} → {new:g}  {name}")
    for path, only in ((before, found.only_before), (after, found.only_after)):
        if only:
            say(f"only in {path}: {len(only)} questions, such as {only[0]!r}")


@dataclass(frozen=True, slots=True)
class Pinning:
    """What is done to the floors beside holding them."""

    floors: Annotated[Path, typer.Option("--floors", help="The file with the pinned floors.")] = FLOORS
    raise_floors: Annotated[bool, typer.Option("--raise", help="Pin every figure that got better.")] = False
    lower: Annotated[str, typer.Option("--lower-floor", help="Loosen this one figure; needs --because.")] = ""
    because: Annotated[str, typer.Option("--because", help="Why it is right to loosen it; kept in the file.")] = ""
    new_corpus: Annotated[bool, typer.Option("--new-corpus", help="Pin all figures anew on a changed corpus.")] = False


@app.command()
@grouped
def gate(
    pinning: Pinning = Pinning(),
    part: Annotated[
        list[str] | None, typer.Option("--part", help="Only this part of the gate; may be repeated.")
    ] = None,
    with_model: Annotated[bool, typer.Option("--with-model", help="Ask the real model a few questions too.")] = False,
    runs: Runs = RUNS,
) -> None:
    """Measure the deterministic parts (and, if told to, a little of the real model) and fail below a pinned floor."""
    from qa.evaluation import gate as gating
    from qa.evaluation import own
    from qa.evaluation.gated import gate_figures

    parts = _parts(part, with_model=with_model or pinning.new_corpus)
    with benched(How(no_model="model" not in parts, runs=runs)) as bench:
        measured = gate_figures(bench, parts)
    corpus, floors, lower, because = own.corpus(), pinning.floors, pinning.lower, pinning.because
    if pinning.new_corpus:
        gating.write(floors, gating.pinned(measured, corpus, after=gating.read(floors) if floors.exists() else None))
        say(f"{len(measured)} figures pinned anew in {floors}")
        return
    held = gating.read(floors)
    if lower:
        held = gating.lowered(held, measured, lower, because=because)
        gating.write(floors, held)
        say(f"LOWERED {lower} to {held.bounds[lower].limit} in {floors}: {because}")
    found = gating.failures(gating.of_parts(held, parts), measured, corpus)
    for failure in found:
        typer.echo(f"FAILED {failure}")
    if found:
        raise typer.Exit(1)
    if pinning.raise_floors:
        gating.write(floors, gating.raised(held, measured))
    looked_at = gating.of_parts(held, parts).bounds
    typer.echo(f"{len(looked_at)} pinned figures of {', '.join(parts)} hold, over {dict(corpus.counts)}")
    if rest := sorted({name.split("/")[0] for name in held.bounds} - set(parts)):
        say(f"not measured: {', '.join(rest)}")


def _parts(named: list[str] | None, *, with_model: bool) -> tuple[Part, ...]:
    """Return the parts of the gate to measure.

    Raises:
        InputError: there is no part of that name.
    """
    from qa.errors import InputError
    from qa.evaluation.gated import WITHOUT_A_MODEL, Part

    for name in named or ():
        if name not in get_args(Part):
            raise InputError(f"the gate has no part {name!r}: there are {', '.join(get_args(Part))}")
    chosen = WITHOUT_A_MODEL if not named else tuple(held for held in get_args(Part) if held in named)
    return tuple(dict.fromkeys((*chosen, *(("model",) if with_model else ()))))


@app.command()
def stories(
    count: Annotated[int, typer.Option("--count", min=1, help="How many articles copies are made of.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Measure how copies are told from variants and other stories: on changes made, and on pairs read by hand."""
    from qa.evaluation import clusters

    found = clusters.measure(clusters.public(), count)
    typer.echo(json.dumps(clusters.to_dict(found)) if as_json else clusters.table(found))


@app.command(name="list")
def list_runs(runs: Runs = RUNS) -> None:
    """List the runs that there are, and the public sets."""
    from qa.errors import EvalError
    from qa.evaluation import bench, rows

    for path in sorted(runs.glob("*.jsonl")):
        try:
            header = rows.read_header(path)
        except EvalError:
            typer.echo(f"{path}  measurements")
            continue
        model = header.config.get("llm_model") or header.config.get("llm", "?")
        typer.echo(f"{path}  {header.name}, {model}, {sum(1 for _ in rows.read_rows(path))} questions")
    try:
        say(f"public sets in {bench.root()}: {', '.join(bench.PUBLIC)}")
    except EvalError as error:
        say(str(error))
