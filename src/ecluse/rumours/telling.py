"""From the records to the gate: which fact-check counts for which content.

What counts is written in the records first; then the gate is told the difference to what it knows, in its journal. A
process killed in between tells it at the next start. To set the same fact-check twice is to set it once.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import Final

from ecluse.gate.acts import TRUTH_PARTS, Act, Rate, Unrate
from ecluse.gate.fact_checked import FactCheckWords
from ecluse.gate.spreading import Rating
from ecluse.records import Records
from ecluse.records.tables import FactCheck
from ecluse.rumours.fact_checks import FactChecks
from ecluse.stores.remembering import RememberingGate

AT_ONCE: Final = 1_000
"""Acts in one batch of the journal."""


class Telling:
    """Tells ``gate`` what counts in ``records``. From any thread. behind: it is still to be told of something."""

    def __init__(self, records: Records, gate: RememberingGate) -> None:
        self._checks, self._gate = FactChecks(records), gate
        self._lock = threading.Lock()
        self.behind = True

    def tell(self, clusters: Collection[str] | None, now_s: int) -> int:
        """Tell the gate what counts for some clusters; None: for all. Returns how many acts it took.

        Raises RecordsError, JournalError, GateClosedError: then it is behind.
        """
        with self._lock:
            asked = None if clusters is None or self.behind else clusters
            self.behind = True
            counting = {int(cluster, 16): check for cluster, check in self._checks.counting(asked).items()}
            known, words = self._gate.gate.spreading.ratings(), self._gate.gate.fact_check_words
            gone = (known.keys() | words.keys()) - counting.keys()
            if asked is not None:
                gone &= {int(cluster, 16) for cluster in asked}
            words.update({cluster: words_of(check) for cluster, check in counting.items()})
            acts: list[Act] = [
                Rate(cluster, check.id, check.truth)
                for cluster, check in counting.items()
                if known.get(cluster) != rating_of(check)
            ]
            acts += [Unrate(cluster) for cluster in sorted(gone & known.keys())]
            self._act(acts, now_s)
            for cluster in gone:
                words.pop(cluster, None)
            self.behind = False
            return len(acts)

    def _act(self, acts: Sequence[Act], now_s: int) -> None:
        for start in range(0, len(acts), AT_ONCE):
            self._gate.act(acts[start : start + AT_ONCE], now_s)


def rating_of(check: FactCheck) -> Rating:
    """A fact-check as the gate knows it."""
    return Rating(check.id, None if check.truth is None else round(check.truth * TRUTH_PARTS) / TRUTH_PARTS)


def words_of(check: FactCheck) -> FactCheckWords:
    """What verdicts say of a fact-check."""
    return FactCheckWords(
        check.id,
        claim=check.claim,
        rating=check.rating,
        truth=check.truth,
        url=check.url,
        publisher=check.publisher,
        language=check.language,
    )
