"""Footnote marks, exponents, struck-out text and the blanks within a number."""

from __future__ import annotations

import json

import pytest

from qa import terms, values
from qa.ingest import Read, feeds, html, mail

REST = (
    "The harbour lies below the town, and the council has promised a report on its walls before the end of the year, "
    "since many people who live along the quay fear the next winter storm."
)

KINDS = [
    pytest.param("Repairs cost 27<sup>4</sup> million euros.", "Repairs cost 27 million euros.", id="plain mark"),
    pytest.param("It hurt 83<sup><a href='#n5'>5</a></sup> men.", "It hurt 83 men.", id="linked mark"),
    pytest.param("It hurt 83<a href='#n5'><sup>5</sup></a> men.", "It hurt 83 men.", id="link around the mark"),
    pytest.param("It hurt 83<a href='#n5'>5</a> men.", "It hurt 83 men.", id="link that is not raised"),
    pytest.param("It sank in 1907<sup>[12]</sup>.", "It sank in 1907.", id="in brackets"),
    pytest.param(
        "It sank in 1907<sup class='reference'><a href='https://wiki.example/Quay#cite_note-8'><span>[</span>8"
        "<span>]</span></a></sup> at sea.",
        "It sank in 1907 at sea.",
        id="as an encyclopaedia marks it",
    ),
    pytest.param("It sank in 1907<sup>[citation needed]</sup>.", "It sank in 1907.", id="words in brackets"),
    pytest.param("Some 64<sup>†</sup> seals and 8<sup>*</sup> cats.", "Some 64 seals and 8 cats.", id="signs"),
    pytest.param("Some 64<sup>1, 2</sup> seals.", "Some 64 seals.", id="two marks in one"),
    pytest.param("Some 64<sup>1</sup><sup>2</sup> seals.", "Some 64 seals.", id="two marks in a row"),
    pytest.param("Wages<sup>3</sup> rose.", "Wages rose.", id="behind a word"),
    pytest.param("Wages rose 7%.<sup>3</sup> Rents did not.", "Wages rose 7%. Rents did not.", id="behind a full stop"),
    pytest.param("Some 64<span style='vertical-align: super'>9</span> seals.", "Some 64 seals.", id="by a style"),
    pytest.param("Some 64<a role='doc-noteref' href='n.html'>9</a> seals.", "Some 64 seals.", id="named a note"),
    pytest.param("Some 64¹ seals.", "Some 64 seals.", id="typed as a raised digit"),
    pytest.param("Some 64<b>¹</b> seals.", "Some 64 seals.", id="typed, in an element of its own"),
    pytest.param("It is 64<sup>1</sup>5 long.", "It is 64 5 long.", id="a number on either side"),
    pytest.param("Some 10<sup>9</sup> ants.", "Some 10^9 ants.", id="exponent of ten"),
    pytest.param("Only 4 × 10<sup>−7</sup> of it.", "Only 4 × 10^−7 of it.", id="negative exponent"),
    pytest.param("Some 2<sup>16</sup> codes.", "Some 2^16 codes.", id="power of two"),
    pytest.param("So 6<sup>2</sup> + 8<sup>2</sup> = 100.", "So 6^2 + 8^2 = 100.", id="a sum"),
    pytest.param("Some 10⁹ ants.", "Some 10^9 ants.", id="exponent that is typed"),
    pytest.param(
        "It took 4<sup>1</sup> men, 5<sup>2</sup> cars and 10<sup>3</sup> days.",
        "It took 4 men, 5 cars and 10 days.",
        id="the next mark in order is no exponent",
    ),
    pytest.param("A field of 90 m<sup>2</sup>.", "A field of 90 m².", id="square metres"),
    pytest.param("The 4<sup>th</sup> and 2<sup>nd</sup> gate.", "The 4th and 2nd gate.", id="ordinals"),
    pytest.param("Less CO<sub>2</sub> is seen.", "Less CO2 is seen.", id="formula"),
    pytest.param("So log<sub>2</sub>64 is six.", "So log2 64 is six.", id="lowered before a number"),
    pytest.param("Take 7<sub>8</sub> as one.", "Take 7_8 as one.", id="lowered behind a number"),
    pytest.param("Take 7<sup>1</sup>/<sub>2</sub> cups.", "Take 7 1/2 cups.", id="fraction"),
    pytest.param("The <sup>14</sup>C test failed.", "The 14C test failed.", id="isotope"),
    pytest.param("It made <del>8</del> <ins>15</ins> million.", "It made 15 million.", id="deleted and inserted"),
    pytest.param("It made <s>8</s><strike>9</strike>15 million.", "It made 15 million.", id="struck out"),
    pytest.param(
        "It made <span style='text-decoration: line-through red'>8</span>15 million.", "It made 15 million.",
        id="struck out by a style",
    ),
    pytest.param("Gates: see <a href='#s3'>3</a> below.", "Gates: see 3 below.", id="a link that is a word is kept"),
    pytest.param("A lake of 3&#8239;400&#8239;000 litres.", "A lake of 3\u202f400\u202f000 litres.", id="narrow"),
    pytest.param("A lake of 3&thinsp;400 litres.", "A lake of 3\u202f400 litres.", id="thin blank"),
    pytest.param("A lake of 3&nbsp;400 litres, 12&nbsp;m deep.", "A lake of 3\u202f400 litres, 12 m deep.",
                 id="no-break blank"),
    pytest.param("In 2019&nbsp;400 left.", "In 2019 400 left.", id="a year is no group of a number"),
    pytest.param("The har&shy;bour took 4&shy;6 men.", "The harbour took 46 men.", id="soft hyphens"),
    pytest.param("He saw “5 of <q>the 6</q> old” men.", "He saw “5 of “the 6” old” men.", id="quoted by the browser"),
    pytest.param("At <time>5</time> pm, then<br>6 pm.", "At 5 pm, then 6 pm.", id="a time beside a line break"),
    pytest.param("About 4<svg><path d=''></path></svg>5 left.", "About 4 5 left.", id="a picture between numbers"),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "text"), KINDS)
def test_no_mark_joins_a_number_of_a_page(markup: str, text: str) -> None:
    found = html.read(
        f"<html><body><article><h1>Harbour walls</h1><p>{markup}</p><p>{REST}</p></article></body></html>"
    )
    assert isinstance(found, Read), found
    assert found.body.replace("\n\n", " ") == f"{text} {REST}"


@pytest.mark.parametrize(("markup", "text"), KINDS)
def test_no_mark_joins_a_number_of_a_piece_of_html(markup: str, text: str) -> None:
    assert html.fragment(f"<p>{markup}</p>").replace("\n\n", " ") == text


def test_a_headline_has_no_marks() -> None:
    found = html.read(f"<body><article><h1>Wall costs 27<sup>1</sup> million</h1><p>{REST}</p></article></body>")
    assert isinstance(found, Read)
    assert found.headline == "Wall costs 27 million"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<table><tr><td>31</td><td>42</td></tr></table>", "31 42", id="cells"),
        pytest.param("<dl><dt>31<dd>42</dl>", "31\n\n42", id="terms and what they mean"),
        pytest.param("31<hr>42<center>53</center>", "31\n\n42\n\n53", id="rule and centred line"),
        pytest.param("31<div style='text-decoration:line-through'>9</div>42", "31\n\n42", id="a struck-out block"),
        pytest.param("31<del><p>9</p></del>42", "31 42", id="a struck-out paragraph"),
        pytest.param("<math><msup><mn>10</mn><mn>9</mn></msup></math>", "10^9", id="power in MathML"),
        pytest.param("<math><mn>7</mn><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "7 1/2", id="fraction in MathML"),
    ],
)
def test_numbers_in_boxes_of_their_own_stay_apart(markup: str, text: str) -> None:
    assert html.fragment(markup) == text


def test_feeds_and_mail_go_the_same_way() -> None:
    told = "It cost 27<sup>1</sup> million, not <del>8</del>."
    rss = (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Quay Post</title>'
        f"<item><title>Wall of 27&lt;sup>1&lt;/sup> million</title><content:encoded><![CDATA[<p>{told}</p>]]>"
        "</content:encoded></item></channel></rss>"
    )
    item = {"id": "1", "content_html": f"<p>{told}</p>"}
    jsonfeed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Quay Post", "items": [item]})
    message = f"Subject: Walls\nFrom: Quay Post <a@quay.example>\nContent-Type: text/html\n\n<p>{told}</p>".encode()
    letter = mail.read(message, "a.eml")
    assert isinstance(letter, Read)
    bodies = {feeds.parse(rss).entries[0].body, feeds.parse(jsonfeed).entries[0].body, letter.body}
    assert bodies == {"It cost 27 million, not ."}
    assert feeds.parse(rss).entries[0].headline == "Wall of 27 million"


@pytest.mark.parametrize("blank", ["\u00a0", "\u2009", "\u202f"], ids=["no-break", "thin", "narrow no-break"])
def test_a_number_with_blanks_is_one_number(blank: str) -> None:
    text = f"The lake holds 3{blank}400{blank}000 litres and is 12{blank}m deep."
    assert [int(value.amount) for value in values.find(text)] == [3_400_000, 12]
    assert f"3{blank}400{blank}000" in [term.text for term in terms.terms(text)]


def test_a_typed_mark_never_joins_a_number_where_words_are_compared() -> None:
    assert "271" not in {term.low for term in terms.terms("It cost 27¹ million.")}


def test_a_page_of_marks_alone_is_read_in_time() -> None:
    many = "<i></i>27<sup>1</sup>" * 30_000
    assert html.fragment(f"<p>{many}</p>").count("27") == 30_000
