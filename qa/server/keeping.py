"""REST: the articles, and the jobs that take articles in."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import JSONResponse, Response

from qa.archive.browsing import Narrow
from qa.errors import InputError
from qa.server.jobs import Jobs
from qa.server.problems import missing
from qa.server.schemas import Day, Job, JobRequest, Short, Text, given, problems
from qa.server.service import Service
from qa.server.writing import writes
from qa.types import Article, plain

Named = Annotated[Text, Path(max_length=200)]
_WRITES = [Depends(writes)]
_ARTICLES: list[str | Enum] = ["articles"]
_INGEST: list[str | Enum] = ["ingest"]


def router(service: Service, jobs: Jobs) -> APIRouter:
    """Return the paths."""
    paths = APIRouter(prefix="/api/v1")
    _articles(paths, service)
    _jobs(paths, jobs)
    return paths


def whole(article: Article) -> dict[str, Any]:
    """Return an article with its body, into which the spans of citations point."""
    return {**plain(article), "body": article.body}


def _articles(paths: APIRouter, service: Service) -> None:
    news, tags = service.news, _ARTICLES

    @paths.get("/articles", responses=problems(), tags=tags)
    def articles(
        q: Annotated[Short, Query(description="Words of the headline or outlet.")] = "",
        outlet: Annotated[list[Short] | None, Query(max_length=100)] = None,
        language: Short = "",
        since: Annotated[Day | None, Query()] = None,
        until: Annotated[Day | None, Query()] = None,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> dict[str, Any]:
        """List the articles, the latest first."""
        if since and until and since > until:
            raise InputError(f"the period begins on {since} after its end on {until}: exchange the two days")
        part = Narrow(q, outlets=frozenset(outlet or ()), language=language, since=since, until=until)
        shelf = service.lightly(lambda: news.holdings.browse(part, offset=offset, limit=limit))
        return {"total": shelf.total, "offset": offset, "articles": plain(shelf.listed)}

    @paths.get(
        "/articles/{name}",
        responses={**given("ArticleWhole", "The article with its body."), **problems(404)},
        tags=tags,
    )
    def article(name: Named) -> Response:
        """Return one article with its body; the spans of citations point into it."""
        return JSONResponse(whole(_found(service, name)))

    @paths.delete("/articles/{name}", status_code=204, responses=problems(404, 409), tags=tags, dependencies=_WRITES)
    def remove(name: Named) -> None:
        """Delete one article everywhere, with all its versions; by the id of an old version, too.

        A copy that another address carries is an article of its own, and stays. Kept answers that cite what was deleted
        say so from then on (`deleted` of the article).
        """
        _found(service, name)
        news.holdings.remove(name)


def _found(service: Service, name: str) -> Article:
    try:
        return service.news.article(name)
    except InputError:
        raise missing(f"There is no article {name[:40]!r}.", "GET /api/v1/articles lists them.") from None


def _jobs(paths: APIRouter, jobs: Jobs) -> None:
    tags = _INGEST

    @paths.post("/jobs", status_code=202, responses=problems(409), tags=tags, dependencies=_WRITES)
    def begin(wanted: JobRequest) -> Job:
        """Take in pages, feeds or articles, in the background; GET the job to see how far it is."""
        if not wanted.sources and not wanted.articles:
            raise InputError("the job names nothing to take in: give sources or articles")
        return jobs.add(wanted)

    @paths.get("/jobs", responses=problems(), tags=tags, dependencies=_WRITES)
    def listed() -> list[Job]:
        """List the jobs, the latest first."""
        return jobs.listed()

    @paths.get("/jobs/{name}", responses=problems(404), tags=tags, dependencies=_WRITES)
    def job(name: Named) -> Job:
        """Return one job with its progress and, once it has ended, its report."""
        return jobs.job(name)

    @paths.delete("/jobs/{name}", status_code=202, responses=problems(404), tags=tags, dependencies=_WRITES)
    def cancel(name: Named) -> Job:
        """Cancel a job: it ends after the article that it reads, and what was read stays."""
        return jobs.cancel(name)
