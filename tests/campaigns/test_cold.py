"""Which crowds are campaigns: each honest one beside what would make it one, so that the measure is seen to tell."""

import pytest

from ecluse.campaigns import Sort
from ecluse.events import AccountKind
from tests.campaigns.making import HOME, SITE, TEXT, TOOL, crowd, found, members, people

SNOWSHOE = {"accounts": 30, "content": TEXT}


def test_strangers_who_do_not_answer_are_a_campaigns():
    (campaign,) = found(people(), crowd(**SNOWSHOE))
    assert members(campaign) == list(range(1, 31))
    assert (campaign.accounts, campaign.recipients, campaign.strangers) == (30, 180, 180)
    assert campaign.evidence[0] == (Sort.CONTENT, TEXT, 30, 180, 180)


@pytest.mark.parametrize(
    "honest",
    [
        pytest.param({"sends": 1, "known": 6, "answers": 0.5}, id="everybody wishes their friends a happy new year"),
        pytest.param({"sends": 2, "known": 4}, id="a joke passed on to friends, and to two who do not answer"),
        pytest.param({"answers": 0.4}, id="people who ask about small ads, all with one phrase"),
        pytest.param({"numbers": 3}, id="votes that everybody sends to one number, which never answers"),
        pytest.param({"accounts": 4}, id="too few accounts"),
        pytest.param({"accounts": 19, "age_days": 900}, id="too few that are not fresh"),
        pytest.param({"accounts": 300, "kind": AccountKind.BUSINESS, "age_days": 900}, id="a bank's one-time codes"),
    ],
)
def test_an_honest_crowd_is_none(honest):
    assert found(people(), crowd(**SNOWSHOE | honest)) == []


@pytest.mark.parametrize(
    "shared",
    [
        pytest.param({"domain": SITE}, id="a link domain"),
        pytest.param({"provider": TOOL, "network": HOME}, id="a provider and its network"),
        pytest.param({"network": HOME}, id="a network"),
    ],
)
def test_one_sort_of_thing_is_not_enough_even_if_nobody_answers(shared):
    assert found(people(), crowd(100, **shared)) == []


@pytest.mark.parametrize(
    "shared",
    [
        pytest.param({"domain": SITE, "network": HOME}, id="domain and network"),
        pytest.param({"domain": SITE, "provider": TOOL}, id="domain and provider"),
        pytest.param({"sends": 16, "step_s": 60, "network": HOME}, id="network and rhythm"),
        pytest.param({"sends": 16, "step_s": 60, "provider": TOOL}, id="provider and rhythm"),
    ],
)
def test_two_sorts_are_enough(shared):
    (campaign,) = found(people(), crowd(30, **shared))
    assert members(campaign) == list(range(1, 31))


def test_a_rhythm_alone_is_not_enough():
    assert found(people(), crowd(60, sends=16, step_s=60)) == []


def test_a_domain_that_everybody_links_to_joins_nobody():
    everybody = people(200, known=10, domain=SITE)
    assert found(everybody, crowd(30, domain=SITE, network=HOME)) == []


def test_a_domain_joins_those_who_are_members_by_their_texts():
    one, other = crowd(30, content=TEXT, domain=SITE), crowd(30, first=31, content=TEXT + 1, domain=SITE, seed=3)
    (campaign,) = found(people(), one, other)
    assert members(campaign) == list(range(1, 61))


def test_different_texts_without_a_link_are_different_campaigns():
    one, other = crowd(30, content=TEXT), crowd(30, first=31, content=TEXT + 1, seed=3)
    apart = sorted(members(campaign) for campaign in found(people(), one, other))
    assert apart == [list(range(1, 31)), list(range(31, 61))]


def test_who_warns_friends_with_the_campaigns_words_is_no_member():
    warners = crowd(8, first=500, known=5, sends=1, answers=0.5, age_days=900, content=TEXT, seed=4)
    (campaign,) = found(people(), crowd(60, content=TEXT), warners)
    assert members(campaign) == list(range(1, 61))


def test_what_nobody_answers_on_this_service_tells_nothing():
    nobody_answers = people(400, answers=0.0)
    assert found(nobody_answers, crowd(**SNOWSHOE, age_days=40, kind=AccountKind.CLIENT)) == []


def test_people_have_an_hour_to_answer_unless_accounts_are_many_and_fresh():
    quickly = {"over_s": 1_200, "content": TEXT}
    assert found(people(over_s=1_200, start_s=-7_200), crowd(60, age_days=400, **quickly)) == []
    (campaign,) = found(people(over_s=1_200, start_s=-7_200), crowd(60, **quickly))
    assert campaign.accounts == 60


def test_where_all_accounts_are_fresh_that_tells_nothing():
    newcomers = people(200, age_days=3, over_s=1_200)
    assert found(newcomers, crowd(60, over_s=1_200, content=TEXT)) == []
