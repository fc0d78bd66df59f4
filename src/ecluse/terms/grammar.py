"""The little grammar of conditions: a signal, a comparison and a number, such as ``strangers.1h > 50``.

A reader returns None after it has told ``blame`` what is wrong; it tells all that it finds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import groupby
from typing import Final

from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS, Signal
from ecluse.ledger.layout import ROWS_MAX
from ecluse.terms.condition import COMPARISONS, DURATIONS_S, Condition
from ecluse.terms.faults import meant, quoted

Blame = Callable[[str], None]
"""Takes the message about one fault."""

EXAMPLE: Final = "a signal, a comparison and a number, such as `strangers.1h > 50`"

_CONDITION = re.compile(r"\s*([\w.-]+)\s*([<>=!~≤≥≠]+)\s*(\S+)\s*", re.ASCII)
NUMBER: Final = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
"""How a number is written."""

_NUMBER = re.compile(rf"({NUMBER})([A-Za-z%]*)")
_MEANT_COMPARISONS: Final = {"=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "≤": "<=", "≥": ">=", "≠": "!="}
_TURNED: Final = str.maketrans("<>", "><")
_SATURATING: Final = ("recipients", "strangers", "new_contacts", "forward_chats")
_WINDOWS: Final = {base: tuple(s.window for s in signals) for base, signals in groupby(SIGNALS, lambda s: s.base)}
"""The windows of each signal by its name without one; ("",) for none."""


def read_condition(text: str, blame: Blame) -> Condition | None:
    """Read a condition in one line.

    >>> read_condition("account_age < 7d", print)
    Condition(signal='account_age', comparison='<', number=604800.0)
    >>> read_condition("stranger.1h > 50", print)
    unknown signal `stranger.1h`; did you mean `strangers.1h`?
    """
    match = _CONDITION.fullmatch(text)
    if match is None:
        blame(f"{quoted(text)} is not {EXAMPLE}")
        return None
    if match[3] in SIGNAL_COLUMNS and match[2] in COMPARISONS:
        turned = f"{match[3]} {match[2].translate(_TURNED)} {match[1]}"
        blame(f"{quoted(text)}: the signal comes first; did you mean {quoted(turned)}?")
        return None
    signal = read_signal(match[1], blame)
    comparison = read_comparison(match[2], blame)
    number = read_number(match[3], signal, blame)
    if signal is None or comparison is None or number is None:
        return None
    return Condition(signal.name, comparison, number)


def read_signal(name: str, blame: Blame) -> Signal | None:
    """Read a signal's name."""
    if name in SIGNAL_COLUMNS:
        return SIGNALS[SIGNAL_COLUMNS[name]]
    parts = name.split(".")
    starts = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
    base = next((start for start in starts if start in _WINDOWS), None)
    if base is None:
        blame(f"unknown signal {quoted(name)}{meant(name, tuple(SIGNAL_COLUMNS))}")
    elif _WINDOWS[base] == ("",):
        blame(f"unknown signal {quoted(name)}: {quoted(base)} has no window")
    elif base != name:
        blame(f"unknown signal {quoted(name)}: {quoted(base)} has the windows {', '.join(_WINDOWS[base])}")
    else:
        windows = ", ".join(f"`{base}.{window}`" for window in _WINDOWS[base])
        blame(f"unknown signal {quoted(name)}: it needs a window, {windows}")
    return None


def read_comparison(sign: str, blame: Blame) -> str | None:
    """Read a comparison."""
    if sign in COMPARISONS:
        return sign
    known = f"; did you mean `{_MEANT_COMPARISONS[sign]}`?" if sign in _MEANT_COMPARISONS else meant("", COMPARISONS)
    blame(f"unknown comparison {quoted(sign)}{known}")
    return None


def read_number(text: str, signal: Signal | None, blame: Blame) -> float | None:
    """Read the limit of ``signal`` (None: of one that is unknown) in its unit. 7d is 7 days for one in seconds."""
    match = _NUMBER.fullmatch(text)
    number = float(match[1]) if match else math.nan
    unit = match[2] if match else ""
    if math.isfinite(number) and signal is not None and unit:
        if signal.unit != "seconds":
            blame(f"{quoted(text)}: {quoted(signal.name)} is in {signal.unit}, so its limit takes no {quoted(unit)}")
            return None
        if unit not in DURATIONS_S:
            blame(f"{quoted(text)}: unknown unit of time {quoted(unit)}{meant(unit, tuple(DURATIONS_S))}")
            return None
        number *= DURATIONS_S[unit]
    if not math.isfinite(number):
        blame(f"{quoted(text)} is not a finite number")
        return None
    if signal is None:
        return None
    if signal.base in _SATURATING and number > ROWS_MAX - 1:
        blame(
            f"{quoted(text)}: {quoted(signal.name)} is counted up to {ROWS_MAX}, so its limit is at most {ROWS_MAX - 1}"
        )
        return None
    if signal.unit in ("share", "truth") and not 0 <= number <= 1:
        what = "a share" if signal.unit == "share" else "how true something is"
        blame(f"{quoted(text)}: {quoted(signal.name)} is {what}, so its limit is from 0 to 1")
        return None
    return number
