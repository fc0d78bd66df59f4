import numpy as np
import pytest

from ecluse.lab.scenarios import SCENARIOS
from tests.lab.scenes import answered_share, by_account, known_share, scene

WRITING = ("well-wishers", "viral-joke", "popular-link", "activists", "households", "buyers", "warners")


def asking(events):
    """What an account writes of itself: the first message to each of its people."""
    first = {}
    for event in events:
        first.setdefault(event["recipients"][0], event)
    return first.values()


@pytest.mark.parametrize("scenario", WRITING)
def test_each_of_many_writes_to_so_many_friends_and_strangers(scenario):
    part, played = SCENARIOS[scenario].part, scene(scenario, people=400)
    sends = by_account(played)
    assert len(sends) == part.accounts
    assert {len(asking(events)) for events in sends.values()} == {part.known + part.strangers}
    assert known_share(played) == pytest.approx(part.known / (part.known + part.strangers), abs=0.05)


@pytest.mark.parametrize("scenario", ["well-wishers", "viral-joke", "activists", "buyers", "warners"])
def test_all_of_them_write_one_text(scenario):
    texts = {event["text"] for events in by_account(scene(scenario, people=400)).values() for event in asking(events)}
    assert len(texts) == 1


def test_links_differ_and_lead_to_one_domain():
    sends = by_account(scene("popular-link", people=400))
    links = {event["text"].rpartition(" ")[2] for events in sends.values() for event in asking(events)}
    assert len(links) > 1_000
    assert {link.rpartition("/")[0] for link in links} == {"https://video-portal.example"}


def test_strangers_answer_people_as_strangers_do():
    assert 0.25 <= answered_share(scene("buyers", people=400)) <= 0.45
    assert answered_share(scene("viral-joke", people=400)) > 0.6


def test_clients_of_a_helpdesk_write_to_nobody_who_did_not_write_first():
    played = scene("helpdesks", people=400)
    clients, wrote = set(by_account(played)), set()
    for event in played.events.to_pylist():
        if event["sender"] in clients:
            assert (event["recipients"][0], event["sender"]) in wrote
            assert (event["sender_kind"], event["provider"]) == ("client", "provider-3")
        elif event["kind"] == "send" and event["recipients"]:
            wrote.add((event["sender"], event["recipients"][0]))
    assert len(clients) == 60


def test_households_are_behind_one_address():
    sends = by_account(scene("households", people=400))
    assert len({event["network"] for events in sends.values() for event in events}) == 1
    assert np.median([len(events) for events in sends.values()]) >= 9
