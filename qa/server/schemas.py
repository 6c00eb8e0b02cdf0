"""What the REST API takes and gives. Answers, timelines and evidence are described from the types themselves."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from qa.archive.browsing import Listing, Narrow
from qa.errors import InputError
from qa.index import IngestReport
from qa.statements import Statements
from qa.types import Answer, Article, Citation, Evidence, Sentence, Timeline

_UNSPEAKABLE = re.compile(r"[\x00\ud800-\udfff]")

Text = Annotated[str, AfterValidator(lambda text: _UNSPEAKABLE.sub("", text))]
"""A text without what no database and no JSON takes: NUL and lone surrogates."""

Short = Annotated[Text, Field(max_length=200)]
Day = Annotated[date, Field(ge=date(1000, 1, 1), le=date(9998, 12, 31))]
AsOf = Annotated[
    Text, Field(max_length=40, description="Look from this day or instant: later articles stay hidden. Now if absent.")
]


class _Strict(BaseModel):
    """An object that takes no other fields than its own."""

    model_config = ConfigDict(extra="forbid")


class AskRequest(_Strict):
    """A question, and of which part of the archive."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "when do the Istanbul talks start", "as_of": "2022-03-28"}]},
    )

    question: Annotated[Text, Field(max_length=20_000, description="At most DATELINE_QUESTION_LIMIT characters.")]
    as_of: AsOf | None = None
    conversation: Short | None = Field(None, description="Continue this conversation; the answer is kept in it.")
    keep: bool = Field(False, description="Begin a conversation with this question; its id is in the header.")
    outlets: list[Short] = Field(default_factory=list, max_length=100, description="Ask only these outlets.")
    language: Short = Field("", description="Ask only articles in this language, such as en.")
    since: Day | None = Field(None, description="Ask only articles from this day on.")
    until: Day | None = Field(None, description="Ask only articles up to this day.")

    def within(self) -> Narrow | None:
        """Return the part of the archive that is meant, None for all of it.

        Raises:
            InputError: the period ends before it begins.
        """
        if self.since and self.until and self.since > self.until:
            raise InputError(f"the period begins on {self.since} after its end on {self.until}: exchange the two days")
        part = Narrow(
            outlets=frozenset(self.outlets), language=self.language, since=self.since, until=self.until
        )  # fmt: skip
        return part or None


class ArticleIn(_Strict):
    """An article to take in; the field names are those of JSON files."""

    text: Annotated[Text, Field(min_length=1, max_length=2_000_000)]
    title: Annotated[Text, Field(max_length=1000)] = ""
    url: Annotated[Text, Field(max_length=2000)] = ""
    outlet: Short = ""
    byline: Short = ""
    published: Short = Field("", description="ISO 8601; empty where it is unknown.")
    updated: Short = ""
    language: Short = ""
    kind: Literal["news", "opinion", "live", "correction"] = "news"


class JobRequest(_Strict):
    """What to take in: addresses of pages and feeds, or articles themselves."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"sources": ["https://example.org/news/rss.xml"]},
                {"articles": [{"title": "Ferry returns", "published": "2026-04-20", "text": "The ferry is back."}]},
            ]
        },
    )

    sources: list[Annotated[Text, Field(max_length=2000, pattern=r"^https?://")]] = Field(
        default_factory=list, max_length=50, description="Only public addresses are fetched."
    )
    articles: list[ArticleIn] = Field(default_factory=list, max_length=1000)


class Job(_Strict):
    """An ingest job. ``report`` is there once it has ended: what was added, updated, unchanged and rejected."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int = Field(default=0, description="Articles read so far.")
    total: int | None = Field(default=None, description="Of how many, where that is known.")
    what: str = ""
    created: str
    ended: str | None = None
    report: dict[str, Any] | None = None
    error: str = Field(default="", description="Why it failed, in words.")


class Feedback(_Strict):
    """A thumb, with the reason in the reader's words; without a thumb an earlier one is taken back."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"thumb": "down", "why": "the date is wrong"}]})

    thumb: Literal["up", "down"] | None
    why: Annotated[Text, Field(max_length=1000)] = ""


class ProblemOut(BaseModel):
    """An error (RFC 9457). ``next`` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    next: str


class Ready(BaseModel):
    """The state of the parts; all but the first two are for callers who are known."""

    ready: bool
    mode: Literal["model", "fallback", "extractive"] = Field(description="Who would word an answer now.")
    model: str | None = Field(None, description="The same in words.")
    archive: str | None = Field(None, description="ok, or what is wrong with it.")
    vectors: str | None = Field(None, description="ok, or why passages are compared without Chroma.")
    running: int | None = None
    waiting: int | None = None
    stopping: bool | None = None


DESCRIBED: dict[str, Any] = {
    "Answer": Answer,
    "Evidence": Evidence,
    "Citation": Citation,
    "Sentence": Sentence,
    "Timeline": Timeline,
    "Statements": Statements,
    "Article": Article,
    "Listing": Listing,
    "IngestReport": IngestReport,
}
_VERSIONED = ("Answer", "Timeline", "Statements")


def components() -> dict[str, Any]:
    """Return JSON schemas of the types that are given as they are, as ``to_dict`` writes them."""
    found: dict[str, Any] = {}
    for kind in DESCRIBED.values():
        schema = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        found |= schema.pop("$defs", {})
        found.setdefault(str(schema.get("title")), schema)
    body = found["Article"]["properties"].pop("body")
    found["Article"]["required"] = [name for name in found["Article"].get("required", ()) if name != "body"]
    whole = {"type": "object", "properties": {"body": body}, "required": ["body"]}
    found["ArticleWhole"] = {"allOf": [{"$ref": "#/components/schemas/Article"}, whole]}
    for name in _VERSIONED:
        found[name]["properties"]["schema"] = {"type": "integer", "description": "Version of this schema."}
    out = TypeAdapter(ProblemOut).json_schema(ref_template="#/components/schemas/{model}")
    return {**found, "ProblemOut": out}


def given(name: str, about: str, *, many: bool = False) -> dict[int | str, dict[str, Any]]:
    """Return the description of a response of one of those types."""
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{name}"}
    if many:
        schema = {"type": "array", "items": schema}
    return {200: {"description": about, "content": {"application/json": {"schema": schema}}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the description of the errors of a path; those that the gate gives on every path are among them."""
    told = {
        400: "The body is unreadable.", 401: "It is asked who you are.", 403: "This may not be done.",
        404: "There is no such thing.", 408: "The body came too slowly.", 409: "The index is read-only.",
        413: "Too much was sent.", 421: "The service has another name.", 422: "The request is invalid.",
        429: "Too many requests; see Retry-After.", 503: "Busy or unavailable; see Retry-After.", 504: "Too late.",
    }  # fmt: skip
    schema = {"schema": {"$ref": "#/components/schemas/ProblemOut"}}
    always = (400, 401, 403, 408, 413, 421, 422, 429, 503)
    return {
        status: {"description": told[status], "content": {"application/problem+json": schema}}
        for status in sorted({*always, *statuses})
    }
