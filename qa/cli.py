"""The command ``qa``: standard output is the answer, standard error is everything else."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa.news import NewsQA
    from qa.types import Evidence

app = typer.Typer(
    help="Question answering over a news archive: dated, cited, checked.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
models = typer.Typer(help="The models on this machine.", no_args_is_help=True)
app.add_typer(models, name="models")

IndexPath = Annotated[Path, typer.Option("--index", "-i", help="Folder of the index.", show_default=True)]
AsOf = Annotated[str | None, typer.Option("--as-of", help="Answer as on this day or instant, such as 2022-03-28.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the JSON schema of answers instead of text.")]
NoModel = Annotated[bool, typer.Option("--no-model", help="Answer with the archive's own sentences only.")]
Shape = Literal["text", "markdown", "json"]
"""How a timeline is printed."""

DEFAULT_INDEX = Path("indexes/default")


def _say(text: str) -> None:
    # File names, titles and addresses come from elsewhere: none of them moves the cursor or forges a line.
    typer.echo("".join(letter for letter in text if letter.isprintable() or letter == "\n"), err=True)


def _tell(text: str) -> None:
    """Print a line of what a long run did."""
    typer.echo("".join(letter for letter in _one_line(text) if letter.isprintable()))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _open(index: Path, **options: Any) -> NewsQA:
    from qa.news import NewsQA

    return NewsQA.open(index, **options)


@app.command()
def ingest(
    sources: Annotated[
        list[str], typer.Argument(help="Files, folders, addresses of pages and feeds, or - for standard input.")
    ],
    index: IndexPath = DEFAULT_INDEX,
    mapping: Annotated[
        str,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD,…",
            help="Which column or key is which field, such as title=headline,body=text; usual names are known.",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take articles in: text, Markdown, HTML, PDF, CSV, JSON, JSONL, EML, web pages, RSS, Atom, JSON Feed, sitemaps."""
    from qa.terminal import Progress, Stopped, stopping

    try:
        with _open(index, create=True) as news, Progress() as progress, stopping(progress) as told:
            report = news.ingest(sources, mapping=mapping, progress=told)
    except Stopped as stopped:
        _say(f"stopped: what was taken in is in {index}; run the same command again to go on")
        raise typer.Exit(128 + stopped.number) from None
    for note in (*report.rejected, *report.flagged):
        _say(_one_line(f"{'rejected' if note in report.rejected else 'note'} {note.source}: {note.reason}"))
    for remark in report.remarks:
        _say(_one_line(remark))
    if as_json:
        from qa.types import plain

        typer.echo(json.dumps(plain(report), ensure_ascii=False, indent=2))
    else:
        typer.echo(
            f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
            f"{len(report.rejected)} rejected in {index}"
        )
    if report.total == len(report.rejected):
        _say(
            "no article was taken in" if report.rejected or report.left_out else "there is no article in these sources"
        )
        raise typer.Exit(1)


@app.command()
def watch(
    sources: Annotated[list[str], typer.Argument(help="Folders, files, and addresses of feeds and pages.")],
    index: IndexPath = DEFAULT_INDEX,
    every: Annotated[float, typer.Option(min=1, help="Seconds from one look to the next.")] = 300,
    once: Annotated[bool, typer.Option("--once", help="Look once and end, such as from cron.")] = False,
    mapping: Annotated[str, typer.Option("--map", metavar="COLUMN=FIELD,…", help="As for qa ingest.")] = "",
) -> None:
    """Keep folders and feeds current: take in what is new or changed, until Ctrl-C."""
    import signal

    from qa.encoders import load
    from qa.settings import Settings
    from qa.watching import Plan, Watch

    encoder = load(Settings())
    plan = Plan(tuple(sources), every=every, once=once, mapping=mapping)
    watching = Watch(plan, lambda: _open(index, create=True, encoder=encoder, extractive=True), _tell)

    def stop(number: int, frame: object) -> None:
        _say("stopping after the article that is being read")
        signal.signal(signal.SIGINT, signal.default_int_handler)
        watching.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    if not watching.run():
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in quotes.")],
    index: IndexPath = DEFAULT_INDEX,
    as_of: AsOf = None,
    as_json: AsJson = False,
    no_model: NoModel = False,
) -> None:
    """Ask the archive. A refusal is an answer too."""
    from qa.terminal import Progress, show_stream

    with _open(index, extractive=no_model, read_only=True) as news, Progress() as progress:
        if as_json:
            answer = news.ask(question, as_of=as_of, progress=progress)
            typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False, indent=2))
        else:
            show_stream(news.stream(question, as_of=as_of, progress=progress), progress)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    index: IndexPath = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_of: AsOf = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each was found.")] = False,
    as_json: AsJson = False,
) -> None:
    """Find passages, without a language model."""
    with _open(index, extractive=True, read_only=True) as news:
        found = news.search(question, k=k, as_of=as_of)
        if explain and news.reranker:
            _say(f"re-ranked by {news.reranker}")
    if as_json:
        from qa.types import plain

        typer.echo(json.dumps([plain(evidence) for evidence in found], ensure_ascii=False, indent=2))
        return
    _print_evidence(found, explain=explain)


def _print_evidence(found: Sequence[Evidence], *, explain: bool) -> None:
    from qa import render

    if not found:
        _say("no passage matches")
    for evidence in found:
        article = evidence.article
        date = article.dated.isoformat()[:10] if article.dated else "undated"
        typer.echo(f"{evidence.rank}. {article.outlet or '?'}, {date}: {article.headline or article.id}")
        typer.echo(f"   {' '.join(evidence.passage.text.split())[:300]}")
        reasons = render.explained(evidence) if explain else render.why(evidence)
        typer.echo("\n".join(f"   {line}" for line in reasons.splitlines()))


@app.command()
def timeline(
    question: Annotated[str, typer.Argument(help="A question or a name, such as 'ferry Marisol'.", metavar="ABOUT")],
    index: IndexPath = DEFAULT_INDEX,
    as_of: AsOf = None,
    since: Annotated[str | None, typer.Option(help="First day of the events wanted, such as 2023-01-01.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day of them.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many events, the most important ones.")] = 20,
    shape: Annotated[Shape, typer.Option("--format", help="How to print it.")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Tell what happened with somebody or something, in order, without a language model."""
    with _open(index, extractive=True, read_only=True) as news:
        found = news.timeline(question, as_of=as_of, since=since, until=until, limit=limit)
    if as_json or shape == "json":
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return
    from qa import render

    typer.echo(render.markdown_timeline(found) if shape == "markdown" else render.terminal_timeline(found), nl=False)


@app.command()
def quotes(
    person: Annotated[str, typer.Argument(help="A name or a role, such as Lavrov.", metavar="WHO")],
    topic: Annotated[str | None, typer.Option(help="What they speak about, such as 'grain deal'.")] = None,
    index: IndexPath = DEFAULT_INDEX,
    as_of: AsOf = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the latest ones.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what somebody said, with the exact words, without a language model."""
    with _open(index, extractive=True, read_only=True) as news:
        found = news.quotes(person, topic, as_of=as_of, limit=limit)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return
    from qa import render

    typer.echo(render.terminal_statements(found), nl=False)


@app.command()
def versions(
    article: Annotated[str, typer.Argument(help="An article's address, file or id, as qa search --json shows it.")],
    index: IndexPath = DEFAULT_INDEX,
    diff: Annotated[bool, typer.Option("--diff", help="Show which sentences went and came with each version.")] = False,
) -> None:
    """List the versions of an article, what changed between them, and the notices that correct it."""
    with _open(index, extractive=True, read_only=True) as news:
        about = news.holdings.named(article)
    from qa import render

    typer.echo(render.terminal_versions(about.versions, about.corrected, about.aside, diff=diff), nl=False)


@app.command()
def chat(
    index: IndexPath = DEFAULT_INDEX,
    host: Annotated[str, typer.Option(help="Loopback address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    no_model: NoModel = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="For others to use: nothing can be added, deleted, set or listed.")
    ] = False,
) -> None:
    """Open the chat page; stop it with Ctrl-C."""
    from qa import chosen
    from qa.settings import Settings
    from qa.ui.app import serve
    from qa.ui.desk import Desk

    settings = chosen.applied(Settings())
    with (
        _open(index, settings=settings, extractive=no_model, wait_for_model=False, read_only=read_only) as news,
        Desk.beside(news, index, read_only=read_only, say=_say) as desk,
    ):
        threading.Thread(target=news.warm, name="dateline-warm", daemon=True).start()
        _say(f"{news.info()['articles']} articles in {index}; until the model is there, answers are extractive")
        serve(news, host=host, port=port, desk=desk, say=_say)


@app.command()
def serve(
    index: IndexPath = DEFAULT_INDEX,
    host: Annotated[str, typer.Option(help="Address to listen on; beyond loopback it takes a token.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    no_model: NoModel = False,
    read_only: Annotated[bool, typer.Option("--read-only", help="Nobody can add, delete or set anything.")] = False,
    page: Annotated[bool, typer.Option(help="Serve the chat page too.")] = True,
) -> None:
    """Serve the archive to programs and people: REST, OpenAI-compatible, MCP and the chat page, in one process."""
    from qa import chosen
    from qa.server import run, serving
    from qa.settings import Settings

    wanted = serving.checked(serving.Serving(), host)
    settings = chosen.applied(Settings())
    with (
        _open(index, settings=settings, extractive=no_model, wait_for_model=False, read_only=read_only) as news,
        run.opened(index, news, wanted, read_only=read_only, say=_say) as service,
    ):
        run.serve(service, host=host, port=port, page=page, say=_say)


@app.command()
def mcp(index: IndexPath = DEFAULT_INDEX, no_model: NoModel = False) -> None:
    """Serve the archive to a program that speaks the Model Context Protocol, over standard input and output."""
    from qa import chosen
    from qa.server import run, serving
    from qa.settings import Settings

    settings = chosen.applied(Settings())
    with (
        _open(index, settings=settings, extractive=no_model, wait_for_model=False, read_only=True) as news,
        run.opened(index, news, serving.Serving(), read_only=True, say=_say) as service,
    ):
        run.speak_mcp(service)


@app.command()
def info(index: IndexPath = DEFAULT_INDEX, as_json: AsJson = False) -> None:
    """Say what is in the index, and the state of its parts."""
    with _open(index, read_only=True) as news:
        facts = news.info()
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
        return
    for name, value in facts.items():
        if name == "examples":
            continue  # for the page
        typer.echo(f"{name:>12}  {value}")


@models.command("pull")
def models_pull(name: Annotated[str, typer.Argument(help="Which model; see `qa models list`.")] = "") -> None:
    """Fetch a model once, or the large reader and the default language model; a cut fetch goes on where it stopped."""
    from qa.llm.catalogue import DEFAULT, READER
    from qa.llm.pull import pull
    from qa.settings import Settings
    from qa.terminal import Progress

    for wanted in [name] if name else [READER, DEFAULT]:
        with Progress() as progress:
            path = pull(wanted, Settings().cache, progress)
        typer.echo(str(path))


@models.command("list")
def models_list(
    verify: Annotated[bool, typer.Option("--verify", help="Read every file and compare its hash.")] = False,
) -> None:
    """Say which models there are, and which are on this machine."""
    from qa.llm import files
    from qa.settings import Settings

    for found in files.status(Settings().cache, verify=verify):
        typer.echo(
            f"{found.name:<22} {found.state:<10} {found.bytes / 1e6:8.0f} MB  {found.about}\n{'':<23}{found.path}"
        )


def _mount_eval() -> None:
    from qa.evaluation.commands import app as evaluation
    from qa.upkeep.commands import mount

    mount(app)
    app.add_typer(evaluation, name="eval")


def main() -> None:
    """Run the command; every error of ours becomes one message and exit code 1."""
    from qa.errors import DatelineError

    _mount_eval()
    try:
        app()
    except DatelineError as error:
        _say(f"qa: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        _say("qa: stopped")
        sys.exit(130)


if __name__ == "__main__":
    main()
