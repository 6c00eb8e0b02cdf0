"""Typed numbers of a text: amounts with their scale, unit and comparator, and a comparison that knows all three."""

from __future__ import annotations

from qa.values.comparing import compare, compatible
from qa.values.finding import find
from qa.values.model import Comparator, Relation, Value, ValueKind

__all__ = ["Comparator", "Relation", "Value", "ValueKind", "compare", "compatible", "find"]
