"""What holds for every test: a busy machine is no fault of a property, so none has a deadline.

In continuous integration properties draw the same examples each time: what it says of a change is about the change.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from qa.reader import shipped
from qa.reader.fetched import Readers

settings.register_profile("dateline", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("dateline")


@pytest.fixture(autouse=True)
def _small_reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small reader read, whether or not the large one's encoder is on this machine: answers must not differ."""
    if "test_fetched" not in request.node.nodeid:
        monkeypatch.setattr(Readers, "best", lambda self: self._always or shipped())
