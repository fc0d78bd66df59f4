"""All seconds at which the outcome of an event could change if it were sent later.

Between two of them nothing that a rule looks at crosses a limit, so judging at each of them, in order, finds the first
wait that helps.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ecluse.events import Event
from tests.model.ledgers import DAY, WINDOWS, Ledger, Run
from tests.model.terms import COMPARE, Condition

if TYPE_CHECKING:
    from tests.model.gate import ModelGate


def seconds_of_change(gate: ModelGate, event: Event, now: int) -> list[int]:
    """The seconds after ``now`` at which a signal of ``event`` can come to be on the other side of a limit, sorted."""
    ledger = gate.ledgers[event.sender]
    stamps = {s for row in ledger.rows.values() for s in (row.first_wrote, row.last_wrote, row.last_heard) if s}
    stamps |= set(gate.chats.get((event.sender, event.origin or ""), {}).values())
    stamps |= {heard for group in [gate.groups.get(event.group or "")] if group for _, heard in group.writers}
    spans = [1, *WINDOWS.values(), 30 * DAY, 400 * DAY]  # 1: a first message is later than what was heard
    seconds = {stamp + span for stamp in stamps for span in spans}
    for meter in ledger.meters.values():
        for width in (window // 6 for window in WINDOWS.values()):
            seconds |= {(at // width + buckets) * width for at in meter for buckets in range(1, 7)}
    for thing in gate.content.of(event, now):
        seconds.add(thing.last + 30 * DAY)
        for width in (window // 6 for window in WINDOWS.values()):
            counted = {at for at, _ in thing.members.values()} | {thing.last}
            seconds |= {(at // width + buckets) * width for at in counted for buckets in range(1, 7)}
    for place in (place for rule in gate.rules for place in rule.places()):
        seconds |= {bound for bound in (place.start, place.end) if bound is not None}
        for _, age in place.ages:
            seconds |= {ledger.registered + math.floor(age) + step for step in range(3)}
    for condition in _conditions(gate):
        if condition.signal == "account_age":
            registered = ledger.registered
            number = math.floor(max(-1, min(condition.number, 2**33)))
            seconds |= {registered + number + step for step in range(3)}
        elif condition.signal == "content.age":
            number = math.floor(max(-1, min(condition.number, 2**33)))
            seconds |= {thing.first + number + step for thing in gate.content.of(event, now) for step in range(3)}
        elif condition.signal.startswith("gap_regularity"):
            seconds |= _gap_changes(ledger, condition, now)
    return sorted({then for then in seconds if then > now} | {now + 1})


def _conditions(gate: ModelGate) -> list[Condition]:
    """Every condition of every rule, with the numbers that it has anywhere."""
    plain = [condition for rule in gate.rules for condition in rule.when]
    scoped = [
        condition._replace(number=number)
        for rule in gate.rules
        for scope in rule.scopes
        for signal, number in scope.limits
        for condition in rule.when
        if condition.signal == signal
    ]
    return plain + scoped


def _gap_changes(ledger: Ledger, condition: Condition, now: int) -> set[int]:
    """Where a condition on the gaps comes to hold or ceases to, asked at each second until the run ends."""
    window_name = condition.signal.split(".")[1]
    end = ledger.last_send + WINDOWS[window_name]
    if not ledger.last_send or end <= now:
        return set()
    seconds = np.arange(now + 1, end + 1)
    regularity = _regularity(ledger.runs[window_name], (seconds - ledger.last_send).astype(np.float64))
    holds = COMPARE[condition.comparison](regularity, condition.number)
    return {end + 1} | set(seconds[1:][holds[1:] != holds[:-1]].tolist())


def _regularity(run: Run, gap: np.ndarray) -> np.ndarray:
    """The coefficient of variation if the next gap were each of ``gap``: ``Run.gap`` and ``measure``, for a column."""
    n = min(run.count + 1, 64)
    if run.count + 1 < 8:
        return np.full(len(gap), np.nan)
    d = gap - run.mean
    mean = run.mean + d / n
    variance = (run.variance + (d * (gap - mean) - run.variance) / n).astype(np.float32).astype(np.float64)
    mean = mean.astype(np.float32).astype(np.float64)
    return np.where(mean == 0, 0.0, np.sqrt(variance) / np.where(mean == 0, 1.0, mean))
