from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.forwarding import HopKey, Keyring, check, derive, issue
from ecluse.forwarding.checking import FAULTS, Checked, Fault
from tests.forwarding.making import ISSUED_S, NEW, OLD, RING, token

AGE_S = 1_000
STRANGE = HopKey("deadbeef", bytes(32))
"""A key of the right id that the gate has not."""

HELD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


def checked(text, holder="bob", at_s=ISSUED_S, content=None, keyring=RING):
    return check(keyring, text, holder=holder, at_s=at_s, age_max_s=AGE_S, content=content)


@given(
    HELD,
    st.integers(0, 2**64 - 1),
    st.integers(0, 255),
    st.none() | st.binary(max_size=50),
    st.sampled_from([OLD, NEW]),
    st.integers(0, AGE_S),
)
def test_what_a_gate_issued_is_good_for_its_holder(holder, origin, hops, content, key, age_s):
    text = token(holder, key, origin, hops, ISSUED_S, content)
    assert checked(text, holder, ISSUED_S + age_s, content) == Checked(Fault.NONE, hops, origin)


CASES = {
    "none": (token(), {}),
    "malformed": ("not a token", {}),
    "unknown_key": (token(key=HopKey("00000002", bytes(32))), {}),
    "forged": (token(key=STRANGE), {}),
    "other_holder": (token("eve"), {}),
    "other_content": (token(content=b"a"), {"content": b"b"}),
    "too_old": (token(), {"at_s": ISSUED_S + AGE_S + 1}),
}


@pytest.mark.parametrize("word", CASES)
def test_each_fault_has_a_word_of_its_own(word):
    text, shown = CASES[word]
    assert checked(text, **shown).fault is FAULTS[word]


def altered(text, place, bits=1):
    data = bytearray(urlsafe_b64decode(text))
    data[place] ^= bits
    return urlsafe_b64encode(data).decode()


@given(st.integers(0, 59), st.integers(1, 255))
def test_a_token_that_was_changed_anywhere_is_never_good(place, bits):
    """By the place of the byte: form, hops, reserved, key, origin and content, second, seal, mark and tag."""
    expected = (
        {Fault.MALFORMED}
        if place == 0 or place in (2, 3)
        else {Fault.ALTERED}
        if place == 1 or 24 <= place < 28 or place >= 36
        else {Fault.UNKNOWN_KEY}
        if place < 8
        else {Fault.FORGED}
    )
    assert {checked(altered(token(), place, bits)).fault} == expected


@given(HELD, HELD)
def test_a_token_is_its_holders_alone(holder, shower):
    expected = Fault.NONE if holder == shower else Fault.OTHER_HOLDER
    assert checked(token(holder), shower).fault is expected


@given(st.none() | st.binary(max_size=20), st.none() | st.binary(max_size=20))
def test_a_token_is_good_with_its_own_content_or_if_bound_to_none(bound, shown):
    good = bound is None or bound == shown
    assert checked(token(content=bound), content=shown).fault is (Fault.NONE if good else Fault.OTHER_CONTENT)


def test_a_key_is_good_until_it_is_retired():
    old = token(key=OLD)
    assert checked(old).fault is Fault.NONE
    assert checked(old, keyring=Keyring([NEW])).fault is Fault.UNKNOWN_KEY


def test_a_root_token_is_nobodys():
    assert checked(issue(NEW, origin=7, hops=0, issued_s=ISSUED_S)).fault is Fault.ALTERED


def test_a_token_of_another_chain_does_not_lend_its_hops():
    """Head and seal of one token of a message, tail of another: as if it had been forwarded less often."""
    short, long = (urlsafe_b64decode(token(hops=hops)) for hops in (0, 5))
    assert short[28:36] == long[28:36], "the seal is the message's"
    assert checked(urlsafe_b64encode(short[:36] + long[36:]).decode()).fault is Fault.ALTERED


def test_a_sender_that_is_no_text_holds_nothing():
    assert checked(token(), holder="\ud800").fault is Fault.OTHER_HOLDER


def test_a_chain_of_messages_counts_its_hops():
    root, hops = issue(NEW, origin=9, hops=0, issued_s=ISSUED_S), []
    for person in ("ada", "bob", "eve"):
        shown = checked(derive(root, person), person)
        hops.append(shown.hops)
        root = issue(NEW, origin=shown.origin, hops=shown.hops + 1, issued_s=ISSUED_S)
    assert (hops, shown.origin) == ([0, 1, 2], 9)
