"""The ladder of terms: how many strikes lead to which sanction, of whom, for how long, and who decides."""

from ecluse.terms.ladder.ladder import Deciding, Ladder, Measure, Members, Rungs, Step, StrikeRule, SubjectKind

__all__ = ["Deciding", "Ladder", "Measure", "Members", "Rungs", "Step", "StrikeRule", "SubjectKind"]
