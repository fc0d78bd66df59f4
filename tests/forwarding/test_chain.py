import hashlib
import hmac
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.forwarding import HopKey, derive, issue
from ecluse.forwarding.chain import Token
from tests.forwarding.making import ISSUED_S, NEW

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())


def written_again(key_id, secret, origin, hops, issued_s, content, holder):
    """A root token and a holder's, as the page says: nothing of the package is used."""

    def step(key, label, data, length):
        return hmac.new(key, label.encode() + b"\0" + data, hashlib.sha256).digest()[:length]

    bound = bytes(8) if content is None else step(secret, "content", content, 8)
    message = step(secret, "message", key_id + origin.to_bytes(8, "big") + bound, 16)
    root = step(message, "root", bytes([hops]) + issued_s.to_bytes(4, "big"), 16)
    mark = step(root, "holder", holder.encode(), 8)
    head = bytes([1, hops, 0, 0]) + key_id + origin.to_bytes(8, "big") + bound + issued_s.to_bytes(4, "big")
    head += step(message, "seal", b"", 8)
    return [urlsafe_b64encode(head + tail).decode() for tail in (bytes(8) + root, mark + step(root, "token", mark, 16))]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["what"])
def test_tokens_are_those_of_the_vectors(vector):
    content = None if vector["content"] is None else vector["content"].encode()
    key = HopKey(vector["key_id"], bytes.fromhex(vector["secret"]))
    root = issue(key, origin=vector["origin"], hops=vector["hops"], issued_s=vector["issued_s"], content=content)
    assert (root, derive(root, vector["holder"])) == (vector["root"], vector["token"])


@given(
    st.binary(min_size=4, max_size=4),
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**64 - 1),
    st.integers(0, 255),
    st.integers(0, 2**32 - 1),
    st.none() | st.binary(max_size=200),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
)
def test_tokens_are_what_the_page_says(key_id, secret, origin, hops, issued_s, content, holder):
    key = HopKey(key_id.hex(), secret)
    root = issue(key, origin=origin, hops=hops, issued_s=issued_s, content=content)
    expected = written_again(key_id, secret, origin, hops, issued_s, content, holder)
    assert [root, derive(root, holder)] == expected


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
def test_two_holders_have_two_tokens_of_one_message(one, other):
    root = issue(NEW, origin=1, hops=0, issued_s=ISSUED_S)
    assert (derive(root, one) == derive(root, other)) == (one == other)


@given(st.text(max_size=100) | st.text("ABCabc019-_=", min_size=78, max_size=82))
def test_what_is_no_token_is_none(text):
    token = Token.read(text)
    assert token is None or token.text() == text


@given(st.binary(min_size=60, max_size=60))
def test_a_token_is_read_as_it_was_written(data):
    text = urlsafe_b64encode(data).decode()
    token = Token.read(text)
    form, _, reserved = struct.unpack_from(">BBH", data)
    assert (token is not None) == (form == 1 and reserved == 0)
    assert token is None or token.text() == text


def test_a_recipients_token_makes_no_other():
    root = issue(NEW, origin=1, hops=0, issued_s=ISSUED_S)
    with pytest.raises(InputError, match=r"^root: "):
        derive(derive(root, "bob"), "eve")


def test_nothing_of_the_root_is_in_a_recipients_token():
    root = urlsafe_b64decode(issue(NEW, origin=1, hops=0, issued_s=ISSUED_S))
    token = urlsafe_b64decode(derive(issue(NEW, origin=1, hops=0, issued_s=ISSUED_S), "bob"))
    assert token[:36] == root[:36]
    assert root[-16:] not in token


@pytest.mark.parametrize(
    ("field", "value"), [("hops", 256), ("hops", -1), ("origin", -1), ("origin", 2**64), ("issued_s", 2**32)]
)
def test_what_does_not_fit_is_refused(field, value):
    fields = {"origin": 1, "hops": 0, "issued_s": ISSUED_S, field: value}
    with pytest.raises(InputError, match=f"^{field}: "):
        issue(NEW, **fields)


def test_a_holder_is_text():
    with pytest.raises(InputError, match=r"^holder: "):
        derive(issue(NEW, origin=1, hops=0, issued_s=ISSUED_S), "\ud800")
