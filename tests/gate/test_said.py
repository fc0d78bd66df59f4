"""Columns of what rules said are what verdicts one by one say, whatever the modes, labels, sanctions and content."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.gate import Gate
from ecluse.gate.acts import Restrict
from ecluse.gate.said import words_of
from ecluse.ledger.standing import Capability, SubjectSort
from ecluse.terms import parse_terms
from tests.gate.making import MEMORY_BYTES, SECRET, T, send

TERMS = """
id: {id}
version: "1"
title: Terms
rules:
  - {{id: {id}-tag, clause: C., when: [messages.1h >= 2], then: label, label: {id}}}
  - {{id: {id}-warns, clause: C., mode: warn, when: [messages.1h >= 3], then: refuse}}
  - {{id: {id}-labels, clause: C., mode: shadow, when: [messages.1h >= 3], then: label, label: never}}
  - {{id: {id}-watches, clause: C., mode: shadow, when: [messages.1h >= 2], then: delay}}
  - {{id: {id}-silent, clause: C., mode: shadow, when: [messages.1h >= 1], then: pass}}
  - {{id: {id}-holds, clause: C., when: [messages.1h >= {most}], then: refuse}}
"""
FIRST, SECOND = (parse_terms(TERMS.format(id=name, most=most)) for name, most in (("first", 5), ("second", 4)))
SENDS = st.tuples(st.sampled_from("abc"), st.sampled_from(["bob", "cem"]), st.sampled_from([None, "", "Hello"]))


@settings(max_examples=50)
@given(st.lists(SENDS, max_size=30), st.booleans())
def test_columns_say_what_verdicts_say(sends, sanctioned):
    """With verdicts of two versions of terms in one batch: those asked for again rest on the first."""
    judge = Gate(FIRST, secret=SECRET, memory_bytes=MEMORY_BYTES)
    if sanctioned:
        judge.act([Restrict(SubjectSort.ACCOUNT, "c", 7, 8, Capability.ALL, T, None)], T)
    events = [send(T + n, to, sender=sender, text=text, id=f"m{n}") for n, (sender, to, text) in enumerate(sends)]
    judge.decide(events[: len(events) // 2])
    judge.use(SECOND)
    verdicts = judge.decide(events)
    columns = verdicts.to_arrow()
    for name in ("rules", "warnings", "shadow"):
        assert columns.column(name).to_pylist() == [[s.rule for s in getattr(v, name)] for v in verdicts]
    for name in ("outcome", "labels", "content", "terms", "event", "late", "retry_after"):
        assert columns.column(name).to_pylist() == [getattr(verdict, name) for verdict in verdicts]
    columns.validate(full=True)


def test_what_lets_pass_while_nothing_is_held_back_is_not_said():
    (era,) = Gate(FIRST, secret=SECRET, memory_bytes=MEMORY_BYTES).versions.eras
    words = words_of(era.program)
    assert words.mode.tolist() == [0, 1, 2, 2, -1, 0]
    assert words.labels == pa.array(["first", None, None, None, None, None])
