"""What an encrypted client runs: 64 bits of a message, for a server that must not see the text.

It needs nothing but Python's own library, so that it can be copied, and written again in another language: tests hold
it to fixed values. What the bits tell and what not is said in ``docs/content.md``.

Of each run of three characters the client takes a keyed hash of 64 numbers; of each number's least value over the
text, one bit. Two texts of Jaccard similarity J share a bit with probability (1 + J) / 2, so near-identical texts
differ in few of their 64 bits, and others in about half. ``HammingIndex`` finds them.

Source: P. Li, A. C. König, b-bit minwise hashing, WWW 2010.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from ecluse.errors import InputError

PERIOD_S: Final = 86_400
"""A key is for one day: fingerprints of two days tell nothing about one another."""
KEY_BYTES: Final = 32
MASTER_BYTES_MIN: Final = 16
NEAR_POINTS_MIN: Final = 25
"""A text with fewer characters left is known by its whole alone."""


def day_key(master: bytes, at_s: int) -> bytes:
    """The key of the day on which ``at_s`` (epoch seconds) lies: 32 bytes, which tell nothing of other days' keys.

    master: at least 16 bytes that all clients have and the server has not. Raises InputError.

    >>> day_key(bytes(16), 0) == day_key(bytes(16), 86_399), day_key(bytes(16), 0) == day_key(bytes(16), 86_400)
    (True, False)
    """
    if len(master) < MASTER_BYTES_MIN:
        raise InputError("master", f"{len(master)} bytes", f"at least {MASTER_BYTES_MIN} bytes")
    day = (at_s // PERIOD_S).to_bytes(8, "little", signed=True)
    return hashlib.blake2b(day, key=master[:64], digest_size=KEY_BYTES, person=b"ecluse:day").digest()


def plain_letters(text: str, look_alikes: dict[str, str] | None = None) -> str:
    """What is left of a text: letters, folded, one space between words; no accents, digits, signs or pictures.

    look_alikes: letters in place of others that look like them (``ecluse.content.look_alikes()`` has a list), in words
    that have a letter from a to z.

    >>> plain_letters("Você GANHOU R$ 1.000!! 🎉")
    'voce ganhou r'
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    seen = "".join(_letter(character) for character in folded)
    words = seen.split()
    if look_alikes is not None:
        words = [
            "".join(look_alikes.get(letter, letter) for letter in word)
            if any("a" <= letter <= "z" for letter in word)
            else word
            for word in words
        ]
    return " ".join(words)


def _letter(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me") or (category == "Cc" and not character.isspace()):
        return ""
    return character if category[0] in "LM" else " "


def seal(text: str, key: bytes, look_alikes: dict[str, str] | None = None) -> int | None:
    """The 64 bits that the client sends with the encrypted message; None if no letter is left of the text.

    key: 32 bytes, of the day (``day_key``). look_alikes: as in ``plain_letters``. Cost: about 0.4 ms for 100
    characters. Raises InputError.

    >>> key = day_key(b"what clients know", 1_800_000_000)
    >>> one = seal("Win a holiday for two now, answer YES to 80082", key)
    >>> two = seal("Win a holiday for two now!! answer YES to 81199 🎉", key)
    >>> (one ^ two).bit_count()
    0
    """
    if len(key) != KEY_BYTES:
        raise InputError("key", f"{len(key)} bytes", f"{KEY_BYTES} bytes")
    letters = plain_letters(text, look_alikes)
    if not letters:
        return None
    if len(letters) < NEAR_POINTS_MIN:
        return int.from_bytes(_digest(letters, key, b"whole")[:8], "little")
    least = [0xFFFFFFFF] * 64
    for shingle in {letters[i : i + 3] for i in range(len(letters) - 2)}:
        numbers = b"".join(_digest(shingle, key, bytes([part])) for part in range(4))
        least = list(map(min, least, _words(numbers)))
    return sum((number & 1) << bit for bit, number in enumerate(least))


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[i : i + 4], "little") for i in range(0, len(data), 4)]


def _digest(letters: str, key: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(letters.encode("utf-8", "surrogatepass"), key=key, person=purpose).digest()
