import numpy as np
import pytest

from ecluse.lab.playing import play
from ecluse.lab.scenarios import SCENARIOS
from ecluse.lab.score import SCORES, Score, score, table
from tests.lab.scenes import Says, let_through, scene

ATTACKS = [id_ for id_, scenario in SCENARIOS.items() if not scenario.honest]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_without_terms_nobody_is_stopped(scenario):
    said = score(scene(scenario), let_through(scenario))
    assert (said.stopped_accounts, said.stopped_share, said.stopped_after_s) == (0, 0.0, None)
    assert (said.refused, said.delayed, said.dropped, said.labelled, said.others_refused) == (0, 0, 0, 0, 0)
    assert (said.rules, said.worst, said.held) == ([], None, False)
    assert said.before == said.reached
    assert said.before_all == said.reached_all == said.meant_unwanted <= said.meant


@pytest.mark.parametrize("scenario", ATTACKS)
def test_what_is_refused_from_the_first_event_on_reaches_nobody(scenario):
    played = scene(scenario)
    names = set(played.accounts["account"].take(played.actors).to_pylist())
    said = score(played, play(played, Says(lambda event: "refuse" if event["sender"] in names else "pass")))
    assert (said.before, said.reached, said.before_all, said.reached_all) == (0.0, 0.0, 0, 0)
    assert (said.stopped_accounts, said.stopped_share, said.stopped_after_s) == (said.accounts, 1.0, 0.0)
    assert (said.refused, said.held, said.rules) == (said.accounts, True, ["no"])


def test_before_is_until_the_first_stop_and_reached_is_all():
    played = scene("burst")
    ids = played.events["id"].to_pylist()
    ours = [ids[place] for place in np.flatnonzero(played.own & (played.draft.sender == played.actors[0]))]
    refused = {ours[10], ours[11], ours[20]}
    said = score(played, play(played, Says(lambda event: "refuse" if event["id"] in refused else "pass")))
    assert said.accounts == 5
    assert (said.before, said.reached) == (600, 600)  # of the median account, which was never stopped
    assert said.before_all == 4 * 600 + 10
    assert said.reached_all == said.meant - 3
    assert said.stopped_accounts == 1
    assert said.stopped_after_s == pytest.approx(10 * 0.15, rel=0.3)
    assert said.stopped_share == pytest.approx(3 / 3_000)
    assert said.worst.startswith("blaster-1: 3 of 60")
    assert said.worst.endswith("no (because)")


def test_what_honest_people_feel_is_counted_by_account_and_others_apart():
    played = scene("wedding")
    first, second = (played.accounts["account"][int(actor)].as_py() for actor in played.actors[:2])
    other = next(
        id_
        for id_ in played.accounts["account"].to_pylist()
        if id_ not in played.accounts["account"].take(played.actors).to_pylist()
    )

    def word(event):
        if event["kind"] != "send" or event["sender"] not in (first, second, other):
            return "pass"
        return {first: "delay", second: "refuse", other: "refuse"}[event["sender"]]

    said = score(played, play(played, Says(word)))
    assert (said.refused, said.delayed, said.dropped, said.labelled) == (1, 1, 0, 0)
    assert (said.others_refused, said.touched_share) == (1, 1 / 20)
    assert said.worst.startswith(f"{second}: {said.refused_sends} of")


def test_labels_count_on_what_the_scenario_has_them_send():
    played = scene("wedding")
    said = score(played, play(played, Says(lambda event: "label" if event["kind"] == "forward" else "pass")))
    assert (said.labelled, said.rules) == (0, [])
    said = score(played, play(played, Says(lambda event: "label" if event["text"] else "pass")))
    assert said.labelled == said.accounts


def test_a_table_has_the_fields_of_a_score():
    said = score(scene("burst"), let_through("burst"))
    assert tuple(SCORES.names) == Score._fields
    assert table([said]).to_pylist() == [said._asdict()]
