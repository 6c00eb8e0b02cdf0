"""What Dateline is made of and what is in its repository: licences, secrets, the scans' exceptions."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXCEPTIONS = tomllib.loads((ROOT / ".ci" / "exceptions.toml").read_text(encoding="utf-8"))

PERMISSIVE = re.compile(
    r"Apache(?: Software)?(?: License)?,?(?:[- ]?(?:Version )?2\.0)?(?: License)?(?: WITH LLVM-exception)?|MIT(?:-0|-CMU)?(?: License)?"
    r"|BSD(?:-[23]-Clause)?(?: License)?|3-Clause BSD License|0BSD|ISC(?: License(?: \(ISCL\))?)?|PSF-2\.0|Zlib|CC0-1\.0|BSL-1\.0"
    r"|Python Software Foundation License|CNRI-Python|Academic Free License \(AFL\)|DFSG approved|Unlicense"
)
"""Licences that ask for no more than a notice."""

SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH |DSA |PGP )?PRIVATE KEY"),
    "a key of AWS": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a token of GitHub": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})"),
    "a key of OpenAI or Anthropic": re.compile(r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}"),
    "a key of Google": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "a token of Slack": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{10,}"),
    "a token of Hugging Face": re.compile(r"\bhf_[A-Za-z0-9]{30,}"),
    "a JSON web token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,}"),
    "a password in an address": re.compile(r"\b[a-z]{2,10}://[^\s/:@'\"{}<>]{2,}:(?!pass@)[^\s/@'\"{}<>]{6,}@[\w.-]+"),
    "an assigned secret": re.compile(
        r"(?i)\b(?:api_?key|secret|passw(?:or)?d|auth_?token)\s*[:=]\s*[\"'](?=[^\"']*\d)[A-Za-z0-9+/_=-]{20,}[\"']"
    ),
}
_BINARY = frozenset(".png .jpg .gz .pdf .sqlite .ico".split())


def distributions() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    names = (re.split(r"[=<>\[ ;]", line.strip())[0] for line in lines if line.strip() and not line.startswith("#"))
    return [name for name in names if _installed(name)]


def _installed(name: str) -> bool:
    try:
        importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return False  # of an extra, or for another system
    return True


def licence(name: str) -> str:
    about = importlib.metadata.metadata(name)
    classified = [line.split(" :: ")[-1] for line in about.get_all("Classifier") or [] if line.startswith("License")]
    written = (about.get("License") or "").strip().split("\n")[0]
    return about.get("License-Expression") or "; ".join(classified) or written or "none named"


def is_permissive(text: str) -> bool:
    """Whether all of a licence's parts are or, where there is a choice, one of them is."""
    parts = re.split(r"\s+AND\s+|;\s*", text.replace("(Apache-2.0 OR MIT)", "MIT"))
    return all(any(PERMISSIVE.fullmatch(one.strip()) for one in part.split(" OR ")) for part in parts)


def test_every_dependency_may_be_shipped() -> None:
    found = distributions()
    assert len(found) > 100
    others = {name: licence(name) for name in found if not is_permissive(licence(name))}
    named = {name for name in EXCEPTIONS["licences"] if _installed(name)}
    assert set(others) == named, f"licences without a reason, or reasons without a need: {others}"


@pytest.mark.parametrize(
    ("text", "permissive"),
    [
        ("MIT", True), ("Apache-2.0 OR GPL-3.0-only", True), ("MIT AND GPL-3.0-only", False), ("AGPL-3.0", False),
        ("MPL-2.0", False), ("none named", False), ("BSD License; MIT License", True), ("Proprietary", False),
    ],
)  # fmt: skip
def test_a_licence_that_asks_for_more_is_seen(text: str, permissive: bool) -> None:
    assert is_permissive(text) is permissive


def files() -> Iterator[Path]:
    """What is in the repository or, where that is no checkout, in its folders."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    found = [ROOT / name for name in names if name] or [
        path for folder in ("qa", "tests", "eval", "prompts", "docs", ".ci") for path in (ROOT / folder).rglob("*")
    ]
    yield from (path for path in found if path.is_file() and path.suffix not in _BINARY)


def secrets(text: str) -> Iterator[tuple[str, str]]:
    for kind, pattern in SECRETS.items():
        for match in pattern.finditer(text):
            yield kind, match.group()


def test_no_secret_is_in_the_repository() -> None:
    found, excused = [], set()
    for path in files():
        for kind, text in secrets(path.read_text(encoding="utf-8", errors="replace")):
            name = f"{path.relative_to(ROOT)}: {text[:12]}"
            excused.add(name)
            if name not in EXCEPTIONS["secrets"]:
                found.append(f"{kind} in {path.relative_to(ROOT)}")
    assert found == []
    assert set(EXCEPTIONS["secrets"]) <= excused, "an exception for what is no longer there"


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "OPENSSH PRIVATE KEY-----", "AKIA" + "ABCDEFGHIJKLMNOP", "gh" + "p_" + "a1" * 18, "sk-" + "ant-" + "a1" * 12,
        "hf" + "_" + "a1" * 16, "xox" + "b-" + "1234567890ab", "https://bob:" + "hunter22@db.example", "api_key = '" + "a1" * 12 + "'",
    ],
    ids=lambda text: text[:6],
)  # fmt: skip
def test_a_secret_would_be_seen(text: str) -> None:
    assert list(secrets(text))


def test_every_exception_has_its_reason() -> None:
    assert set(EXCEPTIONS) == {"licences", "secrets", "advisories"}
    for group in EXCEPTIONS.values():
        assert all(len(reason.split()) >= 5 for reason in group.values())


def test_a_known_vulnerability_fails_and_a_recorded_one_does_not() -> None:
    spec = importlib.util.spec_from_file_location("advisories", ROOT / ".ci" / "advisories.py")
    assert spec
    assert spec.loader
    advisories = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(advisories)
    found = [
        {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"]}]},
        {"name": "b", "skip_reason": "not found"},
        {"name": "c", "version": "2", "vulns": []},
    ]
    assert advisories.judged(found, {}) == (["a 1: CVE-1, PYSEC-1"], 2)
    assert advisories.judged(found, {"CVE-1": "why"}) == ([], 2)
