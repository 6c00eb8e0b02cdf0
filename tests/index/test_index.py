from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from qa.encoders import HashEncoder, Vectors
from qa.errors import IndexLocked, IndexMismatch, IndexMissing, InputError
from qa.index import Index
from qa.ingest import LeftOut, Read, Rejected, read
from qa.types import Article

Make = Callable[..., Read]
LONG = "The harbour authority of Lindholm counted {} ferries and {} lorries. "


def long(seed: int, sentences: int = 40) -> str:
    return " ".join(LONG.format(seed, seed * 100 + number) for number in range(sentences))


def found(index: Index, query: str, **window: datetime | None) -> set[str]:
    """The articles that both searches find, which must agree on which can be read."""
    before, after = window.get("before"), window.get("after")
    words = {each.passage_id.split(".")[0] for each in index.lexical(query, 50, before=before, after=after)}
    vector = HashEncoder().encode_queries([query])
    meaning = {each.passage_id.split(".")[0] for each in index.dense(vector, 50, before=before, after=after)}
    visible = {each.id for each in index.all_articles(before, after)}
    assert words <= meaning == visible
    return words


def test_what_is_added_is_found_both_ways(index: Index, article: Make) -> None:
    one, other = article("The talks resume in Istanbul.", 28), article("The football match was lost.", 29)
    report = index.add([one, other])
    assert (report.added, report.updated, report.unchanged, report.rejected) == (2, 0, 0, ())
    assert found(index, "Istanbul talks") == {one.id}
    first = index.dense(index.encoder.encode_queries(["football match"]), 1, before=None)[0]
    assert index.passages([first.passage_id])[first.passage_id].article_id == other.id
    assert index.article(one.id) == Article(
        one.id, body=one.body, published=date(2022, 3, 28), date_source="unknown", version=1
    )
    assert index.info().articles == 2
    assert index.info().dense == "chroma"


def test_18_nothing_added_changes_nothing(index: Index) -> None:
    report = index.add([Rejected("a.txt", "empty")])
    assert (report.total, report.added) == (1, 0)
    assert report.rejected == (Rejected("a.txt", "empty"),)
    assert index.lexical("anything", 5, before=None) == []
    assert index.dense(np.ones(256, np.float32), 5, before=None) == []
    assert index.coverage(None).articles == 0


def test_21_the_same_again_is_unchanged(index: Index, article: Make) -> None:
    one = article(long(1), 28, url="https://x.example/a", outlet="The Wire")
    index.add([one])
    before = (index.info().articles, index.info().passages)
    assert index.add([one, one]).unchanged == 2
    assert (index.info().articles, index.info().passages) == before


def test_21_the_same_text_elsewhere_is_one_article_with_two_carriers(index: Index, article: Make) -> None:
    one = article(long(1), 28, url="https://daily.example/a", outlet="The Daily")
    other = article(long(1), 28, url="https://reuters.example/b", outlet="Reuters")
    report = index.add([one, other])
    assert (report.added, report.unchanged, report.carried) == (1, 1, 1)
    assert one.id == other.id
    assert index.article(one.id).outlet == "Reuters", "the agency is the original on the same day"
    (carrier,) = index.carriers([one.id])[one.id]
    assert (carrier.outlet, carrier.url) == ("The Daily", "https://daily.example/a")
    assert index.info().articles == 1


def test_21_a_changed_text_is_a_new_version_and_the_old_one_stays_readable(index: Index, article: Make) -> None:
    url = "https://x.example/a"
    old = article("Twelve people were injured at the bridge.", 1, url=url)
    new = article("Fourteen people were injured at the bridge.", 1, url=f"{url}?utm_source=x", updated=date(2022, 3, 3))
    index.add([old])
    report = index.add([new])
    assert (report.added, report.updated) == (0, 1)
    assert found(index, "injured bridge") == {new.id}
    assert found(index, "injured bridge", before=datetime(2022, 3, 2, tzinfo=UTC)) == {old.id}
    assert [each.version for each in index.versions(new.id)] == [1, 2]
    assert index.article(old.id).body == old.body
    assert index.article(new.id).version == 2


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "newest first"])
def test_21_versions_do_not_depend_on_the_order_of_taking_in(index: Index, article: Make, turned: bool) -> None:
    url = "https://x.example/a"
    pieces = [article(f"{count} people were injured.", day, url=url) for day, count in ((1, 12), (2, 14), (4, 15))]
    for each in reversed(pieces) if turned else pieces:
        index.add([each])
    assert [each.id for each in index.versions(pieces[0].id)] == [each.id for each in pieces]
    assert [each.version for each in index.versions(pieces[0].id)] == [1, 2, 3]
    for day, piece in ((1, pieces[0]), (2, pieces[1]), (3, pieces[1]), (5, pieces[2])):
        assert found(index, "injured", before=datetime(2022, 3, day, 12, tzinfo=UTC)) == {piece.id}


def test_21_an_undated_new_version_replaces_a_dated_one(index: Index, article: Make) -> None:
    old, new = (
        article("It was blue.", 1, url="https://x.example/a"),
        article("It was green.", url="https://x.example/a"),
    )
    index.add([old])
    index.add([new])
    assert found(index, "it was blue green") == {new.id}


def test_21_a_text_put_back_is_the_newest_again(index: Index, article: Make) -> None:
    url = "https://x.example/a"
    first, second = article("It was blue.", 1, url=url), article("It was green.", 2, url=url)
    index.add([first, second])
    report = index.add([article("It was blue.", 3, url=url)])
    assert report.updated == 1
    assert found(index, "blue green") == {first.id}
    assert found(index, "blue green", before=datetime(2022, 3, 2, 12, tzinfo=UTC)) == {second.id}


def test_21_a_text_that_another_place_still_carries_stays(index: Index, article: Make) -> None:
    text = article("It was blue.", 1, url="https://x.example/a")
    index.add([text, article("It was blue.", 1, url="https://y.example/b", outlet="Y")])
    new = article("It was green.", 2, url="https://x.example/a")
    index.add([new])
    assert found(index, "blue green") == {text.id, new.id}


def test_a_changed_file_is_a_new_version(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "bridge.txt"
    path.write_text("Twelve people were injured at the bridge.")
    index.add(read([path]))
    path.write_text("Fourteen people were injured at the bridge.")
    assert index.add(read([path])).updated == 1
    assert len(list(index.all_articles())) == 1
    assert index.article(next(index.all_articles()).id).version == 2


def test_a_date_found_later_is_taken_over_and_the_passages_know_it(index: Index, article: Make) -> None:
    undated = article("They may meet again on 30 March.", url="https://x.example/a")
    index.add([undated])
    assert index.article(undated.id).published is None
    report = index.add([article("They may meet again on 30 March.", 28, url="https://x.example/a")])
    assert report.updated == 1
    assert index.article(undated.id).published == date(2022, 3, 28)
    (passage,) = index.passages_of(undated.id)
    assert [each.value for each in passage.times] == ["2022-03-30"]
    assert index.info().pending == 0


def test_the_clock_of_a_text_does_not_move_later(index: Index, article: Make) -> None:
    one = article(long(1), 1, url="https://x.example/a")
    index.add([one])
    index.add([article(long(1), 1, url="https://x.example/a", updated=date(2022, 3, 9))])
    assert found(index, "harbour", before=datetime(2022, 3, 2, tzinfo=UTC)) == {one.id}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(None, None, {"one", "two", "undated"}, id="no window"),
        pytest.param(datetime(2022, 3, 1, 23, tzinfo=UTC), None, {"one", "undated"}, id="before hides later ones"),
        pytest.param(None, datetime(2022, 3, 2, tzinfo=UTC), {"two", "undated"}, id="after hides earlier ones"),
        pytest.param(datetime(2021, 1, 1, tzinfo=UTC), None, {"undated"}, id="undated stay in"),
        pytest.param(datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), {"one", "two", "undated"},
                     id="ends of time"),
        pytest.param(datetime(2022, 3, 1), datetime(2022, 3, 2), {"undated"}, id="from after to, and naive"),
    ],
)  # fmt: skip
def test_windows(
    index: Index, article: Make, before: datetime | None, after: datetime | None, expected: set[str]
) -> None:
    pieces = {"one": article("Flood one.", 1), "two": article("Flood two.", 2), "undated": article("Flood three.")}
    index.add(pieces.values())
    assert found(index, "flood", before=before, after=after) == {pieces[name].id for name in expected}
    covered = index.coverage(before, after)
    assert (covered.articles, covered.undated) == (len(expected), 1)


def test_22_nothing_known_is_stored_as_nothing(index: Index, article: Make) -> None:
    one = article("Somebody said something.")
    index.add([one])
    got = index.article(one.id)
    assert (got.headline, got.outlet, got.byline, got.url, got.published, got.date_source) == ("",) * 4 + (
        None,
        "unknown",
    )


def test_the_report_counts_what_has_no_date_and_names_the_first(index: Index, article: Make) -> None:
    undated = [
        Read("a", body="The ferry sank.", source="ferry.txt"),
        Read("b", body="The quay burned.", url="https://ostrow.example/quay"),
        Read("c", body="The mill closed.", headline="Mill closed"),
        Read("d", body="The road is wet.", headline="Wet road"),
    ]
    report = index.add([*undated, article("The dam holds.", 28)])
    assert (report.added, report.undated) == (5, 4)
    assert report.undated_first == ("ferry.txt", "https://ostrow.example/quay", "Mill closed")
    assert report.remarks == ("4 without a date: ferry.txt, https://ostrow.example/quay, Mill closed and others",)
    assert index.add(undated).undated == 0, "they are there already"


def test_the_report_counts_what_was_left_out_by_its_reason(index: Index) -> None:
    left = [LeftOut("a.xml", "a draft", articles=2), LeftOut("a.xml", "a menu"), LeftOut("b.xml", "a draft")]
    report = index.add(left)
    assert (report.total, report.rejected) == (0, ())
    assert report.left_out == (LeftOut("a.xml", "a draft", articles=3), LeftOut("a.xml", "a menu"))
    assert report.remarks == ("3 left out, a draft (the first in a.xml)", "1 left out, a menu (the first in a.xml)")


def test_flags_reach_the_report(index: Index, article: Make) -> None:
    report = index.add([article("Text.", source="a.html", flags=("published 2999-01-01 lies in the future",))])
    assert report.added == 1
    assert report.flagged == (Rejected("a.html", "published 2999-01-01 lies in the future"),)


def test_the_stored_body_is_clean_whoever_made_the_article(index: Index) -> None:
    index.add([Article("x", body="Pu\u200btin\r\nmet \ud800Lavrov", headline="A\nB"), Article("y", body="\u200b")])
    assert index.article("x").body == "Putin\nmet Lavrov"
    assert index.article("x").headline == "A B"
    assert "y" not in index.articles(["y"])


def test_an_id_cannot_name_two_texts(index: Index) -> None:
    report = index.add([Article("x", body="One."), Article("x", body="Two.")])
    assert "'x'" in report.rejected[0].reason
    assert index.article("x").body == "One."


def test_spans_slice_to_their_text(index: Index, article: Make) -> None:
    one = article("İstanbul — " + long(3) + "\n\n“Ünlü 😀 sözler.” " + long(4), 1)
    index.add([one])
    for each in index.passages_of(one.id):
        assert one.body[each.start : each.end] == each.text


def test_36_more_passages_than_one_batch_of_chroma(
    folder: Path, article: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.vectors.folder.Folders.batch", 50)
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        one = article(long(1, 2000), 1)
        index.add([one])
        ids = [each.id for each in index.passages_of(one.id)]
        assert len(ids) > 120
        near = {
            name: index.dense(vector, 1, before=None)[0].passage_id
            for name, vector in zip(ids, index.vectors(ids), strict=True)
        }
        assert all(name == other for name, other in near.items())


class Broken(HashEncoder):
    """Gives zeros and NaN for some texts."""

    def encode_passages(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        rows = super().encode_passages(texts)
        for row, text in zip(rows, texts, strict=True):
            if "zero" in text:
                row[:] = 0
            if "nan" in text:
                row[:] = np.nan
        return rows


def test_37_unusable_vectors_are_skipped_and_counted(folder: Path, article: Make) -> None:
    with Index.open(folder, encoder=Broken(), create=True) as index:
        report = index.add([article("A zero vector."), article("A nan vector."), article("A fine vector.")])
        assert (report.added, report.skipped) == (3, 2)
        vector = HashEncoder().encode_queries(["vector"])
        assert len(index.dense(vector, 5, before=None)) == 1
        assert len(index.lexical("vector", 5, before=None)) == 3
        assert index.dense(vector * 0, 5, before=None) == index.dense(vector * np.nan, 5, before=None) == []


class Failing(HashEncoder):
    """Fails at the second call."""

    calls = 0

    def encode_passages(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        self.calls += 1
        if self.calls == 3:
            raise RuntimeError("the encoder is gone")
        return super().encode_passages(texts)


def test_38_an_encoder_that_fails_loses_nothing_and_the_old_version_is_served(folder: Path, article: Make) -> None:
    old = article("The bridge is open.", 1, url="https://x.example/a")
    new = article("The bridge is closed. " + long(5, 1200), 2, url="https://x.example/a")
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add([old])
    with Index.open(folder, encoder=Failing(), create=True) as index:
        with pytest.raises(RuntimeError):
            index.add([new])
        assert found(index, "bridge") == {old.id}
        assert index.info().pending == 1
        report = index.add([])
        assert report.total == 0
        assert found(index, "bridge") == {new.id}
        assert index.info().pending == 0


def test_removing_takes_an_article_out_of_everything_with_all_its_versions(index: Index, article: Make) -> None:
    old = article("The bridge is open.", 1, url="https://x.example/a")
    new = article("The bridge is closed.", 2, url="https://x.example/a")
    index.add([old, new])
    assert index.remove(new.id)
    assert not index.remove(new.id)
    assert found(index, "bridge") == set(), "the version before it does not stand again"
    with pytest.raises(InputError, match="no article"):
        index.article(new.id)


@pytest.mark.parametrize("create", [False, True])
def test_a_missing_index_names_the_command_and_makes_nothing(tmp_path: Path, create: bool) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "none", tmp_path / "empty"):
        with pytest.raises(IndexMissing, match="qa ingest"):
            Index.open(path, encoder=HashEncoder(), create=create, read_only=True if create else None)
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "empty"]


def test_an_index_cannot_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        Index.open(tmp_path / "a", encoder=HashEncoder(), create=True)


@pytest.mark.parametrize(
    "other", [HashEncoder(128), HashEncoder(name="other")], ids=["47: other dimension", "47: same dimension"]
)
def test_47_another_encoder_is_refused_and_words_still_work(folder: Path, article: Make, other: HashEncoder) -> None:
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add([article("The bridge is open.")])
    with pytest.raises(IndexMismatch, match="qa ingest"):
        Index.open(folder, encoder=other)
    with Index.open(folder, encoder=lambda: other) as index:
        assert index.lexical("bridge", 1, before=None)
        with pytest.raises(IndexMismatch, match="hash-256"):
            _ = index.encoder
        with pytest.raises(IndexMismatch):
            index.add([article("Another.")])
    with Index.open(folder, encoder=HashEncoder()) as index:
        assert index.info().articles == 1


class Drifted(HashEncoder):
    """The same name, other vectors."""

    def encode_passages(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        return HashEncoder(name="drifted").encode_passages(texts)


def test_47_the_same_name_with_other_vectors_is_refused(folder: Path, article: Make) -> None:
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add([article("The bridge is open.")])
    with Index.open(folder, encoder=Drifted()) as index, pytest.raises(IndexMismatch, match="no longer gives"):
        _ = index.encoder


def test_46_a_second_opening_reads_and_may_not_write(index: Index, folder: Path, article: Make) -> None:
    one, other = article("The bridge is open."), article("The tunnel is closed.")
    index.add([one])
    with Index.open(folder, encoder=HashEncoder()) as reader:
        assert not reader.is_writer
        assert found(reader, "bridge") == {one.id}
        with pytest.raises(IndexLocked, match=r"process \d+ on .* since"):
            reader.add([other])
        index.add([other])
        assert found(reader, "tunnel") == {other.id}, "what the writer adds is seen"
        index.remove(one.id)
        assert found(reader, "bridge") == set()
    with pytest.raises(IndexLocked, match="process"):
        Index.open(folder, encoder=HashEncoder(), read_only=False)


SECOND = """
import sys
from qa.encoders import HashEncoder
from qa.errors import IndexLocked
from qa.index import Index
with Index.open(sys.argv[1], encoder=HashEncoder()) as index:
    print(index.is_writer, len(index.lexical("bridge", 5, before=None)))
    print(len(index.dense(HashEncoder().encode_queries(["bridge"]), 5, before=None)))
    print("chromadb" in sys.modules, "torch" in sys.modules)
    try:
        index.add([])
    except IndexLocked as error:
        print(error)
"""


def test_46_a_second_process_reads_without_chroma_and_names_the_writer(
    index: Index, folder: Path, article: Make
) -> None:
    import os

    index.add([article("The bridge is open.")])
    out = subprocess.run([sys.executable, "-c", SECOND, str(folder)], capture_output=True, text=True, check=True).stdout
    lines = out.splitlines()
    assert lines[:3] == ["False 1", "1", "False False"]
    assert f"process {os.getpid()} on" in lines[3]


def test_opening_for_words_imports_no_torch(index: Index, folder: Path, article: Make) -> None:
    index.add([article("The bridge is open.")])
    index.close()
    code = (
        "import sys; from qa.encoders import load; from qa.index import Index; from qa.settings import Settings\n"
        f"with Index.open({str(folder)!r}, encoder=lambda: load(Settings())) as index:\n"
        "    print(len(index.lexical('bridge', 5, before=None)), index.is_writer)\n"
        "print(sorted({'torch', 'chromadb', 'llama_index', 'sentence_transformers'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines() == ["1 True", "[]"]


def test_progress_is_told(index: Index, article: Make) -> None:
    told: list[tuple[int, int | None, str]] = []
    index.add([article(f"Piece {number}.") for number in range(70)], progress=lambda *now: told.append(now))
    assert told[-1] == (70, 70, "done")
    assert all(total == 70 for _, total, _ in told)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_an_interrupted_ingest_keeps_what_was_done(index: Index, article: Make) -> None:
    def stop(done: int, total: int | None, what: str) -> None:
        if done >= 32 and what == "taking in":
            raise KeyboardInterrupt

    pieces = [article(f"Piece {number}.") for number in range(70)]
    with pytest.raises(KeyboardInterrupt):
        index.add(pieces, progress=stop)
    assert 32 <= index.info().articles < 70
    report = index.add(pieces)
    assert (report.added + report.unchanged, index.info().articles, index.info().pending) == (70, 70, 0)


@pytest.mark.parametrize("day", [5, 20, 28], ids=["few survive", "most survive", "all survive"])
def test_chroma_under_a_window_finds_what_the_exact_scan_finds(
    index: Index, folder: Path, article: Make, day: int
) -> None:
    index.add([article(f"Flood report {number} of the county of Lindholm.", 1 + number % 28) for number in range(140)])
    before = datetime(2022, 3, day, 23, tzinfo=UTC)
    visible = {each.id for each in index.all_articles(before)}
    assert len(visible) == day * 5
    with Index.open(folder, encoder=HashEncoder()) as reader:
        for number in (3, 77, 139):
            vector = HashEncoder().encode_queries([f"Flood report {number}"])
            got = index.dense(vector, 8, before=before)
            assert {each.passage_id.split(".")[0] for each in got} <= visible
            exact = [each.score for each in reader.dense(vector, 8, before=before)]
            assert [each.score for each in got] == pytest.approx(exact, abs=2e-3)
    assert index.info().dense == "chroma"


def test_questions_are_answered_while_articles_are_taken_in(folder: Path, article: Make) -> None:
    import threading
    import time

    pieces = [article(f"Flood report {number} of the county of Lindholm.", 1 + number % 28) for number in range(200)]
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        index.add(pieces[:5])
    with Index.open(folder, encoder=HashEncoder()) as index:
        slowest, failures = [0.0], list[Exception]()
        adding = threading.Event()

        def ask() -> None:
            vector = HashEncoder().encode_queries(["Flood report 3"])
            try:
                while not adding.is_set():
                    began = time.perf_counter()
                    assert index.dense(vector, 5, before=None)
                    assert index.lexical("flood report", 5, before=None)
                    slowest[0] = max(slowest[0], time.perf_counter() - began)
            except Exception as error:  # noqa: BLE001  # told to the test below
                failures.append(error)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        index.add(pieces)
        adding.set()
        for thread in threads:
            thread.join(30)
        assert not failures
        assert not any(thread.is_alive() for thread in threads)
        assert index.info().articles == 200
        assert slowest[0] < 20


def test_an_index_whose_making_was_broken_off(folder: Path, article: Make) -> None:
    folder.mkdir()
    (folder / "archive.sqlite").write_bytes(b"")
    for read_only in (None, True):
        with pytest.raises(IndexMissing, match="never finished"):
            Index.open(folder, encoder=HashEncoder(), read_only=read_only)
    with Index.open(folder, encoder=HashEncoder(), create=True) as index:
        assert index.add([article("Text.")]).added == 1
