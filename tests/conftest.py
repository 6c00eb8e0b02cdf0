"""What holds for every test: a busy machine is no fault of a property, so none has a deadline.

In continuous integration properties draw the same examples each time: what it says of a change is about the change.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("dateline", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("dateline")
