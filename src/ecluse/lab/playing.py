"""Playing a scene before a judge: what is refused reaches nobody, and nobody answers what never came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ecluse.lab.draft import NONE
from ecluse.lab.draws import Bools, Ints
from ecluse.lab.scene import Scene

OUTCOMES: Final = ("pass", "label", "delay", "drop_strangers", "refuse")
"""What a judge may say, from the mildest on."""

PASS, LABEL, DELAY, DROP_STRANGERS, REFUSE = range(len(OUTCOMES))
VOID: Final = -1
"""No outcome: the event never came, or lies before the log."""

EVENTS_A_TIME: Final = 4_096

VERDICTS: Final = pa.schema(
    [
        ("outcome", pa.string()),
        ("dropped", pa.list_(pa.string())),
        ("rules", pa.list_(pa.string())),
        ("why", pa.string()),
    ]
)
"""What a judge says of each event. dropped: recipients who do not get it. why: rules and measures in words, or null."""


class Judge(Protocol):
    """Whoever judges: a gate by some terms. Events come by time, each once."""

    def observe(self, events: pa.Table) -> None:
        """Take what happened before the log."""

    def judge(self, events: pa.Table) -> pa.RecordBatch:
        """Judge events; return ``VERDICTS``, one row an event."""


class Outcomes(NamedTuple):
    """What became of a scene, n events. outcome: int8, shape (n,), of ``OUTCOMES`` or VOID. reached: bool, shape
    (n_peers,), for each of the draft's ``peers`` whether it got the message. rules, why: by place, where given.
    """

    outcome: np.ndarray
    reached: Bools
    rules: dict[int, list[str]]
    why: dict[int, str]


def play(scene: Scene, judge: Judge, watch: Callable[[int], None] = lambda _: None) -> Outcomes:
    """Put a scene to a judge, in pieces in which no event depends on another. watch: told how many events are done."""
    n, counts = len(scene.draft.at_ms), scene.draft.counts
    starts = np.concatenate(([0], np.cumsum(counts)))
    cause = _causes(scene, starts)
    done = Outcomes(np.full(n, VOID, dtype=np.int8), np.zeros(int(starts[-1]), dtype=np.bool_), {}, {})
    judge.observe(scene.events.slice(0, scene.begin))
    done.reached[: starts[scene.begin]] = True
    first = scene.begin
    while first < n:
        end = _end(scene.because, first)
        comes = np.ones(end - first, dtype=np.bool_)
        depends = cause[first:end] >= 0
        comes[depends] = done.reached[cause[first:end][depends]]
        places = first + np.flatnonzero(comes)
        said = judge.judge(scene.events.slice(first, end - first).filter(pa.array(comes)))
        done.outcome[places] = pc.index_in(said["outcome"], pa.array(OUTCOMES)).to_numpy(zero_copy_only=False)
        arrives = (done.outcome[first:end] != VOID) & (done.outcome[first:end] != REFUSE)
        done.reached[starts[first] : starts[end]] = np.repeat(arrives, counts[first:end])
        for row in np.flatnonzero(done.outcome[places] >= DELAY).tolist():
            _note(scene, done, int(places[row]), said.slice(row, 1).to_pylist()[0], starts)
        first = end
        watch(first)
    return done


def _end(because: Ints, first: int) -> int:
    """The end of the piece that begins at ``first``: before the first event that depends on another in it."""
    end = min(first + EVENTS_A_TIME, len(because))
    inside = np.flatnonzero(because[first:end] >= first)
    return first + int(inside[0]) if len(inside) else end


def _causes(scene: Scene, starts: Ints) -> Ints:
    """For each event the place, among the draft's ``peers``, of the delivery that it depends on, or -1."""
    draft, because = scene.draft, scene.because
    cause = np.where(because < 0, NONE, starts[because])
    for place in np.flatnonzero((because >= 0) & (draft.counts[because] > 1)).tolist():
        low, high = starts[because[place]], starts[because[place] + 1]
        cause[place] = low + int(np.argmax(draft.peers[low:high] == draft.sender[place]))
    return cause


def _note(scene: Scene, done: Outcomes, place: int, said: dict[str, Any], starts: Ints) -> None:
    """Keep what was said of an event that was not simply let through."""
    done.rules[place] = said["rules"] or []
    done.why[place] = said["why"] or ""
    if said["dropped"]:
        names = scene.accounts["account"].combine_chunks()
        dropped = pc.index_in(pa.array(said["dropped"]), names).to_numpy()
        low, high = starts[place], starts[place + 1]
        done.reached[low:high] &= ~np.isin(scene.draft.peers[low:high], dropped)
