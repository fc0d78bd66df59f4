"""The model itself, held to examples worked out by hand."""

import math

import pytest

from ecluse.events import Event
from tests.model.gate import ModelGate
from tests.model.ledgers import DAY, GroupLedger, Ledger, Row, Run, meter_value
from tests.model.terms import Condition, Rule

T = 1_600_000_000
A_MINUTE, AN_HOUR = 60, 3_600


def send(at, *recipients, sender="ada", **fields):
    return Event(kind=fields.pop("kind", "send"), at=at * 1000, sender=sender, recipients=list(recipients), **fields)


def rule(then, *conditions, kinds=("send", "forward", "create_group", "add_to_group"), name="limit"):
    when = tuple(
        Condition(signal, comparison, float(number)) for signal, comparison, number in map(str.split, conditions)
    )
    return Rule(name, when, then, kinds, "seen" if then == "label" else None)


def test_the_event_judged_is_counted():
    gate = ModelGate()
    gate.decide(send(T, "bob"))
    signals = gate.decide(send(T + 10, "cem", "bob", "ada", "bob")).signals
    assert signals["recipients.1m"] == 2
    assert signals["strangers.1m"] == 2
    assert signals["new_contacts.1m"] == 2
    assert signals["unanswered_messages.1m"] == 3
    assert signals["messages.1m"] == 2
    assert signals["recipients_of_this_send"] == 2
    assert signals["reply_ratio.1m"] == 0
    assert signals["peer_wrote_within.1m"] == 0
    assert math.isnan(signals["account_age"])


def test_an_answer_ends_strangeness_and_counts_as_reply():
    gate = ModelGate()
    gate.decide(send(T, "bob"))
    gate.decide(send(T + 5, "ada", sender="bob"))
    signals = gate.decide(send(T + 10, "bob")).signals
    assert signals["strangers.1m"] == 0
    assert signals["reply_ratio.1m"] == 1
    assert signals["unanswered_messages.1m"] == 1
    assert signals["peer_wrote_within.1m"] == 1


@pytest.mark.parametrize(("wait", "recipients"), [(59, 2), (60, 1), (61, 1)])
def test_a_window_is_open_at_its_start(wait, recipients):
    gate = ModelGate()
    gate.decide(send(T, "bob"))
    assert gate.decide(send(T + wait, "cem")).signals["recipients.1m"] == recipients


def test_a_refused_event_leaves_only_its_attempt():
    gate = ModelGate([rule("refuse", "strangers.1h > 1")])
    gate.decide(send(T, "bob"))
    verdict = gate.decide(send(T + 60, "cem"))
    assert (verdict.outcome, verdict.spoke, verdict.retry_after) == ("refuse", ["limit"], AN_HOUR - 60)
    assert verdict.measures == [("enforce", "limit", "strangers.1h", 2.0)]
    assert set(gate.ledgers["ada"].rows) == {("person", "bob")}
    assert "cem" not in gate.ledgers
    again = gate.decide(send(T + 61, "bob"))
    assert again.outcome == "pass"
    assert again.signals["refused_attempts.1h"] == 1
    assert again.signals["messages.1h"] == 2


def test_delay_is_kept_and_says_how_long():
    gate = ModelGate([rule("delay", "recipients.1m > 1")])
    gate.decide(send(T, "bob"))
    verdict = gate.decide(send(T + 1, "cem"))
    assert (verdict.outcome, verdict.retry_after) == ("delay", 59)
    assert ("person", "cem") in gate.ledgers["ada"].rows


def test_waiting_never_helps_a_broadcast_that_is_too_large():
    verdict = ModelGate([rule("refuse", "recipients_of_this_send > 1")]).decide(send(T, "bob", "cem"))
    assert (verdict.outcome, verdict.retry_after) == ("refuse", None)


def test_dropping_strangers_leaves_those_who_wrote():
    gate = ModelGate([rule("drop_strangers", "recipients_of_this_send > 1")])
    gate.decide(send(T, "ada", sender="bob"))
    verdict = gate.decide(send(T + 1, "cem", "bob", "dan"))
    assert (verdict.outcome, verdict.dropped) == ("drop_strangers", ["cem", "dan"])
    assert set(gate.ledgers["ada"].rows) == {("person", "bob")}
    nobody = gate.decide(send(T + 2, "cem", "dan"))
    assert (nobody.outcome, nobody.dropped) == ("drop_strangers", ["cem", "dan"])
    assert gate.decide(send(T + 3, "bob")).signals["refused_attempts.1m"] == 1
    assert gate.ledgers["ada"].meters["messages"].total() == 2


def test_a_rule_that_lets_pass_ends_the_hearing():
    conditions = {"noted": ("label", "messages.1h >= 1"), "known": ("pass", "peer_wrote_within.24h == 1")}
    rules = [rule(then, when, kinds=("forward",), name=name) for name, (then, when) in conditions.items()]
    gate = ModelGate([*rules, rule("refuse", "messages.1h >= 1", kinds=("forward",))])
    gate.decide(send(T, "ada", sender="bob"))
    verdict = gate.decide(send(T + 1, "bob", kind="forward"))
    assert (verdict.outcome, verdict.spoke, verdict.labels) == ("label", ["noted", "known"], ["seen"])


def test_an_event_up_to_a_minute_late_is_judged_at_the_ledgers_second_a_later_one_is_not():
    gate = ModelGate([rule("refuse", "recipients.1m > 1")])
    gate.decide(send(T, "bob"))
    assert gate.decide(send(T - 60, "cem")).outcome == "refuse"
    late = gate.decide(send(T - 61, "cem"))
    assert (late.outcome, late.late) == ("pass", True)
    assert all(math.isnan(value) for value in late.signals.values())
    assert gate.ledgers["ada"].rows["person", "cem"] == Row(T - 61, T - 61, 0, 1)


def test_an_id_is_decided_once_for_a_day():
    gate = ModelGate([rule("refuse", "recipients.30d > 1")])
    gate.decide(send(T, "bob", id="1"))
    assert gate.decide(send(T + 5, "cem", id="1")).outcome == "refuse"  # another event
    for wait in (0, 10, DAY - 1):
        assert gate.decide(send(T + wait, "bob", id="1")).outcome == "pass"
    assert gate.ledgers["ada"].rows["person", "bob"].unanswered == 1
    gate.decide(send(T + DAY, "bob", id="1"))
    assert gate.ledgers["ada"].rows["person", "bob"].unanswered == 2


def test_a_group_is_one_peer_that_is_heard_when_another_member_writes():
    gate = ModelGate()
    gate.decide(Event(kind="send", at=T * 1000, sender="bob", group="g", members=30))
    first = gate.decide(Event(kind="send", at=(T + 1) * 1000, sender="ada", group="g", members=31)).signals
    assert (first["recipients.1m"], first["strangers.1m"], first["reach.1m"]) == (1, 0, 31)
    second = gate.decide(Event(kind="send", at=(T + 2) * 1000, sender="ada", group="g")).signals
    assert (second["unanswered_messages.1m"], second["reach.1m"]) == (2, 31)
    gate.decide(Event(kind="send", at=(T + 3) * 1000, sender="bob", group="g"))
    third = gate.decide(Event(kind="send", at=(T + 4) * 1000, sender="ada", group="g")).signals
    assert third["unanswered_messages.1m"] == 1


def test_a_group_remembers_two_writers():
    group = GroupLedger()
    for at, writer in enumerate(["ada", "bob", "cem"], start=T):
        group.write(writer, at)
    assert group.writers == [("bob", T + 1), ("cem", T + 2)]
    assert group.heard_by("cem", T + 2) == T + 1
    assert group.heard_by("ada", T + 1 + 30 * DAY) == T + 2
    assert group.heard_by("cem", T + 1 + 30 * DAY) == 0


def test_meters_count_by_sixths_of_a_window():
    gate = ModelGate()
    start = T - T % 10
    gate.decide(send(start + 9, "bob"))
    assert gate.decide(send(start + 59, "bob")).signals["messages.1m"] == 2
    assert gate.decide(send(start + 60, "bob")).signals["messages.1m"] == 2  # the first went with its bucket
    meter = gate.ledgers["ada"].meters["messages"]
    assert meter_value(meter, start + 109, 60) == 2
    assert meter_value(meter, start + 120, 60) == 0


def test_people_added_reported_and_blocked_are_counted():
    gate = ModelGate([rule("refuse", "group_additions.1h > 3")])
    gate.decide(send(T, "bob", "cem", kind="create_group", group="g"))
    assert gate.decide(send(T + 1, "dan", "eve", kind="add_to_group", group="g")).outcome == "refuse"
    gate.decide(send(T + 2, "bob"))
    for _ in range(2):
        gate.decide(Event(kind="report", at=(T + 2) * 1000, sender="bob", subject="ada"))
        gate.decide(Event(kind="block", at=(T + 2) * 1000, sender="bob", subject="ada"))
    signals = gate.decide(send(T + 3, "bob")).signals
    names = ("groups_created.1h", "group_additions.1h", "reports.1h", "blocks.1h", "refused_attempts.1h", "messages.1h")
    assert [signals[name] for name in names] == [1, 2, 1, 1, 1, 2]


def test_who_was_never_written_to_or_began_the_talk_is_not_counted():
    gate = ModelGate()
    gate.decide(send(T, "ada", sender="rival"))
    gate.decide(send(T + 1, "rival"))
    for reporter in ("rival", *(f"mob-{n}" for n in range(20))):
        gate.decide(Event(kind="report", at=(T + 2) * 1000, sender=reporter, subject="ada"))
    assert gate.decide(send(T + 3, "bob")).signals["reports.1h"] == 0


def test_gaps_of_a_clock_are_regular_and_a_pause_ends_the_run():
    gate = ModelGate()
    values = [gate.decide(send(T + 10 * i, "bob")).signals["gap_regularity.1m"] for i in range(10)]
    assert [math.isnan(value) for value in values] == [True] * 8 + [False] * 2
    assert values[-1] == 0
    assert math.isnan(gate.decide(send(T + 90 + 61, "bob")).signals["gap_regularity.1m"])


def test_gaps_are_averaged_exactly_up_to_64():
    run = Run()
    for gap in [10, 20] * 8:
        run = run.gap(gap)
    assert run == Run(16, 15.0, 25.0)


def test_account_age():
    gate = ModelGate()
    gate.decide(Event(kind="register", at=T * 1000, sender="ada"))
    assert gate.decide(send(T + 100, "bob")).signals["account_age"] == 100
    assert gate.decide(send(T + 100, "bob", registered_at=(T - 900) * 1000)).signals["account_age"] == 1000
    assert gate.decide(send(T + 100, "bob", registered_at=T * 1000)).signals["account_age"] == 1000


def test_hops():
    gate = ModelGate()
    assert gate.decide(send(T, "bob", kind="forward")).signals["forward_hops"] == 1
    assert gate.decide(send(T, "bob", kind="forward", hops=5)).signals["forward_hops"] == 5
    assert gate.decide(send(T, "bob", hops=5)).signals["forward_hops"] == 0


@pytest.mark.parametrize(("known", "days"), [(False, 30), (True, 400)])
def test_retention_is_to_the_second(known, days):
    row = Row(first_wrote=T - 5, last_wrote=T, last_heard=T - 5 if known else 0)
    assert row.kept_at(T + days * DAY - 1)
    assert not row.kept_at(T + days * DAY)


def full_ledger(n, row):
    ledger = Ledger(lambda peer: int(peer[1]), latest=T)
    ledger.rows = {("person", str(i)): row(i) for i in range(n)}
    return ledger


def test_past_1024_rows_the_longest_silent_known_peer_goes():
    old = T - 30 * DAY
    ledger = full_ledger(1_024, lambda i: Row(old, old if i in (7, 9) else T, old, 0))
    ledger.put(("person", "2000"), Row(T, T))
    ledger.put(("person", "2001"), Row(T, T))
    ledger.put(("person", "2002"), Row(T, T))
    assert len(ledger.rows) == 1_025
    assert not {("person", "7"), ("person", "9")} & ledger.rows.keys()


def test_4096_recent_rows_give_way_to_a_written_row_those_only_heard_first():
    ledger = full_ledger(4_096, lambda i: Row(last_heard=T - 5) if i == 9 else Row(T - i, T - i))
    ledger.put(("person", "5000"), Row(T, T), set())
    assert ("person", "9") not in ledger.rows
    ledger.put(("person", "5001"), Row(T, T), {("person", "4095")})
    assert ("person", "4095") in ledger.rows
    assert ("person", "4094") not in ledger.rows
    ledger.put(("person", "5002"), Row(last_heard=T))
    assert ("person", "5002") not in ledger.rows
    assert len(ledger.rows) == 4_096
