"""Complaints that are neither reports nor appeals: filed and answered. Their kinds are those of India's report.

Functions within a transaction of ``Records.writing``; time is an argument.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.events.regions import EXPECTED_REGION, is_region
from ecluse.records.audit import append
from ecluse.records.tables import Complaint
from ecluse.sanctions.people import ID_CHARACTERS_MAX, checked
from ecluse.sanctions.subjects import NotFoundError, StateError
from ecluse.wire import maybe_time_form, time_form

ANSWERED_WITHIN_S: Final = 15 * 86_400
"""Seconds within which a complaint is to be answered: India's IT Rules 2021, 3(2)."""


class ComplaintKind(StrEnum):
    """What a complaint is about."""

    SUPPORT = "support"
    BAN_APPEAL = "ban_appeal"
    PRODUCT = "product"
    SAFETY = "safety"
    OTHER = "other"


class Actioned(StrEnum):
    """What was done because of it."""

    BANNED = "banned"
    RESTORED = "restored"


class ComplaintProposal(msgspec.Struct, forbid_unknown_fields=True):
    """A complaint. kind: support, ban_appeal, product, safety or other. about: an account, if it is about one.

    appellate_order: it comes as an order of an appellate committee. request: the caller's own id of it.
    """

    kind: str
    by: str
    words: str
    about: str | None = None
    region: str | None = None
    appellate_order: bool = False
    request: str | None = None


class ComplaintAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The answer to a complaint. actioned: banned or restored, if an account was because of it."""

    answer: str
    actioned: str | None = None


class ComplaintForm(msgspec.Struct, frozen=True, omit_defaults=True):
    """A complaint as it is shown."""

    complaint: int
    kind: str
    by: str
    words: str
    received: str
    due: str
    status: str
    about: str | None = None
    region: str | None = None
    appellate_order: bool = False
    decided: str | None = None
    decided_by: str | None = None
    actioned: str | None = None
    answer: str | None = None


def file_complaint(session: Session, proposal: ComplaintProposal, *, now_s: int, who: str) -> Complaint:
    """File a complaint; its receipt is said at once. Asked again, the same one is the answer. Raises InputError."""
    if proposal.kind not in list(ComplaintKind):
        raise InputError("kind", proposal.kind, f"one of {', '.join(ComplaintKind)}")
    if proposal.region is not None and not is_region(proposal.region):
        raise InputError("region", proposal.region, EXPECTED_REGION)
    request = None if proposal.request is None else checked("request", proposal.request, 200)
    if request is not None:
        known = session.scalars(select(Complaint).where(Complaint.request == request)).one_or_none()
        if known is not None:
            return known
    complaint = Complaint(
        kind=proposal.kind,
        by=checked("by", proposal.by, ID_CHARACTERS_MAX),
        about=None if proposal.about is None else checked("about", proposal.about, ID_CHARACTERS_MAX),
        words=checked("words", proposal.words),
        region=None if proposal.region is None else proposal.region.upper(),
        received_s=now_s,
        acknowledged_s=now_s,
        due_s=now_s + ANSWERED_WITHIN_S,
        status="open",
        appellate_order=proposal.appellate_order,
        request=request,
    )
    session.add(complaint)
    session.flush()
    append(session, at_s=now_s, who=who, act="file_complaint", about=f"complaint {complaint.id}")
    return complaint


def answer_complaint(session: Session, number: int, said: ComplaintAnswer, *, now_s: int, who: str) -> Complaint:
    """Answer a complaint. Raises InputError, NotFoundError, StateError."""
    complaint = session.get(Complaint, number) if 0 < number < 1 << 62 else None
    if complaint is None:
        raise NotFoundError(f"complaint {number}")
    if complaint.status != "open":
        raise StateError(f"complaint {number}", complaint.status, "open")
    if said.actioned is not None and said.actioned not in list(Actioned):
        raise InputError("actioned", said.actioned, f"one of {', '.join(Actioned)}, or absent")
    complaint.answer, complaint.actioned = checked("answer", said.answer), said.actioned
    complaint.status, complaint.decided_s, complaint.decided_by = "answered", now_s, who
    body = {"actioned": said.actioned}
    append(session, at_s=now_s, who=who, act="answer_complaint", about=f"complaint {number}", body=body)
    return complaint


def complaint_form(row: Complaint) -> ComplaintForm:
    """A complaint as it is shown."""
    return ComplaintForm(
        *(row.id, row.kind, row.by, row.words, time_form(row.received_s), time_form(row.due_s), row.status),
        *(row.about, row.region, row.appellate_order),
        maybe_time_form(row.decided_s),
        *(row.decided_by, row.actioned, row.answer),
    )
