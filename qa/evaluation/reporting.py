"""Reports of runs written to files: the page, and its summary inside a Markdown file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from qa.errors import EvalError
from qa.evaluation import digest, made, page, peering, proof
from qa.evaluation.bench import PUBLIC
from qa.evaluation.proof import Proof


def gathered(files: Sequence[Path], *, peers: Path | None = None, seed: int = 1) -> Proof:
    """Read runs, and a table of peers where one is named.

    Raises:
        EvalError: a file is none.
    """
    runs = tuple(proof.prove(path, seed=seed) for path in files)
    about, measured = peering.read(peers) if peers else ({}, ())
    return Proof(runs, peers=measured, peers_made=about)


def write_page(path: Path, held: Proof) -> None:
    """Write the page. One with texts of a public set is not written into a repository: its texts are others'.

    Raises:
        EvalError: the folder is in a repository, or cannot be written to.
    """
    public = [one.name for one in held.runs if one.name.split("/")[0] in PUBLIC]
    if public and (home := _repository(path)):
        raise EvalError(
            f"{str(path)!r} is in the repository {str(home)!r}, and the page has texts of {public[0]!r}, which belong"
            f" to their publishers: write it elsewhere, as in `-o ~/report.html`"
        )
    about = made.about()
    day = datetime.now(UTC).date().isoformat()
    text = page.html(held, made=f"Written {day} by Dateline {about['version']}, {about['commit'] or 'no checkout'}")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvalError(f"cannot write {str(path)!r}: {error}; name a file in a folder that is there") from error


def summary(held: Proof) -> str:
    """Return the summary in Markdown: figures alone."""
    return digest.markdown(held)


def write_summary(path: Path, held: Proof) -> None:
    """Write the summary between the marks of a Markdown file.

    Raises:
        EvalError: the file does not have them.
    """
    digest.into(path, digest.markdown(held))


def _repository(path: Path) -> Path | None:
    """Return the repository that a file would be in."""
    return next((folder for folder in path.absolute().parents if (folder / ".git").exists()), None)
