from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa.errors import InputError
from qa.ingest import Read, Reading, Rejected, fields, read


def table(tmp_path: Path, data: str | bytes, mapping: str = "", *, name: str = "a.csv") -> list[Read | Rejected]:
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    found = list(read([path], Reading(names=fields.parse(mapping))))
    return [each for each in found if isinstance(each, Read | Rejected)]


@pytest.mark.parametrize(
    ("data", "mapping", "name"),
    [
        pytest.param("headline,date,body\nTalks,2022-03-28,They met.\n", "", "a.csv", id="usual names"),
        pytest.param("Headline;Publish Date;Text\nTalks;2022-03-28;They met.\n", "", "a.csv", id="semicolons"),
        pytest.param("title\tpublished\tcontent\nTalks\t2022-03-28\tThey met.\n", "", "a.tsv", id="tabs"),
        pytest.param("h,d,t\nTalks,2022-03-28,They met.\n", "h=headline,d=date,t=body", "a.csv", id="mapped"),
        pytest.param("\ufeffheadline,date,body\r\nTalks,2022-03-28,They met.\r\n", "", "a.csv", id="spreadsheet"),
        pytest.param("headline,date,body\nTalks,2022-03-28,They met.\n".encode("utf-16"), "", "a.csv", id="23: utf-16"),
        pytest.param("\n\nheadline,date,body\n\nTalks,2022-03-28,They met.\n,,\n", "", "a.csv", id="blank rows"),
    ],
)
def test_a_table_is_an_article_a_row(tmp_path: Path, data: str | bytes, mapping: str, name: str) -> None:
    (found,) = table(tmp_path, data, mapping, name=name)
    assert isinstance(found, Read), found
    assert (found.headline, found.published, found.body) == ("Talks", date(2022, 3, 28), "They met.")
    assert found.date_source == "field"


def test_cells_hold_line_ends_commas_and_quotes(tmp_path: Path) -> None:
    data = 'title,text\nTalks,"They met, he said:\n\n""No comment."""\nHarbour,It closed.\n'
    first, second = table(tmp_path, data)
    assert isinstance(first, Read)
    assert first.body == 'They met, he said:\n\n"No comment."'
    assert isinstance(second, Read)


@pytest.mark.parametrize(
    ("data", "mapping", "reason"),
    [
        pytest.param(
            "title,text\nTalks,They met.\n", "headlin=title", "no column 'headlin'", id="column that is missing"
        ),
        pytest.param("title,corpus\nTalks,They met.\n", "", "--map corpus=text", id="no text column"),
        pytest.param(
            "Kopf;Inhalt;Tag\nRat;Der Rat tagte am Montag.;28.03.2022\n",
            "",
            "--map Inhalt=text",
            id="the longest column is proposed",
        ),
        pytest.param("title,text\n", "", "without a row", id="18: no rows"),
        pytest.param("", "", "empty", id="18: empty"),
        pytest.param("title,text\nTalks,They met.,x\n", "", "3 cells", id="a comma too many"),
        pytest.param("title,text\nTalks,\n", "", "no text in this row", id="no text"),
        pytest.param('title,text\nTalks,"They met.\n', "", "not a table", id="a quote that never ends"),
        pytest.param("title,text\nTalks,Café.\n".encode("latin-1"), "", "UTF-8", id="23: latin-1"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tmp_path: Path, data: str | bytes, mapping: str, reason: str) -> None:
    (found,) = table(tmp_path, data, mapping)
    assert isinstance(found, Rejected), found
    assert reason in found.reason
    assert "a.csv" in found.source


def test_a_wrong_row_does_not_stop_the_rest(tmp_path: Path) -> None:
    found = table(tmp_path, "title,text,kind\nA,One.,\nB,Two.,gossip\nC,Three.,opinion\n")
    assert [isinstance(each, Read) for each in found] == [True, False, True]
    wrong = found[1]
    assert isinstance(wrong, Rejected)
    assert wrong.source.endswith("a.csv:3")
    assert "'gossip'" in wrong.reason


def test_a_mapping_is_checked_before_anything_is_read() -> None:
    with pytest.raises(InputError, match=r"title.*--map"):
        fields.parse("title")
