"""One archive from articles to answers, with the real index, a hash encoder and a scripted model that can be wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa import NewsQA
from qa.encoders import HashEncoder
from qa.errors import IndexMissing, ModelUnavailable, QuestionError
from qa.llm import Message, ScriptedModel
from qa.settings import Settings
from qa.types import Answer, Citation, Evidence, Sentence

ARTICLES = [
    {
        "url": "https://wire.example/talks-1",
        "title": "Karvel to host the river talks",
        "published": "2022-03-27",
        "outlet": "Meridian Wire",
        "text": "Envoys of Ostrany and Velm are to meet in Karvel.\n\nThe president of Ostrany, Erem Polat, stated on "
        "Sunday that the next round of the river talks would be held in Karvel from 28 to 30 March. Hotels are full.",
    },
    {
        "url": "https://post.example/talks-2",
        "title": "Ostrany: river talks may begin later",
        "published": "2022-03-28",
        "outlet": "The Harbour Post",
        "text": "But Ostrany spokesman Ilyas Dorn said on Monday that the river talks in Karvel were unlikely to start "
        "that day and could begin on Tuesday. Velm has not commented.",
    },
    {
        "url": "https://post.example/ferry",
        "title": "Ferry runs aground off Tarn Island",
        "published": "2022-03-20",
        "outlet": "The Harbour Post",
        "text": "The ferry Petrel ran aground off Tarn Island on Saturday. Rescuers brought 42 people ashore. "
        "They recovered 17 crates of mail from the Petrel. Nobody was hurt, the coast guard said.",
    },
    {
        "url": "https://post.example/later",
        "title": "River talks end in Karvel",
        "published": "2022-04-02",
        "outlet": "The Harbour Post",
        "text": "The river talks in Karvel ended on Friday with a treaty, Ilyas Dorn said.",
    },
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("news")
    (root / "articles.jsonl").write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    with NewsQA.open(root / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        report = news.ingest(root / "articles.jsonl")
        assert (report.added, report.rejected) == (4, ())
    return root / "index"


def opened(folder: Path, model: ScriptedModel | None = None) -> NewsQA:
    return NewsQA.open(
        folder, encoder=HashEncoder(), model=model, settings=Settings(llm="none"), extractive=model is None
    )


@pytest.fixture
def extractive(folder: Path) -> Iterator[NewsQA]:
    with opened(folder) as news:
        yield news


def assert_sound(answer: Answer) -> None:
    """What holds for every answer on every face."""
    for citation in answer.citations:
        assert citation.article.body[citation.start : citation.end] == citation.quote
    numbers = {citation.number for citation in answer.citations}
    for sentence in answer.sentences:
        assert sentence.citations, sentence.text
        assert set(sentence.citations) <= numbers
        assert answer.text[sentence.start : sentence.end] == sentence.text
    if answer.short_place is not None:
        (cited,) = [one for one in answer.citations if one.number == answer.short_place.citation]
        assert cited.start <= answer.short_place.start < answer.short_place.end <= cited.end
    if answer.status == "not_found":
        assert not answer.citations
        assert answer.reason
    else:
        assert answer.sentences
    json.dumps(answer.to_dict())


def test_both_statements_on_the_start_are_given_with_their_speakers_and_quotes(folder: Path) -> None:
    model = ScriptedModel(default="The river talks in Karvel could begin on Tuesday, 29 March 2022.")
    with opened(folder, model) as news:
        answer = news.ask("when do the river talks in Karvel start", as_of="2022-03-28")
    assert_sound(answer)
    assert answer.status == "answered"
    assert [event.speaker for event in answer.timeline] == ["Erem Polat", "Ilyas Dorn"]
    assert "from 28 March to 30 March 2022" in answer.text
    assert "29 March 2022" in answer.text
    assert "29 March 2022" in answer.short_answer
    assert any("from 28 to 30 March" in citation.quote for citation in answer.citations)


RACE = "{winner} won the women's race around Tarn Island on Saturday, ahead of Dora Vek of the Velm rowing club."


@pytest.mark.parametrize(
    ("second", "status", "short"),
    [
        pytest.param(
            ("Harbour Post", "2022-03-21", "Anna Rost"), "conflicting", "Ilse Marn or Anna Rost", id="two outlets"
        ),
        pytest.param(
            ("Meridian Wire", "2022-03-23", "Anna Rost"), "answered", "Anna Rost", id="an outlet corrects itself"
        ),
        pytest.param(("Harbour Post", "2022-03-21", "Ilse Marn"), "answered", "Ilse Marn", id="both say the same"),
    ],
)
def test_near_copies_with_another_name_are_two_sides_or_a_correction(
    tmp_path: Path, second: tuple[str, str, str], status: str, short: str
) -> None:
    reports = [("Meridian Wire", "2022-03-21", "Ilse Marn"), second]
    lines = [
        {"url": f"https://race.example/{n}", "published": day, "outlet": outlet, "text": RACE.format(winner=winner)}
        for n, (outlet, day, winner) in enumerate(reports)
    ]
    (tmp_path / "race.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with NewsQA.open(tmp_path / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        news.ingest(tmp_path / "race.jsonl")
    with opened(tmp_path / "index", ScriptedModel()) as news:
        answer = news.ask("who won the women's race around Tarn Island", as_of="2022-03-28")
    assert_sound(answer)
    assert (answer.status, set(answer.short_answer.split(" or "))) == (status, set(short.split(" or ")))
    assert {side.value for side in answer.sides} == ({"Ilse Marn", "Anna Rost"} if status == "conflicting" else set())
    assert len({side.citation for side in answer.sides}) == len(answer.sides)


MAIL = "how many crates of mail were recovered from the Petrel"


def test_when_is_answered_by_the_time_of_what_happened_and_not_of_what_came_of_it(tmp_path: Path) -> None:
    told = {
        "2023-02-11": "The ferry Orla capsized off Tarn Island on Saturday morning. It had left Karvel at six.",
        "2023-02-14": "The death toll of the ferry Orla, which capsized off Tarn Island, rose to 27 on Tuesday.",
        "2026-05-07": "A court fined the owner of the ferry Orla, which capsized off Tarn Island, on Thursday.",
    }
    source = tmp_path / "ferry.jsonl"
    lines = [
        {"url": f"https://post.example/{day}", "title": "Ferry Orla", "published": day, "outlet": "Post", "text": text}
        for day, text in told.items()
    ]
    source.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with NewsQA.open(tmp_path / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        news.ingest(source)
        answer = news.ask("when did the Orla capsize")
    assert_sound(answer)
    assert answer.short_answer.endswith("11 February 2023")
    assert not answer.timeline, "a toll and a fine are no other dates of the same thing"


def test_a_sentence_that_the_model_makes_up_never_reaches_the_reader(folder: Path) -> None:
    model = ScriptedModel(["Rescuers recovered 57 crates of mail. The captain was arrested."])
    with opened(folder, model) as news:
        answer = news.ask(MAIL, as_of="2022-03-28")
    assert_sound(answer)
    assert "57" not in answer.text
    assert "captain" not in answer.text
    assert "17" in answer.text
    assert {dropped.text for dropped in answer.trace.dropped} == {
        "Rescuers recovered 57 crates of mail.",
        "The captain was arrested.",
    }


def test_what_the_model_says_well_takes_the_place_of_a_sentence_that_leans_on_others(folder: Path) -> None:
    model = ScriptedModel(["17 crates of mail were recovered from the Petrel."])
    with opened(folder, model) as news:
        answer = news.ask(MAIL, as_of="2022-03-28")
    assert_sound(answer)
    assert answer.text == "17 crates of mail were recovered from the Petrel."
    assert answer.citations[0].quote == "They recovered 17 crates of mail from the Petrel."


def test_what_is_published_later_does_not_exist_for_an_earlier_day(folder: Path) -> None:
    model = ScriptedModel(default="The talks ended on Friday.")
    with opened(folder, model) as news:
        answer = news.ask("when did the river talks in Karvel end", as_of="2022-03-28")
        later = news.ask("when did the river talks in Karvel end", as_of="2022-04-03")
    assert all("treaty" not in found.passage.text for found in answer.evidence)
    assert "treaty" not in json.dumps(answer.to_dict())
    assert answer.coverage.articles == 3
    assert "1 April 2022" in later.text


@pytest.mark.parametrize("question", ["who won the football match", "what is the capital of France", "zzz qqq"])
def test_what_the_archive_does_not_say_is_refused_with_a_reason(folder: Path, question: str) -> None:
    model = ScriptedModel(default="It is Paris.")
    with opened(folder, model) as news:
        answer = news.ask(question)
    assert_sound(answer)
    assert answer.status == "not_found"
    assert "Paris" not in answer.text
    assert not model.history, "a refusal needs no model's words"


def test_an_empty_archive_knows_nothing(tmp_path: Path) -> None:
    model = ScriptedModel(default="Paris is the capital of France.")
    with NewsQA.open(tmp_path / "index", create=True, encoder=HashEncoder(), model=model) as news:
        answer = news.ask("what is the capital of France")
    assert (answer.status, answer.reason, answer.coverage.articles) == ("not_found", "nothing_matched", 0)
    assert not model.history, "nothing was found, so nothing is drafted"


def test_without_a_model_the_archives_own_sentences_answer(extractive: NewsQA) -> None:
    answer = extractive.ask("how many people did rescuers bring ashore from the ferry Petrel", as_of="2022-03-28")
    assert_sound(answer)
    assert answer.mode == "extractive"
    assert "42 people" in answer.text


def test_a_model_that_fails_is_said_and_the_archive_still_answers(folder: Path) -> None:
    model = ScriptedModel([ModelUnavailable("the engine ended")])
    with opened(folder, model) as news:
        answer = news.ask(MAIL, as_of="2022-03-28")
    assert_sound(answer)
    assert (answer.status, answer.mode) == ("answered", "extractive")
    assert "the engine ended" in answer.trace.notes[0]


def test_passages_come_first_and_nothing_shown_is_taken_back(folder: Path) -> None:
    model = ScriptedModel(["17 crates of mail were recovered from the Petrel."])
    with opened(folder, model) as news:
        events = list(news.stream(MAIL, as_of="2022-03-28"))
    kinds = [type(event) for event in events]
    first_shown = min(kinds.index(Citation), kinds.index(Sentence))
    assert set(kinds[:first_shown]) == {Evidence}
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert tuple(event for event in events if isinstance(event, Sentence)) == answer.sentences
    assert tuple(event for event in events if isinstance(event, Citation)) == answer.citations
    seconds = answer.trace.seconds
    assert 0 < seconds["retrieve"] <= seconds["first_passage"] <= seconds["first_sentence"] <= seconds["total"]
    assert answer.trace.tokens == {"prompt": 0, "reply": 9}


def test_a_sentence_that_speaks_for_itself_costs_no_model(folder: Path) -> None:
    model = ScriptedModel()
    with opened(folder, model) as news:
        answer = news.ask("how many people did rescuers bring ashore from the ferry Petrel", as_of="2022-03-28")
    assert_sound(answer)
    assert "42 people" in answer.text
    assert (answer.mode, answer.trace.model) == ("extractive", "")
    assert answer.trace.reader is not None
    assert answer.trace.reader["name"] == "small"
    assert not model.history


def test_a_sentence_that_is_too_long_is_put_plainly_by_the_model(tmp_path: Path) -> None:
    long = (
        "The ferry Petrel ran aground off Tarn Island on Saturday while it was on its way to the mainland with people, "
        "cars and mail aboard, in a fog that had come in from the north in the early morning and that, by what the "
        "harbour office and the crews of other boats say, had left nobody a view of more than thirty metres."
    )
    record = {"url": "https://post.example/long", "published": "2022-03-20", "outlet": "Post", "text": long}
    (tmp_path / "long.jsonl").write_text(json.dumps(record), encoding="utf-8")
    with NewsQA.open(tmp_path / "index", create=True, encoder=HashEncoder(), extractive=True) as news:
        news.ingest(tmp_path / "long.jsonl")
    model = ScriptedModel(["The ferry Petrel ran aground off Tarn Island."])
    with opened(tmp_path / "index", model) as news:
        answer = news.ask("where did the ferry Petrel run aground", as_of="2022-03-28")
    assert_sound(answer)
    assert (answer.mode, answer.text) == ("model", "The ferry Petrel ran aground off Tarn Island.")
    assert [citation.quote for citation in answer.citations] == [long]


def test_closing_a_stream_stops_the_model(folder: Path) -> None:
    model = ScriptedModel(["17 crates of mail were recovered from the Petrel. " * 50])
    with opened(folder, model) as news:
        stream = news.stream(MAIL, as_of="2022-03-28")
        for event in stream:
            if isinstance(event, Sentence):
                break
        stream.close()
    assert model.history[-1].finished is False


def test_a_follow_up_is_made_to_stand_alone_and_shown(folder: Path) -> None:
    def reply(messages: list[Message]) -> str:
        return (
            "How many people were brought ashore from the ferry Petrel?" if "Follow-up" in messages[-1].text else "42"
        )

    model = ScriptedModel(default=reply)
    with opened(folder, model) as news:
        first = news.ask("where did the ferry Petrel run aground", as_of="2022-03-28")
        second = news.ask("and how many people were brought ashore?", as_of="2022-03-28", history=[first])
    assert second.question == "and how many people were brought ashore?"
    assert "Petrel" in second.standalone_question
    assert "42" in second.text
    assert model.history
    assert (second.mode, second.trace.model) == ("extractive", ""), "the model worded the question alone"


def test_a_rewriting_that_brings_in_something_else_is_not_used(folder: Path) -> None:
    model = ScriptedModel(default="How many people died in the Karvel earthquake?")
    with opened(folder, model) as news:
        first = news.ask("where did the ferry Petrel run aground", as_of="2022-03-28")
        second = news.ask("and how many?", as_of="2022-03-28", history=[first])
    assert "earthquake" not in second.standalone_question
    assert "Petrel" in second.standalone_question


def test_a_short_follow_up_without_a_name_is_searched_for_in_both_ways(folder: Path) -> None:
    with opened(folder) as news:
        first = news.ask("where did the ferry Petrel run aground", as_of="2022-03-28")
        assert_sound(first)
        about = news.ask("how many people were rescued?", as_of="2022-03-28", history=[first])
        other = news.ask("when do river talks begin?", as_of="2022-03-28", history=[first])
    assert about.evidence[0].article.url == "https://post.example/ferry"
    assert "talks" in other.text


def test_what_somebody_said_is_their_statement_with_its_speaker(folder: Path) -> None:
    with opened(folder) as news:
        answer = news.ask("what did Dorn say about the river talks", as_of="2022-03-28")
    assert_sound(answer)
    assert answer.status == "answered"
    assert answer.citations[0].speaker == "Ilyas Dorn"
    assert "unlikely to start" in answer.text


def test_search_needs_no_model_and_says_which_retriever_found_what(extractive: NewsQA) -> None:
    found = extractive.search("ferry Tarn Island", k=2, as_of="2022-03-28")
    assert found[0].article.headline == "Ferry runs aground off Tarn Island"
    assert [evidence.rank for evidence in found] == [1, 2]
    assert {hit.retriever for hit in found[0].hits} == {"dense", "lexical"}


def test_a_missing_index_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="qa ingest"):
        NewsQA.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_an_empty_question_reaches_no_model(folder: Path) -> None:
    model = ScriptedModel()
    with opened(folder, model) as news, pytest.raises(QuestionError):
        news.ask("  ")
    assert not model.history


def test_llamaindex_gets_nodes_whose_text_is_the_cited_characters(extractive: NewsQA) -> None:
    response = extractive.as_query_engine().query("how many people did rescuers bring ashore from the ferry Petrel")
    assert "42" in str(response)
    for node in response.source_nodes:
        body = extractive.article(node.metadata["article_id"]).body
        assert body[node.metadata["start"] : node.metadata["end"]] == node.text
    nodes = extractive.as_retriever(k=3).retrieve("ferry Tarn Island")
    assert len(nodes) == 3
