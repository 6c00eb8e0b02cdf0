"""Every error that Dateline raises on purpose.

    DatelineError
    ├── InputError            what the caller gave is wrong; the message names the value and the next step
    │   └── QuestionError     an empty, too long or unreadable question
    ├── ArchiveError          the index on disk
    │   ├── IndexMissing      there is none at that path
    │   ├── IndexMismatch     it was built with another encoder, splitter or schema
    │   ├── IndexLocked       another process is writing it
    │   └── IndexDamaged      a file of it cannot be read
    ├── ModelError            a language model or encoder
    │   ├── ModelMissing      its file is not there
    │   ├── ModelCorrupt      its file has another size or hash than demanded
    │   └── ModelUnavailable  it does not answer: not started, timed out, ended, refused
    ├── OutOfTime             a question's time was over before there was an answer
    └── EvalError             an evaluation set or run that cannot be used

Each is translated once, at the edge: a message and exit code in the CLI, a problem in HTTP, a notice on the page. An
outage is always one of these, never an answer that says "not found".
"""

from __future__ import annotations


class DatelineError(Exception):
    """The root of the tree."""


class InputError(DatelineError):
    """What the caller gave is wrong."""


class QuestionError(InputError):
    """The question is empty, too long or unreadable."""


class ArchiveError(DatelineError):
    """The index on disk cannot be used."""


class IndexMissing(ArchiveError):
    """There is no index at that path."""


class IndexMismatch(ArchiveError):
    """The index was built with another encoder, splitter or schema."""


class IndexLocked(ArchiveError):
    """Another process holds the writer's lock."""


class IndexDamaged(ArchiveError):
    """A file of the index cannot be read."""


class ModelError(DatelineError):
    """A language model or encoder cannot be used."""


class ModelMissing(ModelError):
    """The model's file is not there."""


class ModelCorrupt(ModelError):
    """The model's file has another size or hash than demanded."""


class ModelUnavailable(ModelError):
    """The model does not answer."""


class OutOfTime(DatelineError):
    """A question's time was over before there was an answer."""


class EvalError(DatelineError):
    """An evaluation set or run cannot be used."""
