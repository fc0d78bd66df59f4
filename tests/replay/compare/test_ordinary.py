import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ecluse.errors import InputError
from ecluse.lab import TrafficOptions, make_traffic
from ecluse.ledger import SIGNAL_COLUMNS
from ecluse.ledger.signals import N_SIGNALS
from ecluse.replay import REPLAY_SECRET, Logs
from ecluse.replay.compare import Roles, compare
from ecluse.replay.compare.ordinary import ANSWERED_SHARE, BULK_PEOPLE, ordinary
from ecluse.replay.spread import Spread
from tests.replay.compare.making import TIGHT, WORLD, compared
from tests.replay.making import NO_RULES


def spread_of(*accounts):
    """Accounts of which the people written to in 30 days and the share that answered are known."""
    signals = np.full((len(accounts), N_SIGNALS), np.nan)
    signals[:, SIGNAL_COLUMNS["recipients.30d"]] = [people for people, _ in accounts]
    signals[:, SIGNAL_COLUMNS["reply_ratio.30d"]] = [answered for _, answered in accounts]
    spread = Spread()
    spread.add(np.arange(len(accounts)), signals)
    return spread


def test_whoever_writes_to_many_and_is_hardly_answered_sends_in_bulk():
    spread = spread_of(
        (BULK_PEOPLE + 1, ANSWERED_SHARE - 0.01),
        (BULK_PEOPLE, 0),
        (BULK_PEOPLE + 1, ANSWERED_SHARE),
        (5_000, 0.9),
        (5_000, 0),
        (1, 0),
    )
    assert ordinary(spread, 7).tolist() == [False, True, True, True, False, True, True]


def test_terms_do_not_change_what_an_account_is(tmp_path):
    there, back = compared(tmp_path), compared(tmp_path, TIGHT, TIGHT)
    assert there.ordinary.tolist() == back.ordinary.tolist()
    assert (len(there.ordinary), int((~there.ordinary).sum())) == (5, 1)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "account,role,note\n12,personal,x\n7,spammer,y\n9,,z\n,personal,\n", [("12", 1), ("7", 0), ("9", 0)]),
        ("a.csv", "account\n12\n7\n", [("12", 1), ("7", 1)]),
        ("a.txt", "12\n\n 7 \n", [("12", 1), ("7", 1)]),
        ("a.txt", "", []),
    ],
)
def test_roles_are_read(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text)
    roles = Roles.read(tmp_path / name)
    assert list(zip(roles.names.to_pylist(), roles.ordinary.astype(int).tolist(), strict=True)) == expected


def test_accounts_of_the_lab_have_roles_and_others_may_be_ordinary_too(tmp_path):
    table = pa.table({"account": ["a", "b", "c"], "role": ["personal", "reader", "club"]})
    pq.write_table(table, tmp_path / "a.parquet")
    assert Roles.read(tmp_path / "a.parquet").ordinary.tolist() == [True, True, False]
    assert Roles.read(tmp_path / "a.parquet", ("club",)).ordinary.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("name", "content"), [("a.parquet", b"no"), ("a.csv", b"name\nx\n"), ("a.txt", b"\xff\xfe\xff")]
)
def test_a_file_without_accounts_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="ordinary: "):
        Roles.read(tmp_path / name)
    with pytest.raises(InputError, match="nowhere"):
        Roles.read(tmp_path / f"nowhere-{name}")


def test_accounts_that_are_not_named_are_told_by_the_log(tmp_path):
    roles = Roles(pa.array(["mid"]), np.array([False]))
    assert len({sender for sender, *_ in WORLD}) == 5
    assert int(compared(tmp_path, roles=roles).ordinary.sum()) == 3


def test_in_made_up_traffic_newsletters_and_spammers_send_in_bulk_and_nobody_else(tmp_path):
    traffic = make_traffic(TrafficOptions(people=150, days=14, seed=7))
    pq.write_table(traffic.events, tmp_path / "log.parquet")
    pq.write_table(traffic.accounts, tmp_path / "accounts.parquet")
    comparison = compare(Logs([tmp_path / "log.parquet"]), NO_RULES, NO_RULES, secret=REPLAY_SECRET)
    truth = Roles.read(tmp_path / "accounts.parquet")
    numbers = truth.numbers(comparison.a.tally.numbering, REPLAY_SECRET)
    there = numbers >= 0
    assert (comparison.ordinary[numbers[there]] == truth.ordinary[there]).all()
    assert 0 < int((~comparison.ordinary).sum()) < len(comparison.ordinary) == int(there.sum())
