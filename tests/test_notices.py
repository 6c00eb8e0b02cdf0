from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qa import notices
from qa.types import Article

FERRY = Article(
    "ferry", body="…", headline="Ferry to Lindholm stays in port for a ninth day", outlet="The Harbour Post",
    url="https://post.example/news/ferry-ninth-day", published=date(2024, 5, 3),
)  # fmt: skip


def notice(body: str, **changed: object) -> Article:
    own = Article(
        "notice", body=body, headline="Correction: ferry", outlet="The Harbour Post", kind="correction",
        url="https://post.example/corrections/7", published=date(2024, 5, 6),
    )  # fmt: skip
    return replace(own, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(notice("See https://www.post.example/news/ferry-ninth-day/."), id="its address"),
        pytest.param(
            notice("Our piece at https://post.example/news/ferry-ninth-day was wrong.", outlet="Berg Daily", url=""),
            id="its address in another outlet",
        ),
        pytest.param(
            notice("The article \u201cFerry to Lindholm stays in port for a ninth day\u201d named a wrong captain."),
            id="its headline",
        ),
        pytest.param(
            notice("It named a wrong captain.", headline="Correction: Ferry to Lindholm stays in port for a ninth day"),
            id="its headline in the notice's",
        ),
        pytest.param(
            notice("An article on 3 May about the ferry to Lindholm that stays in port named a wrong captain."),
            id="its day and its matter",
        ),
    ],
)
def test_a_notice_says_what_it_corrects(said: Article) -> None:
    assert notices.corrects(said, FERRY)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(notice("An article about the ferry to Lindholm named a wrong captain."), id="no day"),
        pytest.param(
            notice("An article on 4 May about the ferry to Lindholm named a wrong captain."), id="another day"
        ),
        pytest.param(notice("An article on 3 May about a school named a wrong teacher."), id="another matter"),
        pytest.param(notice("See https://post.example/."), id="the front page"),
        pytest.param(notice("", headline=f"Correction: {FERRY.headline}", outlet="Berg Daily", url=""), id="elsewhere"),
        pytest.param(notice(FERRY.headline, published=date(2024, 5, 2)), id="before it"),
        pytest.param(notice(FERRY.headline, published=date(2025, 7, 2)), id="a year later"),
        pytest.param(notice(FERRY.headline, published=None), id="undated"),
        pytest.param(notice(FERRY.headline, kind="news"), id="no notice"),
    ],
)
def test_what_does_not_name_an_article_corrects_nothing(said: Article) -> None:
    assert not notices.corrects(said, FERRY)


def test_a_notice_corrects_no_notice() -> None:
    assert not notices.corrects(notice(FERRY.headline), replace(FERRY, kind="correction"))
