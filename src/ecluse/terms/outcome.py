"""What a verdict may be, weakest first."""

from __future__ import annotations

from ecluse.events.vocabulary import Word


class Outcome(Word):
    """What becomes of an event; of several rules that speak, the strongest counts."""

    PASS = 0
    LABEL = 1
    DELAY = 2
    DROP_STRANGERS = 3
    REFUSE = 4
