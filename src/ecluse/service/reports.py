"""Reports over HTTP: taking them for the gate and the records at once, what they weigh, and settling them."""

from __future__ import annotations

import asyncio
from time import time
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.events import Event
from ecluse.records.tables import Report
from ecluse.reports import forms
from ecluse.reports.contact import contact_of, group_key
from ecluse.reports.intake import Received, ReportKind, take_report, weight_about
from ecluse.reports.settling import open_reviews, settle_reports, suspend_reporter
from ecluse.sanctions.people import ID_CHARACTERS_MAX, checked
from ecluse.service.keeping import Acts, After, Keeps, Limit, answer, body_of, change, look, moment_of
from ecluse.service.openapi import described, takes
from ecluse.service.routes import asker_of_scope, needs
from ecluse.stores.keys import Scope
from ecluse.wire import time_form

OBSERVE: Final = needs(Scope.OBSERVE)
READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)

router = APIRouter()


@router.post("/v1/reports", dependencies=OBSERVE, **takes("report", forms.ReportProposal))
async def reporting(request: Request, clerk: Keeps) -> Response:
    """Take a report or block: the gate counts it if the account wrote to the reporter first, the records weigh it."""
    said = await body_of(request, forms.ReportProposal)
    who = asker_of_scope(request, Scope.OBSERVE)
    now_s = int(time())
    at_s, known_since_s = moment_of("at", said.at), moment_of("registered_at", said.registered_at)
    if at_s is not None and at_s > now_s + 60:
        raise InputError("at", said.at, "a time that is not to come")
    received = Received(
        reporter=checked("reporter", said.reporter, ID_CHARACTERS_MAX),
        subject=checked("subject", said.subject, ID_CHARACTERS_MAX),
        at_s=now_s if at_s is None else at_s,
        kind=said.kind,
        source=said.source,
        category=said.category,
        known_since_s=known_since_s,
        words=said.words,
        content=said.content,
        reporter_name=said.reporter_name,
        city=said.city,
        state=said.state,
        region=said.region,
        request=said.request,
    )
    group, gate = said.group, clerk.gate.gate
    if group is not None:
        received = received._replace(group=f"{group_key(gate, checked('group', group, ID_CHARACTERS_MAX)):016x}")
    contact = await asyncio.to_thread(contact_of, gate, received.reporter, received.subject, group=group)

    def taken(session: Session) -> forms.ReportTaken:
        found = take_report(session, received, contact, now_s=now_s, who=f"key {who.key_id}")
        return forms.ReportTaken(forms.report_form(found.report), found.known, str(found.calls))

    found = await change(clerk, taken)
    if not found.known:
        await asyncio.to_thread(clerk.gate.observe, [_event(received, now_s)])
    return answer(found)


def _event(received: Received, now_s: int) -> Event:
    """A report as the gate takes it."""
    kind: Literal["report", "block"] = "block" if received.kind == ReportKind.BLOCK else "report"
    return Event(kind=kind, at=now_s * 1_000, sender=received.reporter, subject=received.subject)


@router.get("/v1/reports", dependencies=READ, **described("reports"))
async def every(
    clerk: Keeps,
    subject: Annotated[str | None, Query(description="Only those about this account.")] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Reports, in the order in which they came."""
    about = None if subject is None else checked("subject", subject, ID_CHARACTERS_MAX)

    def found(session: Session) -> list[forms.ReportForm]:
        query = select(Report).where(Report.id > after).order_by(Report.id).limit(limit)
        query = query if about is None else query.where(Report.subject == about)
        return [forms.report_form(report) for report in session.scalars(query)]

    return answer(await look(clerk, found))


@router.get("/v1/reports/weight", dependencies=READ, **described("report_weight"))
async def weighing(clerk: Keeps, subject: Annotated[str, Query(description="The account reported.")]) -> Response:
    """What the open reports of an account weigh, reporter by reporter."""
    about = checked("subject", subject, ID_CHARACTERS_MAX)
    return answer(
        await look(clerk, lambda session: forms.weight_form(about, weight_about(session, about, int(time()))))
    )


@router.get("/v1/reports/reviews", dependencies=READ, **described("report_reviews"))
async def reviews(clerk: Keeps, limit: Limit = 100) -> Response:
    """Accounts that reports call a person for; those that true victims report come first."""
    return answer(await look(clerk, lambda session: [forms.review_form(one) for one in open_reviews(session, limit)]))


@router.post("/v1/reports/settlement", dependencies=ADMIN, **takes("settle_reports", forms.Settlement))
async def settling(request: Request, clerk: Keeps, who: Acts) -> Response:
    """Say what became of all open reports of an account, and close its review."""
    said = await body_of(request, forms.Settlement)

    def settled(session: Session) -> forms.Settled:
        reports = settle_reports(
            session,
            checked("subject", said.subject, ID_CHARACTERS_MAX),
            said.outcome,
            note=said.note,
            now_s=int(time()),
            who=who.who,
            unfounded=said.unfounded,
            sanction_id=said.sanction,
        )
        return forms.Settled(said.subject, said.outcome, len(reports))

    return answer(await change(clerk, settled))


@router.post("/v1/reports/suspension", dependencies=ADMIN, **takes("suspend_reporter", forms.ReporterSuspension))
async def suspending(request: Request, clerk: Keeps, who: Acts) -> Response:
    """Let somebody's reports weigh nothing for a time."""
    said = await body_of(request, forms.ReporterSuspension)
    until_s = moment_of("until", said.until)
    assert until_s is not None

    def suspended(session: Session) -> forms.ReporterForm:
        found = suspend_reporter(session, said.reporter, until_s, why=said.why, now_s=int(time()), who=who.who)
        counts = (found.reports, found.borne_out, found.unfounded)
        return forms.ReporterForm(found.reporter, *counts, time_form(until_s))

    return answer(await change(clerk, suspended))
