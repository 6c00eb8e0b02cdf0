"""Dateline: question answering over a news archive, with checked citations."""

from __future__ import annotations
