"""Languages: codes such as ``pt-BR``, and as numbers, so that a record has room for one.

Of a tag (BCP 47) only the language and the region count, not the script or what else it may say.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(-[a-z]{4})?(-((?P<region>[a-z]{2})|(?P<area>[0-9]{3})))?(-.*)?", re.ASCII | re.IGNORECASE
)
_LETTERS: Final = 26
REGIONS_A_LANGUAGE: Final = 1 + _LETTERS**2 + 1_000
"""Numbers of one language: without a region, with one of two letters, with an area of three digits."""


@lru_cache(maxsize=4_096)
def language_number(language: str) -> int:
    """The number of a language's code, below 2²⁵; 0 for what is none.

    >>> language_number("pt-br") == language_number("pt-Latn-BR") != language_number("pt"), language_number("Latin")
    (True, 0)
    """
    tag = _TAG.fullmatch(language)
    if tag is None:
        return 0
    number = 0
    for letter in tag["language"].lower():
        number = number * (_LETTERS + 1) + 1 + ord(letter) - ord("a")
    place = 0
    if tag["region"]:
        first, second = (ord(letter) - ord("a") for letter in tag["region"].lower())
        place = 1 + first * _LETTERS + second
    elif tag["area"]:
        place = 1 + _LETTERS**2 + int(tag["area"])
    return number * REGIONS_A_LANGUAGE + place


def language_code(number: int) -> str:
    """The code of a language's number, as ``language_number`` gives it.

    >>> language_code(language_number("PT-br")), language_code(language_number("es-419")), language_code(0)
    ('pt-BR', 'es-419', '')
    """
    number, place = divmod(number, REGIONS_A_LANGUAGE)
    letters = ""
    while number:
        number, letter = divmod(number - 1, _LETTERS + 1)
        letters = chr(ord("a") + letter) + letters
    if place > _LETTERS**2:
        return f"{letters}-{place - 1 - _LETTERS**2:03}"
    if place:
        first, second = divmod(place - 1, _LETTERS)
        return f"{letters}-{chr(ord('A') + first)}{chr(ord('A') + second)}"
    return letters


def primary_number(language: str) -> int:
    """The number of a language alone, whatever its region; 0 for what is no language.

    >>> primary_number("pt-BR") == primary_number("pt") != 0
    True
    """
    return language_number(language) // REGIONS_A_LANGUAGE


def primary_code(number: int) -> str:
    """The code of a language's own number, as ``primary_number`` gives it.

    >>> primary_code(primary_number("pt-BR")), primary_code(0)
    ('pt', '')
    """
    return language_code(number * REGIONS_A_LANGUAGE)
