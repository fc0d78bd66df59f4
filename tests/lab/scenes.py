"""Small scenes for the tests, each made once, and judges that need no gate."""

from functools import cache

import numpy as np
import pyarrow as pa

from ecluse.lab.draws import repeat_rows
from ecluse.lab.playing import VERDICTS, play
from ecluse.lab.scenarios import SCENARIOS
from ecluse.lab.scene import SceneOptions, make_scene

PEOPLE = 300


@cache
def scene(scenario, people=PEOPLE, seed=7):
    return make_scene(SCENARIOS[scenario], SceneOptions(people=people, seed=seed))


class Says:
    """A judge who says of each event what ``word`` makes of its row; dropped: whoever is not to get it."""

    def __init__(self, word=lambda event: "pass", dropped=lambda event: None):
        self._word, self._dropped = word, dropped
        self.observed, self.judged = 0, []

    def observe(self, events):
        self.observed += events.num_rows

    def judge(self, events):
        rows = events.to_pylist()
        self.judged += [row["id"] for row in rows]
        said = [{"outcome": self._word(row), "dropped": self._dropped(row)} for row in rows]
        for verdict in said:
            if verdict["outcome"] == "refuse":
                verdict |= {"rules": ["no"], "why": "no (because)"}
        return pa.RecordBatch.from_pylist(said, schema=VERDICTS)


class LetsThrough:
    """A judge without terms."""

    def observe(self, events):
        pass

    def judge(self, events):
        n = events.num_rows
        columns = [pa.array(["pass"] * n), *(pa.nulls(n, field.type) for field in list(VERDICTS)[1:])]
        return pa.RecordBatch.from_arrays(columns, schema=VERDICTS)


@cache
def let_through(scenario, people=PEOPLE, seed=7):
    return play(scene(scenario, people, seed), LetsThrough())


def own(played):
    """What the actors do as the scenario has it: one dict an event."""
    return played.events.filter(pa.array(played.own)).to_pylist()


def by_account(played):
    """The same, by account."""
    accounts = {}
    for event in own(played):
        accounts.setdefault(event["sender"], []).append(event)
    return accounts


def answered_share(played, within_h=24.0):
    """Of the people whom an actor first writes to one by one, the share who write back to it within so many hours."""
    draft = played.draft
    single = np.flatnonzero((draft.counts == 1) & (np.arange(len(draft.at_ms)) >= played.begin) & (draft.kind == 0))
    peer = draft.peers[(np.cumsum(draft.counts) - draft.counts)[single]]
    first = {}
    for place, person in zip(single.tolist(), peer.tolist(), strict=True):
        if played.own[place] and draft.because[place] < 0:
            first.setdefault((int(draft.sender[place]), person), int(draft.at_ms[place]))
    back = set()
    for place, person in zip(single.tolist(), peer.tolist(), strict=True):
        begun = first.get((person, int(draft.sender[place])))
        if begun is not None and begun < draft.at_ms[place] <= begun + within_h * 3_600_000:
            back.add((person, int(draft.sender[place])))
    return len(back) / len(first)


def known_share(played):
    """Of the people whom the actors write to, the share who wrote to that actor before the log."""
    draft = played.draft
    event = repeat_rows(draft.counts)
    pairs = set(zip(draft.sender[event].tolist(), draft.peers.tolist(), strict=True))
    before = {
        (sender, peer)
        for place, sender, peer in zip(event.tolist(), draft.sender[event].tolist(), draft.peers.tolist(), strict=True)
        if place < played.begin
    }
    mine = {
        (sender, peer)
        for place, sender, peer in zip(event.tolist(), draft.sender[event].tolist(), draft.peers.tolist(), strict=True)
        if played.own[place]
    }
    assert mine <= pairs
    return sum((peer, sender) in before for sender, peer in mine) / len(mine)


def variation(events):
    """The coefficient of variation of the gaps between events."""
    at_s = np.array([event["at"].timestamp() for event in events])
    gaps = np.diff(at_s)
    return gaps.std() / gaps.mean()
