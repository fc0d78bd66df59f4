"""The score of a scene: how many an attack reached before it was stopped, and what honest people felt."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ecluse.events import Kind
from ecluse.lab.draws import Bools, Ints, repeat_rows
from ecluse.lab.playing import DELAY, DROP_STRANGERS, LABEL, REFUSE, VOID, Outcomes
from ecluse.lab.scene import Scene

REACH_MAX = 100
"""An attack is held if at most so many people who did not want it were reached by half of its accounts."""

_REACHING = (Kind.SEND, Kind.FORWARD, Kind.CREATE_GROUP, Kind.ADD_TO_GROUP)


class Score(NamedTuple):
    """What became of a scenario's actors. "Unwanted": people reached who never asked for it. "Stopped": refused, or
    kept from recipients.

    scenario, honest: which. accounts: actors. sends: what they did as the scenario has it. meant: people, different
    ones, whom they meant to reach. meant_unwanted: of these, who never asked. before, reached: unwanted, of an account
    until it was first stopped and in all; the median of the accounts. before_asked: as before, of those who did ask.
    before_all, reached_all: as before and reached, different people, of all accounts together. stopped_share: of
    deliveries, stopped. stopped_accounts: those ever stopped. stopped_after_s: from an account's first send to its
    first stop, in the middle of those stopped. refused, delayed, dropped, labelled: accounts to which that ever
    happened; labels count only on what the scenario has them send, the rest on all they did. refused_sends: events.
    rules: that stopped or delayed, the most frequent first. worst: in words. others, others_refused: those about them
    who did anything, and those of them who were ever refused.
    """

    scenario: str
    honest: bool
    accounts: int
    sends: int
    meant: int
    meant_unwanted: int
    before: float
    reached: float
    before_asked: float
    before_all: int
    reached_all: int
    stopped_share: float
    stopped_accounts: int
    stopped_after_s: float | None
    refused: int
    delayed: int
    dropped: int
    labelled: int
    refused_sends: int
    rules: list[str]
    worst: str | None
    others: int
    others_refused: int

    @property
    def held(self) -> bool:
        """Whether most accounts of an attack were stopped, half of them at ``REACH_MAX`` unwanted people or fewer."""
        return 2 * self.stopped_accounts > self.accounts and self.before <= REACH_MAX

    @property
    def touched_share(self) -> float:
        """The share of the actors who were ever refused a send."""
        return self.refused / self.accounts if self.accounts else 0.0


class _Deliveries(NamedTuple):
    """What the actors sent as the scenario has it, one row a recipient; a send to a group is one row, to nobody."""

    event: Ints
    actor: Ints
    person: Ints
    arrived: Bools


def score(scene: Scene, outcomes: Outcomes) -> Score:
    """Measure what ``play`` said of a scene."""
    draft, outcome = scene.draft, outcomes.outcome
    acts = (outcome != VOID) & np.isin(draft.sender, scene.actors)
    own = acts & scene.own & np.isin(draft.kind, _REACHING)
    sent = _deliveries(scene, outcomes, own)
    asked = np.isin(sent.person, scene.wanted) | (sent.person < 0)
    first = _first_stops(scene, sent)
    before = sent.event < first[np.searchsorted(_sorted(scene), sent.actor)]
    unwanted = sent.arrived & ~asked
    stops = np.flatnonzero(first < len(outcome))
    waits_s = _waits_s(scene, sent, first, stops)
    noted = [place for place in outcomes.rules if acts[place]]
    others = ~np.isin(draft.sender, scene.actors) & (outcome == REFUSE)
    return Score(
        scenario=scene.scenario.id,
        honest=scene.scenario.honest,
        accounts=len(scene.actors),
        sends=int(own.sum()),
        meant=_people(sent.person[sent.person >= 0]),
        meant_unwanted=_people(sent.person[~asked]),
        before=_middle(scene, sent, unwanted & before),
        reached=_middle(scene, sent, unwanted),
        before_asked=_middle(scene, sent, sent.arrived & asked & before),
        before_all=_people(sent.person[unwanted & before]),
        reached_all=_people(sent.person[unwanted]),
        stopped_share=float(1 - sent.arrived.mean()) if len(sent.arrived) else 0.0,
        stopped_accounts=len(stops),
        stopped_after_s=float(np.median(waits_s)) if len(stops) else None,
        refused=_people(draft.sender[acts & (outcome == REFUSE)]),
        delayed=_people(draft.sender[acts & (outcome == DELAY)]),
        dropped=_people(draft.sender[acts & (outcome == DROP_STRANGERS)]),
        labelled=_people(draft.sender[own & (outcome == LABEL)]),
        refused_sends=int((acts & (outcome == REFUSE)).sum()),
        rules=_by_frequency([rule for place in noted for rule in outcomes.rules[place]]),
        worst=_worst(scene, outcomes, acts),
        others=_people(draft.sender[(outcome != VOID) & ~np.isin(draft.sender, scene.actors)]),
        others_refused=_people(draft.sender[others]),
    )


def table(scores: list[Score]) -> pa.Table:
    """Scores as columns, one row a scenario."""
    return pa.Table.from_pylist([line._asdict() for line in scores], schema=SCORES)


SCORES = pa.schema(
    [
        ("scenario", pa.string()),
        ("honest", pa.bool_()),
        *((name, pa.int64()) for name in ("accounts", "sends", "meant", "meant_unwanted")),
        *((name, pa.float64()) for name in ("before", "reached", "before_asked")),
        *((name, pa.int64()) for name in ("before_all", "reached_all")),
        ("stopped_share", pa.float64()),
        ("stopped_accounts", pa.int64()),
        ("stopped_after_s", pa.float64()),
        *((name, pa.int64()) for name in ("refused", "delayed", "dropped", "labelled", "refused_sends")),
        ("rules", pa.list_(pa.string())),
        ("worst", pa.string()),
        *((name, pa.int64()) for name in ("others", "others_refused")),
    ]
)
"""The columns of ``table``: the fields of ``Score``."""


def _sorted(scene: Scene) -> Ints:
    return np.sort(scene.actors)


def _people(numbers: Ints) -> int:
    return len(np.unique(numbers))


def _deliveries(scene: Scene, outcomes: Outcomes, own: Bools) -> _Deliveries:
    draft = scene.draft
    event = repeat_rows(draft.counts)
    mine = own[event]
    alone = np.flatnonzero(own & (draft.counts == 0))
    events = np.concatenate((event[mine], alone))
    return _Deliveries(
        events,
        draft.sender[events],
        np.concatenate((draft.peers[mine], np.full(len(alone), -1))),
        np.concatenate((outcomes.reached[mine], outcomes.outcome[alone] != REFUSE)),
    )


def _first_stops(scene: Scene, sent: _Deliveries) -> Ints:
    """For each actor, by number, the place of the first event that was stopped; the number of events for none."""
    first = np.full(len(scene.actors), len(scene.draft.at_ms))
    stopped = ~sent.arrived
    np.minimum.at(first, np.searchsorted(_sorted(scene), sent.actor[stopped]), sent.event[stopped])
    return first


def _waits_s(scene: Scene, sent: _Deliveries, first: Ints, stops: Ints) -> np.ndarray:
    begun = np.full(len(scene.actors), len(scene.draft.at_ms) - 1)
    np.minimum.at(begun, np.searchsorted(_sorted(scene), sent.actor), sent.event)
    at_ms = scene.draft.at_ms
    return np.asarray(at_ms[first[stops]] - at_ms[begun[stops]]) / 1_000


def _middle(scene: Scene, sent: _Deliveries, which: Bools) -> float:
    """The median over the actors of how many different people they reached."""
    pairs = np.unique(np.stack((sent.actor[which], sent.person[which])), axis=1)
    counts = np.bincount(np.searchsorted(_sorted(scene), pairs[0]), minlength=len(scene.actors))
    return float(np.median(counts)) if len(counts) else 0.0


def _by_frequency(words: list[str]) -> list[str]:
    different, counts = np.unique(np.asarray(words, dtype=np.str_), return_counts=True)
    return [str(word) for word in different[np.argsort(-counts, kind="stable")]]


def _worst(scene: Scene, outcomes: Outcomes, acts: Bools) -> str | None:
    """The actor that was stopped most, or else delayed most, in words."""
    for outcome, done in ((REFUSE, "refused"), (DROP_STRANGERS, "kept from strangers"), (DELAY, "delayed")):
        touched = np.flatnonzero(acts & (outcomes.outcome == outcome))
        if not len(touched):
            continue
        senders, counts = np.unique(scene.draft.sender[touched], return_counts=True)
        actor, most = int(senders[np.argmax(counts)]), int(counts.max())
        first = int(touched[scene.draft.sender[touched] == actor][0])
        name, when = scene.accounts["account"][actor].as_py(), scene.events["at"][first].as_py()
        sends = int((acts & (scene.draft.sender == actor) & np.isin(scene.draft.kind, _REACHING)).sum())
        return f"{name}: {most:,} of {sends:,} sends {done}, first on {when:%-d %b at %H:%M}: {outcomes.why[first]}"
    return None
