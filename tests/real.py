"""A real article, where there is one: beside the public sets that ``DATELINE_BENCH`` names. No part of Dateline."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ARTICLE = Path(os.environ.get("DATELINE_BENCH") or os.devnull).parent / "samples" / "istanbul-talks.txt"

needs_article = pytest.mark.skipif(not ARTICLE.is_file(), reason="no real article beside what DATELINE_BENCH names")
