"""Newsletters saved as e-mails (EML, RFC 5322 and MIME): one article each, by the standard library's parser.

Who received it, attachments and what is hidden in its HTML are not taken in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from urllib.parse import urlsplit

from qa.ingest import clean, html, kinds
from qa.ingest.articles import Read, Rejected, finish
from qa.ingest.decoding import Undecodable, decode
from qa.ingest.feeds import believed

_PARTS = 200
"""Parts of a message that are looked at."""

_PREFIX = re.compile(r"\A(?:(?:re|fwd?|aw|wg)\s*:\s*)+", re.IGNORECASE)
_ADDRESS = re.compile(r"\A\s*<?(https?://[^\s<>]+)>?", re.IGNORECASE)
_FLOWED = re.compile(r"(?<=\S) \r?\n(?=\S)")


def read(data: bytes, name: str, *, source: str = "") -> Read | Rejected:
    """Return the article of an e-mail; ``name`` is what messages call it, ``source`` its file."""
    try:
        # The older policy leaves headers as they are: the newer one raises whatever a malformed one makes it raise.
        message = message_from_bytes(data, policy=policy.compat32)
        if not any(message[header] for header in ("From", "Date", "Subject")):
            return Rejected(name, "not an e-mail, whatever its name says: no From, Date or Subject line")
        body = _body(message)
    except Undecodable as error:
        return Rejected(name, str(error))
    except (MessageError, RecursionError) as error:
        return Rejected(name, f"not an e-mail that can be read: {type(error).__name__}")
    flags: list[str] = []
    written = _header(message, "Date")
    published = believed(written, flags) if written else None
    headline = _PREFIX.sub("", clean.line(_header(message, "Subject")))
    archived = _ADDRESS.match(_header(message, "Archived-At"))  # RFC 5064
    url = archived[1] if archived else ""
    done = finish(
        Read(
            "",
            body=body,
            headline=headline,
            outlet=_sender(message),
            url=url,
            published=published,
            date_source="meta" if published else "unknown",
            language=_header(message, "Content-Language")[:35],
            kind=kinds.guess(headline=headline, url=url),
            source=source,
            flags=tuple(flags),
        )
    )
    return Rejected(name, done.reason) if isinstance(done, Rejected) else done


def _body(message: Message) -> str:
    """Return the text of a message: of its HTML where it has any, else of its plain text.

    Raises:
        Undecodable: it is not in the encoding that it names.
    """
    held: dict[str, str] = {}
    for part in _texts(message):
        kind = part.get_content_subtype()
        payload = part.get_payload(decode=True)
        if kind in ("html", "plain") and kind not in held and isinstance(payload, bytes):
            text = decode(payload, declared=kind == "html", named=part.get_content_charset() or "")
            flowed = str(part.get_param("format", "")).lower() == "flowed"
            held[kind] = html.fragment(text) if kind == "html" else _FLOWED.sub(" ", text) if flowed else text
    return held.get("html") or held.get("plain", "")


def _texts(message: Message) -> Iterator[Message]:
    """Yield the parts that are shown, without attachments and the messages that are attached."""
    waiting, seen = [message], 0
    while waiting and seen < _PARTS:
        part, seen = waiting.pop(0), seen + 1
        if part.get_content_maintype() == "multipart":
            inner = part.get_payload()
            waiting = [*(each for each in inner if isinstance(each, Message)), *waiting] if inner else waiting
        elif part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment":
            yield part


def _header(message: Message, name: str) -> str:
    value = str(message[name] or "")
    try:
        return str(make_header(decode_header(value))).strip()
    except (LookupError, ValueError, MessageError):
        return value.strip()


def _sender(message: Message) -> str:
    """Return the name of who sent it, else the host of the address."""
    name, address = parseaddr(_header(message, "From"))
    host = address.rpartition("@")[2] if "@" in address else ""
    return clean.line(name) or (host if urlsplit(f"//{host}").hostname else "")
