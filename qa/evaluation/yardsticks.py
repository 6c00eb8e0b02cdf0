"""``qa eval cases``, ``sealed`` and ``baselines``: what the product is judged by, each by one command."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.evaluation.given import ASKED, RUNS, AsJson, How, NoModel, Seed, benched, say
from qa.evaluation.options import grouped

if TYPE_CHECKING:
    from qa.evaluation.sealed import Half

app = typer.Typer()

Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say of each row that is not right what is wrong.")]


@app.command()
def cases(
    folder: Annotated[Path | None, typer.Argument(help="A folder of cases; nothing: DATELINE_CASES names it.")] = None,
    no_model: NoModel = False,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write the answers here, a line each.")] = None,
    only: Annotated[str, typer.Option("--only", help="Only the cases with this part in their names.")] = "",
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Put small archives of one difficulty each through the product: right answers, articles as they must be."""
    from qa.evaluation.cases import running

    root = running.folder(folder)
    homes = [home for home in running.homes(root) if only in home.name]
    answers = out or RUNS / f"cases-{datetime.now(UTC):%Y%m%dT%H%M%S}.answers.jsonl"
    with benched(How(no_model=no_model)) as bench:
        found = []
        for case in running.carry_out(homes, bench.opener, answers, told=bench.progress):
            found.append(case)
            for one in (*case.questions, *case.files) if verbose else ():
                if one.faults:
                    say(f"  {case.name}: {one.about}: {'; '.join(one.faults)}")
    figures = running.figures(found)
    typer.echo(_as_json(figures) if as_json else running.table(figures))
    say(f"answers in {answers}")
    if not only and (told := running.own_scorer(root, answers)):
        say(f"the folder's own scorer: {told}")


def _as_json(figures: dict[str, Any]) -> str:
    held = {name: asdict(value) if hasattr(value, "__dataclass_fields__") else value for name, value in figures.items()}
    return json.dumps(held, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Sealing:
    """What of the sealed sets is asked, and what is done with their digests."""

    which: Annotated[list[str] | None, typer.Option("--set", help="Only this set; may be repeated.")] = None
    half: Annotated[str | None, typer.Option("--half", help="Only the open or the sealed half.")] = None
    most: Annotated[int | None, typer.Option("--most", min=1, help="Only so many of each half of a set.")] = None
    pin: Annotated[bool, typer.Option("--pin", help="Pin the digests of the files as they are.")] = False
    root: Annotated[Path | None, typer.Option("--root", help="The folder with the sets.")] = None


SEALING = Sealing()


@app.command()
@grouped
def sealed(
    sealing: Sealing = SEALING,
    no_model: NoModel = False,
    verbose: Verbose = False,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Measure on gold that was written first: totals of both halves; -v shows the faults of the open one."""
    from qa.errors import EvalError
    from qa.evaluation import own, unsealed
    from qa.evaluation import sealed as sealing_wax

    root = sealing.root or own.folder() / "sealed"
    sets = sealing_wax.load(root, sealing.which or ())
    if found := sealing_wax.problems(sets):
        raise EvalError(f"the gold of {str(root)!r} cannot be used: " + "; ".join(found[:10]))
    if sealing.pin:
        say(f"{len(sealing_wax.digests(root))} files pinned in {sealing_wax.pin(root)}")
        return
    if altered := sealing_wax.changed(root):
        raise EvalError(
            f"{len(altered)} files of the sealed sets are not as pinned, such as {altered[0]!r}: gold is not changed"
            " for what it judges; a mended fault in it is pinned anew with --pin"
        )
    halves = _halves(sealing.half)
    if verbose and halves != ("open",):
        raise EvalError("the sealed half shows totals alone: read errors in the open one, --half open -v")
    held = []
    with benched(How(no_model=no_model)) as bench:
        for part in unsealed.measure(sets, bench, halves=halves, most=sealing.most):
            held.append(unsealed.totals(part, seed=seed))
            for line in unsealed.wrong(part) if verbose else ():
                say(f"  {line}")
    if as_json:
        typer.echo(json.dumps([one.to_dict() for one in held], ensure_ascii=False))
        return
    for one in held:
        typer.echo("\n".join(unsealed.lines(one)))


def _halves(named: str | None) -> tuple[Half, ...]:
    from qa.errors import InputError
    from qa.evaluation.sealed import HALVES

    if named is None:
        return HALVES
    for half in HALVES:
        if half == named:
            return (half,)
    raise InputError(f"half {named!r} is neither 'open' nor 'sealed'")


@dataclass(frozen=True, slots=True)
class Part:
    """Which parts of the baselines are measured."""

    row: Annotated[list[str] | None, typer.Option("--row", help="Only this row; may be repeated.")] = None
    sample: Annotated[int | None, typer.Option("--sample", min=1, help="Only so many of each row: a trial.")] = None
    only_kept: Annotated[bool, typer.Option("--only-kept", help="Ask nothing: the table of what is kept.")] = False
    speed: Annotated[bool, typer.Option("--speed", help="Seconds and memory instead of the rows.")] = False
    install: Annotated[bool, typer.Option("--install", help="What an installation takes, instead.")] = False


PARTS = Part()


@app.command()
@grouped
def baselines(
    part: Part = PARTS,
    how: How = ASKED,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write OUT.md and OUT.json too.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what everything else is compared with. Takes hours; an interrupted run goes on when started again."""
    from qa.types import plain

    if part.speed or part.install:
        text, figures = _beside(part, how, seed)
    else:
        text, figures = _rows(part, how, seed)
    told = json.dumps(plain(figures), ensure_ascii=False, indent=1)
    if out is not None:
        out.with_suffix(".md").write_text(text + "\n", encoding="utf-8")
        out.with_suffix(".json").write_text(told + "\n", encoding="utf-8")
    typer.echo(told if as_json else text)


def _rows(part: Part, how: How, seed: int) -> tuple[str, dict[str, Any]]:
    """Ask the rows, and return the table of what is kept."""
    from qa.errors import EvalError
    from qa.evaluation import baselines as measuring

    names = part.row or list(measuring.ROWS)
    if not part.only_kept:
        with benched(how, measuring.choice(part.sample, seed)) as bench:
            measuring.ask(names, bench)
    runs = {name: run for name in names if (run := measuring.kept(name, how.runs)) is not None}
    if not runs:
        raise EvalError(f"nothing is kept in {str(how.runs)!r}: ask first, `qa eval baselines`")
    found = measuring.measured(list(runs.values()), seed=seed)
    for line in measuring.missing(names, runs):
        say(f"not whole: {line}")
    return measuring.markdown(found, seed=seed), {"seed": seed, "rows": found}


def _beside(part: Part, how: How, seed: int) -> tuple[str, dict[str, Any]]:
    """Measure speed and memory, and what an installation takes."""
    from qa.evaluation import speed

    texts: list[str] = []
    figures: dict[str, Any] = {}
    with benched(how) as bench:
        if part.speed:
            count = part.sample or speed.QUESTIONS
            figures["speed"] = speed.measure(bench, seed=seed, count=count, cold=min(count, speed.COLD))
            texts.append("\n".join(speed.lines(figures["speed"])))
        if part.install:
            figures["install"] = speed.install(bench)
            texts.append("\n".join(f"- {name}: {value:,}" for name, value in figures["install"].items()))
    return "\n\n".join(texts), figures


KeptFile = Annotated[Path | None, typer.Option("--file", help="Where the answers are kept.")]


@app.command()
def keep(
    count: Annotated[int, typer.Option("--count", min=1, help="How many questions.")] = 300, file: KeptFile = None
) -> None:
    """Keep the answers to fixed questions, made by the small reader without a language model."""
    from qa.evaluation import kept, own

    path = file or own.folder() / kept.FILE
    with benched(How(no_model=True)) as bench:
        held = list(kept.answers(kept.wanted(count), bench))
    kept.write(path, held)
    say(f"{len(held)} answers in {path}, {path.stat().st_size:,} bytes")


@app.command()
def compare_kept(file: KeptFile = None, verbose: Verbose = False) -> None:
    """Say which answers are not the kept ones any more; none, where a change should change nothing."""
    from qa.evaluation import kept, own

    before = kept.read(file or own.folder() / kept.FILE)
    with benched(How(no_model=True)) as bench:
        found = kept.differences(before, list(kept.answers(kept.again(before), bench)))
    for one in found:
        typer.echo(f"{'/'.join(one.key)}: {', '.join(one.parts)}")
        for name in (name for name in one.parts if verbose and name in one.before):
            typer.echo(f"  {name}: {one.before[name]!r}\n  {' ' * len(name)}→ {one.now.get(name)!r}")
    typer.echo(f"{len(found)} of {len(before)} answers differ")
    if found:
        raise typer.Exit(1)
