"""Members of sanctioned campaigns: found among those who were refused and those who write, and sanctioned with it.

The gate says which accounts belong to a campaign, by the ids that came with events. Events of campaigns are looked at
only while one is sanctioned. What was seen and not yet written is lost with the process: the next event shows it again.
"""

from __future__ import annotations

import threading
from typing import Final

import msgspec
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
RESOLVED_S: Final = 60
"""Seconds after which it is looked again what a campaign has become a part of."""


class _Followed(msgspec.Struct):
    """A sanction of a campaign that stands. campaign: its id by now. there: accounts that it was laid on, or that came
    too late for it. looked: accounts that are no members; one that writes again is looked at again.
    """

    number: int
    subject: str
    there: set[str]
    campaign: int = 0
    resolved_s: int = 0
    looked: set[str] = msgspec.field(default_factory=set)


class CampaignMembers:
    """Members of the campaigns that ``records`` have sanctions of, by what ``gate`` knows. For any threads."""

    def __init__(self, records: Records, gate: RememberingGate) -> None:
        self._records, self._gate = records, gate
        self._lock = threading.Lock()
        self._followed: dict[int, _Followed] = {}
        self._seen: dict[int, set[str]] = {}
        """By campaign: who wrote in it."""
        self._seen_count = 0
        self._stale = True

    def concern(self, verdicts: Verdicts) -> bool:
        """Whether members may be among those who sent the events. Cost: nothing while no campaign is sanctioned."""
        return bool(self._followed) and bool(verdicts.campaign.any())

    def note(self, verdicts: Verdicts, events: Events) -> None:
        """Note who wrote in a campaign."""
        if not self.concern(verdicts):
            return
        with self._lock:
            for place in np.flatnonzero(verdicts.campaign).tolist():
                sender = event_at(events, place).sender
                if self._seen_count < SEEN_MAX and "\0" not in sender:  # PostgreSQL holds no such id
                    wrote = self._seen.setdefault(int(verdicts.campaign[place]), set())
                    before = len(wrote)
                    wrote.add(sender)
                    self._seen_count += len(wrote) - before

    def refresh(self) -> None:
        """Look again at what campaigns are sanctioned with, the next time."""
        self._stale = True

    def see_to(self, now_s: int) -> int:
        """Lay sanctions on members that are known by now. Returns on how many. Raises RecordsError."""
        with self._lock:
            stale, self._stale = self._stale, False
            try:
                return self._see_to(now_s, again=stale) if stale or self._seen else 0
            except BaseException:
                self._stale = True
                raise

    def _see_to(self, now_s: int, *, again: bool) -> int:
        if again:
            self._read(now_s)
        seen, self._seen, self._seen_count = self._seen, {}, 0
        laid = 0
        try:
            for one in self._followed.values():
                self._resolve(one, now_s)
                wrote = seen.get(one.campaign, set()) | seen.get(int(one.subject, 16), set())
                laid += self._join(one, wrote - one.there, now_s)
        except BaseException:
            for campaign, accounts in seen.items():
                self._seen.setdefault(campaign, set()).update(accounts)
            raise
        return laid

    def _read(self, now_s: int) -> None:
        """What stands, and those who are known to have been refused in it and were not looked at yet."""
        with self._records.reading() as session:
            followed = {}
            for row in open_campaigns(session, now_s):
                one = self._followed.get(row.id) or _Followed(row.id, row.subject, joined(session, row))
                followed[row.id] = one
                known = known_accounts(session, row.subject) - one.there - one.looked
                if known:
                    self._seen.setdefault(int(row.subject, 16), set()).update(known)
        self._followed = followed

    def _resolve(self, one: _Followed, now_s: int) -> None:
        """See what the campaign is by now; it may have become part of another."""
        if now_s - one.resolved_s >= RESOLVED_S:
            found = self._gate.campaign(int(one.subject, 16))
            one.campaign, one.resolved_s = 0 if found is None else found.id, now_s

    def _join(self, one: _Followed, wanted: set[str], now_s: int) -> int:
        since = self._gate.campaign_members(int(one.subject, 16), wanted) if wanted else {}
        one.looked |= wanted - since.keys()
        if not since:
            return 0
        with self._records.writing() as session:
            children = join(session, session.get_one(Sanction, one.number), since.items(), now_s)
        one.there |= since.keys()  # who came too late is not looked at again
        return len(children)
