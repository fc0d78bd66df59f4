"""Metrics, among Synapse's own: they are shown wherever Synapse shows its own."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

DECISIONS: Final = Counter(
    "ecluse_synapse_decisions", "Events that the gate judged, by kind and outcome.", ["kind", "outcome"]
)
UNJUDGED: Final = Counter(
    "ecluse_synapse_unjudged",
    "Events that the gate did not judge, by kind, why, and what became of them.",
    ["kind", "why", "became"],
)
_BUCKETS: Final = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0)
WAIT_S: Final = Histogram("ecluse_synapse_wait_seconds", "Seconds from a question to its answer.", buckets=_BUCKETS)
HELD_S: Final = Histogram(
    "ecluse_synapse_held_seconds", "Seconds that an event was held up for its verdict.", buckets=_BUCKETS
)
LATE: Final = Gauge(
    "ecluse_synapse_waits_late", "1 once messages wait for their verdicts when they are about to be stored."
)
BACKLOG: Final = Gauge(
    "ecluse_synapse_backlog_events", "Events that passed unjudged and the gate has not been told of."
)
CAUGHT_UP: Final = Counter(
    "ecluse_synapse_caught_up", "Events that passed unjudged and the gate was told of afterwards."
)
LOST: Final = Counter("ecluse_synapse_lost", "Events that passed unjudged and had to be forgotten.")
CONNECTED: Final = Gauge("ecluse_synapse_connected", "1 while there is a connection to the gate.")
BROKEN: Final = Gauge("ecluse_synapse_breaker_open", "1 while the gate is left alone after failures.")
REPORTS: Final = Counter("ecluse_synapse_reports", "Reports that the gate was told of.")
SANCTIONS: Final = Counter("ecluse_synapse_sanctions", "Acts through the admin API, by act.", ["act"])
NOTICES: Final = Counter("ecluse_synapse_notices", "Server notices that users were sent, by what they are of.", ["of"])
FAULTS: Final = Counter("ecluse_synapse_faults", "Faults of this module or of its settings; Synapse's log says which.")
