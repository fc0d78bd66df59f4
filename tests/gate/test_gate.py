"""The gate by its front door: what is kept of an event by its verdict, and that memory and threads are safe."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.events import BATCH_MAX, RECIPIENTS_MAX, to_columns
from ecluse.gate import Gate
from ecluse.ledger import SIGNAL_COLUMNS, Packed, SecretError
from ecluse.terms import CONDITIONS_MAX, RULES_MAX
from tests.gate.making import (
    DAY,
    HOUR,
    MEMORY_BYTES,
    SECRET,
    T,
    crowd,
    gate,
    one_to_one,
    rule,
    same_state,
    send,
    terms,
)
from tests.model import strategies

FEW = rule("refuse", "recipients.1h > 2")


def signals(gate, *names, account="ada"):
    known = gate.account(account).signals
    return tuple(known[name] for name in names)


def test_a_refused_send_is_an_attempt_and_no_contact():
    small = gate(FEW)
    small.decide([send(T, "bob"), send(T + 1, "cem")])
    refused = small.decide([send(T + 2, "dan", "eve")] * 3)
    assert [verdict.outcome for verdict in refused] == ["refuse"] * 3
    names = ("recipients.1h", "messages.1h", "refused_attempts.1h")
    assert signals(small, *names) == (2, 2, 3)
    assert small.account("ada").last_send_s == T + 1
    assert not small.account("dan").known
    assert small.decide_one(send(T + 3, "bob")).outcome == "pass"


def test_the_event_being_judged_is_counted():
    small = gate(FEW)
    assert [verdict.outcome for verdict in small.decide([send(T, "bob", "cem"), send(T, "dan")])] == ["pass", "refuse"]
    assert gate(FEW).decide_one(send(T, "bob", "cem", "dan")).outcome == "refuse"


@pytest.mark.parametrize("then", ["pass", "label", "delay"])
def test_what_is_not_refused_is_kept(then):
    small = gate(rule(then, "recipients.1h > 0", label="x" if then == "label" else None))
    verdict = small.decide_one(send(T, "bob"))
    assert (verdict.outcome, verdict.labels) == (then, ["x"] if then == "label" else [])
    assert signals(small, "recipients.1h", "messages.1h", "refused_attempts.1h") == (1, 1, 0)
    assert small.account("bob").rows["last_heard_s"].tolist() == [T]


def test_dropped_strangers_are_no_contacts():
    small = gate(rule("drop_strangers", "strangers.1h > 0"))
    small.observe([send(T, "ada", sender="bob")])
    verdict = small.decide_one(send(T + 1, "cem", "bob", "dan"))
    assert (verdict.outcome, verdict.dropped) == ("drop_strangers", ["cem", "dan"])
    assert signals(small, "recipients.1h", "messages.1h", "refused_attempts.1h") == (1, 1, 0)
    assert [small.account(name).known for name in ("bob", "cem", "dan")] == [True, False, False]
    assert small.decide_one(send(T + 2, "cem")).dropped == ["cem"]
    assert signals(small, "recipients.1h", "messages.1h", "refused_attempts.1h") == (1, 1, 1)


def test_a_pass_ends_the_hearing():
    small = gate(
        rule("label", "recipients.1h > 0", label="first"),
        rule("pass", "strangers.1h == 0"),
        rule("refuse", "recipients.1h > 0"),
    )
    small.observe([send(T, "ada", sender="bob")])
    known, stranger = small.decide([send(T + 1, "bob"), send(T + 2, "cem")])
    assert (known.outcome, [spoken.rule for spoken in known.rules]) == ("label", ["label-0", "pass-1"])
    assert (stranger.outcome, [spoken.rule for spoken in stranger.rules]) == ("refuse", ["label-0", "refuse-2"])


def test_reports_and_blocks_are_never_judged():
    small = gate(rule("refuse", "messages.1h >= 0"))
    small.observe([send(T, "bob")])
    told = [send(T, sender="bob", kind=kind, subject="ada") for kind in ("report", "block", "report")]
    assert [verdict.outcome for verdict in small.decide(told)] == ["pass"] * 3
    assert signals(small, "reports.1h", "blocks.1h") == (1, 1)


@pytest.mark.parametrize(("kinds", "outcome"), [(None, "pass"), (["register", "import_contacts"], "refuse")])
@pytest.mark.parametrize("kind", ["register", "import_contacts"])
def test_some_kinds_are_judged_only_if_a_rule_names_them(kind, kinds, outcome):
    assert gate(rule("refuse", "messages.1h >= 0", kinds=kinds)).decide_one(send(T, kind=kind)).outcome == outcome


def test_groups_are_counted_by_who_is_added():
    small = gate(rule("refuse", "group_additions.1h > 5"))
    made = send(T, "bob", "cem", "ada", "bob", kind="create_group")
    added = send(T, *crowd(3), kind="add_to_group", group="g")
    assert [verdict.outcome for verdict in small.decide([made, added, added])] == ["pass", "pass", "refuse"]
    names = ("groups_created.1h", "group_additions.1h", "recipients.1h", "refused_attempts.1h")
    assert signals(small, *names) == (1, 5, 0, 1)


def test_observations_are_taken_as_they_are():
    small = gate(FEW)
    small.observe([send(T, *crowd(100))])
    small.observe(one_to_one(["ada"] * 3, ["bob", "cem", "bob"], T + 1))
    assert signals(small, "recipients.1h", "messages.1h", "refused_attempts.1h") == (102, 4, 0)


def test_a_late_event_is_an_observation():
    small = gate(FEW)
    small.decide([send(T, "bob", "cem")])
    late = small.decide([send(T - 61, "dan"), send(T - 60, "eve")])
    assert [(verdict.outcome, verdict.late) for verdict in late] == [("pass", True), ("refuse", False)]


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(strategies.events(max_size=12, huge=False))
def test_one_event_is_a_batch_of_one(made):
    one_by_one, as_events, as_columns, as_packed = (gate(FEW) for _ in range(4))
    verdicts = as_events.decide(made)
    assert [one_by_one.decide_one(event) for event in made] == list(verdicts)
    assert list(as_columns.decide(to_columns(made))) == list(verdicts)
    packed = Packed.from_bytes(as_packed.identify(made).to_bytes())
    assert as_packed.judge(packed).outcome.tolist() == verdicts.outcome.tolist()
    for other in (one_by_one, as_columns, as_packed):
        assert same_state(other, as_events)


def test_a_batch_may_be_of_any_length():
    n = 2 * BATCH_MAX + 5
    small = gate(rule("label", "messages.30d >= 0", label="x"))
    verdicts = small.decide(one_to_one([f"s{i % 99}" for i in range(n)], ["bob"] * n, T), signals=True)
    assert len(verdicts) == n
    assert verdicts[n - 1].labels == ["x"]
    assert signals(small, "messages.24h", account="s0") == ((n + 98) // 99,)
    column = SIGNAL_COLUMNS["messages.1h"]
    assert verdicts.signals[:, column].tolist() == [i // 99 + 1 for i in range(n)]


def test_a_batch_with_a_wrong_event_is_refused_whole():
    small = gate()
    for batch in ([send(T, "bob"), send(5, "bob")], [send(T, "bob"), send(T, *["x"] * (RECIPIENTS_MAX + 1))]):
        with pytest.raises(InputError) as raised:
            small.decide(batch)
        assert raised.value.where == "event 1"
    with pytest.raises(InputError):
        small.decide(pa.RecordBatch.from_pydict({"kind": ["send"], "at": [T], "sender": ["ada"]}))
    with pytest.raises(InputError):
        small.decide_one(send(T))
    assert small.ledgers == 0


@pytest.mark.parametrize("fields", [{"sender": "a\ud800"}, {"recipients": ["bob", "\udc00"]}, {"id": "\ud800"}])
def test_half_a_surrogate_pair_is_refused(fields):
    small = gate()
    for decide in (small.decide_one, lambda event: small.decide([event])):
        with pytest.raises(InputError) as raised:
            decide(send(T, **{"recipients": ["bob"]} | fields))
        assert raised.value.expected == "text without lone surrogates"
    assert small.ledgers == 0


def test_1024_recipients():
    small = gate(rule("drop_strangers", "strangers.1m > 0", kinds=["forward"]))
    everybody = crowd(RECIPIENTS_MAX)
    verdict = small.decide([send(T, *everybody)], signals=True)
    row = dict(zip(SIGNAL_COLUMNS, verdict.signals[0].tolist(), strict=True))
    assert (row["recipients.1m"], row["recipients_of_this_send"], row["messages.1m"]) == (1_024, 1_024, 1)
    small.decide([send(T, "ada", sender=name) for name in everybody[::2]])
    assert small.decide_one(send(T, *everybody, kind="forward")).dropped == everybody[1::2]


def test_other_terms_in_mid_flight():
    small = gate(rule("label", "messages.1h > 0", label="old"))
    before = small.decide([send(T, "bob", id="1"), send(T, "cem")])
    small.use(terms(rule("refuse", "messages.1h > 2"), version="2"))
    assert small.versions.name == "small@2"
    after = small.decide([send(T, "bob", id="1"), send(T, "dan")])
    assert [(verdict.outcome, verdict.terms) for verdict in before] == [("label", "small@1")] * 2
    assert [(verdict.outcome, verdict.terms) for verdict in after] == [("label", "small@1"), ("refuse", "small@2")]
    assert before[0] == after[0]
    assert before.versions.name == "small@1"
    assert signals(small, "messages.1h") == (2,)


def test_more_rules_in_mid_flight_one_by_one():
    small = gate()
    assert small.decide_one(send(T, "bob")).rules == []
    many = [rule("label", "messages.1h > 0", label=f"l{i}") for i in range(RULES_MAX)]
    small.use(terms(*many, version="2"))
    assert len(small.decide_one(send(T, "bob")).labels) == RULES_MAX
    small.use(terms(FEW, version="3"))
    assert small.decide_one(send(T, "bob", "cem", "dan")).outcome == "refuse"


def test_the_same_terms_again_are_no_others():
    small = gate(FEW)
    state = small.state()
    small.use(terms(FEW))
    assert small.state()["versions"].tobytes() == state["versions"].tobytes()


def test_terms_that_are_too_many_are_refused():
    wide = rule("label", *["messages.1h > 0"] * 8, label="x")
    with pytest.raises(Exception, match=rf"{RULES_MAX}"):
        gate(*[FEW] * (RULES_MAX + 1))
    with pytest.raises(Exception, match=r"1,?024"):
        gate(*[wide] * (CONDITIONS_MAX // 8 + 1))


def test_a_short_secret_is_refused():
    with pytest.raises(SecretError):
        Gate(terms(), secret=b"short")


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(strategies.events(max_size=20), st.data())
def test_a_restored_gate_gives_the_same_verdicts(made, data):
    half = data.draw(st.integers(0, len(made)))
    rules = (FEW, rule("drop_strangers", "strangers.24h > 1"), rule("label", "messages.24h > 2", label="x"))
    first = gate(*rules)
    first.decide(made[:half])
    other = Gate.restore(terms(*rules), SECRET, first.state(), MEMORY_BYTES * 2)
    assert list(other.decide(made[half:])) == list(first.decide(made[half:]))
    assert same_state(other, first)


def test_a_state_is_a_copy():
    small = gate()
    small.decide([send(T, "bob")])
    state = small.state()
    before = {name: array.tobytes() for name, array in state.items()}
    small.decide([send(T + i, *crowd(50, i)) for i in range(20)])
    assert {name: array.tobytes() for name, array in state.items()} == before


def test_a_state_that_does_not_fit_is_refused():
    small = gate(memory_bytes=2 * MEMORY_BYTES)
    small.decide(one_to_one([f"s{i}" for i in range(90_000)], ["bob"] * 90_000, T))
    with pytest.raises(InputError) as raised:
        Gate.restore(terms(), SECRET, small.state(), MEMORY_BYTES)
    assert raised.value.field == "memory_bytes"


def test_threads_lose_nothing():
    small = gate(rule("label", "messages.1h > 0", label="x"), memory_bytes=1 << 24)
    n, rounds = 8, 150
    at_once = threading.Barrier(n)

    def keep_sending(me):
        at_once.wait()
        labels = 0
        for i in range(rounds):
            if i % 3:
                labels += len(small.decide_one(send(T + i // 9, "hub", f"{me}-{i}", sender=me, id=f"{i}")).labels)
            else:
                batch = [send(T + i // 9, f"{me}-{i}", sender=me), send(T + i // 9, me, sender="hub")]
                labels += sum(len(verdict.labels) for verdict in small.decide(batch)) - 1
            if i == rounds // 2:
                small.account(me)
                small.state()
        return labels

    names = [f"t{k}" for k in range(n)]
    with ThreadPoolExecutor(n) as pool:
        assert list(pool.map(keep_sending, names)) == [rounds] * n
    for name in names:
        assert signals(small, "messages.24h", "recipients.24h", account=name) == (rounds, rounds + 1)
    assert signals(small, "messages.24h", account="hub") == (n * rounds // 3,)
    assert len(small.account("hub").rows) == n


def test_a_flood_of_strangers_does_not_grow_the_gate():
    small = gate(rule("refuse", "strangers.1h > 50"))
    small.decide([send(T, "bob"), send(T, "ada", sender="bob")])
    used, index = [], len(small.state()["index"])
    for flood in range(40):
        n = 2 * BATCH_MAX
        names = [f"s{flood}-{i}" for i in range(n)]
        small.decide(
            one_to_one(names, [f"r{flood}-{i}" for i in range(n)], T + flood * 60 + np.arange(n) // 200, names)
        )
        small.decide([send(T + flood * 60 + 50, "bob")])
        used.append(small.memory_used)
    bound = MEMORY_BYTES + 8 * (1 << 17)
    assert max(used) <= bound
    assert used[-1] > MEMORY_BYTES // 2
    assert index < len(small.state()["index"]) <= 1 << 17
    assert signals(small, "messages.1h") == (41,)  # who is there all the time is not forgotten
    assert small.account(f"s39-{n - 1}").known
    assert not small.account("s0-0").known


def test_a_flood_from_one_second_leaves_some():
    small = gate()
    for flood in range(10):
        n = 2 * BATCH_MAX
        names = [f"s{flood}-{i}" for i in range(n)]
        small.decide(one_to_one(names, [f"r{flood}-{i}" for i in range(n)], T))
        assert small.ledgers >= min(2 * n, 2 * n * (flood + 1)) // 2


def test_huge_fan_outs_do_not_grow_the_gate():
    small = gate()
    for i in range(150):
        verdict = small.decide_one(send(T + i, *crowd(RECIPIENTS_MAX, i * 777), sender=f"s{i % 50}"))
        assert verdict.outcome == "pass"
        assert small.memory_used <= MEMORY_BYTES + 8 * (1 << 17)
    assert signals(small, "recipients.1m", account="s49") == (RECIPIENTS_MAX,)


def test_time_that_jumps_ahead_empties_nothing_but_what_has_ended():
    small = gate()
    small.decide([send(T, "bob"), send(T, "ada", sender="bob"), send(T, "cem")])
    verdict = small.decide([send(T + 399 * DAY, "bob")], signals=True)
    assert verdict.signals[0][SIGNAL_COLUMNS["strangers.30d"]] == 0
    assert len(small.account("ada").rows) == 1
    assert small.decide([send(T + 399 * DAY + HOUR, "bob")]).late.tolist() == [False]
