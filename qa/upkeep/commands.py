"""The commands that look after an index: ``qa doctor``, ``reindex``, ``backup``, ``restore``, ``delete`` and more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.archive.removing import Going
    from qa.types import Article

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
    """Delete articles everywhere, each with all its versions: archive, words, vectors, stories, times.

    An article is what stood at one address or in one file; the id of an old version means the whole article, too. A
    copy that another address or file carries is an article of its own, and stays. What is deleted cannot be restored,
    but by taking it in again: `qa ingest` of a source that still has it does that, and so does an older backup.

    Kept conversations that cite it show the cited words alone, marked as deleted. Files that were exported before
    cannot be marked: whoever has them, has the words.
    """
    from qa.holdings import Holdings
    from qa.index import Index, copies

    with Index.open(index, read_only=False) as opened:
        holdings = Holdings(opened)
        for name in articles:
            going = holdings.going(name)
            for line in _told(going):
                typer.echo(_printable(line), err=True)
            if not yes and not typer.confirm("delete this for good?", err=True):
                continue
            kept = copies.citing(index, [article.id for article in going.articles])
            holdings.remove(name)
            cited = f"; cited in {kept} kept answer{'s' * (kept != 1)}, which say so now" if kept else ""
            typer.echo(_printable(f"deleted {_named((*going.articles, *going.staying)[-1])}{cited}"))


def restore_version(
    article: Annotated[str, typer.Argument(help="The article's address, its file, or the id of one of its versions.")],
    version: Annotated[str, typer.Argument(help="The version's number or id, as `qa versions` shows them.")],
    index: IndexPath = DEFAULT_INDEX,
) -> None:
    """Make an earlier version of an article the one that answers; the later ones are put aside, for every as-of day.

    Nothing is deleted: what is put aside stands in `qa versions`, and is restored in the same way. A new text that is
    taken in from the same place follows as ever. What was deleted cannot be restored: take it in again.
    """
    from qa.holdings import Holdings
    from qa.index import Index

    with Index.open(index, read_only=False) as opened:
        done = Holdings(opened).restore_version(article, version)
    for each in done.aside:
        typer.echo(_printable(f"put aside version {each.version}: {_named(each)} [{each.id}]"), err=True)
    typer.echo(_printable(f"version {done.now.version} stands now: {_named(done.now)} [{done.now.id}]"))


def _named(article: Article) -> str:
    return f"{article.outlet or 'unnamed outlet'}: {article.headline or article.id}"


def _told(going: Going) -> Iterator[str]:
    """Yield what a deletion takes, version by version."""
    count = len(going.articles) + len(going.staying)
    yield f"an article with {count} versions:" if count > 1 else "an article:"
    for article in going.articles:
        dated = article.updated or article.published
        day = dated.isoformat()[:10] if dated else "undated"
        yield f"- version {article.version}, {day}, {_named(article)} [{article.id}]"
    for article in going.staying:
        yield f"- the same words stay as an article of another address or file: {_named(article)} [{article.id}]"


def mount(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (doctor, reindex, backup, restore, restore_version, delete):
        app.command()(command)


def _printable(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
