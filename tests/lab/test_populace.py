import numpy as np

from ecluse.lab.habits import MESSENGER
from ecluse.lab.populace import DAY_MS, generators, populate, registrations
from ecluse.lab.rhythm import Clock
from ecluse.lab.roster import Roster

START_MS = 1_578_268_800_000


def test_people_live_on_networks_of_a_few_and_newcomers_register():
    roster = Roster("DE", "de")
    clock = Clock.of(MESSENGER.hours, 10, MESSENGER.utc_offset_h)
    members, drafts = populate(500, MESSENGER, clock, roster, START_MS, generators(7))
    accounts = roster.table()
    assert members.tolist() == list(range(500))
    assert 150 < len(set(accounts["network"].to_pylist())) < 228
    joined = registrations(roster, START_MS)
    assert 0 < len(joined.at_ms) < 30
    assert (roster.registered_ms[joined.sender] - START_MS == joined.at_ms).all()
    assert (joined.at_ms < 10 * DAY_MS).all()
    assert all(np.isin(part.sender, members).all() for part in drafts)
