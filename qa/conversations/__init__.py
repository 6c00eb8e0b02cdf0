"""Conversations that are kept: what was asked, what was answered, and what the reader thought of it."""

from __future__ import annotations

from qa.conversations.changes import Changes, since
from qa.conversations.kept import Conversation, Kept, Listed, Thought, Thumb
from qa.conversations.store import FILE, Has, Store

__all__ = ["FILE", "Changes", "Conversation", "Has", "Kept", "Listed", "Store", "Thought", "Thumb", "since"]
