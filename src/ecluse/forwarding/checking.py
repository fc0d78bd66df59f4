"""Checking a hop token that somebody shows to forward a message, and saying what is wrong with it."""

from __future__ import annotations

import hmac
from enum import IntEnum
from typing import Final, NamedTuple

from ecluse.forwarding.chain import (
    UNBOUND,
    Token,
    content_mark,
    holder_tag,
    mark_of,
    message_key,
    root_tag,
    seal_of,
)
from ecluse.forwarding.keyring import Keyring


class Fault(IntEnum):
    """What is wrong with a token; the number is the value of the signal ``forward_token_fault``."""

    NONE = 0
    """Nothing: it is the sender's own, and says how often the message was forwarded."""
    MISSING = 1
    """There is none, where one is asked for."""
    MALFORMED = 2
    """It is no token: of another length, alphabet or form."""
    UNKNOWN_KEY = 3
    """Its key is retired, or never was."""
    FORGED = 4
    """No key of the gate made it for this message: the seal does not fit origin and content."""
    ALTERED = 5
    """It belongs to a message of the gate, and its hops, its second, its holder or its tag were changed."""
    OTHER_HOLDER = 6
    """It is genuine and somebody else's: replayed."""
    OTHER_CONTENT = 7
    """It is genuine and the sender's own, and of another message than the one that is sent with it."""
    TOO_OLD = 8
    """It is genuine, and was issued too long ago."""

    @property
    def word(self) -> str:
        """The fault as pages name it.

        >>> Fault.OTHER_HOLDER.word
        'other_holder'
        """
        return self.name.lower()


FAULTS: Final = {fault.word: fault for fault in Fault}
"""Faults by their words."""


class Checked(NamedTuple):
    """What came of a check. hops: how often the message had been forwarded when the holder got it. Both 0 if faulty."""

    fault: Fault
    hops: int = 0
    origin: int = 0


_BY_FAULT: Final = {fault: Checked(fault) for fault in Fault}


def check(keyring: Keyring, text: str, *, holder: str, at_s: int, age_max_s: int, content: bytes | None) -> Checked:
    """Check the token that ``holder`` shows at second ``at_s``, with content or without.

    A token that is bound to content is good with that content alone, to the byte. One that is not is good with any.
    Tags are compared in constant time. Cost: about 10 µs.
    """
    token = Token.read(text)
    if token is None:
        return _BY_FAULT[Fault.MALFORMED]
    key = keyring.by_id.get(token.key_id)
    if key is None:
        return _BY_FAULT[Fault.UNKNOWN_KEY]
    message = message_key(key, token.origin, token.content)
    if not hmac.compare_digest(seal_of(message), token.seal):
        return _BY_FAULT[Fault.FORGED]
    root = root_tag(message, token.hops, token.issued_s)
    if not hmac.compare_digest(holder_tag(root, token.mark), token.tag):
        return _BY_FAULT[Fault.ALTERED]
    try:
        mark = mark_of(root, holder)
    except UnicodeEncodeError:
        return _BY_FAULT[Fault.OTHER_HOLDER]
    if not hmac.compare_digest(mark, token.mark):
        return _BY_FAULT[Fault.OTHER_HOLDER]
    if token.content != UNBOUND and (
        content is None or not hmac.compare_digest(content_mark(key, content), token.content)
    ):
        return _BY_FAULT[Fault.OTHER_CONTENT]
    if at_s - token.issued_s > age_max_s:
        return _BY_FAULT[Fault.TOO_OLD]
    return Checked(Fault.NONE, token.hops, token.origin)
