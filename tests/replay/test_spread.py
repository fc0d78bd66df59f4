import numpy as np
import pytest

from ecluse.ledger import N_SIGNALS, SIGNAL_COLUMNS, SIGNALS
from ecluse.replay.spread import Spread

CHANCE = np.random.default_rng(3)
ACCOUNTS = CHANCE.integers(0, 40, 3_000)
VALUES = CHANCE.integers(0, 100, (3_000, N_SIGNALS)).astype(np.float64)
VALUES[CHANCE.random(VALUES.shape) < 0.3] = np.nan
VALUES[ACCOUNTS == 7] = np.nan


@pytest.mark.parametrize(
    ("name", "tell"),
    [("strangers.1h", np.max), ("forward_hops", np.max), ("gap_regularity.1m", np.min), ("account_age", np.min),
     ("reply_ratio.24h", np.mean), ("peer_wrote_within.30d", np.mean)],
)  # fmt: skip
def test_each_account_has_one_telling_value(name, tell):
    spread = Spread()
    for start in range(0, 3_000, 700):
        spread.add(ACCOUNTS[start : start + 700], VALUES[start : start + 700])
    column = VALUES[:, SIGNAL_COLUMNS[name]]
    expected = [tell(column[(a == ACCOUNTS) & ~np.isnan(column)]) for a in range(40) if a != 7]
    assert spread.values(SIGNALS[SIGNAL_COLUMNS[name]]) == pytest.approx(sorted(expected))


def test_without_events_there_is_nothing():
    spread = Spread()
    spread.add(ACCOUNTS[:0], VALUES[:0])
    assert all(len(spread.values(signal)) == 0 for signal in SIGNALS)


def test_accounts_have_their_values_by_number_and_some_events_are_left_out():
    spread = Spread()
    kept = np.arange(3_000) % 2 == 0
    spread.add(np.where(kept, ACCOUNTS, -1), VALUES)
    for name, tell in (("strangers.1h", np.max), ("gap_regularity.1m", np.min), ("reply_ratio.24h", np.mean)):
        column = VALUES[:, SIGNAL_COLUMNS[name]]
        expected = [tell(column[kept & (a == ACCOUNTS) & ~np.isnan(column)]) if a != 7 else np.nan for a in range(40)]
        values = spread.of_accounts(SIGNALS[SIGNAL_COLUMNS[name]], 42)
        assert values == pytest.approx([*expected, np.nan, np.nan], nan_ok=True)
