"""Lexical search: BM25 by tantivy over headline, outlet and passage, English stems, accents folded.

Why tantivy: incremental, its commits survive a kill, and a query takes half a millisecond at 50,000 passages.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.archive import Indexed
from qa.errors import IndexDamaged

_FIELDS = (("body", 1.0), ("headline", 0.6), ("outlet", 0.3))
"""The headline stands on each passage of an article: full weight would drown the passage that has the answer."""

_HEAP = 50_000_000
_MOST_TERMS = 64
_MORE = 4
_WORD = re.compile(r"\w+")
_STOP = frozenset(
    "a an and are as at be been but by did do does for from had has have he her his how i if in into is it its of on"
    " or our she so than that the their them then there these they this to was we were what when where which who whom"
    " whose why will with would you your s t".split()
)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search found, with the search's own score."""

    passage_id: str
    score: float


class Lexical:
    """A tantivy index in a folder, or in memory. One writer; any number of readers, in other processes too."""

    def __init__(self, index: Any, writer: Any, analyzer: Any) -> None:
        """Use ``open_lexical`` or ``in_memory``."""
        self._index = index
        self._writer = writer
        self._analyzer = analyzer
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """The number of passages that a search sees."""
        return int(self._index.searcher().num_docs)

    def put(self, passages: Iterable[Indexed]) -> None:
        """Take in passages, in place of those of the same ids, and commit."""
        import tantivy

        with self._lock:
            for each in passages:
                self._writer.delete_documents_by_term("id", each.id)
                document = tantivy.Document()
                document.add_text("id", each.id)
                document.add_text("body", each.text)
                document.add_text("headline", each.headline)
                document.add_text("outlet", each.outlet)
                self._writer.add_document(document)
            self._writer.commit()
            self._index.reload()

    def delete(self, ids: Iterable[str]) -> None:
        """Take passages out, and commit."""
        with self._lock:
            for name in ids:
                self._writer.delete_documents_by_term("id", name)
            self._writer.commit()
            self._index.reload()

    def refresh(self) -> None:
        """See what another process has committed."""
        self._index.reload()

    def search(self, query: str, k: int, visible: Callable[[list[str]], set[str]]) -> list[Found]:
        """Return the best ``k`` passages among those that ``visible`` lets through, the best first.

        ``query`` is words, never a query language. Words like "the" count only where there are no others.
        """
        parsed = self._query(query)
        if parsed is None or k < 1:
            return []
        searcher = self._index.searcher()
        total, limit = int(searcher.num_docs), min(k * _MORE, 10_000)
        while total:
            hits = searcher.search(parsed, limit).hits
            found = [Found(searcher.doc(address).get_first("id"), float(score)) for score, address in hits]
            seen = visible([each.passage_id for each in found])
            kept = [each for each in found if each.passage_id in seen]
            if len(kept) >= k or len(hits) < limit or limit >= total:
                return kept[:k]
            limit = min(limit * _MORE, total)
        return []

    def _query(self, text: str) -> Any:
        import tantivy

        words = _WORD.findall(text)
        telling = self._analyzer.analyze(" ".join([word for word in words if word.lower() not in _STOP] or words))
        schema = self._index.schema
        parts = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, name, term), weight),
            )
            for term in list(dict.fromkeys(telling))[:_MOST_TERMS]
            for name, weight in _FIELDS
        ]
        return tantivy.Query.boolean_query(parts) if parts else None

    def close(self) -> None:
        """Give the writer's lock back."""
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None


def open_lexical(folder: Path, *, write: bool) -> Lexical:
    """Open the index in a folder; a writer creates it where there is none.

    Raises:
        IndexDamaged: it cannot be read.
    """
    import tantivy

    schema, analyzer = _schema(tantivy)
    try:
        if write:
            folder.mkdir(parents=True, exist_ok=True)
            index = tantivy.Index(schema, path=str(folder))
        else:
            if not tantivy.Index.exists(str(folder)):
                raise ValueError("there is none")
            index = tantivy.Index.open(str(folder))
        index.register_tokenizer("news", analyzer)
        index.config_reader("manual")
        index.reload()
        writer = index.writer(_HEAP, 1) if write else None
    except (ValueError, OSError) as error:
        raise IndexDamaged(f"the lexical index {str(folder)!r} cannot be read: {error}") from error
    return Lexical(index, writer, analyzer)


def in_memory(passages: Iterable[Indexed]) -> Lexical:
    """Return an index of these passages that is on no disk: for a reader whose folder has none that can be read."""
    import tantivy

    schema, analyzer = _schema(tantivy)
    index = tantivy.Index(schema)
    index.register_tokenizer("news", analyzer)
    lexical = Lexical(index, index.writer(_HEAP, 1), analyzer)
    lexical.put(passages)
    return lexical


def discard(folder: Path) -> None:
    """Delete an index that cannot be read: it is derived, and will be made again."""
    shutil.rmtree(folder, ignore_errors=True)


def _schema(tantivy: Any) -> tuple[Any, Any]:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name, _ in _FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="news")
    analyzer = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
    return builder.build(), analyzer
