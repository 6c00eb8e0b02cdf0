"""Claims against news texts: numbers that change, dates put off, quotations, roles, denials, who said it."""

from __future__ import annotations

from datetime import date

import pytest

from qa.support import check

WRITTEN = date(2026, 3, 4)  # a Wednesday

# (text, claims that it bears out, claims that it does not)
CASES: list[tuple[str, list[str], list[str]]] = [
    (
        "The fuel duty was lowered from 52 to 47 cents a litre on Sunday.",
        [
            "The fuel duty was lowered to 47 cents a litre.",
            "The fuel duty was lowered from 52 cents to 47 cents a litre.",
        ],
        [
            "The fuel duty was lowered to 52 cents a litre.",
            "The fuel duty was lowered from 47 to 52 cents a litre.",
        ],
    ),
    (
        "Unemployment rose by 0.3 points to 6.1% in January, the statistics office said.",
        [
            "Unemployment rose to 6.1% in January, the statistics office said.",
        ],
        [
            "Unemployment rose by 6.1% in January, the statistics office said.",
            "Unemployment rose by 0.3% in January, the statistics office said.",
            "Unemployment rose to 6.1 million in January, the statistics office said.",
        ],
    ),
    (
        "Between 40 and 60 houses were damaged when the dam at Orrin broke, rescue workers said.",
        [
            "Rescue workers said that between 40 and 60 houses were damaged.",
        ],
        [
            "Rescue workers said that 60 houses were damaged.",
            "Rescue workers said that more than 60 houses were damaged.",
        ],
    ),
    (
        "At least 14 miners were trapped in the shaft, the company said.",
        [
            "At least 14 miners were trapped, the company said.",
        ],
        [
            "At most 14 miners were trapped, the company said.",
            "Fourteen firefighters were trapped, the company said.",
        ],
    ),
    (
        "Nearly 900 people signed the petition against the airport.",
        [
            "Nearly 900 people signed the petition against the airport.",
        ],
        [
            "More than 900 people signed the petition against the airport.",
            "Nearly 900 people signed the petition for the airport.",
        ],
    ),
    (
        "The storm passed 30 km north of Velle on Thursday night.",
        [
            "The storm passed 30 kilometres north of Velle.",
        ],
        [
            "The storm passed 30 km south of Velle.",
            "The storm passed 30 metres north of Velle.",
        ],
    ),
    (
        "The opera house reopened on Friday after six years of repairs.",
        [
            "The opera house reopened on 27 February 2026.",
        ],
        [
            "The opera house reopened on 28 February 2026.",
            "The opera house reopened on Saturday.",
            "The opera house reopened before six years of repairs.",
        ],
    ),
    (
        "Koivu beat Marant 6-4 6-2 in the final in Lisbon on Sunday.",
        [
            "Koivu beat Marant in the final.",
            "Marant was beaten by Koivu in the final.",
        ],
        [
            "Marant beat Koivu in the final.",
            "Koivu was beaten by Marant in the final.",
            "Koivu beat Marant in the semi-final.",
        ],
    ),
    (
        "Environment minister Lena Orth confirmed that the plant would be closed. Her deputy, Karl Mey, had "
        "denied it a week earlier.",
        [
            "Lena Orth confirmed that the plant would be closed.",
        ],
        [
            "Lena Orth denied that the plant would be closed.",
            "Karl Mey confirmed that the plant would be closed.",
        ],
    ),
    (
        "The airline said it could cut up to 700 jobs by the summer, the union Vero fears 1,200.",
        [
            "The airline said it could cut up to 700 jobs.",
        ],
        [
            "The airline will cut 700 jobs by the summer.",
            "The airline said it could cut 1,200 jobs.",
            "The airline cut 700 jobs.",
        ],
    ),
    (
        "\"The pier is safe,\" said harbour master Ines Dole. \"We checked every single plank in January.\"",
        [
            "\"The pier is safe,\" said harbour master Ines Dole.",
        ],
        [
            "\"The pier is unsafe,\" said harbour master Ines Dole.",
            "\"We checked almost every plank in January,\" said Ines Dole.",
            "\"We checked every single plank in June,\" Ines Dole said.",
        ],
    ),
    (
        "It was the first eruption of Mount Halk since 1911. It was also the second largest ever measured in "
        "the country.",
        [
            "It was the first eruption of Mount Halk since 1911.",
        ],
        [
            "It was the largest eruption of Mount Halk since 1911.",
            "It was the first eruption ever measured in the country.",
        ],
    ),
    (
        "The council did not close the library because of its cost, the mayor said. It closed it after cracks "
        "were found in the roof.",
        [
            "The library was closed after cracks were found in the roof.",
        ],
        [
            "The council closed the library because of its cost.",
            "The council closed the library because of its cost, the mayor said.",
        ],
    ),
    (
        "Only two of the nine judges voted for the appeal.",
        [
            "Two of the nine judges voted for the appeal.",
        ],
        [
            "Nine judges voted for the appeal.",
            "Two of the nine judges voted against the appeal.",
            "Only two judges voted against the appeal.",
        ],
    ),
    (
        "Sugar was cheaper in Dorra than in Pelan last year.",
        [
            "Sugar was cheaper in Dorra than in Pelan.",
        ],
        [
            "Sugar was cheaper in Pelan than in Dorra.",
            "Sugar was dearer in Dorra than in Pelan.",
        ],
    ),
    (
        "The court postponed the hearing, scheduled for 12 March, to 9 April.",
        [
            "The hearing was postponed to 9 April.",
            "The court postponed the hearing to 9 April 2026.",
        ],
        [
            "The hearing is scheduled for 12 March.",
            "The hearing was postponed to 12 March.",
        ],
    ),
    (
        "The concert, originally due on Saturday, will now be held on 21 March.",
        [
            "The concert will now be held on 21 March.",
        ],
        [
            "The concert will be held on Saturday.",
            "The concert is due on Saturday.",
        ],
    ),
    (
        "Police chief Arno Vesk said: \"The driver told us: 'I did not see the child.'\"",
        [],
        [
            "\"I did not see the child,\" said police chief Arno Vesk.",
            "The driver saw the child.",
        ],
    ),
    (
        "Sirens failed in the village of Osk during the flood, a report found. No alarm was sent to phones "
        "either.",
        [
            "Sirens failed in the village of Osk during the flood, a report found.",
            "No alarm was sent to phones.",
        ],
        [
            "Sirens sounded in Osk during the flood.",
            "An alarm was sent to phones.",
        ],
    ),
    (
        "Delta Rail has bought Nordline's freight arm for 310 million euros.",
        [
            "Delta Rail bought the freight arm of Nordline for 310 million euros.",
            "Nordline's freight arm was bought by Delta Rail.",
        ],
        [
            "Nordline bought Delta Rail's freight arm for 310 million euros.",
            "Delta Rail bought Nordline for 310 million euros.",
            "Delta Rail was bought by Nordline.",
        ],
    ),
    (
        "The government rejected a request by the opposition to publish the report.",
        [
            "The government refused to publish the report.",
        ],
        [
            "The government published the report.",
            "The opposition rejected a request to publish the report.",
        ],
    ),
    (
        "The striker turned down an offer from Ravella and extended his contract with Union until 2028.",
        [
            "The striker rejected an offer from Ravella.",
            "The striker extended his contract until 2028.",
        ],
        [
            "The striker accepted an offer from Ravella.",
            "The striker extended his contract with Ravella.",
            "The striker extended his contract until 2029.",
        ],
    ),
    (
        "Two of the five trapped divers were rescued alive on Tuesday evening; the others are still missing.",
        [
            "Two divers were rescued alive on Tuesday.",
        ],
        [
            "Five divers were rescued alive on Tuesday.",
            "Two divers are still missing.",
            "All five divers were rescued.",
        ],
    ),
    (
        "Wheat production is forecast to fall by a tenth this year, after a rise of 4% in 2025.",
        [
            "Wheat production is forecast to fall by a tenth this year.",
        ],
        [
            "Wheat production fell by a tenth in 2025.",
            "Wheat production is forecast to rise by 4% this year.",
        ],
    ),
    (
        "The president has not signed the bill yet. Parliament passed it by 61 votes to 39 on Monday.",
        [
            "The president has not yet signed the bill.",
            "Parliament passed the bill by 61 votes to 39.",
        ],
        [
            "The president signed the bill.",
            "Parliament passed it by 39 votes to 61.",
            "The president has not signed the treaty yet.",
        ],
    ),
    (
        "Prosecutors have brought no charges against the banker, his lawyer said.",
        [
            "No charges have been brought against the banker, his lawyer said.",
        ],
        [
            "Prosecutors have brought charges against the banker, his lawyer said.",
        ],
    ),
    (
        "The museum's director, Hana Wirt, called the theft \"a national disgrace\".",
        [
            "Hana Wirt called the theft \"a national disgrace\".",
        ],
        [
            "Hana Wirt called the theft \"an international disgrace\".",
            "Hana Wirt called the theft \"a national tragedy\".",
            "The theft was \"a national disgrace\".",
        ],
    ),
    (
        "The trawler Estrel sank off Cape Mor on Monday. Nine of its crew of eleven drowned.",
        [
            "Nine of the crew drowned when the Estrel sank.",
        ],
        [
            "Eleven of the crew drowned when the Estrel sank.",
            "Nine of the crew of the Estrel survived.",
        ],
    ),
    (
        "The strike ended on Tuesday without an agreement.",
        [
            "The strike ended on Tuesday without an agreement.",
        ],
        [
            "The strike ended on Tuesday with an agreement.",
            "The strike ended on Tuesday after an agreement.",
        ],
    ),
    (
        "Zinc prices doubled to $3,900 a tonne from $1,950 a year earlier.",
        [
            "Zinc prices doubled to $3,900 a tonne.",
        ],
        [
            "Zinc prices doubled to $1,950 a tonne.",
            "Zinc prices fell to $1,950 a tonne.",
            "Zinc prices tripled to $3,900 a tonne.",
        ],
    ),
    (
        "Lumo's chief executive, Sara Dahl, said the firm would hire 300 engineers this year, up from 180 in "
        "2025.",
        [
            "Sara Dahl said the firm would hire 300 engineers this year.",
            "Lumo's chief executive said the firm would hire 300 engineers.",
        ],
        [
            "Sara Dahl said the firm would hire 180 engineers this year.",
            "The firm hired 300 engineers in 2025.",
            "Lumo hired 300 engineers.",
            "The firm would hire 300 teachers this year, Sara Dahl said.",
        ],
    ),
    (
        "A man who had been held over the theft was released without charge on Monday, police said.",
        [
            "A man was released without charge on Monday, police said.",
        ],
        [
            "A man was charged over the theft, police said.",
            "A man was released on Tuesday, police said.",
            "A man was arrested on Monday, police said.",
        ],
    ),
    (
        "Parliament narrowly rejected the pension bill on Thursday. It had approved an earlier version in "
        "May.",
        [
            "Parliament rejected the pension bill.",
        ],
        [
            "Parliament approved the pension bill on Thursday.",
            "Parliament unanimously rejected the pension bill.",
            "Parliament rejected the pension bill in May.",
        ],
    ),
    (
        "Officials denied reports that the reactor at Sund had been shut down.",
        [
            "Officials denied that the reactor at Sund had been shut down.",
        ],
        [
            "The reactor at Sund has been shut down.",
            "Officials confirmed that the reactor at Sund had been shut down.",
            "Officials said the reactor at Sund had been shut down.",
        ],
    ),
    (
        "The referee sent off Odin Brand after 60 minutes; Brand's team still won 2-1 against Alvar.",
        [
            "Odin Brand was sent off after 60 minutes.",
        ],
        [
            "Odin Brand sent off the referee after 60 minutes.",
            "Alvar won 2-1.",
            "Brand's team won 3-1 against Alvar.",
            "Brand's team lost 2-1 against Alvar.",
        ],
    ),
    (
        "Asked whether he would stand again, President Mirko Hale said he had not decided.",
        [
            "Mirko Hale said he had not decided.",
        ],
        [
            "Mirko Hale said he would stand again.",
            "Mirko Hale will stand again.",
            "Mirko Hale has decided.",
        ],
    ),
    (
        "The rail strike will begin at midnight on Sunday unless the two sides reach a deal, the union Vero "
        "said.",
        [
            "The rail strike will begin at midnight on Sunday unless the two sides reach a deal, the union "
            "Vero said.",
        ],
        [
            "The rail strike will begin at midnight on Sunday.",
            "The rail strike began at midnight on Sunday.",
        ],
    ),
    (
        "Two thirds of the 900 flats will be let at reduced rents, the housing office said.",
        [
            "Two thirds of the flats will be let at reduced rents, the housing office said.",
        ],
        [
            "A third of the flats will be let at reduced rents, the housing office said.",
            "All the flats will be let at reduced rents, the housing office said.",
        ],
    ),
    (
        "Almost 4,000 people fled the fighting in Tarn, according to the aid group Relay, most of them women.",
        [
            "Almost 4,000 people fled the fighting in Tarn, according to Relay.",
        ],
        [
            "Almost 4,000 women fled the fighting in Tarn, according to Relay.",
            "Almost 40,000 people fled the fighting in Tarn, according to Relay.",
            "Almost 4,000 people died in the fighting in Tarn, according to Relay.",
        ],
    ),
    (
        "The court upheld the ban on the party. Its leader, Ulla Rem, vowed to appeal.",
        [
            "The court upheld the ban on the party.",
            "Ulla Rem vowed to appeal.",
        ],
        [
            "The court lifted the ban on the party.",
            "Ulla Rem appealed.",
            "The court overturned the ban on the party.",
        ],
    ),
    (
        "Kessler, who won the race in 2023, finished third behind Abe and Tanaka.",
        [
            "Kessler finished third.",
            "Kessler won the race in 2023.",
        ],
        [
            "Abe finished third.",
            "Kessler finished second.",
            "Tanaka won the race in 2023.",
        ],
    ),
    (
        "The island's only hospital was hit, but nobody was hurt, the governor said.",
        [
            "Nobody was hurt, the governor said.",
        ],
        [
            "The governor was hurt.",
            "The island's hospital was not hit, the governor said.",
            "Several people were hurt, the governor said.",
        ],
    ),
    (
        "Orla Finn, 34, became the first woman to lead the fire service. Her predecessor, Ben Adair, retired "
        "in January.",
        [
            "Orla Finn became the first woman to lead the fire service.",
            "Ben Adair retired in January.",
        ],
        [
            "Orla Finn became the first person to lead the fire service.",
            "Ben Adair became the first woman to lead the fire service.",
            "Orla Finn retired in January.",
            "Orla Finn, 43, became the first woman to lead the fire service.",
        ],
    ),
    (
        "The ministry expects between 12,000 and 15,000 visitors, half as many as in 2024.",
        [
            "The ministry expects between 12,000 and 15,000 visitors.",
        ],
        [
            "The ministry expects 15,000 visitors.",
            "The ministry expects twice as many visitors as in 2024.",
            "Between 12,000 and 15,000 visitors came in 2024.",
        ],
    ),
    (
        "Shares in Pell rose as much as 9% before closing 2% lower.",
        [
            "Shares in Pell closed 2% lower.",
        ],
        [
            "Shares in Pell closed 9% higher.",
            "Shares in Pell closed 2% higher.",
            "Shares in Pell rose 2%.",
        ],
    ),
    (
        "A former employee, Dan Reeve, told the inquiry: \"Managers knew about the leak in 2019.\" The "
        "company disputes this.",
        [
            "Dan Reeve told the inquiry: \"Managers knew about the leak in 2019.\"",
        ],
        [
            "Managers knew about the leak in 2019.",
            "The company said managers knew about the leak in 2019.",
            "Dan Reeve told the inquiry: \"Managers knew about the leak in 2018.\"",
            "Dan Reeve told the inquiry that managers did not know about the leak.",
        ],
    ),
    (
        "The bridge was closed because of ice, not because of the accident, a spokesman for the road agency "
        "said.",
        [
            "The bridge was closed because of ice, a spokesman for the road agency said.",
        ],
        [
            "The bridge was closed because of the accident.",
            "The bridge was closed because of the accident, a spokesman for the road agency said.",
        ],
    ),
    (
        "Norvia sent 40 trucks to Ostrany last week and Ostrany sent 15 to Norvia.",
        [
            "Norvia sent 40 trucks to Ostrany last week.",
        ],
        [
            "Ostrany sent 40 trucks to Norvia.",
            "Norvia sent 15 trucks to Ostrany.",
        ],
    ),
    (
        "The vaccine is less effective against the new variant than against the old one, a study in Lund "
        "found.",
        [
            "The vaccine is less effective against the new variant than against the old one, a study in Lund "
            "found.",
        ],
        [
            "The vaccine is more effective against the new variant than against the old one, a study in Lund "
            "found.",
            "The vaccine is less effective against the old variant than against the new one, a study in Lund "
            "found.",
        ],
    ),
    (
        "The talks, which began on 23 February, were suspended on Tuesday and will resume on 10 March.",
        [
            "The talks began on 23 February.",
            "The talks will resume on 10 March.",
            "The talks were suspended on 3 March 2026.",
        ],
        [
            "The talks were suspended on 23 February.",
            "The talks began on 3 March.",
        ],
    ),
    (
        "Mayor Tove Lang apologised for the delay but did not apologise for the cost.",
        [
            "Mayor Tove Lang apologised for the delay.",
            "Tove Lang did not apologise for the cost.",
        ],
        [
            "Mayor Tove Lang apologised for the cost.",
            "Tove Lang did not apologise for the delay.",
        ],
    ),
    (
        "Few residents supported the plan for a second runway, a survey showed; 71% were against it.",
        [
            "Few residents supported the plan for a second runway, a survey showed.",
        ],
        [
            "Most residents supported the plan for a second runway, a survey showed.",
            "71% supported the plan for a second runway.",
        ],
    ),
    (
        "General Oto Varga was replaced by Colonel Hugo Stein on Friday.",
        [
            "Oto Varga was replaced by Hugo Stein.",
            "Hugo Stein replaced Oto Varga.",
        ],
        [
            "Hugo Stein was replaced by Oto Varga.",
            "Oto Varga replaced Hugo Stein.",
        ],
    ),
    (
        "The plane had been due to land in Doral at 9 p.m. but was diverted to Kesh.",
        [
            "The plane was diverted to Kesh.",
        ],
        [
            "The plane landed in Doral.",
            "The plane was diverted to Doral.",
            "The plane was diverted from Kesh.",
        ],
    ),
    (
        "Customs officers at Doral seized 2.4 tonnes of ivory hidden in a load of timber, the finance "
        "ministry said on Monday.",
        [
            "2.4 tonnes of ivory were seized at Doral, the finance ministry said.",
        ],
        [
            "Customs officers at Doral seized 2.4 tonnes of timber.",
            "Police officers at Doral seized 2.4 tonnes of ivory.",
            "Customs officers at Doral seized 24 tonnes of ivory.",
        ],
    ),
    (
        "Ambassador Lia Torr called the accusations baseless and urged Norvia to publish its evidence.",
        [
            "Lia Torr called the accusations baseless.",
            "Lia Torr urged Norvia to publish its evidence.",
        ],
        [
            "Norvia published its evidence.",
            "The accusations are baseless.",
            "Norvia urged Lia Torr to publish its evidence.",
        ],
    ),
    (
        "Until last year the line carried 30 trains a day; now it carries eight.",
        [],
        [
            "The line now carries 30 trains a day.",
            "The line carried eight trains a day until last year.",
        ],
    ),
    (
        "The suspect, a 19-year-old student, had no links to any group, prosecutor Eva Lind said.",
        [
            "The suspect had no links to any group, prosecutor Eva Lind said.",
        ],
        [
            "The suspect had links to a group, prosecutor Eva Lind said.",
            "The suspect, a 29-year-old student, had no links to any group, Eva Lind said.",
            "Eva Lind had no links to any group.",
        ],
    ),
    (
        "After the vote Prime Minister Gus Halm thanked the Greens, without whom the budget would have "
        "failed.",
        [
            "Gus Halm thanked the Greens after the vote.",
        ],
        [
            "The budget failed.",
            "The Greens thanked Gus Halm after the vote.",
            "Gus Halm thanked the Greens before the vote.",
        ],
    ),
    (
        "Norvia won the bid to host the games of 2034, beating Ostrany by 47 votes to 41.",
        [
            "Norvia won the bid to host the games of 2034.",
        ],
        [
            "Ostrany won the bid to host the games of 2034.",
            "Norvia beat Ostrany by 47 votes to 31.",
            "Norvia won the bid to host the games of 2030.",
        ],
    ),
    (
        "The heating plant in Brask, which supplies 8,000 homes, will not restart before Thursday, its "
        "operator said.",
        [
            "The heating plant in Brask will not restart before Thursday, its operator said.",
        ],
        [
            "The heating plant in Brask will restart on Thursday.",
            "The heating plant in Brask will not restart before Friday, its operator said.",
            "The heating plant in Brask restarted on Thursday.",
        ],
    ),
    (
        "Writer Alma Reyes, best known for 'The Salt Road', has died aged 81, her publisher announced. No "
        "cause was given.",
        [
            "Alma Reyes has died aged 81, her publisher announced.",
        ],
        [
            "Alma Reyes died of cancer.",
            "Alma Reyes has died aged 18, her publisher announced.",
            "Alma Reyes's publisher has died.",
        ],
    ),
    (
        "More than half of the 120 schools in the district have no drinking water, the aid group Well said in "
        "a report.",
        [
            "More than half of the schools in the district have no drinking water, the aid group Well said.",
        ],
        [
            "All 120 schools in the district have no drinking water, Well said.",
            "More than half of the schools in the district have drinking water, Well said.",
            "Fewer than half of the schools in the district have no drinking water, Well said.",
        ],
    ),
    (
        "Hale and Brand both ran for the post; Hale was elected, Brand conceded on Sunday night.",
        [
            "Brand conceded on Sunday night.",
        ],
        [
            "Brand was elected.",
            "Hale conceded on Sunday night.",
        ],
    ),
    (
        "Rescuers believe that up to 20 people may still be under the rubble. Seven bodies have been "
        "recovered so far.",
        [
            "Seven bodies have been recovered so far.",
        ],
        [
            "Twenty bodies have been recovered so far.",
            "20 people are under the rubble.",
            "Seven people may still be under the rubble.",
        ],
    ),
    (
        "The drug costs 900 crowns a month in Norvia, three times as much as in Saltara.",
        [
            "The drug costs 900 crowns a month in Norvia.",
        ],
        [
            "The drug costs 900 crowns a month in Saltara.",
            "The drug costs 900 crowns a year in Norvia.",
            "The drug costs three times as much in Saltara as in Norvia.",
        ],
    ),
    (
        "Police said they had found a knife but would not say whether it was the weapon.",
        [
            "Police said they had found a knife.",
        ],
        [
            "Police said the knife was the weapon.",
            "Police said they had not found a knife.",
            "Police found a gun.",
        ],
    ),
    (
        "The king did not attend the ceremony; Crown Princess Sofia laid the wreath in his place.",
        [
            "Crown Princess Sofia laid the wreath.",
        ],
        [
            "The king laid the wreath.",
            "The king attended the ceremony.",
            "Crown Princess Sofia did not attend the ceremony.",
        ],
    ),
    (
        "Inflation slowed to 2.9% in February from 3.4% in January, below the 3.1% that analysts had "
        "expected.",
        [
            "Inflation slowed to 2.9% in February.",
        ],
        [
            "Inflation slowed to 3.1% in February.",
            "Inflation was 2.9% in January.",
            "Inflation slowed to 3.4% in February.",
            "Analysts had expected inflation of 2.9%.",
            "Inflation rose to 2.9% in February.",
        ],
    ),
    (
        "Tanker owner Brix denied any responsibility for the spill, which killed thousands of seabirds.",
        [
            "Brix denied responsibility for the spill.",
        ],
        [
            "Brix accepted responsibility for the spill.",
            "Brix is responsible for the spill.",
            "The spill killed hundreds of seabirds.",
        ],
    ),
    (
        "Coach Ria Sund said: \"We were lucky tonight, but luck is not a plan.\"",
        [
            "\"Luck is not a plan,\" said coach Ria Sund.",
            "Ria Sund said: \"We were lucky tonight.\"",
        ],
        [
            "\"Luck is a plan,\" said coach Ria Sund.",
            "\"We were lucky tonight, but luck is not a plan,\" said coach Rita Sand.",
            "Ria Sund said: \"We were unlucky tonight.\"",
        ],
    ),
    (
        "The ceasefire took effect at 6 a.m. on Tuesday and was broken within two hours, both armies said.",
        [
            "The ceasefire took effect on Tuesday, both armies said.",
        ],
        [
            "The ceasefire took effect on Wednesday, both armies said.",
            "The ceasefire held, both armies said.",
            "The ceasefire was broken within two days, both armies said.",
        ],
    ),
    (
        "Veldt is in talks to sell its paper mill to Orrin Group, two people familiar with the matter said.",
        [
            "Veldt is in talks to sell its paper mill to Orrin Group, two people familiar with the matter "
            "said.",
        ],
        [
            "Veldt has sold its paper mill to Orrin Group.",
            "Orrin Group is in talks to sell its paper mill to Veldt, two people familiar with the matter "
            "said.",
            "Veldt is in talks to buy a paper mill from Orrin Group, two people familiar with the matter "
            "said.",
        ],
    ),
]  # fmt: skip

BORNE_OUT = [(text, claim) for text, right, _ in CASES for claim in right]
NOT_BORNE_OUT = [(text, claim) for text, _, wrong in CASES for claim in wrong]


@pytest.mark.parametrize(("text", "claim"), NOT_BORNE_OUT, ids=[claim for _, claim in NOT_BORNE_OUT])
def test_a_claim_that_differs_from_its_text_is_not_supported(text: str, claim: str) -> None:
    found = check(claim, text, written=WRITTEN)
    assert found.verdict != "supported"
    assert found.why


@pytest.mark.parametrize(("text", "claim"), BORNE_OUT, ids=[claim for _, claim in BORNE_OUT])
def test_a_claim_that_its_text_states_is_supported(text: str, claim: str) -> None:
    found = check(claim, text, written=WRITTEN)
    assert found.verdict == "supported", found.why


@pytest.mark.parametrize(
    ("claim", "text", "supported"),
    [
        pytest.param(
            "The tax collector Ilyas Dorn admitted fraud.",
            "The Velm Tax Collector Ilyas Dorn admitted fraud.",
            True,
            id="a name in small letters",
        ),
        pytest.param(
            "Dorn admitted federal tax charges.",
            "Dorn, the former Velm County Tax Collector, admitted federal charges.",
            False,
            id="a word of an office is no word for the charges",
        ),
        pytest.param(
            "The transport minister resigned.",
            "Transport minister Oda Brekke resigned.",
            True,
            id="a word that opens the sentence",
        ),
    ],
)
def test_a_word_out_of_a_name_describes_nothing_else(claim: str, text: str, supported: bool) -> None:
    assert (check(claim, text).verdict == "supported") is supported
