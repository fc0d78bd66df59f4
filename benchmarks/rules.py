"""Twenty rules as a service might set them: every kind of outcome, one to three conditions each."""

from __future__ import annotations

from ecluse.terms import Terms, parse_terms

_RULES = (
    ("strangers.1m > 10", "refuse"),
    ("strangers.1h > 30, reply_ratio.24h < 0.3", "refuse"),
    ("strangers.24h > 80, reply_ratio.30d < 0.3", "refuse"),
    ("strangers.30d > 400, reply_ratio.30d < 0.2", "refuse"),
    ("new_contacts.1h > 40, peer_wrote_within.30d < 1", "refuse"),
    ("new_contacts.24h > 25, reply_ratio.24h < 0.5", "drop_strangers"),
    ("new_contacts.30d > 500", "delay"),
    ("unanswered_messages.1h > 60", "delay"),
    ("unanswered_messages.24h > 150, reply_ratio.24h < 0.5", "refuse"),
    ("messages.1m > 30", "delay"),
    ("messages.1h > 400", "delay"),
    ("messages.24h > 2000", "refuse"),
    ("messages.30d > 20000", "refuse"),
    ("recipients.1h > 100, reply_ratio.1h < 0.5", "refuse"),
    ("refused_attempts.1h > 20, strangers.1h > 10", "refuse"),
    ("refused_attempts.24h > 100, strangers.24h > 20, peer_wrote_within.24h < 1", "refuse"),
    ("strangers.1h > 2, reply_ratio.24h < 0.5", "label"),
    ("recipients.24h > 200", "label"),
    ("strangers.24h > 10, messages.24h > 12, peer_wrote_within.24h < 1", "label"),
    ("strangers.1m > 4, new_contacts.1m > 4", "delay"),
)


def twenty_rules() -> Terms:
    """The terms of the core benchmark."""
    lines = ["id: benchmark", 'version: "1"', "title: Twenty rules", "rules:"]
    for number, (conditions, outcome) in enumerate(_RULES, start=1):
        lines += [f"- id: rule-{number}", f"  clause: Rule {number}.", f"  when: [{conditions}]", f"  then: {outcome}"]
        lines += [f"  label: rule-{number}"] if outcome == "label" else []
    return parse_terms("\n".join(lines))
