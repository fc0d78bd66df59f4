"""Statements of reasons as files: what is posted to the Commission's database, and a table of the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

import msgspec

from ecluse.errors import InputError
from ecluse.transparency.statement import Statement, check_statement

STATEMENTS_A_CALL: Final = 100
"""Statements that the database takes in one call; if one of them is wrong, it takes none."""


def checked(statements: Sequence[Statement]) -> None:
    """See that the database will take them all: each by itself, and no ``puid`` twice. Raises InputError."""
    seen: set[str] = set()
    for number, statement in enumerate(statements):
        check_statement(statement, f"statement {number}")
        if statement.puid in seen:
            raise InputError("puid", statement.puid, "another one for each statement", f"statement {number}")
        seen.add(statement.puid)


def to_json_lines(statements: Sequence[Statement]) -> bytes:
    """Bodies for ``POST /api/v1/statements``, one a line, each of up to 100 statements. Raises InputError.

    With up to 100 statements this is one JSON document.
    """
    checked(statements)
    calls = [statements[start : start + STATEMENTS_A_CALL] for start in range(0, len(statements), STATEMENTS_A_CALL)]
    return b"".join(msgspec.json.encode({"statements": call}) + b"\n" for call in calls or [()])


def to_csv(statements: Sequence[Statement]) -> str:
    """A table with a column for each field; several values of one field are a JSON array. Raises InputError."""
    checked(statements)
    file = io.StringIO()
    table = csv.writer(file, lineterminator="\n")
    table.writerow(Statement.__struct_fields__)
    for statement in statements:
        table.writerow([_cell(getattr(statement, field)) for field in Statement.__struct_fields__])
    return file.getvalue()


def _cell(value: str | tuple[str, ...] | None) -> str:
    """A cell; one that a spreadsheet would take for a formula begins with an apostrophe."""
    if value is None:
        return ""
    text = msgspec.json.encode(value).decode() if isinstance(value, tuple) else value
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
