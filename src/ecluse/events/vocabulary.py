"""The words of an event: its kinds, kinds of chat, kinds of account. The same in JSON, in Arrow and in a log."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class Word(IntEnum):
    """A small number inside, a word outside."""

    @property
    def word(self) -> str:
        """The word as JSON, logs and terms write it.

        >>> Kind.ADD_TO_GROUP.word
        'add_to_group'
        """
        return self.name.lower()

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """All words, in the order of their numbers."""
        return tuple(member.word for member in cls)

    @classmethod
    def of(cls, word: str) -> Self:
        """The member that ``word`` names. Raises KeyError."""
        return cls[word.upper()]


class Kind(Word):
    """What happened. An answer is a plain send the other way."""

    SEND = 0
    FORWARD = 1
    REGISTER = 2
    CREATE_GROUP = 3
    ADD_TO_GROUP = 4
    REPORT = 5
    BLOCK = 6
    IMPORT_CONTACTS = 7


class Chat(Word):
    """Where a send goes: to one person, to a group as one peer, or to a list of people at once."""

    DIRECT = 0
    GROUP = 1
    BROADCAST = 2


class AccountKind(Word):
    """Who an account belongs to; a client is a business that a provider sends for."""

    PERSONAL = 0
    BUSINESS = 1
    CLIENT = 2
