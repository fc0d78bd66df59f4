"""Notices over HTTP: fetching them, and saying that they were delivered."""

from __future__ import annotations

from time import time
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from ecluse.sanctions import forms
from ecluse.sanctions.notices import mark_delivered, notices_of
from ecluse.sanctions.people import Subject
from ecluse.sanctions.subjects import NotFoundError
from ecluse.service.keeping import Acts, After, Keeps, Limit, Number, answer, change, look
from ecluse.service.openapi import described
from ecluse.service.routes import needs
from ecluse.stores.keys import Scope

READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)
POLL: Final = "poll"

router = APIRouter()


@router.get("/v1/notices", dependencies=READ, **described("notices"))
async def every(
    clerk: Keeps,
    account: Annotated[str | None, Query(description="Of one account.")] = None,
    pending: Annotated[bool, Query(description="Only those that are not yet delivered.")] = False,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Notices, in the order in which they were written."""
    subject = None if account is None else Subject.account(account)

    def found(session: Session) -> list[forms.NoticeForm]:
        return [forms.notice_form(one) for one in notices_of(session, subject, after, limit, pending=pending)]

    return answer(await look(clerk, found))


@router.post("/v1/notices/{number}/delivered", dependencies=ADMIN, **described("delivered"))
async def delivered(number: Number, clerk: Keeps, who: Acts) -> Response:  # noqa: ARG001
    """Say that a notice has reached its account: it is not posted any more."""

    def marked(session: Session) -> forms.NoticeForm:
        notice = mark_delivered(session, number, POLL, int(time()))
        if notice is None:
            raise NotFoundError(f"notice {number}")
        return forms.notice_form(notice)

    return answer(await change(clerk, marked))
