"""Days of the epoch's seconds, in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime


def day_of(second: int) -> date:
    """The day of a second in UTC.

    >>> day_of(1_575_676_800).isoformat()
    '2019-12-07'
    """
    return datetime.fromtimestamp(second, UTC).date()
