"""``qa mcp`` with the encoder of the tests: python stdio_service.py INDEX."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from service_fakes import Scripted
from service_making import made

from qa.server import run

if __name__ == "__main__":
    with made(Path(sys.argv[1]), Scripted()) as service:
        run.speak_mcp(service)
