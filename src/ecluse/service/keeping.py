"""What the routes of records share: work on the records beside the loop, who asks, and numbers in paths and queries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

import msgspec
import structlog
from fastapi import Depends, Path, Query, Request, Response
from sqlalchemy.orm import Session

from ecluse.errors import EcluseError, InputError
from ecluse.sanctions.people import Actor
from ecluse.service.clerk import Clerk
from ecluse.service.problems import ProblemError
from ecluse.service.routes import JSON, asker_of, gate_of, serving_of
from ecluse.terms.fields import EXPECTED_DATE, read_moment

PAGE_MAX: Final = 1_000
NUMBER_MAX: Final = (1 << 53) - 1

Found = TypeVar("Found")
Form = TypeVar("Form")

log = structlog.get_logger(__name__)


def clerk_of(request: Request) -> Clerk:
    """The clerk. Raises ProblemError while there is none."""
    gate_of(request)
    clerk = serving_of(request).clerk
    if clerk is None:
        raise ProblemError("starting")
    return clerk


def actor_of(request: Request) -> Actor:
    """Who acts: the key that asks, which has the scope admin. Raises ProblemError."""
    asker = asker_of(request)
    return Actor(f"key {asker.key_id}", asker.name)


Keeps = Annotated[Clerk, Depends(clerk_of)]
Acts = Annotated[Actor, Depends(actor_of)]
Number = Annotated[int, Path(ge=1, le=NUMBER_MAX)]
After = Annotated[int, Query(ge=0, le=NUMBER_MAX, description="Only what is numbered past this.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="How many at most.")]


async def look(clerk: Clerk, do: Callable[[Session], Found]) -> Found:
    """Look at the records, beside the loop."""

    def looked() -> Found:
        with clerk.records.reading() as session:
            return do(session)

    return await asyncio.to_thread(looked)


async def change(clerk: Clerk, do: Callable[[Session], Found]) -> Found:
    """Change the records in one transaction, beside the loop, and give the gate what it needs of it.

    If the gate takes nothing just now, the change stands and the clerk gives it later.
    """

    def changed() -> Found:
        with clerk.records.writing() as session:
            found = do(session)
        try:
            clerk.see_to_members()
            clerk.give()
        except EcluseError as error:
            log.error("acts wait for the gate", error=type(error).__qualname__)
        return found

    return await asyncio.to_thread(changed)


async def body_of(request: Request, form: Callable[..., Form]) -> Form:
    """A request's body. Raises InputError."""
    body = await request.body()
    try:
        return msgspec.json.decode(body, type=form)  # type: ignore[no-any-return]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError("body", body[:60].decode("utf-8", "replace"), f"JSON as /docs has it ({error})") from None


def moment_of(field: str, text: str | None) -> int | None:
    """Seconds of a date or a time; None for None. Raises InputError."""
    second = None if text is None else read_moment(text)
    if text is not None and second is None:
        raise InputError(field, text, EXPECTED_DATE)
    return second


def answer(form: Any) -> Response:
    """An answer in JSON."""
    return Response(msgspec.json.encode(form), media_type=JSON)
