"""Where a variant applies, in Python for people, is where the kernel says it does."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.events import AccountKind, Chat, Event
from ecluse.gate import Gate
from ecluse.terms import Versions, parse_terms
from ecluse.trials.measured import lies_in, variant_for

DOCUMENT = """
id: places
version: 1
title: Places
scopes:
  - {{id: there, where: {{{where}}}, limits: {{rule: {{recipients_of_this_send: 0}}}}}}
rules:
  - {{id: rule, clause: Nobody., kinds: [send], when: [recipients_of_this_send > 5], then: refuse}}
"""
NOON_S = 1_709_294_400

wheres = st.fixed_dictionaries(
    {},
    optional={
        "regions": st.sampled_from(["[BR]", "[BR-SP, PT]"]),
        "account_kinds": st.sampled_from(["[personal]", "[business, client]"]),
        "providers": st.just("[mailer]"),
        "chats": st.sampled_from(["[direct]", "[broadcast, group]"]),
        "account_age": st.sampled_from(['"< 30d"', '[">= 1d", "<= 30d"]']),
        "from": st.sampled_from(["2024-03-01T12:00:00Z", "2024-03-01T12:00:01Z"]),
        "until": st.sampled_from(["2024-03-01T12:00:02Z", "2024-03-02"]),
    },
).filter(bool)
events = st.builds(
    Event,
    kind=st.just("send"),
    at=st.integers(NOON_S, NOON_S + 3).map(lambda second: 1_000 * second),
    sender=st.just("ada"),
    recipients=st.just(["bob"]),
    region=st.sampled_from([None, "BR", "BR-SP", "PT", "FR"]),
    sender_kind=st.sampled_from([None, *AccountKind.words()]),
    provider=st.sampled_from([None, "mailer", "other"]),
    chat=st.sampled_from([None, *Chat.words()]),
    registered_at=st.sampled_from([None, *(1_000 * (NOON_S - days * 86_400) for days in (0, 1, 30, 31))]),
)


@given(wheres, events)
def test_an_event_lies_where_the_kernel_says(where, event):
    terms = parse_terms(DOCUMENT.format(where=", ".join(f"{name}: {value}" for name, value in where.items())))
    gate = Gate(terms, secret=b"a secret of the tests", memory_bytes=1 << 22)
    asked, packed = gate.ask([event])
    verdicts = gate.judge(packed, signals=True, asked=asked)
    age_s = NOON_S if event.registered_at is None else event.at // 1_000 - event.registered_at // 1_000
    inside = lies_in(terms.scopes[0].where, event, np.nan if event.registered_at is None else float(age_s))
    assert inside == (verdicts[0].outcome == "refuse")
    variant = variant_for(Versions.of(terms).program(NOON_S), "rule", event, verdicts.signals[0])
    assert (variant.scope is not None) == inside
