"""Reviews over HTTP: the file that a person is shown before deciding, and the record of what was shown."""

from __future__ import annotations

from time import time
from typing import Final

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from ecluse.sanctions import review_forms
from ecluse.sanctions.appeals import appeal_of
from ecluse.sanctions.reviewing import (
    note_seen,
    note_seen_of_proposal,
    review_of_appeal,
    reviews_of,
    see_appeal,
    see_proposal,
)
from ecluse.sanctions.subjects import sanction_of
from ecluse.service.keeping import Acts, Keeps, Number, answer, body_of, change, look
from ecluse.service.openapi import described, takes
from ecluse.service.routes import needs
from ecluse.stores.keys import Scope

READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)

router = APIRouter()


@router.post("/v1/appeals/{number}/file", dependencies=ADMIN, **described("appeal_file"))
async def file_of_appeal(number: Number, clerk: Keeps, who: Acts) -> Response:
    """Show who answers an appeal all that it is about; the review says that it was shown."""
    return answer(await change(clerk, lambda session: see_appeal(session, appeal_of(session, number), who, _now())))


@router.post("/v1/sanctions/{number}/file", dependencies=ADMIN, **described("sanction_file"))
async def file_of_sanction(number: Number, clerk: Keeps, who: Acts) -> Response:
    """Show who may sign a proposed sanction all that it rests on; the review says that it was shown."""
    return answer(await change(clerk, lambda session: see_proposal(session, sanction_of(session, number), who, _now())))


@router.post("/v1/appeals/{number}/seen", dependencies=ADMIN, **takes("appeal_seen", review_forms.SeenProposal))
async def seen_of_appeal(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Note what else who answers an appeal looked at."""
    said = await body_of(request, review_forms.SeenProposal)

    def noted(session: Session) -> review_forms.LookForm:
        review = review_of_appeal(session, appeal_of(session, number))
        return review_forms.look_form(note_seen(session, review, who, said.seen, _now()))

    return answer(await change(clerk, noted))


@router.post("/v1/sanctions/{number}/seen", dependencies=ADMIN, **takes("sanction_seen", review_forms.SeenProposal))
async def seen_of_sanction(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Note what else who may sign a sanction looked at."""
    said = await body_of(request, review_forms.SeenProposal)

    def noted(session: Session) -> review_forms.LookForm:
        sanction = sanction_of(session, number)
        return review_forms.look_form(note_seen_of_proposal(session, sanction, who, said.seen, _now()))

    return answer(await change(clerk, noted))


@router.get("/v1/sanctions/{number}/reviews", dependencies=READ, **described("sanction_reviews"))
async def of_sanction(number: Number, clerk: Keeps) -> Response:
    """The reviews of a sanction by persons, those of appeals against it too."""
    return answer(
        await look(
            clerk,
            lambda session: [review_forms.look_form(one) for one in reviews_of(session, sanction_of(session, number))],
        )
    )


def _now() -> int:
    return int(time())
