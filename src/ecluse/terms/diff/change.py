"""Changes: one thing that two documents of terms say differently."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from ecluse.terms.outcome import Outcome


class Direction(StrEnum):
    """What a change means to those whom it concerns; CHANGED where that can't be said."""

    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    CHANGED = "changed"


class Change(NamedTuple):
    """One change. about: ``terms``, ``rule``, ``scope``, ``transition`` or ``ladder``. name: its id, or for whom it is.

    field: of it; empty for all of it. says: the change in words, to be read after the name. before, after: None for
    what is not there. by: after minus before, of numbers. concerns: who may notice, in words.
    """

    direction: Direction
    about: str
    name: str
    field: str
    says: str
    before: object = None
    after: object = None
    by: float | None = None
    concerns: str | None = None


def direction_of(speaks_more: bool, outcome: Outcome) -> Direction:
    """What it means that a rule speaks more often, or less.

    >>> direction_of(True, Outcome.REFUSE), direction_of(True, Outcome.PASS)
    (<Direction.TIGHTENED: 'tightened'>, <Direction.LOOSENED: 'loosened'>)
    """
    if outcome is Outcome.LABEL:
        return Direction.CHANGED
    return Direction.TIGHTENED if speaks_more is (outcome is not Outcome.PASS) else Direction.LOOSENED
