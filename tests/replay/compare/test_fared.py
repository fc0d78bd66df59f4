import json

import numpy as np

from ecluse.replay import Logs
from ecluse.replay.compare import compare
from ecluse.terms import parse_terms
from tests.replay.compare.making import LOOSE, compared
from tests.replay.making import NO_RULES, START_S, loud

DROP = parse_terms("""
id: drop
version: "1"
title: Lists
rules:
  - {id: list, clause: Known only., when: [recipients_of_this_send > 2, strangers.1m > 0], then: drop_strangers}
  - {id: few, clause: Few., when: [messages.1h > 3], then: refuse}
""")


def test_the_first_touch_has_its_second(tmp_path):
    comparison = compared(tmp_path)
    for side, expected in ((comparison.a, [0, 90, 0, 4, 0]), (comparison.b, [40 * 1_800, 60, 60, 0, 0])):
        first = side.fared.touched_s(comparison.accounts)
        assert sorted(first.tolist()) == sorted(START_S + s if s else 0 for s in expected)


def test_reach_ends_at_the_first_refusal(tmp_path):
    rows = [*loud(5), ("loud", "late", 90_000), ("loud", "later", 90_001)]
    comparison = compared(tmp_path, LOOSE, NO_RULES, rows)
    assert comparison.refused(comparison.a).reached.tolist() == [3]
    assert comparison.refused(comparison.b).refused == 0
    assert np.isnan(comparison.b.fared.reached(comparison.accounts)).all()


def test_what_reached_acquaintances_alone_is_not_counted_whole(tmp_path):
    log = tmp_path / "a.jsonl"
    sends = [["a"], ["b", "c", "d", "e"], ["f"], ["g"], ["h"]]
    log.write_text(
        "\n".join(json.dumps({"sender": "x", "recipients": to, "at": START_S + 100 * i}) for i, to in enumerate(sends))
    )
    comparison = compare(Logs([log]), DROP, NO_RULES)
    assert comparison.refused(comparison.a).reached.tolist() == [3]


def test_a_group_counts_its_members(tmp_path):
    log = tmp_path / "a.jsonl"
    events = [{"sender": "x", "chat": "group", "group": "g", "members": 30, "recipients": None, "at": START_S}]
    events += [{"sender": "x", "recipients": [f"p{i}"], "at": START_S + 1 + i} for i in range(4)]
    log.write_text("\n".join(map(json.dumps, events)))
    comparison = compare(Logs([log]), LOOSE, NO_RULES)
    gate = comparison.refused(comparison.a)
    assert (gate.refused, gate.reached.tolist()) == (1, [30 + 2])
