from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from qa.errors import InputError
from qa.ingest import Read, Rejected, records
from qa.ingest.fields import parse


def record(**fields: Any) -> Read | Rejected:
    return records.line(json.dumps({"text": "The talks began on Tuesday.", **fields}), "f.jsonl:7")


def test_every_field_is_read() -> None:
    found = record(
        url="https://example.org/a", title="Talks", published="2022-03-28T10:00:00Z", updated="2022-03-29",
        outlet="The Wire", authors=["A. One", "B. Two"], language="en", kind="opinion", fictional=True,
    )  # fmt: skip
    assert isinstance(found, Read)
    assert found.url == "https://example.org/a"
    assert found.headline == "Talks"
    assert found.published == datetime(2022, 3, 28, 10, tzinfo=UTC)
    assert found.updated == date(2022, 3, 29)
    assert (found.outlet, found.byline, found.language) == ("The Wire", "A. One, B. Two", "en")
    assert (found.kind, found.fictional, found.date_source) == ("opinion", True, "field")


@pytest.mark.parametrize(
    ("fields", "value"),
    [
        pytest.param({"kind": "gossip"}, "'gossip'", id="unknown kind"),
        pytest.param({"text": ["a"]}, "text", id="text is a list"),
        pytest.param({"text": ""}, "no text", id="no text"),
        pytest.param({"text": "\u200b"}, "no text", id="37: nothing seen"),
        pytest.param({"authors": 5}, "authors", id="authors are a number"),
        pytest.param({"fictional": "perhaps"}, "'perhaps'", id="neither true nor false"),
        pytest.param({"url": 5}, "url", id="url is a number"),
    ],
)
def test_a_wrong_value_rejects_the_record_by_name(fields: dict[str, Any], value: str) -> None:
    found = record(**fields)
    assert isinstance(found, Rejected)
    assert value in found.reason
    assert found.source == "f.jsonl:7"


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="22: nothing but text"),
        pytest.param({"title": None, "published": None, "outlet": None}, id="22: nulls"),
        pytest.param({"published": "1970-01-01"}, id="22: epoch zero"),
        pytest.param({"published": "2999-01-01T00:00:00Z"}, id="22: future date"),
        pytest.param({"published": 0}, id="22: zero"),
        pytest.param({"published": "2022-02-30"}, id="22: no day of the calendar"),
        pytest.param({"published": "soon"}, id="22: a date in words"),
        pytest.param({"published": "03/04/2022"}, id="22: a day that could be two"),
    ],
)
def test_what_is_unknown_stays_unknown(fields: dict[str, Any]) -> None:
    found = record(**fields)
    assert isinstance(found, Read)
    assert found.published is None
    assert found.date_source == "unknown"
    assert bool(found.flags) is isinstance(fields.get("published"), str)


@pytest.mark.parametrize(
    ("published", "updated", "believed"),
    [
        pytest.param("2022-03-28T10:00:00Z", "2022-03-29", True, id="a day later"),
        pytest.param("2022-03-28T10:00:00Z", "2022-03-28", True, id="the same day"),
        pytest.param("2022-03-28T02:00:00Z", "2022-03-27", True, id="another time zone"),
        pytest.param("2022-03-28", "2021-03-29", False, id="22: a year before it was published"),
    ],
)
def test_22_an_update_before_the_publication_is_not_believed(published: str, updated: str, believed: bool) -> None:
    found = record(published=published, updated=updated)
    assert isinstance(found, Read)
    assert (found.updated is not None) is believed
    assert found.updated_source == ("field" if believed else "unknown")
    assert bool(found.flags) is not believed


def test_22_a_date_that_is_not_believed_is_named() -> None:
    found = record(published="2022-02-30", updated="soon")
    assert isinstance(found, Read)
    assert "'2022-02-30'" in found.flags[0]
    assert "'soon'" in found.flags[1]


@pytest.mark.parametrize("value", [1648461600, 1648461600000, 1648461600.0], ids=["seconds", "milliseconds", "a float"])
def test_a_unix_time_is_an_instant(value: float) -> None:
    found = record(published=value)
    assert isinstance(found, Read)
    assert found.published == datetime(2022, 3, 28, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"headline": "Talks", "date": "2022-03-28", "source": "The Wire", "author": "A. One"},
                     ("Talks", date(2022, 3, 28), "The Wire", "A. One"), id="usual names"),
        pytest.param({"title": "Talks", "publishedAt": "2022-03-28", "source": {"id": None, "name": "The Wire"},
                      "authors": ["A. One"]}, ("Talks", date(2022, 3, 28), "The Wire", "A. One"), id="a news API"),
        pytest.param({"title": "Talks", "Headline": "Else", "outlet": "The Wire", "source": "Else"},
                     ("Talks", None, "The Wire", ""), id="our own names go first"),
        pytest.param({"category": "Talks", "when": "2022-03-28"}, ("", None, "", ""), id="nothing is guessed"),
    ],
)  # fmt: skip
def test_fields_are_found_by_their_usual_names(fields: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = record(**fields)
    assert isinstance(found, Read)
    assert (found.headline, found.published, found.outlet, found.byline) == expected


def test_names_may_be_given() -> None:
    names = parse("head.line=title, corpus = body,day=date")
    text = json.dumps({"head": {"line": "Talks"}, "corpus": "They met.", "day": "2022-03-28", "title": "Else"})
    found = records.line(text, "f:1", names)
    assert isinstance(found, Read)
    assert (found.headline, found.body, found.published) == ("Talks", "They met.", date(2022, 3, 28))


def test_a_record_without_a_known_text_names_the_option() -> None:
    found = records.line('{"headline": "Talks", "corpus": "They met in the palace."}', "f:1")
    assert isinstance(found, Rejected)
    assert "--map corpus=text" in found.reason


@pytest.mark.parametrize("text", ["body", "=title", "body=gossip", "a=text,b=body"])
def test_a_mapping_that_is_none_is_named(text: str) -> None:
    with pytest.raises(InputError, match="--map"):
        parse(text)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param('{"text": "a"', "not JSON", id="broken"),
        pytest.param("[1, 2]", "not an object", id="a list"),
        pytest.param('"text"', "not an object", id="a string"),
        pytest.param("[" * 100_000, "not JSON", id="deep"),
    ],
)
def test_a_broken_line_says_so(line: str, reason: str) -> None:
    found = records.line(line, "f:1")
    assert isinstance(found, Rejected)
    assert reason in found.reason


@pytest.mark.parametrize(
    ("whole", "taken"),
    [
        pytest.param({"text": "One."}, 1, id="one record"),
        pytest.param([{"text": "One."}, {"text": "Two."}], 2, id="a list"),
        pytest.param({"articles": [{"text": "One."}, {"text": "Two."}]}, 2, id="articles"),
        pytest.param([], 0, id="18: no articles"),
    ],
)
def test_documents(whole: Any, taken: int) -> None:
    found = list(records.document(json.dumps(whole), "f.json"))
    assert sum(isinstance(each, Read) for each in found) == taken
    assert len(found) == max(taken, 1)
