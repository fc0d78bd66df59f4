"""The same ledgers, signals and rules in plain Python: what an engineer would write first.

Dicts of small lists; counters in time buckets are running totals, gaps are kept by Welford's method, rows that
retention has ended go when they are next looked at, and the rules are turned into one Python function. All 59 columns
of signals; those that one-to-one messages never move (groups, reports, blocks, hops) are constants. No caps, no
lateness, no ``retry_after``, no deciding once, no hashing: the accounts are numbers already.
"""

from __future__ import annotations

import math
from array import array
from collections import deque
from collections.abc import Callable
from itertools import accumulate

from ecluse.ledger import N_SIGNALS, SIGNAL_COLUMNS, WINDOWS
from ecluse.ledger.layout import BUCKETS, GAPS_MIN, GAPS_WEIGHED, KNOWN_S, ONE_WAY_S
from ecluse.terms import Outcome, Terms

_WIDTHS = tuple(window_s // BUCKETS for window_s in WINDOWS.values())
_SPANS = tuple(WINDOWS.values())
_MINUTE, _HOUR, _DAY, _MONTH = _SPANS
_NOTHING = [0.0] * 4
_NOT_SHARED = [math.nan] * (N_SIGNALS - SIGNAL_COLUMNS["reach_of_this_send"] - 1)
"""Of what messages share: these have no content, domain, provider or network."""
_FIRST, _LAST, _HEARD, _UNANSWERED = range(4)
_DROP, _REFUSE = int(Outcome.DROP_STRANGERS), int(Outcome.REFUSE)

Row = list[int]
"""When the account first wrote, last wrote and last heard; messages that are unanswered."""


class Meter:
    """Counts in six buckets a window, and their running totals."""

    __slots__ = ("buckets", "totals")

    def __init__(self) -> None:
        self.buckets: tuple[deque[list[int]], ...] = (deque(), deque(), deque(), deque())
        self.totals = [0, 0, 0, 0]

    def add(self, now: int) -> None:
        for window, width in enumerate(_WIDTHS):
            buckets, bucket = self.buckets[window], now // width
            if buckets and buckets[-1][0] == bucket:
                buckets[-1][1] += 1
            else:
                buckets.append([bucket, 1])
            self.totals[window] += 1

    def values(self, now: int) -> list[int]:
        for window, width in enumerate(_WIDTHS):
            buckets, oldest = self.buckets[window], now // width - BUCKETS
            while buckets and buckets[0][0] <= oldest:
                self.totals[window] -= buckets.popleft()[1]
        return self.totals


class Ledger:
    """What one account has been in touch with."""

    __slots__ = ("attempts", "counts", "last_send", "messages", "rows", "runs")

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.messages: Meter | None = None
        self.attempts: Meter | None = None
        self.last_send = 0
        self.counts = [0, 0, 0, 0]
        self.runs = array("f", (0.0,) * 8)  # mean and variance by window, in 32 bits as the gate keeps them


Judged = tuple[int, int, list[float]]
"""Outcome, rules that spoke as bits, signals in the order of their columns."""


class PlainGate:
    """A gate of dicts."""

    def __init__(self, terms: Terms) -> None:
        self.ledgers: dict[int, Ledger] = {}
        self._ask = _python_of(terms)

    def judge(self, sender: int, peer: int, now: int) -> Judged:
        """Judge one message and keep what its outcome says."""
        ledger = self.ledgers.get(sender)
        if ledger is None:
            ledger = self.ledgers[sender] = Ledger()
        signals = self._measure(ledger, peer, now)
        outcome, spoke = self._ask(signals)
        row = ledger.rows.get(peer)
        if outcome == _REFUSE or (outcome == _DROP and (row is None or not row[_HEARD])):
            if ledger.attempts is None:
                ledger.attempts = Meter()
            ledger.attempts.add(now)
            return outcome, spoke, signals
        if row is None:
            ledger.rows[peer] = [now, now, 0, 1]
        else:
            row[_FIRST] = row[_FIRST] or now
            row[_LAST] = now
            row[_UNANSWERED] += 1
        if ledger.messages is None:
            ledger.messages = Meter()
        ledger.messages.add(now)
        _keep_gap(ledger, now)
        self._hear(peer, sender, now)
        return outcome, spoke, signals

    def _hear(self, account: int, writer: int, now: int) -> None:
        ledger = self.ledgers.get(account)
        if ledger is None:
            ledger = self.ledgers[account] = Ledger()
        row = ledger.rows.get(writer)
        if row is None or _has_ended(row, now):
            ledger.rows[writer] = [0, 0, now, 0]
        else:
            row[_HEARD] = now
            row[_UNANSWERED] = 0

    def _measure(self, ledger: Ledger, peer: int, now: int) -> list[float]:
        recipients, strangers, new, answered, unanswered = [0] * 4, [0] * 4, [0] * 5, [0] * 4, [0] * 4
        ended = []
        for other, row in ledger.rows.items():
            if _has_ended(row, now):
                ended.append(other)
                continue
            first, last, heard, messages = row
            if other == peer:
                first, last, messages = first or now, now, messages + 1
            age = now - last
            if age < _MONTH:
                window = 0 if age < _MINUTE else 1 if age < _HOUR else 2 if age < _DAY else 3
                recipients[window] += 1
                strangers[window] += not heard
                answered[window] += heard > 0 and heard >= first
                unanswered[window] += messages
                age = now - first
                new[0 if age < _MINUTE else 1 if age < _HOUR else 2 if age < _DAY else 3 if age < _MONTH else 4] += 1
        for other in ended:
            del ledger.rows[other]
        known = ledger.rows.get(peer)
        heard = 0
        if known is None:
            recipients[0] += 1
            strangers[0] += 1
            new[0] += 1
            unanswered[0] += 1
        else:
            heard = known[_HEARD]
        written = list(accumulate(recipients))
        silent_for = now - heard
        return [
            *written,
            *accumulate(strangers),
            *accumulate(new[:4]),
            *[a / n for a, n in zip(accumulate(answered), written, strict=True)],  # this peer is in every window
            *accumulate(unanswered),
            *written,  # reach: every peer is a person
            *([count + 1 for count in ledger.messages.values(now)] if ledger.messages else [1, 1, 1, 1]),
            *_NOTHING,  # groups_created
            *_NOTHING,  # group_additions
            *_NOTHING,  # reports
            *_NOTHING,  # blocks
            *(ledger.attempts.values(now) if ledger.attempts else _NOTHING),
            *_regularities(ledger, now),
            *[float(silent_for < span) for span in _SPANS],
            *_NOTHING,  # forward_chats
            math.nan,  # account_age
            0.0,  # forward_hops
            0.0,  # forward_token_fault
            1.0,  # recipients_of_this_send
            1.0,  # reach_of_this_send
            *_NOT_SHARED,
        ]


def _has_ended(row: Row, now: int) -> bool:
    _, last, heard, _ = row
    return (last if last > heard else heard) <= now - (KNOWN_S if last and heard else ONE_WAY_S)


def _next_gap(ledger: Ledger, window: int, gap: int) -> tuple[int, float, float]:
    count, mean, variance = ledger.counts[window], ledger.runs[2 * window], ledger.runs[2 * window + 1]
    n = min(count + 1, GAPS_WEIGHED)
    distance = gap - mean
    mean += distance / n
    variance += (distance * (gap - mean) - variance) / n
    return min(count + 1, 255), mean, variance


def _keep_gap(ledger: Ledger, now: int) -> None:
    if ledger.last_send:
        gap = now - ledger.last_send
        for window, span in enumerate(_SPANS):
            count, mean, variance = _next_gap(ledger, window, gap) if gap <= span else (0, 0.0, 0.0)
            ledger.counts[window] = count
            ledger.runs[2 * window], ledger.runs[2 * window + 1] = mean, variance
    ledger.last_send = now


_IN_32_BITS = array("f", (0.0, 0.0))


def _regularities(ledger: Ledger, now: int) -> list[float]:
    found = [math.nan] * 4
    gap = now - ledger.last_send
    for window, span in enumerate(_SPANS):
        if ledger.counts[window] >= GAPS_MIN - 1 and gap <= span:
            _, _IN_32_BITS[0], _IN_32_BITS[1] = _next_gap(ledger, window, gap)
            mean, variance = _IN_32_BITS
            found[window] = math.sqrt(max(variance, 0.0)) / mean if mean else 0.0
    return found


def _python_of(terms: Terms) -> Callable[[list[float]], tuple[int, int]]:
    """All rules as one Python function of the signals: the strongest outcome, and who spoke as bits."""
    lines = ["def ask(s):", " outcome = spoke = 0"]
    for place, rule in enumerate(terms.rules):
        assert rule.outcome != Outcome.PASS, "a rule that ends the asking"
        held = " and ".join(f"s[{SIGNAL_COLUMNS[c.signal]}] {c.comparison} {c.number}" for c in rule.conditions)
        lines += [f" if {held}:", f"  spoke |= {1 << place}"]
        lines += [f"  if outcome < {int(rule.outcome)}: outcome = {int(rule.outcome)}"]
    names: dict[str, Callable[[list[float]], tuple[int, int]]] = {}
    exec("\n".join([*lines, " return outcome, spoke"]), names)
    return names["ask"]
