"""What a content system exports and no reader was shown is no article; how much it was, and why, is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.ingest import LeftOut, Read, Reading, Rejected, feeds, read
from qa.ingest.confined import Confined
from qa.ingest.fetching import Fetcher
from qa.ingest.web import Web
from tests.ingest.serving import Site

BODY = "The bakery on the quay of Ostrow closes at the end of June, its owner told the council on Thursday."


def item(title: str, *, status: str = "publish", kind: str = "post", password: str = "", prefix: str = "wp") -> str:
    return (
        f"<item><title>{title}</title><link>https://ostrow.example/{title.replace(' ', '-')}</link>"
        f"<pubDate>Thu, 02 May 2019 09:00:00 +0000</pubDate><content:encoded><![CDATA[<p>{title}: {BODY}</p>]]>"
        f"</content:encoded><{prefix}:status>{status}</{prefix}:status>"
        f"<{prefix}:post_type>{kind}</{prefix}:post_type>"
        f"<{prefix}:post_password><![CDATA[{password}]]></{prefix}:post_password></item>"
    )


def export(*items: str, version: str = "1.2", prefix: str = "wp") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        f'xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/" '
        f'xmlns:{prefix}="http://wordpress.org/export/{version}/"><channel><title>Ostrow Echo</title>'
        f"<{prefix}:wxr_version>{version}</{prefix}:wxr_version>{''.join(items)}</channel></rss>"
    )


def taken(path: Path, text: str) -> tuple[list[str], list[LeftOut], list[Rejected]]:
    path.write_text(text, encoding="utf-8")
    items = list(read([path]))
    left = [each for each in items if isinstance(each, LeftOut)]
    refused = [each for each in items if isinstance(each, Rejected) and not isinstance(each, LeftOut)]
    return [each.headline for each in items if isinstance(each, Read)], left, refused


@pytest.mark.parametrize("status", ["draft", "auto-draft", "pending", "private", "future", "trash", "Draft", "on-hold"])
def test_a_post_that_is_not_published_is_left_out(tmp_path: Path, status: str) -> None:
    held = item("Bakery is insolvent", status=status)
    assert taken(tmp_path / "e.xml", export(held, item("Bakery closes"))) == (
        ["Bakery closes"],
        [LeftOut(str(tmp_path / "e.xml"), f"not published: its status is {status.lower()!r}")],
        [],
    )


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("attachment", "inherit"), ("nav_menu_item", "publish"), ("revision", "inherit"), ("custom_css", "publish"),
        ("wp_block", "publish"), ("wp_template_part", "publish"), ("wp_global_styles", "publish"),
        ("customize_changeset", "trash"), ("page", "publish"), ("acf-field-group", "publish"),
    ],
)  # fmt: skip
def test_a_piece_of_the_works_is_left_out(tmp_path: Path, kind: str, status: str) -> None:
    piece = item("Oven", status=status, kind=kind)
    assert taken(tmp_path / "e.xml", export(piece, item("Bakery closes"))) == (
        ["Bakery closes"],
        [LeftOut(str(tmp_path / "e.xml"), f"no article but of the type {kind!r}")],
        [],
    )


def test_a_post_behind_a_password_is_left_out(tmp_path: Path) -> None:
    kept, left, _ = taken(tmp_path / "e.xml", export(item("Bakery sold", password="flour")))
    assert (kept, [each.reason for each in left]) == ([], ["not published: it is behind a password"])


def test_what_is_left_out_is_counted_by_its_reason(tmp_path: Path) -> None:
    shots = [item(f"Oven {number}", status="inherit", kind="attachment") for number in range(5)]
    drafts = [item("One", status="draft"), item("Two", status="draft")]
    _, left, refused = taken(tmp_path / "e.xml", export(*shots, *drafts))
    assert sorted((each.articles, each.reason) for each in left) == [
        (2, "not published: its status is 'draft'"),
        (5, "no article but of the type 'attachment'"),
    ]
    assert not refused


def test_what_is_left_out_takes_no_place_of_a_post() -> None:
    shots = [item(f"Oven {number}", status="inherit", kind="attachment") for number in range(feeds.MOST)]
    feed = feeds.parse(export(*shots, item("Bakery closes")))
    assert ([each.headline for each in feed.entries], feed.left_out) == (["Bakery closes"], 0)


@pytest.mark.parametrize(
    ("kind", "version", "prefix"),
    [
        pytest.param("post", "1.0", "wp", id="older format"),
        pytest.param("story", "1.2", "wp", id="type of the site's own"),
        pytest.param("post", "1.1", "w", id="other prefix"),
    ],
)
def test_published_posts_of_every_export_are_taken(tmp_path: Path, kind: str, version: str, prefix: str) -> None:
    shown, held = item("Shown", kind=kind, prefix=prefix), item("Held", kind=kind, status="draft", prefix=prefix)
    kept, left, _ = taken(tmp_path / "e.xml", export(shown, held, version=version, prefix=prefix))
    assert (kept, len(left)) == (["Shown"], 1)


def test_a_feed_that_is_no_export_is_read_as_before(tmp_path: Path) -> None:
    text = export(item("Shown", status="draft")).replace("http://wordpress.org/export/1.2/", "http://other.example/")
    assert taken(tmp_path / "e.xml", text)[0] == ["Shown"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"status": "draft"}, "its status is 'draft'", id="draft"),
        pytest.param({"status": "Scheduled"}, "its status is 'scheduled'", id="scheduled"),
        pytest.param({"post_status": "trash"}, "its status is 'trash'", id="WordPress' own name"),
        pytest.param({"draft": True}, "it says that it is a draft", id="a mark"),
        pytest.param({"draft": "true"}, "it says that it is a draft", id="a mark in words"),
        pytest.param({"status": "published"}, "", id="published"),
        pytest.param({"status": "ok"}, "", id="a status of something else"),
        pytest.param({"status": 200}, "", id="a number"),
        pytest.param({"draft": False}, "", id="no draft"),
    ],
)
@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".csv"])
def test_a_record_that_says_it_is_a_draft_is_left_out(
    tmp_path: Path, fields: dict[str, object], reason: str, suffix: str
) -> None:
    record = {"title": "Bakery closes", "text": BODY, **fields}
    text = json.dumps(record) if suffix != ".csv" else f"{','.join(record)}\n{','.join(map(_cell, record.values()))}\n"
    kept, left, refused = taken(tmp_path / f"e{suffix}", text)
    assert kept == ([] if reason else ["Bakery closes"])
    assert [each.reason for each in left] == ([f"not published: {reason}"] if reason else [])
    assert not refused


def _cell(value: object) -> str:
    return f'"{value}"'


def test_the_process_of_its_own_tells_what_it_left_out(tmp_path: Path) -> None:
    path = tmp_path / "e.xml"
    path.write_text(export(item("One", status="draft"), item("Two", status="draft")), encoding="utf-8")
    confined = Confined()
    try:
        assert list(read([path], Reading(parse=confined.articles))) == [
            LeftOut(str(path), "not published: its status is 'draft'", articles=2)
        ]
    finally:
        confined.close()


def test_an_export_at_an_address_is_sifted_before_its_pages_are_fetched(site: Site) -> None:
    held = item("Bakery is insolvent", status="draft").replace("https://ostrow.example/", site.url("/"))
    url = site.page("/export", export(held), kind="text/xml")
    assert list(read([url], Reading(web=Web(Fetcher(private=True))))) == [
        LeftOut(url, "not published: its status is 'draft'")
    ]
