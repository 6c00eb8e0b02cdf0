from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from qa.encoders import HashEncoder, SentenceEncoder, load
from qa.errors import ModelCorrupt, ModelMissing
from qa.settings import Settings
from tests.encoders import tiny


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def real(cache: Path) -> SentenceEncoder:
    return load(Settings(cache=cache))


def test_the_fingerprint_and_the_dimension_need_no_torch() -> None:
    code = (
        "import sys; from qa.encoders import load; from qa.settings import Settings; e = load(Settings());"
        "print(e.fingerprint, e.dim, 'torch' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert out[0].startswith("st-")
    assert out[1:] == ["384", "False"]


def test_rows_are_unit_vectors_in_the_order_asked(real: SentenceEncoder) -> None:
    texts = ["The talks resume in Istanbul.", "A cat.", "The talks resume in Istanbul."]
    rows = real.encode_passages(texts)
    assert rows.shape == (3, real.dim)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert np.array_equal(rows[0], rows[2])
    assert np.allclose(real.encode_passages(["A cat."])[0], rows[1], atol=1e-5)


def test_meaning_is_nearer_than_words(real: SentenceEncoder) -> None:
    question = real.encode_queries(["When do the negotiations begin?"])[0]
    near, far = real.encode_passages(["The talks start on Tuesday.", "When do the cows come home?"])
    assert question @ near > question @ far


def test_no_text_is_no_row(real: SentenceEncoder) -> None:
    assert real.encode_queries([]).shape == (0, 384)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="nowhere"):
        load(Settings(encoder=str(tmp_path / "nowhere")))
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(ModelCorrupt, match="safetensors"):
        load(Settings(encoder=str(tmp_path)))


def test_other_weights_have_another_fingerprint(tmp_path: Path) -> None:
    for name, weights in (("a", b"1"), ("b", b"2")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "modules.json").write_text("[]")
        (tmp_path / name / "model.safetensors").write_bytes(weights)
    assert SentenceEncoder(tmp_path / "a").fingerprint != SentenceEncoder(tmp_path / "b").fingerprint


def test_the_hash_encoder_is_deterministic_and_can_be_wrong() -> None:
    one, other = HashEncoder(), HashEncoder()
    rows = one.encode_passages(["Talks in Istanbul", "talks in istanbul!", "A synonym: negotiations", "!!!"])
    assert np.array_equal(
        rows, other.encode_passages(["Talks in Istanbul", "talks in istanbul!", "A synonym: negotiations", "!!!"])
    )
    assert np.array_equal(rows[0], rows[1])
    assert rows[0] @ rows[2] < 0.5
    assert not rows[3].any()
    assert HashEncoder(name="x").fingerprint != one.fingerprint


CONVERTED = """
import sys
from pathlib import Path
from qa.encoders import load
from qa.settings import Settings
row = load(Settings(cache=Path(sys.argv[1]))).encode_passages(["Ferry 7 left the harbour."])[0]
print(sorted({"torch", "sentence_transformers"} & set(sys.modules)))
print(*row[:8])
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def alone_and_together(encoder: SentenceEncoder) -> None:
    """A question alone is encoded in another way than several, to the same vector but for its last digits."""
    texts = ["When do the talks start?", "How many people died in the Lindholm ferry fire of 3 March 2022?"]
    alone = np.stack([encoder.encode_queries([text])[0] for text in texts])
    together = encoder.encode_passages(texts)
    assert np.allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-5)
    assert np.sum(alone * together, axis=1).min() > 0.9995


def test_a_converted_encoder_gives_the_same_vectors_without_torch(cache: Path, real: SentenceEncoder) -> None:
    from qa.encoders import compiled

    assert not list(cache.rglob("model.xml")), "a question does not convert"
    before = real.encode_passages(["Ferry 7 left the harbour."])[0]
    real.encode_passages([f"Ferry {n} left the harbour. " * (n % 7 + 1) for n in range(20)])
    (model,) = cache.rglob("model.bin")
    run = subprocess.run([sys.executable, "-c", CONVERTED, str(cache)], capture_output=True, text=True, check=True)
    modules, row = run.stdout.splitlines()
    assert modules == "[]"
    assert np.allclose([float(x) for x in row.split()], before[:8], atol=1e-4)
    alone_and_together(load(Settings(cache=cache)))
    model.write_bytes(b"cut short")
    assert compiled.find(model.parent) is None
    assert not model.exists(), "a copy that cannot be used is thrown away"


def test_an_ingest_leaves_cores_to_who_asks_and_gives_the_same_vectors(tmp_path: Path) -> None:
    encoder = load(Settings(encoder=str(tiny.sentence_encoder(tmp_path / "tiny", {})), cache=tmp_path / "cache"))
    assert isinstance(encoder, SentenceEncoder)
    many = [f"the mayor opened bridge {'of lindholm ' * (number % 5)}." for number in range(21)]
    alone = encoder.encode_in_bulk(many)
    encoder.encode_queries(["who opened the bridge ?"])
    assert encoder._asked_lately()
    assert np.allclose(encoder.encode_in_bulk(many), alone, atol=1e-3)
    encoder._asked -= 60
    assert not encoder._asked_lately()


def test_a_model_that_cannot_be_converted_is_run_as_it_is(tmp_path: Path) -> None:
    from qa.encoders import compiled

    target = tmp_path / "kept" / "x"
    assert compiled.convert(object(), tmp_path / "none.json", target, lambda texts: np.zeros((len(texts), 4))) is None
    assert compiled.find(target) is None
    assert not list((tmp_path / "kept").iterdir())
