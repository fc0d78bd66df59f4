"""Verdicts as columns, as structs and as Arrow: three ways to say the same."""

import math

import numpy as np
import pyarrow as pa
import pytest

from ecluse.events import to_columns
from ecluse.gate import Measure, SpokenRule, Verdict
from ecluse.ledger import SIGNAL_COLUMNS
from tests.gate.making import T, gate, rule, send

RULES = (
    rule("label", "recipients.1h >= 2", label="several"),
    rule("label", "messages.1h >= 2", "strangers.1h >= 2", label="busy"),
    rule("delay", "recipients.1m == 3"),
    rule("refuse", "recipients.1h > 3", "reply_ratio.1h < 0.5"),
)
EVENTS = [
    send(T, "bob", id="a"),
    send(T + 1, "cem"),
    send(T + 2, "dan", id="c"),
    send(T + 3, "eve", id="d"),
    send(T - 100, "bob", id="e"),
]


@pytest.fixture
def verdicts():
    return gate(*RULES).decide(EVENTS, signals=True)


def test_a_verdict_says_why(verdicts):
    several = SpokenRule("label-0", "Clause 0.", [Measure("recipients.1h", 2.0, ">=", 2.0)])
    busy = [Measure("messages.1h", 2.0, ">=", 2.0), Measure("strangers.1h", 2.0, ">=", 2.0)]
    rules = [several, SpokenRule("label-1", "Clause 1.", busy)]
    assert verdicts[1] == Verdict(None, "label", rules, None, ["several", "busy"], [], False, "small@1")


def test_every_rule_that_spoke_is_named_and_the_strongest_decides(verdicts):
    assert [verdict.outcome for verdict in verdicts] == ["pass", "label", "delay", "refuse", "pass"]
    assert [spoken.rule for spoken in verdicts[3].rules] == ["label-0", "label-1", "refuse-3"]
    assert verdicts[3].rules[-1].measures == [
        Measure("recipients.1h", 4.0, ">", 3.0),
        Measure("reply_ratio.1h", 0.0, "<", 0.5),
    ]
    assert [verdict.retry_after for verdict in verdicts] == [None, None, 58, 3_597, None]
    assert [verdict.late for verdict in verdicts] == [False] * 4 + [True]


def test_a_rule_that_was_outdone_tells_the_sender_nothing():
    judged = gate(rule("delay", "recipients.1m >= 2"), rule("refuse", "recipients.1m >= 3")).decide(EVENTS[:3])
    told = [[spoken.notice is not None for spoken in verdict.rules] for verdict in judged]
    assert told == [[], [True], [False, True]]


def test_verdicts_are_a_sequence(verdicts):
    assert len(verdicts) == 5
    assert list(verdicts) == [verdicts[i] for i in range(5)] == [verdicts[i - 5] for i in range(5)]
    assert [verdict.event for verdict in verdicts] == ["a", None, "c", "d", "e"]
    for place in (5, -6):
        with pytest.raises(IndexError):
            verdicts[place]


def test_columns_say_the_same(verdicts):
    assert verdicts.outcome.tolist() == [0, 1, 2, 4, 0]
    assert verdicts.retry_after.tolist() == [-1, -1, 58, 3_597, -1]
    assert verdicts.late.tolist() == [False] * 4 + [True]
    assert verdicts.repeated.tolist() == [False] * 5
    assert verdicts.spoke.tolist() == [
        [False] * 4,
        [True, True, False, False],
        [True, True, True, False],
        [True, True, False, True],
        [False] * 4,
    ]
    assert verdicts.versions.name == "small@1"
    assert verdicts.signals.shape == (5, len(SIGNAL_COLUMNS))
    assert verdicts.signals[:, SIGNAL_COLUMNS["recipients.1h"]].tolist()[:4] == [1, 2, 3, 4]
    assert np.isnan(verdicts.signals[4]).all()


def test_arrow_says_the_same(verdicts):
    arrow = verdicts.to_arrow()
    assert arrow.schema == pa.schema(
        [
            ("event", pa.string()),
            ("outcome", pa.string()),
            ("rules", pa.list_(pa.string())),
            ("retry_after", pa.int64()),
            ("labels", pa.list_(pa.string())),
            ("late", pa.bool_()),
            ("terms", pa.string()),
            ("warnings", pa.list_(pa.string())),
            ("shadow", pa.list_(pa.string())),
            ("rehearsed", pa.string()),
            ("sanction", pa.int64()),
            ("forward_token", pa.string()),
            ("content", pa.string()),
            ("campaign", pa.string()),
            ("fact_check", pa.int64()),
        ]
    )
    for row, verdict in zip(arrow.to_pylist(), verdicts, strict=True):
        rules = [spoken.rule for spoken in verdict.rules]
        said = (verdict.event, verdict.outcome, rules, verdict.retry_after, verdict.labels, verdict.late, verdict.terms)
        assert tuple(row.values()) == (*said, [], [], *[None] * 6)


def test_arrow_takes_other_ids(verdicts):
    assert verdicts.to_arrow(pa.array(list("vwxyz"))).column("event").to_pylist() == list("vwxyz")


def test_events_as_columns_are_named_as_well(verdicts):
    columns = gate(*RULES).decide(to_columns(EVENTS), signals=True)
    assert list(columns) == list(verdicts)
    assert columns.to_arrow() == verdicts.to_arrow()
    assert columns.signals.tobytes() == verdicts.signals.tobytes()


def test_a_verdict_names_the_cluster_of_its_content():
    texts = ["You WON a holiday for two by the sea", "yоu w0n a holiday for two by the sea!", "Hello", "", None]
    judged = gate(*RULES).decide([send(T + i, "bob", text=text) for i, text in enumerate(texts)])
    named = [verdict.content for verdict in judged]
    assert named[0] == named[1]
    assert (len({*named[:3]}), [len(name) for name in named[:3]], named[3:]) == (2, [16, 16, 16], [None, None])
    assert judged.to_arrow().column("content").to_pylist() == named
    assert [f"{cluster:016x}" for cluster in judged.content[:3]] == named[:3]
    assert [judged.passed_by(place) is None for place in range(3)] == [True] * 3


def test_hashes_have_no_names():
    small = gate(rule("drop_strangers", "strangers.1h > 0"))
    verdict = small.judge(small.identify([send(T, "bob", id="a")]))[0]
    assert (verdict.event, verdict.outcome, verdict.dropped) == (None, "drop_strangers", [])


def test_signals_are_given_if_they_are_asked_for():
    assert gate().decide(EVENTS).signals is None


def test_no_events_have_no_verdicts():
    for batch in ([], to_columns([])):
        verdicts = gate(*RULES).decide(batch, signals=True)
        assert (len(verdicts), list(verdicts), verdicts.spoke.shape) == (0, [], (0, 4))
        assert verdicts.to_arrow().num_rows == 0


DROP = rule("drop_strangers", "strangers.1h > 0")


@pytest.mark.parametrize("columns", [False, True])
def test_the_dropped_are_named_in_the_order_of_the_recipients(columns):
    small = gate(DROP)
    small.observe([send(T, "ada", sender="bob")])
    events = [
        send(T, "eve", "bob", "cem", "eve", "ada", "dan"),
        send(T, "bob"),
        send(T, "cem", "cem"),
        send(T, "bob", group="g"),
    ]
    verdicts = small.decide(to_columns(events) if columns else events)
    assert [verdict.dropped for verdict in verdicts] == [["eve", "cem", "dan"], [], ["cem"], ["g"]]
    assert [verdict.outcome for verdict in verdicts] == ["drop_strangers", "pass", "drop_strangers", "drop_strangers"]


def test_a_measure_that_is_a_share_is_one():
    small = gate(rule("label", "peer_wrote_within.24h < 1", label="cold"))
    small.decide([send(T, "ada", sender="bob")])
    (spoken,) = small.decide_one(send(T, "bob", "cem", "dan")).rules
    assert math.isclose(spoken.measures[0].value, 1 / 3)
