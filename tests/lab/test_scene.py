import dataclasses

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ecluse.errors import InputError
from ecluse.events import conform
from ecluse.lab.scenarios import SCENARIOS
from ecluse.lab.scene import HISTORY_DAYS, SceneOptions, make_scene
from ecluse.lab.table import EVENTS
from ecluse.lab.traffic import TrafficOptions, make_traffic
from tests.lab.scenes import PEOPLE, scene

SMALL = SceneOptions(people=PEOPLE)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_seed_gives_the_same_scene_and_another_seed_another(scenario):
    again = make_scene(SCENARIOS[scenario], SMALL)
    assert again.events.equals(scene(scenario).events)
    assert again.accounts.equals(scene(scenario).accounts)
    assert not make_scene(SCENARIOS[scenario], dataclasses.replace(SMALL, seed=8)).events.equals(again.events)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scene_is_a_log_of_events_by_time_with_its_past_first(scenario):
    played = scene(scenario)
    assert played.events.schema == EVENTS
    assert conform(played.events).num_rows == played.events.num_rows
    assert (np.diff(played.draft.at_ms) >= 0).all()
    assert (played.draft.at_ms[: played.begin] < 0).all()
    assert (played.draft.at_ms[played.begin :] >= 0).all()
    assert played.draft.at_ms[0] >= -HISTORY_DAYS * 86_400_000
    assert played.events["at"][played.begin].as_py().date().isoformat() == played.scenario.start
    assert not played.own[: played.begin].any()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_depends_on_a_message_comes_after_it_and_from_somebody_who_got_it(scenario):
    played = scene(scenario)
    draft, starts = played.draft, np.cumsum(played.draft.counts) - played.draft.counts
    dependent = np.flatnonzero(played.because >= 0)
    assert len(dependent) > 0
    for place in dependent.tolist():
        cause = int(played.because[place])
        assert draft.at_ms[cause] <= draft.at_ms[place]
        assert cause < place
        assert draft.sender[place] in draft.peers[starts[cause] : starts[cause] + draft.counts[cause]]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_writes_to_himself_or_twice_to_one_in_one_event(scenario):
    recipients = scene(scenario).events["recipients"].combine_chunks()
    event = pc.list_parent_indices(recipients)
    senders = scene(scenario).events["sender"].take(event)
    assert not pc.any(pc.equal(senders, recipients.flatten())).as_py()
    pairs = pa.table({"event": event, "person": recipients.flatten()})
    assert pairs.group_by(["event", "person"]).aggregate([]).num_rows == pairs.num_rows


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nobody_acts_or_reacts_before_registering(scenario):
    played = scene(scenario)
    of_scenario = (played.draft.message >= 0) | (played.because >= 0)
    of_scenario[: played.begin] = True
    events = played.events.filter(pa.array(of_scenario))
    assert not pc.any(pc.less(events["at"], events["registered_at"])).as_py()


def among_members(events):
    rows = events.drop_columns("id").to_pylist()
    return [row for row in rows if row["text"] is None and row["at"].year == 2020 and row["sender"] == "personal-7"]


def test_ordinary_people_do_what_they_do_in_any_log_of_that_seed():
    alone = make_traffic(TrafficOptions(people=PEOPLE, days=4, start="2020-01-06", newsletter=None, spammer=None))
    assert among_members(scene("burst").events) == among_members(alone.events)


def test_a_scene_begins_on_the_day_that_is_asked_for():
    played = make_scene(SCENARIOS["burst"], dataclasses.replace(SMALL, start="2019-12-02"))
    assert played.events["at"][played.begin].as_py().date().isoformat() == "2019-12-02"


def test_too_few_people_are_named():
    with pytest.raises(InputError) as caught:
        make_scene(SCENARIOS["wedding"], SceneOptions(people=10))
    assert caught.value.field == "people"
