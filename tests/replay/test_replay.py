import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from ecluse.errors import InputError
from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.ledger import SIGNALS
from ecluse.replay import REPLAY_SECRET, Logs, replay
from ecluse.replay.logs import BATCH_ROWS
from ecluse.terms import Outcome
from tests.model.test_percentiles import PERCENTILES, TABLE
from tests.replay.making import NO_RULES, SMALL, START_S, STRANGERS, loud, write_flat


def test_a_real_log_without_rules_gives_the_table_of_percentiles(shared_data, tmp_path):
    log = shared_data / "college-messages.csv"
    replay(Logs([log]), NO_RULES, out=tmp_path / "verdicts.parquet", signals=True)
    verdicts = pq.read_table(tmp_path / "verdicts.parquet")
    assert verdicts.num_rows == 59_835
    assert verdicts["event"].to_pylist() == list(range(59_835))
    assert set(verdicts["outcome"].to_pylist()) == {"pass"}
    table = [line.split() for line in TABLE.strip().splitlines()]
    senders = csv.read_csv(log)["sender"]
    highest = verdicts.select([name for name, *_ in table]).append_column("sender", senders)
    highest = highest.group_by("sender").aggregate([(name, "max") for name, *_ in table])
    assert highest.num_rows == 1_350
    for name, *expected in table:
        ranked = np.sort(highest[f"{name}_max"].to_numpy())
        assert [*(ranked[int(p * len(ranked))] for p in PERCENTILES), ranked[-1]] == list(map(int, expected)), name


def test_rules_on_strangers_touch_at_most_one_account_in_a_hundred(shared_data):
    tally = replay(Logs([shared_data / "college-messages.csv"]), STRANGERS)
    assert (tally.events, tally.accounts) == (59_835, 1_350)
    assert 0 < tally.accounts_with(Outcome.REFUSE) <= tally.accounts * 0.01


def test_verdicts_are_those_of_the_gate(tmp_path):
    rows = [*loud(6), ("peer 1", "loud", 70), ("loud", "peer 9", 80), ("loud", "peer 1", 3_700)]
    replay(Logs([write_flat(tmp_path / "a.csv", rows)]), SMALL, out=tmp_path / "v.parquet", signals=True)
    gate = Gate(SMALL, secret=REPLAY_SECRET, memory_bytes=1 << 22)
    events = [Event(kind="send", at=(START_S + s) * 1000, sender=a, recipients=[b]) for a, b, s in rows]
    expected = gate.decide(events, signals=True)
    written = pq.read_table(tmp_path / "v.parquet")
    assert written.column_names == ["event", "outcome", "rules", "retry_after", *(signal.name for signal in SIGNALS)]
    assert written["event"].type == pa.int64()
    for row, verdict, signals in zip(written.to_pylist(), expected, expected.signals, strict=True):
        assert (row["outcome"], row["retry_after"]) == (verdict.outcome, verdict.retry_after)
        assert row["rules"] == [rule.rule for rule in verdict.rules]
        assert [row[s.name] for s in SIGNALS] == [None if math.isnan(v) else v for v in signals.tolist()]
    assert written["outcome"].to_pylist() == [*["pass"] * 2, "label", *["refuse"] * 3, "pass", "label", "pass"]
    assert written["rules"].to_pylist()[3] == ["few", "some"]


def test_events_keep_their_ids_in_the_order_of_the_log(tmp_path):
    log = tmp_path / "a.jsonl"
    lines = [f'{{"id": "e{9 - i}", "sender": "a", "recipient": "b", "at": {START_S + i}}}' for i in range(9)]
    lines[4] = lines[4].replace('"id": "e5", ', "")
    log.write_text("\n".join(lines))
    replay(Logs([log]), NO_RULES, out=tmp_path / "v.parquet")
    written = pq.read_table(tmp_path / "v.parquet")
    assert written.column_names == ["event", "outcome", "rules", "retry_after"]
    assert written["event"].to_pylist() == ["e9", "e8", "e7", "e6", "4", "e4", "e3", "e2", "e1"]


def test_an_event_asked_again_gets_its_first_verdict(tmp_path):
    log = tmp_path / "a.jsonl"
    lines = [f'{{"id": "{i}", "sender": "a", "recipient": "b{i}", "at": {START_S}}}' for i in range(5)]
    log.write_text("\n".join([*lines, *lines]))
    tally = replay(Logs([log]), SMALL, out=tmp_path / "v.parquet", report=tmp_path / "r.html")
    outcomes = pq.read_table(tmp_path / "v.parquet")["outcome"].to_pylist()
    assert outcomes == ["pass", "pass", "label", "refuse", "refuse"] * 2
    assert (tally.events, tally.repeated, tally.outcomes[Outcome.REFUSE]) == (10, 5, 4)


def test_a_log_longer_than_a_batch_is_judged_as_one(tmp_path):
    sends = BATCH_ROWS + 7
    log = write_flat(tmp_path / "a.csv", [("a", "b", i) for i in range(sends)])
    seen = []
    logs = Logs([log])
    tally = replay(
        logs, NO_RULES, out=tmp_path / "v.parquet", signals=True, watch=lambda read, n: seen.append((read, n))
    )
    assert (tally.events, tally.accounts, seen[-1]) == (sends, 1, (logs.bytes_total, sends))
    assert pq.read_table(tmp_path / "v.parquet")["unanswered_messages.30d"].to_pylist()[-1] == sends


def test_an_empty_log_gives_an_empty_file(tmp_path):
    log = write_flat(tmp_path / "a.csv", [])
    tally = replay(Logs([log]), SMALL, out=tmp_path / "v.parquet", signals=True, report=tmp_path / "r.html")
    assert (tally.events, pq.read_table(tmp_path / "v.parquet").num_rows) == (0, 0)
    assert "no events" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize("before", [None, b"what was there before"])
def test_a_bad_row_leaves_nothing_half_written(tmp_path, before):
    log = write_flat(tmp_path / "a.csv", loud(BATCH_ROWS * 2))
    log.write_text(log.read_text() + "loud,,1700000000\n")
    out, report = tmp_path / "v.parquet", tmp_path / "r.html"
    if before:
        out.write_bytes(before)
    with pytest.raises(InputError) as caught:
        replay(Logs([log]), SMALL, out=out, report=report)
    assert str(caught.value).startswith(f"{log} line {BATCH_ROWS * 2 + 2}: recipient: None is not 1 to 1024 ids")
    assert sorted(path.name for path in tmp_path.iterdir()) == (["a.csv", "v.parquet"] if before else ["a.csv"])
    assert before is None or out.read_bytes() == before


def test_a_place_that_can_not_be_written_to_is_said_at_once(tmp_path):
    log = write_flat(tmp_path / "a.csv", loud(2))
    with pytest.raises(InputError, match=r"output: .* is not a place that can be written to \(No such file"):
        replay(Logs([log]), SMALL, report=tmp_path / "nowhere" / "r.html")


def test_ids_must_be_there_from_the_start_or_never(tmp_path):
    write_flat(tmp_path / "a.csv", loud(2))
    (tmp_path / "b.csv").write_text("id,sender,recipient,at\ne,a,b,1700000100\n")
    with pytest.raises(InputError, match="id: 'e' is not given from the first event on, or never"):
        replay(Logs([tmp_path / "a.csv", tmp_path / "b.csv"]), SMALL, out=tmp_path / "v.parquet")
