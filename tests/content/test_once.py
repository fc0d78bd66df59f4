"""A content that was sent once: kept as that send, and counted later as if it had been counted then."""

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.compiled import kernel
from ecluse.content.ledgers import (
    CONTENT,
    N_COUNTS,
    N_SHARED,
    PROVIDERS,
    RECIPIENTS,
    REGIONS,
    SENDERS,
    ContentLedgers,
    count_audience,
    count_member,
    key_of,
    open_thing,
    sum_counts,
)
from ecluse.content.once import count_all_of, count_once, counts_of_once, keep_once
from ecluse.ledger.identify import EVENT

AT_S = 1_700_000_000
KEYS = st.integers(1, 2**32).map(lambda n: np.uint64(n * 0x9E3779B97F4A7C15 % 2**64))


@kernel
def keep(ledgers, key, event, language, peer, is_stranger, at_s):
    return keep_once(ledgers, key, event, language, peer, is_stranger, at_s)


@kernel
def key_of_content(cluster):
    return key_of(CONTENT, cluster)


@kernel
def sums_of(ledgers, slot, second, sums):
    sum_counts(ledgers.counts, slot, np.int64(ledgers.things.last_s[slot]), second, sums)


def sent(sender, provider, region):
    events = np.zeros(1, EVENT)
    events["sender"], events["provider"], events["region"] = sender, provider, region
    return events[0]


def counted_at_once(ledgers, key, event, language, peer, is_stranger):
    """What an event counts without the short way."""
    slot = open_thing(ledgers, key, AT_S)
    count_member(ledgers, slot, SENDERS, event["sender"], False, AT_S)
    if event["region"]:
        count_member(ledgers, slot, REGIONS, np.uint64(event["region"]), False, AT_S)
    if event["provider"]:
        count_member(ledgers, slot, PROVIDERS, event["provider"], False, AT_S)
    count_member(ledgers, slot, RECIPIENTS, peer, is_stranger, AT_S)
    if event["region"] or language:
        count_audience(ledgers, slot, event["region"], np.uint32(language), 1, AT_S)
    return slot


def all_of(ledgers):
    """Every array of the ledgers, as bytes."""
    shelves = ledgers.things, ledgers.marks, ledgers.audiences
    arrays = [array for shelf in shelves for array in shelf]
    arrays += [ledgers.heads, ledgers.counts, ledgers.audience, ledgers.audience_counts]
    return [array.tobytes() for array in arrays]


messages = st.fixed_dictionaries(
    {
        "sender": KEYS,
        "peer": KEYS,
        "provider": st.just(np.uint64(0)) | KEYS.map(np.invert),  # which are no accounts' keys
        "region": st.sampled_from([0, 7, 1 << 20]),
        "language": st.sampled_from([0, 3]),
        "is_stranger": st.booleans(),
    }
).map(lambda fields: SimpleNamespace(**fields))


@given(messages, KEYS)
def test_counted_later_it_is_as_if_it_had_been_counted_at_once(one, cluster):
    late, now = ContentLedgers.new(1 << 16), ContentLedgers.new(1 << 16)
    key, event = np.uint64(key_of_content(cluster)), sent(one.sender, one.provider, one.region)
    slot = keep(late, key, event, one.language, one.peer, one.is_stranger, AT_S)
    assert late.heads["once"][slot] == 1
    assert not late.marks.keys.any()
    told = counts_of_once(late, np.array([slot]))[0]
    count_once(late, slot)
    assert counted_at_once(now, key, event, one.language, one.peer, one.is_stranger) == slot
    assert all_of(late) == all_of(now)
    sums = np.zeros((N_SHARED, N_COUNTS), np.int64)
    sums_of(late, slot, AT_S, sums)
    assert (sums == told).all()


@given(st.lists(messages, min_size=1, max_size=12), st.data())
def test_what_is_kept_of_an_account_is_counted_so_that_its_key_stands_nowhere(sends, data):
    ledgers = ContentLedgers.new(1 << 17)
    for number, one in enumerate(sends):
        event = sent(one.sender, one.provider, one.region)
        keep(
            ledgers,
            np.uint64(key_of_content(np.uint64(number + 1))),
            event,
            one.language,
            one.peer,
            one.is_stranger,
            AT_S,
        )
    someone = data.draw(st.sampled_from([key for one in sends for key in (one.sender, one.peer)]))
    count_all_of(ledgers, someone)
    once = ledgers.once[ledgers.heads["once"] == 1]
    assert len(once) == sum(someone not in (one.sender, one.peer) for one in sends)
    assert not any(someone.tobytes() in held for held in all_of(ledgers))
