from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.sentences import MAX_LENGTH, split


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split(text)]


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(["He left.", "She stayed."], id="two plain sentences"),
        pytest.param(["Mr. Smith met Gen. Jones and Sen. Lee.", "They spoke."], id="titles"),
        pytest.param(["The U.S. President spoke in the U.S. on Monday.", "He left."], id="acronym inside"),
        pytest.param(["He flew to the U.S.", "The trip was short."], id="acronym ends the sentence"),
        pytest.param(["J. K. Rowling and George W. Bush met.", "It rained."], id="initials"),
        pytest.param(["It rose 3.5 percent to 1.2 billion.", "No. 10 declined to comment."], id="decimals and No."),
        pytest.param(["Did he know?", "No.", "He did not."], id="No as a sentence"),
        pytest.param(["It starts at 8 a.m. Monday in Kyiv.", "It ends at 10 p.m.", "Nobody came."], id="a.m. and p.m."),
        pytest.param(['"We will stay."', "The crowd cheered."], id="full stop inside the quotation"),
        pytest.param(["“We will stay.”", "“Never,” he said."], id="curly quotations"),
        pytest.param(['"Will you stay?" he asked.', "She nodded."], id="question inside the quotation"),
        pytest.param(['"Will you stay?" Mayor Brown asked.', "She nodded."], id="attribution by name"),
        pytest.param(["We waited ... and waited.", "Nothing…", "Then it came."], id="ellipses"),
        pytest.param(["Acme Inc. said so.", "It is owned by Acme Corp.", "The price is unknown."], id="companies"),
        pytest.param(["It happened on Sept. 5 in St. Louis.", "He told AP."], id="month and saint"),
        pytest.param(["Yahoo! said it will pay.", "Shares fell."], id="name with an exclamation mark"),
        pytest.param(["The phone sold well.", "iPhone sales rose."], id="name with a small first letter"),
        pytest.param(["See https://t.co/abCdEfG pic.example.com/XyZ12 for more.", "It is short."], id="addresses"),
        pytest.param(
            ["He fell ill.", "Doctors came.", "Nobody owns the sun.", "Gordon left."], id="words like short forms"
        ),
        pytest.param(["He lives in Chicago, Ill. with his dog.", "It is big."], id="state"),
        pytest.param(["Write to ann@example.news.", "Help us."], id="address ends the sentence"),
        pytest.param(["Talks failed (see below).", "(They resumed.)", "All left."], id="brackets"),
    ],
)
def test_sentences_of_one_paragraph(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Talks to resume\nMarch 28, 2022\nThe talks resume. All agreed.",
            ["Talks to resume", "March 28, 2022", "The talks resume.", "All agreed."],
            id="heading lines",
        ),
        pytest.param("One half\n\nother half", ["One half", "other half"], id="a blank line always cuts"),
        pytest.param("He said that the\ntalks failed.", ["He said that the\ntalks failed."], id="wrapped line"),
        pytest.param(
            "The delegation of the Republic of\nTurkey left for the city of\nAnkara. It came\nback.",
            ["The delegation of the Republic of\nTurkey left for the city of\nAnkara.", "It came\nback."],
            id="wrapped before a name",
        ),
        pytest.param(
            "Points:\n- The first one\n- The second one\n1. A third",
            ["Points:", "- The first one", "- The second one", "1. A third"],
            id="list items",
        ),
        pytest.param("It ended.The talks resume.", ["It ended.", "The talks resume."], id="missing space"),
        pytest.param("", [], id="empty"),
        pytest.param(" \n\t ", [], id="white space"),
    ],
)
def test_lines_and_blocks(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def check_invariants(text: str) -> None:
    position = 0
    for span in split(text):
        assert position <= span.start < span.end <= len(text)
        assert not text[position : span.start].strip()
        assert span.end - span.start <= MAX_LENGTH
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        position = span.end
    assert not text[position:].strip()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from("aA1 .!?\n\"'“”-:(İ…\u3002\u2028"), st.characters()), max_size=300))
def test_spans_are_ordered_and_cover_all_text(text: str) -> None:
    check_invariants(text)


@pytest.mark.parametrize("unit", ["a", ".", "a.", " ", '"', "A. ", "\n", "x\n", "!?", "A.b ", "(", "No. 1 "])
def test_a_megabyte_takes_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    begin = time.process_time()
    check_invariants(text)
    # Processor time, since others may share the machine: some 2 s, where quadratic time would be hours.
    assert time.process_time() - begin < 30
