"""Why a passage was found, in words: by which search, at which rank, by which words, and what its time added."""

from __future__ import annotations

from collections.abc import Iterator

from qa.types import Evidence

_SEARCHES = {"dense": "meaning", "lexical": "words", "reranker": "read beside the question"}


def why(found: Evidence) -> str:
    """Return the reasons in one line: "meaning 2 (.61) · words 1 (14.2: ferry, inquiry) · recency +.31"."""
    return " · ".join(_reasons(found))


def _reasons(found: Evidence) -> Iterator[str]:
    for hit in found.hits:
        words = f": {', '.join(hit.terms)}" if hit.terms else ""
        score = f"{hit.score:.1f}" if hit.retriever == "lexical" else f"{hit.score:.2f}".removeprefix("0")
        yield f"{_SEARCHES.get(hit.retriever, hit.retriever)} {hit.rank} ({score}{words})"
    if found.time_weight:
        yield f"{'of the time asked' if found.in_time else 'recency'} +{found.time_weight:.2f}"
    if found.also_in:
        yield f"also in {len(found.also_in)}"


def explained(found: Evidence) -> str:
    """Return the reasons over several lines, with how the score is made up."""
    made = "re-ranked" if any(hit.retriever == "reranker" for hit in found.hits) else "fused"
    lines = [f"{found.score:.3f} = {found.score - found.time_weight:.3f} {made} + {found.time_weight:.3f} for its time"]
    return "\n".join([*lines, *_reasons(found)])
