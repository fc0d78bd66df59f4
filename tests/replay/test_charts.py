import numpy as np

from ecluse.ledger import N_SIGNALS, SIGNAL_COLUMNS
from ecluse.replay.charts import POINTS_MAX, charts
from ecluse.replay.spread import Spread
from ecluse.terms import Versions
from tests.replay.making import NO_RULES, STRANGERS


def spread_of(**values):
    """One account for each value; all other signals are 0."""
    n = max(map(len, values.values()))
    signals = np.zeros((n, N_SIGNALS))
    for name, column in values.items():
        signals[:, SIGNAL_COLUMNS[name.replace("__", ".")]] = column
    spread = Spread()
    spread.add(np.arange(n), signals)
    return spread


def test_a_long_curve_is_thinned_and_keeps_its_ends_and_its_shares():
    values = np.arange(1, 100_001, dtype=np.float64)
    (chart,), _ = charts(spread_of(recipients__1h=values), Versions.of(NO_RULES))
    (curve,) = chart.curves
    assert (len(curve["x"]) <= POINTS_MAX, curve["x"][0], curve["x"][-1]) == (True, 1, 100_000)
    assert np.allclose(curve["y"], [(100_001 - x) / 100_000 for x in curve["x"]])


def test_accounts_without_the_value_count_in_the_share():
    (chart,), undrawn = charts(spread_of(strangers__24h=[0, 0, 10, 90]), Versions.of(STRANGERS))
    assert (chart.curves, chart.rising) == ([{"window": "24h", "x": [10, 90], "y": [0.5, 0.25]}], False)
    assert [(limit.x, limit.share, limit.beyond) for limit in chart.limits] == [
        (50, 0, "0 accounts, 0 %"),
        (80, 0.25, "1 account, 25 %"),
    ]
    assert ("messages", "0") in undrawn


def test_where_low_is_telling_the_curve_rises():
    (chart,), _ = charts(spread_of(account_age=[86_400, 86_400, 3 * 86_400, 0]), Versions.of(NO_RULES))
    assert (chart.rising, chart.unit) == (True, "days")
    assert chart.curves == [{"window": "", "x": [1, 3], "y": [0.75, 1]}]
