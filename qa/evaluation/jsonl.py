"""Gold in JSON Lines files: each line of one schema, and an error that names the file, the line and the field."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from qa.errors import EvalError

_T = TypeVar("_T")


def load(path: str | Path, schema: TypeAdapter[_T], *, what: str) -> tuple[_T, ...]:
    """Return the entries of a file in its order; empty lines are skipped. ``what`` names an entry in errors.

    Raises:
        EvalError: the file cannot be read, holds no entry, or a line does not follow the schema.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"cannot read the {what}s in {str(path)!r}: {error}; check the path with `ls`") from error
    found = tuple(entry(line, schema, f"{path}:{number}") for number, line in enumerate(lines, start=1) if line.strip())
    if not found:
        raise EvalError(f"no {what} in {str(path)!r}: one JSON object a line, as eval/README.md describes")
    return found


def entry(line: str, schema: TypeAdapter[_T], where: str) -> _T:
    """Return one entry.

    Raises:
        EvalError: the line does not follow the schema.
    """
    try:
        return schema.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the line"
        raise EvalError(
            f"{where}: {place}: {first['msg']}, got {str(first['input'])[:80]!r}; the fields are in eval/README.md"
        ) from error
