"""The shape of the package: who may import whom, and who may touch the heavy libraries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "qa"

ROWS: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "types errors settings chosen failpoints spans budget",
        "values dates sentences terms spelling lexicon boilerplate orders corrections",
        "ingest",
        "passages stories notices",
        "encoders llm reader",
        "archive lexical vectors scan",
        "index",
        "questions retrieve windows collecting",
        "prompts extracts withdrawn generate drafting",
        "support attribution facts stance frames verbatim slots roles alignment "
        "polarity names speakers holders citations conflicts twins quotes utterances direct happening compose",
        "refusal reading relevance pooling premises shorts verdicts said deciding claims apart checking statements "
        "judging answer timeline chat holdings",
        "news faces watching",
        "conversations render export evaluation",
        "ui server cli terminal upkeep",
    )
)

HEAVY = {
    "llama_index": {"vectors", "llm", "retrieve", "answer", "news", "faces"},
    "chromadb": {"vectors"},
    "torch": {"encoders", "reader"},
    "sentence_transformers": {"encoders"},
    "openvino_genai": {"llm"},
    "gradio": {"ui", "server"},
    "fastapi": {"server"},
    "mcp": {"server"},
    "prometheus_client": {"server"},
    "tantivy": {"lexical"},
    "trafilatura": {"ingest"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    """The name in the table of rows that a file belongs to."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, with whether it does so only for types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in guarded
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path.name} imports relatively"
            if node.module == "qa":
                for alias in node.names:
                    yield f"qa.{alias.name}", id(node) in guarded
            else:
                yield node.module, id(node) in guarded


def row_of(name: str) -> int:
    for number, row in enumerate(ROWS):
        if name in row:
            return number
    raise AssertionError(f"qa.{name} stands in no row: give it one here and in the design")


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_own_row_and_those_above(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    own = row_of(unit(path)) if unit(path) != "__main__" else len(ROWS)
    for name, _ in imported(path):
        if name.startswith("qa.") and name.split(".")[1] not in {"__version__", "VERSION"}:
            assert row_of(name.split(".")[1]) <= own, f"{path.name} imports {name} from below its row"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_adapters(path: Path) -> None:
    for name, _ in imported(path):
        top = name.split(".")[0]
        if top in HEAVY:
            assert unit(path) in HEAVY[top], f"{path.name} imports {name}"


def test_nobody_touches_the_global_settings_of_llamaindex() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("llama_index"):
                assert all(alias.name != "Settings" for alias in node.names), path.name


def test_the_rule_itself_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "types.py"
    wrong.write_text("from qa.cli import main\n", encoding="utf-8")
    names = [name for name, _ in imported(wrong)]
    assert row_of(names[0].split(".")[1]) > row_of("types")
