import numpy as np
import pytest

from ecluse.lab.playing import DROP_STRANGERS, OUTCOMES, PASS, REFUSE, VOID, play
from tests.lab.scenes import LetsThrough, Says, scene


@pytest.mark.parametrize("scenario", ["burst", "wedding", "broadcast-lists", "shop", "group-adding"])
def test_everything_comes_once_and_in_order_if_all_is_let_through(scenario):
    played, judge = scene(scenario), Says()
    outcomes = play(played, judge)
    assert judge.observed == played.begin
    assert judge.judged == played.events["id"].to_pylist()[played.begin :]
    assert (outcomes.outcome[played.begin :] == PASS).all()
    assert (outcomes.outcome[: played.begin] == VOID).all()
    assert outcomes.reached.all()
    assert (outcomes.rules, outcomes.why) == ({}, {})


def test_nobody_reacts_to_what_was_refused():
    played = scene("burst")
    names = set(played.accounts["account"].take(played.actors).to_pylist())
    judge = Says(lambda event: "refuse" if event["sender"] in names and event["kind"] == "send" else "pass")
    outcomes = play(played, judge)
    reactions = played.because >= 0
    assert reactions.sum() > 50
    assert (outcomes.outcome[reactions] == VOID).all()
    assert (outcomes.outcome[played.own] == REFUSE).all()
    assert set(judge.judged).isdisjoint(played.events["id"].filter(reactions).to_pylist())
    others = ~reactions & ~played.own & (np.arange(len(reactions)) >= played.begin)
    assert (outcomes.outcome[others] == PASS).all()


def test_who_was_dropped_does_not_react_but_the_others_do():
    played = scene("broadcast-lists")
    judge = Says(
        lambda event: "drop_strangers" if event["chat"] == "broadcast" else "pass",
        lambda event: event["recipients"][::2] if event["chat"] == "broadcast" else None,
    )
    outcomes = play(played, judge)
    assert (outcomes.outcome[played.own] == DROP_STRANGERS).all()
    starts = np.cumsum(played.draft.counts) - played.draft.counts
    dropped = set()
    for place in np.flatnonzero(played.own).tolist():
        peers = slice(starts[place], starts[place] + played.draft.counts[place])
        assert outcomes.reached[peers].tolist() == [False, True] * 128
        dropped |= {(place, int(person)) for person in played.draft.peers[peers][::2]}
    voids = [
        (int(played.because[place]), int(played.draft.sender[place])) in dropped
        for place in np.flatnonzero(played.because >= 0).tolist()
    ]
    assert (outcomes.outcome[played.because >= 0] == VOID).tolist() == voids
    assert 0 < sum(voids) < len(voids)


def test_a_chain_of_reactions_ends_with_its_first_message():
    played = scene("shop")
    judge = Says(lambda event: "refuse" if event["sender"].startswith("shop") else "pass")
    outcomes = play(played, judge)
    thanks = played.own & (played.because >= 0)
    assert thanks.sum() > 100
    assert (outcomes.outcome[thanks] == VOID).all()


def test_the_watcher_sees_the_end():
    seen = []
    play(scene("burst"), LetsThrough(), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == scene("burst").events.num_rows


def test_reasons_are_kept_where_given():
    played = scene("hacked")
    first = played.events["id"][int(np.flatnonzero(played.own)[0])].as_py()
    outcomes = play(played, Says(lambda event: "refuse" if event["id"] == first else "pass"))
    (place,) = outcomes.why
    assert (outcomes.rules[place], outcomes.why[place]) == (["no"], "no (because)")
    assert OUTCOMES[outcomes.outcome[place]] == "refuse"
