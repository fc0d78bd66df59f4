"""Complaints over HTTP: filing one, and answering it."""

from __future__ import annotations

from time import time
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.tables import Complaint
from ecluse.reports import complaints
from ecluse.service.keeping import Acts, After, Keeps, Limit, Number, answer, body_of, change, look
from ecluse.service.openapi import described, takes
from ecluse.service.routes import needs
from ecluse.stores.keys import Scope

READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)
STATES: Final = ("open", "answered")

router = APIRouter()


@router.get("/v1/complaints", dependencies=READ, **described("complaints"))
async def every(
    clerk: Keeps,
    status: Annotated[str | None, Query(description="open or answered.")] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Complaints, in the order in which they came."""
    if status is not None and status not in STATES:
        raise InputError("status", status, f"one of {', '.join(STATES)}")

    def found(session: Session) -> list[complaints.ComplaintForm]:
        query = select(Complaint).where(Complaint.id > after).order_by(Complaint.id).limit(limit)
        query = query if status is None else query.where(Complaint.status == status)
        return [complaints.complaint_form(row) for row in session.scalars(query)]

    return answer(await look(clerk, found))


@router.post("/v1/complaints", dependencies=ADMIN, **takes("complaint", complaints.ComplaintProposal))
async def filing(request: Request, clerk: Keeps, who: Acts) -> Response:
    """File a complaint that is neither a report nor an appeal."""
    said = await body_of(request, complaints.ComplaintProposal)

    def filed(session: Session) -> complaints.ComplaintForm:
        row = complaints.file_complaint(session, said, now_s=int(time()), who=who.who)
        return complaints.complaint_form(row)

    return answer(await change(clerk, filed))


@router.post(
    "/v1/complaints/{number}/answer", dependencies=ADMIN, **takes("answer_complaint", complaints.ComplaintAnswer)
)
async def answering(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Answer a complaint."""
    said = await body_of(request, complaints.ComplaintAnswer)

    def answered(session: Session) -> complaints.ComplaintForm:
        row = complaints.answer_complaint(session, number, said, now_s=int(time()), who=who.who)
        return complaints.complaint_form(row)

    return answer(await change(clerk, answered))
