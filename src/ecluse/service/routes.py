"""The routes that are asked now and then: an account, metrics, health, and the page about all of them."""

from __future__ import annotations

from datetime import UTC, datetime
from time import time
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from starlette.convertors import Convertor, register_url_convertor

from ecluse.errors import InputError
from ecluse.events import ID_CHARACTERS_MAX
from ecluse.service.access import Asker
from ecluse.service.accounts import account_form
from ecluse.service.metrics import TEXT_TYPE
from ecluse.service.openapi import described
from ecluse.service.page import render
from ecluse.service.problems import ProblemError
from ecluse.service.state import Serving
from ecluse.stores.keys import Scope
from ecluse.stores.remembering import RememberingGate

JSON: Final = "application/json"
LATEST: Final = "latest"
EXPECTED_AT: Final = "RFC 3339, epoch milliseconds or latest"
OF_ACCOUNT: Final = f"{EXPECTED_AT}; not before the account's latest event"


class _Id(Convertor[str]):
    """An id in a path: any text. (Starlette's own stops at a line's end.)"""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("id", _Id())
router = APIRouter()


def serving_of(request: Request) -> Serving:
    """What serves this request."""
    serving: Serving = request.app.state.serving
    return serving


def gate_of(request: Request) -> RememberingGate:
    """The gate. Raises ProblemError while there is none."""
    serving = serving_of(request)
    if serving.gate is None or serving.stopping:
        raise ProblemError("stopping" if serving.stopping else "starting")
    return serving.gate


def needs(scope: Scope) -> list[Any]:
    """The dependency that lets pass who has a key with a scope. It raises ProblemError."""

    def check(request: Request) -> None:
        _key(request, scope)

    return [Depends(check)]


def asker_of(request: Request) -> Asker:
    """Who asks with a key that has the scope admin. Raises ProblemError."""
    return _key(request, Scope.ADMIN)


def asker_of_scope(request: Request, scope: Scope) -> Asker:
    """Who asks with a key that has a scope. Raises ProblemError."""
    return _key(request, scope)


def key_of(request: Request) -> str:
    """The name of the key of who asks, which has the scope admin. Raises ProblemError."""
    return _key(request, Scope.ADMIN).name


def _key(request: Request, scope: Scope) -> Asker:
    return serving_of(request).access.require(request.headers.get("authorization"), scope, int(time()))


Gate = Annotated[RememberingGate, Depends(gate_of)]
READ: Final = needs(Scope.READ)


@router.get("/v1/accounts/{account_id:id}", dependencies=READ, **described("account"))
async def account(
    account_id: str, gate: Gate, at: Annotated[str | None, Query(description=OF_ACCOUNT)] = None
) -> Response:
    """An account's ledger, its signals as they stand now, and how far each rule is from its limit."""
    if not 0 < len(account_id) <= ID_CHARACTERS_MAX or any("\ud800" <= letter <= "\udfff" for letter in account_id):
        raise InputError("account", account_id, f"an id of 1 to {ID_CHARACTERS_MAX} characters")
    found = gate.account(account_id, second_of(at))
    if at is not None and found.at_s < gate.account(account_id).at_s:
        raise InputError("at", at, OF_ACCOUNT)
    return Response(msgspec.json.encode(account_form(account_id, found)), media_type=JSON)


@router.get("/metrics", dependencies=READ, **described("metrics"))
async def metrics(request: Request) -> Response:
    """Counters for Prometheus."""
    return Response(serving_of(request).metrics.text(), headers={"content-type": TEXT_TYPE})


@router.get("/healthz", **described("healthz"))
async def healthz() -> Response:
    """Whether the process is alive."""
    return Response(b'{"status":"alive"}', media_type=JSON)


@router.get("/readyz", **described("readyz"))
async def readyz(gate: Gate) -> Response:
    """Whether events may be put to the gate: it has read what it knew, and is not stopping."""
    in_force = gate.versions.in_force(int(time()))
    return Response(
        msgspec.json.encode({"status": "ready", "terms": None if in_force is None else in_force.name}), media_type=JSON
    )


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """The routes as a page, made from the OpenAPI document; nothing is loaded from elsewhere."""
    return HTMLResponse(render(request.app.openapi()))


def second_of(at: str | None) -> int | None:
    """The second that ``at`` names: the machine's clock for None, None for ``latest``. Raises InputError."""
    if at is None:
        return int(time())
    if at == LATEST:
        return None
    try:
        moment = int(at) // 1000 if at.isdecimal() else int(datetime.fromisoformat(at).astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        raise InputError("at", at, EXPECTED_AT) from None
    if not 0 < moment < 1 << 32:
        raise InputError("at", at, EXPECTED_AT)
    return moment
