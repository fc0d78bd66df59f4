"""The window is open for 24 hours after the person's last message, to the second, by the gate's own ledgers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.business.limits import WINDOW_S
from ecluse.business.window import closed_error, is_open
from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.ledger.signals import SIGNAL_COLUMNS
from ecluse.terms import load_terms

T = 1_600_000_000


@given(heard=st.integers(0, 1 << 32), now=st.integers(0, 1 << 32), ended=st.integers(0, 1 << 32))
def test_it_is_open_if_it_was_heard_within_the_window_and_not_ended_since(heard: int, now: int, ended: int) -> None:
    expected = heard > 0 and now - heard < WINDOW_S and (ended == 0 or ended < heard)
    assert is_open(heard, now, ended) == expected


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(load_terms("starter"), secret=bytes(16), memory_bytes=1 << 26)


def send(at_s: int, sender: str, recipient: str) -> Event:
    return Event(kind="send", at=at_s * 1000, sender=sender, recipients=[recipient])


def test_the_ledgers_say_when_somebody_last_wrote(gate: Gate) -> None:
    assert gate.last_heard_s("shop", "zoe", T) == 0
    gate.observe([send(T, "zoe", "shop"), send(T + 5, "zoe", "shop"), send(T + 9, "shop", "zoe")])
    assert gate.last_heard_s("shop", "zoe", T + 10) == T + 5
    assert gate.last_heard_s("zoe", "shop", T + 10) == T + 9
    assert gate.last_heard_s("shop", "ada", T + 10) == 0


def test_a_business_with_more_people_than_rows_hears_each_and_may_answer(gate: Gate) -> None:
    """5,000 ask, and 4,096 rows are full of answers: those it forgot are still no strangers."""
    asked = [send(T + 100 + i, f"user{i}", "famous") for i in range(5_000)]
    answers = [
        Event(kind="send", at=(T + 6_000 + i) * 1000, sender="famous", recipients=[f"user{i}"], sender_kind="business")
        for i in range(5_000)
    ]
    gate.observe(asked)
    verdicts = gate.decide(answers, signals=True)
    assert {verdict.outcome for verdict in verdicts} == {"pass"}
    assert verdicts.signals is not None
    assert [gate.last_heard_s("famous", f"user{i}", T + 20_000) for i in (0, 2_500, 4_999)] == [
        T + 100,
        T + 2_600,
        T + 5_099,
    ]
    stranger = gate.decide([send(T + 20_000, "famous", "nobody")], signals=True)
    assert stranger.signals is not None
    assert stranger.signals[0][SIGNAL_COLUMNS["peer_wrote_within.24h"]] == 0


def test_the_error_says_why_and_since_when_and_that_no_template_helps() -> None:
    never = closed_error(0, 0, template=True, since="2019-12-07")
    assert (never.code, never.status, never.retry_after) == (131047, 400, None)
    assert "has not written to you" in never.details
    assert "in force since 2019-12-07" in never.details
    assert "A template does not help" in never.details
    assert "2020-09-13 12:26:40 UTC" in closed_error(T, 0, template=False, since="x").details
    assert "ended the conversation" in closed_error(T, T + 1, template=False, since="x").details
    assert never.members["since"] == "2019-12-07"
