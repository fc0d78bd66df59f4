import numpy as np
import pytest

from ecluse.errors import InputError
from ecluse.events import AccountKind
from ecluse.lab.habits import MESSENGER, Spread
from ecluse.lab.reactions import Feelings, past, reactions
from ecluse.lab.rhythm import Clock
from ecluse.lab.roster import Roster
from ecluse.lab.stage import DAY_MS, HOUR_MS, Stage, at, by_machine
from ecluse.lab.texts import Texts

START_MS = 1_578_268_800_000  # 6 January 2020


@pytest.fixture
def stage():
    roster = Roster("DE", "de")
    members = roster.enlist("personal", START_MS - np.arange(100) * 10 * DAY_MS)
    clock = Clock.of(MESSENGER.hours, 4, MESSENGER.utc_offset_h)
    return Stage(members, roster, Texts(), clock, START_MS, 4, np.random.default_rng(3))


def test_strangers_are_different_people_half_of_the_population_at_most(stage):
    people = stage.strangers(300, but=(5,))
    assert len(set(people.tolist())) == 300
    assert (people < 100).sum() == 98 // 2  # one has just come, one is left out
    assert 5 not in people
    assert stage.roster.table()["role"].to_pylist().count("bystander") == 300 - 98 // 2


def test_residents_have_been_there_for_long(stage):
    assert set(stage.residents(39, days=600).tolist()) == set(range(61, 100))
    with pytest.raises(InputError) as caught:
        stage.residents(40, days=600)
    assert caught.value.field == "people"


def test_accounts_share_networks(stage):
    stage.grown("sim", 10, 30, networks=2)
    stage.grown("loner", 3, 30, kind=AccountKind.BUSINESS)
    accounts = stage.roster.table().to_pylist()[100:]
    sims, loners = accounts[:10], accounts[10:]
    assert len({account["network"] for account in sims}) == 2
    assert len({account["network"] for account in loners}) == 3
    assert {account["sender_kind"] for account in loners} == {"business"}
    ages = [(START_MS - account["registered_at"].timestamp() * 1_000) / DAY_MS for account in sims]
    assert 24 <= min(ages) <= max(ages) <= 36


def test_a_machine_keeps_its_pace_and_a_hand_does_not(stage):
    clock = np.diff(by_machine(stage.rng, 0, 1_000, 5.0, 0.05))
    chance = np.diff(by_machine(stage.rng, 0, 1_000, 5.0, 1.0))
    hand = np.diff(stage.by_hand(at(1, 18), 1_000, Spread(30.0, 1.0)))
    assert np.median(clock) == pytest.approx(5_000, rel=0.02)
    assert clock.std() / clock.mean() < 0.06
    assert chance.std() / chance.mean() > 0.9
    assert hand.std() / hand.mean() > 0.9


def test_at_night_hands_are_slow(stage):
    evening, night = (stage.by_hand(at(1, hour), 50, Spread(30.0, 0.1)) for hour in (18, 26))
    assert np.ptp(night) > 5 * np.ptp(evening)


def test_reactions_come_because_of_what_was_sent_in_the_shares_that_are_felt(stage):
    sends = stage.send(np.full(2_000, at(0, 10)), 1, peers=stage.strangers(2_000, but=(1,)))
    answers, thanks, reports = reactions(stage, sends, Feelings(answers=0.4, reports=0.1, thanks=0.5))
    assert len(answers.at_ms) == pytest.approx(800, rel=0.1)
    assert len(thanks.at_ms) == pytest.approx(400, rel=0.15)
    assert len(reports.at_ms) == pytest.approx(200, rel=0.2)
    assert set(answers.because.tolist()) <= set(sends.message.tolist())
    assert set(thanks.because.tolist()) <= set(answers.message.tolist())
    assert (answers.peers == 1).all()
    assert (thanks.sender == 1).all()
    assert (reports.subject == 1).all()
    assert (answers.at_ms >= at(0, 10)).all()


def test_the_past_is_a_message_each_way_within_the_days(stage):
    people = np.arange(10, 40)
    talks = past(stage, 3, people, (100.0, 200.0))
    assert sorted(talks.peers[talks.sender == 3].tolist()) == people.tolist()
    assert sorted(talks.sender[talks.peers == 3].tolist()) == people.tolist()
    assert talks.at_ms.min() >= -200 * DAY_MS
    assert talks.at_ms.max() <= -100 * DAY_MS + HOUR_MS
    wrote, heard = talks.at_ms[talks.sender == 3], talks.at_ms[talks.peers == 3]
    assert (wrote < heard).all()
    asked = past(stage, 3, people, (1.0, 2.0), wrote_first=False)
    assert (asked.at_ms[asked.sender == 3] > asked.at_ms[asked.peers == 3]).all()
