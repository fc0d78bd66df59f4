"""Members of sanctioned campaigns: found among those who were refused and those who write, and sanctioned with it.

The gate says which accounts belong to a campaign, by the ids that came with events. Events of campaigns are looked at
only while one is sanctioned. What was seen and not yet written is lost with the process: the next event shows it again.
"""

from __future__ import annotations

import threading
from typing import Final

import numpy as np

from ecluse.gate.verdicts import Verdicts
from ecluse.records import Records
from ecluse.records.tables import Sanction
from ecluse.sanctions.membership import join, joined, known_accounts, open_campaigns
from ecluse.sanctions.refusals import event_at
from ecluse.service.media import Events
from ecluse.stores.remembering import RememberingGate

SEEN_MAX: Final = 100_000
"""Accounts that wrote in a campaign and wait to be looked at."""


class CampaignMembers:
    """Members of the campaigns that ``records`` have sanctions of, by what ``gate`` knows. For any threads."""

    def __init__(self, records: Records, gate: RememberingGate) -> None:
        self._records, self._gate = records, gate
        self._lock = threading.Lock()
        self._open: dict[int, set[str]] = {}
        """By number of each sanction that stands: the accounts that it was laid on."""
        self._seen: set[str] = set()
        self._stale = True

    def concern(self, verdicts: Verdicts) -> bool:
        """Whether members may be among those who sent the events. Cost: nothing while no campaign is sanctioned."""
        return bool(self._open) and bool(verdicts.campaign.any())

    def note(self, verdicts: Verdicts, events: Events) -> None:
        """Note who wrote in a campaign."""
        if not self.concern(verdicts):
            return
        for place in np.flatnonzero(verdicts.campaign).tolist():
            if len(self._seen) < SEEN_MAX:
                self._seen.add(event_at(events, place).sender)

    def refresh(self) -> None:
        """Look again at what campaigns are sanctioned with, the next time."""
        self._stale = True

    def see_to(self, now_s: int) -> int:
        """Lay sanctions on members that are known by now. Returns on how many. Raises RecordsError."""
        with self._lock:
            self._stale, stale, seen = False, self._stale, self._seen
            self._seen = set()
            try:
                return self._see_to(seen, now_s, again=stale) if stale or seen else 0
            except BaseException:
                self._stale, self._seen = True, self._seen | seen
                raise

    def _see_to(self, seen: set[str], now_s: int, *, again: bool) -> int:
        with self._records.reading() as session:
            standing = open_campaigns(session, now_s)
            there = {one.id: self._open.get(one.id) or joined(session, one) for one in standing}
            known = {one.id: known_accounts(session, one.subject) if again else set() for one in standing}
        self._open = there
        laid = 0
        for one in standing:
            wanted = (known[one.id] | seen) - there[one.id]
            since = self._gate.campaign_members(int(one.subject, 16), wanted) if wanted else {}
            if not since:
                continue
            with self._records.writing() as session:
                children = join(session, session.get_one(Sanction, one.id), since.items(), now_s)
            there[one.id] |= {child.subject for child in children}
            laid += len(children)
        return laid
