"""Cases over HTTP: opening one, adding to it, letters, and the sealed bundle."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from time import time
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from ecluse.cases import case as cases
from ecluse.cases import forms
from ecluse.cases.contents import contents_of
from ecluse.cases.evidence import Origin, add_evidence
from ecluse.cases.letters import draft_letter, find_letter, letter_answered, letter_sent
from ecluse.cases.seal import write_bundle
from ecluse.cases.sealing_key import SealingKey
from ecluse.cases.service_evidence import add_campaign, add_ledger, collect
from ecluse.errors import InputError
from ecluse.records.tables import Case
from ecluse.sanctions.people import ID_CHARACTERS_MAX, checked
from ecluse.service.accounts import account_form
from ecluse.service.campaigns import campaign_key, graph_form
from ecluse.service.keeping import Acts, Keeps, Number, answer, body_of, change, look, moment_of
from ecluse.service.openapi import described, takes
from ecluse.service.problems import ProblemError
from ecluse.service.routes import needs, serving_of
from ecluse.stores.keys import Scope
from ecluse.terms import SHIPPED, Terms, TermsError, load_terms, parse_terms
from ecluse.wire import time_form

READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)
ZIP: Final = "application/zip"

router = APIRouter()


@router.get("/v1/cases", dependencies=READ, **described("cases"))
async def every(
    clerk: Keeps, status: Annotated[str | None, Query(description=f"One of {', '.join(cases.Status)}.")] = None
) -> Response:
    """Cases, the newest first."""
    asked = None if status is None else cases.one_of(cases.Status, "status", status)
    return answer(await look(clerk, lambda session: [forms.case_line(one) for one in cases.list_cases(session, asked)]))


@router.post("/v1/cases", dependencies=ADMIN, **takes("open_case", forms.CaseProposal))
async def opening(request: Request, clerk: Keeps, who: Acts) -> Response:
    """Open a case."""
    proposal = await body_of(request, forms.CaseProposal)
    terms = _terms(proposal.terms)
    accepted_s, cutoff_s = moment_of("accepted", proposal.accepted), moment_of("cutoff", proposal.cutoff)

    def opened(session: Session) -> forms.CaseForm:
        case = cases.open_case(
            session,
            title=proposal.title,
            summary=proposal.summary,
            terms=terms,
            rules=proposal.rules,
            technique=proposal.technique,
            marks=proposal.marks,
            relief=proposal.relief,
            accepted_s=accepted_s,
            cutoff_s=cutoff_s,
            request=proposal.request,
            at_s=int(time()),
            who=who.who,
        )
        return forms.case_form(case)

    return answer(await change(clerk, opened))


@router.get("/v1/cases/key", dependencies=READ, **described("sealing_key"))
async def sealing_key(request: Request) -> Response:
    """The public key that bundles are sealed with, and its fingerprint: publish both."""
    public = (await asyncio.to_thread(SealingKey.of_folder, serving_of(request).settings.data)).public
    return answer(forms.SealingKeyForm("Ed25519", public.pem, public.fingerprint))


@router.get("/v1/cases/{number}", dependencies=READ, **described("one_case"))
async def one(number: Number, clerk: Keeps) -> Response:
    """One case."""
    return answer(await look(clerk, lambda session: forms.case_form(cases.find_case(session, number))))


@router.post("/v1/cases/{number}/parties", dependencies=ADMIN, **takes("add_party", forms.PartyProposal))
async def adding_party(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Say who is in a case."""
    said = await body_of(request, forms.PartyProposal)

    def added(session: Session, case: Case, now_s: int) -> None:
        cases.add_party(
            session,
            case,
            role=said.role,
            name=said.name,
            subject_kind=said.subject_kind,
            subject=said.subject,
            details=said.details,
            at_s=now_s,
            who=who.who,
        )

    return await _change(clerk, number, added)


@router.post("/v1/cases/{number}/evidence", dependencies=ADMIN, **takes("add_evidence", forms.EvidenceProposal))
async def adding_evidence(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Add evidence: from outside, or all that the service itself has of an account or provider."""
    said = await body_of(request, forms.EvidenceProposal)
    found_s = moment_of("found", said.found)
    _check_alone(said)
    ledger = graph = None
    if said.campaign is not None:
        known = await asyncio.to_thread(clerk.gate.campaign_ties, campaign_key(said.campaign))
        graph = None if known is None else graph_form(*known)
    if said.provider is not None:
        checked("provider", said.provider, ID_CHARACTERS_MAX)
    if said.account is not None:
        checked("account", said.account, ID_CHARACTERS_MAX)
        seen = await asyncio.to_thread(clerk.gate.account, said.account, int(time()))
        ledger = account_form(said.account, seen)

    def added(session: Session, case: Case, now_s: int) -> None:
        if ledger is not None and said.account is not None:
            if ledger.known:
                add_ledger(session, case, ledger, at_s=now_s, who=who.who)
            collect(session, case, "account", said.account, at_s=now_s, who=who.who)
        elif said.provider is not None:
            collect(session, case, "provider", said.provider, at_s=now_s, who=who.who)
        elif said.campaign is not None:
            if graph is not None:
                add_campaign(session, case, graph, at_s=now_s, who=who.who)
            collect(session, case, "campaign", said.campaign, at_s=now_s, who=who.who)
        else:
            add_evidence(
                session,
                case,
                origin=Origin.OUTSIDE,
                kind=said.kind,
                title=said.title or said.kind,
                text=said.text,
                url=said.url,
                found_by=said.found_by or who.who,
                found_s=now_s if found_s is None else found_s,
                content=said.content,
                file_name=said.file_name,
                media_type=said.media_type,
                at_s=now_s,
                who=who.who,
            )

    return await _change(clerk, number, added)


@router.post("/v1/cases/{number}/timeline", dependencies=ADMIN, **takes("add_entry", forms.EntryProposal))
async def adding_entry(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Add a line to the timeline."""
    said = await body_of(request, forms.EntryProposal)
    at_s = moment_of("at", said.at)

    def added(session: Session, case: Case, now_s: int) -> None:
        happened_s = now_s if at_s is None else at_s
        cases.add_entry(session, case, happened_s=happened_s, kind=said.kind, words=said.words, at_s=now_s, who=who.who)

    return await _change(clerk, number, added)


@router.post("/v1/cases/{number}/letters", dependencies=ADMIN, **takes("draft_letter", forms.LetterProposal))
async def drafting(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Draft a letter."""
    said = await body_of(request, forms.LetterProposal)
    due_s = moment_of("due", said.due)

    def drafted(session: Session, case: Case, now_s: int) -> None:
        assert due_s is not None
        draft_letter(
            session,
            case,
            kind=said.kind,
            recipient=said.recipient,
            service=said.service,
            answer_due_s=due_s,
            language=said.language,
            address=said.address,
            subject=said.subject,
            body=said.body,
            at_s=now_s,
            who=who.who,
        )

    return await _change(clerk, number, drafted)


@router.post("/v1/cases/{number}/letters/{letter}/sent", dependencies=ADMIN, **takes("letter_sent", forms.LetterSent))
async def sending(number: Number, letter: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Say that a letter went out."""
    said = await body_of(request, forms.LetterSent)
    on_s = moment_of("on", said.on)

    def sent(session: Session, case: Case, now_s: int) -> None:
        then_s = now_s if on_s is None else on_s
        found = find_letter(case, letter)
        letter_sent(session, case, found, sent_s=then_s, sent_by=said.by, at_s=now_s, who=who.who)

    return await _change(clerk, number, sent)


@router.post(
    "/v1/cases/{number}/letters/{letter}/answered",
    dependencies=ADMIN,
    **takes("letter_answered", forms.LetterAnswered),
)
async def answering(number: Number, letter: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Keep the answer to a letter."""
    said = await body_of(request, forms.LetterAnswered)
    on_s = moment_of("on", said.on)

    def answered(session: Session, case: Case, now_s: int) -> None:
        then_s = now_s if on_s is None else on_s
        found = find_letter(case, letter)
        letter_answered(session, case, found, answered_s=then_s, answer=said.answer, at_s=now_s, who=who.who)

    return await _change(clerk, number, answered)


@router.post("/v1/cases/{number}/status", dependencies=ADMIN, **takes("set_case_status", forms.StatusProposal))
async def standing(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Say how a case stands."""
    said = await body_of(request, forms.StatusProposal)
    return await _change(
        clerk,
        number,
        lambda session, case, now_s: cases.set_status(
            session, case, said.status, why=said.why, at_s=now_s, who=who.who
        ),
    )


@router.post("/v1/cases/{number}/hold", dependencies=ADMIN, **takes("set_case_hold", forms.HoldProposal))
async def holding(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Put a case under legal hold, or take it off."""
    said = await body_of(request, forms.HoldProposal)
    return await _change(
        clerk,
        number,
        lambda session, case, now_s: cases.set_hold(session, case, said.hold, at_s=now_s, who=who.who),
    )


@router.post("/v1/cases/{number}/bundle", dependencies=ADMIN, **described("bundle"))
async def bundle(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Seal a case as it stands: the bundle, a zip. The export is an act of the audit."""
    sealing = await asyncio.to_thread(SealingKey.of_folder, serving_of(request).settings.data)
    now_s = int(time())

    def exported(session: Session) -> tuple[str, Any]:
        case = cases.find_case(session, number)
        return f"case {case.id}: {case.title}", contents_of(session, case, sealing.public, at_s=now_s, who=who.who)

    about, bundled = await change(clerk, exported)

    def sealed() -> bytes:
        file = io.BytesIO()
        made_at = time_form(now_s)
        write_bundle(file, bundled.contents, sealing, about=about, made_at=made_at, audit=bundled.audit)
        return file.getvalue()

    content = await asyncio.to_thread(sealed)
    headers = {"content-disposition": f'attachment; filename="case-{number}.zip"'}
    return Response(content, media_type=ZIP, headers=headers)


async def _change(clerk: Keeps, number: int, do: Callable[[Session, Case, int], object]) -> Response:
    """Do something to a case, and answer how it is then."""

    def changed(session: Session) -> forms.CaseForm:
        case = cases.find_case(session, number)
        do(session, case, int(time()))
        return forms.case_form(case)

    return answer(await change(clerk, changed))


def _check_alone(said: forms.EvidenceProposal) -> None:
    """See that evidence is of one account, provider or campaign at most. Raises InputError."""
    given = [name for name in ("account", "provider", "campaign") if getattr(said, name) is not None]
    if len(given) > 1:
        raise InputError(given[1], getattr(said, given[1]), f"absent: there is a {given[0]}")


def _terms(given: str) -> Terms:
    """Terms by their shipped id, or as a document. Never a file: callers have no business with ours."""
    if given in SHIPPED:
        return load_terms(given)
    try:
        return parse_terms(given, "terms")
    except TermsError as error:
        members = {"field": "terms", "expected": "terms without faults", "faults": list(error.lines)}
        raise ProblemError("invalid", f"{len(error.lines)} faults: {error.lines[0]}", members=members) from None
