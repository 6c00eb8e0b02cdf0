"""The words around numbers: number words, scales, currencies, units of measure, nouns that are counted, hedges."""

from __future__ import annotations

import re
from decimal import Decimal

from qa.values.model import Comparator

SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12, "k": 10**3,
    "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "score": 20,
}  # fmt: skip
PLURALS = {
    "tens": 10, "dozens": 24, "hundreds": 100, "thousands": 1000, "millions": 10**6, "billions": 10**9,
}  # fmt: skip
"""The least that a vague plural stands for; the most is the next such word."""

ORDINALS = {
    word: number
    for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1)
} | {"eleventh": 11, "twelfth": 12}
SYMBOLS = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₴": "UAH", "₺": "TRY"}
DOLLARS = {"us": "USD", "u.s.": "USD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "nz": "NZD", "hk": "HKD",
            "s": "SGD"}  # fmt: skip
CODES = {"usd", "eur", "gbp", "jpy", "inr", "rub", "chf", "aud", "cad", "cny", "uah", "try", "nzd", "hkd", "sek"}
CURRENCIES = {
    "dollar": "USD", "euro": "EUR", "pound": "GBP", "yen": "JPY", "rupee": "INR", "rouble": "RUB", "ruble": "RUB",
    "yuan": "CNY", "renminbi": "CNY", "franc": "CHF", "lira": "TRY", "hryvnia": "UAH", "peso": "MXN", "won": "KRW",
    "cent": "cent",
}  # fmt: skip
UNITS: dict[str, tuple[str, str, Decimal]] = {}
"""Each unit's name → (canonical name, dimension, size in the dimension's base)."""
for _dimension, _listed in {
    "length": "m:1:metre metres meter meters m|km:1000:kilometre kilometres kilometer kilometers km kms|cm:0.01:"
    "centimetre centimetres centimeter centimeters cm|mm:0.001:millimetre millimetres millimeter millimeters mm|mile:"
    "1609.344:mile miles mi|foot:0.3048:foot feet ft|inch:0.0254:inch inches|yard:0.9144:yard yards",
    "mass": "kg:1:kilogram kilograms kilo kilos kg|g:0.001:gram grams g|tonne:1000:tonne tonnes|ton:907.18474:ton tons"
    "|pound:0.45359237:lb lbs|ounce:0.028349523:ounce ounces oz",
    "area": "ha:10000:hectare hectares ha|acre:4046.8564:acre acres|km2:1000000:sqkm",
    "volume": "litre:1:litre litres liter liters|gallon:3.785411784:gallon gallons|barrel:158.987294928:barrel barrels",
    "speed": "km/h:1:kph kmh|mph:1.609344:mph|knot:1.852:knot knots",
    "power": "W:1:watt watts|kW:1000:kilowatt kilowatts kw|MW:1000000:megawatt megawatts mw|GW:1000000000:gigawatt"
    " gigawatts gw",
    "time": "second:1:second seconds|minute:60:minute minutes|hour:3600:hour hours|day:86400:day days|week:604800:week"
    " weeks",
    "months": "month:1:month months|year:12:year years|decade:120:decade decades",
    "data": "GB:1:gigabyte gigabytes gb|TB:1000:terabyte terabytes tb|MB:0.001:megabyte megabytes mb",
    "angle": "degree:1:degree degrees °",
}.items():
    for _entry in _listed.split("|"):
        _canonical, _size, _names = _entry.split(":")
        for _name in _names.split():
            UNITS[_name] = (_canonical, _dimension, Decimal(_size))
BASES = {canonical: (dimension, size) for canonical, dimension, size in UNITS.values()}

HEADS = {
    "people": "people", "person": "people", "persons": "people", "dead": "dead", "deaths": "dead", "death": "dead",
    "fatalities": "dead", "killed": "dead", "injured": "injured", "wounded": "injured", "injuries": "injured",
    "hurt": "injured", "men": "man", "women": "woman", "children": "child", "police": "police", "troops": "troop",
}  # fmt: skip
BEINGS = frozenset(
    "people man woman child civilian soldier troop passenger student worker police officer protester migrant refugee"
    " patient resident other victim".split()
) | {""}
STOPS = frozenset(
    "of in on at to by for from with as and or but who that which were was is are have has had will would could can may"
    " be been after before since than the a an this these those their his her its against during over under into per"
    " said it he she they we you i not also more less if so while when where there all about up out off between".split()
)
WORD_NUMBER = "|".join([*SMALL, "hundred", "thousand", "million", "billion", "trillion", "dozen"])
NUMBER = re.compile(
    r"(?<![\w.,])(?:"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
    r"|[0-9]{1,3}(?:[\u00a0\u2009\u202f][0-9]{3})+(?![0-9])(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    rf"|(?P<half>half\s+a\s+(?=(?:million|billion|trillion|dozen)\b))"
    rf"|(?P<words>(?:(?:an?\s+)(?=(?:hundred|thousand|million|billion|trillion|dozen)\b))?"
    rf"(?:{WORD_NUMBER})(?:(?:[\s-]+(?:and\s+)?)(?:{WORD_NUMBER})\b){{0,8}})\b"
    r"|(?P<vague>(?:(?:tens|dozens|hundreds|thousands)\s+of\s+)?(?:dozens|hundreds|thousands|millions|billions)(?!\w))"
    rf"|(?P<ordinal>{'|'.join(ORDINALS)})\b)",
    re.IGNORECASE,
)
SCALE = re.compile(r"[\s-]?(hundred|thousand|million|billion|trillion|dozen|mln|mn|bn|tn)\b|(k|m|b)(?![\w])", re.I)
MONEY_BEFORE = re.compile(r"(?:(?<!\w)(US|U\.S\.|AU|A|CA|C|NZ|HK|S)\s?)?([$£€¥₹₽₩₴₺])\s?$|(?<!\w)([A-Z]{3})\s?$")
AFTER = re.compile(r"[\s-]{0,2}([^\W\d_]+|°|%)(?:\s([^\W\d_]+))?(?:\s([^\W\d_]+))?(?:\s([^\W\d_]+))?")
AFTER_GLUED = re.compile(
    rf"(?:{'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))}|[A-Z]{{3}})(?![A-Za-z])"
)
"""A unit written against its number: "5km", "40EUR"; "4D" and "iPhone 5s" are names."""

HEDGED: tuple[tuple[Comparator, str], ...] = (
    ("over", "more than|over|at least|above|exceeding|upwards of|no fewer than|no less than|greater than"),
    (
        "under",
        "nearly|almost|up to|fewer than|less than|under|below|at most|as many as|as much as|no more than|close to"
        "|just short of",
    ),
    ("about", "about|around|approximately|roughly|some|an estimated|estimated|circa"),
)
HEDGES: tuple[tuple[Comparator, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?:^|[^\w])(?:{listed})\s+(?:the\s+|a\s+|an\s+|some\s+)?(?:US|U\.S\.|AU|A|C)?\s?[$£€¥₹₽]?\s?$",
                      re.I))
    for name, listed in HEDGED
)  # fmt: skip
DEAD = re.compile(r"\b(?:kill(?:s|ed|ing)?|death toll|died|deaths?|dead|fatalit\w+)\b", re.I)
HURT = re.compile(r"\b(?:injur\w+|wound\w+|hurt)\b", re.I)
