from __future__ import annotations

import pytest

from qa.archive import lineage


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("https://x.example/a", "http://www.X.example/a/", True, id="scheme, www, case, slash"),
        pytest.param("https://x.example/a?utm_source=t&id=1#top", "https://x.example/a?id=1", True, id="tracking"),
        pytest.param("https://x.example/a?id=1", "https://x.example/a?id=2", False, id="another query"),
        pytest.param("https://x.example/a", "https://x.example/b", False, id="another path"),
        pytest.param("https://x.example/A", "https://x.example/a", False, id="paths have case"),
        pytest.param("https://[broken", "https://[broken", True, id="no address at all"),
    ],
)
def test_addresses_of_one_place(one: str, other: str, same: bool) -> None:
    assert (lineage.of_url(one) == lineage.of_url(other)) is same
