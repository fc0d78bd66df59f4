"""The chain of a hop token: from a key to a message, from the message to each who got it.

A gate issues one **root token** for a message. Whoever delivers the message makes of it one token for each recipient,
without the key; the recipient shows it to forward the message. Each step of the chain is an HMAC whose key is the step
before, so nobody goes a step back: a recipient can make no token for another, and cannot change its own.

It needs nothing but Python's own library, so that it can be written again in another language: tests hold it to fixed
values. The bytes are said in ``docs/reference/hop-tokens.md``.

Sources: HMAC, RFC 2104, with SHA-256, truncated as its section 5 allows; chained as in A. Birgisson and others,
Macaroons, NDSS 2014.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, NamedTuple, Self

from ecluse.errors import InputError
from ecluse.forwarding.keyring import HopKey

FORM: Final = 1
"""The first byte of every token: what the others mean."""

TOKEN_BYTES: Final = 60
TOKEN_CHARACTERS: Final = 80
"""Characters of a token: base64url of its bytes."""

HOPS_MAX: Final = 255
MARK_BYTES: Final = 8
TAG_BYTES: Final = 16

NOBODY: Final = bytes(MARK_BYTES)
"""The mark of a root token, which is for whoever delivers the message."""

UNBOUND: Final = bytes(MARK_BYTES)
"""The content of a token that is bound to none."""

_TEXT: Final = re.compile(r"[A-Za-z0-9_-]{%d}" % TOKEN_CHARACTERS)  # noqa: UP031
_LAYOUT: Final = struct.Struct(">BBH4sQ8sI8s8s16s")
assert _LAYOUT.size == TOKEN_BYTES


class Token(NamedTuple):
    """A token's fields, in their order. key_id: 4 bytes. origin: 64 bits. content, seal, mark: 8 bytes. tag: 16."""

    form: int
    hops: int
    reserved: int
    key_id: bytes
    origin: int
    content: bytes
    issued_s: int
    seal: bytes
    mark: bytes
    tag: bytes

    def text(self) -> str:
        """The token as it travels: 80 characters of base64url."""
        return urlsafe_b64encode(_LAYOUT.pack(*self)).decode()

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a token; None if the text is none: of another length, alphabet or form, or with reserved bits set."""
        if not _TEXT.fullmatch(text):
            return None
        token = cls(*_LAYOUT.unpack(urlsafe_b64decode(text)))
        return token if token.form == FORM and token.reserved == 0 else None


def step(key: bytes, label: bytes, data: bytes, length: int) -> bytes:
    """One step of the chain: the first ``length`` bytes of HMAC-SHA-256 over a label, a zero byte and data."""
    return hmac.digest(key, label + b"\0" + data, hashlib.sha256)[:length]


def message_key(key: HopKey, origin: int, content: bytes) -> bytes:
    """What all tokens of one message (its origin and content) hang from: 16 bytes, never sent."""
    return step(key.secret, b"message", key.id_bytes + struct.pack(">Q", origin) + content, TAG_BYTES)


def seal_of(message: bytes) -> bytes:
    """What shows that a token's origin and content are a gate's own: 8 bytes."""
    return step(message, b"seal", b"", MARK_BYTES)


def root_tag(message: bytes, hops: int, issued_s: int) -> bytes:
    """The tag of a root token: 16 bytes, the key of every recipient's token."""
    return step(message, b"root", struct.pack(">BI", hops, issued_s), TAG_BYTES)


def mark_of(root: bytes, holder: str) -> bytes:
    """Who a token is for: 8 bytes, the same for all tokens of one root and holder. Raises UnicodeEncodeError."""
    return step(root, b"holder", holder.encode(), MARK_BYTES)


def holder_tag(root: bytes, mark: bytes) -> bytes:
    """The tag of a recipient's token: 16 bytes."""
    return step(root, b"token", mark, TAG_BYTES)


def content_mark(key: HopKey, content: bytes) -> bytes:
    """What a token says of the content that it is bound to: 8 bytes, which tell nothing without the key."""
    return step(key.secret, b"content", content, MARK_BYTES)


def issue(key: HopKey, *, origin: int, hops: int, issued_s: int, content: bytes | None = None) -> str:
    """The root token of a message, for whoever delivers it; never for a client.

    origin: 64 bits that all forwards of the message share. hops: how often it has been forwarded, 0 for one that was
    not. issued_s: second of the epoch. content: what the token is bound to, if anything. Raises InputError.

    >>> from ecluse.forwarding.keyring import HopKey
    >>> root = issue(HopKey("00000001", bytes(32)), origin=7, hops=0, issued_s=1_575_676_800)
    >>> len(root), derive(root, "bob") == derive(root, "bob"), derive(root, "bob") == derive(root, "eve")
    (80, True, False)
    """
    if not 0 <= hops <= HOPS_MAX:
        raise InputError("hops", hops, f"from 0 to {HOPS_MAX}")
    if not 0 <= origin < 1 << 64:
        raise InputError("origin", origin, "a whole number of 64 bits")
    if not 0 <= issued_s < 1 << 32:
        raise InputError("issued_s", issued_s, "a second of the epoch, of 32 bits")
    bound = UNBOUND if content is None else content_mark(key, content)
    message = message_key(key, origin, bound)
    tag = root_tag(message, hops, issued_s)
    return Token(FORM, hops, 0, key.id_bytes, origin, bound, issued_s, seal_of(message), NOBODY, tag).text()


def derive(root: str, holder: str) -> str:
    """One recipient's token, made of a message's root token without the key. holder: the recipient's id.

    Raises InputError if ``root`` is no root token, or ``holder`` no text.
    """
    token = Token.read(root)
    if token is None or token.mark != NOBODY:
        raise InputError("root", root, "a root token, as a verdict has it")
    try:
        mark = mark_of(token.tag, holder)
    except UnicodeEncodeError:
        raise InputError("holder", holder, "text without lone surrogates") from None
    return token._replace(mark=mark, tag=holder_tag(token.tag, mark)).text()
