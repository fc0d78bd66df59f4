"""Campaigns in the gate: events in, and rules that act on the campaign as on an account."""

import numpy as np
import pytest

from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.terms import parse_terms

SECRET = b"sixteen bytes or more"

NOW_MS = 1_600_000_000_000
DAY_MS = 86_400_000
MEMORY_BYTES = 64 << 20
OFFER = (
    "Brauchen Sie schnell Geld? Ohne Papierkram bis zu 10.000 Euro noch heute auf Ihrem Konto. https://geld.example/x"
)

TERMS = """
id: campaigns
version: 1
title: Campaigns
rules:
  - id: campaign
    clause: Accounts that act as one sender may not write to strangers.
    kinds: [send, forward]
    when: [campaign.accounts >= 5, campaign.recipients > 100, campaign.strangers_share > 0.7, peer_wrote_within.30d < 1]
    then: refuse
"""


def send(at_s, sender, recipient, text=OFFER, age_days=4, **rest):
    at = NOW_MS + 1_000 * at_s
    return Event(
        kind="send",
        at=at,
        sender=sender,
        recipients=[recipient],
        text=text,
        registered_at=NOW_MS - int(age_days * DAY_MS),
        **rest,
    )


def everyday(people=60, start_s=0):
    """People write to strangers who answer them within a quarter of an hour."""
    events = []
    for person in range(people):
        at_s = start_s + 60 * person
        events.append(send(at_s, f"p{person}", f"q{person}", text=f"Hallo, hier {person} mal {person}", age_days=900))
        events.append(send(at_s + 600, f"q{person}", f"p{person}", text="Ja, gerne!", age_days=900))
    return sorted(events, key=lambda event: event.at)


def snowshoe(accounts=40, each=6, start_s=7_200, gap_s=30, name="s"):
    """Accounts take turns: each writes to a stranger, then the next one does."""
    return [
        send(start_s + gap_s * (turn * accounts + account), f"{name}{account}", f"{name}{account}-{turn}")
        for turn in range(each)
        for account in range(accounts)
    ]


def gate_of(terms=TERMS, memory_bytes=MEMORY_BYTES, secret=SECRET):
    return Gate(parse_terms(terms), secret=secret, memory_bytes=memory_bytes, content_memory_bytes=80 << 20)


@pytest.fixture(scope="module")
def events():
    return everyday() + snowshoe()


@pytest.fixture(scope="module")
def told(events):
    gate = gate_of()
    return gate, gate.decide(events, signals=True)


def values(verdicts, name):
    return verdicts.signals[:, SIGNAL_COLUMNS[name]]


def test_the_whole_campaign_is_held_as_one(events, told):
    gate, verdicts = told
    refused = [event for event, verdict in zip(events, verdicts, strict=True) if verdict.outcome == "refuse"]
    assert {event.sender[0] for event in refused} == {"s"}
    (campaign,) = gate.campaigns()
    assert campaign.recipients == campaign.strangers == 240 - len(refused)
    assert 100 <= campaign.recipients <= 125  # looked at when it has grown by a quarter


def test_the_verdict_names_the_campaign(told):
    gate, verdicts = told
    (campaign,) = gate.campaigns()
    named = {verdict.campaign for verdict in verdicts}
    assert named == {None, f"{campaign.id:016x}"}
    assert gate.campaign(campaign.id).members.tolist() == campaign.members.tolist()
    columns = verdicts.to_arrow()
    assert set(columns.column("campaign").to_pylist()) == named
    last = verdicts[len(verdicts) - 1]
    assert (last.outcome, last.retry_after) == ("refuse", None)
    assert [measure.value for measure in last.rules[0].measures] == [
        campaign.accounts,
        campaign.recipients + 1,
        1.0,
        0.0,
    ]


def test_a_new_account_is_of_it_at_once_if_it_sends_the_same_to_strangers(events):
    gate = gate_of()
    gate.decide(events)
    members = gate.campaigns()[0].accounts
    verdicts = gate.decide([send(90_000, "new", "somebody")], signals=True)
    assert (verdicts[0].outcome, verdicts[0].campaign) == ("refuse", f"{gate.campaigns()[0].id:016x}")
    assert values(verdicts, "campaign.accounts").tolist() == [members + 1]
    other = gate.decide(
        [send(90_001, "newer", "somebody", text="Hallo, was anderes und nicht das Gleiche!")], signals=True
    )
    assert (other[0].outcome, other[0].campaign) == ("pass", None)
    assert np.isnan(values(other, "campaign.accounts")).all()


def test_who_warns_a_friend_with_the_same_words_is_let_through(events):
    gate = gate_of()
    gate.decide([send(-600, "friend", "ada", text="Hi", age_days=900), *events])
    assert gate.decide_one(send(90_000, "ada", "friend", age_days=900)).outcome == "pass"


def test_what_an_answer_to_a_member_is_and_what_it_answers_pass(events):
    gate = gate_of()
    gate.decide(events)
    gate.decide_one(send(90_000, "s1-0", "s1", text="Wer sind Sie?", age_days=900))
    assert gate.decide_one(send(90_060, "s1", "s1-0", text="Ein Freund")).outcome == "pass"


@pytest.mark.parametrize("size", [1, 7, 64])
def test_how_events_are_cut_into_batches_does_not_matter(events, told, size):
    whole, verdicts = told
    gate = gate_of()
    said = [verdict for at in range(0, len(events), size) for verdict in gate.decide(events[at : at + size])]
    assert said == list(verdicts)
    assert [one.id for one in gate.campaigns()] == [one.id for one in whole.campaigns()]


def test_one_by_one_is_the_same_too(events, told):
    gate = gate_of()
    assert [gate.decide_one(event) for event in events] == list(told[1])


@pytest.mark.parametrize("stop", [150, 200, 300])
def test_a_restored_gate_says_what_the_first_would_have_said(events, told, stop):
    before = gate_of()
    before.decide(events[:stop])
    after = Gate.restore(parse_terms(TERMS), SECRET, before.state(), MEMORY_BYTES, content_memory_bytes=80 << 20)
    assert list(after.decide(events[stop:])) == list(told[1])[stop:]
    assert str(after.campaigns()) == str(told[0].campaigns())


def test_a_verdict_asked_for_again_names_the_campaign_that_it_did(events):
    gate = gate_of()
    gate.decide(events)
    event = send(90_000, "new", "somebody", id="e1")
    first = gate.decide_one(event)
    assert first.campaign is not None
    assert gate.decide_one(event) == first


def test_who_answers_a_campaign_is_none(events):
    gate = gate_of()
    gate.decide(events)
    answers = [
        send(20_000 + 60 * turn, f"r{turn}", f"s{turn % 40}", text="Alles klar, vielen Dank, schaue ich mir gerne an!")
        for turn in range(200)
    ]
    gate.decide([*answers, send(90_000, "ada", "bob", text="Hi")])
    assert len(gate.campaigns()) == 1


def test_without_memory_for_content_there_are_none(events):
    gate = Gate(parse_terms(TERMS), secret=SECRET, memory_bytes=MEMORY_BYTES, content_memory_bytes=0)
    assert {verdict.outcome for verdict in gate.decide(events)} == {"pass"}
    assert gate.campaigns() == []


def test_messages_to_groups_are_not_counted(events):
    gate = gate_of()
    grouped = [
        Event(kind="send", at=event.at, sender=event.sender, group=f"g-{event.sender}", members=30, text=event.text)
        for event in events
    ]
    gate.decide(grouped)
    assert gate.campaigns() == []
