"""What the tests of the service ask, and a model that can be wrong, slow or gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from qa.errors import ModelUnavailable
from qa.llm import Message, ScriptedModel

ARTICLES = [
    {
        "url": "https://wire.example/talks-1", "title": "Karvel to host the river talks", "published": "2022-03-27",
        "outlet": "Meridian Wire", "language": "en",
        "text": "Envoys of Ostrany and Velm are to meet in Karvel.\n\nThe president of Ostrany, Erem Polat, stated on "
        "Sunday that the next round of the river talks would be held in Karvel from 28 to 30 March. Hotels are full.",
    },
    {
        "url": "https://post.example/talks-2", "title": "Ostrany: river talks may begin later",
        "published": "2022-03-28", "outlet": "The Harbour Post", "language": "en",
        "text": "But Ostrany spokesman Ilyas Dorn said on Monday that the river talks in Karvel were unlikely to start "
        "that day and could begin on Tuesday. Velm has not commented.",
    },
    {
        "url": "https://post.example/ferry", "title": "Ferry runs aground off Tarn Island", "published": "2022-03-20",
        "outlet": "The Harbour Post", "language": "en",
        "text": "The ferry Petrel ran aground off Tarn Island on Saturday. Rescuers brought 42 people ashore. "
        "They recovered 17 crates of mail from the Petrel. Nobody was hurt, the coast guard said.",
    },
]  # fmt: skip
MAIL = "how many crates of mail were recovered from the Petrel"
AS_OF = "2022-03-28"
ASK = {"question": MAIL, "as_of": AS_OF}


class Scripted(ScriptedModel):
    """Answers as told; waits while it is held, and fails while it is gone."""

    def __init__(self, says: str = "17 crates") -> None:
        super().__init__(default=says)
        self.free = threading.Event()
        self.free.set()
        self.begun = threading.Semaphore(0)
        self.gone = False

    def stream(self, messages: Sequence[Message], **options: Any) -> Iterator[str]:
        self.begun.release()
        assert self.free.wait(120)
        if self.gone:
            raise ModelUnavailable("the model is gone")
        yield from super().stream(messages, **options)
