from __future__ import annotations

from pathlib import Path

import pytest

from qa import prompts
from qa.errors import InputError

GOOD = 'name = "greet"\nversion = 1\npurpose = "p"\nvariables = ["who"]\ntext = "Hello {{who}}"\n'


def test_rendering_fills_in_and_never_searches_a_value_again() -> None:
    prompt = prompts.parse(GOOD, origin="greet.toml")
    assert prompt.render(who="{{who}} and {{x}}") == "Hello {{who}} and {{x}}"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        pytest.param({}, "who", id="missing"),
        pytest.param({"who": "a", "what": "b"}, "what", id="unknown"),
    ],
)
def test_rendering_is_strict(values: dict[str, str], named: str) -> None:
    with pytest.raises(InputError, match=named):
        prompts.parse(GOOD, origin="greet.toml").render(**values)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        pytest.param("name = ", "TOML", id="not-toml"),
        pytest.param(GOOD + 'extra = "x"\n', "extra", id="unknown-key"),
        pytest.param(GOOD.replace('purpose = "p"\n', ""), "purpose", id="missing-key"),
        pytest.param(GOOD.replace('["who"]', '["whom"]'), "whom", id="variables-disagree"),
    ],
)
def test_a_bad_file_is_refused_by_name(source: str, named: str) -> None:
    with pytest.raises(InputError, match=named) as caught:
        prompts.parse(source, origin="greet.toml")
    assert "greet.toml" in str(caught.value)


def test_an_edit_in_the_checkout_is_what_runs(tmp_path: Path) -> None:
    for path in prompts.folder().glob("*.toml"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    before = prompts.load(tmp_path)
    prose = tmp_path / "prose.toml"
    prose.write_text(prose.read_text(encoding="utf-8").replace("one plain", "one very plain"), encoding="utf-8")
    after = prompts.load(tmp_path)
    assert "one very plain sentence" in after["prose"].render()
    assert after["prose"].digest != before["prose"].digest
    assert after["system"].digest == before["system"].digest


def test_the_prompts_are_read_from_the_checkout() -> None:
    assert prompts.folder() == Path(__file__).parent.parent / "prompts"


def test_every_prompt_that_is_asked_for_is_there() -> None:
    assert {"system", "evidence", "prose", "standalone", "supported"} <= set(prompts.default())


def test_a_file_must_carry_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(InputError, match="greet"):
        prompts.load(tmp_path)
