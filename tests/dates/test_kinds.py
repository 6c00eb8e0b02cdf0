"""Kinds of time expressions in sentences of news, each with the values of all that is found in it."""

from __future__ import annotations

from datetime import date

import pytest

from qa.dates import resolve

MONDAY, WEDNESDAY = date(2022, 3, 28), date(2024, 3, 6)

DAYS = {
    "The ministry published the report on Monday, March 14, 2022.": ["2022-03-14"],
    "The treaty of 3 September 1939 was invoked.": ["1939-09-03"],
    "Polls open June 5 and close June 9.": ["2022-06-05", "2022-06-09"],
    "The court set a hearing for Dec. 1.": ["2022-12-01"],
    "The memo is dated 28-Mar-2022.": ["2022-03-28"],
    "The strike of 1926 ended on 12 May that year.": ["1926", "1926-05-12"],
    "She was born in May 1970 and orphaned in June of the same year.": ["1970-05", "1970-06"],
    "Talks were held on March 4, 5 and 6.": ["2022-03-04", "2022-03-05", "2022-03-06"],
    "Talks were held on 4, 5 and 6 March.": ["2022-03-04", "2022-03-05", "2022-03-06"],
    "They met on the 15th and 16th of March.": ["2022-03-15", "2022-03-16"],
    "Elections were held on the first Monday in October.": ["2021-10-04"],
    "It closed on the last day of February.": ["2022-02-28"],
    "It will open on the first weekend of April.": ["2022-W13-WE"],
    "The vote of the second Tuesday of November 2020 stands.": ["2020-11-10"],
    "the fifth Monday of February 2022": [],
    "The tax has been in force since April 17.": ["2021-04-17"],
    "Shops have been shut since Easter.": ["2021-04-04"],
}
WEEKDAYS = {
    "The tribunal meets on Wednesday to hear the appeal.": ["2022-03-30"],
    "Talks resume Thursday.": ["2022-03-31"],
    "Talks did not resume Thursday.": ["2022-03-24"],
    "The leaders did not meet on Friday.": ["2022-03-25"],
    "Voters go to the polls on Sunday.": ["2022-04-03"],
    "The final is on Saturday.": ["2022-04-02"],
    "The bill, approved Tuesday, goes to the Senate on Thursday.": ["2022-03-22", "2022-03-31"],
    "He has until midnight on Friday to appeal.": ["2022-04-01T00:00", "2022-04-01"],
    "Rain is forecast for Saturday and Sunday.": ["2022-04-02", "2022-04-03"],
    "Police arrested two men on Saturday and Sunday.": ["2022-03-26", "2022-03-27"],
    "On Friday the ministers meet in Rome.": ["2022-04-01"],
    "The airport reopens at noon Wednesday, officials said Friday.": ["2022-03-30T12:00", "2022-03-25"],
    "The school was closed due to frost on Friday.": ["2022-03-25"],
    "A strike called for Thursday was averted.": ["2022-03-31"],
    "A vote could come as early as Wednesday.": ["2022-03-30"],
    "The president leaves for Rome on Wednesday.": ["2022-03-30"],
    "The trial continues on Tuesday.": ["2022-03-29"],
    "The cease-fire took effect at midnight Sunday.": ["2022-03-27T00:00"],
    "They will meet this coming Friday.": ["2022-04-01"],
    "It sank this past Sunday.": ["2022-03-27"],
    "The ship left on 3 March. It was due on the following Tuesday.": ["2022-03-03", "2022-03-08"],
    "The army entered last week and left the following Friday.": ["2022-W12", "2022-03-25"],
    "The minister told reporters on Monday that schools would reopen on Thursday.": ["2022-03-28", "2022-03-31"],
    "“We will fight on Friday,” said the man who lost on Saturday.": ["2022-04-01", "2022-03-26"],
}
RELATIVE = {
    "It was signed the week before last.": ["2022-W11"],
    "He resigned the month before last.": ["2022-01"],
    "They will meet the week after next.": ["2022-W15"],
    "It burned the night before last.": ["2022-03-26TNI"],
    "The talks are set for this coming weekend.": ["2022-W13-WE"],
    "It rained this past weekend.": ["2022-W12-WE"],
    "It will be ready by year's end.": ["2022"],
    "It opened a year ago today.": ["2021-03-28"],
    "It opened two years ago this month.": ["2020-03"],
    "It opened a week ago Friday.": ["2022-03-18"],
    "It opened half a century ago.": ["1972"],
    "It opened half a year ago.": ["2021-09"],
    "It opened a year and a half ago.": ["2020-09"],
    "Rebels took the town on 10 March and lost it that night.": ["2022-03-10", "2022-03-10TNI"],
    "He was shot on 14 March and died the next morning.": ["2022-03-14", "2022-03-15TMO"],
    "Nobody knows what the next morning brings.": [],
    "He was elected in 2010. Later that year he fell ill.": ["2010", "2010"],
    "The trial is due to start in early May.": ["2022-05"],
    "The 1994 agreement expired two decades later.": ["1994", "2014"],
    "The minister will step down at the end of June.": ["2022-06"],
    "Protests began on 5 March and three days later spread.": ["2022-03-05", "2022-03-08"],
    "He was arrested on 3 March. The day before, he had fled.": ["2022-03-03", "2022-03-02"],
}
PERIODS = {
    "in the month of May 2020": ["2020-05"],
    "in the eighties": ["198"],
    "He is in his eighties.": [],
    "the 1800s": ["18"],
    "the 2000s": ["200"],
    "the week ending March 13": ["2022-W10"],
    "the week beginning Monday, 4 April": ["2022-W14"],
    "the week of March 4": ["2022-W09"],
    "in the next fiscal year": ["2023"],
    "this financial year": ["2022"],
    "the 2021 fiscal year": ["2021"],
    "this fiscal quarter": ["2022-Q1"],
    "fiscal 2023": ["2023"],
    "third-quarter earnings": ["2021-Q3"],
    "2021 Q4 results": ["2021-Q4"],
    "It took a year and a half.": ["P1.5Y"],
    "They meet every other week.": ["P2W"],
    "The talks run from 28 to 30 March.": ["2022-03-28/2022-03-30"],
}
CLOCKS = {
    "Shelling began at 0630 hours.": ["2022-03-28T06:30"],
    "Shelling began at half past nine.": ["2022-03-28T09:30"],
    "from 14:00 Moscow time (11:00 GMT)": ["2022-03-28T14:00+03:00", "2022-03-28T11:00Z"],
    "at 9 a.m. Eastern time": ["2022-03-28T09:00-04:00"],
    "in time for the 2008 Beijing games": ["2008"],
    "It struck at 5:04 p.m. PDT on Oct. 17, 1989.": ["1989-10-17T17:04-07:00", "1989-10-17"],
}


@pytest.mark.parametrize(("text", "expected"), (DAYS | WEEKDAYS | RELATIVE | PERIODS | CLOCKS).items())
def test_values(text: str, expected: list[str]) -> None:
    assert [mention.value for mention in resolve(text, MONDAY)] == expected


NO_TIMES = """
    between 1900 and 2000 people|from 2000 to 3000 troops|the 2000 or so refugees|+44 20 7946 2019|call 555-2019
    won 3-2 and 21-14|version 2.10.2022 of the software|Ubuntu 20.04|in room 2024|the film 1917|the novel 1984
    one second place finish|a quarter of voters|a Sunday school teacher|his Sunday best|Man Friday|Saturday Night Live
    Black Sunday|April Fool|the Today programme|a score of 10:12|some 2,161 people|Boeing 737-800|Interstate 95
    Euro 6|ISBN 978-3-16-148410-0|10.0.2022.1|a ratio of 16:9|Prime Minister May said so.|They march on.|Brian May sang.
    June Carter and April Jones|Sun Microsystems|Sat Bains|a population of 2020 souls|UN resolution 2231|the Arab Spring
    he came second in the race|It may rain.|the fall of the government|the Daily Mail|Mar-a-Lago|it rose 1950 points
""".strip().replace("\n", "|").split("|")  # fmt: skip


@pytest.mark.parametrize("text", [text.strip() for text in NO_TIMES])
def test_what_only_looks_like_a_time(text: str) -> None:
    assert [(mention.text, mention.value) for mention in resolve(text, MONDAY)] == []


def test_a_day_named_long_before_is_not_pointed_at() -> None:
    text = "He was shot on 14 March." + " The court heard the witnesses again." * 15 + " He died the next morning."
    assert [mention.value for mention in resolve(text, WEDNESDAY)] == ["2024-03-14"]
