"""Campaigns in made-up logs: attacks are found early, with nobody honest in them; honest crowds are none."""

from dataclasses import replace

import numpy as np
import pytest

from ecluse.campaigns import Campaigns
from ecluse.lab.reactions import Feelings
from ecluse.lab.scenarios import ONE_TIME_CODES, SCENARIOS
from ecluse.lab.scene import SceneOptions, make_scene
from tests.campaigns.feeding import key, sends_of

CROWDS = (
    *("wedding", "new-year", "new-number", "treasurer", "shop", "journalist", "new-in-town"),
    *("well-wishers", "viral-joke", "popular-link", "activists", "helpdesks", "households", "buyers", "warners"),
)
SILENT = Feelings(answers=0.01)
MEMORY_BYTES = 16 << 20


def campaigns_of(scenario, people=400):
    """Feed a scene hundred by hundred. Returns the scene's actors, the last campaigns, everybody who was ever a member,
    and how many people the actors had reached when the first campaign was found.
    """
    played = make_scene(scenario, SceneOptions(people=people))
    sends = sends_of(played.events, played.accounts)
    names = played.accounts["account"].to_pylist()
    actors = {key("account", names[actor]) for actor in played.actors.tolist()}
    reach = np.cumsum(sends.recipients * np.isin(sends.account, np.array(list(actors), np.uint64)))
    campaigns, members, found = Campaigns(MEMORY_BYTES), set(), None
    for start in range(0, len(reach), 100):
        campaigns.add(sends.slice(start, start + 100))
        latest = campaigns.all()
        if latest:
            found = int(reach[min(start + 99, len(reach) - 1)]) if found is None else found
            members |= {member for campaign in latest for member in campaign.members.tolist()}
    campaigns.look()
    return actors, campaigns.all(), members, found


@pytest.mark.parametrize("scenario", ["snowshoe", "provider-spread"])
def test_an_attack_is_one_campaign_found_early_with_nobody_honest_in_it(scenario):
    actors, campaigns, members, found = campaigns_of(SCENARIOS[scenario], people=200)
    assert members == actors
    assert [campaign.accounts for campaign in campaigns] == [len(actors)]
    assert found < 1_000


@pytest.mark.parametrize("scenario", [*(SCENARIOS[id_] for id_ in CROWDS), ONE_TIME_CODES], ids=lambda one: one.id)
def test_an_honest_crowd_is_no_campaign(scenario):
    _, campaigns, members, _ = campaigns_of(scenario)
    assert (campaigns, members) == ([], set())


def test_were_it_not_answered_and_from_accounts_that_do_nothing_else_it_would_be_one():
    only_that = replace(SCENARIOS["buyers"], part=replace(SCENARIOS["buyers"].part, who="households"))
    ignored = replace(only_that, part=replace(only_that.part, unknowing=SILENT))
    assert campaigns_of(only_that)[2] == set()
    actors, _, members, _ = campaigns_of(ignored)
    assert members <= actors
    assert len(members) > 0.5 * len(actors)


def test_were_it_many_numbers_that_are_no_businesses_codes_would_be_one():
    many = replace(ONE_TIME_CODES, part=replace(ONE_TIME_CODES.part, accounts=30, strangers=50, who="clients"))
    actors, _, members, _ = campaigns_of(many)
    assert members == actors
