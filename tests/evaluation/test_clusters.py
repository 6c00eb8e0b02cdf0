from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import pytest

from qa.evaluation import clusters, copies
from qa.evaluation.copies import Kind
from qa.types import Article

NOUNS = "ferry bridge lamp harbour school council museum orchard railway lighthouse".split()
BODY = "\n\n".join(
    f"On Tuesday the {noun} of Lindholm was shown to {place + 12} visitors. Karl Amsel said that people were glad about"
    f" it, although the work on the {noun} had cost more than they were told in the spring. A second tour of the {noun}"
    f" will follow “in good time”, according to the county."
    for place, noun in enumerate(NOUNS)
)


@pytest.fixture(scope="module")
def articles() -> Mapping[str, Article]:
    return {
        "tour": Article("tour", body=BODY, headline="A tour of Lindholm"),
        "other": Article("other", body="Rain. " * 200, headline="Nothing of Lindholm"),
    }


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_kind_changes_what_it_says_and_is_the_same_each_time(kind: Kind) -> None:
    changed = copies.made(BODY, kind, "seed")
    assert changed
    assert (changed == BODY) == (kind == "verbatim")
    assert changed == copies.made(BODY, kind, "seed")


def test_what_cannot_be_changed_is_no_pair() -> None:
    assert copies.made("Rain fell.", "number changed", "seed") == ""
    assert copies.made("Rain fell.", "light rewrite", "seed") == ""


def test_pairs_are_taken_for_what_they_are(articles: Mapping[str, Article], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_read", lambda held: ([clusters.Judged("read", "copy", "other")], 1))
    found = clusters.measure(articles, 1)
    shares = {kind: (likeness, share.value, share.n) for kind, likeness, share in clusters.rows(found)}
    assert {kind: shares[kind] for kind in ("verbatim", "boilerplate added")} == {
        "verbatim": ("copy", 1.0, 1),
        "boilerplate added": ("copy", 1.0, 1),
    }
    assert shares["number changed"] == ("variant", 1.0, 1)
    assert found.recall("copy", read=True) == clusters.estimate([0.0])
    assert "1 pairs that were read are not here" in clusters.table(found)
    assert clusters.to_dict(found)["kinds"]["date changed"]["is"] == "variant"


def test_a_wrong_judge_shows(articles: Mapping[str, Article], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.stories.differs", lambda one, other: False)
    monkeypatch.setattr(clusters, "_read", lambda held: ([], 0))
    found = clusters.measure(articles, 1)
    assert {likeness for _, likeness, share in clusters.rows(found) if share.value < 1} == {"variant"}


def test_pairs_that_were_read_are_judged_where_their_articles_are(articles: Mapping[str, Article]) -> None:
    found = clusters.measure(clusters.public() | {"x": replace(articles["tour"], id="x")}, 1)
    there = [one for one in found.pairs if one.kind == "read"]
    assert len(there) >= 26
    assert len(there) + found.missing == 122
