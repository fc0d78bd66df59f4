"""The errors of Écluse: one base, and fields that HTTP, the command line and the console make their words from."""

from __future__ import annotations


class EcluseError(Exception):
    """Base of every error that Écluse raises on purpose."""


class InputError(EcluseError):
    """A value that came from outside is not what it should be.

    field: the field's name, as the caller knows it. value: what came, shortened. expected: what would be right.
    where: the place in a batch or file, such as ``event 3`` or ``log.csv line 12``.

    >>> str(InputError("recipients", [], "1 to 1024 ids", where="event 3"))
    'event 3: recipients: [] is not 1 to 1024 ids'
    """

    VALUE_CHARACTERS_MAX = 80

    def __init__(self, field: str, value: object, expected: str, where: str | None = None) -> None:
        shown = ascii(value)
        if len(shown) > self.VALUE_CHARACTERS_MAX:
            shown = shown[: self.VALUE_CHARACTERS_MAX] + "…"
        self.field, self.value, self.expected, self.where = field, shown, expected, where
        super().__init__(f"{where + ': ' if where else ''}{field}: {shown} is not {expected}")
