"""What spreads fastest, held to a count by hand over all events; by window, region and language."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.gate.spreading import Audience
from ecluse.terms import parse_terms

T = 1_700_000_000
HOUR, DAY, MONTH = 3_600, 86_400, 30 * 86_400
WINDOWS = {"1h": HOUR, "24h": DAY, "30d": MONTH}
TERMS = parse_terms(
    "id: t\nversion: 1\ntitle: t\nrules: [{id: r, clause: c, when: [strangers.1h > 4000], then: refuse}]"
)
TEXTS = (
    "They will close all polling stations at noon and count only half of the votes, pass it on",
    "Drinking hot water with lemon every morning heals every illness that doctors know of, share it",
    "Tomorrow the bank takes a fee for each withdrawal, so fetch your money while you can, urgent",
)
PLACES = ((None, None), ("BR", "pt-BR"), ("BR-SP", "pt"), ("BR-RJ", "en"), ("PT", "pt-PT"), (None, "es"))


def send(second, text, sender, to, place=(None, None), **fields):
    region, language = place
    return Event(
        **{"kind": "send", "at": 1_000 * (T + second), "sender": sender, "recipients": to, "text": text, **fields},
        region=region,
        language=language,
    )


def fresh():
    return Gate(TERMS, secret=b"sixteen bytes or more", memory_bytes=1 << 22)


sends = st.tuples(
    st.integers(0, 40) | st.integers(0, 2 * DAY),
    st.sampled_from(TEXTS),
    st.sampled_from(["a", "b", "c"]),
    st.lists(st.sampled_from([f"p{k}" for k in range(9)]), min_size=1, max_size=4, unique=True),
    st.sampled_from(PLACES),
)


def is_of(place, region, language):
    own_region, own_language = place
    in_region = region is None or (own_region or "").partition("-")[0] == region or own_region == region
    return in_region and (language is None or (own_language or "").partition("-")[0] == language)


def counted(events, second, window, region, language):
    """By text: distinct senders and recipients in the window, recipients reached from a place, and the last second."""
    width = WINDOWS[window] // 6
    in_window = lambda at: (T + second) // width - (T + at) // width < 6  # noqa: E731
    senders, recipients, reached = defaultdict(set), defaultdict(set), defaultdict(int)
    for at, text, sender, to, place in events:
        if in_window(at):
            senders[text].add(sender)
            recipients[text] |= set(to)
            reached[text] += len(to) if is_of(place, region, language) else 0
    return {text: (len(senders[text]), len(recipients[text]), reached[text]) for text in recipients}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(sends, min_size=1, max_size=25),
    st.sampled_from(list(WINDOWS)),
    st.sampled_from([None, "BR", "BR-SP", "PT", "AR"]),
    st.sampled_from([None, "pt", "en", "hi"]),
    st.integers(0, 2 * HOUR),
)
def test_what_spreads_is_what_a_count_by_hand_says(events, window, region, language, later):
    events = sorted(events, key=lambda one: one[0])
    second = events[-1][0] + later
    gate = fresh()
    verdicts = gate.decide([send(*one) for one in events])
    clusters = dict(zip([text for _, text, *_ in events], verdicts.content.tolist(), strict=True))
    expected = counted(events, second, window, region, language)
    found = gate.spreading.top(T + second, window, region=region, language=language, limit=10)
    everywhere = region is None and language is None
    wanted = {
        clusters[text]: (senders, recipients, recipients if everywhere else reached)
        for text, (senders, recipients, reached) in expected.items()
        if everywhere or reached
    }
    assert {one.cluster: (one.counted.senders, one.counted.recipients, one.reached) for one in found} == wanted
    assert [one.reached for one in found] == sorted((one.reached for one in found), reverse=True)
    assert all(sum(one.counted.curve) == one.counted.recipients for one in found)
    assert {one.cluster: (one.first_s - T, one.last_s - T) for one in found} == {
        clusters[text]: (
            min(at for at, its, *_ in events if its == text),
            max(at for at, its, *_ in events if its == text),
        )
        for text in expected
        if clusters[text] in wanted
    }


def test_the_first_is_the_fastest_and_few_senders_are_left_out():
    gate = fresh()
    gate.decide([send(k, TEXTS[0], f"s{k}", [f"p{k}"], ("BR", "pt")) for k in range(5)])
    gate.decide([send(9, TEXTS[1], "one", [f"q{k}" for k in range(50)])])
    clusters = gate.decide([send(10, TEXTS[0], "s0", ["p0"]), send(10, TEXTS[1], "one", ["q0"])]).content.tolist()
    assert [one.cluster for one in gate.spreading.top(T + 10, "1h")] == clusters[::-1]
    assert [one.cluster for one in gate.spreading.top(T + 10, "1h", limit=1)] == clusters[1:]
    (rumour,) = gate.spreading.top(T + 10, "24h", senders=2)
    assert (rumour.cluster, rumour.reached, rumour.growth, rumour.outcomes[0]) == (clusters[0], 5, 24.0, 6)
    assert gate.spreading.top(T + 10 + 2 * HOUR, "1h") == []
    assert gate.spreading.latest_s() == T + 10


def test_one_is_told_in_full_with_where_it_was_sent_from():
    gate = fresh()
    verdicts = gate.decide(
        [
            send(0, TEXTS[0], "a", ["p", "q"], ("BR-SP", "pt-BR"), kind="forward", hops=4, provider="x"),
            send(DAY, TEXTS[0], "b", ["p", "r"], ("BR-SP", "pt")),
            send(DAY + 1, TEXTS[0], "b", ["s"], ("AR", None)),
            send(DAY + 2, TEXTS[0], "c", ["t"]),
        ]
    )
    cluster = int(verdicts.content[0])
    found = gate.spreading.one(cluster, T + DAY + 2)
    assert found.audiences == [Audience("BR-SP", "pt", 4, T + DAY), Audience("AR", "", 1, T + DAY + 1)]
    assert (found.rumour.hops, found.rumour.first_s, found.rumour.last_s) == (4, T, T + DAY + 2)
    assert [(name, one.senders, one.recipients) for name, one in found.windows.items()] == [
        ("1h", 2, 4),
        ("24h", 2, 4),
        ("30d", 3, 5),
    ]
    assert (found.windows["30d"].regions, found.windows["30d"].providers) == (2, 1)
    assert gate.spreading.one(cluster, T + DAY + 2 + MONTH) is None
    assert gate.spreading.one(cluster + 1, T) is gate.spreading.one(0, T) is None


def test_what_is_refused_is_noted_and_not_counted():
    terms = parse_terms(
        "id: t\nversion: 1\ntitle: t\nrules: [{id: r, clause: c, when: [strangers.1h > 1], then: refuse}]"
    )
    gate = Gate(terms, secret=b"sixteen bytes or more", memory_bytes=1 << 22)
    events = [send(k, TEXTS[0], "a", [f"p{k}"], ("BR", "pt")) for k in range(4)]
    cluster = int(gate.decide(events).content[0])
    found = gate.spreading.one(cluster, T + 4)
    assert (found.rumour.outcomes, found.rumour.reached) == ([1, 0, 0, 0, 3], 1)
    assert [one.reached for one in found.audiences] == [1]


def test_a_content_that_is_forgotten_begins_anew():
    gate = fresh()
    gate.decide([send(0, TEXTS[0], "a", ["p"], ("BR", "pt")), send(2 * MONTH, TEXTS[0], "b", ["q"], ("BR", "pt"))])
    (rumour,) = gate.spreading.top(T + 2 * MONTH, "30d", region="BR")
    assert (rumour.first_s, rumour.reached, rumour.counted.senders) == (T + 2 * MONTH, 1, 1)


@pytest.mark.parametrize("cut", [1, 3])
def test_however_events_are_cut_into_batches(cut):
    events = [send(60 * k, TEXTS[k % 3], f"s{k % 4}", [f"p{k}"], PLACES[k % 6]) for k in range(30)]
    whole, parts = fresh(), fresh()
    whole.decide(events)
    for start in range(0, len(events), cut):
        parts.decide(events[start : start + cut])
    for region in (None, "BR"):
        asked = {"region": region, "language": None if region is None else "pt"}
        assert whole.spreading.top(T + 1_800, "1h", **asked) == parts.spreading.top(T + 1_800, "1h", **asked)
