from __future__ import annotations

from datetime import date

import pytest

from qa.support import check

WRITTEN = date(2022, 3, 28)

# (id in words, claim, text): the text does not bear the claim out, however alike the words are.
WRONG = [
    # negation
    ("negation added by the text", "The mayor would resign.", "The mayor would not resign."),
    ("negation added by the claim", "The mayor would not resign.", "The mayor would resign."),
    ("contracted negation", "The bank will cut interest rates.", "The bank won't cut interest rates."),
    ("never", "Putin has met the Ukrainian president.", "Putin has never met the Ukrainian president."),
    ("refused to", "The minister agreed to testify.", "The minister refused to testify."),
    ("refused to, same verb", "The minister will testify before the panel.",
     "The minister refused to testify before the panel."),
    ("never refused", "Putin has refused to meet with the Ukrainian president.",
     "Putin has never refused to meet with the Ukrainian president."),
    ("failed to", "The company paid its workers in May.", "The company failed to pay its workers in May."),
    ("denied that", "The coach plans to leave the club.",
     "The coach denied that he plans to leave the club."),
    ("denied having", "Smith took bribes from the contractor.",
     "Smith denied having taken bribes from the contractor."),
    ("unlikely", "Talks will start on Monday.", "Talks are unlikely to start on Monday."),
    ("no longer", "The factory is operating.", "The factory is no longer operating."),
    ("without", "The vote passed with the support of the opposition.",
     "The vote passed without the support of the opposition."),
    ("no one", "Two people were hurt in the fire at the school.", "No one was hurt in the fire at the school."),
    ("neither nor", "France and Germany will send tanks.", "Neither France nor Germany will send tanks."),
    ("ruled out", "The prime minister is considering an early election.",
     "The prime minister ruled out calling an early election."),
    ("yet to", "The senator has endorsed the candidate.", "The senator has yet to endorse the candidate."),
    ("rejected instead of accepted", "The union accepted the offer.", "The union rejected the offer."),
    ("called off", "The concert in Madrid took place on Friday.", "The concert in Madrid on Friday was called off."),
    ("did not win", "Brazil won the final.", "Brazil did not win the final."),
    ("only one half is denied", "The talks in Istanbul will start on Monday.",
     "The talks in Istanbul are unlikely to start on Monday but could happen on Tuesday instead."),
    # numbers
    ("another toll", "Twenty people died in the flood.", "Twelve people died in the flood."),
    ("numbers exchanged", "20 people were killed and 12 injured.", "12 people were killed and 20 injured."),
    ("another percentage", "Inflation rose to 9.1% in June.", "Inflation rose to 8.6% in June."),
    ("million for billion", "The firm paid $3 billion for the startup.", "The firm paid $3 million for the startup."),
    ("thousands separator", "Some 2,161 people live in the town.", "Some 2,161,000 people live in the town."),
    ("decimal moved", "The magnitude 6.8 earthquake struck at night.", "The magnitude 8.6 earthquake struck at night."),
    ("euros for dollars", "The fine was 50 million euros.", "The fine was 50 million dollars."),
    ("score turned round", "The home side won 3-1.", "The home side won 2-1."),
    ("at least for at most", "More than 500 homes were destroyed.", "Fewer than 500 homes were destroyed."),
    ("number that is nowhere", "The company will cut 4,000 jobs.", "The company will cut jobs."),
    ("percent for percentage of another thing", "Unemployment fell to 4 percent.",
     "Unemployment rose to 4 percent."),
    # names
    ("another winner", "Germany won the cup.", "Argentina won the cup."),
    ("first names differ", "Igor Putin will visit Ankara.", "Vladimir Putin will visit Ankara."),
    ("another city", "The talks will be held in Geneva.", "The talks will be held in Istanbul."),
    ("Iran for Iraq", "The pipeline in Iran was damaged.", "The pipeline in Iraq was damaged."),
    ("another company", "Microsoft bought the studio.", "Sony bought the studio."),
    ("Austria for Australia", "The court in Austria fined the airline.", "The court in Australia fined the airline."),
    ("name that is nowhere", "Maria Lopez chairs the committee on energy.", "The committee on energy meets weekly."),
    # roles
    ("beat turned round", "Spain beat Italy in the semi-final.", "Italy beat Spain in the semi-final."),
    ("passive turned round", "Djokovic was beaten by Nadal.", "Nadal was beaten by Djokovic."),
    ("active for passive", "Google sued Oracle.", "Google was sued by Oracle."),
    ("from and to turned round", "He moved from Paris to Rome.", "He moved from Rome to Paris."),
    ("before for after", "Smith resigned before the vote.", "Smith resigned after the vote."),
    ("buyer and bought", "Disney was acquired by Pixar.", "Disney acquired Pixar."),
    # dates
    ("another weekday", "The summit will open on Wednesday.", "The summit will open on Tuesday."),
    ("another day", "The summit will open on 30 March 2022.", "The summit will open on Tuesday."),
    ("another month", "The law took effect in May 2021.", "The law took effect in June 2021."),
    ("another year", "The bridge opened in 2015.", "The bridge opened in 2016."),
    ("yesterday for today", "The plane crashed on 28 March 2022.", "The plane crashed yesterday."),
    ("day where the text has a month", "The vote is on 4 April 2022.", "The vote is in April 2022."),
    ("last month for next month", "The court ruled last month.", "The court will rule next month."),
    # modality
    ("will for may", "The bank will raise rates.", "The bank may raise rates."),
    ("did for plans to", "The company closed its plant in Ohio.", "The company plans to close its plant in Ohio."),
    ("did for will", "Parliament approved the budget.", "Parliament will vote on whether to approve the budget."),
    ("has for could", "The virus has spread to Europe.", "The virus could spread to Europe."),
    ("is for if", "The strike will cost the airline $5 million.",
     "The strike would cost the airline $5 million if it went ahead."),
    ("fact for demand", "Russia withdrew its troops.", "Ukraine demanded that Russia withdraw its troops."),
    ("fact for allegation", "The chef poisoned the guests.", "The chef allegedly poisoned the guests."),
    ("nearly", "The rebels captured the airport.", "The rebels nearly captured the airport."),
    # attribution
    ("said as fact", "The election was stolen.", "Trump claimed that the election was stolen."),
    ("another speaker", "Lavrov said that the talks could start on Tuesday.",
     "Peskov said that the talks could start on Tuesday."),
    ("denied for said", "The minister said that he had met the lobbyist.",
     "The minister denied that he had met the lobbyist."),
    ("speaker and subject turned round", "Zelenskyy said that Putin is ready to meet.",
     "Putin said that Zelenskyy is ready to meet."),
    ("according to somebody else", "According to police, the fire was set on purpose.",
     "According to a neighbour, the fire was set on purpose."),
    ("words put in a mouth", "Merkel said the economy will recover.", "The economy will recover."),
    ("accusation as fact", "The firm hid its losses.", "Prosecutors accused the firm of hiding its losses."),
    # opposites and other content
    ("rose for fell", "Shares rose after the report.", "Shares fell after the report."),
    ("opened for closed", "The border was opened on Sunday.", "The border was closed on Sunday."),
    ("convicted for acquitted", "The officer was convicted of murder.", "The officer was acquitted of murder."),
    ("born for died", "The poet was born in 1820.", "The poet died in 1820."),
    ("survived for died", "The pilot died in the crash.", "The pilot survived the crash."),
    ("another act", "The president vetoed the bill on guns.", "The president discussed the bill on guns."),
    ("other subject", "Sales of cars doubled.", "Sales of phones doubled."),
    ("nothing in common", "The volcano erupted.", "Bread prices are stable in the capital."),
    ("wife for husband", "Her husband was arrested.", "His wife was arrested."),
    ("more in the claim", "The bridge collapsed because of poor welding.", "The bridge collapsed."),
]  # fmt: skip

RIGHT = [
    ("word for word", "The mayor would not resign.", "The mayor would not resign."),
    ("denial kept", "The mayor denied that he would resign.", "The mayor denied that he would resign on Monday."),
    ("passive", "Italy was beaten by Spain in the semi-final.", "Spain beat Italy in the semi-final."),
    ("weekday as a date", "The summit will open on 29 March 2022.", "The summit will open on Tuesday."),
    ("date as a month", "The vote took place in March 2022.", "The vote took place on 12 March 2022."),
    ("surname", "Peskov said that talks could start on Tuesday.",
     "Kremlin spokesperson Dmitry Peskov said that talks could start on Tuesday."),
    ("title added", "Kremlin spokesperson Dmitry Peskov said that talks could start on Tuesday.",
     "Talks could start on Tuesday, Kremlin spokesperson Dmitry Peskov said."),
    ("transliteration", "Zelensky visited Warsaw.", "Volodymyr Zelenskyy visited Warsaw on Friday."),
    ("accents", "Erdogan met Putin in Sochi.", "Erdoğan met Putin in Sochi."),
    ("acronym", "The WHO declared the outbreak over.",
     "The World Health Organization declared the outbreak over."),
    ("abbreviated country", "The US imposed sanctions on the bank.",
     "The United States imposed sanctions on the bank."),
    ("demonym", "The Russian president arrived in Ankara.", "Russia's president arrived in Ankara."),
    ("scale", "The firm paid $1.2 billion for the studio.", "The firm paid $1,200 million for the studio."),
    ("percent sign", "Inflation rose to 8.6 percent in June.", "Inflation rose to 8.6% in June."),
    ("number in words", "Twelve people were killed in the fire.", "12 people were killed in the fire."),
    ("fewer words", "Talks could happen on Tuesday in Istanbul.",
     "Talks in Istanbul are unlikely to start on Monday but could happen on Tuesday instead."),
    ("double negation", "Putin never turned down a meeting.", "Putin has never turned down a meeting."),
    ("may kept", "The bank may raise rates.", "The bank may raise rates next year."),
    ("nominal form", "The resignation of the minister was announced on Friday.",
     "The minister announced his resignation on Friday."),
    ("synonym", "The company bought the startup.", "The company acquired the startup in a surprise deal."),
    ("reported speech kept", "Police said three people died.", "Three people died, police said."),
    ("with a pronoun", "Lavrov said Russia has a huge number of partners in Asia.",
     "Lavrov spoke on Monday. He said Russia has a huge number of partners in Asia."),
    ("two sentences", "The airline, based in Dublin, cancelled 190 flights.",
     "The airline is based in Dublin. It cancelled 190 flights on Friday."),
    ("unlikely kept", "The talks in Istanbul are unlikely to start on Monday.",
     "The talks in Istanbul are unlikely to start on Monday but could happen on Tuesday instead."),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "text"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_the_text_does_not_bear_out_is_never_supported(claim: str, text: str) -> None:
    found = check(claim, text, written=WRITTEN)
    assert found.verdict != "supported", found
    assert found.why
    urged = check(claim, text, written=WRITTEN, judge=lambda _claim, _text: 0.99)
    assert urged.verdict != "supported", "a judge that says yes to everything must not lift it"


@pytest.mark.parametrize(("claim", "text"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_what_the_text_says_in_other_words_is_supported(claim: str, text: str) -> None:
    found = check(claim, text, written=WRITTEN)
    assert found.verdict == "supported", found
    assert all(0 <= start < end <= len(text) for start, end in found.spans)


@pytest.mark.parametrize(("claim", "text"), [row[1:] for row in RIGHT], ids=[row[0] for row in RIGHT])
def test_another_sentence_beside_it_changes_nothing(claim: str, text: str) -> None:
    longer = f"Rain is expected in the north this week. {text} The museum is open daily."
    found = check(claim, longer, written=WRITTEN)
    assert found.verdict == "supported", found
    assert all("museum" not in longer[start:end] for start, end in found.spans)
