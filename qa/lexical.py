"""Lexical search: BM25 by tantivy over headline, outlet and passage, English stems, accents folded.

Why tantivy: incremental, its commits survive a kill, and a query takes half a millisecond at 50,000 passages. Outlet,
language and day are fields of their own, so that a search of few articles reads their postings and no others.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.archive import Indexed
from qa.errors import ArchiveError, IndexDamaged
from qa.failpoints import crash_point
from qa.spelling import Vocabulary, slips

_FIELDS = (("body", 1.0), ("headline", 0.6), ("outlet", 0.3))
"""The headline stands on each passage of an article: full weight would drown the passage that has the answer. Flat from
.3 to .6 (eval/LOG.md); the outlet's weight changes nothing there, and is for questions that name one."""

_HEAP = 50_000_000
_MOST_TERMS = 64
_MORE = 4
_SPARE = 10
"""So many more than wanted are asked for at least: what a later version took the place of falls out."""

_ALL = 8
"""Where less than this part of the archive is looked at, the search itself is told; else it is asked for more."""

_ALSO = 0.5
_VOCABULARY = 20_000
"""Terms of two first letters, the commonest, among which another spelling is looked for."""

_KEPT = 300_000
"""Terms whose spellings are kept from one query to the next."""

_DAY = 86_400_000_000
_FIRST_DAY, _LAST_DAY = -(10**6), 10**7
_WORD = re.compile(r"\w+")
_STOP = frozenset(
    "a an and are as at be been but by did do does for from had has have he her his how i if in into is it its of on"
    " or our she so than that the their them then there these they this to was we were what when where which who whom"
    " whose why will with would you your s t".split()
)


Visible = Callable[[Sequence[int]], Mapping[int, str]]
"""The ids of those passages, by row number, that may be found."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search found, with the search's own score."""

    passage_id: str
    score: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What a search is limited to: an outlet, a language, the instants (microseconds since 1970) from which an article
    is known; undated ones are let through. ``share`` is about what part of the passages that leaves, 0…1.
    """

    outlets: frozenset[str] = frozenset()
    language: str = field(kw_only=True, default="")
    after: int | None = field(kw_only=True, default=None)
    before: int | None = field(kw_only=True, default=None)
    share: float = field(kw_only=True, default=1.0)


class Lexical:
    """A tantivy index in a folder, or in memory. One writer; any number of readers, in other processes too."""

    def __init__(self, index: Any, writer: Any, analyzer: Any) -> None:
        """Use ``open_lexical`` or ``in_memory``."""
        self._index = index
        self._writer = writer
        self._analyzer = analyzer
        self._lock = threading.Lock()
        self._generation = 0
        """Grows with each commit that is seen: what is kept of the index's words is of one."""
        self._last_spelled: tuple[object, dict[str, list[str]]] = (None, {})
        self._last_worded: tuple[object, list[tuple[str, tuple[str, ...]]]] = (None, [])
        self._vocabularies: tuple[int, dict[str, Vocabulary]] = (-1, {})

    @property
    def count(self) -> int:
        """The number of passages that a search sees."""
        return int(self._index.searcher().num_docs)

    def put(self, passages: Iterable[Indexed]) -> None:
        """Take in passages, in place of those of the same ids, and commit.

        Raises:
            ArchiveError: it cannot be written.
        """
        import tantivy

        with self._written():
            for each in passages:
                self._writer.delete_documents_by_term("id", each.id)
                self._writer.add_document(_document(tantivy, each))
            crash_point("mid_lexical")

    def faulty(self, passages: Iterable[Indexed]) -> list[str]:
        """Return the ids of those passages that are not there once, with all their words, outlet, language and day."""
        import tantivy

        schema, query, must = self._index.schema, tantivy.Query, tantivy.Occur.Must
        searcher = self._index.searcher()
        wrong = []
        for each in passages:
            parts = [query.term_query(schema, "id", each.id), query.term_query(schema, "day", _day(each))]
            parts += [query.term_query(schema, "carrier", each.outlet)] if each.outlet else []
            parts += [query.term_query(schema, "language", each.language)] if each.language else []
            for name, text in (("body", each.text), ("headline", each.headline)):
                parts += [query.term_query(schema, name, term) for term in dict.fromkeys(self._analyzer.analyze(text))]
            whole = searcher.search(query.boolean_query([(must, part) for part in parts]), 2, count=False).hits
            named = searcher.search(parts[0], 2, count=False).hits
            if len(whole) != 1 or len(named) != 1 or searcher.fast_field_values("n", [whole[0][1]]) != [each.n]:
                wrong.append(each.id)
        return wrong

    def delete(self, ids: Iterable[str]) -> None:
        """Take passages out, and commit."""
        with self._written():
            for name in ids:
                self._writer.delete_documents_by_term("id", name)

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Commit what is done within.

        Raises:
            ArchiveError: the disk is full or cannot be written; what was committed before is searched as it was.
        """
        with self._lock:
            try:
                yield
                self._writer.commit()
            except (ValueError, OSError) as error:
                with suppress(ValueError, OSError):  # else the writer would refuse all that follows
                    self._writer.rollback()
                raise ArchiveError(
                    f"the lexical index cannot be written ({error}): free some space on its disk, then run the same"
                    " command again; nothing is lost"
                ) from error
            self.refresh()

    def refresh(self) -> None:
        """See what was committed, by another process too."""
        self._index.reload()
        self._generation += 1

    def search(
        self, query: str, k: int, visible: Visible, limits: Limits | None = None, also: Sequence[str] = ()
    ) -> list[Found]:
        """Return the best ``k`` passages among those that ``visible`` lets through, the best first.

        ``query`` is words, never a query language. Words like "the" count only where there are no others. ``limits``
        is what ``visible`` will mostly keep to, for the search to keep to where that is little. ``also`` are other
        names of what the query names: all words of one together count as half a word of the query.
        """
        limits = limits or Limits()
        telling = self.telling(query)
        if not telling or k < 1:
            return []
        parsed = self._query(self._spelled(query, telling), [self.telling(name) for name in also])
        share = max(limits.share, 1e-9)
        if share * _ALL < 1:
            parsed, share = self._within(parsed, limits), 1.0
        searcher = self._index.searcher()
        total, limit = int(searcher.num_docs), min(int(k * 1.2 / share) + _SPARE, 10_000)
        kept: list[Found] = []
        seen = 0
        while total:
            hits = searcher.search(parsed, limit, count=False).hits
            rows = searcher.fast_field_values("n", [address for _, address in hits[seen:]])
            names = visible(rows)
            kept += [
                Found(names[row], float(score))
                for row, (score, _) in zip(rows, hits[seen:], strict=True)
                if row in names
            ]
            if len(kept) >= k or len(hits) < limit or limit >= total:
                break
            seen, limit = len(hits), min(limit * _MORE, total)
        return kept[:k]

    def telling(self, text: str) -> list[str]:
        """Return the terms of a text as they are searched: stems without stop words, each once."""
        words = _WORD.findall(text)
        found = self._analyzer.analyze(" ".join([word for word in words if word.lower() not in _STOP] or words))
        return list(dict.fromkeys(found))[:_MOST_TERMS]

    def matched(self, query: str, text: str) -> tuple[str, ...]:
        """Return the words of a query, as they stand in it, that a text has, in this or another spelling."""
        held = set(self._analyzer.analyze(text))
        return tuple(dict.fromkeys(word for word, terms in self._worded(query) if not held.isdisjoint(terms)))

    def _worded(self, query: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return the telling words of a query, each with its term and other spellings; those of the last are kept."""
        key = (self._generation, query)
        kept, found = self._last_worded
        if kept != key:
            spelled = self._spelled(query, self.telling(query))
            found = [
                (word, (term, *spelled[term]))
                for word in _WORD.findall(query)
                for term in self._analyzer.analyze(word)
                if term in spelled
            ]
            self._last_worded = (key, found)
        return found

    def _spelled(self, query: str, telling: Sequence[str]) -> dict[str, list[str]]:
        """Return other spellings of terms in the index's own words: of names, and of what it does not have at all.

        Those of the last query are kept: each of its finds asks for them again.
        """
        key = (self._generation, query)
        kept, found = self._last_spelled
        if kept == key:
            return found
        names = set(self._analyzer.analyze(" ".join(word for word in _WORD.findall(query) if word[0].isupper())))
        found = {term: self._spellings(term, term in names) for term in telling}
        self._last_spelled = (key, found)
        return found

    def _spellings(self, term: str, name: bool) -> list[str]:
        searcher = self._index.searcher()
        there = any(searcher.doc_freq(field_, term) for field_ in ("body", "headline"))
        if there and not name:
            return []
        vocabulary = self._vocabulary(searcher, term[:2])
        return vocabulary.romanised(term) or ([] if there else slips(term, vocabulary.terms))

    def _vocabulary(self, searcher: Any, prefix: str) -> Vocabulary:
        """Return the terms that begin so; kept until something is taken in or out."""
        generation, (known, kept) = self._generation, self._vocabularies
        if known != generation or sum(len(each.terms) for each in kept.values()) > _KEPT:
            kept = {}
        if prefix not in kept:
            found = Vocabulary(searcher.terms_with_prefix("body", prefix, limit=_VOCABULARY))
            kept = {**kept, prefix: found}
            self._vocabularies = (generation, kept)
        return kept[prefix]

    def _query(self, telling: Mapping[str, Sequence[str]], also: Sequence[Sequence[str]]) -> Any:
        import tantivy

        schema, query = self._index.schema, tantivy.Query
        parts = []
        for term, others in telling.items():
            for name, weight in _FIELDS:
                one = query.term_query(schema, name, term)
                if others:  # the best spelling counts, not their number
                    one = query.disjunction_max_query([one, *(query.term_query(schema, name, each) for each in others)])
                parts.append((tantivy.Occur.Should, query.boost_query(one, weight)))
        for words in also:
            whole = [(tantivy.Occur.Must, query.term_query(schema, "body", word)) for word in words]
            if whole:
                parts.append((tantivy.Occur.Should, query.boost_query(query.boolean_query(whole), _ALSO / len(whole))))
        return query.boolean_query(parts)

    def _within(self, parsed: Any, limits: Limits) -> Any:
        """Return a query that looks at the passages of some limits only, and scores them as before."""
        import tantivy

        schema, query, must = self._index.schema, tantivy.Query, tantivy.Occur.Must
        parts: list[tuple[Any, Any]] = []
        if limits.outlets:
            parts.append((must, query.term_set_query(schema, "carrier", sorted(limits.outlets))))
        if limits.language:
            parts.append((must, query.term_query(schema, "language", limits.language)))
        if limits.after is not None or limits.before is not None:
            first = _FIRST_DAY if limits.after is None else limits.after // _DAY
            last = _LAST_DAY if limits.before is None else limits.before // _DAY
            days = query.range_query(schema, "day", tantivy.FieldType.Integer, first, last)
            undated = query.term_query(schema, "day", _LAST_DAY)
            parts.append((must, query.boolean_query([(tantivy.Occur.Should, days), (tantivy.Occur.Should, undated)])))
        # A filter adds nothing to a score.
        bare = [(must, query.boost_query(query.const_score_query(part, 1.0), 0.0)) for _, part in parts]
        return query.boolean_query([(must, parsed), *bare])

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
            if index.schema != schema:
                raise ValueError("its fields are those of another version")
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


def _document(tantivy: Any, each: Indexed) -> Any:
    document = tantivy.Document()
    document.add_text("id", each.id)
    document.add_unsigned("n", each.n)
    document.add_text("body", each.text)
    document.add_text("headline", each.headline)
    document.add_text("outlet", each.outlet)
    document.add_text("carrier", each.outlet)
    document.add_text("language", each.language)
    document.add_integer("day", _day(each))
    return document


def _day(each: Indexed) -> int:
    return _LAST_DAY if each.known is None else each.known // _DAY


def _schema(tantivy: Any) -> tuple[Any, Any]:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=False, tokenizer_name="raw")
    builder.add_unsigned_field("n", fast=True)
    for name, _ in _FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="news")
    for name in ("carrier", "language"):
        builder.add_text_field(name, stored=False, tokenizer_name="raw")
    builder.add_integer_field("day", indexed=True, fast=True)
    analyzer = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
    return builder.build(), analyzer
