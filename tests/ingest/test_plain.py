from __future__ import annotations

from datetime import date

import pytest

from qa.ingest import Read, plain

LONG = "The delegations met in the palace on the Bosphorus and spoke for four hours about neutrality and guarantees."


def taken(text: str, source: str = "") -> Read:
    found = plain.read(text, source)
    assert isinstance(found, Read), found
    return found


@pytest.mark.parametrize(
    ("text", "body", "headline", "published", "date_source"),
    [
        pytest.param(f" date 2022-03-28 {LONG}", LONG, "", date(2022, 3, 28), "leading", id="leading date"),
        pytest.param(f"Date 2022/03/28: {LONG}", LONG, "", date(2022, 3, 28), "leading", id="leading date with colon"),
        pytest.param(f"date 2022-03-28\n\n{LONG}", LONG, "", date(2022, 3, 28), "leading", id="date on its own line"),
        pytest.param(LONG, LONG, "", None, "unknown", id="22: nothing but a body"),
        pytest.param(f"# Talks resume\n\n{LONG}", LONG, "Talks resume", None, "unknown", id="markdown title"),
        pytest.param(f"Talks resume\n\n{LONG}", LONG, "Talks resume", None, "unknown", id="short first line"),
        pytest.param(f"It was late.\n\n{LONG}", f"It was late.\n\n{LONG}", "", None, "unknown", id="a sentence"),
        pytest.param(f"Talks\n{LONG}", f"Talks\n{LONG}", "", None, "unknown", id="no blank line, no headline"),
        pytest.param(
            f"date 2022-03-28\n# Talks resume\n{LONG}", LONG, "Talks resume", date(2022, 3, 28), "leading", id="both"
        ),
        pytest.param(
            f"---\ntitle: 'Talks'\ndate: 2022-03-28\ntags: a, b\n---\n{LONG}", LONG, "Talks", date(2022, 3, 28),
            "field", id="front matter",
        ),
        pytest.param("date of birth unknown", "date of birth unknown", "", None, "unknown", id="a word is no date"),
    ],
)  # fmt: skip
def test_text_is_read(text: str, body: str, headline: str, published: date | None, date_source: str) -> None:
    found = taken(text)
    assert (found.body, found.headline, found.published, found.date_source) == (body, headline, published, date_source)


@pytest.mark.parametrize(
    ("source", "headline"),
    [("istanbul-talks.txt", "istanbul talks"), ("a/2022_03_28.txt", ""), ("a/x1.txt", ""), ("news.txt", "")],
)
def test_a_file_name_of_words_stands_in_for_a_headline(source: str, headline: str) -> None:
    assert taken(LONG, source).headline == headline


def test_22_a_leading_date_that_is_none_is_flagged_with_its_value() -> None:
    found = taken(f"date 2022-02-30 {LONG}", "a.txt")
    assert (found.body, found.published, found.date_source) == (LONG, None, "unknown")
    assert "'2022-02-30'" in found.flags[0]


def test_a_future_leading_date_is_flagged_and_unknown() -> None:
    found = taken(f"date 2999-01-01 {LONG}")
    assert found.published is None
    assert found.date_source == "unknown"
    assert "future" in found.flags[0]


def test_ids_come_from_the_text_and_headline_only_where_it_is_short() -> None:
    long = " ".join([LONG] * 4)
    assert taken(long).id == taken(f"Another headline\n\n{long}").id
    assert taken(f"One\n\n{LONG}").id != taken(f"Two\n\n{LONG}").id
    assert taken(long).id != taken(long.replace("four", "five")).id
