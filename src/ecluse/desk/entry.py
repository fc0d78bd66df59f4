"""Entry links: addresses, and QR codes of them, by which people begin a conversation with a keyword."""

from __future__ import annotations

import io
from typing import Final
from urllib.parse import quote

import segno

from ecluse.desk.bot import Bot
from ecluse.errors import InputError

TEXT_CHARACTERS_MAX: Final = 200
SCALE_MAX: Final = 100


def entry_link(base: str, number: str, keyword: str, bot: Bot | None) -> str:
    """The address that opens a chat with a number, with a keyword already written. Raises InputError.

    base: of addresses, such as ``https://wa.me/``. bot: checked to know the keyword, if there is one.

    >>> entry_link("https://wa.me/", "33100000001", "NEWS & more", None)
    'https://wa.me/33100000001?text=NEWS%20%26%20more'
    """
    if not 0 < len(keyword.strip()) <= TEXT_CHARACTERS_MAX or not keyword.isprintable():
        raise InputError("keyword", keyword, f"1 to {TEXT_CHARACTERS_MAX} printable characters")
    if bot is not None and bot.keyword(keyword) is None:
        words = ", ".join(one.words[0] for one in bot.keywords if one.words)
        raise InputError("keyword", keyword, f"a word that the bot knows: {words}")
    return f"{base.rstrip('/')}/{number}?text={quote(keyword.strip(), safe='')}"


def qr_svg(link: str, *, scale: int = 8) -> bytes:
    """A QR code of an address, as an SVG that stands alone; error correction M, so that print may be worn.

    scale: pixels of a module. Raises InputError, also for an address that is too long for any code.
    """
    if not 1 <= scale <= SCALE_MAX:
        raise InputError("scale", scale, f"a number from 1 to {SCALE_MAX}")
    try:
        code = segno.make_qr(link, error="m")
    except segno.DataOverflowError:
        raise InputError("keyword", link, "so short that a QR code can hold its link") from None
    out = io.BytesIO()
    code.save(out, kind="svg", scale=scale, title=link, light="white")
    return out.getvalue()
