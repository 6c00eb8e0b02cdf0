"""The commands that look after an index: ``qa doctor``, ``reindex``, ``backup``, ``restore`` and ``delete``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

IndexPath = Annotated[Path, typer.Option("--index", "-i", help="Folder of the index.", show_default=True)]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Put it in the place of what is there.")]
DEFAULT_INDEX = Path("indexes/default")


def doctor(
    index: IndexPath = DEFAULT_INDEX,
    repair: Annotated[bool, typer.Option("--repair", help="Build again what is derived, finish the rest.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check every part of an index; exit code 1 where something is wrong and stays so."""
    from qa.settings import Settings
    from qa.upkeep import doctor as looking

    checks = looking.examine(index, Settings(), repair=repair)
    if as_json:
        typer.echo(looking.plain(checks))
    else:
        for each in checks:
            typer.echo(_printable(f"{each.state:<7} {each.part:<14} {each.text}"))
    ill = [each.part for each in checks if each.state == "ill"]
    if ill:
        hint = "" if repair else f"; `qa doctor --repair --index {index}` builds again what can be built"
        typer.echo(_printable(f"not well: {', '.join(ill)}{hint}"), err=True)
        raise typer.Exit(1)


def reindex(
    index: IndexPath = DEFAULT_INDEX,
    encoder: Annotated[
        str, typer.Option("--encoder", help="Folder of a sentence-transformers model; the settings' one by default.")
    ] = "",
) -> None:
    """Encode the whole index with another encoder while it is in use; run again, it goes on where it stopped."""
    from qa.encoders import load
    from qa.settings import Settings
    from qa.terminal import Progress
    from qa.upkeep.reindex import reindex as again

    settings = Settings()
    if encoder:
        settings = settings.model_copy(update={"encoder": encoder})
    with Progress() as progress:
        done = again(index, load(settings), told=progress)
    typer.echo(f"{done.passages} passages, {done.encoded} encoded now: {done.before or 'none'} → {done.after}")
    if encoder and encoder != Settings().encoder:
        typer.echo(
            _printable(f"set DATELINE_ENCODER={encoder} from now on: the index answers to this encoder only"), err=True
        )


def backup(
    target: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    index: IndexPath = DEFAULT_INDEX,
    overwrite: Overwrite = False,
) -> None:
    """Copy the archive and its conversations, checked, while they are in use."""
    from qa.terminal import Progress
    from qa.upkeep.backup import backup as copied

    with Progress() as progress:
        made = copied(index, target, overwrite=overwrite, told=progress)
    typer.echo(_printable(f"{made.articles} articles, {made.passages} passages in {made.path}, checked"))


def restore(
    source: Annotated[Path, typer.Argument(help="A folder that `qa backup` wrote.")],
    index: IndexPath = DEFAULT_INDEX,
    overwrite: Overwrite = False,
) -> None:
    """Put a backup back; the search indexes are built from it."""
    from qa.index import Index
    from qa.terminal import Progress
    from qa.upkeep.backup import restore as put_back

    with Progress() as progress:
        held = put_back(source, index, overwrite=overwrite, told=progress)
        progress(0, None, "building the search indexes")
        with Index.open(index, read_only=False) as opened:
            opened.rebuild_vectors()
    typer.echo(_printable(f"{held.articles} articles, {held.passages} passages of {held.made} in {index}"))


def delete(
    articles: Annotated[
        list[str], typer.Argument(help="Ids, addresses or files of articles, as `qa search --json` shows them.")
    ],
    index: IndexPath = DEFAULT_INDEX,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete articles everywhere: archive, words, vectors. Kept answers that cite them say so from then on."""
    from qa.archive import carried
    from qa.index import Index
    from qa.upkeep import deleting

    with Index.open(index, read_only=False) as opened:
        for name in articles:
            article = opened.article(carried.named(opened.archive, name) or name)
            what = f"{article.outlet or 'unnamed outlet'}: {article.headline or article.id}"
            if not yes and not typer.confirm(_printable(f"delete {what} for good?"), err=True):
                continue
            opened.remove(article.id)
            kept = deleting.withdraw(index, article)
            cited = f"; cited in {kept} kept answer{'s' * (kept != 1)}, which say so now" if kept else ""
            typer.echo(_printable(f"deleted {what}{cited}"))


def mount(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (doctor, reindex, backup, restore, delete):
        app.command()(command)


def _printable(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
