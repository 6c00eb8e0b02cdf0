"""What is deployed: the wheel works away from the checkout; the container files name what there is."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from qa.server.serving import Serving
from qa.settings import Settings
from qa.vectors import Server

ROOT = Path(__file__).parent.parent
COMPOSE = sorted((ROOT / "deploy").glob("compose*.yaml"))
KNOWN = {f"DATELINE_{name.upper()}" for name in (*Settings.model_fields, *Serving.model_fields)}


@pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="hatchling, which builds wheels, is not here")
def test_the_wheel_holds_the_prompts_and_reads_them_there(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=250)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "unpacked")
    inside = tmp_path / "unpacked" / "qa"
    own = {path.name: path.read_bytes() for path in (ROOT / "prompts").glob("*.toml")}
    assert {path.name: path.read_bytes() for path in (inside / "_prompts").glob("*.toml")} == own
    assert (inside / "ui" / "static" / "page.js").is_file()
    code = "import qa, qa.prompts; print(qa.__file__); print(sorted(qa.prompts.default()))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "unpacked")}
    how: dict[str, Any] = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True, "timeout": 250}
    done = subprocess.run([sys.executable, "-c", code], check=True, **how)
    place, names = done.stdout.splitlines()
    assert place.startswith(str(inside))
    assert names == str(sorted(name.removesuffix(".toml") for name in own))


def services() -> dict[str, dict[str, Any]]:
    """Every service of the compose files, the later ones laid over the earlier."""
    found: dict[str, dict[str, Any]] = {}
    for file in COMPOSE:
        for name, one in yaml.safe_load(file.read_text(encoding="utf-8"))["services"].items():
            found.setdefault(name, {})
            for key, value in one.items():
                found[name][key] = {**found[name].get(key, {}), **value} if isinstance(value, dict) else value
    return found


def test_every_variable_of_the_compose_files_is_a_setting() -> None:
    assert len(COMPOSE) == 2
    given = services()["dateline"]["environment"]
    assert set(given) <= KNOWN
    assert given["DATELINE_TOKEN"].startswith("${DATELINE_TOKEN:?"), "without a token compose itself refuses"


def test_no_service_has_more_rights_or_doors_than_it_needs() -> None:
    for name, one in services().items():
        assert one["cap_drop"] == ["ALL"], name
        assert one["security_opt"] == ["no-new-privileges:true"], name
        assert one["mem_limit"], name
        assert not one.get("privileged"), name
        assert all(port.startswith("127.0.0.1:") for port in one.get("ports", ())), name
        assert "build" in one or re.search(r":[\w.]+$", one["image"]), name
    assert [name for name, one in services().items() if one.get("ports")] == ["dateline"]


def test_the_vector_server_is_of_the_clients_version_and_is_the_one_that_is_asked() -> None:
    pinned = re.search(r"^chromadb==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M)
    assert pinned
    assert services()["chroma"]["image"].endswith(f"/chroma:{pinned[1]}")
    settings = Settings(chroma_url=services()["dateline"]["environment"]["DATELINE_CHROMA_URL"])
    server = Server.of(settings)
    assert server is not None
    assert server.url == "http://chroma:8000"


def test_the_container_file_copies_what_there_is_and_runs_as_nobody_special() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), line
    assert [line for line in lines if line.startswith("USER ")] == ["USER dateline"]
    assert any(line.startswith("HEALTHCHECK ") and "/health" in line for line in lines)
    included = re.search(r"force-include\]\n(.*?)\n\n", (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.S)
    assert included
    for source in re.findall(r'^"([^"]+)" =', included[1], re.M):
        assert any(line.startswith(f"COPY {source} ") for line in lines), f"the wheel needs {source}"


def test_every_setting_of_the_service_has_its_row_in_the_guide() -> None:
    guide = (ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    for name in Serving.model_fields:
        assert f"`DATELINE_{name.upper()}`" in guide, name
