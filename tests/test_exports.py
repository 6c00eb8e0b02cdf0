"""What the package shows to the world, and what it costs to import it."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import qa

ROOT = Path(__file__).parent.parent


def test_the_public_names_are_these() -> None:
    assert qa.__all__ == ["VERSION", "NewsQA"]
    assert qa.NewsQA.__name__ == "NewsQA"
    with pytest.raises(AttributeError, match="nothing"):
        qa.nothing  # noqa: B018 - the access is the test


def test_the_face_of_newsqa_is_the_designed_one() -> None:
    shown = {name for name, _ in inspect.getmembers(qa.NewsQA, inspect.isfunction) if not name.startswith("_")}
    assert shown == {
        "article", "as_query_engine", "as_retriever", "ask", "check", "close", "info", "ingest", "model_files",
        "quotes", "read", "search", "state", "stream", "timeline", "try_model", "use_model", "warm",
    }  # fmt: skip


def test_the_version_is_the_distributions() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == qa.VERSION


@pytest.mark.parametrize("name", ["qa.types", "qa.errors", "qa.dates", "qa.values", "qa.support", "qa.quotes"])
def test_what_is_useful_alone_imports_alone(name: str) -> None:
    assert importlib.import_module(name).__doc__


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, qa; print(sorted({'numpy', 'torch', 'pydantic', 'llama_index', 'chromadb'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_every_setting_has_its_row_in_the_readme() -> None:
    from qa.settings import Settings

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(Settings.model_fields) <= 20
    for name in Settings.model_fields:
        assert f"DATELINE_{name.upper()}" in readme, name
