from __future__ import annotations

import io
import json
import time
from pathlib import Path

import pytest

from qa.errors import InputError
from qa.ingest import LIMIT, Read, Reading, Rejected, read
from tests.real import ARTICLE, needs_article

BODY = "The delegations met in the palace on the Bosphorus and spoke for four hours."


def rejected(path: Path) -> Rejected:
    (found,) = read([path])
    assert isinstance(found, Rejected)
    return found


def test_a_folder_is_read_by_name_and_below(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.txt").write_text(BODY)
    (tmp_path / "a.txt").write_text(f"Alpha\n\n{BODY}")
    (tmp_path / "b" / "c.md").write_text(f"# Gamma\n\n{BODY}")
    (tmp_path / "d.jsonl").write_text('{"text": "One."}\n\n{"text": }\n{"text": "Three."}\n')
    (tmp_path / "e.pdf").write_bytes(b"%PDF-1.7")
    found = list(read([tmp_path]))
    assert [each.headline for each in found if isinstance(each, Read)] == ["Alpha", "", "", "Gamma"]
    assert [each.source for each in found if isinstance(each, Rejected)] == [
        f"{tmp_path}/d.jsonl:3", f"{tmp_path}/e.pdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("a.txt", b"", "empty", id="18: empty file"),
        pytest.param("a.txt", b" \n\t ", "empty", id="18: white space"),
        pytest.param("a.jsonl", b"", "empty", id="18: empty lines file"),
        pytest.param("a.json", b"[]", "empty", id="18: no articles"),
        pytest.param("a.txt", b"\x00\x01\x02", "binary", id="binary"),
        pytest.param("a.txt", "caf\xe9".encode("latin-1"), "UTF-8", id="23: latin-1"),
        pytest.param("a.json", b"{", "not JSON", id="broken json"),
        pytest.param("a.bin", b"\x89PNG", "PNG", id="image by any name"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    found = rejected(tmp_path / name)
    assert reason in found.reason
    assert name in found.source


def test_19_an_article_over_the_limit_is_rejected_by_size(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a " * (LIMIT // 2 + 1))
    assert "10,000,002 bytes" in rejected(tmp_path / "a.txt").reason


def test_a_missing_file_is_named_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no file or folder '.*nowhere.txt'.*qa ingest"):
        read([tmp_path, tmp_path / "nowhere.txt"])


@pytest.mark.parametrize("sources", [[], ["-"], ["https://example.org/a"]], ids=["nothing", "no stdin", "an address"])
def test_sources_that_are_none(sources: list[str]) -> None:
    with pytest.raises(InputError):
        read(sources)


def test_35_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").symlink_to(tmp_path / "secret.txt")
    assert "link" in rejected(tmp_path / "in").reason


def test_18_an_empty_folder_says_so(tmp_path: Path) -> None:
    assert "empty folder" in rejected(tmp_path).reason


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        pytest.param('{"text": "One."}\n{"text": "Two."}\n', ["One.", "Two."], id="json lines"),
        pytest.param(json.dumps([{"text": "One."}], indent=2), ["One."], id="json"),
        pytest.param(json.dumps({"text": "One."}, indent=2), ["One."], id="json over several lines"),
        pytest.param(f"date 2022-03-28 {BODY}", [BODY], id="text"),
        pytest.param('\n\n{"text": "One."}', ["One."], id="blank lines first"),
        pytest.param("", [], id="18: nothing"),
    ],
)
def test_standard_input_is_told_apart(text: str, bodies: list[str]) -> None:
    found = list(read(["-"], Reading(io.StringIO(text))))
    assert [each.body for each in found if isinstance(each, Read)] == bodies
    assert len(found) == max(len(bodies), 1)


def test_20_a_megabyte_without_spaces_is_quick(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 1_000_000)
    began = time.process_time()
    (found,) = read([tmp_path / "a.txt"])
    assert isinstance(found, Read)
    assert time.process_time() - began < 10


@needs_article
def test_the_sample_article() -> None:
    (found,) = read([ARTICLE])
    assert isinstance(found, Read)
    assert found.body.startswith("Sergey Lavrov")
    assert str(found.published) == "2022-03-28"
    assert found.date_source == "leading"
