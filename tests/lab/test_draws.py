import numpy as np
import pytest

from ecluse.lab.draws import more, noise, pick, repeat_rows, running_sums, spread, within_rows
from ecluse.lab.habits import Spread


def test_rows_are_repeated_and_counted_from_zero():
    counts = np.array([2, 0, 3])
    assert repeat_rows(counts).tolist() == [0, 0, 2, 2, 2]
    assert within_rows(counts).tolist() == [0, 1, 0, 1, 2]


def test_sums_begin_anew_in_each_row():
    assert running_sums(np.array([1.0, 2.0, 5.0, 1.0]), np.array([2, 0, 2])).tolist() == [1.0, 3.0, 5.0, 6.0]
    assert running_sums(np.zeros(0), np.array([0, 0])).tolist() == []


def test_a_spread_has_its_median_and_sigma():
    logs = np.log(spread(np.random.default_rng(1), Spread(20.0, 0.5), 100_000))
    assert np.median(logs) == pytest.approx(np.log(20.0), abs=0.01)
    assert logs.std() == pytest.approx(0.5, abs=0.01)
    assert spread(np.random.default_rng(1), Spread(0.0, 0.5), 2).tolist() == [0.0, 0.0]


def test_choices_follow_their_weights_and_never_fall_on_weight_zero():
    picked = np.bincount(pick(np.random.default_rng(1), np.array([0.0, 1.0, 3.0, 0.0]), 100_000), minlength=4)
    assert picked[[0, 3]].tolist() == [0, 0]
    assert picked[2] / picked[1] == pytest.approx(3, rel=0.05)


def test_more_stops_at_its_most():
    drawn = more(np.random.default_rng(1), 0.9, 10_000, 5)
    assert (drawn.min(), drawn.max()) == (0, 5)
    assert more(np.random.default_rng(1), 0.0, 3, 5).tolist() == [0, 0, 0]


def test_noise_is_the_same_for_the_same_pair_and_even_over_all():
    first, second = np.repeat(np.arange(300), 300), np.tile(np.arange(300), 300)
    values = noise(5, first, second)
    assert np.array_equal(values, noise(5, first, second))
    assert not np.array_equal(values, noise(6, first, second))
    assert len(np.unique(values)) == len(values)
    assert np.histogram(values, bins=10, range=(0, 1))[0] == pytest.approx(9_000, rel=0.05)
