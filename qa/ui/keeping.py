"""What outlives a page: conversations kept beside the archive, and what has become of the articles they cite."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from qa.conversations import Has, Store, since
from qa.errors import DatelineError, InputError
from qa.types import Article
from qa.ui.face import News
from qa.ui.turn import Turn

_log = logging.getLogger(__name__)

MOST = 500
"""Conversations of a page that lists none: older ones are forgotten, so that visitors cannot fill the memory."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps the turns of a page. With ``private`` a conversation is opened by its own link only and never listed."""

    store: Store
    private: bool = False

    def keep(self, conversation: str, title: str, item: Turn) -> tuple[str, str]:
        """Keep a turn and return its conversation with the title; a conversation is begun where there is none."""
        said = item.kept
        if said is None:
            return conversation, title
        title = title or item.question
        try:
            item.place = self.store.add(conversation, said)
        except InputError:  # none yet, or deleted meanwhile on another page
            conversation = self.store.begin(title)
            item.place = self.store.add(conversation, said)
            self._forget()
        item.conversation = conversation
        return conversation, title

    def _forget(self) -> None:
        if self.private:
            for old in self.store.listed(limit=2 * MOST)[MOST:]:
                self.store.delete(old.id)


def learn(news: News, item: Turn) -> None:
    """Add to a turn what the archive knows around its articles; a fault leaves an article without it."""
    for name, article in item.articles.items():
        if name not in item.about:
            try:
                item.about[name] = news.holdings.about(article)
            except DatelineError:
                _log.warning("nothing is known around article %r", name, exc_info=True)


def reopen(news: News, store: Store, conversation: str, *, limit: int) -> tuple[str, list[Turn]]:
    """Return a kept conversation's title and its last turns, each with what changed about its articles since.

    Raises:
        InputError: there is no such conversation.
        ArchiveError: it cannot be read.
    """
    found = store.conversation(conversation, has=has(news))
    turns = []
    for kept in found.kept[-limit:]:
        item = Turn.of(kept, found.id)
        item.changes = since(kept.articles, lambda name: _versions(news, name))
        item.about = {name: news.holdings.about(article) for name, article in kept.articles.items()}
        turns.append(item)
    return found.title, turns


def has(news: News) -> Has:
    """Return what tells whether the archive still has the article of an id."""
    return lambda name: bool(_versions(news, name))


def _versions(news: News, name: str) -> tuple[Article, ...]:
    try:
        return tuple(news.holdings.versions(name))
    except InputError:
        return ()
