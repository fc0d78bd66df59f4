"""Regions: ISO 3166 codes of a country (``BR``) or a part of one (``BR-SP``), and as numbers in which a country is an
interval that holds its parts.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

REGION: Final = r"[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?"
"""What a region looks like, in either case."""

EXPECTED_REGION: Final = "an ISO 3166 code such as BR or BR-SP"

PARTS: Final = 37**3
"""Numbers of one country: itself, then each part that it could have."""

_WHOLE = re.compile(REGION)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SIGNS: Final = "0123456789" + _LETTERS


def is_region(text: str) -> bool:
    """Whether a text is a region's code.

    >>> is_region("br-sp"), is_region("Brazil")
    (True, False)
    """
    return _WHOLE.fullmatch(text) is not None


@lru_cache(maxsize=4_096)
def region_number(region: str) -> int:
    """The number of a region's code, from 37³ on; below 2²⁶, so that it fits 32 bits.

    >>> region_number("AA"), region_number("br-sp") - region_number("BR") < PARTS
    (50653, True)
    """
    country, _, part = region.upper().partition("-")
    number = 1 + _LETTERS.index(country[0]) * len(_LETTERS) + _LETTERS.index(country[1])
    for place in range(3):
        number = number * 37 + (1 + _SIGNS.index(part[place]) if place < len(part) else 0)
    return number


def region_interval(region: str) -> tuple[int, int]:
    """The least and the greatest number of a region and its parts.

    >>> region_interval("BR-SP")[0] == region_interval("BR-SP")[1] == region_number("BR-SP")
    True
    """
    number = region_number(region)
    return number, number if "-" in region else number + PARTS - 1


def region_code(number: int) -> str:
    """The code of a region's number, as ``region_number`` gives it; "" for 0.

    >>> region_code(region_number("br-sp")), region_code(region_number("BR")), region_code(0)
    ('BR-SP', 'BR', '')
    """
    if number == 0:
        return ""
    number, rest = divmod(number, PARTS)
    country = "".join(_LETTERS[letter] for letter in divmod(number - 1, len(_LETTERS)))
    part = ""
    for place in (37 * 37, 37, 1):
        sign = rest // place % 37
        part += _SIGNS[sign - 1] if sign else ""
    return f"{country}-{part}" if part else country
