from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa import stories
from qa.archive import Archive, carried, grouping, open_archive, removing, writing
from qa.types import Article

WIRE = (
    "Two delegations will meet in the old customs house of Lindholm on Friday to discuss the ferry dispute, the "
    "port authority said. The line has carried no passengers since the harbour workers walked out nine days ago. Some "
    "1,200 people are affected, according to the authority, and freight has been moved to the railway. The union said "
    "that it would bring a new proposal. A spokesman, Karl Amsel, said that both sides were tired. The authority has "
    "not commented on the figures. Residents of the island have asked the county for a bus."
)
OTHER = (
    "The county council voted on Monday to widen the coastal road between Lindholm and Berg after years of debate. "
    "Work is to begin in the autumn and to last two years. Opponents of the plan want the money to be spent on schools."
)
CHANGED = WIRE.replace("1,200", "1,400")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with closing(open_archive(tmp_path, write=True, create=True)) as made:
        yield made


def piece(name: str, body: str, day: int | None = 1, outlet: str = "Daily") -> Article:
    published = None if day is None else date(2024, 5, 1) + timedelta(days=day)
    return Article(name, body=body, outlet=outlet, published=published, url=f"https://{name}.example/")


def take(archive: Archive, *articles: Article) -> None:
    """Take articles in, without passages."""
    writing.place(archive, articles, lambda article: (), ("1", "none"))
    while items := writing.work(archive, 32):
        writing.mark_done(archive, items)


def groups(archive: Archive) -> dict[str, tuple[str, ...]]:
    """Return the ids of each story by the id of its original."""
    with archive.use() as connection:
        rows = connection.execute(
            "SELECT o.id, a.id FROM stories t JOIN articles a ON a.n = t.article JOIN articles o ON o.n = t.story"
        ).fetchall()
    found: dict[str, list[str]] = {}
    for original, member in rows:
        found.setdefault(original, []).append(member)
    return {original: tuple(sorted(members)) for original, members in found.items()}


def variants(archive: Archive) -> dict[str, str]:
    with archive.use() as connection:
        return dict(
            connection.execute(
                "SELECT a.id, o.id FROM stories t JOIN articles a ON a.n = t.article"
                " JOIN articles o ON o.n = t.variant_of"
            ).fetchall()
        )


def test_copies_make_a_story_and_a_changed_fact_a_variant(archive: Archive) -> None:
    take(archive, piece("a", WIRE), piece("b", f"LINDHOLM — {WIRE}", 2), piece("c", OTHER, 3), piece("d", CHANGED, 4))
    take(archive, piece("e", f"{CHANGED} It rained.", 5))
    assert groups(archive) == {"a": ("a", "b"), "c": ("c",), "d": ("d", "e")}
    assert variants(archive) == {"d": "a"}
    told = carried.told(archive, "abcde")
    assert told["a"].family == told["b"].family == told["e"].family != told["c"].family


@pytest.mark.parametrize(
    ("articles", "original"),
    [
        pytest.param([piece("b", WIRE, 2), piece("a", f"{WIRE} It rained.", 1)], "a", id="the earliest"),
        pytest.param(
            [piece("a", WIRE), piece("z", f"{WIRE} It rained.", 1, "Reuters")], "z", id="the agency of one day"
        ),
        pytest.param([piece("0", WIRE, None), piece("a", f"{WIRE} It rained.")], "a", id="the dated one"),
    ],
)
def test_the_original(archive: Archive, articles: Sequence[Article], original: str) -> None:
    for article in articles:
        take(archive, article)
    assert list(groups(archive)) == [original]


def test_a_deleted_original_leaves_its_story_to_the_next(archive: Archive) -> None:
    take(
        archive,
        piece("a", WIRE),
        piece("b", f"{WIRE} It rained.", 2),
        piece("c", f"{WIRE} It snowed.", 3),
        piece("d", CHANGED, 4),
    )
    removing.remove(archive, "a")
    assert groups(archive) == {"b": ("b", "c"), "d": ("d",)}
    assert variants(archive) == {"d": "b"}
    removing.remove(archive, "c")
    assert groups(archive) == {"b": ("b",), "d": ("d",)}
    with archive.use() as connection:
        assert connection.execute("SELECT count(DISTINCT article) FROM sketches").fetchone() == (2,)


def test_a_date_that_is_found_later_puts_an_article_in_its_place(archive: Archive) -> None:
    take(archive, piece("a", WIRE, None), piece("b", f"{WIRE} It rained.", 5))
    assert groups(archive) == {"b": ("a", "b")}
    take(archive, replace(piece("a", WIRE, 2), id="again"))
    assert groups(archive) == {"a": ("a", "b")}


def test_dates_that_are_found_for_a_whole_story_at_once(archive: Archive) -> None:
    weather = {"a": "rained", "b": "snowed", "c": "hailed"}
    undated = [piece(name, f"{WIRE} It {word}.", None) for name, word in weather.items()]
    take(archive, *undated)
    assert groups(archive) == {"a": ("a", "b", "c")}
    take(archive, *(replace(one, published=date(2024, 5, 9 - place)) for place, one in enumerate(undated)))
    assert groups(archive) == {"c": ("a", "b", "c")}


def test_what_comes_later_changes_nothing_of_earlier_days(archive: Archive) -> None:
    take(archive, piece("a", WIRE, 1), piece("b", CHANGED, 2))
    take(archive, piece("c", f"{CHANGED} It rained.", 3), piece("d", f"{WIRE} It rained.", 4))
    assert groups(archive) == {"a": ("a", "d"), "b": ("b", "c")}
    of_day_3 = datetime(2024, 5, 4, tzinfo=UTC)
    assert {
        name: [one.article_id for one in found] for name, found in carried.carriers(archive, "ab", of_day_3).items()
    } == {"b": ["c"]}
    assert [one.article_id for one in carried.carriers(archive, "a")["a"]] == ["d"]


def test_a_superseded_version_is_no_carrier(archive: Archive) -> None:
    first = piece("a", WIRE)
    take(archive, first)
    take(archive, replace(first, id="b", body=f"{WIRE} It rained.", published=date(2024, 5, 9)))
    assert groups(archive) == {"a": ("a", "b")}
    assert carried.carriers(archive, "ab") == {}


def test_boilerplate_of_many_pairs_nothing(archive: Archive) -> None:
    footer = " ".join(f"word{place}" for place in range(400))
    take(archive, *(piece(f"s{place}", f"{OTHER} {place} {place + 1}\n{footer} {place}") for place in range(60)))
    with archive.use() as connection:
        assert connection.execute("SELECT count(*) FROM stories").fetchone() == (60,)


def greedy(articles: Iterable[Article]) -> dict[str, tuple[str, ...]]:
    """What the stories are by definition: each article against every earlier original."""
    members: dict[str, list[Article]] = {}
    for article in sorted(articles, key=stories.precedence):
        same = (one for one in members if stories.likeness(members[one][0].body, article.body) == "copy")
        members.setdefault(next(same, article.id), []).append(article)
    return {name: tuple(sorted(each.id for each in group)) for name, group in members.items()}


SENTENCES = [
    f"The {noun} of Lindholm was shown to {count} visitors by the harbour office, which thanked everybody."
    for noun, count in zip("lamp bell crane ferry chart anchor".split(), range(10, 70, 10), strict=True)
]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_taking_in_does_not_matter(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = data.draw(st.lists(st.lists(st.sampled_from(SENTENCES), min_size=4, unique=True), min_size=2, max_size=8))
    changes = data.draw(st.lists(st.sampled_from(["", "60", "70"]), min_size=len(texts), max_size=len(texts)))
    days = data.draw(st.lists(st.none() | st.integers(0, 5), min_size=len(texts), max_size=len(texts)))
    bodies = {
        " ".join(text).replace("10", change or "10"): day
        for text, change, day in zip(texts, changes, days, strict=True)
    }
    articles = [piece(f"p{place}", body, day) for place, (body, day) in enumerate(bodies.items())]
    with closing(open_archive(tmp_path_factory.mktemp("archive"), write=True, create=True)) as archive:
        for article in data.draw(st.permutations(articles)):
            take(archive, article)
        assert groups(archive) == greedy(articles)
        with archive.transaction() as connection:
            connection.execute("DELETE FROM stories")
            connection.execute("DELETE FROM sketches")
            grouping.settle_all(connection)
        assert groups(archive) == greedy(articles)


NOTICE = replace(
    piece("n", "The article \u201cTalks on the ferry dispute in Lindholm\u201d gave a wrong number.", 8),
    kind="correction",
    headline="Correction",
)
TALKS = replace(piece("a", WIRE, 1), headline="Talks on the ferry dispute in Lindholm")


@pytest.mark.parametrize("order", [(TALKS, NOTICE), (NOTICE, TALKS)], ids=["the article first", "the notice first"])
def test_a_notice_is_told_with_what_it_corrects_and_its_copies(archive: Archive, order: Sequence[Article]) -> None:
    for article in (*order, piece("b", f"{WIRE} It rained.", 2, "Post"), piece("c", OTHER, 3)):
        take(archive, article)
    told = carried.told(archive, "abc")
    assert {name: [each.article_id for each in one.corrected] for name, one in told.items()} == {
        "a": ["n"],
        "b": ["n"],
        "c": [],
    }
    before = datetime(2024, 5, 8, tzinfo=UTC)
    assert all(not one.corrected for one in carried.told(archive, "abc", before).values())
    removing.remove(archive, "n")
    assert not carried.told(archive, "a")["a"].corrected
