"""What holds for every test: a busy machine is no fault of a property, so none has a deadline."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("dateline", deadline=None)
settings.load_profile("dateline")
