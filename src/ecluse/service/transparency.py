"""Transparency reports and statements of reasons over HTTP."""

from __future__ import annotations

import asyncio
from time import time
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.service.keeping import Keeps, look
from ecluse.service.openapi import described
from ecluse.service.routes import JSON, needs
from ecluse.stores.keys import Scope
from ecluse.transparency.counting import count_report
from ecluse.transparency.figures import TransparencyReport
from ecluse.transparency.forms import to_csv, to_json
from ecluse.transparency.from_records import statements_of
from ecluse.transparency.period import Period
from ecluse.transparency.report_page import render
from ecluse.transparency.statement import Statement
from ecluse.transparency.statements_file import to_csv as statements_csv
from ecluse.transparency.statements_file import to_json_lines

READ: Final = needs(Scope.READ)
CSV: Final = "text/csv"
HTML: Final = "text/html"
NDJSON: Final = "application/x-ndjson"

First = Annotated[str, Query(alias="from", description="The first day, YYYY-MM-DD, UTC.")]
Last = Annotated[str, Query(alias="to", description="The last day; it is counted too.")]

router = APIRouter()


@router.get("/v1/transparency", dependencies=READ, **described("transparency"))
async def report(
    clerk: Keeps,
    first: First,
    last: Last,
    form: Annotated[str, Query(alias="format", description="json, csv or html.")] = "json",
) -> Response:
    """The transparency report of a period, counted from the records as they stand now."""
    if form not in ("json", "csv", "html"):
        raise InputError("format", form, "json, csv or html")
    period = Period.of(first, last)
    found = await look(clerk, lambda session: count_report(session, period, int(time())))
    return await asyncio.to_thread(_formed, found, form)


def _formed(found: TransparencyReport, form: str) -> Response:
    if form == "html":
        return Response(render(found), media_type=HTML)
    return Response(to_csv(found), media_type=CSV) if form == "csv" else Response(to_json(found), media_type=JSON)


@router.get("/v1/statements", dependencies=READ, **described("statements"))
async def statements(
    clerk: Keeps,
    first: First,
    last: Last,
    form: Annotated[str, Query(alias="format", description="json or csv.")] = "json",
    unsent: Annotated[bool, Query(description="Only those that were not handed in yet.")] = False,
) -> Response:
    """Statements of reasons of a period, in the shape of the Commission's database: a body of its API on each line."""
    if form not in ("json", "csv"):
        raise InputError("format", form, "json or csv")
    period = Period.of(first, last)

    def found(session: Session) -> list[Statement]:
        return statements_of(session, period, unsent=unsent)

    all_of_them = await look(clerk, found)
    if form == "csv":
        return Response(statements_csv(all_of_them), media_type=CSV)
    return Response(to_json_lines(all_of_them), media_type=NDJSON)
