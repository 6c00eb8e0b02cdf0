from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from qa.ingest import Read, Rejected, feeds, read

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Wire</title><link>https://wire.example/</link><language>en-GB</language>
<item><title>Talks &amp; hopes</title><link>/2022/talks?utm_source=rss</link><guid isPermaLink="false">tag:1</guid>
<pubDate>Mon, 28 Mar 2022 10:00:00 +0300</pubDate><dc:creator>A. One</dc:creator>
<description>&lt;p&gt;They met.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>They met in the palace.<br>Nobody left.</p><p style="display:none">PLANTED</p>
<!-- PLANTED --><ul><li>One</li><li>Two</li></ul>]]></content:encoded></item>
<item><title>Harbour closed</title><link>https://wire.example/harbour</link><description>It closed.</description></item>
<item><title>Future</title><guid>https://wire.example/future</guid><pubDate>Mon, 28 Mar 2999 10:00:00 GMT</pubDate>
<description>It comes.</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Der Bote</title>
<entry><title type="html">Br&lt;b&gt;ü&lt;/b&gt;cke</title><link rel="alternate" href="https://bote.example/a"/>
<id>urn:1</id><published>2022-03-28T10:00:00+02:00</published><updated>2022-03-29T08:00:00Z</updated>
<author><name>B. Two</name><email>b@bote.example</email></author>
<content type="html">&lt;p&gt;Die Brücke ist zu.&lt;/p&gt;</content></entry></feed>"""

JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "The Wire", "language": "en", "items": [
{"id": "1", "url": "https://wire.example/a", "title": "Talks", "content_html": "<p>They met.</p><p>Nobody left.</p>",
"date_published": "2022-03-28T10:00:00Z", "date_modified": "2022-03-29", "authors": [{"name": "A. One"}]},
{"id": "https://wire.example/b", "summary": "It closed.", "tags": ["Opinion"]}]}"""


def test_rss_is_read() -> None:
    feed = feeds.parse(RSS, "https://wire.example/feed.xml")
    one, two, three = feed.entries
    assert (feed.title, feed.language, feed.left_out) == ("The Wire", "en-GB", 0)
    assert one.url == "https://wire.example/2022/talks?utm_source=rss"
    assert (one.headline, one.byline, one.whole) == ("Talks & hopes", "A. One", True)
    assert one.body == "They met in the palace.\n\nNobody left.\n\nOne\n\nTwo"
    assert one.published == datetime(2022, 3, 28, 10, tzinfo=timezone(timedelta(hours=3)))
    assert one.published.utcoffset() == timedelta(hours=3)
    assert (two.body, two.whole, two.published, two.updated) == ("It closed.", False, None, None)
    assert three.url == "https://wire.example/future"
    assert three.published is None
    assert "future" in three.flags[0]


def test_atom_is_read() -> None:
    feed = feeds.parse(ATOM)
    (one,) = feed.entries
    assert (feed.title, feed.language) == ("Der Bote", "de")
    assert (one.headline, one.body, one.byline) == ("Brücke", "Die Brücke ist zu.", "B. Two")
    assert one.updated == datetime(2022, 3, 29, 8, tzinfo=UTC)


def test_json_feed_is_read() -> None:
    feed = feeds.parse(JSON_FEED)
    one, two = feed.entries
    assert (one.url, one.body, one.byline) == ("https://wire.example/a", "They met.\n\nNobody left.", "A. One")
    assert (one.published, one.updated) == (datetime(2022, 3, 28, 10, tzinfo=UTC), date(2022, 3, 29))
    assert (two.url, two.body, two.whole) == ("https://wire.example/b", "It closed.", False)


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LAUGHS + "]><rss version='2.0'><channel><title>&a9;</title></channel></rss>", id="28: laughs"),
        pytest.param('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;'
                     "</title></channel></rss>", id="28: a file"),
        pytest.param('<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x.dtd"><rss version="2.0"></rss>', id="28: a dtd"),
        pytest.param('<!DOCTYPE r [<!ENTITY x "y">]><rss version="2.0"><channel><title>&x;</rss>', id="28: broken"),
        pytest.param('<rss version="2.0"><channel><item></channel><!DOCTYPE r [<!ENTITY x "y">]>', id="28: late"),
    ],
)  # fmt: skip
def test_28_a_document_type_is_refused_at_once(text: str) -> None:
    feeds.parse(RSS)  # the libraries are imported
    began = time.process_time()
    with pytest.raises(feeds.NotAFeed, match="document type"):
        feeds.parse(text)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("text", ['{"version": "https://jsonfeed.org/version/1", "items": 5', "{}", "<a/>", "words"])
def test_what_is_no_feed_says_so(text: str) -> None:
    with pytest.raises(feeds.NotAFeed, match=r"JSON|neither"):
        feeds.parse(text)


def test_what_feeds_get_wrong_is_forgiven() -> None:
    broken = RSS.replace("Talks &amp; hopes", "Talks & hopes").replace("</channel></rss>", "")
    assert [entry.headline for entry in feeds.parse(broken).entries][:2] == ["Talks & hopes", "Harbour closed"]


def test_entries_beyond_the_limit_are_counted() -> None:
    items = "".join(
        f"<item><title>{n}</title><description>Text {n}.</description></item>" for n in range(feeds.MOST + 7)
    )
    feed = feeds.parse(f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>")
    assert (len(feed.entries), feed.left_out) == (feeds.MOST, 7)


@pytest.mark.parametrize(("name", "text"), [("f.xml", RSS), ("f.rss", RSS), ("f.atom", ATOM), ("f.json", JSON_FEED)])
def test_a_saved_feed_is_its_entries_and_nothing_is_fetched(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = list(read([tmp_path]))
    assert all(isinstance(each, Read) for each in found)
    assert {each.outlet for each in found if isinstance(each, Read)} <= {"The Wire", "Der Bote"}
    first = found[0]
    assert isinstance(first, Read)
    assert first.date_source == "feed"


def test_a_summary_says_that_it_is_one(tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text(RSS, encoding="utf-8")
    flags = {each.headline: each.flags for each in read([tmp_path]) if isinstance(each, Read)}
    assert flags["Talks & hopes"] == ()
    assert "summary only" in flags["Harbour closed"][0]


def test_xml_that_is_no_feed_is_rejected_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<?xml version='1.0'?><catalogue><book/></catalogue>")
    (found,) = read([tmp_path])
    assert isinstance(found, Rejected)
    assert "neither a feed" in found.reason
