from __future__ import annotations

import pytest

from qa.quotes import find, speaker_of
from tests.real import ARTICLE, needs_article

# (id, text, speaker, cue, verbatim, content)
ONE = [
    ("speaker first", "Police said three people died.", "Police", "said", False, "three people died"),
    ("with that", "Lavrov said that the talks will resume in Istanbul.", "Lavrov", "said", False,
     "the talks will resume in Istanbul"),
    ("speaker last", "Talks will resume next week, the Kremlin said.", "Kremlin", "said", False,
     "Talks will resume next week"),
    ("verb before the speaker", "“I will not resign,” said Prime Minister Boris Johnson on Monday.", "Boris Johnson",
     "said", True, "I will not resign"),
    ("according to, first", "According to the World Health Organization, cases rose by 5%.",
     "World Health Organization", "According to", False, "cases rose by 5%"),
    ("according to, last", "Cases rose by 5%, according to the health ministry.", "health ministry", "according to",
     False, "Cases rose by 5%"),
    ("split quotation", "\"We won,\" coach John Smith said, \"and we deserve it.\"", "John Smith", "said", True,
     "We won,\" coach John Smith said, \"and we deserve it"),
    ("title before the name", "Kremlin spokesperson Dmitry Peskov said on Monday that talks could start on Tuesday.",
     "Dmitry Peskov", "said", False, "talks could start on Tuesday"),
    ("apposition after the name", "Angela Merkel, Germany's former chancellor, said she has no regrets.",
     "Angela Merkel", "said", False, "she has no regrets"),
    ("told somebody", "Ms Merkel told Bild that she has no regrets.", "Merkel", "told", False, "she has no regrets"),
    ("denied", "The minister denied that he would step down.", "minister", "denied", False, "he would step down"),
    ("alleged", "Prosecutors alleged that the firm hid its losses.", "Prosecutors", "alleged", False,
     "the firm hid its losses"),
    ("a title of small words behind a comma", "The port closed after a storm, harbour master Ida Kern said.",
     "Ida Kern", "said", False, "The port closed after a storm"),
    ("a plain noun with an article", "A neighbour told us that the man had left.", "neighbour", "told", False,
     "the man had left"),
    ("named behind the office", "\"It is over,\" said the mayor of Brenholm, Anna Kestrel.", "Anna Kestrel",
     "said", True, "It is over"),
    ("a name behind a noun and its article", "A former clerk, Dan Reeve, told the inquiry: \"They knew.\"", "Dan Reeve",
     "told", True, "They knew"),
    ("in a place", "The museum in Quist said it was overjoyed.", "museum in Quist", "said", False, "it was overjoyed"),
    ("tweeted", "Biden tweeted: \"It is over.\"", "Biden", "tweeted", True, "It is over"),
    ("two speakers", "Recep Tayyip Erdogan and Vladimir Putin had stated on Sunday that the round will be in Istanbul.",
     "Recep Tayyip Erdogan and Vladimir Putin", "stated", False, "the round will be in Istanbul"),
    ("went on to say", "However, Lavrov went on to say that a meeting would be ineffective.", "Lavrov", "say", False,
     "a meeting would be ineffective"),
    ("headline with a colon", "Now a meeting would be counterproductive: Lavrov", "Lavrov", ":", False,
     "Now a meeting would be counterproductive"),
    ("clause before the speaker", "When asked about sanctions, Lavrov stated that Russia is not isolated.", "Lavrov",
     "stated", False, "Russia is not isolated"),
]  # fmt: skip

NONE = [
    ("no speech", "Spain beat Italy in the final."),
    ("a noun that looks like a cue", "The report is due in May."),
    ("a state, not stating", "The United States imposed sanctions on the bank."),
    ("an act", "The minister announced his resignation on Friday."),
    ("not is no cue", "The weather satellite has not answered since Thursday."),
    ("a passive", "Lightning had been observed near the rocket."),
    ("an amount added", "The delay adds 17 million crowns to the bill."),
    ("a station states nothing", "The ground station answered a signal from the probe."),
    ("nobody said it", "Neither government said who would come."),
    ("claims as a noun", "The state of Texas claims are false."),
]


@pytest.mark.parametrize(("text", "speaker", "cue", "verbatim", "content"), [row[1:] for row in ONE],
                         ids=[row[0] for row in ONE])  # fmt: skip
def test_one_statement(text: str, speaker: str, cue: str, verbatim: bool, content: str) -> None:
    (quote,) = find(text)
    assert (quote.speaker, quote.cue, quote.verbatim, quote.text) == (speaker, cue, verbatim, content)
    assert text[quote.content_start : quote.content_end] == quote.text
    assert text[quote.cue_start :].startswith(cue)
    assert quote.speaker.split()[0] in text[quote.speaker_start : quote.speaker_end]
    assert speaker_of(text) == speaker


@pytest.mark.parametrize("text", [row[1] for row in NONE], ids=[row[0] for row in NONE])
def test_no_statement(text: str) -> None:
    assert find(text) == ()
    assert speaker_of(text) == ""


def test_the_role_is_kept_apart_from_the_name() -> None:
    (quote,) = find("But Kremlin spokesperson Dmitry Peskov said that talks are unlikely to start Monday.")
    assert (quote.speaker, quote.role) == ("Dmitry Peskov", "Kremlin spokesperson")


def test_a_pronoun_is_given_the_person_named_before() -> None:
    quotes = find("Olaf Scholz visited Kyiv. He said that tanks will follow.")
    assert [(quote.speaker, quote.text) for quote in quotes] == [("Olaf Scholz", "tanks will follow")]
    assert quotes[0].speaker_start == -1


def test_a_pronoun_without_a_person_stays_a_pronoun() -> None:
    assert speaker_of("He said that tanks will follow.") == "He"


def test_offsets_hold_behind_other_sentences_and_letters_that_change_length() -> None:
    text = "İstanbul'da görüşme.\n\nThe talks went on. Police said three people died."
    (quote,) = find(text)
    assert text[quote.start : quote.end] == "Police said three people died."
    assert text[quote.content_start : quote.content_end] == "three people died"


@needs_article
def test_the_sample_article() -> None:
    text = ARTICLE.read_text(encoding="utf-8")
    quotes = find(text)
    speakers = [quote.speaker for quote in quotes]
    assert speakers.count("Lavrov") >= 7
    assert "Dmitry Peskov" in speakers
    assert "Recep Tayyip Erdogan and Vladimir Putin" in speakers
    assert all(text[quote.content_start : quote.content_end] == quote.text for quote in quotes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            '"We will stay," Lind said. "We have food. And water." He left.',
            [("Lind", "We will stay"), ("Lind", "We have food"), ("Lind", "And water")],
            id="over the next sentences",
        ),
        pytest.param(
            "“We counted. Nobody is missing,” Lind said.",
            [("Lind", "We counted"), ("Lind", "Nobody is missing")],
            id="before its speaker",
        ),
        pytest.param(
            "Lind said: “It rained.\n\n“It was cold.”\n\nThe harbour is closed.",
            [("Lind", "It rained"), ("Lind", "It was cold")],
            id="left open into the next paragraph",
        ),
        pytest.param(
            'Lind said: "It rained."\n\n"It was cold."\n\nThe harbour is closed.',
            [("Lind", "It rained")],
            id="closed before a paragraph that may be another's",
        ),
        pytest.param(
            'Lind said that it rained. "Maybe" is the title of the film.',
            [("Lind", "it rained")],
            id="a title in marks is no speech",
        ),
        pytest.param('Lind said: "Yes." Rain fell. "No."', [("Lind", "Yes")], id="not over another sentence"),
    ],
)
def test_direct_speech_is_followed(text: str, said: list[tuple[str, str]]) -> None:
    quotes = find(text)
    assert [(quote.speaker, quote.text) for quote in quotes] == said
    assert all(text[quote.content_start : quote.content_end] == quote.text for quote in quotes)
    assert all(quote.start <= quote.content_start < quote.content_end <= quote.end for quote in quotes)


def test_who_did_something_and_said_is_the_subject() -> None:
    (quote,) = find("Medinsky called the talks constructive and said that the proposals would be put to Putin.")
    assert quote.speaker == "Medinsky"


@pytest.mark.parametrize(
    "day", ["on Monday", "on Monday, 28 March 2022,", "on 28 March", "on March 28, 2022,", "in May"]
)
def test_the_day_of_a_statement_is_no_part_of_it(day: str) -> None:
    (quote,) = find(f"The spokesman, Ilyas Dorn, said {day} that the talks were unlikely to start that day.")
    assert quote.text == "the talks were unlikely to start that day"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(
            "“The mill is safe,” Mayor Ines Tarl told the board on Friday.",
            [("Ines Tarl", "The mill is safe")],
            id="told somebody on a day",
        ),
        pytest.param(
            "The mill is safe, Ines Tarl told reporters on Friday.",
            [("Ines Tarl", "The mill is safe")],
            id="told somebody, reported",
        ),
        pytest.param(
            "Ines Tarl said at 9.30 a.m. on Sunday that the mill was safe.",
            [("Ines Tarl", "the mill was safe")],
            id="the hour is no part of it",
        ),
        pytest.param(
            "Ines Tarl spoke first. Ivo Polat objected: “They lie.” “You know nothing,” she replied.",
            [("Ivo Polat", "They lie"), ("Ines Tarl", "You know nothing")],
            id="a reply is the other's",
        ),
        pytest.param(
            "Ines Tarl and Ana Orr came. Ivo Polat objected: “They lie.” “You know nothing,” she replied.",
            [("Ivo Polat", "They lie"), ("she", "You know nothing")],
            id="a reply of one of two is nobody's",
        ),
        pytest.param(
            "“We lost,” Ivo Polat said. He sat down. “We did,” he added. “Badly,” she said.",
            [("Ivo Polat", "We lost"), ("Ivo Polat", "We did"), ("she", "Badly")],
            id="he is not she",
        ),
        pytest.param(
            "The board met Ivo Polat. “We lost,” he said. His deputy, Ana Orr, nodded. “Badly,” she added.",
            [("Ivo Polat", "We lost"), ("Ana Orr", "Badly")],
            id="added by the one named last",
        ),
        pytest.param("“Nobody came,” grumbled Ana Orr.", [("Ana Orr", "Nobody came")], id="a verb of any meaning"),
        pytest.param("“Nobody came,” Ana Orr sighed.", [("Ana Orr", "Nobody came")], id="a verb of any meaning, last"),
        pytest.param("The friend of Ana Orr objected: “No.”", [], id="the friend of somebody is nobody known"),
        pytest.param("Ana Orr's friend objected: “No.”", [], id="somebody's friend is nobody known"),
        pytest.param(
            "Ivo Polat, quoting Ana Orr, said: “We will pay.”",
            [("Ivo Polat, quoting Ana Orr", "We will pay")],
            id="quoting",
        ),
        pytest.param(
            "“We will pay,” said Ivo Polat, quoting his client.",
            [("Ivo Polat, quoting his client", "We will pay")],
            id="quoting, behind",
        ),
        pytest.param(
            "Ivo Polat said she had told him: “We will pay.”",
            [("Ivo Polat, quoting somebody", "We will pay")],
            id="what she told him",
        ),
        pytest.param(
            "From a letter of Judge Ana Orr:\n\n“The vote is void.”\n\n“We go on.” — Alderman Ivo Polat\n\nRain fell.",
            [("Ana Orr", "The vote is void"), ("Alderman Ivo Polat", "We go on")],
            id="written by one, signed by another",
        ),
        pytest.param("In a letter to Judge Ana Orr:\n\n“The vote is void.”", [], id="written to somebody"),
    ],
)
def test_whose_words_they_are(text: str, said: list[tuple[str, str]]) -> None:
    quotes = find(text)
    assert [(quote.speaker, quote.text) for quote in quotes] == said
    assert all(text[quote.content_start : quote.content_end] == quote.text for quote in quotes)
