"""Typed numbers of a text: amounts with their scale, unit and comparator, and a comparison that knows all three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from qa.dates import resolve

ValueKind = Literal["count", "money", "percent", "points", "ordinal", "measure", "age", "score"]
"""What a number counts. ``measure`` includes lengths of time; ``points`` are percentage points."""

Comparator = Literal["exact", "about", "over", "under"]
"""How the text hedges an amount: not, "about", "more than" or "at least", "nearly" or "up to"."""

Relation = Literal["same", "different", "unrelated"]
"""Two values name one amount, two amounts of one kind, or cannot be compared."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number of a text: ``text[start:end]`` of the source is ``text``, unit included.

    ``amount`` is scaled ("1.2 billion" is 1200000000). ``unit`` is canonical: a currency code, "percent", "km", a noun
    in the singular ("job"), "people", "dead", "injured", or "" where none is plain; of a score it is the other side's
    number. ``quantum`` is the step of the last digit that the text gives (100000000 in "1.2 billion").
    """

    start: int
    end: int = field(kw_only=True)
    text: str = field(kw_only=True)
    kind: ValueKind = field(kw_only=True)
    amount: Decimal = field(kw_only=True)
    unit: str = field(kw_only=True, default="")
    comparator: Comparator = field(kw_only=True, default="exact")
    quantum: Decimal = field(kw_only=True, default=Decimal(1))

    @property
    def approximate(self) -> bool:
        """Whether the text hedges the amount."""
        return self.comparator != "exact"


_SMALL = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_SCALES = {
    "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12, "k": 10**3,
    "m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "tn": 10**12, "score": 20,
}  # fmt: skip
_ORDINALS = {
    word: number
    for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), start=1)
} | {"eleventh": 11, "twelfth": 12}
_SYMBOLS = {"$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₹": "INR", "₽": "RUB", "₩": "KRW", "₴": "UAH", "₺": "TRY"}
_DOLLARS = {"us": "USD", "u.s.": "USD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "nz": "NZD", "hk": "HKD",
            "s": "SGD"}  # fmt: skip
_CODES = {"usd", "eur", "gbp", "jpy", "inr", "rub", "chf", "aud", "cad", "cny", "uah", "try", "nzd", "hkd", "sek"}
_CURRENCIES = {
    "dollar": "USD", "euro": "EUR", "pound": "GBP", "yen": "JPY", "rupee": "INR", "rouble": "RUB", "ruble": "RUB",
    "yuan": "CNY", "renminbi": "CNY", "franc": "CHF", "lira": "TRY", "hryvnia": "UAH", "peso": "MXN", "won": "KRW",
    "cent": "cent",
}  # fmt: skip
_UNITS: dict[str, tuple[str, str, Decimal]] = {}
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
            _UNITS[_name] = (_canonical, _dimension, Decimal(_size))
_BASES = {canonical: (dimension, size) for canonical, dimension, size in _UNITS.values()}

_HEADS = {
    "people": "people", "person": "people", "persons": "people", "dead": "dead", "deaths": "dead", "death": "dead",
    "fatalities": "dead", "killed": "dead", "injured": "injured", "wounded": "injured", "injuries": "injured",
    "hurt": "injured", "men": "man", "women": "woman", "children": "child", "police": "police", "troops": "troop",
}  # fmt: skip
_BEINGS = frozenset(
    "people man woman child civilian soldier troop passenger student worker police officer protester migrant refugee"
    " patient resident other victim".split()
) | {""}
_STOPS = frozenset(
    "of in on at to by for from with as and or but who that which were was is are have has had will would could can may"
    " be been after before since than the a an this these those their his her its against during over under into per"
    " said it he she they we you i not also more less if so while when where there all about up out off between".split()
)
_WORD_NUMBER = "|".join([*_SMALL, "hundred", "thousand", "million", "billion", "trillion", "dozen"])
_NUMBER = re.compile(
    r"(?<![\w.,])(?:"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    rf"|(?P<half>half\s+a\s+(?=(?:million|billion|trillion|dozen)\b))"
    rf"|(?P<words>(?:(?:an?\s+)(?=(?:hundred|thousand|million|billion|trillion|dozen)\b))?"
    rf"(?:{_WORD_NUMBER})(?:(?:[\s-]+(?:and\s+)?)(?:{_WORD_NUMBER})\b){{0,8}})\b"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS)})\b)",
    re.IGNORECASE,
)
_SCALE = re.compile(r"[\s-]?(hundred|thousand|million|billion|trillion|dozen|mln|mn|bn|tn)\b|(k|m|b)(?![\w])", re.I)
_MONEY_BEFORE = re.compile(r"(?:(?<!\w)(US|U\.S\.|AU|A|CA|C|NZ|HK|S)\s?)?([$£€¥₹₽₩₴₺])\s?$|(?<!\w)([A-Z]{3})\s?$")
_AFTER = re.compile(r"[\s-]{0,2}([^\W\d_]+|°|%)(?:\s([^\W\d_]+))?(?:\s([^\W\d_]+))?(?:\s([^\W\d_]+))?")
_HEDGED: tuple[tuple[Comparator, str], ...] = (
    ("over", "more than|over|at least|above|exceeding|upwards of|no fewer than|no less than|greater than"),
    (
        "under",
        "nearly|almost|up to|fewer than|less than|under|below|at most|as many as|as much as|no more than|close to"
        "|just short of",
    ),
    ("about", "about|around|approximately|roughly|some|an estimated|estimated|circa"),
)
_HEDGES: tuple[tuple[Comparator, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?:^|[^\w])(?:{listed})\s+(?:the\s+|a\s+|an\s+|some\s+)?(?:US|U\.S\.|AU|A|C)?\s?[$£€¥₹₽]?\s?$",
                      re.I))
    for name, listed in _HEDGED
)  # fmt: skip
_DEAD = re.compile(r"\b(?:kill(?:s|ed|ing)?|death toll|died|deaths?|dead|fatalit\w+)\b", re.I)
_HURT = re.compile(r"\b(?:injur\w+|wound\w+|hurt)\b", re.I)
_REACH = 60


def find(text: str) -> list[Value]:
    """Return the typed numbers of ``text`` in order. Numbers that belong to a date, a time or a set are not values."""
    dated = [mention for mention in resolve(text, None) if mention.kind != "DURATION"]
    values: list[Value] = []
    position = index = 0
    for match in _NUMBER.finditer(text):
        while index < len(dated) and dated[index].end <= match.start():
            index += 1
        if match.start() < position or (index < len(dated) and dated[index].start < match.end()):
            continue
        value = _score(text, match) or _value(text, match)
        if value is not None:
            values.append(value)
            position = value.end
    return values


def compare(first: Value, second: Value) -> Relation:
    """Return how two values relate: same kind and dimension are compared as amounts, all else is unrelated.

    The less precise value decides: "1.2 million" is the same as 1,183,000, "more than 2,000" as 2,161. A bare number
    (no unit) can only be the same as another, never different from it.
    """
    if first.kind == second.kind == "score":
        return "same" if sorted(_sides(first)) == sorted(_sides(second)) else "different"
    sizes = _sizes(first, second)
    if sizes is None:
        return "unrelated"
    low, high = _interval(first, sizes[0])
    other_low, other_high = _interval(second, sizes[1])
    if low <= second.amount * sizes[1] <= high or other_low <= first.amount * sizes[0] <= other_high:
        return "same"
    if first.kind == "count" and "" in (first.unit, second.unit):
        return "unrelated"
    return "different"


def compatible(first: Value, second: Value) -> bool:
    """Return whether two values name the same amount of the same thing."""
    return compare(first, second) == "same"


def _sides(value: Value) -> tuple[Decimal, Decimal]:
    return value.amount, Decimal(value.unit)


def _sizes(first: Value, second: Value) -> tuple[Decimal, Decimal] | None:
    """Return the factors that bring two values to one unit, or None where they measure different things."""
    one = Decimal(1)
    if first.kind != second.kind:
        return None
    if first.unit == second.unit:
        return one, one
    if first.kind == "count" and ("" in (first.unit, second.unit)):
        return one, one
    if first.kind == "measure" and first.unit in _BASES and second.unit in _BASES:
        (dimension, size), (other, other_size) = _BASES[first.unit], _BASES[second.unit]
        return (size, other_size) if dimension == other else None
    return None


def _interval(value: Value, size: Decimal) -> tuple[Decimal, Decimal]:
    """Return the amounts, in the base unit, that the wording of a value allows."""
    amount, half = value.amount, value.quantum / 2
    if value.comparator == "exact":
        exact = value.quantum == 1 and size == 1
        return (amount * size, amount * size) if exact else ((amount - half) * size, (amount + half) * size)
    step = max(_last_place(amount), value.quantum)
    if value.comparator == "about":
        slack = max(half, min(step / 2, abs(amount) / 10))
        return (amount - slack) * size, (amount + slack) * size
    slack = min(step, abs(amount) / 2)
    if value.comparator == "over":
        return amount * size, (amount + slack) * size
    return (amount - slack) * size, amount * size


def _last_place(amount: Decimal) -> Decimal:
    """Return the place of the last digit that is not zero: 1000 for 2000."""
    return Decimal(1).scaleb(int(amount.normalize().as_tuple().exponent)) if amount else Decimal(1)


def _value(text: str, match: re.Match[str]) -> Value | None:
    """Return the value of a number with what stands around it, or None where it is no amount."""
    start, end = match.span()
    if match["ordinal"]:
        return Value(start, end=end, text=match.group(), kind="ordinal",
                     amount=Decimal(_ORDINALS[match.group().lower()]))  # fmt: skip
    before = text[max(0, start - _REACH) : start]
    if match["digits"] and re.search(r"[^\W\d_][-–—/]$|[#@/:]$", before):
        return None
    amount, quantum = _amount(match)
    suffix = re.compile(r"(?:st|nd|rd|th)\b").match(text, end)
    if match["digits"] and suffix:
        return Value(start, end=suffix.end(), text=text[start : suffix.end()], kind="ordinal", amount=amount)
    scale = _SCALE.match(text, end)
    if scale and (match["digits"] or match["half"]) and not _is_unit_m(text, before, scale):
        factor = _SCALES[(scale[1] or scale[2]).lower()]
        amount, quantum, end = amount * factor, quantum * factor, scale.end()
    if match["words"] and match.group().lower() == "one" and not _counts_something(text, end):
        return None
    kind, unit, first, last = _unit(text, start, end, before)
    hedge: Comparator = next((name for name, pattern in _HEDGES if pattern.search(before)), "exact")
    return Value(
        first, end=last, text=text[first:last], kind=kind, amount=_whole(amount), unit=unit, comparator=hedge,
        quantum=quantum,
    )  # fmt: skip


def _whole(amount: Decimal) -> Decimal:
    """Return an amount without the zeros that scaling leaves behind its point."""
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount.normalize()


def _is_unit_m(text: str, before: str, scale: re.Match[str]) -> bool:
    """Return whether a bare "m" or "k" is a unit: it scales money and what is plainly counted ("5m people")."""
    counted = re.match(r"\s(?:people|men|women|children|[a-z]{3,}s)\b", text[scale.end() : scale.end() + 20])
    return scale[2] is not None and not counted and not _MONEY_BEFORE.search(before)


def _amount(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Return the amount of a number's own characters, and the step of its last digit."""
    if match["digits"]:
        written = match["digits"].replace(",", "")
        places = len(written.partition(".")[2])
        return Decimal(written), Decimal(1).scaleb(-places)
    if match["half"]:
        return Decimal("0.5"), Decimal("0.1")
    total = current = 0
    scale = 1
    for word in re.findall(r"[a-z]+", match["words"].lower()):
        if word in _SMALL:
            current += _SMALL[word]
        elif word in ("hundred", "dozen"):
            current = (current or 1) * _SCALES[word]
        elif word in _SCALES:
            scale = _SCALES[word]
            total, current = total + (current or 1) * scale, 0
    exact = current or scale == 1
    return Decimal(total + current), Decimal(1 if exact else scale)


def _counts_something(text: str, end: int) -> bool:
    """Return whether "one" counts: "one soldier", not "one of them"."""
    after = _AFTER.match(text, end)
    word = after[1] if after else ""
    return word.islower() and word not in _STOPS and word not in ("another", "day", "thing")


def _unit(text: str, start: int, end: int, before: str) -> tuple[ValueKind, str, int, int]:
    """Return the kind and unit of a number, and the span with its unit."""
    money = _MONEY_BEFORE.search(before)
    if money and (money[2] or (money[3] or "").lower() in _CODES):
        code = _DOLLARS.get((money[1] or "us").lower(), "USD") if money[2] == "$" else _SYMBOLS.get(money[2] or "")
        return "money", code or money[3], start - (len(before) - money.start()), end
    after = _AFTER.match(text, end)
    word = after[1].lower() if after else ""
    if after is None:
        return _bare(text, start, end, before)
    second = (after[2] or "").lower()
    if word in ("percent", "%") or (word, second) == ("per", "cent"):
        return "percent", "percent", start, after.end(1) if word != "per" else after.end(2)
    if word == "percentage" and second.startswith("point"):
        return "points", "point", start, after.end(2)
    age = re.compile(r"[\s-]years?[\s-]old\b|[\s-]year-olds?\b", re.I).match(text, end)
    if age:
        return "age", "year", start, age.end()
    if word.rstrip("s") in _CURRENCIES or word.upper() in {code.upper() for code in _CODES}:
        return "money", _CURRENCIES.get(word.rstrip("s"), word.upper()), start, after.end(1)
    if word in _UNITS:
        return "measure", _UNITS[word][0], start, after.end(1)
    return _headed(text, start, end, before)


def _bare(text: str, start: int, end: int, before: str) -> tuple[ValueKind, str, int, int]:
    """Return the kind of a number that no word follows: an age in apposition, a toll named before it, or a count."""
    apposition = re.search(r"\b(?:aged?|age of)\s$|[A-Z][a-z]+,\s$", before)
    closed = re.match(r"[,).](?!\s?\d)|$", text[end : end + 3])
    if apposition and closed and text[start:end].isdigit() and 0 < int(text[start:end]) < 120:
        return "age", "year", start, end
    return "count", _casualties("", before, text[end : end + _REACH]), start, end


def _headed(text: str, start: int, end: int, before: str) -> tuple[ValueKind, str, int, int]:
    """Return a count with the noun that it counts, where one plainly follows."""
    if re.search(r"\baged?\s$", before):
        return "age", "year", start, end
    last = end
    for each in _following(text, end):
        word = each.group(1)
        lower = word.lower()
        if lower in _STOPS:
            break
        last = each.end(1)
        if lower in _HEADS or (lower.endswith("s") and len(lower) > 3 and not lower.endswith(("ss", "us", "is"))):
            unit = _HEADS.get(lower) or _singular(lower)
            return "count", _casualties(unit, before, text[last : last + _REACH]), start, last
    return "count", _casualties("", before, text[end : end + _REACH]), start, end


def _following(text: str, end: int) -> Iterator[re.Match[str]]:
    """Yield the words after a number up to the first mark, at most four."""
    pattern = re.compile(r"[\s-]([^\W\d_]+(?:['’-][^\W\d_]+)?)")
    for _ in range(4):
        match = pattern.match(text, end)
        if not match:
            return
        yield match
        end = match.end()


def _singular(noun: str) -> str:
    """Return a regular plural's singular."""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    return noun[:-2] if noun.endswith(("sses", "shes", "ches", "xes")) else noun[:-1]


def _casualties(unit: str, before: str, after: str) -> str:
    """Return "dead" or "injured" for people that the clause says were killed or hurt; else the unit."""
    if unit not in _BEINGS:
        return unit
    follows = re.split(r"[.;,]|\band\b", after)[0]
    precedes = re.split(r"[.;,]|\band\b", before)[-1]
    for name, cue in (("dead", _DEAD), ("injured", _HURT)):
        if re.match(rf"\s*(?:\w+\s){{0,3}}{cue.pattern}", follows, re.I):
            return name
    toll = [
        (match.start(), name) for name, cue in (("dead", _DEAD), ("injured", _HURT)) for match in cue.finditer(precedes)
    ]
    return max(toll)[1] if toll else unit


def _score(text: str, match: re.Match[str]) -> Value | None:
    """Return a score such as "3-1" that the words around it mark as one."""
    score = re.compile(r"([0-9]{1,3})[-–]([0-9]{1,3})(?![\w-]|[.,][0-9])").match(text, match.start())
    if not score or not match["digits"]:
        return None
    around = text[max(0, score.start() - _REACH) : score.end() + _REACH]
    if not re.search(r"\b(?:won|win|wins|beat|beats|lost|lose|loss|draw|drew|defeat\w*|victor\w*|vote[ds]?|led|score\w*"
                     r"|set|sets|match|game|final)\b", around, re.I):  # fmt: skip
        return None
    return Value(
        score.start(), end=score.end(), text=score.group(), kind="score", amount=Decimal(score[1]), unit=score[2]
    )
