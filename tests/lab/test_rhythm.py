import numpy as np
import pytest

from ecluse.lab.habits import PRESETS
from ecluse.lab.rhythm import Clock


@pytest.mark.parametrize("preset", PRESETS)
def test_waking_seconds_come_back_as_real_ones(preset):
    clock = Clock.of(PRESETS[preset].hours, days=3, utc_offset_h=5)
    real_s = np.linspace(0, 3 * 86_400, 1_000)
    assert clock.end_s == pytest.approx(3 * 86_400)
    assert clock.to_real(clock.to_waking(real_s)) == pytest.approx(real_s)


def test_what_is_even_on_the_clock_has_the_hours_given_shifted_to_utc():
    hours = tuple(1.0 + hour for hour in range(24))
    clock = Clock.of(hours, days=2, utc_offset_h=-7)
    real_s = clock.to_real(np.linspace(0, clock.end_s, 200_000, endpoint=False))
    shares = np.bincount((real_s // 3_600).astype(int) % 24) / len(real_s)
    assert np.roll(shares, -7) == pytest.approx(np.array(hours) / sum(hours), abs=1e-4)
