"""The compiled gate and the naive model at every limit of a ledger: sizes, caps, retention, meters that are full."""

import pytest

from ecluse.events import Event, to_columns
from tests.model.comparison import Both
from tests.model.ledgers import DAY
from tests.model.strategies import START as T
from tests.model.terms import Condition, Rule

SATURATED = 65_535


def crowd(first, n):
    return [f"crowd{i}" for i in range(first, first + n)]


def send(at, recipients, sender="ada", **fields):
    return Event(kind=fields.pop("kind", "send"), at=1_000 * at, sender=sender, recipients=recipients, **fields)


def answers(at, names, to="ada"):
    return [send(at + i // 8, [to], sender=name) for i, name in enumerate(names)]


def test_a_ledger_grows_through_every_size():
    both, rows, at = Both(), 0, T
    while rows < 4_096:
        n = min(max(1, rows // 12), 4_096 - rows)
        both.decide([send(at, crowd(rows, n))])
        both.check_ledgers("ada", "crowd0")
        rows, at = rows + n, at + 7
    assert len(both.model.ledgers["ada"].rows) == 4_096


def test_a_ledger_full_of_writes_takes_more_for_the_longest_silent():
    both = Both()
    both.decide([send(T, crowd(1_024 * i, 1_024)) for i in range(3)])
    both.decide([send(T + 1, crowd(3_072, 1_000)), *answers(T + 1, crowd(0, 5)), *answers(T + 2, crowd(9_000, 30))])
    assert len(both.model.ledgers["ada"].rows) == 4_096
    last = both.decide([send(T + 2, [*crowd(3_000, 20), *crowd(5_000, 1_004)])])[-1].signals
    assert last["recipients.1h"] == last["new_contacts.1h"] == last["strangers.30d"] == 4_096
    both.check_ledgers("ada")
    both.decide([send(T + 2, crowd(6_000, 1_024))])  # in the very second of the rows that were written last
    both.check_ledgers("ada")
    both.decide([*answers(T + 3, crowd(20_000, 10)), send(T + DAY, [*crowd(0, 10), *crowd(20_000, 3)])])
    both.check_ledgers()
    assert len(both.model.ledgers["ada"].rows) == 4_096


def test_a_ledger_full_of_what_it_heard_takes_more():
    both = Both()
    both.decide([send(T + i, crowd(1_024 * i, 1_024)) for i in range(3)])
    both.decide(answers(T + 3, crowd(5_000, 1_020)))
    both.decide([send(T + 200, crowd(6_000, 4)), *answers(T + 200, crowd(7_000, 10)), *answers(T + 201, crowd(5, 3))])
    both.check_ledgers("ada")
    assert len(both.model.ledgers["ada"].rows) == 4_096
    both.decide([send(T + 202, crowd(5_020, 9)), send(T + 203, crowd(7_000, 12)), *answers(T + 204, crowd(8_000, 3))])
    both.decide([send(T + 205, crowd(9_000, 1_024)), *answers(T + 206, crowd(8_001, 3))])
    both.check_ledgers("ada")
    both.decide([send(T + 31 * DAY, crowd(0, 1))])
    both.check_ledgers("ada")


@pytest.fixture(scope="module")
def acquainted():
    """Events that leave ada 1,024 people whom she knows: she wrote, they answered."""
    return [send(T, crowd(0, 1_024)), *answers(T + 1, crowd(0, 1_024))]


def test_past_1024_rows_old_acquaintances_go_first(acquainted):
    both = Both()
    both.decide(acquainted)
    later = T + 40 * DAY
    both.decide([send(later, crowd(2_000, 3)), *answers(later + 1, crowd(4_000, 3))])
    both.check_ledgers("ada")
    both.decide([send(later + 2, [*crowd(2_003, 10), *crowd(0, 20), *crowd(1_000, 24), *crowd(3_000, 900)])])
    both.check_ledgers("ada")
    both.decide([send(later + 3, crowd(5_000, 1_024)), send(later + 4, crowd(6_000, 1_024))])
    both.check_ledgers()


def test_acquaintances_silent_for_less_than_30_days_stay(acquainted):
    both = Both()
    both.decide(acquainted)
    both.decide([send(T + 30 * DAY, crowd(2_000, 9)), send(T + 30 * DAY + 60, crowd(2_100, 9))])
    both.check_ledgers("ada")
    both.decide([send(T + 30 * DAY + 70 - 31 * DAY, crowd(0, 1_024))])  # late
    both.decide([send(T + 30 * DAY + 70 - 31 * DAY, crowd(3_000, 1_024))])  # late, and longer silent than is kept
    both.check_ledgers("ada")
    both.decide([send(T + 30 * DAY + 70, ["bob"])])
    both.check_ledgers("ada")


@pytest.mark.parametrize("step", [-1, 0, 1])
@pytest.mark.parametrize(("days", "heard"), [(30, False), (400, True)])
def test_rows_are_kept_to_the_second(days, heard, step):
    both = Both()
    both.decide([send(T - 5, ["bob", "cem"]), send(T, ["bob"])])
    if heard:
        both.decide([send(T, ["ada"], sender="bob")])
    signals = both.decide([send(T + days * DAY + step, ["bob"])])[0].signals
    assert signals["new_contacts.1m"] == (step >= 0)
    assert signals["strangers.1m"] == (step >= 0 or not heard)
    both.check_ledgers()


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_what_was_heard_is_kept_to_the_second(step):
    both = Both()
    both.decide([send(T, ["ada"], sender="bob"), send(T, None, sender="bob", group="g")])
    signals = both.decide([send(T + 30 * DAY + step, ["bob"]), send(T + 30 * DAY + step, None, group="g")])[1].signals
    assert signals["strangers.1m"] == (0 if step < 0 else 2)
    both.check_ledgers()


@pytest.mark.parametrize("width", [10, 600, 14_400])
def test_meters_are_full_at_65535_a_bucket(width):
    both = Both()
    start = T - T % (6 * 14_400)
    full = [send(start, crowd(0, 1_024), kind="add_to_group", group="g")] * 65
    assert both.decide(full)[-1].signals["group_additions.30d"] == SATURATED
    later = both.decide([send(start + width, crowd(0, 1_024), kind="add_to_group", group="g")] * 2)[-1].signals
    expected = {10: [SATURATED + 2_048, SATURATED], 600: [2_048, SATURATED + 2_048], 14_400: [2_048, 2_048]}[width]
    assert [later["group_additions.1m"], later["group_additions.1h"]] == expected
    both.decide([send(start + width, crowd(0, 1_024), kind="add_to_group", group="g")] * 64)
    both.check_ledgers("ada")


def test_unanswered_messages_and_messages_are_full_at_65535():
    both = Both()
    batch = to_columns([send(T, ["bob"])] * 4_096)
    for _ in range(16):
        both.gate.decide(batch)
    for _ in range(16 * 4_096):
        both.model.decide(send(T, ["bob"]), names=())
    both.check_ledgers()
    signals = both.decide([send(T, ["bob", "cem"])])[0].signals
    assert (signals["unanswered_messages.1m"], signals["messages.1m"]) == (SATURATED + 1, SATURATED)
    both.decide([send(T + 1, ["ada"], sender="bob"), send(T + 1, ["bob"])])
    both.check_ledgers()


def test_an_event_asked_again_is_decided_once_within_a_batch_and_over_batches():
    both = Both([Rule("few", (Condition("recipients.1h", ">", 1.0),), "refuse")])
    first, refused = send(T, ["bob"], id="1"), send(T, ["cem", "dan"], id="2")
    both.decide([first, first, refused, refused, first])
    both.decide([refused, first, send(T + DAY - 1, ["bob"], id="1")])
    assert both.model.ledgers["ada"].rows["person", "bob"].unanswered == 1
    assert both.model.ledgers["ada"].meters["refused_attempts"].total() == 1
    other = [send(T, ["bob"], id="1", sender="eve"), send(T, ["bob"], id="1", kind="forward"), send(T, ["eve"], id="1")]
    both.decide(other)
    both.decide([send(T + DAY, ["bob"], id="1")])
    both.check_ledgers()


def test_strangers_dropped_until_nobody_is_left():
    both = Both([Rule("known", (Condition("strangers.1h", ">", 0.0),), "drop_strangers", ("forward",))])
    both.decide([send(T, ["ada"], sender="bob"), send(T, ["ada"], sender="ada")])
    to_many, to_one = send(T, ["cem", "bob", "dan"], kind="forward"), send(T, ["cem", "cem"], kind="forward")
    verdicts = both.decide([to_many, to_one, send(T, None, group="g", kind="forward")])
    assert [verdict.dropped for verdict in verdicts] == [["cem", "dan"], ["cem"], ["g"]]
    assert both.decide([send(T + 1, ["bob"])])[0].signals["refused_attempts.1m"] == 2
    both.check_ledgers()
    assert set(both.model.ledgers) == {"ada", "bob"}
