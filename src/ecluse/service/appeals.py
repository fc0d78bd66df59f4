"""Appeals over HTTP: filing one, taking it on, answering it."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.records.tables import Appeal
from ecluse.sanctions import forms
from ecluse.sanctions.appeals import appeal_of, appeals_of, assign, decide, file_appeal, withdraw
from ecluse.sanctions.outside import note_outside
from ecluse.sanctions.subjects import sanction_of
from ecluse.service.keeping import Acts, After, Keeps, Limit, Number, answer, body_of, change, look
from ecluse.service.openapi import described, takes
from ecluse.service.routes import needs
from ecluse.stores.keys import Scope

READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)
STATES: Final = ("open", "assigned", "upheld", "reversed", "withdrawn")

router = APIRouter()


@router.get("/v1/appeals", dependencies=READ, **described("appeals"))
async def every(
    clerk: Keeps,
    status: Annotated[str | None, Query(description=f"One of {', '.join(STATES)}.")] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Appeals, in the order in which they came."""
    if status is not None and status not in STATES:
        raise InputError("status", status, f"one of {', '.join(STATES)}")

    def found(session: Session) -> list[forms.AppealForm]:
        return [forms.appeal_form(one) for one in appeals_of(session, status=status, after=after, limit=limit)]

    return answer(await look(clerk, found))


@router.post("/v1/appeals", dependencies=ADMIN, **takes("appeal", forms.AppealProposal))
async def filing(request: Request, clerk: Keeps, who: Acts) -> Response:
    """Hand in an appeal against a sanction, in the person's words. While one is open, it is the answer."""
    proposal = await body_of(request, forms.AppealProposal)

    def filed(session: Session) -> forms.AppealForm:
        appeal = file_appeal(
            session,
            sanction_of(session, proposal.sanction),
            proposal.words,
            int(time()),
            kind=proposal.kind,
            language=proposal.language,
            contact=proposal.contact,
            request=proposal.request,
            by=who,
        )
        return forms.appeal_form(appeal)

    return answer(await change(clerk, filed))


@router.get("/v1/appeals/{number}", dependencies=READ, **described("one_appeal"))
async def one(number: Number, clerk: Keeps) -> Response:
    """One appeal."""
    return answer(await look(clerk, lambda session: forms.appeal_form(appeal_of(session, number))))


@router.post("/v1/appeals/{number}/assign", dependencies=ADMIN, **described("assign"))
async def assigning(number: Number, clerk: Keeps, who: Acts) -> Response:
    """Take an appeal on: who asks will answer it."""
    return await _change(clerk, number, lambda session, appeal, now_s: assign(session, appeal, who, now_s))


@router.post("/v1/appeals/{number}/decide", dependencies=ADMIN, **takes("decide_appeal", forms.AppealAnswer))
async def deciding(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Answer an appeal. Reversed: the sanction is taken back with its strikes, in the gate too."""
    said = await body_of(request, forms.AppealAnswer)
    return await _change(
        clerk,
        number,
        lambda session, appeal, now_s: decide(session, appeal, who, said.outcome, said.answer, now_s, said.seen),
    )


@router.post("/v1/appeals/{number}/withdraw", dependencies=ADMIN, **described("withdraw"))
async def withdrawing(number: Number, clerk: Keeps, who: Acts) -> Response:
    """The person no longer appeals."""
    return await _change(clerk, number, lambda session, appeal, now_s: withdraw(session, appeal, who, now_s))


@router.post("/v1/appeals/{number}/outside", dependencies=ADMIN, **takes("outside", forms.OutsideProposal))
async def outside(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Note what a body outside decided: an out-of-court body, a court, an appellate committee."""
    said = await body_of(request, forms.OutsideProposal)

    def noted(session: Session, appeal: Appeal, now_s: int) -> Appeal:
        return note_outside(session, appeal, who, said.body, said.outcome, said.words, now_s)

    return await _change(clerk, number, noted)


async def _change(clerk: Keeps, number: int, do: Callable[[Session, Appeal, int], Appeal]) -> Response:
    def changed(session: Session) -> forms.AppealForm:
        return forms.appeal_form(do(session, appeal_of(session, number), int(time())))

    return answer(await change(clerk, changed))
