"""A folder of cases carried out: each with an index of its own, its questions asked, its files taken in, all scored."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.encoders import HashEncoder
from qa.errors import DatelineError, EvalError
from qa.evaluation.cases import asking, intake, rows, scoring
from qa.evaluation.intervals import Estimate, estimate
from qa.evaluation.opening import Opener
from qa.news import NewsQA

VARIABLE = "DATELINE_CASES"

Told = Callable[[int, int | None, str], None]

_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Judged:
    """One row or one expectation: what it is about, and what is wrong."""

    about: str
    faults: tuple[str, ...]
    false_yes: bool = field(kw_only=True, default=False)
    may_be_false: bool = field(kw_only=True, default=False)


@dataclass(frozen=True, slots=True)
class Case:
    """What came of one folder."""

    name: str
    questions: tuple[Judged, ...]
    files: tuple[Judged, ...]


def folder(named: Path | None) -> Path:
    """Return the folder with the cases: the one named, or the one that ``DATELINE_CASES`` names.

    Raises:
        EvalError: there is none, or no case is in it.
    """
    given = named or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if given is None:
        raise EvalError(
            f"no folder of cases, which are no part of Dateline: name one, `qa eval cases FOLDER`, or set {VARIABLE}"
        )
    if not homes(given):
        raise EvalError(
            f"no case in {str(given)!r}: a case is a folder that holds `in/`, and questions or expectations"
        )
    return given


def homes(root: Path) -> list[Path]:
    """Return the folders of the cases, by name."""
    return sorted(path.parent for path in root.glob("*/in") if path.is_dir())


def carry_out(homes: Sequence[Path], opener: Opener, answers: Path, *, told: Told | None = None) -> Iterator[Case]:
    """Yield what comes of each case, and write each answer to the file of answers as it comes."""
    answers.parent.mkdir(parents=True, exist_ok=True)
    with answers.open("w", encoding="utf-8") as stream:
        for number, home in enumerate(homes, start=1):
            lines, judged = _questions(home, opener)
            stream.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)
            stream.flush()
            yield Case(home.name, judged, tuple(_files(home, opener)))
            if told:
                told(number, len(homes), "cases")


def _questions(home: Path, opener: Opener) -> tuple[list[dict[str, Any]], tuple[Judged, ...]]:
    path = home / "questions.jsonl"
    if not path.is_file():
        return [], ()
    wanted = rows.load(path)
    with tempfile.TemporaryDirectory() as temporary:
        index = Path(temporary) / "index"
        with opener.creating(index) as news:
            news.ingest([home / "in"])
        with opener.asking(index) as news:
            found = list(asking.shown(wanted, news))
    return [rows.line(home.name, row, shown) for row, shown in found], tuple(judged(found))


def judged(found: Sequence[tuple[rows.Row, rows.Shown]]) -> Iterator[Judged]:
    """Yield what is wrong with each answer."""
    for row, shown in found:
        yield Judged(
            row.question,
            scoring.faults(row, shown),
            false_yes=scoring.false_yes(row, shown),
            may_be_false=scoring.may_be_false(row),
        )


def _files(home: Path, opener: Opener) -> Iterator[Judged]:
    path = home / "expect.jsonl"
    if not path.is_file():
        return
    taken: dict[str, intake.Taken] = {}

    def opening(index: Path) -> NewsQA:
        # What is taken in does not hang on the encoder.
        return NewsQA.open(index, create=True, settings=opener.settings, encoder=HashEncoder(), extractive=True)

    for wanted in intake.load(path):
        if wanted.file not in taken:
            taken[wanted.file] = intake.take(home / "in", wanted.file, opening, mapping=wanted.mapping)
        yield Judged(f"{wanted.file} {wanted.headline or ''}".strip(), intake.faults(wanted, taken[wanted.file]))
    if home.name.endswith("update-delete"):
        yield Judged("taken in, corrected, deleted", tuple(_deleted(home / "in", opening)))


def _deleted(home: Path, opening: intake.Opening) -> Iterator[str]:
    """Take in the older copy under the file's name, then the corrected text, and delete it: nothing may stay."""
    file = next(path for path in sorted(home.iterdir()) if path.is_file())
    older = next(path for path in sorted((home / "copy").iterdir()) if path.is_file())
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / file.name
        news = opening(Path(temporary) / "index")
        try:
            for source in (older, file):
                place.write_bytes(source.read_bytes())
                news.ingest([place])
            for article in list(intake.held(news))[:1]:
                news.holdings.remove(article.id)
            yield from (f"still there: {article.headline!r}" for article in intake.held(news))
            yield from (
                f"still found: {one.article.headline!r}" for one in news.search(file.read_text(encoding="utf-8")[:80])
            )
        except DatelineError as error:
            yield f"cannot be deleted: {error}"
        finally:
            news.close()


def figures(cases: Sequence[Case], *, seed: int = 1) -> dict[str, Any]:
    """Return the totals with their intervals, and right and all of each case."""
    asked = [one for case in cases for one in case.questions]
    files = [one for case in cases for one in case.files]
    return {
        "questions": share(asked, seed=seed),
        "files": share(files, seed=seed),
        "false_yes": sum(one.false_yes for one in asked),
        "may_be_false": sum(one.may_be_false for one in asked),
        "cases": {case.name: {"questions": _counted(case.questions), "files": _counted(case.files)} for case in cases},
    }


def share(found: Sequence[Judged], *, seed: int = 1) -> Estimate | None:
    """Return the share that is right, with its interval."""
    return estimate([float(not one.faults) for one in found], seed=seed)


def _counted(found: Sequence[Judged]) -> list[int]:
    return [sum(not one.faults for one in found), len(found)]


def table(held: Mapping[str, Any]) -> str:
    """Return the figures as lines: right of all, questions and files, for each case and in all."""
    lines = [f"{'questions':>11} {'files':>9}  case"]
    for name, case in held["cases"].items():
        lines.append(f"{_of(case['questions']):>11} {_of(case['files']):>9}  {name}")
    for name in ("questions", "files"):
        if held[name] is not None:
            lines.append(f"{name} right: {percent(held[name])}")
    lines.append(f"false Yes: {held['false_yes']} of {held['may_be_false']}")
    return "\n".join(lines)


def _of(counts: Sequence[int]) -> str:
    return f"{counts[0]}/{counts[1]}" if counts[1] else "–"


def percent(figure: Estimate) -> str:
    """Return a share with its interval and n."""
    return f"{figure.value:.3f} (95 % {figure.low:.3f}–{figure.high:.3f}, n {figure.n})"


def own_scorer(root: Path, answers: Path) -> str:
    """Return the last line of what the folder's own scorer says of the answers; "" where it has none.

    Raises:
        EvalError: it cannot score them.
    """
    script = root / "score.py"
    if not script.is_file():
        return ""
    run = subprocess.run(
        [sys.executable, str(script), str(root), str(answers)],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if run.returncode or not run.stdout.strip():
        raise EvalError(f"the scorer {str(script)!r} failed: {(run.stderr or run.stdout).strip()[-300:]}")
    return run.stdout.strip().splitlines()[-1]
