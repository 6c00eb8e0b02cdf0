"""What holds for every test: a busy machine is no fault of a property, so none has a deadline.

In continuous integration properties draw the same examples each time: what it says of a change is about the change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from qa.reader import shipped
from qa.reader.fetched import Readers

settings.register_profile("dateline", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("dateline")


@pytest.fixture(autouse=True, scope="session")
def _small_reader() -> Iterator[None]:
    """Let the small reader read, whether or not the large one's encoder is on this machine, and fetch nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Readers, "best", lambda self: self._always or shipped())
        patch.setattr(Readers, "start", lambda self: None)
        yield
