"""Which happening a time or a number belongs to."""

from __future__ import annotations

from datetime import date

import pytest

from qa import dates, happening, values
from qa.questions import analyse

WRITTEN = date(2024, 3, 5)

CAPSIZED = "when did the Marisol capsize"
OPENS = "When does the Ansel Reach bridge open?"
STARTS = "when do the Istanbul talks start"


@pytest.mark.parametrize(
    ("question", "text", "time", "belongs"),
    [
        pytest.param(CAPSIZED, "The ferry capsized on Saturday.", "Saturday", "asked", id="the verb before"),
        pytest.param(CAPSIZED, "The toll rose to 14 on Sunday.", "Sunday", "other", id="another verb before"),
        pytest.param(
            CAPSIZED, "The number who died in the capsizing rose on Sunday.", "Sunday", "other", id="named, not told"
        ),
        pytest.param(
            CAPSIZED,
            "It stands at 27 after divers found nine more bodies on Tuesday.",
            "Tuesday",
            "other",
            id="a clause",
        ),
        pytest.param(
            CAPSIZED,
            "The ferry capsized at about 06:40 this morning.",
            "this morning",
            "asked",
            id="behind a time of day",
        ),
        pytest.param(OPENS, "The toll will be lowered on 1 October.", "1 October", "other", id="another one's future"),
        pytest.param(OPENS, "The bridge will open to traffic on 1 May.", "1 May", "asked", id="to, before a noun"),
        pytest.param(OPENS, "The state plans to open the bridge on 1 May.", "1 May", "asked", id="to, before a verb"),
        pytest.param(OPENS, "The opening of the bridge was moved to 15 May.", "15 May", "asked", id="arranged, named"),
        pytest.param(OPENS, "It was postponed to 15 May.", "15 May", "unknown", id="arranged, not named"),
        pytest.param(
            OPENS, "From 1 May drivers will have to pay a toll.", "1 May", "other", id="in front, another verb"
        ),
        pytest.param(OPENS, "On 1 May, the bridge was opened.", "1 May", "asked", id="in front, before a comma"),
        pytest.param(
            OPENS,
            "The firm, which plans to open the bridge on 1 May, sold land.",
            "1 May",
            "asked",
            id="a relative clause",
        ),
        pytest.param(STARTS, "Talks will be held from 28 to 30 March.", "from 28 to 30 March", "asked", id="a synonym"),
        pytest.param(
            STARTS,
            "Talks will not start on Monday and may begin on Tuesday.",
            "Tuesday",
            "asked",
            id="a shared subject",
        ),
        pytest.param(
            "when did contact with aster-2 break off",
            "The new date for Aster-2 is 21 May.",
            "21 May",
            "unknown",
            id="a name in small letters",
        ),
        pytest.param("When is the vote?", "Voters go to the polls on 5 June.", "5 June", "unknown", id="no verb known"),
        pytest.param("When?", "The ferry capsized on Saturday.", "Saturday", "unknown", id="a question of no content"),
        pytest.param(
            "when was Aster-2 launched",
            "Aster-2 lifted off on Monday.",
            "Monday",
            "asked",
            id="a verb and its particle",
        ),
    ],
)
def test_a_time_goes_with_the_verb_of_its_clause(question: str, text: str, time: str, belongs: str) -> None:
    mention = next(found for found in dates.resolve(text, WRITTEN) if found.text == time)
    assert happening.belongs(analyse(question, as_of=WRITTEN), text, mention) == belongs


def test_a_name_typed_in_small_letters_is_known_from_the_article() -> None:
    query = analyse("when is the next rate decision in norvia", as_of=WRITTEN)
    text = "The next decision is due on 14 March."
    mention = next(found for found in dates.resolve(text, WRITTEN) if found.text == "14 March")
    around = f"The central bank of Norvia left its rate alone. {text}"
    assert happening.belongs(query, text, mention, context=around) == "asked"
    assert happening.belongs(query, text, mention) == "unknown", "as long as nobody says that it is a name"


DIED = "How many people died on the Marisol?"


@pytest.mark.parametrize(
    ("question", "text", "number", "belongs"),
    [
        pytest.param(DIED, "The number of people known to have died rose to 14.", "14", "asked", id="the verb"),
        pytest.param(DIED, "There were 157 people on the Marisol.", "157", "other", id="the counted alone"),
        pytest.param(
            "how many were injured in the warehouse fire",
            "After the fire the warehouse paid 9 fines.",
            "9",
            "other",
            id="only where it happened",
        ),
        pytest.param(
            "how much did the bridge cost",
            "The bridge has cost 268 million crowns.",
            "268 million",
            "asked",
            id="a cost",
        ),
        pytest.param(
            "how much did the bridge cost", "Seven months late, the bridge was opened.", "Seven", "other", id="a clause"
        ),
        pytest.param("How many?", "There were 157 people.", "157", "unknown", id="a question of no content"),
    ],
)
def test_a_number_goes_with_the_words_of_its_clause(question: str, text: str, number: str, belongs: str) -> None:
    value = next(found for found in values.find(text) if found.text.startswith(number))
    assert happening.counts(analyse(question, as_of=WRITTEN), text, value) == belongs
