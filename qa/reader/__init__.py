"""A trained encoder that reads dated passages beside a question or a claim.

In: a question (or a claim) and passages with headline and age. Out: where the answer stands, whether it stands there
at all, and whether a claim follows. No index, no language model and no rule of English enters.

    from qa.reader import DatedPassage, predict

    predict("Who resigned?", [DatedPassage("The mayor, Ann Ode, resigned on Monday.", days=2)])[0].text
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from qa.reader.predictions import DatedPassage, PassagePrediction, SpanPrediction
from qa.reader.reader import Reader, Size

__all__ = ["DatedPassage", "PassagePrediction", "Reader", "Size", "SpanPrediction", "predict", "shipped"]


@cache
def shipped() -> Reader:
    """Return the reader with the shipped weights: one for the whole process, loaded when it is first used."""
    return Reader()


def predict(question: str, passages: Sequence[DatedPassage]) -> list[SpanPrediction]:
    """Return the likeliest answers to a question in some passages, the best first, with the shipped weights.

    Raises:
        ModelMissing, ModelCorrupt: the weights or the encoder under them are not as they were installed.
    """
    read = shipped().read(question, passages)
    return sorted((span for one in read for span in one.spans), key=lambda span: -span.margin)
