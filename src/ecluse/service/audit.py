"""The audit over HTTP: its rows, its head, and whether it is whole."""

from __future__ import annotations

import asyncio
from time import time
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.cases.sealing_key import SealingKey
from ecluse.errors import InputError
from ecluse.records.audit import head, verify
from ecluse.records.tables import AuditRow
from ecluse.sanctions import forms
from ecluse.service.keeping import After, Keeps, Limit, answer, look
from ecluse.service.openapi import described
from ecluse.service.routes import needs, serving_of
from ecluse.stores.keys import Scope
from ecluse.wire import time_form

READ: Final = needs(Scope.READ)
FLAWS_MAX: Final = 100

router = APIRouter()


@router.get("/v1/audit", dependencies=READ, **described("audit"))
async def rows(
    clerk: Keeps,
    about: Annotated[str | None, Query(description="Such as `sanction 7`.")] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """What was done, in its order."""
    if about is not None and ("\0" in about or any("\ud800" <= letter <= "\udfff" for letter in about)):
        raise InputError("about", about, "such as `sanction 7`")

    def found(session: Session) -> list[forms.AuditForm]:
        query = select(AuditRow).where(AuditRow.seq > after).order_by(AuditRow.seq).limit(limit)
        query = query if about is None else query.where(AuditRow.about == about)
        return [forms.audit_form(row) for row in session.scalars(query)]

    return answer(await look(clerk, found))


@router.get("/v1/audit/head", dependencies=READ, **described("audit_head"))
async def chain_head(request: Request, clerk: Keeps) -> Response:
    """The head of the chain: kept elsewhere, it finds even a chain that was written anew."""
    found = await look(clerk, head)
    form = forms.AuditHeadForm(found.seq, found.digest, time_form(int(time())))
    key = await asyncio.to_thread(SealingKey.of_folder, serving_of(request).settings.data)
    signature, fingerprint = key.seal(form.signed).hex(), key.public.fingerprint
    return answer(msgspec.structs.replace(form, signature=signature, fingerprint=fingerprint))


@router.get("/v1/audit/verification", dependencies=READ, **described("audit_verification"))
async def verification(clerk: Keeps) -> Response:
    """Look at every row: whether any was changed, taken out or put in."""

    def found(session: Session) -> forms.AuditVerification:
        flaws = [forms.FlawForm(flaw.seq, flaw.reason) for flaw in verify(session)[:FLAWS_MAX]]
        at = head(session)
        return forms.AuditVerification(at.seq, at.digest, not flaws, flaws)

    return answer(await look(clerk, found))
