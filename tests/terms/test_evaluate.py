import math
import operator

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from ecluse.events import Kind
from ecluse.ledger import N_SIGNALS, SIGNAL_COLUMNS, SIGNALS
from ecluse.terms import COMPARISONS, KINDS_JUDGED, Condition, Outcome, Rule, Terms, Text, Versions
from ecluse.terms.evaluate import evaluate

HOLDS = dict(
    zip(COMPARISONS, (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne), strict=True)
)
NAN = math.nan
CLAUSE = Text.english("Clause.")


def naive(terms, kind, signals):
    """The rules asked in the plainest way."""
    spoke, strongest = [False] * len(terms.rules), Outcome.PASS
    for place, rule in enumerate(terms.rules):
        values = [(signals[SIGNAL_COLUMNS[c.signal]], c) for c in rule.conditions]
        holds = all(not math.isnan(value) and HOLDS[c.comparison](value, c.number) for value, c in values)
        if kind in rule.kinds and holds:
            spoke[place] = True
            strongest = max(strongest, rule.outcome)
            if rule.outcome is Outcome.PASS:
                break
    return strongest, spoke


def asked(terms, kind, signals):
    program = Versions.of(terms).eras[0].program.compiled(len)
    spoke, inside = np.ones(len(terms.rules), np.uint8), np.zeros(1, np.uint8)
    outcome, rehearsed = evaluate(program, int(kind), np.array(signals, np.float64), inside, spoke)
    assert rehearsed == Outcome.PASS
    return Outcome(outcome), spoke.astype(bool).tolist()


FEW = ("strangers.1h", "reply_ratio.24h", "account_age")
NUMBERS = st.sampled_from([0.0, 0.5, 1.0, 2.0])
RULES = st.builds(
    Rule,
    st.just("r"),
    st.just(CLAUSE),
    st.lists(st.sampled_from(KINDS_JUDGED), min_size=1, unique=True).map(tuple),
    st.lists(
        st.builds(Condition, st.sampled_from(FEW), st.sampled_from(COMPARISONS), NUMBERS), min_size=1, max_size=3
    ).map(tuple),
    st.sampled_from(Outcome),
)


@given(
    st.lists(RULES, max_size=12),
    st.sampled_from(Kind),
    st.lists(NUMBERS | st.just(NAN) | st.just(math.inf), min_size=len(FEW), max_size=len(FEW)),
)
@settings(deadline=None, max_examples=400)
def test_the_kernel_asks_as_the_naive_model_does(rules, kind, values):
    terms = Terms("t", "1", "T", tuple(rules), "")
    signals = [NAN] * N_SIGNALS
    for name, value in zip(FEW, values, strict=True):
        signals[SIGNAL_COLUMNS[name]] = value
    assert asked(terms, kind, signals) == naive(terms, kind, signals)


def one_rule(outcome, condition="messages.1m", kinds=KINDS_JUDGED):
    return Rule(outcome.word, CLAUSE, tuple(kinds), (Condition(condition, ">=", 0.0),), outcome)


@pytest.mark.parametrize(
    ("outcomes", "outcome", "spoke"),
    [
        ([], Outcome.PASS, []),
        ([Outcome.LABEL, Outcome.LABEL], Outcome.LABEL, [True, True]),
        ([Outcome.REFUSE, Outcome.LABEL], Outcome.REFUSE, [True, True]),
        ([Outcome.DELAY, Outcome.DROP_STRANGERS], Outcome.DROP_STRANGERS, [True, True]),
        ([Outcome.PASS, Outcome.REFUSE], Outcome.PASS, [True, False]),
        ([Outcome.LABEL, Outcome.PASS, Outcome.REFUSE], Outcome.LABEL, [True, True, False]),
        ([Outcome.REFUSE, Outcome.PASS, Outcome.LABEL], Outcome.REFUSE, [True, True, False]),
    ],
)
def test_the_strongest_outcome_before_a_pass_counts(outcomes, outcome, spoke):
    terms = Terms("t", "1", "T", tuple(map(one_rule, outcomes)), "")
    assert asked(terms, Kind.SEND, [0.0] * N_SIGNALS) == (outcome, spoke)


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_an_unknown_signal_satisfies_nothing(comparison):
    rule = Rule("r", CLAUSE, KINDS_JUDGED, (Condition("messages.1m", comparison, 1.0),), Outcome.REFUSE)
    terms = Terms("t", "1", "T", (rule,), "")
    assert asked(terms, Kind.SEND, [NAN] * N_SIGNALS) == (Outcome.PASS, [False])


@pytest.mark.parametrize("signal", [signal.name for signal in SIGNALS])
def test_a_rule_looks_at_its_own_signal(signal):
    terms = Terms("t", "1", "T", (one_rule(Outcome.REFUSE, signal),), "")
    signals = [NAN] * N_SIGNALS
    assert asked(terms, Kind.SEND, signals) == (Outcome.PASS, [False])
    signals[SIGNAL_COLUMNS[signal]] = 0.0
    assert asked(terms, Kind.SEND, signals) == (Outcome.REFUSE, [True])
    assert asked(terms, Kind.REPORT, signals) == (Outcome.PASS, [False])
