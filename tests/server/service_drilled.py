"""``qa serve`` with the encoder of the tests, for the drill: python service_drilled.py INDEX."""

from __future__ import annotations

import sys
from pathlib import Path

from qa import NewsQA
from qa.conversations import Store
from qa.encoders import HashEncoder
from qa.index import dense
from qa.llm.breaker import Breaker
from qa.server import run
from qa.server.service import Service
from qa.server.serving import Serving
from qa.settings import Settings


def say(text: str) -> None:
    """Tell the drill, where ``qa serve`` tells it."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    dense._AGAIN = 0.5  # seconds, not half a minute, until a server that was away is asked again
    news = NewsQA.open(Path(sys.argv[1]), encoder=HashEncoder(), settings=Settings(), wait_for_model=False)
    news._standby.breaker = Breaker(pause=0.5)  # and not 15 s until a model that failed is
    with news:
        run.serve(Service(news, Store(), Serving()), host="127.0.0.1", port=0, page=False, say=say)
