"""Small logs and terms for the tests of replay."""

from ecluse.terms import parse_terms

START_S = 1_700_000_000

NO_RULES = parse_terms("{id: none, version: 1, title: No rules, rules: []}")
STRANGERS = parse_terms("""
id: strangers
version: "1"
title: Strangers only
rules:
  - {id: strangers-hour, clause: Few in an hour., when: [strangers.1h > 50], then: refuse}
  - {id: strangers-day, clause: Few in a day., when: [strangers.24h > 80], then: refuse}
""")
SMALL = parse_terms("""
id: small
version: "2"
title: Small
rules:
  - {id: few, clause: Few strangers., when: [strangers.1h > 3], then: refuse}
  - {id: some, clause: Hardly any strangers., when: [strangers.1h > 2], then: label, label: busy}
""")


def write_flat(path, rows):
    """A flat log of (sender, recipient, seconds after the start)."""
    lines = [f"{sender},{recipient},{START_S + after_s}" for sender, recipient, after_s in rows]
    path.write_text("\n".join(["sender,recipient,at", *lines, ""]))
    return path


def loud(sends, sender="loud", every_s=10):
    """Somebody who writes to one stranger after another."""
    return [(sender, f"peer {i}", i * every_s) for i in range(sends)]
