from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from qa.ingest import Read, Rejected, hidden, html

FIRST = (
    "The talks between the two delegations will resume in Istanbul on Tuesday, officials in Ankara said late on Sunday."
)
SECOND = (
    "Nobody expected an agreement this week, a person who was in the room said, but both sides agreed to meet again."
)


def page(extra: str = "", *, head: str = "", inside: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>Talks resume - The Wire</title>{head}</head><body>"
        f"<nav><a href='/'>Home</a></nav><article><h1>Talks resume</h1><p>{FIRST}{inside}</p>{extra}<p>{SECOND}</p>"
        "</article><footer>About us</footer></body></html>"
    )


def taken(text: str, **options: str) -> Read:
    found = html.read(text, **options)
    assert isinstance(found, Read), found
    return found


LINKED = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite",
"name": "x"}, {"@type": ["NewsArticle"], "headline": "Talks to resume", "datePublished": "2022-03-28T10:00:00+03:00",
"dateModified": "2022-03-28T12:00:00Z", "author": [{"name": "A. One"}, {"name": "B. Two"}],
"publisher": {"@type": "Organization", "name": "The Wire"}}]}</script>"""


def test_a_page_is_its_article() -> None:
    found = taken(page(head=LINKED + "<link rel='canonical' href='https://wire.example/a'>"), source="a.html")
    assert found.body == f"{FIRST}\n\n{SECOND}"
    assert found.headline == "Talks to resume"
    assert found.published == datetime(2022, 3, 28, 7, tzinfo=UTC)
    assert found.updated == datetime(2022, 3, 28, 12, tzinfo=UTC)
    assert (found.outlet, found.byline, found.url) == ("The Wire", "A. One, B. Two", "https://wire.example/a")
    assert (found.date_source, found.language, found.source) == ("json-ld", "en", "a.html")


@pytest.mark.parametrize(
    ("head", "extra", "published", "source", "flagged"),
    [
        pytest.param("<meta property='article:published_time' content='2022-03-28T10:00:00Z'>", "",
                     datetime(2022, 3, 28, 10, tzinfo=UTC), "meta", False, id="meta"),
        pytest.param("<meta name='date' content='2022/03/28'>", "", date(2022, 3, 28), "meta", False, id="meta date"),
        pytest.param("", "<time datetime='2022-03-28'>Monday</time>", date(2022, 3, 28), "meta", False, id="time"),
        pytest.param("<link rel='canonical' href='https://x.example/2022/03/28/talks'>", "", date(2022, 3, 28), "url",
                     False, id="url"),
        pytest.param("", "", None, "unknown", False, id="22: none"),
        pytest.param("<meta name='date' content='2999-01-01'>", "", None, "unknown", True, id="22: future"),
        pytest.param("<meta name='date' content='1970-01-01T00:00:00Z'>", "", None, "unknown", True, id="22: epoch"),
        pytest.param("<meta name='date' content='30 February'>", "", None, "unknown", True, id="wrong date is flagged"),
        pytest.param("<meta name='date' content='2999-01-01'>", "<time datetime='2022-03-28'>x</time>",
                     date(2022, 3, 28), "meta", True, id="a believable one behind one that is not"),
    ],
)  # fmt: skip
def test_dates_of_pages(head: str, extra: str, published: date | None, source: str, flagged: bool) -> None:
    found = taken(page(extra, head=head))
    assert (found.published, found.date_source) == (published, source)
    assert bool(found.flags) is flagged


@pytest.mark.parametrize(
    "extra",
    [
        pytest.param("<!-- PLANTED words for a machine to obey -->", id="25: comment"),
        pytest.param("<p style='display: none'>PLANTED words for a machine to obey.</p>", id="25: display none"),
        pytest.param("<p style='color:white'>PLANTED words for a machine to obey.</p>", id="25: white on white"),
        pytest.param("<p style='color:#333;background:#333'>PLANTED words for a machine.</p>", id="25: ink on ink"),
        pytest.param("<p style='font-size:0'>PLANTED words for a machine to obey.</p>", id="25: no size"),
        pytest.param("<p style='position:absolute;left:-9999px'>PLANTED words to obey.</p>", id="25: off the page"),
        pytest.param("<p hidden>PLANTED words for a machine to obey.</p>", id="25: hidden"),
        pytest.param("<p class='sr-only'>PLANTED words for a machine to obey.</p>", id="25: for screen readers"),
        pytest.param("<p class='blank'>PLANTED words for a machine to obey.</p>", id="25: colour of the ground"),
        pytest.param("<p>&#xE0050;&#xE004C;&#xE0041;&#x200b;&#x202e;</p>", id="25: tag characters"),
        pytest.param("<p class='x gone'>PLANTED words for a machine to obey.</p>", id="25: class"),
        pytest.param("<div id='gone'><p>PLANTED words for a machine to obey.</p></div>", id="25: id"),
        pytest.param("<img alt='PLANTED words for a machine to obey' src='x.png'>", id="25: alt"),
        pytest.param("<template><p>PLANTED words for a machine to obey.</p></template>", id="25: template"),
        pytest.param("<script>var a = 'PLANTED words'</script>", id="24: script"),
        pytest.param("<iframe src='x' srcdoc='PLANTED'>PLANTED words</iframe>", id="24: iframe"),
        pytest.param("<img src=x onerror='PLANTED()'>", id="24: onerror"),
        pytest.param("<svg><text>PLANTED words</text></svg>", id="24: svg"),
        pytest.param("<a href='data:text/html,PLANTED'></a>", id="24: data"),
        pytest.param(
            "<p>PLA\u200bNTED\u202e</p>".replace("PLA\u200bNTED\u202e", "\u200b\u202e"), id="25: unseen letters"
        ),
    ],
)
def test_what_no_reader_sees_is_not_there(extra: str) -> None:
    sheet = "<style>/* c */ @media print {.kept {display: none}} .gone, #gone {display: none}"
    sheet += " .blank {color: #fff; background: #fff}</style>"
    meta = "<meta name='description' content='PLANTED description'>"
    found = taken(page(extra, head=sheet + meta))
    assert found.body == f"{FIRST}\n\n{SECOND}"
    assert "PLANTED" not in found.headline


def test_what_only_print_hides_is_seen() -> None:
    kept = "This paragraph is hidden only on paper, and so a reader of the page sees it, as every reader here would."
    found = taken(page(f"<p class='kept'>{kept}</p>", head="<style>@media print {.kept {display: none}}</style>"))
    assert kept in found.body


def test_white_ink_whose_ground_another_rule_sets_is_seen() -> None:
    kept = "This paragraph is white on the navy of the page that it stands on, and so a reader of the page can see it."
    sheet = "<style>.dark {background: navy} .dark-text {color: white} .big {color: transparent}</style>"
    assert kept in taken(page(f"<p class='dark-text'>{kept}</p>", head=sheet)).body


def test_text_behind_a_hidden_element_stays() -> None:
    found = taken(page(inside=" He said <span style='display:none'>PLANTED</span>so himself on Monday."))
    assert "He said so himself on Monday." in found.body


@pytest.mark.parametrize("text", ["<html></html>", "<p></p>", "<html><body><script>x</script></body></html>"])
def test_a_page_without_an_article_is_rejected(text: str) -> None:
    found = html.read(text, "a.html")
    assert isinstance(found, Rejected)
    assert found.source == "a.html"


@pytest.mark.parametrize(
    ("style", "unseen"),
    [
        ("display:none", True), ("DISPLAY : None !important", True), ("visibility:hidden", True), ("opacity:0", True),
        ("opacity:0.5", False), ("font-size:0.9em", False), ("color:#fff;background:#000", False), ("color:red", False),
        ("width:1px;height:1px;overflow:hidden", True), ("width:100px", False), ("text-indent:-9999px", True),
        ("d\\69splay: none", True), ("display:/* x */none", True), ("opacity: .01", True), ("opacity:1", False),
        ("font-size:1px", True), ("font-size:.5px", True), ("font-size:10px", False), ("font-size:1.2em", False),
        ("color:rgba(0, 0, 0, 0)", True), ("color:rgba(0,0,0,0.8)", False), ("color:#00000000", True),
        ("color:transparent", True), ("color:red;color:white", True), ("color:white;color:red", False),
        ("transform:scale(0)", True), ("transform:scale(0.9)", False), ("color:white;background:navy", False),
        ("filter:opacity(0)", True), ("content-visibility:hidden", True),
    ],
)  # fmt: skip
def test_styles_that_hide(style: str, unseen: bool) -> None:
    assert hidden.unseen(style) is unseen


def test_a_page_that_says_it_is_fictional_is_taken_at_its_word() -> None:
    meta = '<meta name="dateline:fictional" content="{}">'
    assert [taken(page(head=meta.format(said))).fictional for said in ("true", "false")] == [True, False]
