"""Secrets of a desk: they stand in variables or files, never in its configuration, and are never shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ecluse.errors import InputError

ENV: Final = "env:"
FILE: Final = "file:"
BYTES_MAX: Final = 4_096
EXPECTED: Final = "env:NAME of a variable, or file:PATH of a file"


class Secret:
    """Where a secret stands. field: its name in errors. Its text is in no ``repr`` and no error."""

    def __init__(self, field: str, where: str, folder: Path) -> None:
        if not (where.startswith(ENV) and where != ENV) and not (where.startswith(FILE) and where != FILE):
            raise InputError(field, "a value that is not shown", EXPECTED)
        self.field, self.where, self._folder = field, where, folder

    def __repr__(self) -> str:
        return f"Secret({self.where!r})"

    def read(self) -> str:
        """The secret. Raises InputError if it is not there."""
        if self.where.startswith(ENV):
            text = os.environ.get(self.where.removeprefix(ENV), "").strip()
        else:
            try:
                with (self._folder / self.where.removeprefix(FILE)).open("rb") as stream:
                    text = stream.read(BYTES_MAX).decode().strip()
            except (OSError, UnicodeDecodeError, ValueError):
                raise InputError(self.field, self.where, "a file that can be read") from None
        if not text or not text.isascii() or not text.isprintable():
            raise InputError(self.field, self.where, "where a secret of printable characters stands")
        return text
