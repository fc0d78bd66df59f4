"""The period of a report: whole days of UTC, the first and the last of them in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, Self

from ecluse.errors import InputError

DAY_S: Final = 86_400
DAYS_MAX: Final = 3_660


class Period(NamedTuple):
    """From midnight of ``first`` to midnight after ``last``."""

    first: date
    last: date

    @classmethod
    def of(cls, first: str, last: str) -> Self:
        """The period between two days, YYYY-MM-DD. Raises InputError."""
        days = []
        for field, text in (("from", first), ("to", last)):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                day = date.min
            if not 2000 <= day.year <= 2099:
                raise InputError(field, text, "a day such as 2019-12-07, 2000 to 2099")
            days.append(day)
        if not 0 <= (days[1] - days[0]).days < DAYS_MAX:
            raise InputError("to", last, f"a day from {first} on, within {DAYS_MAX} days")
        return cls(*days)

    @property
    def from_s(self) -> int:
        """Its first second."""
        return _midnight(self.first)

    @property
    def to_s(self) -> int:
        """The first second after it."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def days(self) -> list[str]:
        """Its days, YYYY-MM-DD."""
        return [str(self.first + timedelta(days=number)) for number in range((self.last - self.first).days + 1)]


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
