from datetime import UTC, datetime

import pyarrow.parquet as pq

from ecluse.replay.compare import Change
from tests.replay.compare.making import BULK, compared
from tests.replay.making import START_S


def test_what_became_harder_and_milder_has_its_time(tmp_path):
    comparison = compared(tmp_path)
    starts, counts = comparison.changes.timeline.bars()
    width = comparison.changes.timeline.width_s
    assert (counts[:, Change.HARDER].sum(), counts[:, Change.MILDER].sum(), counts.sum()) == (18, 2, comparison.events)
    assert counts[0].tolist() == [18 - 4, 2, 2]
    late = [START_S + at_s for _, _, at_s in BULK[40:48]]
    inside = (starts + width > late[0]) & (starts <= late[-1])
    assert counts[inside, Change.HARDER].sum() == 8
    assert comparison.changes.otherwise(comparison.accounts).sum() == comparison.otherwise


def test_rows_say_who_when_and_by_which_rules(tmp_path):
    compared(tmp_path, out=tmp_path / "changes.parquet")
    rows = {(row["sender"], row["at"]): row for row in pq.read_table(tmp_path / "changes.parquet").to_pylist()}
    row = rows["nag", datetime.fromtimestamp(START_S + 5, UTC)]
    assert (row["outcome_a"], row["outcome_b"], row["rules_a"], row["rules_b"]) == ("delay", "pass", ["pace"], [])
    row = rows["bulk", datetime.fromtimestamp(START_S + 40 * 1_800, UTC)]
    assert (row["outcome_a"], row["outcome_b"], row["rules_a"], row["rules_b"]) == ("pass", "refuse", [], ["many"])
