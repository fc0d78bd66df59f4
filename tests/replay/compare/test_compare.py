import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.errors import InputError
from ecluse.replay import Logs, replay
from ecluse.replay.compare import Group, compare
from ecluse.terms import Outcome, parse_terms
from tests.replay.compare.making import LOOSE, TIGHT, WORLD, compared
from tests.replay.making import SMALL, STRANGERS, write_flat


def test_each_side_is_judged_as_if_it_were_alone(tmp_path):
    comparison = compared(tmp_path, out=tmp_path / "changes.parquet")
    alone = []
    for side, terms in ((comparison.a, LOOSE), (comparison.b, TIGHT)):
        tally = replay(Logs([tmp_path / "log.csv"]), terms, out=tmp_path / "verdicts.parquet")
        alone.append(pq.read_table(tmp_path / "verdicts.parquet"))
        assert side.tally.outcomes == tally.outcomes
        assert [(s.rule.id, s.times, s.accounts) for s in side.tally.spoken] == [
            (s.rule.id, s.times, s.accounts) for s in tally.spoken
        ]
    a, b = (verdicts.to_pylist() for verdicts in alone)
    expected = [
        (one["event"], WORLD[one["event"]][0], one["outcome"], other["outcome"], one["rules"], other["rules"])
        for one, other in zip(a, b, strict=True)
        if one["outcome"] != other["outcome"]
    ]
    changes = pq.read_table(tmp_path / "changes.parquet")
    assert changes.column_names == ["event", "sender", "at", "outcome_a", "outcome_b", "rules_a", "rules_b"]
    assert [tuple(row[name] for name in row if name != "at") for row in changes.to_pylist()] == expected
    assert comparison.otherwise == len(expected) > 0


def test_what_differs_is_counted_by_both_outcomes(tmp_path):
    comparison = compared(tmp_path)
    refused = comparison.b.tally.outcomes[Outcome.REFUSE]
    expected = np.zeros((5, 5), np.int64)
    expected[Outcome.PASS, Outcome.REFUSE] = refused - 4
    expected[Outcome.REFUSE, Outcome.REFUSE] = 4
    expected[Outcome.DELAY, Outcome.PASS] = 2
    expected[Outcome.PASS, Outcome.PASS] = len(WORLD) - refused - 2
    assert (comparison.changes.matrix.tolist(), refused) == (expected.tolist(), 5 + 1 + 16)
    accounts = np.zeros((5, 5), np.int64)
    accounts[Outcome.REFUSE, Outcome.REFUSE] = accounts[Outcome.DELAY, Outcome.PASS] = 1
    accounts[Outcome.PASS, Outcome.REFUSE], accounts[Outcome.PASS, Outcome.PASS] = 2, 1
    assert comparison.account_matrix.tolist() == accounts.tolist()
    assert comparison.touched() == (1, 1, 2)


def test_equal_terms_give_no_differences(tmp_path):
    comparison = compared(tmp_path, LOOSE, LOOSE, out=tmp_path / "changes.parquet", report=tmp_path / "r.html")
    assert (comparison.otherwise, [comparison.count(group) for group in Group]) == (0, [0, 0, 0, 0])
    assert comparison.touched() == (2, 0, 0)
    assert pq.read_table(tmp_path / "changes.parquet").num_rows == 0
    assert f"Both judge every one of {len(WORLD)} events alike." in (tmp_path / "r.html").read_text()
    assert (comparison.a.name, comparison.b.name) == ("loose@1 (A)", "loose@1 (B)")


def test_swapped_sides_are_mirrored(tmp_path):
    there = compared(tmp_path, out=tmp_path / "there.parquet")
    back = compared(tmp_path, TIGHT, LOOSE, out=tmp_path / "back.parquet")
    assert back.changes.matrix.tolist() == there.changes.matrix.T.tolist()
    assert back.account_matrix.tolist() == there.account_matrix.T.tolist()
    assert back.touched() == (1, 2, 1)
    assert {c.name for c in back.changed(Group.NO_LONGER, 9)} == {"mid", "bulk"}
    assert [c.name for c in back.changed(Group.NEWLY_TOUCHED, 9)] == ["nag"]
    mirrored = pq.read_table(tmp_path / "back.parquet").to_pydict()
    for name, other in (("outcome_a", "outcome_b"), ("rules_a", "rules_b")):
        mirrored[name], mirrored[other] = mirrored[other], mirrored[name]
    assert mirrored == pq.read_table(tmp_path / "there.parquet").to_pydict()


TALK = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abcdefgh"), st.integers(0, 900)), max_size=40)


@given(TALK)
def test_both_sides_count_every_event_and_a_swap_transposes(tmp_path_factory, talk):
    folder = tmp_path_factory.mktemp("log")
    rows = sorted(((a, b, s) for a, b, s in talk if a != b), key=lambda row: row[2])
    there = compared(folder, SMALL, TIGHT, rows, memory_bytes=1 << 22)
    back = compared(folder, TIGHT, SMALL, rows, memory_bytes=1 << 22)
    matrix = there.changes.matrix
    assert matrix.sum(axis=1).tolist() == list(there.a.tally.outcomes.values())
    assert matrix.sum(axis=0).tolist() == list(there.b.tally.outcomes.values())
    assert matrix.tolist() == back.changes.matrix.T.tolist()
    assert there.touched() == (back.touched().both, back.touched().only_b, back.touched().only_a)
    assert int(there.changes.otherwise(there.accounts).sum()) == there.otherwise


def test_the_same_log_gives_the_same_files(tmp_path):
    written = []
    for name in ("one", "two"):
        out, page = tmp_path / f"{name}.parquet", tmp_path / f"{name}.html"
        compared(tmp_path, out=out, report=page)
        written.append((pq.read_table(out).to_pydict(), page.read_bytes()))
    assert written[0] == written[1]


def test_a_bad_row_leaves_nothing_half_written(tmp_path):
    rows = [*WORLD, ("", "b", 300_000)]
    with pytest.raises(InputError, match=rf"log.csv line {len(rows) + 1}: sender: None is not an id"):
        compared(tmp_path, rows=rows, out=tmp_path / "changes.parquet", report=tmp_path / "r.html")
    assert [path.name for path in tmp_path.iterdir()] == ["log.csv"]


def test_an_empty_log_is_said_to_be_one(tmp_path):
    comparison = compared(tmp_path, rows=[], out=tmp_path / "changes.parquet", report=tmp_path / "r.html")
    assert (comparison.events, comparison.accounts, comparison.touched()) == (0, 0, (0, 0, 0))
    assert [comparison.changed(group, 3) for group in Group] == [[], [], [], []]
    assert "There are no events in this log." in (tmp_path / "r.html").read_text()


def test_ids_of_the_log_name_the_events(tmp_path):
    log = tmp_path / "a.jsonl"
    log.write_text(
        "\n".join(f'{{"id": "e{i}", "sender": "a", "recipient": "b{i}", "at": 1700000000}}' for i in range(5))
    )
    compare(Logs([log]), LOOSE, TIGHT, out=tmp_path / "changes.parquet")
    assert pq.read_table(tmp_path / "changes.parquet")["event"].to_pylist() == ["e2"]


def test_tighter_limits_on_a_real_log(tmp_path, shared_data):
    logs = [shared_data / "college-messages.csv"]
    tighter = parse_terms(STRANGERS.source.replace("1h > 50", "1h > 20").replace("24h > 80", "24h > 40"))
    comparison = compare(Logs(logs), STRANGERS, tighter, report=tmp_path / "r.html")
    a, b = ({felt.name for felt in replay(Logs(logs), terms).affected(1_350)} for terms in (STRANGERS, tighter))
    assert (comparison.events, comparison.accounts, comparison.touched()) == (
        59_835, 1_350, (len(a & b), len(a - b), len(b - a))
    )  # fmt: skip
    newly = [*comparison.changed(Group.NEWLY_TOUCHED, 99), *comparison.changed(Group.NEWLY_STOPPED, 99)]
    assert {changed.name for changed in newly} == b - a != set()
    assert (int((~comparison.ordinary).sum()), comparison.refused(comparison.b).refused) == (4, len(b))


def test_a_place_that_can_not_be_written_to_is_said_at_once(tmp_path):
    log = write_flat(tmp_path / "a.csv", WORLD)
    with pytest.raises(InputError, match=r"output: .* is not a place that can be written to"):
        compare(Logs([log]), LOOSE, TIGHT, report=tmp_path / "nowhere" / "r.html")
