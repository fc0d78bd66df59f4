"""Tokens of partners: made once, shown once, kept as hashes.

A token is ``EAE<id><secret>``, letters and digits only: clients put it into headers and queries as it is. The secret
has over 256 random bits, so one fast hash is enough.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
from typing import Final, NamedTuple

ID_CHARACTERS: Final = 10
SECRET_CHARACTERS: Final = 48
_LETTERS: Final = string.ascii_letters + string.digits
_TOKEN = re.compile(rf"EAE([A-Za-z0-9]{{{ID_CHARACTERS}}})([A-Za-z0-9]{{{SECRET_CHARACTERS}}})")


class Token(NamedTuple):
    """A token, without its secret. Times in seconds of the epoch; None: never, or not yet."""

    id: str
    partner_id: str
    name: str
    digest: bytes
    created_s: int
    expires_s: int | None
    revoked_s: int | None

    def opens(self, secret: str, now_s: int) -> bool:
        """Whether it is in force, and ``secret`` is its own."""
        if self.revoked_s is not None or (self.expires_s is not None and self.expires_s <= now_s):
            return False
        return hmac.compare_digest(self.digest, digest_of(secret))


def new_token() -> tuple[str, str]:
    """The id and the secret of a new token."""
    return _word(ID_CHARACTERS), _word(SECRET_CHARACTERS)


def text_of(token_id: str, secret: str) -> str:
    """A token as it is shown."""
    return f"EAE{token_id}{secret}"


def parts_of(text: str) -> tuple[str, str] | None:
    """The id and the secret of a token as it is shown; None for what is none."""
    found = _TOKEN.fullmatch(text)
    return None if found is None else (found[1], found[2])


def digest_of(secret: str) -> bytes:
    """What is kept of a secret: 32 bytes."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"ecluse:token").digest()


def _word(characters: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(characters))
