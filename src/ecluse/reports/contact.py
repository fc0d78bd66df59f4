"""Contact: whether the account reported ever wrote to who reports it, and who of the two began.

Both ledgers know: each has a row for the other, with the second at which its owner first wrote. So nobody's word is
needed for it, and no number of accounts that it never wrote to can claim to have been written to.
"""

from __future__ import annotations

from enum import StrEnum

from ecluse.events import Event
from ecluse.events.event import AT_MS_MIN
from ecluse.gate.account import Account
from ecluse.gate.gate import Gate


class Contact(StrEnum):
    """How somebody who reports an account stands to it."""

    APPROACHED = "approached"
    """The account wrote first, or wrote and was never answered."""
    ANSWERED = "answered"
    """The reporter began, and the account answered."""
    GROUP = "group"
    """The account wrote in a group, and the service says that the reporter is in it."""
    NONE = "none"
    """The account never wrote to the reporter, as far as the ledger reaches."""


def contact_of(gate: Gate, reporter: str, subject: str, at_s: int | None = None, group: str | None = None) -> Contact:
    """How ``reporter`` stands to ``subject`` by the ledgers of a gate. at_s: as of which second, None for the latest.

    A row is kept for 30 days where only one side wrote, for 400 where both did. Messages to a group are none to its
    members; group: the one in which the reporter, a member by the word of who asks, got what it reports.
    """
    report = gate.identify([Event(kind="report", at=AT_MS_MIN, sender=reporter, subject=subject)]).events[0]
    account = gate.account(subject, at_s)
    contact = between(account, report["sender"], gate.account(reporter, at_s), report["subject"])
    if group is not None and contact is not Contact.APPROACHED and _first_wrote(account, group_key(gate, group)):
        return Contact.GROUP
    return contact


def group_key(gate: Gate, group: str) -> int:
    """The keyed hash of a group's id, as the ledgers of those who wrote there have it."""
    return int(gate.identify([Event(kind="send", at=AT_MS_MIN, sender=group, group=group)]).peers[0])


def between(subject: Account, reporter_key: int, reporter: Account, subject_key: int) -> Contact:
    """The same by the two accounts."""
    wrote_s, answered_s = _first_wrote(subject, reporter_key), _first_wrote(reporter, subject_key)
    if wrote_s == 0:
        return Contact.NONE
    return Contact.APPROACHED if answered_s == 0 or wrote_s <= answered_s else Contact.ANSWERED


def _first_wrote(account: Account, peer: int) -> int:
    """The second at which an account first wrote to a peer; 0: never."""
    first = account.rows["first_wrote_s"][account.rows["peer"] == peer]
    return int(first[0]) if len(first) else 0
