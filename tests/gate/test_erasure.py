"""Erasing an account: nothing of it is left, in its ledger or in those of others."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.gate.acts import Erase, Restrict
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.ledger.standing import Capability, SubjectSort
from ecluse.terms import load_terms

T_MS = 1_700_000_000_000
PEOPLE = ("ada", "bob", "cem", "dan")
ACCOUNTS = st.sampled_from(PEOPLE)


def fresh_gate():
    return Gate(load_terms("starter"), secret=b"sixteen bytes or more", memory_bytes=1 << 22)


def event(place, sender, recipients, kind="send", text=None):
    device = f"phone of {sender}"
    return Event(kind=kind, at=T_MS + 1_000 * place, sender=sender, recipients=recipients, device=device, text=text)


def key_of(gate, account):
    return gate.identify([event(0, account, ["x"])]).events["sender"][0]


def remembered(gate):
    """All bytes of the state that may hold a hash of an account, but for restrictions."""
    return {
        name: array.tobytes() for name, array in gate.state().items() if name not in ("standing.entries", "versions")
    }


@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3)), max_size=30
    ),
    st.sampled_from(PEOPLE),
)
def test_what_is_erased_is_nowhere_and_the_others_are_as_they_were(sends, erased):
    gate = fresh_gate()
    gate.observe(
        [
            event(place, sender, to, text=f"a text of its own, {'no ' * place}")
            for place, (sender, to) in enumerate(sends)
        ]
    )
    key = key_of(gate, erased)
    before = {name: gate.account(name) for name in PEOPLE}
    gate.act([Erase(erased)], at_s=T_MS // 1000 + 100)
    held = {place for place, held in remembered(gate).items() if key.tobytes() in held}
    assert held <= {"arena", "index"}
    assert len(gate.account(erased).rows) == 0
    assert (gate.account(erased).registered_s, gate.account(erased).last_send_s) == (0, 0)
    for name in PEOPLE:
        if name != erased:
            left = before[name].rows[before[name].rows["peer"] != key]
            assert set(gate.account(name).rows.tolist()) == set(left.tolist())
            assert gate.account(name).last_send_s == before[name].last_send_s


def test_who_was_erased_begins_anew():
    gate = fresh_gate()
    gate.observe([event(0, "ada", ["bob"]), event(1, "bob", ["ada"])])
    gate.act([Erase("ada")], at_s=T_MS // 1000 + 2)
    verdicts = gate.decide([event(3, "ada", ["bob"])], signals=True)
    assert verdicts.signals[0][SIGNAL_COLUMNS["strangers.30d"]] == 1.0
    gate.observe([event(4, "eve", ["zoe"])])
    assert len(gate.account("ada").rows) == 1


def test_a_restriction_outlives_erasure():
    gate = fresh_gate()
    gate.observe([event(0, "ada", ["bob"])])
    gate.act([Restrict(SubjectSort.ACCOUNT, "ada", 1, 1, Capability.ALL, 0)], at_s=T_MS // 1000 + 1)
    gate.act([Erase("ada")], at_s=T_MS // 1000 + 2)
    assert gate.decide_one(event(3, "ada", ["bob"])).outcome == "refuse"
    assert np.count_nonzero(gate.account("ada").rows["last_wrote_s"]) == 0


def test_nobody_is_erased_for_a_name_that_is_not_known():
    gate = fresh_gate()
    gate.observe([event(0, "ada", ["bob"])])
    before = remembered(gate)
    gate.act([Erase("nobody")], at_s=T_MS // 1000 + 1)
    assert remembered(gate) == before
