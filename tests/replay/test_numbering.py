import numpy as np

from ecluse.replay.numbering import Numbering, Runs, grown


def test_numbers_are_given_once_and_found_again():
    numbering = Numbering()
    chance = np.random.default_rng(7)
    expected: dict[int, int] = {}
    for _ in range(20):
        keys = chance.integers(0, 2**64, 50, np.uint64)
        keys = np.concatenate([keys, chance.choice(np.array([3, 5, 2**64 - 1], np.uint64), 10)])
        numbers = numbering.of(keys)
        for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
            assert expected.setdefault(key, number) == number
    assert sorted(expected.values()) == list(range(len(numbering)))
    assert all(numbering.find(key) == number for key, number in expected.items())
    assert numbering.find(4) is None
    assert Numbering().of(np.empty(0, np.uint64)).tolist() == []


def test_runs_are_of_equal_keys():
    runs = Runs(np.array([4, 2, 4, 2, 9]), then=np.array([8.0, 1.0, 3.0, 5.0, -np.inf]))
    assert (runs.keys.tolist(), runs.counts.tolist(), runs.last.tolist()) == ([2, 4, 9], [2, 2, 1], [3, 0, 4])
    assert Runs(np.empty(0, np.int64)).keys.tolist() == []


def test_an_array_grows_and_keeps_what_it_held():
    array = grown(np.array([[1, 2]]), 3, fill=7)
    assert array.tolist() == [[1, 2], [7, 7], [7, 7]]
    assert grown(array, 2) is array


def test_known_keys_have_their_numbers_and_others_none():
    numbering = Numbering()
    assert numbering.known(np.array([5], np.uint64)).tolist() == [-1]
    numbering.of(np.array([70, 50, 90], np.uint64))
    assert numbering.known(np.array([90, 1, 50, 99, 70], np.uint64)).tolist() == [2, -1, 0, -1, 1]
