"""Words for figures: amounts with their unit, counts with their noun, shares, lengths of time, moments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS

_DAY_S: Final = 86_400


def amount(signal: str, value: float) -> str:
    """A signal's value with its unit where it is not plain.

    >>> amount("strangers.1h", 50), amount("reply_ratio.24h", 0.2), amount("account_age", 604_800)
    ('50', '20 %', '7 days')
    """
    unit = SIGNALS[SIGNAL_COLUMNS[signal]].unit
    if unit == "share":
        return share(value, 1)
    return duration(value) if unit == "seconds" else number(value)


def number(value: float) -> str:
    """A number as people write it.

    >>> number(59835), number(0.25)
    ('59,835', '0.25')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3g}"


def counted(value: float, one: str, many: str) -> str:
    """A number with its noun.

    >>> counted(1, "person", "people"), counted(78, "person", "people")
    ('1 person', '78 people')
    """
    return f"{number(value)} {one if value == 1 else many}"


def share(part: float, whole: float) -> str:
    """A part in percent, with as many digits as it takes to see it.

    >>> share(8, 1350), share(0, 5), share(1, 1)
    ('0.59 %', '0 %', '100 %')
    """
    percent = 100 * part / whole if whole else 0.0
    if percent < 10:
        return f"{percent:.2g} %"
    return f"{percent:.3g} %" if percent < 99.95 else f"{percent:.5g} %"


def duration(seconds: float) -> str:
    """A length of time in its largest fitting unit.

    >>> duration(90), duration(604_800), duration(1)
    ('90 seconds', '7 days', '1 second')
    """
    for unit, length_s in (("day", _DAY_S), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length_s or seconds == length_s:
            return counted(round(seconds / length_s, 1), unit, unit + "s")
    return counted(round(seconds, 1), "second", "seconds")


def moment(second: int) -> str:
    """A second of UTC.

    >>> moment(1_082_040_961)
    '15 Apr 2004 at 14:56'
    """
    return f"{day(second)} at {clock(second)}"


def day(second: int) -> str:
    """The day of a second in UTC.

    >>> day(1_082_040_961)
    '15 Apr 2004'
    """
    return f"{datetime.fromtimestamp(second, UTC):%-d %b %Y}"


def clock(second: int) -> str:
    """The minute of a second in UTC.

    >>> clock(1_082_040_961)
    '14:56'
    """
    return f"{datetime.fromtimestamp(second, UTC):%H:%M}"
