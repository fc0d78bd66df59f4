"""Partners over HTTP: applications, documents, domains, decisions, numbers, tokens. All need the scope ``admin``."""

from __future__ import annotations

import asyncio
from time import time
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from ecluse.outbound import Outbound
from ecluse.partners import Application, Method, Status
from ecluse.partners.quality import DAY_S
from ecluse.service.openapi import described, takes
from ecluse.service.partners.forms import (
    Decision,
    DocumentForm,
    DomainCheck,
    NewDocument,
    NewNumber,
    NewToken,
    partner_form,
    token_form,
)
from ecluse.service.partners.office import Office
from ecluse.service.reading import read_body
from ecluse.service.routes import JSON, key_of, needs, serving_of
from ecluse.stores.keys import Scope
from ecluse.wire import time_form

router = APIRouter()
ADMIN = needs(Scope.ADMIN)
Who = Annotated[str, Depends(key_of)]


def _office(request: Request) -> Office:
    return serving_of(request).office()


OfficeOf = Annotated[Office, Depends(_office)]


def _answer(form: Any) -> Response:
    return Response(msgspec.json.encode(form), media_type=JSON)


@router.get("/v1/partners", dependencies=ADMIN, **described("partners"))
async def partners(office: OfficeOf, status: Annotated[Status | None, Query()] = None) -> Response:
    """Partners, the newest application first; of one status, or all."""
    found = await asyncio.to_thread(office.register.partners, status)
    return _answer([partner_form(partner) for partner in found])


@router.post("/v1/partners", dependencies=ADMIN, **takes("apply", Application))
async def apply(request: Request, office: OfficeOf, who: Who) -> Response:
    """Take an application."""
    application = await read_body(request, Application)
    done = await asyncio.to_thread(office.register.apply, application, who=who, now_s=int(time()))
    return _answer(partner_form(done))


@router.get("/v1/partners/{partner_id}", dependencies=ADMIN, **described("partner"))
async def partner(partner_id: str, office: OfficeOf) -> Response:
    """All about a partner: its standing, documents, tokens, numbers, and the word that its domain must show."""
    return _answer(await asyncio.to_thread(office.sheet, partner_id, int(time())))


@router.post("/v1/partners/{partner_id}/documents", dependencies=ADMIN, **takes("add_document", NewDocument))
async def add_document(partner_id: str, request: Request, office: OfficeOf, who: Who) -> Response:
    """Keep the hash of a document that was shown."""
    given = await read_body(request, NewDocument)
    add = office.register.add_digest
    kept = await asyncio.to_thread(add, partner_id, given.title, given.digest, given.size, who=who, now_s=int(time()))
    return _answer(DocumentForm(kept.title, kept.digest, kept.size, time_form(kept.added_s)))


@router.post("/v1/partners/{partner_id}/domain", dependencies=ADMIN, **takes("check_domain", DomainCheck))
async def check_domain(partner_id: str, request: Request, office: OfficeOf, who: Who) -> Response:
    """Look whether its domain is its own."""
    check = await read_body(request, DomainCheck)
    found = await asyncio.to_thread(office.register.partner, partner_id)
    outbound = Outbound(serving_of(request).reach)
    try:
        done = await office.check_domain(found, Method(check.method), outbound, who=who, now_s=int(time()))
    finally:
        await outbound.close()
    return _answer(partner_form(done))


@router.post("/v1/partners/{partner_id}/decisions", dependencies=ADMIN, **takes("decide_partner", Decision))
async def decide(partner_id: str, request: Request, office: OfficeOf, who: Who) -> Response:
    """Verify, refuse, trust, suspend, reinstate or expel it."""
    decision = await read_body(request, Decision)
    done = await asyncio.to_thread(
        office.decide, partner_id, decision.deed, who=who, why=decision.why, now_s=int(time())
    )
    return _answer(partner_form(done))


@router.post("/v1/partners/{partner_id}/numbers", dependencies=ADMIN, **takes("add_number", NewNumber))
async def add_number(partner_id: str, request: Request, office: OfficeOf, who: Who) -> Response:
    """Give it a number."""
    given = await read_body(request, NewNumber)
    return _answer(
        await asyncio.to_thread(office.add_number, partner_id, given.number, given.name, who=who, now_s=int(time()))
    )


@router.delete("/v1/partners/numbers/{number_id}", dependencies=ADMIN, **described("give_up_number"))
async def give_up_number(number_id: str, office: OfficeOf, who: Who) -> Response:
    """Let a number be used no more."""
    await asyncio.to_thread(office.give_up_number, number_id, who=who, now_s=int(time()))
    return _answer({})


@router.post("/v1/partners/{partner_id}/tokens", dependencies=ADMIN, **takes("create_token", NewToken))
async def create_token(partner_id: str, request: Request, office: OfficeOf, who: Who) -> Response:
    """Make a token; its text is in this answer and nowhere else."""
    given, now_s = await read_body(request, NewToken), int(time())
    expires_s = None if given.expires_days is None else now_s + given.expires_days * DAY_S
    token, text = await asyncio.to_thread(
        office.register.create_token, partner_id, given.name, who=who, now_s=now_s, expires_s=expires_s
    )
    return _answer(token_form(token, text))


@router.delete("/v1/partners/tokens/{token_id}", dependencies=ADMIN, **described("revoke_token"))
async def revoke_token(token_id: str, office: OfficeOf, who: Who) -> Response:
    """End a token; a running service knows within a second."""
    return _answer(
        token_form(await asyncio.to_thread(office.register.revoke_token, token_id, who=who, now_s=int(time())))
    )


@router.get("/v1/partners/{partner_id}/app", dependencies=ADMIN, **described("partner_app"))
async def app(partner_id: str, office: OfficeOf) -> Response:
    """Its app, with the secret that its webhooks are signed with."""
    return _answer(await asyncio.to_thread(office.app, partner_id))


@router.post("/v1/partners/{partner_id}/app/secret", dependencies=ADMIN, **described("change_secret"))
async def change_secret(partner_id: str, office: OfficeOf, who: Who) -> Response:
    """Give its app another secret; the old one opens and signs nothing more."""
    return _answer(await asyncio.to_thread(office.change_secret, partner_id, who=who, now_s=int(time())))
