"""How a rule runs, from the one that is felt most to the one that is never felt."""

from __future__ import annotations

from ecluse.events.vocabulary import Word


class Mode(Word):
    """How a rule runs."""

    ENFORCE = 0
    """Its outcome counts."""
    WARN = 1
    """Nothing is held back; the sender is told what will be refused, and from when."""
    SHADOW = 2
    """It is recorded that it spoke, and never felt."""
