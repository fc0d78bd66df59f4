"""From the records to the gate: whenever the process dies in between, the gate judges by what counts."""

import pytest

from ecluse.events import Event
from ecluse.gate.spreading import Rating
from ecluse.records import Records
from ecluse.rumours import ClaimReview, FactChecks, Source, Telling
from ecluse.stores.remembering import GateClosedError, RememberingGate, read_gate
from ecluse.terms import parse_terms
from tests.stores.test_remembering import left_by_a_kill

T = 1_700_000_000
MEMORY_BYTES = 1 << 22
TERMS = parse_terms("""
id: test
version: "1"
title: Terms of the tests
rules:
  - {id: disputed, clause: It says so., when: [content.truth <= 0.25], then: label, label: disputed}
  - {id: one-chat, clause: One chat., when: [content.truth <= 0.25, recipients_of_this_send > 1], then: refuse}
""")
RUMOUR = "They will close all polling stations at noon and count only half of the votes, pass it on"
FALSE = ClaimReview("Stations close", "False", 0.0, "https://facts.example/1", "Facts", "en", "")
MIXED = ClaimReview("Stations close", "Half true", 0.5, "https://other.example/1")


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as opened:
        yield opened


@pytest.fixture
def checks(records):
    return FactChecks(records)


def opened(folder, terms=None):
    return RememberingGate(folder, terms, memory_bytes=MEMORY_BYTES)


def sends(second, n=1):
    return [
        Event(kind="send", at=1_000 * (T + second + k), sender=f"s{second}", recipients=["p", f"q{k}"], text=RUMOUR)
        for k in range(n)
    ]


def judged(gate, second):
    verdict = gate.decide(sends(second))[0]
    return verdict.outcome, None if verdict.fact_check is None else verdict.fact_check.rating


def attach(checks, cluster, review):
    return checks.attach(f"{cluster:016x}", review, source=Source.HAND, who="ada", at_s=T)


def kill(gate):
    """Leave as kill -9 does: no snapshot, nothing closed well."""
    gate._journal.close()
    gate._folder.close()


def test_what_counts_is_told_once_and_what_is_withdrawn_is_taken_back(records, checks, tmp_path):
    with opened(tmp_path / "gate", TERMS) as gate:
        telling = Telling(records, gate)
        (cluster,) = gate.clusters_of([RUMOUR], T)
        name = f"{cluster:016x}"
        assert (telling.tell(None, T), judged(gate, 1)) == (0, ("pass", None))
        false = attach(checks, cluster, FALSE)
        assert [telling.tell({name}, T), telling.tell({name}, T)] == [1, 0]
        assert judged(gate, 2) == ("refuse", "False")
        mixed = attach(checks, cluster, MIXED)
        assert (telling.tell({name}, T), judged(gate, 3)) == (0, ("refuse", "False"))
        checks.withdraw(false.id, who="bob", why="wrong", at_s=T)
        assert (telling.tell({name}, T), judged(gate, 4)) == (1, ("pass", "Half true"))
        checks.withdraw(mixed.id, who="bob", why="wrong", at_s=T)
        assert (telling.tell({name}, T), judged(gate, 5)) == (1, ("pass", None))


@pytest.mark.parametrize("told", [False, True])
def test_killed_after_the_records_it_is_told_at_the_next_start(records, checks, tmp_path, told):
    """Before the journal has it, or after: the fact-check counts either way, once."""
    gate = opened(tmp_path / "gate", TERMS)
    (cluster,) = gate.clusters_of([RUMOUR], T)
    check = attach(checks, cluster, FALSE)
    if told:
        Telling(records, gate).tell(None, T)
    kill(gate)
    with opened(tmp_path / "gate") as again:
        assert again.recovery.snapshot is None
        assert Telling(records, again).tell(None, T) == (0 if told else 1)
        assert again.gate.spreading.ratings() == {cluster: Rating(check.id, 0.0)}
        assert judged(again, 1) == ("refuse", "False")
        checks.withdraw(check.id, who="bob", why="wrong", at_s=T)  # and killed before it is told
    with opened(tmp_path / "gate") as last:
        assert Telling(records, last).tell(None, T) == 1
        assert judged(last, 2) == ("pass", None)


def test_a_gate_that_recovers_from_its_journal_gives_the_same_verdicts_without_the_records(records, checks, tmp_path):
    """Acts lie among the events: what was judged before one, after it, and after its withdrawal."""
    gate = opened(tmp_path / "gate", TERMS)
    telling = Telling(records, gate)
    gate.decide(sends(0))
    (cluster,) = gate.clusters_of([RUMOUR.upper()], T)
    check = attach(checks, cluster, FALSE)
    telling.tell(None, T)
    gate.decide(sends(10, 3))
    left_by_a_kill(gate, tmp_path / "gate", tmp_path / "killed")
    expected = [judged(gate, 20)[0], gate.gate.spreading.one(cluster, T + 60)]
    checks.withdraw(check.id, who="bob", why="wrong", at_s=T)
    telling.tell(None, T)
    expected_after = [judged(gate, 30)[0], gate.gate.spreading.one(cluster, T + 60)]
    kill(gate)
    with opened(tmp_path / "killed") as again:
        assert [again.decide(sends(20))[0].outcome, again.gate.spreading.one(cluster, T + 60)] == expected
    whole = read_gate(tmp_path / "gate", memory_bytes=MEMORY_BYTES).gate
    assert whole.spreading.one(cluster, T + 60) == expected_after[1]
    with opened(tmp_path / "gate") as last:
        assert last.decide(sends(40))[0].outcome == expected_after[0] == "pass"


def test_a_gate_that_takes_nothing_is_behind_until_it_is_told_all(records, checks, tmp_path):
    with opened(tmp_path / "gate", TERMS) as gate:
        telling = Telling(records, gate)
        assert (telling.behind, telling.tell(None, T), telling.behind) == (True, 0, False)
        (cluster,) = gate.clusters_of([RUMOUR], T)
    attach(checks, cluster, FALSE)
    with pytest.raises(GateClosedError):
        telling.tell({f"{cluster:016x}"}, T)
    assert telling.behind
    with opened(tmp_path / "gate") as again:
        telling = Telling(records, again)
        assert telling.tell({"00000000000000a1"}, T) == 1  # all, for it is behind
        assert (telling.behind, judged(again, 1)) == (False, ("refuse", "False"))
