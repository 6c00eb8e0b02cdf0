from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa.ingest import Read, Rejected, feeds, read
from tests.ingest.serving import Site
from tests.ingest.test_web import LONG, page, taken

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def sitemap(*entries: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {SPACES}>{"".join(entries)}</urlset>'


def entry(url: str, day: str = "2022-03-28", title: str = "Talks &amp; hopes") -> str:
    about = "<news:publication><news:name>The Wire</news:name><news:language>en</news:language></news:publication>"
    dated = f"<news:publication_date>{day}</news:publication_date>" if day else ""
    return f"<url><loc>{url}</loc><news:news>{about}{dated}<news:title>{title}</news:title></news:news></url>"


def test_the_newest_entries_come_first() -> None:
    text = sitemap(
        entry("https://wire.example/old", "2022-03-01"), entry("/new", "2022-03-29T10:00:00Z"),
        entry("https://wire.example/none", ""), "<url><loc>https://wire.example/about</loc></url>",
    )  # fmt: skip
    assert feeds.is_feed(text)
    feed = feeds.parse(text, "https://wire.example/news.xml")
    assert (feed.title, feed.language, feed.left_out) == ("The Wire", "en", 0)
    assert [each.url.rpartition("/")[2] for each in feed.entries] == ["new", "old", "none"]
    assert (feed.entries[0].headline, feed.entries[1].published) == ("Talks & hopes", date(2022, 3, 1))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(sitemap("<url><loc>https://wire.example/</loc></url>"), "without news entries", id="no news"),
        pytest.param(
            f"<sitemapindex {SPACES}><sitemap><loc>https://wire.example/2.xml</loc></sitemap></sitemapindex>",
            "such as 'https://wire.example/2.xml'", id="other sitemaps",
        ),
        pytest.param(sitemap(entry("https://wire.example/a"))[:-4], "not well formed", id="cut short"),
        pytest.param(
            f'<!DOCTYPE a [<!ENTITY x "y">]>{sitemap(entry("https://wire.example/a"))}'.replace("?>", "?>"),
            "document type", id="28: entities",
        ),
    ],
)  # fmt: skip
def test_what_is_no_news_sitemap_is_named(text: str, reason: str) -> None:
    with pytest.raises(feeds.NotAFeed, match=reason):
        feeds.parse(text)


def test_a_file_says_that_the_articles_are_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "news.xml").write_text(sitemap(entry("https://wire.example/a")))
    (one,) = read([tmp_path / "news.xml"])
    assert isinstance(one, Rejected)
    assert "address" in one.reason


def test_the_articles_behind_a_sitemap_are_read(site: Site) -> None:
    a = site.page("/a", page(LONG))
    url = site.page("/news.xml", sitemap(entry(a), entry(site.url("/gone"))), kind="application/xml")
    one, gone = taken(url)
    assert isinstance(one, Read)
    assert (one.url, one.published, one.date_source) == (a, date(2022, 3, 28), "feed")
    assert isinstance(gone, Rejected)
