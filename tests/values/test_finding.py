from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.values import Value, compare, compatible, find


def only(text: str) -> Value:
    (value,) = find(text)
    return value


@pytest.mark.parametrize(
    ("text", "kind", "amount", "unit", "words"),
    [
        pytest.param("It lost 1.2 billion euros.", "money", "1200000000", "EUR", "1.2 billion euros", id="scaled"),
        pytest.param("a $13bn deal", "money", "13000000000", "USD", "$13bn", id="glued scale"),
        pytest.param("It lost US$ 997 million.", "money", "997000000", "USD", "US$ 997 million", id="US dollar"),
        pytest.param("about AU$ 40 million", "money", "40000000", "AUD", "AU$ 40 million", id="Australian dollar"),
        pytest.param("It counted 2,161,000 votes.", "count", "2161000", "vote", "2,161,000 votes", id="digit groups"),
        pytest.param("twenty-three goals", "count", "23", "goal", "twenty-three goals", id="hyphenated words"),
        pytest.param("half a million refugees", "count", "500000", "refugee", "half a million refugees", id="half"),
        pytest.param("a dozen eggs", "count", "12", "egg", "a dozen eggs", id="dozen"),
        pytest.param("two hundred and five thousand jobs", "count", "205000", "job",
                     "two hundred and five thousand jobs", id="long words"),
        pytest.param("a rise of 3.5 percent", "percent", "3.5", "percent", "3.5 percent", id="percent"),
        pytest.param("up 2 percentage points", "points", "2", "point", "2 percentage points", id="percentage points"),
        pytest.param("a 23-year-old man", "age", "23", "year", "23-year-old", id="age"),
        pytest.param("John Smith, 45, ran.", "age", "45", "year", "45", id="age in apposition"),
        pytest.param("He ran 60 miles.", "measure", "60", "mile", "60 miles", id="miles"),
        pytest.param("a 27-year contract", "measure", "27", "year", "27-year", id="length of time"),
        pytest.param("They won 3-1 in Madrid.", "score", "3", "1", "3-1", id="score"),
        pytest.param("the 42nd president", "ordinal", "42", "", "42nd", id="ordinal"),
        pytest.param("The death toll rose to 23.", "count", "23", "dead", "23", id="toll before the number"),
        pytest.param("In all, 40 people were wounded.", "count", "40", "injured", "40 people", id="people wounded"),
        pytest.param("two-thirds of voters", "percent", "66.7", "percent", "two-thirds", id="fraction"),
        pytest.param("a 40EUR fee", "money", "40", "EUR", "40EUR", id="glued currency"),
        pytest.param("some 5m people", "count", "5000000", "people", "5m people", id="m before people"),
    ],
)  # fmt: skip
def test_a_value(text: str, kind: str, amount: str, unit: str, words: str) -> None:
    value = only(text)
    assert (value.kind, value.amount, value.unit, value.text) == (kind, Decimal(amount), unit, words)
    assert text[value.start : value.end] == value.text


NO_VALUES = (
    "on March 28, 2022; at 16:15 UTC; in 2019; the F-16 and COVID-19; one of them; no one; every two weeks;"
    " call 575-618-7631; 1. Prices rose; a 4D image; the iPhone 5s; several billion dollars"
).split("; ")


@pytest.mark.parametrize("text", NO_VALUES)
def test_no_value(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        pytest.param("between $25 and $40 billion", ("25000000000", "USD"), ("40000000000", "USD"), id="scale"),
        pytest.param("10 to 15 bridges", ("10", "bridge"), ("15", "bridge"), id="noun"),
        pytest.param("up from 3 to 5 percent", ("3", "percent"), ("5", "percent"), id="percent"),
    ],
)
def test_a_range_shares_its_unit(text: str, low: tuple[str, str], high: tuple[str, str]) -> None:
    assert [(value.amount, value.unit) for value in find(text)] == [
        (Decimal(amount), unit) for amount, unit in (low, high)
    ]


@pytest.mark.parametrize(
    ("text", "comparator"),
    [("more than 2,000 jobs", "over"), ("about $3 million", "about"), ("nearly 40 men", "under"), ("40 men", "exact")],
)
def test_hedges(text: str, comparator: str) -> None:
    value = only(text)
    assert value.comparator == comparator
    assert value.approximate is (comparator != "exact")


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        pytest.param("1.2 million jobs", "1,183,000 jobs", "same", id="within stated precision"),
        pytest.param("1.2 million jobs", "1,260,000 jobs", "different", id="outside stated precision"),
        pytest.param("more than 2,000 people", "2,161 people", "same", id="more than"),
        pytest.param("more than 2,000 people", "1,900 people", "different", id="less than more than"),
        pytest.param("nearly 2,000 people", "1,983 people", "same", id="nearly"),
        pytest.param("about 2,000 people", "2,161 people", "same", id="about"),
        pytest.param("12 people died", "15 people died", "different", id="tolls"),
        pytest.param("12 people died", "15 people were injured", "unrelated", id="dead and injured"),
        pytest.param("$5 million", "5 million euros", "unrelated", id="currencies"),
        pytest.param("5 percent", "5 jobs", "unrelated", id="kinds"),
        pytest.param("two-thirds of voters", "67 percent of voters", "same", id="fraction and percent"),
        pytest.param("67 percent", "66.7 percent", "same", id="rounded percent"),
        pytest.param("67 percent", "66 percent", "different", id="other percent"),
        pytest.param("$12", "$12.40", "different", id="prices are not rounded"),
        pytest.param("hundreds of people", "dozens of people", "different", id="hundreds and dozens"),
        pytest.param("hundreds of people", "350 people", "same", id="hundreds"),
        pytest.param("tens of thousands of people", "hundreds of people", "different", id="tens of thousands"),
        pytest.param("millions of dollars", "$3 million", "same", id="millions of dollars"),
        pytest.param("60 miles", "97 km", "same", id="miles and kilometres"),
        pytest.param("60 miles", "120 km", "different", id="other distance"),
        pytest.param("24 hours", "1 day", "same", id="hours and days"),
        pytest.param("They won 3-1", "They lost 1-3", "same", id="score from both sides"),
        pytest.param("They won 3-1", "They won 3-2", "different", id="other score"),
        pytest.param("twelve jobs", "12 jobs", "same", id="words and digits"),
        pytest.param("2,161,000 votes", "2 votes", "different", id="never digits as strings"),
    ],
)
def test_comparison(first: str, second: str, relation: str) -> None:
    assert compare(only(first), only(second)) == relation
    assert compare(only(second), only(first)) == relation
    assert compatible(only(first), only(second)) is (relation == "same")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from("0123456789,.-–$€% mkbn"), st.characters()), max_size=80))
def test_never_throws_and_always_slices(text: str) -> None:
    position = 0
    for value in find(text):
        assert position <= value.start < value.end
        assert text[value.start : value.end] == value.text
        assert compatible(value, value)
        position = value.end
