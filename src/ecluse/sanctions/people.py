"""Who acts, and upon whom: named as the audit names them."""

from __future__ import annotations

from typing import Final, NamedTuple

from ecluse.errors import InputError
from ecluse.records.tables.base import ID_CHARACTERS, NAME_CHARACTERS, WORDS_CHARACTERS_MAX
from ecluse.terms import SubjectKind

ID_CHARACTERS_MAX: Final = 255
assert ID_CHARACTERS_MAX <= ID_CHARACTERS


class Actor(NamedTuple):
    """Who does something. key_id: of an API key; two signatures need two of them. name: as people call it."""

    key_id: str
    name: str

    @property
    def who(self) -> str:
        """As the audit names it: ``key 1a2b3c4d (Ada)``."""
        return (f"{self.key_id} ({self.name})" if self.name else self.key_id)[:NAME_CHARACTERS]

    @property
    def is_gate(self) -> bool:
        """Whether nobody but a machine acts."""
        return self.key_id == GATE_ID


GATE_ID: Final = "gate"
GATE: Final = Actor(GATE_ID, "")
"""A machine, by the ladder of the terms."""


class Subject(NamedTuple):
    """Whom a sanction is about. id: as the service gave it."""

    kind: SubjectKind
    id: str

    @classmethod
    def read(cls, kind: str, subject_id: str) -> Subject:
        """Check both. Raises InputError."""
        if kind not in SubjectKind.words():
            raise InputError("subject_kind", kind, f"one of {', '.join(SubjectKind.words())}")
        return cls(SubjectKind.of(kind), checked("subject", subject_id, ID_CHARACTERS_MAX))

    @classmethod
    def account(cls, account_id: str) -> Subject:
        """An account. Raises InputError."""
        return cls(SubjectKind.ACCOUNT, checked("account", account_id, ID_CHARACTERS_MAX))


def checked(field: str, text: str, most: int = WORDS_CHARACTERS_MAX) -> str:
    """A text that every database can keep: not empty, not too long, no NUL, no lone surrogate. Raises InputError."""
    if not 0 < len(text) <= most or "\0" in text or not text.strip() or any("\ud800" <= c <= "\udfff" for c in text):
        raise InputError(field, text, f"a text of 1 to {most:,} characters")
    return text


def checked_name(field: str, text: str | None) -> str | None:
    """The same of what may be absent, and is short."""
    return None if text is None else checked(field, text, NAME_CHARACTERS)
