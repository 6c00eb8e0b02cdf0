"""What the page tells of what was taken in."""

from __future__ import annotations

from qa.index import IngestReport
from qa.ingest import LeftOut
from qa.ui import shelf


def test_the_report_tells_what_was_left_out_and_what_has_no_date_under_the_readers_own_names() -> None:
    taken = IngestReport(
        2,
        undated=1,
        undated_first=("/srv/up/1/ferry.txt",),
        left_out=(LeftOut("/srv/up/2/old.xml", "not published: its status is '<draft>'", articles=7),),
    )
    told = shelf.report(taken, {"/srv/up/1/ferry.txt": "ferry.txt", "/srv/up/2/old.xml": "old.xml"})
    assert "7 left out, not published: its status is &#x27;&lt;draft&gt;&#x27; (the first in old.xml)" in told
    assert "1 without a date: ferry.txt" in told
    assert "/srv" not in told


def test_a_report_without_remarks_has_no_list() -> None:
    assert "<ul" not in shelf.report(IngestReport(1), {})
