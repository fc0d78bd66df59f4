"""What all tables share: their types, and how constraints are named, so that migrations can name them again.

Times are whole seconds of the epoch, in columns that end in ``_s``. A null is "not yet" or "for ever", as its column
says.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from sqlalchemy import JSON, BigInteger, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

ID_CHARACTERS: Final = 1_024
"""Characters of an id of the service; events allow 512 of them at most, and providers and networks lie in the same
column."""
NAME_CHARACTERS: Final = 200
WORDS_CHARACTERS_MAX: Final = 20_000
"""Characters of what a person writes: an appeal, an answer, a reason."""

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_BIG: Final = BigInteger().with_variant(Integer(), "sqlite")

Key = Annotated[int, mapped_column(_BIG, primary_key=True, autoincrement=True)]
"""A row's number, given by the database and never given again."""
Ref = Annotated[int, mapped_column(_BIG)]
"""The number of a row of another table."""
Second = Annotated[int, mapped_column(_BIG)]
"""A second of the epoch."""
Count = Annotated[int, mapped_column(_BIG)]
Word = Annotated[str, mapped_column(String(40))]
"""One word of a closed vocabulary, that the enumeration of its module names."""
Name = Annotated[str, mapped_column(String(NAME_CHARACTERS))]
ServiceId = Annotated[str, mapped_column(String(ID_CHARACTERS))]
"""An id as the service gave it: of an account, a provider, a campaign or a network."""
Words = Annotated[str, mapped_column(Text)]
Digest = Annotated[str, mapped_column(String(64))]
"""A SHA-256, in hexadecimal."""
Json = Annotated[dict[str, Any], mapped_column(JSON)]
JsonList = Annotated[list[Any], mapped_column(JSON)]


class Table(DeclarativeBase):
    """Base of all tables of the records."""

    metadata = MetaData(naming_convention=NAMES)
