"""A fact-check takes effect at the next event, by an act, and is forgotten by another."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content.checks import CHECK, CHECK_PLACES, CHECKS_MAX, drop_check, find_check, put_check
from ecluse.errors import InputError
from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.gate.acts import Rate, Unrate
from ecluse.gate.fact_checked import FactCheckWords
from ecluse.gate.spreading import Rating
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.terms import LANGUAGES, load_terms, parse_terms

T = 1_663_250_000  # in Brazil's campaign of 2022
SECRET = b"sixteen bytes or more"
RUMOUR = "They will close all polling stations at noon and count only half of the votes, pass it on"
TERMS = """
id: test
version: "1"
title: Terms of the tests
rules:
  - {id: checked, clause: Checked., when: [content.fact_checked >= 1], then: label, label: checked}
  - {id: unchecked, clause: Unchecked., when: [content.fact_checked < 1], then: label, label: unchecked}
  - {id: untrue, clause: Untrue., when: [content.truth <= 0.25], then: refuse}
"""
CHECKED, TRUTH = SIGNAL_COLUMNS["content.fact_checked"], SIGNAL_COLUMNS["content.truth"]


def gate_of(terms):
    return Gate(terms, secret=SECRET, memory_bytes=1 << 22)


@pytest.fixture
def gate():
    return gate_of(parse_terms(TERMS))


def forward(second, to=("ben",), text=RUMOUR, sender="ada", **fields):
    return Event(
        **{"kind": "forward", "at": 1_000 * (T + second), "sender": sender, "recipients": list(to), "hops": 1},
        **fields,
        text=text,
    )


def cluster_of(gate, text=RUMOUR):
    return int(gate.judge(gate.pack_asked([text], T)).content[0])


def words(number=7, **said):
    said = {"claim": "Stations close", "rating": "False", "truth": 0.0, "url": "https://facts.example/1"} | said
    return FactCheckWords(number, **{"publisher": "Facts", "language": "en"} | said)


def test_the_next_event_is_judged_by_it_and_once_it_is_withdrawn_the_next_is_not(gate):
    said = []
    cluster = cluster_of(gate)
    for acts in ([], [Rate(cluster, 7, 0.25)], [Rate(cluster, 8, 0.5)], [Rate(cluster, 9, None)], [Unrate(cluster)]):
        gate.act(acts, T)
        verdicts = gate.decide([forward(1, text=RUMOUR.upper())], signals=True)
        row = verdicts.signals[0]
        said.append((verdicts[0].outcome, verdicts[0].labels, row[CHECKED], row[TRUTH]))
    nan = pytest.approx(math.nan, nan_ok=True)
    assert said == [
        ("label", ["unchecked"], 0, nan),
        ("refuse", ["checked"], 1, 0.25),
        ("label", ["checked"], 1, 0.5),
        ("label", ["checked"], 1, nan),
        ("label", ["unchecked"], 0, nan),
    ]


def test_what_has_no_content_and_what_is_another_content_is_as_ever(gate):
    gate.act([Rate(cluster_of(gate), 7, 0.0)], T)
    verdicts = gate.decide([forward(1, text=None), forward(2, text="See you at the station at noon?")], signals=True)
    assert np.isnan(verdicts.signals[0, [CHECKED, TRUTH]]).all()
    assert (verdicts[0].outcome, verdicts[1].labels, verdicts.signals[1, CHECKED]) == ("pass", ["unchecked"], 0)


def test_one_event_alone_is_judged_by_it_too(gate):
    """By its fingerprint, as the desk judges what has no text in memory of its own."""
    first = gate.decide_one(forward(1, text=None, fingerprint=0x0123456789ABCDEF))
    gate.act([Rate(int(first.content, 16), 7, 0.0)], T)
    assert gate.decide_one(forward(2, text=None, fingerprint=0x0123456789ABCDEF)).outcome == "refuse"
    assert gate.decide_one(forward(3, text=None)).outcome == "pass"


def test_a_refusal_for_it_has_no_time_to_wait(gate):
    gate.act([Rate(cluster_of(gate), 7, 0.0)], T)
    assert gate.decide([forward(1)])[0].retry_after is None


def test_the_note_says_who_checked_what_in_five_languages_and_where(gate):
    cluster = cluster_of(gate)
    gate.act([Rate(cluster, 7, 0.5)], T)
    assert gate.decide([forward(1)])[0].fact_check is None  # nobody has given the words
    gate.fact_check_words[cluster] = words()
    verdicts = gate.decide([forward(1, language="pt"), forward(2, text=None), forward(3, text="Another text, really")])
    told = verdicts[0].fact_check
    assert (told.fact_check, told.note) == (7, "Verificado por Facts: “False”. https://facts.example/1")
    assert list(told.shown) == list(LANGUAGES)
    assert all(
        "Facts" in note and "False" in note and note.endswith("https://facts.example/1") for note in told.shown.values()
    )
    assert len(set(told.shown.values())) == 5
    assert [verdict.fact_check for verdict in verdicts][1:] == [None, None]
    assert verdicts.to_arrow().column("fact_check").to_pylist() == [7, None, None]


def test_who_has_no_name_is_told_by_the_host():
    assert words(publisher="").told("en").note == "Checked by facts.example: “False”. https://facts.example/1"


def test_a_snapshot_has_them(gate):
    cluster = cluster_of(gate)
    gate.decide([forward(0, region="BR-SP", language="pt")])
    gate.act([Rate(cluster, 7, 0.2), Rate(5, 8, None)], T)
    again = Gate.restore(parse_terms(TERMS), SECRET, gate.state(), 1 << 22)
    assert again.spreading.ratings() == {cluster: Rating(7, 0.2), 5: Rating(8, None)}
    assert again.spreading.one(cluster, T + 1) == gate.spreading.one(cluster, T + 1)
    assert again.decide([forward(1)])[0].outcome == "refuse"


def test_in_the_scope_of_an_election_limits_are_tighter_for_what_is_half_true():
    """Region and period: of one content with one fact-check, inside of both and outside of each."""
    terms = load_terms("election")
    outcomes = {}
    after = 1_667_190_000 - T  # after the run-off
    for name, second, region in (("inside", 10, "BR-SP"), ("elsewhere", 10, "PT"), ("afterwards", after, "BR-SP")):
        gate = gate_of(terms)
        gate.act([Rate(cluster_of(gate), 7, 0.5)], T)
        verdict = gate.decide([forward(second, to=("ben", "cem"), region=region)])[0]
        outcomes[name] = verdict.outcome, [rule.rule for rule in verdict.rules], verdict.labels
    tight = "refuse", ["forwarded", "disputed", "disputed-to-one"], ["forwarded", "disputed"]
    free = "label", ["forwarded"], ["forwarded"]
    assert outcomes == {"inside": tight, "elsewhere": free, "afterwards": free}


@pytest.mark.parametrize("act", [Rate(0, 7, 0.5), Rate(1 << 64, 7, 0.5), Rate(1, 0, 0.5), Rate(1, 7, 1.1), Unrate(0)])
def test_what_is_no_fact_check_is_refused(gate, act):
    with pytest.raises(InputError):
        gate.act([act], T)
    assert gate.spreading.ratings() == {}


def test_without_memory_for_contents_there_are_none():
    gate = Gate(parse_terms(TERMS), secret=SECRET, memory_bytes=1 << 22, content_memory_bytes=0)
    gate.act([Rate(1, 7, 0.0), Unrate(1)], T)
    assert (gate.spreading.ratings(), cluster_of(gate), gate.decide([forward(1)])[0].outcome) == ({}, 0, "pass")


KEYS = st.sampled_from(
    [2, 4, 6, 2 + 2 * CHECK_PLACES, 4 + 2 * CHECK_PLACES, 2 * CHECK_PLACES - 2, 4 * CHECK_PLACES - 2]
)


@given(st.lists(st.tuples(KEYS, st.booleans()), max_size=40))
def test_the_table_is_as_a_dict(steps):
    """Keys that share homes, at its end, too: what is taken out hides nothing."""
    checks, checked, model = np.zeros(CHECK_PLACES, CHECK), np.zeros(1, np.int64), {}
    for number, (key, puts) in enumerate(steps, start=1):
        if puts:
            put_check(checks, checked, np.uint64(key), np.uint64(key), np.uint64(number), 0.5)
            model[key] = number
        else:
            drop_check(checks, checked, np.uint64(key))
            model.pop(key, None)
        found = {k: find_check(checks, np.uint64(k)) for k in (2, 4, 6, 2 + 2 * CHECK_PLACES, 2 * CHECK_PLACES - 2)}
        assert {k: int(checks[place]["number"]) for k, place in found.items() if place >= 0} == {
            k: number for k, number in model.items() if k in found
        }
    assert checked[0] == len(model) == np.count_nonzero(checks["key"])


def test_the_table_is_bounded():
    checks, checked = np.zeros(CHECK_PLACES, CHECK), np.zeros(1, np.int64)
    for key in range(2, 2 * CHECKS_MAX + 6, 2):
        put_check(checks, checked, np.uint64(key), np.uint64(key), np.uint64(1), 0.5)
    assert checked[0] == CHECKS_MAX == np.count_nonzero(checks["key"])
    put_check(checks, checked, np.uint64(2), np.uint64(2), np.uint64(9), 0.5)  # what is there may change
    assert checks[find_check(checks, np.uint64(2))]["number"] == 9
