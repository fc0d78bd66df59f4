import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from ecluse.content.folding import UNSEEN, folding
from ecluse.content.points import decode, encode, hash_points
from tests.content.test_folding import entry_of


def decoded(data, room=64):
    points = np.zeros(room, np.uint32)
    array = np.frombuffer(data or b"\0", np.uint8)
    count, dotted = decode(folding(), array, 0, len(data), points)
    return "".join(map(chr, points[:count])), dotted


@given(st.text(max_size=40))
def test_utf8_is_decoded_without_what_nobody_sees(text):
    seen = "".join(character for character in text if entry_of(character)[0] != UNSEEN)
    assert decoded(text.encode())[0] == seen


@given(st.binary(max_size=40))
@example(b"\xed\xa0\x80")
@example(b"\xc0\x80\xf5\xe4\xb8")
def test_bytes_that_are_no_text_become_replacements(data):
    assert all(character == "\ufffd" or character.encode() in data for character in decoded(data)[0])


def test_a_lone_surrogate_is_three_replacements():
    assert decoded("a\ud800b".encode("utf-8", "surrogatepass"))[0] == "a\ufffd\ufffd\ufffdb"


def test_what_there_is_no_room_for_is_cut_off():
    assert decoded(b"abcdef", room=4)[0] == "abcd"


def test_dots_as_in_addresses_are_counted():
    assert [decoded(text.encode())[1] for text in ("a.b", "End. Next...", "a。b.c", "", ".")] == [1, 0, 2, 0, 0]


@given(st.text(max_size=40))
def test_points_are_encoded_as_utf8(text):
    points, data = np.array([*map(ord, text), 0], np.uint32), np.zeros(200, np.uint8)
    end = encode(points, 0, len(text), data, 3)
    assert data[3:end].tobytes() == text.encode()


@given(st.lists(st.integers(0, 0x10FFFF), max_size=12), st.lists(st.integers(0, 0x10FFFF), max_size=12))
def test_other_points_have_another_hash(one, two):
    def hashed(points):
        return int(hash_points(np.array([*points, 0], np.uint32), 0, len(points), np.uint64(1), np.uint64(2)))

    assert (hashed(one) == hashed(two)) == (one == two)
    assert hashed(one) != 0
