import numpy as np
import pyarrow as pa

from ecluse.events import Kind
from ecluse.lab.draft import draft, in_order
from ecluse.lab.roster import Roster
from ecluse.lab.table import to_table
from ecluse.lab.texts import Texts


def test_what_an_event_carries_comes_out_by_name():
    roster, texts = Roster("DE", "de"), Texts()
    roster.enlist("personal", np.zeros(2, dtype=np.int64), networks=np.array([1, 2]))
    roster.enlist("bystander", np.zeros(1, dtype=np.int64))
    roster.enlist("personal", np.zeros(1, dtype=np.int64))
    one = texts.add(["eins"])
    drafts = [
        draft(np.array([5]), 0, kind=Kind.FORWARD, peers=np.array([1]), text=one, hops=2, origin=3),
        draft(np.array([6]), 1, peers=np.array([0]), fingerprint=7, network=65_539),
        draft(np.array([-9]), 2, peers=np.array([0])),
    ]
    table = to_table(in_order(drafts, 10, -10), roster.table(), 1_000_000_000_000, texts.column())
    names = ("sender", "text", "fingerprint", "hops", "origin", "network")
    assert table.select(names).to_pylist() == [
        dict(zip(names, row, strict=True))
        for row in (
            ("bystander-1", None, None, None, None, None),
            ("personal-1", "eins", None, 2, "personal-3", "2001:db8:0:1::/64"),
            ("personal-2", None, 7, None, None, "2001:db8:1:3::/64"),
        )
    ]
    assert table["fingerprint"].type == pa.uint64()
