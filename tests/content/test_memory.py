"""The content side of a gate's memory: what a snapshot keeps of it is all that it knew."""

import numpy as np
import pytest

from ecluse.content.memory import CONTENT_BYTES_MIN, ContentMemory
from ecluse.errors import InputError
from ecluse.ledger.identify import EVENT

SECRET = b"a secret of the tests"
T = 1_600_000_000
CHANCE = np.random.default_rng(3)
WORDS = ["sea", "holiday", "offer", "loan", "prize", "family", "doctor", "winter", "garden", "letter", "music", "river"]


def events(memory, texts, fingerprints=(), at_s=T):
    made = np.zeros(len(texts) + len(fingerprints), EVENT)
    prints, starts = memory.fingerprint(texts)
    made["text"][: len(texts)] = starts + 1
    made["fingerprint"][len(texts) :] = fingerprints
    made["at_s"] = at_s + np.arange(len(made))
    return made, prints


def clusters(memory, *given, **more):
    made, prints = events(memory, *given, **more)
    found = np.zeros(len(made), np.uint64)
    memory.find_clusters(made, prints, found)
    return found.tolist()


def some(n):
    return [" ".join(CHANCE.choice(WORDS, 9).tolist()) for _ in range(n)]


def test_near_identical_texts_and_fingerprints_have_one_cluster():
    memory = ContentMemory(SECRET, CONTENT_BYTES_MIN)
    texts = [
        "You WON a holiday for two by the sea",
        "yоu w0n a holiday for two by the sea!!",
        "See you at the doctor's",
    ]
    first, same, other, left, right, like_left = clusters(memory, texts, [1 << 40, ~(1 << 40) & (2**64 - 1), 3 << 40])
    assert first == same
    assert left == like_left
    assert len({first, other, left, right}) == 4


def test_a_restored_memory_goes_on_as_the_one_before():
    memory, fresh = (ContentMemory(SECRET, CONTENT_BYTES_MIN) for _ in range(2))
    texts, bits = some(300), CHANCE.integers(1, 1 << 63, 200, np.uint64)
    clusters(memory, texts, bits)
    fresh.restore(memory.state())
    after = texts[::3] + some(100), np.concatenate([bits[::2] ^ np.uint64(5), bits[:9]])
    assert clusters(memory, *after, at_s=T + 900) == clusters(fresh, *after, at_s=T + 900)
    one, other = memory.state(), fresh.state()
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_a_snapshot_is_as_large_as_what_is_known():
    memory = ContentMemory(SECRET, CONTENT_BYTES_MIN)
    empty = sum(array.nbytes for array in memory.state().values())
    clusters(memory, some(100))
    assert empty < 1_000
    assert sum(array.nbytes for array in memory.state().values()) < empty + 100 * 1_100


def test_memory_of_another_size_takes_nothing():
    state = ContentMemory(SECRET, CONTENT_BYTES_MIN).state()
    with pytest.raises(InputError, match="content_memory_bytes"):
        ContentMemory(SECRET, CONTENT_BYTES_MIN + 1).restore(state)
    ContentMemory(SECRET, 0).restore(state)
    ContentMemory(SECRET, CONTENT_BYTES_MIN).restore({})


def test_without_memory_nothing_is_known():
    memory = ContentMemory(SECRET, 0)
    assert (memory.state(), len(memory.ledgers.things.keys)) == ({}, 0)
    assert clusters(ContentMemory(SECRET, CONTENT_BYTES_MIN), ["hello"]) != [0]
    found = np.zeros(1, np.uint64)
    made = np.zeros(1, EVENT)
    made["fingerprint"] = 7
    memory.find_clusters(made, np.zeros(0, np.uint32), found)
    assert found.tolist() == [0]


@pytest.mark.parametrize("wrong", [1, CONTENT_BYTES_MIN - 1, -1])
def test_too_little_memory_is_refused(wrong):
    with pytest.raises(InputError, match="content_memory_bytes"):
        ContentMemory(SECRET, wrong)
