from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from qa import render
from qa.encoders import HashEncoder, SentenceEncoder, load
from qa.encoders.reranking import CrossEncoder, load_reranker
from qa.errors import DatelineError, ModelCorrupt, ModelMissing, ModelUnavailable
from qa.index import Index
from qa.ingest import Read, finish
from qa.news import NewsQA
from qa.settings import Settings
from tests.encoders import tiny

QUESTION = "who opened the bridge of Lindholm ?"
TEXTS = ["the mayor opened the bridge .", "the ferry .", "a bridge of Lindholm ."]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.cross_encoder(tmp_path_factory.mktemp("models") / "cross")


def test_it_scores_pairs_and_the_same_way_each_time(model: Path) -> None:
    scores = CrossEncoder(model).score(QUESTION, TEXTS)
    assert len(set(scores)) == 3
    assert CrossEncoder(model).score(QUESTION, TEXTS) == scores
    assert CrossEncoder(model).score(QUESTION, TEXTS[::-1]) == pytest.approx(scores[::-1], abs=1e-5)
    assert CrossEncoder(model).score("what ferry ?", TEXTS) != scores
    assert CrossEncoder(model).score(QUESTION, []) == []


def test_other_weights_have_another_fingerprint(model: Path, tmp_path: Path) -> None:
    other = tiny.cross_encoder(tmp_path / "other", seed=1)
    assert CrossEncoder(model).fingerprint.startswith("ce-")
    assert CrossEncoder(model).fingerprint == CrossEncoder(model).fingerprint != CrossEncoder(other).fingerprint


def test_none_is_set() -> None:
    assert load_reranker(Settings()) is None


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("nobody/nothing-of-this-name", "fetch it with `hf download nobody/nothing-of-this-name`"),
        ("/no/such folder", "there is no folder '/no/such folder'"),
    ],
    ids=["a name", "a folder"],
)
def test_one_that_is_not_here(named: str, told: str) -> None:
    with pytest.raises(ModelMissing) as reranker:
        load_reranker(Settings(reranker=named))
    with pytest.raises(ModelMissing) as encoder:
        load(Settings(encoder=named))
    for raised, variable in ((reranker, "RERANKER"), (encoder, "ENCODER")):
        assert told in str(raised.value)
        assert f"set DATELINE_{variable} to" in str(raised.value)


def test_one_without_safe_weights(tmp_path: Path, model: Path) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(model, bare)
    (bare / "model.safetensors").rename(bare / "pytorch_model.bin")
    with pytest.raises(ModelCorrupt, match=r"safetensors weights.* set DATELINE_RERANKER"):
        load_reranker(Settings(reranker=str(bare)))


def test_one_that_cannot_be_read(tmp_path: Path, model: Path) -> None:
    cut = tmp_path / "cut"
    shutil.copytree(model, cut)
    (cut / "model.safetensors").write_bytes((model / "model.safetensors").read_bytes()[:500])
    with pytest.raises(ModelUnavailable, match="set DATELINE_RERANKER to another, or unset it"):
        CrossEncoder(cut).score(QUESTION, TEXTS)


def test_one_with_several_labels_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(ModelCorrupt, match="no single finite number"):
        CrossEncoder(tiny.cross_encoder(tmp_path / "labels", labels=3)).score(QUESTION, TEXTS)


def test_a_name_is_looked_up_among_what_was_fetched(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    held = tmp_path / "models--dateline--tiny"
    (held / "refs").mkdir(parents=True)
    (held / "refs" / "main").write_text("a" * 40)
    shutil.copytree(model, held / "snapshots" / ("a" * 40))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    found = load_reranker(Settings(reranker="dateline/tiny"))
    assert found is not None
    assert found.score(QUESTION, TEXTS) == CrossEncoder(model).score(QUESTION, TEXTS)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    bodies = [
        "The mayor opened the bridge of Lindholm.",
        "Who opened the ferry? The mayor.",
        "The bridge of Lindholm.",
        "A ferry of Lindholm.",
        "What bridge of Lindholm, the mayor asked.",
        "The bridge, the ferry, the mayor.",
    ]
    with Index.open(tmp_path / "index", encoder=HashEncoder(), create=True) as index:
        for number, body in enumerate(bodies):
            read = finish(Read("", body=body, headline=f"Lindholm {number}", published=date(2022, 3, 1 + number)))
            assert isinstance(read, Read)
            index.add([read])
    return tmp_path / "index"


def test_the_best_are_read_again_and_the_rest_stays_behind(archive: Path, model: Path) -> None:
    plain = Settings(llm="none")
    with NewsQA.open(archive, settings=plain, encoder=HashEncoder()) as news:
        before = news.search(QUESTION, as_of="2022-04-01")
        assert (news.reranker, news.info()["reranker"]) == ("", "")
    settings = plain.model_copy(update={"reranker": str(model), "rerank": 4})
    with NewsQA.open(archive, settings=settings, encoder=HashEncoder()) as news:
        found = news.search(QUESTION, as_of="2022-04-01")
        assert news.info()["reranker"] == CrossEncoder(model).fingerprint
    assert {each.passage.id for each in found[:4]} == {each.passage.id for each in before[:4]}
    assert [each.passage.id for each in found[4:]] == [each.passage.id for each in before[4:]]
    assert [each.passage.id for each in found] != [each.passage.id for each in before], "another order"
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    scores = CrossEncoder(model).score(QUESTION, [f"{e.article.headline}\n{e.passage.text}" for e in before[:4]])
    expected = {
        each.passage.id: (score - min(scores)) / (max(scores) - min(scores)) + each.time_weight
        for each, score in zip(before[:4], scores, strict=True)
    }
    assert {each.passage.id: each.score for each in found[:4]} == pytest.approx(expected, abs=1e-3)
    hits = {hit.rank for each in found for hit in each.hits if hit.retriever == "reranker"}
    assert hits == {1, 2, 3, 4}
    assert "re-ranked +" in render.explained(found[0])
    assert "read beside the question" in render.why(found[0])


def test_a_wrong_name_leaves_the_archive_free(archive: Path) -> None:
    settings = Settings(llm="none", reranker="nobody/nothing")
    with pytest.raises(DatelineError, match="hf download"):
        NewsQA.open(archive, settings=settings, encoder=HashEncoder())
    with Index.open(archive, encoder=HashEncoder(), read_only=False) as index:
        assert index.is_writer


def test_the_prompts_of_an_encoder_are_used_and_are_in_its_fingerprint(tmp_path: Path) -> None:
    asked, told = "who opened the bridge ?", "the mayor opened the bridge ."
    folder = tiny.sentence_encoder(tmp_path / "prompted", {"query": "query : ", "document": "passage : "})
    bare = tiny.sentence_encoder(tmp_path / "bare", {"query": "", "document": ""})
    with_prompts = load(Settings(encoder=str(folder), cache=tmp_path / "cache"))
    without = load(Settings(encoder=str(bare), cache=tmp_path / "cache"))
    assert with_prompts.dim == without.dim == 16
    assert with_prompts.fingerprint != without.fingerprint
    as_question, as_passage = with_prompts.encode_queries([told])[0], with_prompts.encode_passages([told])[0]
    assert not np.allclose(as_question, as_passage, atol=1e-3)
    assert np.allclose(as_question, without.encode_passages([f"query : {told}"])[0], atol=1e-5)
    assert np.allclose(as_passage, without.encode_queries([f"passage : {told}"])[0], atol=1e-5)
    many = [f"{asked} {told} " * (1 + number % 3) for number in range(20)]
    assert np.allclose(with_prompts.encode_in_bulk(many), with_prompts.encode_passages(many), atol=1e-5)
    assert isinstance(with_prompts, SentenceEncoder)
