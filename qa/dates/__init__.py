"""Time expressions of a text, resolved against the date of its writing; and dates written out for a reader."""

from __future__ import annotations

from qa.dates.resolving import resolve
from qa.dates.writing import absolute, annotate, spoken

__all__ = ["absolute", "annotate", "resolve", "spoken"]
