"""Numbers in a text, read with their scale, unit and comparator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from qa.dates import resolve
from qa.values import vocabulary as words
from qa.values.model import Comparator, Value, ValueKind

_NO_VALUE = re.compile(
    r"(?<![\w-])[0-9]{3}[-.][0-9]{3,4}(?:[-.][0-9]{4})?(?![\w-]|\.[0-9])"  # telephone numbers
    r"|^[ \t]{0,8}\(?[0-9]{1,3}[.)](?=\s)",  # the marks of a list
    re.MULTILINE,
)
_RANGED = re.compile(r"\s?(?:to|or|and|-|–|—)\s?[$£€¥]?")
_FRACTION = re.compile(r"[\s-](halves|thirds?|quarters?|fourths?|fifths?|sixths?|eighths?|tenths?)\b(?:\s+of\b)?", re.I)
_SEVERAL = re.compile(r"\b(?:several|few|many|of|some|couple|tens|hundreds|thousands)\s+$", re.I)
_PARTS = {
    "half": 2,
    "halve": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "eighth": 8,
    "tenth": 10,
}
HEDGE_REACH = 32
"""Characters before a number in which a hedge fits: "just short of the US $"."""

REACH = 60
"""Characters on either side of a number in which its words are looked for."""


def find(text: str) -> list[Value]:
    """Return the typed numbers of ``text`` in order. Numbers that belong to a date, a time or a set are not values."""
    taken = [(mention.start, mention.end) for mention in resolve(text, None) if mention.kind != "DURATION"]
    taken = sorted([*taken, *(match.span() for match in _NO_VALUE.finditer(text))])
    values: list[Value] = []
    position = index = 0
    for match in words.NUMBER.finditer(text):
        while index < len(taken) and taken[index][1] <= match.start():
            index += 1
        if match.start() < position or (index < len(taken) and taken[index][0] < match.end()):
            continue
        value = _score(text, match) or _fraction(text, match) or _value(text, match)
        if value is not None:
            if values:
                values[-1] = _lower_end(text, values[-1], value)
            values.append(value)
            position = value.end
    return values


def _lower_end(text: str, low: Value, high: Value) -> Value:
    """Return the lower end of a range with the unit and scale that only its upper end carries: "$25 to $40 billion"."""
    falling = low.amount >= high.amount and not text[: low.start].rstrip("$£€¥ ").endswith("from")
    if not _RANGED.fullmatch(text[low.end : high.start]) or falling:
        return low
    scale = words.SCALE.search(high.text)
    if scale and low.amount < 1000 and low.kind in ("count", "money") and not words.SCALE.search(low.text):
        factor = words.SCALES[(scale[1] or scale[2]).lower()]
        low = replace(low, amount=low.amount * factor, quantum=low.quantum * factor)
    if low.kind == "count" and not low.unit:
        low = replace(low, kind=high.kind, unit=high.unit)
    return low


def _value(text: str, match: re.Match[str]) -> Value | None:
    """Return the value of a number with what stands around it, or None where it is no amount."""
    start, end = match.span()
    if match["ordinal"] and (share := _share(text, match)):
        return share
    if match["ordinal"]:
        return Value(start, end=end, text=match.group(), kind="ordinal",
                     amount=Decimal(words.ORDINALS[match.group().lower()]))  # fmt: skip
    before = text[max(0, start - REACH) : start]
    if match["digits"] and re.search(r"[^\W\d_][-–—/]$|[#@/:]$", before):
        return None
    amount, quantum = _amount(match)
    suffix = re.compile(r"(?:st|nd|rd|th)\b").match(text, end)
    if match["digits"] and suffix:
        return Value(start, end=suffix.end(), text=text[start : suffix.end()], kind="ordinal", amount=amount)
    scale = words.SCALE.match(text, end)
    if scale and (match["digits"] or match["half"]) and not _is_unit_m(text, before, scale):
        factor = words.SCALES[(scale[1] or scale[2]).lower()]
        amount, quantum, end = amount * factor, quantum * factor, scale.end()
    if match["words"] and _SEVERAL.search(before) and match.group().lower() in words.SCALES:
        return None
    if match["digits"] and text[end : end + 1].isalpha() and not words.AFTER_GLUED.match(text, end):
        return None
    if match["words"] and match.group().lower() == "one" and not _counts_something(text, end):
        return None
    of = re.compile(r"\s+of\b").match(text, end) if match["vague"] else None
    kind, unit, first, last = _unit(text, start, of.end() if of else end, before)
    last = end if of and last == of.end() else last
    return Value(
        first, end=last, text=text[first:last], kind=kind, amount=_whole(amount), unit=unit,
        comparator="over" if match["vague"] else _hedge(before),
        quantum=quantum,
    )  # fmt: skip


def _fraction(text: str, match: re.Match[str]) -> Value | None:
    """Return "two-thirds" or "a third of" as a share in percent, precise to one point."""
    part = _FRACTION.match(text, match.end())
    if not part or not match["words"]:
        return None
    count, of = _amount(match)[0], _PARTS[part[1].lower().rstrip("s")]
    if not 1 <= count < of or not (text[match.end()] == "-" or part.group().endswith("of")):
        return None
    before = text[max(0, match.start() - REACH) : match.start()]
    return Value(
        match.start(), end=part.end(1), text=text[match.start() : part.end(1)], kind="percent",
        amount=(100 * count / of).quantize(Decimal("0.1")), unit="percent", comparator=_hedge(before),
    )  # fmt: skip


def _share(text: str, match: re.Match[str]) -> Value | None:
    """Return "a third of" or "by a tenth" as a share in percent."""
    article = re.search(r"\b(by\s+)?an?\s+$", text[max(0, match.start() - REACH) : match.start()], re.IGNORECASE)
    count = _PARTS.get(match.group().lower())
    if article is None or count is None or not (article[1] or re.match(r"\s+of\b", text[match.end() :])):
        return None
    start = match.start() - len(article.group()) + len(article[1] or "")
    return Value(
        start, end=match.end(), text=text[start : match.end()], kind="percent", unit="percent",
        amount=(Decimal(100) / count).quantize(Decimal("0.1")),
        comparator=_hedge(text[max(0, start - REACH) : start]),
    )  # fmt: skip


def _hedge(before: str) -> Comparator:
    return next((name for name, pattern in words.HEDGES if pattern.search(before[-HEDGE_REACH:])), "exact")


def _whole(amount: Decimal) -> Decimal:
    """Return an amount without the zeros that scaling leaves behind its point."""
    return amount.to_integral_value() if amount == amount.to_integral_value() else amount.normalize()


def _is_unit_m(text: str, before: str, scale: re.Match[str]) -> bool:
    """Return whether a bare "m" or "k" is a unit: it scales money and what is plainly counted ("5m people")."""
    counted = re.match(r"\s(?:people|men|women|children|[a-z]{3,}s)\b", text[scale.end() : scale.end() + 20])
    return scale[2] is not None and not counted and not words.MONEY_BEFORE.search(before)


def _amount(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    """Return the amount of a number's own characters, and the step of its last digit."""
    if match["digits"]:
        written = re.sub(r"[,\s]", "", match["digits"])
        places = len(written.partition(".")[2])
        return Decimal(written), Decimal(1).scaleb(-places)
    if match["half"]:
        return Decimal("0.5"), Decimal("0.1")
    if match["vague"]:
        return _vague(match["vague"].lower())
    total = current = 0
    scale = 1
    for word in re.findall(r"[a-z]+", match["words"].lower()):
        if word in words.SMALL:
            current += words.SMALL[word]
        elif word in ("hundred", "dozen"):
            current = (current or 1) * words.SCALES[word]
        elif word in words.SCALES:
            scale = words.SCALES[word]
            total, current = total + (current or 1) * scale, 0
    exact = current or scale == 1
    return Decimal(total + current), Decimal(1 if exact else scale)


def _vague(plural: str) -> tuple[Decimal, Decimal]:
    """Return the least that "tens of thousands" stands for, and the width up to the next such word."""
    least = Decimal(1)
    for word in plural.split():
        least *= words.PLURALS.get(word, 1)
    return least, 3 * least if plural == "dozens" else 9 * least


def _counts_something(text: str, end: int) -> bool:
    """Return whether "one" counts: "one soldier", not "one of them"."""
    after = words.AFTER.match(text, end)
    word = after[1] if after else ""
    return word.islower() and word not in words.STOPS and word not in ("another", "day", "thing")


def _unit(text: str, start: int, end: int, before: str) -> tuple[ValueKind, str, int, int]:
    """Return the kind and unit of a number, and the span with its unit."""
    money = words.MONEY_BEFORE.search(before)
    if money and (money[2] or (money[3] or "").lower() in words.CODES):
        code = (
            words.DOLLARS.get((money[1] or "us").lower(), "USD")
            if money[2] == "$"
            else words.SYMBOLS.get(money[2] or "")
        )
        return "money", code or money[3], start - (len(before) - money.start()), end
    after = words.AFTER.match(text, end)
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
    if word.rstrip("s") in words.CURRENCIES or word.upper() in {code.upper() for code in words.CODES}:
        return "money", words.CURRENCIES.get(word.rstrip("s"), word.upper()), start, after.end(1)
    if word in words.UNITS:
        return "measure", words.UNITS[word][0], start, after.end(1)
    return _headed(text, start, end, before)


def _bare(text: str, start: int, end: int, before: str) -> tuple[ValueKind, str, int, int]:
    """Return the kind of a number that no word follows: an age in apposition, a toll named before it, or a count."""
    apposition = re.search(r"\b(?:aged?|age of)\s$|[A-Z][a-z]+,\s$", before)
    closed = re.match(r"[,).](?!\s?\d)|$", text[end : end + 3])
    if apposition and closed and text[start:end].isdigit() and 0 < int(text[start:end]) < 120:
        return "age", "year", start, end
    return "count", _casualties("", before, text[end : end + REACH]), start, end


def _headed(text: str, start: int, end: int, before: str) -> tuple[ValueKind, str, int, int]:
    """Return a count with the noun that it counts, where one plainly follows."""
    if re.search(r"\baged?\s$", before):
        return "age", "year", start, end
    last = end
    for each in _following(text, end):
        word = each.group(1)
        lower = word.lower()
        if lower in words.STOPS:
            break
        last = each.end(1)
        if lower in words.HEADS or (lower.endswith("s") and len(lower) > 3 and not lower.endswith(("ss", "us", "is"))):
            unit = words.HEADS.get(lower) or _singular(lower)
            return "count", _casualties(unit, before, text[last : last + REACH]), start, last
    return "count", _casualties("", before, text[end : end + REACH]), start, end


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
    if unit not in words.BEINGS:
        return unit
    follows = re.split(r"[.;,]|\band\b", after)[0]
    precedes = re.split(r"[.;,]|\band\b", before)[-1]
    for name, cue in (("dead", words.DEAD), ("injured", words.HURT)):
        if re.match(rf"\s*(?:\w+\s){{0,3}}{cue.pattern}", follows, re.I):
            return name
    toll = [
        (match.start(), name)
        for name, cue in (("dead", words.DEAD), ("injured", words.HURT))
        for match in cue.finditer(precedes)
    ]
    return max(toll)[1] if toll else unit


def _score(text: str, match: re.Match[str]) -> Value | None:
    """Return a score such as "3-1" that the words around it mark as one."""
    score = re.compile(r"([0-9]{1,3})[-–]([0-9]{1,3})(?![\w-]|[.,][0-9])").match(text, match.start())
    if not score or not match["digits"] or text[score.start() - 1 : score.start()] in ("-", "–"):
        return None
    around = text[max(0, score.start() - REACH) : score.end() + REACH]
    if not re.search(r"\b(?:won|win|wins|beat|beats|lost|lose|loss|draw|drew|defeat\w*|victor\w*|vote[ds]?|led|score\w*"
                     r"|set|sets|match|game|final)\b", around, re.I):  # fmt: skip
        return None
    return Value(
        score.start(), end=score.end(), text=score.group(), kind="score", amount=Decimal(score[1]), unit=score[2]
    )
