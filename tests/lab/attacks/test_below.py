import numpy as np
import pytest

from ecluse.cli.lab_judge import GateJudge
from ecluse.lab.playing import REFUSE, play
from ecluse.lab.scenarios import SCENARIOS
from tests.lab.scenes import answered_share, by_account, scene, variation


@pytest.mark.parametrize(("scenario", "accounts", "recipients"), [("snowshoe", 500, 20), ("drip", 20, 270)])
def test_many_accounts_write_to_a_few_people_each_and_never_twice(scenario, accounts, recipients):
    sends = by_account(scene(scenario))
    assert len(sends) == accounts
    assert {len(events) for events in sends.values()} == {recipients}
    everybody = [event["recipients"][0] for events in sends.values() for event in events]
    assert len(set(everybody)) == accounts * recipients


def test_a_provider_spreads_its_list_over_clients_each_of_which_writes_thrice_to_few():
    sends = by_account(scene("provider-spread"))
    assert len(sends) == 120
    for events in sends.values():
        people, times = np.unique([event["recipients"][0] for event in events], return_counts=True)
        assert (len(people), set(times.tolist())) == (75, {3})
    named = {(e["sender_kind"], e["provider"], e["tool"]) for events in sends.values() for e in events}
    assert named == {("client", "provider-2", "many-numbers")}
    assert len({event["network"] for events in sends.values() for event in events}) == 2


@pytest.mark.parametrize("scenario", ["snowshoe", "drip", "provider-spread"])
def test_no_account_is_over_any_limit_of_the_starter_terms(scenario):
    played = scene(scenario)
    outcomes = play(played, GateJudge("starter"))
    assert (outcomes.outcome[np.isin(played.draft.sender, played.actors)] >= 0).any()
    assert {
        rule for place in np.flatnonzero(outcomes.outcome == REFUSE).tolist() for rule in outcomes.rules[place]
    } <= {"campaign"}


@pytest.mark.parametrize("scenario", ["snowshoe", "drip", "provider-spread"])
def test_gaps_are_as_irregular_as_chance_and_hardly_anybody_answers(scenario):
    sends = by_account(scene(scenario))
    assert np.median([variation(events) for events in sends.values()]) > 0.8
    assert answered_share(scene(scenario)) == pytest.approx(SCENARIOS[scenario].part.feelings.answers, rel=0.3)


def test_a_drip_has_nine_messages_on_every_day_of_a_month():
    for events in by_account(scene("drip")).values():
        days, counts = np.unique([event["at"].date().isoformat() for event in events], return_counts=True)
        assert (len(days), set(counts.tolist())) == (30, {9})
