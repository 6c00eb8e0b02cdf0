from __future__ import annotations

from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from qa.ingest import Read, Rejected, mail, read

PLAIN = "The ferry to Velm stays in port, the harbour said on Monday.\n\nIt carried 12 people."
HTML = (
    "<html><head><style>p {color: red}</style></head><body><div style='display:none'>PLANTED</div><!-- PLANTED -->"
    "<table><tr><td><h1>Ferry news</h1><p>The ferry to Velm stays in port.</p><p>Zwölf people waited.</p></td></tr>"
    "</table><img src='https://track.example/1.gif' alt='PLANTED'><script>PLANTED</script></body></html>"
)


def letter(**headers: str) -> EmailMessage:
    made = EmailMessage()
    known = {
        "From": "The Harbour Letter <news@letter.example>",
        "To": "somebody@private.example",
        "Subject": "Ferry stays in port",
        "Date": "Mon, 28 Mar 2022 10:00:00 +0300",
    }
    for name, value in {**known, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        made[name] = value
    return made


def taken(message: EmailMessage | bytes) -> Read:
    found = mail.read(message if isinstance(message, bytes) else message.as_bytes(), "a.eml")
    assert isinstance(found, Read), found
    return found


def test_a_newsletter_is_an_article() -> None:
    message = letter(Archived_At="<https://letter.example/2022/7>")
    message.set_content(PLAIN)
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(b"%PDF-1.4 PLANTED", maintype="application", subtype="pdf", filename="x.pdf")
    message.add_attachment("PLANTED", filename="x.txt")
    message["Content-Language"] = "en"
    one = taken(message)
    assert one.body == "Ferry news\n\nThe ferry to Velm stays in port.\n\nZwölf people waited."
    assert (one.headline, one.outlet, one.language) == ("Ferry stays in port", "The Harbour Letter", "en")
    assert (one.url, one.date_source) == ("https://letter.example/2022/7", "meta")
    assert one.published == datetime(2022, 3, 28, 7, tzinfo=UTC)
    assert "private.example" not in repr(one)
    assert "PLANTED" not in repr(one)


def test_plain_text_is_read_where_there_is_no_html() -> None:
    message = letter(Subject="Fwd: Re: Fähre", From="news@letter.example")
    message.set_content(PLAIN.replace("harbour said", "harbour \nsaid"), cte="quoted-printable")
    message.set_param("format", "flowed")
    one = taken(message)
    assert one.body == PLAIN
    assert (one.headline, one.outlet, one.url) == ("Fähre", "letter.example", "")


def test_a_charset_is_believed_where_it_fits() -> None:
    head = b"From: A <a@b.example>\r\nSubject: =?iso-8859-1?q?F=E4hre?=\r\nContent-Type: text/plain; charset=%s\r\n\r\n"
    one = taken(head % b"iso-8859-1" + "Die Fähre bleibt im Hafen.".encode("latin-1"))
    assert (one.headline, one.body, one.published) == ("Fähre", "Die Fähre bleibt im Hafen.", None)
    refused = mail.read(head % b"utf-8" + "Die Fähre bleibt im Hafen.".encode("latin-1"), "a.eml")
    assert isinstance(refused, Rejected)
    assert "utf-8" in refused.reason.lower()


def test_22_a_date_in_the_future_is_flagged() -> None:
    message = letter(Date="Mon, 28 Mar 2999 10:00:00 +0000")
    message.set_content(PLAIN)
    one = taken(message)
    assert (one.published, one.date_source) == (None, "unknown")
    assert "future" in one.flags[0]


def nested(depth: int) -> bytes:
    head = b"From: a@b.example\r\nMIME-Version: 1.0\r\n"
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number) for number in range(depth)
    )
    return head + opened + b"Content-Type: text/plain\r\n\r\nDeep."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"\x00\x01\x02", "not an e-mail", id="35: bytes with another ending"),
        pytest.param(b"A letter of no kind.", "not an e-mail", id="35: text with another ending"),
        pytest.param(letter().as_bytes(), "no text in it", id="18: nothing but headers"),
        pytest.param(nested(3000), "nothing to take in|can be read", id="29: parts within parts"),
        pytest.param(b"Subject: =?x-none?q?a?=\r\nDate: never\r\n\r\n", "no text in it", id="headers of no encoding"),
    ],
)
def test_what_is_no_letter_is_named(data: bytes, reason: str) -> None:
    found = mail.read(data, "a.eml")
    assert isinstance(found, Rejected)
    assert found.source == "a.eml"
    assert any(part in found.reason for part in reason.split("|")), found.reason


def test_a_changed_file_of_a_folder_is_a_letter_of_its_own_place(tmp_path: Path) -> None:
    message = letter()
    message.set_content(PLAIN)
    (tmp_path / "one.EML").write_bytes(message.as_bytes())
    (one,) = read([tmp_path])
    assert isinstance(one, Read)
    assert one.source.endswith("one.EML")
    assert isinstance(one.published, datetime)
    assert one.published.date() == date(2022, 3, 28)
