import numpy as np
import pyarrow as pa

from ecluse.replay.compare import Group, Roles
from tests.replay.compare.making import compared


def test_accounts_judged_otherwise_are_grouped(tmp_path):
    comparison = compared(tmp_path)
    found = {
        group: [(c.name, c.ordinary, c.a is None, c.b is None, c.otherwise) for c in comparison.changed(group, 9)]
        for group in Group
    }
    assert found == {
        Group.NEWLY_TOUCHED: [("mid", True, True, False, 1)],
        Group.NEWLY_STOPPED: [("bulk", False, True, False, 16)],
        Group.NO_LONGER: [("nag", True, False, True, 2)],
        Group.OTHERWISE: [("loud", True, False, False, 1)],
    }
    assert [comparison.count(group) for group in Group] == [1, 1, 1, 1]


def test_those_most_often_refused_come_first_and_no_more_than_asked_for(tmp_path):
    rows = [(f"s{n}", f"peer {n} {i}", i) for n in (5, 7, 6) for i in range(n)]
    rows.sort(key=lambda row: row[2])
    comparison = compared(tmp_path, rows=rows)
    assert [c.name for c in comparison.changed(Group.OTHERWISE, 9)] == ["s7", "s6", "s5"]
    assert [c.name for c in comparison.changed(Group.OTHERWISE, 2)] == ["s7", "s6"]
    assert (comparison.changed(Group.OTHERWISE, 0), comparison.count(Group.OTHERWISE)) == ([], 3)


def test_a_file_says_what_an_account_is(tmp_path):
    roles = Roles(pa.array(["bulk", "mid", "nobody"]), np.array([True, False, True]))
    comparison = compared(tmp_path, roles=roles)
    assert [c.name for c in comparison.changed(Group.NEWLY_TOUCHED, 9)] == ["bulk"]
    assert [c.name for c in comparison.changed(Group.NEWLY_STOPPED, 9)] == ["mid"]


def test_shares_ever_refused_and_reach_before(tmp_path):
    comparison = compared(tmp_path)
    a, b = comparison.refused(comparison.a), comparison.refused(comparison.b)
    assert (a.accounts, a.refused, a.reached.tolist()) == (5, 1, [3])
    assert (b.accounts, b.refused, b.reached.tolist()) == (5, 3, [2, 2, 40])
    bulk = comparison.refused(comparison.b, ~comparison.ordinary)
    assert (bulk.accounts, bulk.refused, bulk.reached.tolist()) == (1, 1, [40])
    assert comparison.touched(comparison.ordinary) == (1, 1, 1)
