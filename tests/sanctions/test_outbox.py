"""From the records to the gate: nothing is lost or done twice, whenever the process dies in between."""

import pytest
from sqlalchemy import update

from ecluse.events import Event
from ecluse.records.tables import GateAct, Sanction
from ecluse.sanctions.decision import decision_of_person
from ecluse.sanctions.ending import lift
from ecluse.sanctions.laying import lay
from ecluse.sanctions.outbox import all_words, give, pending_acts
from ecluse.sanctions.people import Subject
from ecluse.stores.remembering import RememberingGate
from tests.sanctions.making import ADA, BOB, TERMS, S


def send(at=10):
    return [Event(kind="send", at=(S + at) * 1000, sender="ada", recipients=["stranger"])]


def limited(records, **more):
    with records.writing() as session:
        fields = {"lasts_s": 86_400, "now_s": S} | more
        return lay(
            session, decision_of_person(Subject.account("ada"), "limit", ADA, TERMS, "newsletter", "x", **fields), S
        ).id


def outcome(gate):
    return gate.decide(send())[0].outcome


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "gate"


def test_an_act_reaches_the_gate_once(records, folder):
    limited(records)
    with RememberingGate(folder, TERMS, memory_bytes=1 << 22) as gate:
        assert outcome(gate) == "pass"
        assert [give(records, gate, S), give(records, gate, S)] == [1, 0]
        assert outcome(gate) == "refuse"


def test_what_was_decided_before_a_crash_is_given_at_the_next_start(records, folder):
    """Killed between the records and the journal: the sanction stands, and the gate has not heard of it yet."""
    with RememberingGate(folder, TERMS, memory_bytes=1 << 22) as gate:
        gate.decide(send(0))
        limited(records)
    with RememberingGate(folder, None, memory_bytes=1 << 22) as gate:
        give(records, gate, S)
        assert outcome(gate) == "refuse"


def test_what_was_given_and_not_marked_is_given_again_and_done_once(records, folder):
    """Killed between the journal and the mark, with a lifting after the laying."""
    number = limited(records)
    with RememberingGate(folder, TERMS, memory_bytes=1 << 22) as gate:
        give(records, gate, S)
        with records.writing() as session:
            lift(session, session.get_one(Sanction, number), BOB, "Enough.", S + 5)
        give(records, gate, S + 5)
        with records.writing() as session:
            session.execute(update(GateAct).values(applied_s=None))
    with RememberingGate(folder, None, memory_bytes=1 << 22) as gate:
        assert outcome(gate) == "pass"
        assert give(records, gate, S + 6) == 2
        assert (outcome(gate), gate.gate.restrictions[0]) == ("pass", 0)


def test_a_gate_that_recovers_from_its_journal_knows_its_sanctions(records, folder):
    limited(records)
    gate = RememberingGate(folder, TERMS, memory_bytes=1 << 22)
    give(records, gate, S)
    gate._journal.close()  # no snapshot: as after kill -9
    gate._folder.close()
    with RememberingGate(folder, None, memory_bytes=1 << 22) as again:
        assert again.recovery.snapshot is None
        assert outcome(again) == "refuse"
        with records.reading() as session:
            words = all_words(session)
            assert (list(words), pending_acts(session)) == ([1], [])
        assert str(words[1].clause) == "No newsletters."
