from __future__ import annotations

import pytest

from qa.ingest import kinds


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        pytest.param({"headline": "Talks resume"}, "news", id="says nothing"),
        pytest.param({"declared": "['NewsArticle', 'OpinionNewsArticle']"}, "opinion", id="declared opinion"),
        pytest.param({"declared": "LiveBlogPosting"}, "live", id="declared live"),
        pytest.param({"section": "Opinion"}, "opinion", id="section"),
        pytest.param({"section": "Op-Ed"}, "opinion", id="section op-ed"),
        pytest.param({"url": "https://wire.example/opinion/2022/03/talks"}, "opinion", id="address"),
        pytest.param({"url": "https://wire.example/world/live/2022/talks"}, "live", id="address live"),
        pytest.param({"url": "https://wire.example/news/opinion"}, "news", id="a slug is no section"),
        pytest.param({"url": "http://[::1"}, "news", id="no address"),
        pytest.param({"headline": "Opinion | The talks must not fail"}, "opinion", id="headline"),
        pytest.param({"headline": "Talks in Istanbul: live updates"}, "live", id="headline live"),
        pytest.param({"headline": "Live: talks in Istanbul"}, "live", id="headline begins live"),
        pytest.param({"headline": "Correction: Talks story"}, "correction", id="correction"),
        pytest.param({"headline": "Corrections and clarifications"}, "correction", id="corrections"),
        pytest.param({"headline": "Correction in the markets goes on"}, "news", id="a market's correction"),
        pytest.param({"headline": "Live music returns to Velm"}, "news", id="live music"),
        pytest.param({"headline": "Opinion is divided on the ferry"}, "news", id="opinion as a word"),
    ],
)
def test_kinds(said: dict[str, str], kind: str) -> None:
    assert kinds.guess(**said) == kind
