"""Ids and signatures of the business API. Everything secret is derived from one secret of the data folder, and so
nothing secret is kept: the secret of an app, the signature of a link to media, and a user's id towards a business.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

WAMID: Final = "wamid."
NODE_DIGITS: Final = 15
USER_DIGITS: Final = 30

_TAIL = "sha256="


def new_node_id() -> str:
    """The id of a new app, account, number or media: 15 digits, not to be guessed from another.

    >>> len(new_node_id())
    15
    """
    return str(10 ** (NODE_DIGITS - 1) + secrets.randbelow(9 * 10 ** (NODE_DIGITS - 1)))


def new_message_id() -> str:
    """The id of a new message."""
    return WAMID + base64.b64encode(secrets.token_bytes(24)).decode()


class Secrets:
    """What is derived from the data folder's secret."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, digest_size=32, person=b"ecluse:business").digest()

    def _mac(self, purpose: str, *words: str) -> bytes:
        text = "\x00".join((purpose, *words)).encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).digest()

    def app_secret(self, app_id: str, generation: int) -> str:
        """The secret of an app: 32 hex digits. generation: raised to change it."""
        return self._mac("app", app_id, str(generation)).hex()[:32]

    def app_token(self, app_id: str, generation: int) -> str:
        """An app's own token, which may do nothing but register its webhook."""
        return f"{app_id}|{self._mac('app token', app_id, str(generation)).hex()[:40]}"

    def user_id(self, partner_id: str, account: str, region: str | None) -> str:
        """A user's id towards one business; two businesses can't join their lists by it.

        Country, dot, 30 digits: pywa takes nothing else for one.
        """
        opaque = int.from_bytes(self._mac("user", partner_id, account)) % 10**USER_DIGITS
        return f"{(region or 'ZZ')[:2].upper()}.{opaque:0{USER_DIGITS}}"

    def conversation_id(self, number_id: str, account: str) -> str:
        """The id of the conversation of a number with a user: 32 hex digits."""
        return self._mac("conversation", number_id, account).hex()[:32]

    def media_signature(self, media_id: str, until_s: int) -> str:
        """What lets somebody fetch a media until ``until_s``."""
        return self._mac("media", media_id, str(until_s)).hex()

    def same(self, one: str, other: str) -> bool:
        """Whether two secrets are the same, in a time that tells nothing."""
        return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def sign(body: bytes, secret: str) -> str:
    """The value of ``X-Hub-Signature-256`` for the raw bytes of a webhook.

    >>> sign(b"{}", "secret")[:17]
    'sha256=77325902ca'
    """
    return _TAIL + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def pair_hash(number_id: str, account: str) -> int:
    """A number of 64 bits for a number and a user: what closings and blocks are looked up by."""
    digest = hashlib.blake2b(f"{number_id}\x00{account}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
