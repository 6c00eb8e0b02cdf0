"""How much English is written by hand: lines of the modules that hold rules or word lists, words in data files.

    python eval/handwritten.py [--json]

The modules are listed in handwritten.toml with a reason each. A module with many English words in its constants is on
that list, or among those that it says are no English of ours: a test holds that.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
MANY = 12
"""Distinct words in sets, tables and alternations from which a module is one of rules."""

_WORD = re.compile(r"[a-z]{2,}(?:['’-][a-z]+)*")
_ESCAPE = re.compile(r"\\[a-zA-Z](?:\{[^}]*\})?|\(\?P?<[^>]*>|\(\?[a-z]+\)|\[[^\]]*\]")


def lists() -> dict[str, dict[str, str]]:
    """Return the lists, with a reason each: modules of rules, modules of other words, data files."""
    held: dict[str, dict[str, str]] = tomllib.loads((HERE / "handwritten.toml").read_text(encoding="utf-8"))
    return held


def words(path: Path) -> set[str]:
    """Return the distinct lower-case words in a module's sets, tables, split strings and regex alternations."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        for text in _listed(node):
            found.update(_WORD.findall(text))
    return found


def _listed(node: ast.AST) -> Iterator[str]:
    """Yield the texts of a literal that lists words."""
    if isinstance(node, ast.Set | ast.Tuple | ast.List):
        yield from _texts(node.elts)
    elif isinstance(node, ast.Dict):
        yield from _texts([key for key in node.keys if key is not None])
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "split" and isinstance(node.func.value, ast.Constant | ast.JoinedStr):
            yield from _texts([node.func.value], spaced=True)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"[a-z]\|\(?[a-z]", node.value):
        pieces = re.split(r"[|()?:]+", _ESCAPE.sub(" ", node.value))
        yield from (piece for piece in pieces if piece == piece.lower())


def _texts(elements: list[ast.expr], *, spaced: bool = False) -> Iterator[str]:
    for one in elements:
        held = one.values if isinstance(one, ast.JoinedStr) else [one]
        for part in held:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                text = part.value
                if text == text.lower() and (spaced or re.fullmatch(rf"{_WORD.pattern}(?: {_WORD.pattern})*", text)):
                    yield text


def lines(path: Path) -> int:
    """Return the lines of a file that are not empty."""
    return sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").splitlines())


def modules() -> Iterator[Path]:
    """Yield every module of the package."""
    return iter(sorted((ROOT / "qa").rglob("*.py")))


def unlisted() -> dict[str, int]:
    """Return the modules with many words that are on no list, and how many they have."""
    held = lists()
    known = held["modules"].keys() | held["others"].keys()
    folders = tuple(name for name in known if name.endswith("/"))
    counts = {path.relative_to(ROOT).as_posix(): len(words(path)) for path in modules()}
    return {
        name: count
        for name, count in counts.items()
        if count > MANY and name not in known and not name.startswith(folders)
    }


def _data(path: Path) -> object:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _strings(held: object) -> Iterator[str]:
    """Yield every text of a data file: keys, values, entries of lists; comments are none."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict):
        for name, value in held.items():
            yield name
            yield from _strings(value)
    elif isinstance(held, list):
        for one in held:
            yield from _strings(one)


def counted() -> dict[str, object]:
    """Return lines and words of each listed module, words of each data file, and the totals."""
    held = lists()
    rules = {name: {"lines": lines(ROOT / name), "words": len(words(ROOT / name))} for name in held["modules"]}
    data = {name: len(_WORD.findall(" ".join(_strings(_data(ROOT / name))).lower())) for name in held["data"]}
    totals = {
        "modules": len(rules),
        "lines": sum(one["lines"] for one in rules.values()),
        "words in modules": sum(one["words"] for one in rules.values()),
        "words in data files": sum(data.values()),
    }
    return {"modules": rules, "data": data, "totals": totals}


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    found = counted()
    if asked.json:
        sys.stdout.write(json.dumps(found, indent=1) + "\n")
        return
    rules, data, totals = found["modules"], found["data"], found["totals"]
    assert isinstance(rules, dict)
    assert isinstance(data, dict)
    assert isinstance(totals, dict)
    for name, one in sorted(rules.items(), key=lambda pair: -pair[1]["lines"]):
        sys.stdout.write(f"{one['lines']:6} lines {one['words']:5} words  {name}\n")
    for name, count in data.items():
        sys.stdout.write(f"{'':12} {count:5} words  {name}\n")
    sys.stdout.write("".join(f"{name}: {count:,}\n" for name, count in totals.items()))
    for name, count in unlisted().items():
        sys.stdout.write(f"on no list: {name}, {count} words\n")


if __name__ == "__main__":
    main()
