"""What many runs of one scenario say: how many took off, how far and how fast they went."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from ecluse.lab.spread.scenario import Curve

TOOK_OFF: Final = 0.05
"""A run that reaches a smaller share of the people died out."""


class Measures(NamedTuple):
    """Medians are over the runs that took off, or over all if none did. Steps are None where the median run never
    came so far.

    seeds: runs. took_off: of them, those that reached TOOK_OFF of the people. reach: median share of the people
    reached in the end. reach_mean: mean over all runs, with those that died out. t50, t90: steps until half and 90 %
    of all people were reached. t90_own: steps until 90 % of those were reached whom the run reached at all.
    unlabelled: of the copies that truly had many hops, the share that did not show it; None if there were none. sent:
    median of the chats it was sent to, for each person of the network; sent_many: of them, by people whose copy showed
    many hops.
    """

    seeds: int
    took_off: int
    reach: float
    reach_mean: float
    t50: float | None
    t90: float | None
    t90_own: float
    unlabelled: float | None
    sent: float
    sent_many: float


def measure(curves: Sequence[Curve]) -> Measures:
    """Measure the runs of one scenario, at least one."""
    told = told_of(curves)
    hidden = [curve.unlabelled for curve in told if not np.isnan(curve.unlabelled)]
    return Measures(
        seeds=len(curves),
        took_off=sum(curve.reach >= TOOK_OFF for curve in curves),
        reach=float(np.median([curve.reach for curve in told])),
        reach_mean=float(np.mean([curve.reach for curve in curves])),
        t50=steps_to(told, 0.5),
        t90=steps_to(told, 0.9),
        t90_own=float(np.median([curve.steps_to(0.9 * int(curve.reached[-1])) for curve in told])),
        unlabelled=float(np.median(hidden)) if hidden else None,
        sent=float(np.median([curve.sent / curve.people for curve in told])),
        sent_many=float(np.median([curve.sent_many / curve.people for curve in told])),
    )


def steps_to(curves: Sequence[Curve], share: float) -> float | None:
    """The median of the steps until a share of all people was reached; None if the median run never came so far."""
    steps = [curve.steps_to(share * curve.people) for curve in curves]
    middle = float(np.median([np.inf if step is None else step for step in steps]))
    return None if np.isinf(middle) or np.isnan(middle) else middle


def told_of(curves: Sequence[Curve]) -> list[Curve]:
    """The runs that took off; all of them if none did."""
    return [curve for curve in curves if curve.reach >= TOOK_OFF] or list(curves)
