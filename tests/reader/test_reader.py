"""The reader: its network beside torch's, its offsets, and what it does with the missing, damaged, long or empty."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import ModelCorrupt, ModelMissing
from qa.reader import DatedPassage, Reader, graph, predict, reader, shipped, weights
from qa.reader.layout import LONGEST, age_words, framed

MAYOR = DatedPassage("The mayor of Ostvik, Ann Ode, resigned on Monday after the audit.", headline="Ostvik", days=2)
COUNCIL = DatedPassage("Voters in Brenholm elected a new council. It has 14 members, four of them women.", days=20)


def test_the_engine_computes_what_torch_does(tmp_path: Path) -> None:
    import openvino
    import torch
    from safetensors.torch import save_file

    from qa.reader.network import ReaderNetwork

    torch.manual_seed(1)
    network = ReaderNetwork.over(weights.base()).eval()
    file = tmp_path / "reader.safetensors"
    save_file({name: value.contiguous() for name, value in network.trained().items()}, file)
    built = graph.build(*weights.load(file, weights.base()))
    compiled = openvino.Core().compile_model(built, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    ids = np.array([[101, 2040, 5295, 102, 1996, 3664, 102, 0], [101, 2043, 102, 1037, 102, 0, 0, 0]])
    mask, kinds = (ids != 0).astype(np.int64), np.array([[0] * 4 + [1] * 4, [0] * 3 + [1] * 5])
    with torch.no_grad():
        expected = [each.numpy() for each in network(*map(torch.from_numpy, (ids, mask, kinds)))]
    found = compiled([ids, mask, kinds])
    for number, wanted in enumerate(expected):
        seen = mask.astype(bool) if number == 0 else slice(None)
        assert np.abs(found[number][seen] - wanted[seen]).max() < 1e-3


def small_mpnet(folder: Path) -> Path:
    """Write an untrained encoder of the large reader's family into a folder."""
    from transformers import MPNetConfig, MPNetModel

    shape = MPNetConfig(
        vocab_size=90, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=48,
        max_position_embeddings=300, pad_token_id=1,
    )  # fmt: skip
    MPNetModel(shape, add_pooling_layer=False).save_pretrained(folder)
    return folder


def test_the_engine_computes_what_torch_does_of_low_rank_products_over_the_other_family(tmp_path: Path) -> None:
    import openvino
    import torch
    from safetensors.torch import save_file

    from qa.reader.network import ReaderNetwork
    from training.adapting import adapt

    torch.manual_seed(1)
    base = small_mpnet(tmp_path / "base")
    network = ReaderNetwork.over(base).eval()
    adapt(network, 4, 2, bfloat16=False)
    for name, value in network.named_parameters():
        if name.endswith(".up"):
            torch.nn.init.normal_(value)
    file = tmp_path / "reader.safetensors"
    save_file({name: value.contiguous() for name, value in network.trained().items()}, file)
    assert not any("layer.0." in name or name.endswith("q.weight") for name in network.trained())
    compiled = openvino.Core().compile_model(
        graph.build(*weights.load(file, base)), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    ids = np.random.default_rng(1).integers(5, 90, (2, LONGEST))
    mask = np.ones_like(ids)
    ids[1, 120:], mask[1, 120:] = 1, 0
    with torch.no_grad():
        expected = [each.numpy() for each in network(*map(torch.from_numpy, (ids, mask)))]
    found = compiled([ids, mask])
    for number, wanted in enumerate(expected):
        seen = mask.astype(bool) if number == 0 else slice(None)
        assert np.abs(found[number][seen] - wanted[seen]).max() < 1e-3


def test_the_shipped_reader_finds_the_words_and_where_they_stand() -> None:
    best = predict("Who resigned?", [COUNCIL, MAYOR])[0]
    assert best.passage == 1
    assert MAYOR.text[best.start : best.end] == best.text == "The mayor of Ostvik, Ann Ode"


def test_what_a_passage_does_not_say_has_a_lower_margin() -> None:
    held, lacking = shipped().read("How many members does the council have?", [COUNCIL, MAYOR])
    assert held.margin > lacking.margin
    assert "14" in held.spans[0].text


def test_offsets_are_those_of_the_body() -> None:
    body = "A heading.\n\n" + MAYOR.text
    found = shipped().read("Who resigned?", [DatedPassage(MAYOR.text, offset=12)])
    assert all(body[span.start : span.end] == span.text for span in found[0].spans)


@settings(max_examples=25)
@given(st.text(min_size=0, max_size=300), st.text(min_size=0, max_size=300))
def test_any_text_is_read_and_every_span_slices_to_its_words(question: str, text: str) -> None:
    (found,) = shipped().read(question, [DatedPassage(text, headline=question[:40], offset=7)])
    for span in found.spans:
        assert text[span.start - 7 : span.end - 7] == span.text != ""
    places = sorted((span.start, span.end) for span in found.spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(places))
    assert sum(found.verdict) == pytest.approx(1, abs=1e-3)


def test_a_long_passage_is_read_to_its_end() -> None:
    filler = "The committee met in the town hall and spoke about the roads of the district for hours. " * 60
    (found,) = shipped().read("Who resigned?", [DatedPassage(filler + MAYOR.text)])
    assert any("Ann Ode" in span.text for span in found.spans)


def test_windows_cover_every_token_and_none_is_too_long() -> None:
    shipped().warm()
    filler = DatedPassage("word " * 1000)
    windows = shipped()._windows("what " * 300, 0, filler)
    assert all(len(window.ids) <= LONGEST for window in windows)
    seen = {place for window in windows for place in window.places}
    assert len(seen) == 1000


def test_nothing_to_read_is_nothing_read_and_reading_can_be_stopped() -> None:
    assert shipped().read("Who resigned?", []) == []
    (found,) = shipped().read("Who resigned?", [MAYOR], stopped=lambda: True)
    assert (found.spans, found.margin) == ((), float("-inf"))


def test_missing_and_damaged_weights_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelMissing, match="cannot be read"):
        Reader(tmp_path / "none.safetensors").warm()
    damaged = tmp_path / "reader.safetensors"
    damaged.write_bytes(weights.FILE.read_bytes()[:-10])
    with pytest.raises(ModelCorrupt, match="reinstall"):
        Reader(damaged).warm()
    monkeypatch.setitem(weights.SHA256, damaged, weights.SHA256[weights.FILE])
    with pytest.raises(ModelCorrupt, match="SHA-256"):
        Reader(damaged).warm()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        pytest.param(None, "undated", id="no date"),
        pytest.param(-0.5, "later", id="from after the day asked about"),
        pytest.param(0.5, "today", id="hours"),
        pytest.param(1, "1 day ago", id="a day"),
        pytest.param(13, "1 week ago", id="less than two weeks"),
        pytest.param(70, "2 months ago", id="months"),
        pytest.param(800, "2 years ago", id="years"),
    ],
)
def test_an_age_in_words(days: float | None, words: str) -> None:
    assert age_words(days) == words


def test_the_head_says_age_and_headline_and_the_passage_follows() -> None:
    laid = framed("Rain fell.", headline="Weather", days=1)
    assert (laid.text, laid.text[laid.start :]) == ("1 day ago : Weather : Rain fell.", "Rain fell.")


def test_spans_are_the_likeliest_and_do_not_overlap() -> None:
    scores = np.full((6, 2), -5.0, np.float32)
    scores[0] = 0
    scores[2, 0] = scores[3, 1] = 4
    scores[3, 0] = 3
    window = reader._Window(0, ids=(1,) * 6, first=1, places=((0, 1), (2, 3), (4, 5), (6, 7)))
    found = reader._spans(scores, window, DatedPassage("a b c d"))
    assert found[0].text == "b c"
    assert found[0].margin == pytest.approx(8.0, abs=0.01)
    assert not any(span.text in ("b", "c") for span in found)
