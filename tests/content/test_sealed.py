import random

import numpy as np
import pytest
from benchmarks.disguises import capitals, homoglyphs, other_numbers, zero_width
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content import HammingIndex, day_key, look_alikes, plain_letters, seal
from ecluse.errors import InputError
from tests.content.making import OFFER, OTHER, SECRET, texts

KEY = day_key(b"what all clients know", 1_800_000_000)
EXPECTED = [
    "71d9a6a3b70eacb8b8d12f4ad80ef7467a7d2c868530c70d08e26128de899b9e",
    11297882351855495327,
    81552113485759140,
    4055062955750523306,
    None,
]


def apart(one, two):
    return (one ^ two).bit_count()


def test_fixed_values_for_those_who_write_it_in_another_language():
    assert KEY.hex() == EXPECTED[0]
    assert [seal(text, KEY) for text in (OFFER, OTHER, "See you!", "🎉")] == EXPECTED[1:]


@pytest.mark.parametrize("disguise", [capitals, zero_width, other_numbers])
def test_a_disguise_changes_nothing(disguise):
    assert seal(disguise(OFFER, random.Random(1)), KEY) == seal(OFFER, KEY)


def test_look_alikes_can_be_undone():
    disguised = homoglyphs(OFFER, random.Random(1))
    letters = look_alikes()
    assert (
        apart(seal(disguised, KEY, letters), seal(OFFER, KEY, letters))
        <= 7
        < apart(seal(disguised, KEY), seal(OFFER, KEY))
    )


def test_a_little_different_is_few_bits_and_another_text_is_many():
    assert 0 < apart(seal(OFFER + " now", KEY), seal(OFFER, KEY)) <= 7
    assert apart(seal(OTHER, KEY), seal(OFFER, KEY)) > 16


def test_the_share_of_equal_bits_tells_the_similarity():
    rng = random.Random(2)
    words = ["".join(rng.choices("abcdefghijklmnop", k=7)) for _ in range(400)]
    shares = []
    for k in range(60):
        both, one, two = words[k : k + 12], words[100 + k : 106 + k], words[200 + k : 206 + k]
        first, second = " ".join(both + one), " ".join(both + two)
        sets = [{text[i : i + 3] for i in range(len(text) - 2)} for text in (first, second)]
        similarity = len(sets[0] & sets[1]) / len(sets[0] | sets[1])
        shares.append(1 - apart(seal(first, KEY), seal(second, KEY)) / 64 - (1 + similarity) / 2)
    assert np.mean(shares) == pytest.approx(0, abs=0.03)


def test_another_day_is_another_fingerprint():
    tomorrow = day_key(b"what all clients know", 1_800_000_000 + 86_400)
    assert apart(seal(OFFER, KEY), seal(OFFER, tomorrow)) > 12
    assert seal("short", KEY) != seal("short", tomorrow)


def test_the_index_finds_them():
    sealed = [seal(text, KEY) for text in (OFFER, OTHER, OFFER + "!!", "see you", "See you", "see them")]
    found = HammingIndex(SECRET, 16 << 20).lookup_or_add(np.array(sealed, np.uint64), np.ones(6, np.uint32))
    assert [found.cluster.tolist().index(key) for key in found.cluster] == [0, 1, 0, 3, 3, 5]


@given(texts)
def test_any_text_can_be_sealed(text):
    sealed = seal(text, KEY)
    assert (sealed is None) == (plain_letters(text) == "")
    assert sealed is None or 0 <= sealed < 2**64


@given(st.text(max_size=60))
def test_letters_of_letters_are_the_same(text):
    assert plain_letters(plain_letters(text)) == plain_letters(text)


def test_what_is_wrong_is_said():
    with pytest.raises(InputError, match="key: '3 bytes' is not 32 bytes"):
        seal(OFFER, b"key")
    with pytest.raises(InputError, match="master"):
        day_key(b"short", 0)
