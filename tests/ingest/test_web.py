from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from qa.ingest import Item, Read, Reading, Rejected, Unchanged, read
from qa.ingest.fetching import Fetcher
from qa.ingest.web import Visit, Web
from tests.ingest.serving import Page, Site

LONG = (
    "The talks between the two delegations will resume in Istanbul on Tuesday, officials said late on Sunday. "
    "Nobody expected an agreement this week, a person who was in the room said, but both sides agreed to meet again."
)


class Kept:
    """Visits that count from the next run on, as the archive's do."""

    def __init__(self) -> None:
        self.old: dict[str, Visit] = {}
        self.new: dict[str, Visit] = {}

    def get(self, url: str) -> Visit | None:
        return self.old.get(url)

    def put(self, url: str, visit: Visit) -> None:
        self.new[url] = visit

    def turn(self) -> None:
        self.old.update(self.new)


def page(text: str = LONG, *, title: str = "Talks resume", head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>"
        f"<p>{text}</p></article></body></html>"
    )


def rss(*items: str, title: str = "The Wire") -> str:
    return f"<rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>"


def item(url: str, *, title: str = "Talks", text: str = "They met.", date: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>{title}</title><link>{url}</link><description>{text}</description>{dated}</item>"


def taken(url: str, kept: Kept | None = None, **options: Any) -> list[Item]:
    return list(read([url], Reading(web=Web(Fetcher(private=True), visits=kept, **options))))


def one(url: str) -> Read:
    (found,) = taken(url)
    assert isinstance(found, Read), found
    return found


def test_a_page_is_one_article(site: Site) -> None:
    head = "<meta property='article:published_time' content='2022-03-28T10:00:00Z'><link rel=canonical href='/b'>"
    found = one(site.page("/a", page(head=head)))
    assert (found.body, found.headline, found.url) == (LONG, "Talks resume", site.url("/b"))
    assert (found.published, found.date_source) == (datetime(2022, 3, 28, 10, tzinfo=UTC), "meta")


def test_a_page_cannot_take_the_place_of_another_sites(site: Site) -> None:
    url = site.page("/a", page(head="<link rel=canonical href='https://wire.example/lead'>"))
    found = one(url)
    assert found.url == url
    assert "wire.example" in found.flags[0]


@pytest.mark.parametrize(
    ("data", "kind", "ending"),
    [
        pytest.param(
            page("Café. " + LONG).encode("cp1252"), "text/html; charset=iso-8859-1", LONG, id="23: server says"
        ),
        pytest.param(page("Café. " + LONG).encode(), "text/html; charset=iso-8859-1", LONG, id="23: server is wrong"),
        pytest.param(f"date 2022-03-28 Café. {LONG}".encode(), "text/plain", LONG, id="plain text"),
        pytest.param(b'{"text": "Caf\\u00e9. It closed."}', "application/json", "It closed.", id="json"),
        pytest.param("text,title\nCafé. It closed.,T\n".encode(), "text/csv", "It closed.", id="csv"),
        pytest.param(page("Café. " + LONG).encode(), "application/octet-stream", LONG, id="told by how it begins"),
    ],
)
def test_what_is_served_is_read_by_its_kind(site: Site, data: bytes, kind: str, ending: str) -> None:
    found = one(site.page("/a", data, kind=kind))
    assert found.body == f"Café. {ending}"


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        pytest.param(b"\x89PNG\r\n", "image/png", "'image/png'", id="image"),
        pytest.param(b"PK\x03\x04", "application/octet-stream", "ZIP", id="29: zip"),
        pytest.param("Café".encode("cp1252"), "text/html; charset=utf-8", "utf-8", id="23: labelled wrongly"),
        pytest.param(b"<html></html>", "text/html", "no article text", id="18: nothing in it"),
        pytest.param(b"x", "text/html; charset=klingon", "'klingon'", id="unknown charset"),
        pytest.param(b"<!DOCTYPE r [<!ENTITY x 'y'>]><rss/>", "text/xml", "neither a feed", id="28: no feed"),
        pytest.param(b"<rss><!DOCTYPE r [<!ENTITY x 'y'>]></rss>", "text/xml", "document type", id="28: entities"),
        pytest.param(b"", "text/html", "empty", id="18: empty"),
    ],
)
def test_what_cannot_be_read_is_named(site: Site, data: bytes, kind: str, reason: str) -> None:
    (found,) = taken(site.page("/a", data, kind=kind))
    assert isinstance(found, Rejected)
    assert reason in found.reason
    assert found.source == site.url("/a")


def test_a_feed_is_the_full_articles_behind_it(site: Site) -> None:
    site.page("/a", page(head="<meta name=author content='A. One'>"))
    dated = "Mon, 28 Mar 2022 10:00:00 GMT"
    url = site.page("/feed", rss(item(site.url("/a"), date=dated)), kind="application/rss+xml")
    seen: list[tuple[int, int | None, str]] = []
    (found,) = taken(url, progress=lambda *told: seen.append(told))
    assert isinstance(found, Read)
    assert (found.body, found.outlet, found.byline, found.url) == (LONG, "The Wire", "A. One", site.url("/a"))
    assert (found.published, found.date_source) == (datetime(2022, 3, 28, 10, tzinfo=UTC), "feed")
    assert found.flags == ()
    assert seen == [(0, 1, "reading 127.0.0.1"), (1, 1, "reading 127.0.0.1")]


@pytest.mark.parametrize(
    ("head", "published", "source"),
    [
        pytest.param("<meta name=date content='2022-03-27'>", date(2022, 3, 27), "meta", id="the page goes first"),
        pytest.param("", datetime(2022, 3, 28, 10, tzinfo=UTC), "feed", id="then the feed, before the address"),
    ],
)
def test_where_a_date_comes_from(site: Site, head: str, published: date, source: str) -> None:
    site.page("/2022/03/26/a", page(head=head))
    feed = rss(item(site.url("/2022/03/26/a"), date="Mon, 28 Mar 2022 10:00:00 GMT"))
    (found,) = taken(site.page("/feed", feed, kind="text/xml"))
    assert isinstance(found, Read)
    assert (found.published, found.date_source) == (published, source)


def test_an_entry_that_fails_does_not_stop_the_rest(site: Site) -> None:
    site.page("/c", page())
    site.pages["/empty"] = Page(b"<html></html>", headers={"Content-Type": "text/html"})
    feed = rss(
        item(site.url("/gone"), text="It closed."), item(site.url("/nothing"), text=""),
        item("http://10.0.0.1:1/", text="Within."), item(site.url("/empty"), text="Empty page."), item(site.url("/c")),
    )  # fmt: skip
    fetcher = Fetcher(private=True, resolve=lambda host, port: ["127.0.0.1"])
    found = list(read([site.page("/feed", feed, kind="text/xml")], Reading(web=Web(fetcher))))
    gone, nothing, inside, empty, whole = found
    assert isinstance(gone, Read)
    assert gone.body == "It closed."
    assert "the feed's own text" in gone.flags[0]
    assert "404" in gone.flags[0]
    assert isinstance(nothing, Rejected)
    assert nothing.source == site.url("/nothing")
    assert isinstance(inside, Read)
    assert isinstance(empty, Read)
    assert "no article text" in empty.flags[0]
    assert isinstance(whole, Read)
    assert whole.body == LONG


def test_a_page_that_holds_less_than_the_feed_does_not_win(site: Site) -> None:
    site.page("/a", page("Subscribe to read on, or sign in to your account with the button above, dear reader."))
    (found,) = taken(site.page("/feed", rss(item(site.url("/a"), text=LONG)), kind="text/xml"))
    assert isinstance(found, Read)
    assert found.body == LONG
    assert "holds less" in found.flags[0]


def test_a_feed_that_has_not_changed_is_not_read_again(site: Site) -> None:
    kept = Kept()
    site.page("/a", page())
    url = site.page("/feed", rss(item(site.url("/a"))), kind="text/xml", ETag='"1"')
    assert isinstance(taken(url, kept)[0], Read)
    kept.turn()
    assert taken(url, kept) == [Unchanged(url, articles=1)]
    assert site.asked == ["/feed", "/a", "/feed"]


def test_only_what_is_new_in_a_feed_is_fetched(site: Site) -> None:
    kept = Kept()
    site.page("/a", page())
    site.page("/b", page("It reopened. " + LONG))
    url = site.page("/feed", rss(item(site.url("/a"))), kind="text/xml", ETag='"1"')
    taken(url, kept)
    kept.turn()
    site.page("/feed", rss(item(site.url("/b"), title="New"), item(site.url("/a"))), kind="text/xml", ETag='"2"')
    new, old = taken(url, kept)
    assert isinstance(new, Read)
    assert old == Unchanged(site.url("/a"))
    kept.turn()
    site.page("/feed", rss(item(site.url("/a"), title="Corrected")), kind="text/xml", ETag='"3"')
    (again,) = taken(url, kept)
    assert isinstance(again, Read)
    assert site.asked.count("/a") == 2


def test_what_could_not_be_fetched_is_tried_again_though_the_feed_is_the_same(site: Site) -> None:
    kept = Kept()
    site.pages["/a"] = Page(b"", status=503)
    url = site.page("/feed", rss(item(site.url("/a"))), kind="text/xml", ETag='"1"')
    (first,) = taken(url, kept)
    assert isinstance(first, Read)
    assert first.body == "They met."
    kept.turn()
    site.page("/a", page())
    (second,) = taken(url, kept)
    assert isinstance(second, Read)
    assert second.body == LONG


def test_a_host_that_fails_again_and_again_is_left_alone_for_this_time(site: Site) -> None:
    kept = Kept()
    for n in range(6):
        site.pages[f"/{n}"] = Page(b"", status=503)
    items = [item(site.url(f"/{n}"), text=f"It closed {n}.") for n in range(6)]
    url = site.page("/feed", rss(*items), kind="text/xml", ETag='"1"')
    found = taken(url, kept)
    assert site.asked == ["/feed", "/0", "/1", "/2"]
    assert [isinstance(each, Read) for each in found] == [True] * 6
    kept.turn()
    taken(url, kept)
    assert site.asked[4:] == ["/feed", "/0", "/1", "/2"]


def test_a_failing_page_does_not_replace_the_article_that_is_there(site: Site) -> None:
    kept = Kept()
    site.page("/a", page())
    url = site.page("/feed", rss(item(site.url("/a"))), kind="text/xml")
    taken(url, kept)
    kept.turn()
    site.pages["/a"] = Page(b"", status=503)
    site.page("/feed", rss(item(site.url("/a"), title="Changed")), kind="text/xml")
    (found,) = taken(url, kept)
    assert isinstance(found, Rejected)
    assert "stays" in found.reason


def test_an_entry_without_a_page_is_its_own_text(site: Site) -> None:
    feed = rss("<item><title>T</title><guid isPermaLink='false'>7</guid><description>It closed.</description></item>")
    (found,) = taken(site.page("/feed", feed, kind="text/xml"))
    assert isinstance(found, Read)
    assert found.body == "It closed."
    assert "links to no page" in found.flags[0]
