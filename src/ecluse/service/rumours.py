"""Rumours over HTTP: what spreads fastest, fact-checks of it, and one of them as evidence."""

from __future__ import annotations

import asyncio
import io
from time import time
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from ecluse.cases import case as cases
from ecluse.cases import forms as case_forms
from ecluse.cases.contents import Bundled
from ecluse.cases.seal import write_bundle
from ecluse.cases.sealing_key import SealingKey
from ecluse.cases.service_evidence import add_rumour
from ecluse.errors import EcluseError
from ecluse.rumours import FactChecks, FeedError, Source, forms, read_feed
from ecluse.rumours.asking import SENDERS, TOP_MAX, Asked, sheet_of, top
from ecluse.rumours.bundle import contents_of
from ecluse.rumours.claim_review import checked_review
from ecluse.rumours.fact_checks import NoFactCheckError, check_cluster
from ecluse.rumours.matching import match
from ecluse.service.clerk import Clerk
from ecluse.service.keeping import Acts, Keeps, Number, answer, body_of, change
from ecluse.service.openapi import described, takes
from ecluse.service.problems import ProblemError
from ecluse.service.routes import EXPECTED_AT, Gate, needs, second_of, serving_of
from ecluse.stores.keys import Scope
from ecluse.wire import time_form

READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)
ZIP: Final = "application/zip"

At = Annotated[str | None, Query(description=f"{EXPECTED_AT}; not long before the latest message")]

router = APIRouter()
log = structlog.get_logger(__name__)


@router.get("/v1/rumours", dependencies=READ, **described("rumours"))
async def fastest(
    gate: Gate,
    region: Annotated[str | None, Query(description="Sent from it or a part of it, such as BR.")] = None,
    language: Annotated[str | None, Query(description="Sent in it, such as pt.")] = None,
    window: Annotated[str, Query(description="1h, 24h or 30d.")] = "1h",
    senders: Annotated[int, Query(ge=1, le=1_000_000, description="Accounts that sent it, at least.")] = SENDERS,
    limit: Annotated[int, Query(ge=1, le=TOP_MAX, description="How many at most.")] = 20,
    at: At = None,
) -> Response:
    """What spreads fastest: the contents that reach most people in a window that ends now."""
    asked = Asked.checked(window=window, region=region, language=language, senders=senders, limit=limit)
    return answer(await asyncio.to_thread(top, gate.gate, asked, second_of(at)))


@router.post("/v1/rumours/feed", dependencies=ADMIN, **described("rumour_feed"))
async def feed(
    request: Request,
    clerk: Keeps,
    who: Acts,
    cluster: Annotated[str | None, Query(description="What all of it is about.")] = None,
    ahead: Annotated[bool, Query(description="Attach also to what nobody has sent yet.")] = False,
) -> Response:
    """Attach the reviews of a ClaimReview document to the contents that they are about."""
    data = await request.body()

    def taken() -> forms.FeedForm:
        now_s = int(time())
        try:
            read = read_feed(data)
        except FeedError as error:
            raise ProblemError("malformed", str(error)) from None
        matched, unmatched = match(clerk.gate, read, now_s, cluster=cluster, ahead=ahead)
        pairs = [(one.cluster, one.review) for one in matched]
        checks = FactChecks(clerk.records).attach_all(pairs, source=Source.FEED, who=who.who, at_s=now_s)
        _tell(clerk, {one.cluster for one in matched})
        return forms.FeedForm(
            [
                forms.MatchedForm(one.number, one.cluster, one.by, check.id)
                for one, check in zip(matched, checks, strict=True)
            ],
            [forms.UnmatchedForm(one.number, one.review.claim, one.review.url, one.clusters) for one in unmatched],
            list(map(str, read.faults)),
        )

    return answer(await asyncio.to_thread(taken))


@router.get("/v1/rumours/{cluster}", dependencies=READ, **described("rumour"))
async def one(cluster: str, clerk: Keeps, at: At = None) -> Response:
    """All that is known of a content: what is counted, where it was sent from, its fact-checks."""
    return answer(await asyncio.to_thread(_sheet, clerk, cluster, second_of(at)))


@router.get("/v1/rumours/{cluster}/fact-checks", dependencies=READ, **described("fact_checks"))
async def checks_of(cluster: str, clerk: Keeps) -> Response:
    """The fact-checks of a content, those withdrawn too, the newest last."""
    found = await asyncio.to_thread(FactChecks(clerk.records).of_cluster, cluster)
    return answer(list(map(forms.fact_check_form, found)))


@router.post(
    "/v1/rumours/{cluster}/fact-checks", dependencies=ADMIN, **takes("attach_fact_check", forms.FactCheckProposal)
)
async def attaching(cluster: str, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Attach a fact-check to a content, from the next event on."""
    given = await body_of(request, forms.FactCheckProposal)
    said = given.publisher, given.language, given.published
    review = checked_review(given.claim, given.rating, given.url, *said, given.truth)

    def attached() -> forms.FactCheckForm:
        now_s = int(time())
        check = FactChecks(clerk.records).attach(cluster, review, source=Source.HAND, who=who.who, at_s=now_s)
        _tell(clerk, {cluster})
        return forms.fact_check_form(check)

    return answer(await asyncio.to_thread(attached))


@router.delete("/v1/rumours/{cluster}/fact-checks/{number}", dependencies=ADMIN, **described("withdraw_fact_check"))
async def withdrawing(
    cluster: str,
    number: Number,
    clerk: Keeps,
    who: Acts,
    why: Annotated[str, Query(description="Why; it is kept.")],
) -> Response:
    """Withdraw a fact-check, from the next event on."""

    def withdrawn() -> forms.FactCheckForm:
        facts = FactChecks(clerk.records)
        if number not in {check.id for check in facts.of_cluster(cluster)}:
            raise NoFactCheckError(number)
        check = facts.withdraw(number, who=who.who, why=why, at_s=int(time()))
        _tell(clerk, {cluster})
        return forms.fact_check_form(check)

    return answer(await asyncio.to_thread(withdrawn))


@router.post("/v1/rumours/{cluster}/bundle", dependencies=ADMIN, **described("rumour_bundle"))
async def bundle(cluster: str, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Seal all that is known of a content: a bundle, a zip. The export is an act of the audit."""
    sealing = await asyncio.to_thread(SealingKey.of_folder, serving_of(request).settings.data)
    now_s = int(time())
    known = await asyncio.to_thread(_sheet, clerk, cluster, now_s)

    def exported(session: Session) -> Bundled:
        return contents_of(session, known, sealing.public, at_s=now_s, who=who.who)

    bundled = await change(clerk, exported)

    def sealed() -> bytes:
        file, about = io.BytesIO(), f"content {cluster}"
        write_bundle(file, bundled.contents, sealing, about=about, made_at=time_form(now_s), audit=bundled.audit)
        return file.getvalue()

    headers = {"content-disposition": f'attachment; filename="rumour-{cluster}.zip"'}
    return Response(await asyncio.to_thread(sealed), media_type=ZIP, headers=headers)


@router.post("/v1/rumours/{cluster}/evidence", dependencies=ADMIN, **takes("rumour_evidence", forms.CaseOfRumour))
async def adding_to_case(cluster: str, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Add all that is known of a content to a case, as evidence of the service."""
    number = (await body_of(request, forms.CaseOfRumour)).case
    now_s = int(time())
    known = await asyncio.to_thread(_sheet, clerk, cluster, now_s)

    def added(session: Session) -> case_forms.CaseForm:
        found = cases.find_case(session, number)
        add_rumour(session, found, cluster, known, at_s=now_s, who=who.who)
        return case_forms.case_form(found)

    return answer(await change(clerk, added))


def _sheet(clerk: Clerk, cluster: str, second: int | None) -> forms.RumourSheet:
    """All that is known of a cluster. Raises InputError, ProblemError if it is nothing."""
    check_cluster(cluster)
    found = sheet_of(clerk.gate.gate, clerk.records, cluster, second)
    if found.rumour is None and not found.fact_checks:
        raise ProblemError("not-found", f"nothing is known of cluster {cluster}")
    return found


def _tell(clerk: Clerk, clusters: set[str]) -> None:
    """Tell the gate what counts now. If it takes nothing just now, the change stands and the clerk tells it later."""
    try:
        clerk.fact_checks.tell(clusters, int(time()))
    except EcluseError as error:
        log.error("fact-checks wait for the gate", error=type(error).__qualname__)
