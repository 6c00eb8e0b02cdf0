"""The archive as LlamaIndex objects: a retriever and a query engine for anyone's LlamaIndex app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.prompts.mixin import PromptDictType, PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from qa.types import Article, Citation, Evidence, Moment

if TYPE_CHECKING:
    from qa.news import NewsQA


def _metadata(article: Article, start: int, end: int) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "outlet": article.outlet,
        "headline": article.headline,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "start": start,
        "end": end,
    }


def _passage_node(found: Evidence) -> NodeWithScore:
    passage = found.passage
    node = TextNode(id_=passage.id, text=passage.text, metadata=_metadata(found.article, passage.start, passage.end))
    return NodeWithScore(node=node, score=found.score)


def _citation_node(citation: Citation) -> NodeWithScore:
    node = TextNode(
        id_=f"{citation.article.id}:{citation.start}:{citation.end}",
        text=citation.quote,
        metadata={**_metadata(citation.article, citation.start, citation.end), "number": citation.number},
    )
    return NodeWithScore(node=node, score=1.0)


class DatelineRetriever(BaseRetriever):
    """Passages of an archive as LlamaIndex nodes; offsets, outlet and date are in each node's metadata."""

    def __init__(self, news: NewsQA, *, k: int, as_of: str | Moment | None) -> None:
        """Search ``news`` for ``k`` passages, as of a moment; now for None."""
        self._news = news
        self._k = k
        self._as_of = as_of
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            _passage_node(found) for found in self._news.search(query_bundle.query_str, k=self._k, as_of=self._as_of)
        ]


class DatelineQueryEngine(BaseQueryEngine):
    """Answers as LlamaIndex responses: the source nodes are the cited characters, the metadata the whole answer."""

    def __init__(self, news: NewsQA, *, as_of: str | Moment | None) -> None:
        """Answer from ``news``, as of a moment; now for None."""
        self._news = news
        self._as_of = as_of
        super().__init__(callback_manager=None)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _get_prompts(self) -> PromptDictType:
        return {}

    def _update_prompts(self, prompts: PromptDictType) -> None:
        """Prompts are files with a hash; there is nothing to update here."""

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._news.ask(query_bundle.query_str, as_of=self._as_of)
        return Response(
            response=answer.text,
            source_nodes=[_citation_node(citation) for citation in answer.citations],
            metadata={"dateline": answer.to_dict()},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)


def retriever(news: NewsQA, *, k: int, as_of: str | Moment | None) -> DatelineRetriever:
    """Return a retriever over ``news``."""
    return DatelineRetriever(news, k=k, as_of=as_of)


def query_engine(news: NewsQA, *, as_of: str | Moment | None) -> DatelineQueryEngine:
    """Return a query engine over ``news``."""
    return DatelineQueryEngine(news, as_of=as_of)
