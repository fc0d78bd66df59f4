import numpy as np

from ecluse.lab.roster import ACCOUNTS, Roster


def test_accounts_of_a_role_are_counted_on():
    roster = Roster(None, None)
    assert roster.enlist("sim", np.zeros(2, dtype=np.int64)).tolist() == [0, 1]
    assert roster.enlist("shop", np.zeros(1, dtype=np.int64)).tolist() == [2]
    assert roster.enlist("sim", np.zeros(2, dtype=np.int64)).tolist() == [3, 4]
    assert roster.table()["account"].to_pylist() == ["sim-1", "sim-2", "shop-1", "sim-3", "sim-4"]
    assert roster.table().schema.equals(ACCOUNTS)
