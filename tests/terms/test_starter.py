import random
from itertools import accumulate

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.terms import Outcome, load_terms

START_MS = 1_700_000_000_000
MEMORY_BYTES = 1 << 26


def gate():
    return Gate(load_terms("starter"), secret=b"a test's own secret", memory_bytes=MEMORY_BYTES)


def send(second, recipient, kind="send", **more):
    return Event(kind=kind, at=START_MS + second * 1000, sender="sender", recipients=[recipient], **more)


def first_stopped(events):
    outcomes = [verdict.outcome for verdict in gate().decide(events)]
    return next((place for place, word in enumerate(outcomes) if word == "refuse"), None)


def seconds(n, mean_gap_s):
    """Times of n sends by a person: their gaps vary as much as they are long."""
    chance = random.Random(20191207)
    return list(accumulate(1 + int(chance.expovariate(1 / mean_gap_s)) for _ in range(n)))


def test_a_mass_sender_is_stopped_at_the_51st_stranger():
    assert first_stopped([send(second, f"person {second}") for second in seconds(200, 20)]) == 50


def test_a_slow_mass_sender_is_stopped_at_the_81st_stranger():
    assert first_stopped([send(second, f"person {second}") for second in seconds(200, 200)]) == 80


def test_a_machine_is_stopped_at_the_26th_stranger():
    assert first_stopped([send(20 * n, f"person {n}") for n in range(200)]) == 25


def test_a_fresh_account_is_stopped_within_a_minute():
    events = [send(n // 7, f"person {n}", registered_at=START_MS - 300_000) for n in range(100)]
    assert first_stopped(events) == 15


def test_a_newsletter_to_subscribers_is_stopped_at_the_101st():
    subscribed = [
        Event(kind="send", at=START_MS - 3 * 86_400_000 + n, sender=f"person {n}", recipients=["sender"])
        for n in range(300)
    ]
    mailing = [send(second, f"person {n}") for n, second in enumerate(seconds(300, 60))]
    assert first_stopped(subscribed + mailing) == 300 + 100


def test_a_broadcast_reaches_those_who_know_the_sender():
    sender = gate()
    sender.decide_one(Event(kind="send", at=START_MS - 1000, sender="friend", recipients=["sender"]))
    people = ["friend", *(f"person {n}" for n in range(9))]
    verdict = sender.decide_one(Event(kind="send", at=START_MS, sender="sender", recipients=people, chat="broadcast"))
    assert (verdict.outcome, verdict.dropped) == ("drop_strangers", people[1:])


def test_an_answer_passes_whatever_was_before():
    stopped = gate()
    for second in seconds(60, 10):
        stopped.decide_one(send(second, f"person {second}"))
    later_ms = START_MS + 900_000
    assert stopped.decide_one(send(900, "somebody")).outcome == "refuse"
    stopped.decide_one(Event(kind="send", at=later_ms, sender="somebody", recipients=["sender"]))
    assert stopped.decide_one(send(901, "somebody")).outcome == "pass"


def test_groups_in_series_and_mass_additions_are_refused():
    series = [send(60 * n, "friend", kind="create_group", group=f"group {n}") for n in range(20)]
    assert first_stopped(series) == 12
    everybody = [f"person {n}" for n in range(250)]
    additions = [
        Event(kind="add_to_group", at=START_MS + n, sender="sender", recipients=everybody, group=f"group {n}")
        for n in range(5)
    ]
    assert first_stopped(additions) == 2


def test_the_reported_may_write_to_few_strangers():
    """Five whom it wrote to report it: the sixth stranger is too many."""
    told = [send(n, f"person {n}") for n in range(5)]
    reports = [Event(kind="report", at=START_MS + 5_000 + n, sender=f"person {n}", subject="sender") for n in range(5)]
    assert first_stopped([*told, *reports, *(send(60 * n, f"person {n}") for n in range(5, 20))]) == 5 + 5


def test_a_greeting_to_eighty_friends_passes():
    talk = []
    for n in range(80):
        talk.append(send(600 * n, f"friend {n}"))
        talk.append(
            Event(kind="send", at=START_MS + (600 * n + 300) * 1000, sender=f"friend {n}", recipients=["sender"])
        )
    greeting = [send(40 * 86_400 + second, f"friend {n}") for n, second in enumerate(seconds(80, 20))]
    assert {verdict.outcome for verdict in gate().decide(talk + greeting)} == {"pass"}


def test_forwards_are_labelled_and_limited():
    def forward(hops, n):
        recipients = [f"person {i}" for i in range(n)]
        verdict = gate().decide_one(
            Event(kind="forward", at=START_MS, sender="sender", recipients=recipients, hops=hops)
        )
        return (verdict.outcome, verdict.labels)

    assert forward(None, 5) == ("label", ["forwarded"])
    assert forward(4, 6) == ("refuse", ["forwarded"])
    assert forward(5, 1) == ("label", ["forwarded_many_times"])
    assert forward(5, 2) == ("refuse", ["forwarded_many_times"])


def test_every_outcome_is_used_and_every_clause_says_something():
    rules = {rule.id: rule for rule in load_terms("starter").rules}
    assert [len(str(rule.clause)) > 20 for rule in rules.values()] == [True] * len(rules)
    assert {rule.outcome for rule in rules.values()} == set(Outcome)


def test_it_spares_people_who_write_to_strangers_all_the_time(shared_data):
    log = pyarrow.csv.read_csv(shared_data / "college-messages.csv")
    sender, recipient = (log[name].cast(pa.string()).combine_chunks() for name in ("sender", "recipient"))
    ends = pa.array(range(len(log) + 1), pa.int32())
    events = pa.table(
        {
            "kind": pa.array(["send"] * len(log)),
            "at": pc.multiply(log["at"], 1000).cast(pa.timestamp("ms", "UTC")),
            "sender": sender,
            "recipients": pa.ListArray.from_arrays(ends, recipient),
        }
    )
    terms = load_terms("starter")
    verdicts = gate().decide(events)

    def accounts(mask):
        return len(pc.unique(sender.filter(pa.array(mask))))

    places = {rule.id: place for place, rule in enumerate(terms.rules)}
    on_strangers = [places["strangers-hour"], places["strangers-day"]]
    assert len(pc.unique(sender)) == 1_350
    assert accounts(verdicts.spoke[:, on_strangers].any(axis=1)) <= 6
    assert accounts(verdicts.outcome == Outcome.REFUSE) <= 6
