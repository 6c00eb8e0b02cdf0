"""``qa serve`` with the encoder and a model of the tests: python service_process.py INDEX [hold]."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from service_fakes import Scripted
from service_making import made

from qa.server import run


def say(text: str) -> None:
    """Tell the test."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    model = Scripted()
    if "hold" in sys.argv:
        model.free.clear()
    with made(Path(sys.argv[1]), model, grace=0) as service:
        run.serve(service, host="127.0.0.1", port=0, page=False, say=say)
