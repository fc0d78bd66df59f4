"""Two small terms and a small world in which each kind of difference occurs once."""

from ecluse.replay import Logs
from ecluse.replay.compare import compare
from ecluse.terms import parse_terms
from tests.replay.making import loud, write_flat

LOOSE = parse_terms("""
id: loose
version: "1"
title: Loose
rules:
  - {id: few, clause: Few strangers., when: [strangers.1h > 3], then: refuse}
  - {id: pace, clause: Slowly., when: [messages.1m > 4], then: delay}
""")
TIGHT = parse_terms("""
id: tight
version: "2"
title: Tight
rules:
  - {id: few, clause: Few strangers., when: [strangers.1h > 2], then: refuse}
  - {id: many, clause: Few in a day., when: [strangers.24h > 40], then: refuse}
""")

BULK = [("bulk", f"reader {i}", 1_800 * i) for i in range(110)]
"""Two strangers an hour, 110 in all, of whom nobody answers."""

WORLD = sorted(
    [
        *loud(7, every_s=30),  # touched by both: LOOSE lets 3 through, TIGHT 2
        *loud(3, "mid", every_s=30),  # touched by TIGHT alone
        *BULK,  # stopped by TIGHT alone, which has a limit for a day
        *(("nag", "friend", i) for i in range(6)),  # delayed by LOOSE alone
        ("quiet", "friend", 50),
    ],
    key=lambda row: row[2],
)


def compared(tmp_path, a=LOOSE, b=TIGHT, rows=WORLD, **options):
    """Two terms on a flat log of (sender, recipient, seconds after the start)."""
    return compare(Logs([write_flat(tmp_path / "log.csv", rows)]), a, b, **options)
