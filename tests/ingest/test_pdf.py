from __future__ import annotations

import io
import zlib
from datetime import date
from pathlib import Path

import pytest

from qa.ingest import Read, Rejected, pdf, read

PAGE_ONE = ["The Wire, 28 March 2022", "The delegations met in the palace on the Bosphorus and spoke for four",
            "hours about neutrality and guaran-", "tees for the", "1"]  # fmt: skip
PAGE_TWO = ["The Wire, 28 March 2022", "smaller side. Nobody expected an agreement this week.", "2"]
PAGE_THREE = ["The Wire, 28 March 2022", "They meet again on Friday.", "3"]


def made(*pages: list[str], title: str = "", packed: bool = False) -> bytes:
    """Write a PDF by hand: one line below the other on each page."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for n, lines in enumerate(pages):
        shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
        stream = f"BT /F1 12 Tf 72 720 Td {shown}ET".encode() if lines else b""
        stream, how = (zlib.compress(stream), " /Filter /FlateDecode") if packed else (stream, "")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792]"
            f" /Contents {5 + 2 * n} 0 R >>".encode()
        )
        objects.append(f"<< /Length {len(stream)}{how} >>\nstream\n".encode() + stream + b"\nendstream")
    objects.append(f"<< /Title ({title}) /CreationDate (D:20260101000000Z) >>".encode())
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, each in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + each + b"\nendobj\n")
    start = out.tell()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>"
    out.write(f"{trailer}\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


def test_a_pdf_is_its_text_without_what_stands_on_every_page() -> None:
    found = pdf.read(made(PAGE_ONE, PAGE_TWO, PAGE_THREE, title="Talks resume in Istanbul"), "a.pdf")
    assert isinstance(found, Read)
    assert found.headline == "Talks resume in Istanbul"
    assert " ".join(found.body.split()) == (
        "The delegations met in the palace on the Bosphorus and spoke for four hours about neutrality and guarantees"
        " for the smaller side. Nobody expected an agreement this week. They meet again on Friday."
    )
    assert (found.published, found.date_source) == (None, "unknown")


def test_a_dateline_dates_a_pdf_and_the_day_it_was_made_does_not() -> None:
    text = ["ISTANBUL, March 28, 2022 \\(Wire\\) - The delegations met in the palace and spoke for four hours."]
    found = pdf.read(made(text), "a.pdf")
    assert isinstance(found, Read)
    assert (found.published, found.date_source) == (date(2022, 3, 28), "dateline")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(made([], []), "2 pages without any text", id="a scan"),
        pytest.param(made(PAGE_ONE)[:200], "cannot be read|without", id="cut short"),
        pytest.param(b"%PDF-1.7\n" + b"\x00" * 1000, "cannot be read", id="rubbish"),
        pytest.param(made(*([["x"]] * (pdf.PAGES + 1))), "301 pages", id="too many pages"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    (found,) = read([tmp_path])
    assert isinstance(found, Rejected)
    assert found.source == f"{tmp_path}/a.pdf"
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(found.reason)


def test_a_pdf_with_a_password_says_so() -> None:
    from pypdf import PdfReader, PdfWriter

    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(made(PAGE_ONE)))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    found = pdf.read(out.getvalue(), "a.pdf")
    assert isinstance(found, Rejected)
    assert "password" in found.reason


def test_29_a_page_that_inflates_to_a_hundred_megabytes_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = made([" " * 100_000_000], packed=True)
    assert len(bomb) < 200_000
    found = pdf.read(bomb, "a.pdf")
    assert isinstance(found, Rejected)


def test_a_text_that_calls_itself_a_pdf_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("They met.")
    (found,) = read([tmp_path])
    assert isinstance(found, Rejected)
    assert "not a PDF" in found.reason
