"""Hop tokens before a gate: what they say counts, what is wrong is a signal, and a root is for who delivers."""

import msgspec
import pytest

from ecluse.events import to_columns
from ecluse.forwarding import ForwardTokens, HopKey, Keyring, derive
from ecluse.forwarding.chain import Token
from ecluse.ledger import SIGNAL_COLUMNS
from tests.gate.making import T, gate, rule, send

TOKENS = ForwardTokens(Keyring([HopKey("00000001", bytes(32))]))
REQUIRED = ForwardTokens(Keyring([HopKey("00000001", bytes(32))]), required=True)
FAULTY = rule("refuse", "forward_token_fault >= 1")
SPLIT = rule("refuse", "forward_chats.1h > 3")


def with_tokens(*rules, tokens=TOKENS):
    made = gate(*rules)
    made.forward_tokens = tokens
    return made


def forward(at, *recipients, **fields):
    return send(at, *recipients, kind="forward", **fields)


def root(hops=0, origin=7, text=None, at=T):
    content = None if text is None else text.encode()
    return TOKENS.issue(origin=origin, hops=hops, issued_s=at, content=content)


def signals(made, *events, columns=False):
    """Hops, fault and chats of each event."""
    verdicts = made.decide(to_columns(events) if columns else events, signals=True)
    names = ("forward_hops", "forward_token_fault", "forward_chats.1h")
    return verdicts.signals[:, [SIGNAL_COLUMNS[name] for name in names]].tolist()


@pytest.mark.parametrize("columns", [False, True])
def test_a_token_says_the_hops_whatever_the_event_says(columns):
    events = [
        forward(T, "bob", hops=0, origin="a lie", forward_token=derive(root(hops=4), "ada")),
        forward(T, "bob", hops=9, forward_token=derive(root(hops=255), "ada")),
        forward(T, "bob", hops=9),
        send(T, "bob", forward_token=derive(root(hops=4), "ada")),
    ]
    assert signals(with_tokens(), *events, columns=columns) == [[5, 0, 1], [255, 0, 1], [9, 0, 1], [0, 0, 0]]


@pytest.mark.parametrize("columns", [False, True])
def test_at_a_fault_the_event_is_taken_at_its_word_and_terms_decide(columns):
    events = [
        forward(T, "bob", hops=3, forward_token=derive(root(hops=4), "eve")),
        forward(T, "bob", hops=3, forward_token="?"),
        forward(T, "bob", hops=3, forward_token=derive(root(text="a"), "ada"), text="b"),
        forward(T, "bob", hops=3, forward_token=derive(root(text="b"), "ada"), text="b"),
        forward(T, "bob", hops=3),
    ]
    assert signals(with_tokens(), *events, columns=columns) == [[3, 6, 1], [3, 2, 1], [3, 7, 1], [1, 0, 1], [3, 0, 1]]
    required = with_tokens(FAULTY, tokens=REQUIRED)
    verdicts = required.decide(to_columns(events) if columns else events)
    assert [verdict.outcome for verdict in verdicts] == ["refuse"] * 3 + ["pass", "refuse"]
    assert [verdict.rules[0].measures[0].value for verdict in verdicts if verdict.rules] == [6, 2, 7, 1]


def test_without_tokens_nothing_is_looked_at_or_issued():
    made = gate(FAULTY)
    verdict = made.decide_one(forward(T, "bob", hops=3, forward_token="?"))
    assert (verdict.outcome, verdict.forward_token) == ("pass", None)
    assert made.decide([send(T, "bob")]).to_arrow().column("forward_token").to_pylist() == [None]


def test_what_is_delivered_has_a_root_and_nothing_else_has():
    made = with_tokens(FAULTY, rule("delay", "messages.1m > 2"), rule("refuse", "messages.1m > 3"))
    events = [
        send(T, "bob", id="a"),
        forward(T, "bob", forward_token=derive(root(hops=4), "ada")),
        send(T, "bob"),
        send(T, "bob"),
        forward(T, "bob", sender="eve", forward_token="?"),
        send(T, kind="register"),
        send(T, kind="report", subject="bob"),
    ]
    verdicts = made.decide(events)
    assert [verdict.outcome for verdict in verdicts] == ["pass", "pass", "delay", "refuse", "refuse", "pass", "pass"]
    roots = [None if verdict.forward_token is None else Token.read(verdict.forward_token) for verdict in verdicts]
    assert [None if one is None else (one.hops, one.issued_s) for one in roots] == [(0, T), (5, T), (0, T), *[None] * 4]
    assert verdicts.to_arrow().column("forward_token").to_pylist() == [verdict.forward_token for verdict in verdicts]


def test_one_event_alone_says_what_it_says_in_a_batch():
    events = [
        send(T, "bob", id="a"),
        forward(T + 1, "bob", forward_token=derive(root(), "ada")),
        send(T, kind="register"),
    ]
    alone, together = with_tokens(FAULTY), with_tokens(FAULTY)
    assert [alone.decide_one(event) for event in events] == list(together.decide(events))
    assert list(with_tokens(FAULTY).decide(to_columns(events))) == list(with_tokens(FAULTY).decide(events))


def test_all_forwards_of_a_message_have_one_origin():
    made = with_tokens()
    first = made.decide_one(send(T, "bob", id="a")).forward_token
    events = [forward(T, "cem", sender="bob", forward_token=derive(first, "bob"))]
    events.append(msgspec.structs.replace(events[0], at=1_000 * (T + 9), recipients=["dan"]))
    assert {Token.read(one).origin for one in (first, *(v.forward_token for v in made.decide(events)))} == {
        Token.read(first).origin
    }


def test_messages_that_name_no_origin_differ_by_what_they_are():
    made = with_tokens()
    told = [send(T, "bob"), send(T, "cem"), send(T + 1, "bob"), send(T, "bob", sender="eve"), send(T, "bob", group="g")]
    told += [send(T, "bob", id="a"), send(T, "bob", id="b")]
    origins = [Token.read(verdict.forward_token).origin for verdict in made.decide(told)]
    assert len(set(origins)) == len(told)
    assert [Token.read(v.forward_token).origin for v in with_tokens().decide(told)] == origins


def test_an_origin_that_is_named_is_that_of_its_tokens():
    made = with_tokens()
    named = [send(T, "bob", origin="m"), send(T + 5, "cem", origin="m"), send(T, "bob", origin="n")]
    one, same, other = (Token.read(verdict.forward_token).origin for verdict in made.decide(named))
    assert (one == same, one == other) == (True, False)


def test_splitting_a_forward_does_not_hide_how_far_it_went():
    made, token = with_tokens(SPLIT), derive(root(hops=2), "ada")
    parts = [forward(T + 60 * n, chat, forward_token=token) for n, chat in enumerate(["bob", "cem", "dan", "eve"])]
    verdicts = made.decide(parts)
    assert [(verdict.outcome, verdict.retry_after) for verdict in verdicts] == [("pass", None)] * 3 + [
        ("refuse", 3_600 - 180)
    ]
    again = [forward(T + 240, "bob", forward_token=token), forward(T + 3_600, "eve", forward_token=token)]
    assert [verdict.outcome for verdict in made.decide(again)] == ["pass", "refuse"]
    assert made.decide_one(forward(T + 3_661, "eve", forward_token=token)).outcome == "pass"


def test_chats_are_counted_by_message_and_by_sender():
    chats = [
        forward(T, "bob", "cem", origin="m"),
        forward(T, "dan", origin="n"),
        forward(T, "dan", origin="m", sender="eve"),
        forward(T, "dan", group="g", origin="m"),
        forward(T, "dan"),
        forward(T, "bob"),
        send(T, "bob", origin="m"),
        forward(T, "bob", origin="m"),
    ]
    assert [row[2] for row in signals(gate(), *chats)] == [2, 1, 1, 3, 1, 1, 0, 3]


def test_what_was_refused_went_to_no_chat():
    made = gate(rule("refuse", "recipients_of_this_send > 1"))
    events = [forward(T, "bob", "cem", origin="m"), forward(T, "dan", origin="m")]
    assert [row[2] for row in signals(made, *events)] == [2, 1]


def test_a_group_may_be_one_chat_or_its_members():
    made = gate(rule("refuse", "reach_of_this_send > 100"))
    events = [
        forward(T, "bob", group="small", members=100),
        forward(T, "bob", group="large", members=101),
        forward(T, *(f"p{n}" for n in range(101))),
        send(T, "bob", group="small"),
    ]
    assert [verdict.outcome for verdict in made.decide(events)] == ["pass", "refuse", "refuse", "pass"]


def test_a_repeated_event_has_its_first_verdict_and_a_root_of_the_same_claims():
    made = with_tokens(FAULTY)
    event = forward(T, "bob", id="a", forward_token=derive(root(hops=1), "ada"))
    assert made.decide_one(event) == made.decide_one(event)
