import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.trials.times import Pace


@given(st.integers(0, 4_096), st.integers(0, 86_400), st.booleans())
def test_events_never_go_back_and_keep_their_mean(n, gap_s, about):
    seconds = Pace(gap_s, about).seconds(n)
    assert len(seconds) == n
    assert seconds == sorted(seconds)
    if n % 12 == 1:
        assert seconds[-1] == gap_s * (n - 1)


def test_a_clock_is_regular_and_a_person_is_not():
    clock, person = (np.diff(Pace(600, about).seconds(121)) for about in (False, True))
    assert clock.std() == 0
    assert person.std() / person.mean() > 1
