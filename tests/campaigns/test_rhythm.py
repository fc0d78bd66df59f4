import numpy as np

from ecluse.campaigns.graph import ACCOUNT
from ecluse.campaigns.rhythm import RHYTHMS, TICK_S, beat, rhythm_of
from ecluse.compiled import kernel

NOON = 18_000 * 86_400 + 43_200


@kernel
def _beat(rows, at_s):
    return beat(rows[0], at_s)


@kernel
def _rhythm(rows, which):
    return rhythm_of(rows[0], which)


def rhythms(seconds):
    """The things that sends at these seconds of a day tie their account to, set by set."""
    rows, told = np.zeros(1, ACCOUNT), []
    for at_s in sorted(seconds):
        if _beat(rows, NOON + at_s):
            told.append(tuple(int(_rhythm(rows, which)) for which in range(RHYTHMS)))
    return told


def ties(told):
    return {thing for things in told for thing in things}


def test_it_is_told_at_eight_ticks_sixteen_and_so_on():
    assert [len(rhythms(range(0, n * TICK_S, TICK_S))) for n in (7, 8, 15, 16, 40)] == [0, 1, 1, 2, 3]


def test_sends_in_one_tick_are_one():
    assert rhythms([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) == []


def test_accounts_in_step_share_it_all():
    rng = np.random.default_rng(1)
    seconds = rng.choice(8_000, 20, replace=False) * TICK_S
    assert rhythms(seconds) == rhythms(seconds + 3) != []


def test_another_day_is_another_rhythm():
    assert not ties(rhythms(range(0, 160, TICK_S))) & ties(rhythms(range(86_400, 86_560, TICK_S)))


def test_people_by_chance_share_none_not_even_those_who_all_write_at_midnight():
    rng = np.random.default_rng(2)
    midnight = [rhythms([5, *(rng.choice(4_000, 11, replace=False) * TICK_S)]) for _ in range(2_000)]
    different = [thing for told in midnight for thing in ties(told)]
    _, counts = np.unique(different, return_counts=True)
    assert counts.max() <= 0.05 * len(midnight)
