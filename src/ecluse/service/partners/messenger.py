"""What a messenger tells: what people wrote and did, what became of messages; and the people of the loopback one.

A messenger that brings messages of real people calls the same routes as a test that acts as one.
"""

from __future__ import annotations

from time import time
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from ecluse.business.codes import ApiError
from ecluse.business.incoming import Deed, Incoming, Report, Standing
from ecluse.business.messenger import Person
from ecluse.errors import InputError
from ecluse.events import ID_CHARACTERS_MAX, is_region
from ecluse.service.business.door import BusinessDoor
from ecluse.service.openapi import described, takes
from ecluse.service.partners.forms import Got, HeardForm, Inbox, NewPerson
from ecluse.service.problems import ProblemError
from ecluse.service.reading import read_body
from ecluse.service.routes import JSON, needs, serving_of
from ecluse.stores.keys import Scope
from ecluse.wire import time_form

router = APIRouter()
DECIDE, READ, ADMIN = needs(Scope.DECIDE), needs(Scope.READ), needs(Scope.ADMIN)


def _door(request: Request) -> BusinessDoor:
    door = serving_of(request).business
    if door is None:
        raise ProblemError("not-found", "the business API is off: see the setting messenger")
    return door


def _answer(form: Any) -> Response:
    return Response(msgspec.json.encode(form), media_type=JSON)


def _now_ms() -> int:
    return int(time() * 1000)


@router.post("/v1/messenger/messages", dependencies=DECIDE, **takes("hear", Incoming))
async def hear(request: Request) -> Response:
    """A person wrote to a business. It is judged like any message, and opens the conversation's window."""
    message = await read_body(request, Incoming)
    with _told():
        heard = await _door(request).hearing.take(message, _now_ms())
    verdict = heard.verdict
    rule = verdict.rules[0] if verdict is not None and verdict.rules else None
    return _answer(
        HeardForm(
            heard.id,
            "pass" if verdict is None else verdict.outcome,
            heard.repeated,
            None if rule is None else rule.notice,
            None if verdict is None else verdict.retry_after,
        )
    )


@router.post("/v1/messenger/reports", dependencies=DECIDE, **takes("report_standing", Report))
async def report(request: Request) -> Response:
    """A message of a business was delivered, read or played, or failed."""
    given = await read_body(request, Report)
    with _told():
        news = await _door(request).standings.move(given.id, Standing[given.status.upper()])
    return _answer({"news": news})


@router.post("/v1/messenger/deeds", dependencies=DECIDE, **takes("do_deed", Deed))
async def do(request: Request) -> Response:
    """A person ended a conversation with a business, blocked or unblocked it, or reported it. It works at once."""
    deed = await read_body(request, Deed)
    with _told():
        await _door(request).hearing.do(deed, _now_ms())
    return _answer({})


@router.put("/v1/messenger/people/{account}", dependencies=ADMIN, **takes("add_person", NewPerson))
async def add_person(account: str, request: Request) -> Response:
    """Let the loopback messenger have a person."""
    given = await read_body(request, NewPerson)
    if not 0 < len(account) <= ID_CHARACTERS_MAX:
        raise InputError("account", account, f"an id of 1 to {ID_CHARACTERS_MAX} characters")
    if given.region is not None and not is_region(given.region):
        raise InputError("region", given.region, "a region, ISO 3166")
    with _told():
        _door(request).loopback.add(Person(account, given.name, given.region))
    return _answer({})


@router.get("/v1/messenger/people/{account}/inbox", dependencies=READ, **described("inbox"))
async def inbox(account: str, request: Request) -> Response:
    """What a person of the loopback messenger got."""
    with _told():
        loopback = _door(request).loopback
    got = [
        Got(d.id, d.number, d.business, d.type, d.content, time_form(d.at_s), d.context_id)
        for d in loopback.inbox(account)
    ]
    shown = {number: {"read": s.read, "typing": s.typing} for number, s in loopback.shown(account).items()}
    return _answer(Inbox(got, shown))


class _told:  # noqa: N801 - reads as what it does
    """Says an error of the business API in our own way: it is a problem of the service, not of a business."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, ApiError):
            raise ProblemError("starting" if error.code == 2 else "internal", error.details) from None
